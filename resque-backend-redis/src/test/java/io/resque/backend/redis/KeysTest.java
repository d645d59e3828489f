package io.resque.backend.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.spi.FailureList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeysTest {
    private final Keys keys = new Keys("app");
    private final Keys bare = new Keys("");

    private static String text(byte[] key) {
        return Keys.utf8(key);
    }

    @Test
    void keysStandUnderTheNamespace() {
        assertThat(text(keys.queues)).isEqualTo("app:queues");
        assertThat(text(bare.queues)).isEqualTo("queues");
        assertThat(text(keys.queue("low"))).isEqualTo("app:queue:low");
        assertThat(text(keys.worker("vm:1:q"))).isEqualTo("app:worker:vm:1:q");
        assertThat(text(keys.started("vm:1:q"))).isEqualTo("app:worker:vm:1:q:started");
        assertThat(text(keys.attributes("vm:1:q"))).isEqualTo("app:worker:vm:1:q:java");
        assertThat(text(keys.inFlight("vm:1:q", "low"))).isEqualTo("app:inflight:vm:1:q:low");
        assertThat(text(keys.stat("x"))).isEqualTo("app:stat:x");
        assertThat(text(keys.processed("vm:1:q"))).isEqualTo("app:stat:processed:vm:1:q");
        assertThat(text(keys.failed("vm:1:q"))).isEqualTo("app:stat:failed:vm:1:q");
        assertThat(text(keys.failures(FailureList.COMMON))).isEqualTo("app:failed");
        assertThat(text(keys.failures(new FailureList("low")))).isEqualTo("app:low_failed");
        assertThat(text(keys.status("ab"))).isEqualTo("app:job:ab:status");
    }

    @Test
    void aQueueHasItsNameInItsKey() {
        assertThat(keys.queueName(Keys.bytes("app:queue:low"))).isEqualTo("low");
        assertThat(keys.queueName(Keys.bytes("other:queue:low"))).isEqualTo("other:queue:low");
        assertThat(bare.queueName(Keys.bytes("queue:low"))).isEqualTo("low");
    }

    @Test
    void aListOfFailuresHasItsNameInTheSetOfListsUnlessItIsTheCommonOne() {
        assertThat(Keys.failedMember(FailureList.COMMON)).isEmpty();
        assertThat(Keys.failedMember(new FailureList("low"))).isEqualTo("low_failed");
    }

    @Test
    void statusesAreFoundByAPatternThatTakesTheNamespaceLiterally() {
        assertThat(text(keys.statusPattern())).isEqualTo("app:job:*:status");
        assertThat(text(new Keys("a[b]*?^\\-c").statusPattern())).isEqualTo("a\\[b\\]\\*\\?\\^\\\\\\-c:job:*:status");
        assertThat(keys.statusToken(keys.status("a:b"))).isEqualTo("a:b");
        assertThat(bare.statusToken(bare.status("a"))).isEqualTo("a");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0000000000000000",
        "7, 0000000000000007",
        "10, 0000000000000010",
        "9007199254740993, 9007199254740993"
    })
    void digitsCanBeComparedAsText(long number, String digits) {
        assertThat(text(Keys.digits(number))).isEqualTo(digits);
    }
}
