package io.resque.core.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.JobInfo;
import io.resque.api.Language;
import io.resque.api.QueuedJob;
import io.resque.api.spi.Payload;
import io.resque.core.Serializers;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PayloadReaderTest {
    private static final String OVERSIZE = "{\"class\":\"OversizePayload\",\"args\":[],\"size\":9,"
            + "\"head\":\"{\\\"class\\\":\\\"Mail\\\"\",\"tail\":\"x,\\\"id\\\":\\\"ab\\\"}\"}";

    private final PayloadReader reader = new PayloadReader(Serializers.GSON);

    private static Payload payload(String text) {
        return Payload.ofText(text);
    }

    @Test
    void aJobThatIsTooLargeIsKnownWhateverItsRunsHaveAdded() {
        Payload first = reader.withoutRuns(oversize(2_000_000, "one", "x]}"));
        assertThat(first).isNotNull();
        assertThat(reader.withoutRuns(oversize(2_000_022, "one", "x],\\\"java_checkpoint\\\":1}")))
                .isEqualTo(first);
        assertThat(reader.withoutRuns(oversize(2_000_023, "one", "x],\\\"java_checkpoint\\\":22}")))
                .isEqualTo(first);
        assertThat(reader.withoutRuns(oversize(2_000_000, "two", "x]}"))).isNotEqualTo(first);
        assertThat(reader.withoutRuns(oversize(2_100_000, "one", "x]}"))).isNotEqualTo(first);
    }

    private static Payload oversize(long size, String head, String tail) {
        return payload("{\"class\":\"OversizePayload\",\"args\":[],\"size\":" + size + ",\"head\":\"" + head
                + "\",\"tail\":\"" + tail + "\"}");
    }

    @Test
    void aJobIsReadWithItsClassAndToken() {
        Payload job = payload("{\"class\":\"Mail\",\"args\":[1],\"id\":\"ab\",\"prefix\":\"p\"}");
        assertThat(reader.isJob(job)).isTrue();
        assertThat(reader.read(job).args()).containsExactly(1L);
        assertThat(reader.className(job)).isEqualTo("Mail");
        assertThat(reader.token(job)).isEqualTo("p_ab");
        assertThat(reader.queued("low", job))
                .isEqualTo(new QueuedJob(
                        "low",
                        "Mail",
                        List.of(1L),
                        Optional.of("ab"),
                        Optional.of("p_ab"),
                        Map.of(),
                        Optional.empty(),
                        Language.PHP,
                        job.toBytes()))
                .satisfies(queued -> {
                    assertThat(queued.jobClass()).isEqualTo("Mail");
                    assertThat(queued.args()).containsExactly(1L);
                    assertThat(queued.id()).contains("ab");
                    assertThat(queued.token()).contains("p_ab");
                });
    }

    @Test
    void aPayloadThatIsNoJobHasNeither() {
        for (String text : List.of("{", "[]", "{\"args\":[]}")) {
            Payload none = payload(text);
            assertThat(reader.isJob(none)).as(text).isFalse();
            assertThat(reader.token(none)).as(text).isNull();
            assertThat(reader.className(none)).as(text).isEqualTo("UnreadablePayload");
            assertThat(reader.queued("low", none).jobClass()).as(text).isEmpty();
        }
    }

    @Test
    void theStandInOfALargePayloadShowsItsClassAndToken() {
        assertThat(reader.className(payload(OVERSIZE))).isEqualTo("Mail");
        assertThat(reader.token(payload(OVERSIZE))).isEqualTo("ab");
    }

    @Test
    void anObjectMayBeChanged() {
        Map<String, Object> object = reader.object(payload("{\"a\":1}"));
        assertThat(object).isEqualTo(Map.of("a", 1L));
        object.put("b", 2);
        assertThat(reader.object(payload("[1]"))).isEmpty();
        Map<String, Object> none = reader.object(payload("{"));
        assertThat(none).isEmpty();
        none.put("b", 2);
    }

    @Test
    void aMemberIsShownAsText() {
        Map<String, Object> object = Map.of("s", "x", "n", 7, "b", true, "l", List.of());
        assertThat(PayloadReader.text(object, "s")).isEqualTo("x");
        assertThat(PayloadReader.text(object, "n")).isEqualTo("7");
        assertThat(PayloadReader.text(object, "b")).isEqualTo("true");
        assertThat(PayloadReader.text(object, "l")).isEmpty();
        assertThat(PayloadReader.text(object, "absent")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '\0',
            value = {
                "{\"payload\":{\"class\":\"Mail\"},\"queue\":\"low\"}; true; {\"class\":\"Mail\"}; low",
                "{\"payload\":7}; true; 7; unknown",
                "{\"payload\":null,\"queue\":\"\"}; false; {\"payload\":null,\"queue\":\"\"}; unknown",
                "{\"paused\":true,\"queue\":7}; false; {\"paused\":true,\"queue\":7}; unknown",
                "[]; true; []; unknown",
                "{; true; {; unknown",
            })
    void theRecordOfAWorkerMayHoldAJob(String record, boolean holdsJob, String job, String queue) {
        assertThat(reader.holdsJob(payload(record))).isEqualTo(holdsJob);
        assertThat(reader.payloadOfRecord(payload(record))).isEqualTo(payload(job));
        assertThat(reader.queueOfRecord(payload(record))).isEqualTo(queue);
    }

    @Test
    void aRecordThatWasTooLargeToBeReadMayHoldAJob() {
        assertThat(reader.holdsJob(payload(OVERSIZE))).isTrue();
    }

    @Test
    void aListenerSeesWhatCanBeRead() {
        String job = "{\"class\":\"Mail\",\"args\":[1],\"id\":\"ab\",\"trace\":\"t\",\"queue_time\":1.5}";
        assertThat(reader.info("low", payload(job)))
                .isEqualTo(new JobInfo(
                        "low",
                        "Mail",
                        List.of(1L),
                        Optional.of("ab"),
                        Map.of("trace", "t"),
                        Optional.of(Instant.ofEpochMilli(1_500))));
        assertThat(reader.info("low", payload(OVERSIZE)))
                .isEqualTo(new JobInfo("low", "Mail", List.of(), Optional.empty()));
        assertThat(reader.info("low", payload("{"))).isEqualTo(new JobInfo("low", "", List.of(), Optional.empty()));
    }
}
