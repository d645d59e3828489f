package io.resque.core.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.InvalidJobException;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.Payload;
import io.resque.core.Serializers;
import io.resque.tck.WireRule;
import java.lang.reflect.Type;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@MethodSource("serializers")
class FailureShapeTest {
    private static final Clock CLOCK =
            Clock.fixed(Instant.parse("2026-01-02T03:04:05.999Z"), ZoneId.of("America/New_York"));

    private final JobSerializer serializer;

    FailureShapeTest(JobSerializer serializer) {
        this.serializer = serializer;
    }

    static Stream<JobSerializer> serializers() {
        return Stream.of(Serializers.GSON, Serializers.JACKSON);
    }

    private String record(Payload payload, JobOutcome.Failed failure) {
        return new FailureShape(serializer, CLOCK, 300)
                .record(payload, "vm:1:high,low", "high", failure)
                .text();
    }

    private static JobOutcome.Failed failed(String message) {
        return new JobOutcome.Failed("com.acme.Boom", message, List.of("a.b(C.java:1)", "Caused by: d"));
    }

    private Map<?, ?> tree(String record) {
        return (Map<?, ?>) serializer.decode(Payload.ofText(record));
    }

    @Test
    @WireRule("W-351")
    void hasTheSevenMembersOfRubyInTheirOrder() {
        assertThat(record(
                        Payload.ofText("{ \"class\" : \"J\", \"args\":[1.0, \"\\u00e9\"], \"id\":\"x\"}"),
                        failed("b\"m")))
                .isEqualTo("{\"failed_at\":\"2026/01/02 03:04:05 UTC\","
                        + "\"payload\":{\"class\":\"J\",\"args\":[1.0,\"é\"],\"id\":\"x\"},"
                        + "\"exception\":\"com.acme.Boom\",\"error\":\"b\\\"m\","
                        + "\"backtrace\":[\"a.b(C.java:1)\",\"Caused by: d\"],"
                        + "\"worker\":\"vm:1:high,low\",\"queue\":\"high\"}");
    }

    @Test
    void backtraceWithoutFramesIsEmptyAndNotNull() {
        assertThat(record(Payload.ofText("{\"class\":\"J\"}"), new JobOutcome.Failed("E", "m", List.of())))
                .contains("\"payload\":{\"class\":\"J\"},")
                .contains("\"backtrace\":[],");
    }

    /** An object with one list, nested so that there are so many levels in all. */
    private static String deep(int levels) {
        return "{\"class\":\"J\",\"args\":" + "[".repeat(levels - 1) + "]".repeat(levels - 1) + "}";
    }

    private static String deepMaps(int levels) {
        return "{\"class\":\"J\",\"a\":" + "{\"a\":".repeat(levels - 2) + "{}" + "}".repeat(levels - 1);
    }

    @Test
    void keepsAPayloadThatRubyCanReadOneLevelDeeper() {
        assertThat(record(Payload.ofText(deep(99)), failed("m"))).contains("\"payload\":" + deep(99) + ",");
        assertThat(record(Payload.ofText(deepMaps(99)), failed("m"))).contains("\"payload\":" + deepMaps(99) + ",");
    }

    static Stream<String> unreadable() {
        return Stream.of(
                deep(100),
                deepMaps(100),
                deep(250),
                "[1]",
                "7",
                "null",
                "\"text\"",
                "",
                "{\"class\":\"J\"",
                "{\"class\":\"J\",\"args\":[NaN]}",
                "{\"class\":\"J\",\"args\":[]} x",
                "{\"class\":\"\\ud83d\"}",
                "\ufeff{}");
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    @WireRule("W-352")
    void whatRubyCouldNotReadIsKeptAsText(String payload) {
        Map<?, ?> record = tree(record(Payload.ofText(payload), failed("m")));
        assertThat(record.get("payload"))
                .isEqualTo(Map.of("class", "UnreadablePayload", "args", List.of(), "raw", payload));
        assertThat(new ArrayList<Object>(((Map<?, ?>) record.get("payload")).keySet()))
                .containsExactly("class", "args", "raw");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"args\":[1]}",
                "{\"class\":null,\"args\":[1]}",
                "{\"class\":\"\",\"args\":[1]}",
                "{\"class\":7,\"args\":[1]}",
                "{\"class\":[\"J\"]}"
            })
    @WireRule({"W-352", "W-366"})
    void whatNamesNoClassIsKeptAsTextSinceOneSuchRecordWouldEndRubysRetryOfAll(String payload) {
        Map<?, ?> record = tree(record(Payload.ofText(payload), failed("m")));
        assertThat(record.get("payload"))
                .isEqualTo(Map.of("class", "UnreadablePayload", "args", List.of(), "raw", payload));
    }

    @Test
    @WireRule("W-352")
    void whatIsNoTextIsKeptAsBase64() {
        byte[] bytes = {'{', '"', (byte) 0xc3, '(', '"', '}', 0, (byte) 0xff};
        assertThat(record(Payload.of(bytes), failed("m")))
                .contains("\"payload\":{\"class\":\"UnreadablePayload\",\"args\":[],\"raw_base64\":\""
                        + Base64.getEncoder().encodeToString(bytes) + "\"},");
    }

    @Test
    void whatWasReadButCannotBeWrittenIsKeptAsText() {
        JobSerializer odd = new JobSerializer() {
            @Override
            public Payload encode(Object tree) {
                if (String.valueOf(tree).contains("payload={odd=")) {
                    throw new InvalidJobException("odd");
                }
                return serializer.encode(tree);
            }

            @Override
            public Object decode(Payload payload) {
                return serializer.decode(payload);
            }

            @Override
            public Object convert(Object tree, Type type) {
                return serializer.convert(tree, type);
            }
        };
        Payload record = new FailureShape(odd, CLOCK, 300).record(Payload.ofText("{\"odd\":1}"), "w", "q", failed("m"));
        assertThat(record.text())
                .contains("\"payload\":{\"class\":\"UnreadablePayload\",\"args\":[],\"raw\":\"{\\\"odd\\\":1}\"},");
    }

    @Test
    void halvesOfSurrogatePairsBecomeQuestionMarks() {
        Map<?, ?> record = tree(record(
                Payload.ofText("{}"), new JobOutcome.Failed("\ude00E", "a\ud83db 😀", List.of("frame \ud83d", "é"))));
        assertThat(record.get("exception")).isEqualTo("?E");
        assertThat(record.get("error")).isEqualTo("a?b 😀");
        assertThat(record.get("backtrace")).isEqualTo(List.of("frame ?", "é"));
    }

    @Test
    void hugeMessagesAreCut() {
        String longest = "m".repeat(50_000);
        assertThat(tree(record(Payload.ofText("{}"), failed(longest))).get("error"))
                .isEqualTo(longest);
        assertThat(tree(record(Payload.ofText("{}"), failed(longest + "m"))).get("error"))
                .isEqualTo(longest + "… (1 more characters)");
    }

    @Test
    @WireRule("W-365")
    void aBacktraceIsCutInItsLinesAndAsAWhole() {
        String line = "x".repeat(20_000_000);
        List<String> frames = new ArrayList<>(List.of(line));
        frames.addAll(Collections.nCopies(100, "y".repeat(5_000)));
        JobOutcome.Failed failure = new JobOutcome.Failed("E", line, frames);
        String record = record(Payload.ofText("{}"), failure);
        List<?> backtrace = (List<?>) tree(record).get("backtrace");
        assertThat(backtrace).hasSize(51).last().isEqualTo("… cut");
        assertThat(backtrace).first().isEqualTo("x".repeat(5_000) + "… (19995000 more characters)");
        assertThat(tree(record).get("error")).isEqualTo("x".repeat(50_000) + "… (19950000 more characters)");
        assertThat(record).hasSizeLessThan(310_000);
    }

    @Test
    void aBacktraceIsCutOnlyWhereItsRoomOrItsLimitEnds() {
        String frame = "y".repeat(5_000);
        assertThat(backtrace(300, Collections.nCopies(50, frame)))
                .as("250,000 characters")
                .isEqualTo(Collections.nCopies(50, frame));
        assertThat(backtrace(300, Collections.nCopies(51, frame))).hasSize(51).endsWith("… cut");
        assertThat(backtrace(2, List.of("a", "b"))).isEqualTo(List.of("a", "b"));
        assertThat(backtrace(2, List.of("a", "b", "c"))).isEqualTo(List.of("a", "b", "… cut"));
        assertThat(backtrace(0, List.of("a"))).isEmpty();
    }

    @SuppressWarnings("unchecked")
    private List<Object> backtrace(int limit, List<String> frames) {
        Payload record = new FailureShape(serializer, CLOCK, limit)
                .record(Payload.ofText("{}"), "w", "q", new JobOutcome.Failed("E", "m", frames));
        return (List<Object>) tree(record.text()).get("backtrace");
    }

    @ParameterizedTest
    @ValueSource(ints = {49_999, 50_000})
    void cutNeverLeavesHalfOfAPair(int at) {
        String error = (String) tree(record(Payload.ofText("{}"), failed("m".repeat(at) + "😀".repeat(9))))
                .get("error");
        assertThat(JsonRules.loneSurrogate(error)).isEqualTo(-1);
        assertThat(error).startsWith("m".repeat(at)).contains("… (").hasSizeLessThanOrEqualTo(50_030);
    }
}
