package io.resque.core.internal.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.JobSpec;
import io.resque.api.MalformedPayloadException;
import io.resque.api.spi.Payload;
import io.resque.core.Serializers;
import io.resque.core.internal.wire.ItemShape;
import io.resque.core.internal.wire.PayloadShape;
import io.resque.tck.WireRule;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ItemScannerTest {
    private static ReadItem read(String item) {
        return ItemScanner.read(Payload.ofText(item));
    }

    @Test
    @WireRule("W-681")
    void anItemIsThePayloadWithItsQueueBehindItsArguments() {
        JobSpec job = JobSpec.of("My_Job", 1, "x").withMetadata("trace", "t");
        assertThat(Serializers.GSON
                        .encode(ItemShape.of(PayloadShape.plain(JobSpec.of("My_Job", 1, "é")), "high"))
                        .text())
                .isEqualTo("{\"class\":\"My_Job\",\"args\":[1,\"é\"],\"queue\":\"high\"}");
        assertThat(Serializers.GSON
                        .encode(ItemShape.of(PayloadShape.tracked(job, "t1", Instant.ofEpochMilli(1_500)), "high"))
                        .text())
                .as("further members stand at the end")
                .isEqualTo(
                        "{\"class\":\"My_Job\",\"args\":[1,\"x\"],\"queue\":\"high\",\"id\":\"t1\",\"queue_time\":1.5,"
                                + "\"trace\":\"t\"}");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "{\"class\":\"A\",\"args\":[1],\"queue\":\"q\"}             | {\"class\":\"A\",\"args\":[1]}",
                "{\"class\":\"A\",\"queue\":\"q\",\"args\":[1]}             | {\"class\":\"A\",\"args\":[1]}",
                "{\"queue\":\"q\",\"class\":\"A\",\"args\":[1]}             | {\"class\":\"A\",\"args\":[1]}",
                "{\"class\": \"A\", \"args\": [1], \"queue\": \"q\"}        | {\"class\": \"A\", \"args\": [1]}",
                "{ \"class\": \"A\", \"queue\": \"q\" , \"args\": [1] }     | { \"class\": \"A\", \"args\": [1] }",
                "{\"queue\":\"q\",\"class\":\"A\",\"queue\":\"q\"}          | {\"class\":\"A\"}",
                "{\"class\":\"A\",\"queue\":\"old\",\"queue\":\"q\"}        | {\"class\":\"A\"}",
                "{\"class\":\"A\",\"\\u0071ueue\":\"\\u0071\"}              | {\"class\":\"A\"}",
                "{\"class\":\"A\",\"args\":[{\"queue\":\"x\"}],\"queue\":\"q\"} | {\"class\":\"A\",\"args\":[{\"queue\":\"x\"}]}",
                "{\"class\":\"A\",\"args\":[1e3,\"\\u00e9\\/\",-0.0],\"queue\":\"q\",\"id\":\"t\",\"n\":12345678901234567890}"
                        + "| {\"class\":\"A\",\"args\":[1e3,\"\\u00e9\\/\",-0.0],\"id\":\"t\",\"n\":12345678901234567890}",
                "{\"class\":\"A\",\"args\":\"x\\\"]}\",\"queue\":\"q\"}     | {\"class\":\"A\",\"args\":\"x\\\"]}\"}"
            })
    @WireRule("W-682")
    void theQueueIsCutOutAndNothingElseChanges(String item, String payload) {
        ReadItem read = read(item.strip());
        assertThat(read.problem()).isNull();
        assertThat(read.queue()).isEqualTo("q");
        assertThat(read.payload()).isNotNull().extracting(Payload::text).isEqualTo(payload.strip());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "not json",
                "null",
                "1",
                "[]",
                "\"x\"",
                "{",
                "{}x",
                "{\"class\":\"A\",\"queue\":\"q\"",
                "{\"class\":\"A\",}",
                "{\"class\":\"A\" \"queue\":\"q\"}",
                "{class:\"A\",\"queue\":\"q\"}",
                "{'class':'A'}",
                "{\"class\":\"A\",\"queue\":\"q\"} {}",
                "{\"class\":\"A\",\"queue\":\"q\",\"args\":[1,]}",
                "{\"class\":\"A\",\"queue\":\"q\",\"args\":[01]}",
                "{\"class\":\"A\",\"queue\":\"q\",\"args\":[1.]}",
                "{\"class\":\"A\",\"queue\":\"q\",\"args\":[nul]}",
                "{\"class\":\"A\",\"queue\":\"q\",\"args\":[NaN]}",
                "{\"class\":\"A\",\"queue\":\"q\",\"args\":[-]}",
                "{\"class\":\"A\",\"queue\":\"q\",\"args\":[1e]}",
                "{\"class\":\"A\",\"queue\":\"q\",\"args\":[\"\\x\"]}",
                "{\"class\":\"A\",\"queue\":\"q\",\"args\":[\"\\u00g0\"]}",
                "{\"class\":\"A\",\"queue\":\"q\",\"args\":[\"\t\"]}",
                "{\"class\":\"A\",\"queue\":\"q\",\"args\":[\"x]}",
                "{\"class\":\"A\",\"queue\":\"q\",\"args\":{\"a\"}}",
                "{\"class\":\"A\",\"queue\":\"q\",\"args\":{1:2}}",
                "{\"queue\":\"q\",\"args\":[]}",
                "{\"class\":\"\",\"queue\":\"q\"}",
                "{\"class\":1,\"queue\":\"q\"}"
            })
    @WireRule("W-683")
    void whatIsNoJobIsToldApart(String item) {
        assertThat(read(item).payload()).isNull();
        assertThat(read(item).problem()).startsWith("The delayed item ").doesNotContain("\"q\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",\"queue\":null",
                ",\"queue\":\"\"",
                ",\"queue\":7",
                ",\"queue\":[\"q\"]",
                ",\"queue\":\"\\ud800\""
            })
    @WireRule("W-683")
    void aJobWithoutAQueueIsToldApart(String queue) {
        ReadItem read = read("{\"class\":\"A\",\"args\":[1]" + queue + "}");
        assertThat(read.queue()).isNull();
        assertThat(read.problem()).isEqualTo("The delayed item names no queue");
        assertThat(read.payload()).isNotNull().extracting(Payload::text).isEqualTo("{\"class\":\"A\",\"args\":[1]}");
    }

    @Test
    @WireRule("W-683")
    void anItemThatIsNoTextIsToldApart() {
        byte[] item = "{\"class\":\"A?\",\"queue\":\"q\"}".getBytes(StandardCharsets.US_ASCII);
        item[11] = (byte) 0xc3;
        assertThat(ItemScanner.read(Payload.of(item)).problem()).isEqualTo("The delayed item is no UTF-8");
    }

    @Test
    void levelsAreBounded() {
        String deep = "[".repeat(199) + "]".repeat(199);
        assertThat(read("{\"class\":\"A\",\"queue\":\"q\",\"args\":" + deep + "}")
                        .problem())
                .isNull();
        assertThat(read("{\"class\":\"A\",\"queue\":\"q\",\"args\":[" + deep + "]}")
                        .problem())
                .contains("nests deeper");
        assertThat(read("{\"class\":\"A\",\"queue\":\"q\",\"args\":" + "[".repeat(1_000_000) + "}")
                        .problem())
                .contains("nests deeper");
    }

    /** Whatever a strict serializer reads, the scanner reads, and the other way round, but for what is not asked of it. */
    @Test
    void itAgreesWithTheSerializer() {
        String whole =
                "{\"class\":\"A\",\"args\":[1.5e3,-0,\"é\\n\\u00e9\",true,null,{\"a\":[]}],\"queue\":\"q\",\"n\":{\"b\":\"\"}}";
        Random random = new Random(7);
        String signs = "{}[]\",:\\0123-+.eEu \n ntf";
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(whole);
            for (int changes = random.nextInt(2); changes >= 0; changes--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.insert(at, signs.charAt(random.nextInt(signs.length())));
                    default -> text.setCharAt(at, signs.charAt(random.nextInt(signs.length())));
                }
            }
            Payload item = Payload.ofText(text.toString());
            ReadItem ours = ItemScanner.read(item);
            Object tree = treeOrNull(item);
            if (!(tree instanceof Map<?, ?> members)) {
                assertThat(ours.payload()).as("no JSON object: %s", text).isNull();
                continue;
            }
            if (members.get("class") instanceof String named && !named.isEmpty()) {
                assertThat(ours.payload()).as("JSON with a class: %s", text).isNotNull();
                Map<Object, Object> rest = new LinkedHashMap<>(members);
                Object queue = rest.remove("queue");
                assertThat(treeOrNull(ours.payload())).as(text.toString()).isEqualTo(rest);
                assertThat(ours.queue()).isEqualTo(queue instanceof String name && !name.isEmpty() ? name : null);
                read++;
            } else {
                assertThat(ours.problem()).as(text.toString()).isNotNull();
            }
        }
        assertThat(read)
                .as("texts that are jobs, to be sure that there are some")
                .isGreaterThan(1_000);
    }

    private static Object treeOrNull(Payload item) {
        try {
            return Serializers.GSON.decode(item);
        } catch (MalformedPayloadException e) {
            return List.of("none");
        }
    }
}
