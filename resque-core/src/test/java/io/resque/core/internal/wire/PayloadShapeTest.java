package io.resque.core.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.JobSpec;
import io.resque.api.MalformedPayloadException;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Payload;
import io.resque.core.Serializers;
import io.resque.tck.WireRule;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadShapeTest {
    private static final JobSerializer JSON = Serializers.GSON;

    private static PayloadShape.ReadJob read(String json) {
        return PayloadShape.read(JSON.decode(Payload.ofText(json)));
    }

    @Test
    void plainIsRubysShape() {
        assertThat(JSON.encode(PayloadShape.plain(JobSpec.of("My_Job", 1, "x"))).text())
                .isEqualTo("{\"class\":\"My_Job\",\"args\":[1,\"x\"]}");
    }

    @Test
    void metadataFollowsTheOtherMembers() {
        JobSpec job = JobSpec.of("My_Job").withMetadata("trace", "t");
        assertThat(JSON.encode(PayloadShape.plain(job)).text())
                .isEqualTo("{\"class\":\"My_Job\",\"args\":[],\"trace\":\"t\"}");
        assertThat(JSON.encode(PayloadShape.tracked(job, "abc", Instant.EPOCH)).text())
                .isEqualTo("{\"class\":\"My_Job\",\"args\":[],\"id\":\"abc\",\"queue_time\":0.0,\"trace\":\"t\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "1795361599, 461520000, 1795361599.46152",
        "1795361599, 461520999, 1795361599.46152",
        "1795361599, 123456000, 1795361599.123456",
        "1795361599, 0, 1795361599.0",
        "1795361599, 1000, 1795361599.000001"
    })
    void trackedAddsIdAndTheTimeInMicroseconds(long seconds, long nanos, String time) {
        Instant now = Instant.ofEpochSecond(seconds, nanos);
        assertThat(JSON.encode(PayloadShape.tracked(JobSpec.of("My_Job"), "abc", now))
                        .text())
                .isEqualTo("{\"class\":\"My_Job\",\"args\":[],\"id\":\"abc\",\"queue_time\":" + time + "}");
    }

    @Test
    void readsWhatRubyNodeAndPhpWrite() {
        assertThat(read("{\"class\":\"My_Job\",\"args\":[1,\"x\"]}"))
                .isEqualTo(new PayloadShape.ReadJob(
                        "My_Job", List.of(1L, "x"), null, null, Map.of(), null, RetryShape.FIRST, null, null, null));
        assertThat(read("{\"class\":\"add\",\"queue\":\"math\",\"args\":[null]}"))
                .isEqualTo(new PayloadShape.ReadJob(
                        "add",
                        Arrays.asList((Object) null),
                        null,
                        null,
                        Map.of(),
                        null,
                        RetryShape.FIRST,
                        null,
                        null,
                        null));
        assertThat(read("{\"class\":\"A\\\\B\",\"args\":[{\"n\":1}],\"id\":\"ab\",\"queue_time\":1.5}"))
                .isEqualTo(new PayloadShape.ReadJob(
                        "A\\B",
                        List.of(Map.of("n", 1L)),
                        "ab",
                        "ab",
                        Map.of(),
                        Instant.ofEpochSecond(1, 500_000_000),
                        RetryShape.FIRST,
                        null,
                        null,
                        null));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "0, -",
                "-1, -",
                "0.5, 1970-01-01T00:00:00.5Z",
                "99999999999, 5138-11-16T09:46:39Z",
                "100000000000, -",
                "\"1\", -"
            })
    void theTimeOfTheEnqueueingIsATimeThatCanBe(String time, @Nullable Instant enqueued) {
        assertThat(read("{\"class\":\"My_Job\",\"queue_time\":" + time + "}").queuedAt())
                .isEqualTo(enqueued);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "'\"id\":\"ab\",\"prefix\":\"\"', ab, ab",
                "'\"id\":\"ab\",\"prefix\":\"pre\"', ab, pre_ab",
                "'\"prefix\":\"pre\",\"id\":\"ab\"', ab, pre_ab",
                "'\"id\":\"ab\",\"prefix\":null', ab, ab",
                "'\"id\":\"ab\",\"prefix\":7', ab, ab",
                "'\"id\":\"\",\"prefix\":\"pre\"', -, -",
                "'\"id\":null', -, -",
                "'\"id\":5', -, -",
                "'\"prefix\":\"pre\"', -, -"
            })
    void tokenIsPrefixAndId(String members, @Nullable String id, @Nullable String token) {
        PayloadShape.ReadJob job = read("{\"class\":\"My_Job\",\"args\":[]," + members + "}");
        assertThat(job.id()).isEqualTo(id);
        assertThat(job.token()).isEqualTo(token);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"args\":[]}; absent",
                "{\"class\":null,\"args\":[]}; null",
                "{\"class\":7,\"args\":[]}; a number",
                "{\"class\":\"\",\"args\":[]}; an empty string",
                "{\"class\":true,\"args\":[]}; a boolean",
                "{\"class\":[\"A\"],\"args\":[]}; an array",
                "{\"class\":{},\"args\":[]}; an object"
            })
    void payloadWithoutAClassIsRefused(String json, String kind) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(MalformedPayloadException.class)
                .hasMessage("The payload names no class; its member class is " + kind);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '\0',
            value = {
                "null; null",
                "\"secret\"; a string",
                "\"\"; an empty string",
                "false; a boolean",
                "1.5; a number",
                "[1]; an array"
            })
    void payloadThatIsNoObjectIsRefused(String json, String kind) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(MalformedPayloadException.class)
                .hasMessage("The payload is " + kind + ", not an object with class and args");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"class\":\"My_Job\"}", "{\"class\":\"My_Job\",\"args\":null}"})
    @WireRule("W-254")
    void argumentsThatAreAbsentAreNone(String json) {
        assertThat(read(json).args()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '\0',
            value = {
                // Jesque
                "\"args\":null,\"vars\":{\"name\":\"Chris\"}; [{\"name\":\"Chris\"}]; \"args\":null,\"vars\":{\"name\":\"Chris\"}",
                "\"args\":[1],\"vars\":{\"n\":2}; [1,{\"n\":2}]; \"args\":[1],\"vars\":{\"n\":2}",
                "\"args\":[],\"vars\":{\"n\":2}; [{\"n\":2}]; \"args\":[],\"vars\":{\"n\":2}",
                "\"vars\":{\"n\":2}; [{\"n\":2}]; \"args\":null,\"vars\":{\"n\":2}",
                "\"args\":[1],\"vars\":null; [1]; \"args\":[1]",
                "\"args\":null,\"vars\":{}; []; \"args\":[]",
                "\"args\":[1],\"vars\":7; [1]; \"args\":[1]",
                // mjphaynes
                "\"data\":{\"name\":\"Chris\"}; [{\"name\":\"Chris\"}]; \"data\":{\"name\":\"Chris\"}",
                "\"data\":[]; []; \"args\":[]",
                "\"args\":[1],\"data\":{\"n\":2}; [1]; \"args\":[1]",
                "\"args\":null,\"data\":{\"n\":2}; []; \"args\":[]",
            })
    @WireRule({"W-254", "W-354"})
    void namedArgumentsAreOneMapAndKeepTheirNameInARetry(String members, String args, String again) {
        String payload = "{\"class\":\"J\"," + members + ",\"id\":\"x\",\"enqueued_at\":1.5}";
        assertThat(JSON.encode(read(payload).args()).text()).isEqualTo(args);
        assertThat(JSON.encode(PayloadShape.again((Map<?, ?>) JSON.decode(Payload.ofText(payload))))
                        .text())
                .isEqualTo("{\"class\":\"J\"," + again + "}");
    }

    @Test
    @WireRule("W-254")
    void argumentsThatAreNoListAreTakenAsRubyTakesThem() {
        assertThat(read("{\"class\":\"J\",\"args\":7}").args()).containsExactly(7L);
        assertThat(read("{\"class\":\"J\",\"args\":\"x\"}").args()).containsExactly("x");
        assertThat(read("{\"class\":\"J\",\"args\":false}").args()).containsExactly(false);
        assertThat(read("{\"class\":\"J\",\"args\":{}}").args()).isEmpty();
        assertThat(read("{\"class\":\"J\",\"args\":{\"b\":1,\"a\":null}}").args())
                .containsExactly(List.of("b", 1L), Arrays.asList("a", null));
    }
}
