package io.resque.core.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.spi.Payload;
import io.resque.core.CoreRedis;
import io.resque.core.internal.wire.PayloadReader;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HeadAgesTest {
    private static final Instant START = Instant.parse("2026-11-29T12:00:00Z");
    private static final Payload JOB = Payload.ofText("{\"class\":\"J\",\"args\":[]}");
    private static final Payload OTHER = Payload.ofText("{\"class\":\"J\",\"args\":[1]}");

    private final HeadAges ages = new HeadAges(new PayloadReader(CoreRedis.GSON));

    private Instant look(Payload head, long size, Instant taken, long second) {
        Instant since = ages.since("q", head, size, taken, START.plusSeconds(second));
        ages.looked();
        return since;
    }

    private Instant look(Payload head, long size, long second) {
        return look(head, size, Instant.MIN, second);
    }

    @Test
    void aHeadIsWatchedFromItsFirstLook() {
        assertThat(look(JOB, 2, 0)).isEqualTo(START);
        assertThat(look(JOB, 3, 10)).isEqualTo(START);
        assertThat(look(OTHER, 3, 20)).isEqualTo(START.plusSeconds(20));
    }

    @Test
    void anEqualPayloadIsANewHeadOnceOneWasSeenToBeTaken() {
        look(JOB, 5, 0);
        assertThat(look(JOB, 4, 10)).as("shorter").isEqualTo(START.plusSeconds(10));
        assertThat(look(JOB, 4, START.plusSeconds(15), 20)).as("one runs since").isEqualTo(START.plusSeconds(20));
        assertThat(look(JOB, 4, START.plusSeconds(15), 30)).as("the same one").isEqualTo(START.plusSeconds(20));
    }

    @Test
    void aQueueThatWasEmptyBeginsAnew() {
        look(JOB, 1, 0);
        ages.looked(); // without it
        assertThat(look(JOB, 1, 10)).isEqualTo(START.plusSeconds(10));
    }

    @Test
    void aLookThatDidNotComeToItsEndCountsForNothing() {
        look(JOB, 1, 0);
        ages.looks();
        ages.since("gone", JOB, 1, Instant.MIN, START.plusSeconds(5)); // and a later page throws
        ages.looks();
        assertThat(look(JOB, 1, 10)).isEqualTo(START);
        assertThat(ages.since("gone", JOB, 1, Instant.MIN, START.plusSeconds(20)))
                .isEqualTo(START.plusSeconds(20));
    }

    @Test
    void theTimeInAPayloadCountsIfItCanBeOne() {
        assertThat(look(Payload.ofText("{\"queue_time\":1795361599.46152}"), 1, 0))
                .isEqualTo(Instant.parse("2026-11-22T15:33:19.461Z"));
        for (String odd : new String[] {"-1", "0", "1e300", "\"1795361599\"", "null", "1795361599460", "4102444800"}) {
            assertThat(look(Payload.ofText("{\"queue_time\":" + odd + "}"), 1, 5))
                    .as(odd)
                    .isEqualTo(START.plusSeconds(5));
        }
    }
}
