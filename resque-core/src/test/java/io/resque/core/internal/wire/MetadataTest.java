package io.resque.core.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Payload;
import io.resque.core.Serializers;
import io.resque.tck.WireRule;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.AbstractList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataTest {
    private static final JobSerializer JSON = Serializers.GSON;

    private static Map<String, @Nullable Object> read(String members) {
        String payload = "{\"class\":\"My_Job\",\"args\":[]," + members + "}";
        return Metadata.read((Map<?, ?>) JSON.decode(Payload.ofText(payload)));
    }

    @Test
    @WireRule("W-262")
    void whatRubysTracingAdds() {
        assertThat(read("\"traceparent\":\"00-ab-cd-01\",\"tracestate\":\"\",\"baggage\":null"))
                .containsExactly(entry("traceparent", "00-ab-cd-01"), entry("tracestate", ""), entry("baggage", null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"id\":\"a\",\"queue_time\":1.5,\"prefix\":\"p\"",
                "\"queue\":\"math\"",
                "\"vars\":{\"n\":1},\"data\":{\"n\":1}",
                "\"\":1",
            })
    @WireRule("W-262")
    void theNamesOfLibrariesAreNoMetadata(String members) {
        assertThat(read(members)).isSameAs(Map.of());
        assertThat(read(members + ",\"x\":1")).containsExactly(entry("x", 1L));
    }

    @Test
    @WireRule("W-262")
    void aStandInHasNone() {
        for (String name : new String[] {"OversizePayload", "UnreadablePayload"}) {
            String payload = "{\"class\":\"" + name + "\",\"args\":[],\"raw\":\"x\",\"size\":1}";
            assertThat(Metadata.read((Map<?, ?>) JSON.decode(Payload.ofText(payload))))
                    .isEmpty();
        }
    }

    @Test
    @WireRule("W-262")
    void theFirstSixteenAreKept() {
        String million = IntStream.range(0, 1_000_000)
                .mapToObj(i -> "\"m" + i + "\":" + i)
                .collect(Collectors.joining(","));
        Map<String, @Nullable Object> kept = read(million);
        assertThat(kept).hasSize(16).containsEntry("m0", 0L).containsEntry("m15", 15L);
    }

    @Test
    @WireRule("W-262")
    void aMemberThatIsTooLargeHidesNoOther() {
        String large = "\"debug\":\"" + "x".repeat(9_000) + "\"";
        assertThat(read(large + ",\"traceparent\":\"00\"," + large.replace("debug", "more")))
                .containsExactly(entry("traceparent", "00"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "true",
                "false",
                "0",
                "-12",
                "123456789012345678901234567890",
                "1.5",
                "1.0e-07",
                "0.1000000000000000000000000000001",
                "\"\"",
                "\"a\\\"\\\\b\"",
                "\"\\b\\f\\n\\r\\t\\u0000\\u001f\u007f\"",
                "\"é\u2028😀\"",
                "\" \u0080\u0800\"",
                "[]",
                "[1]",
                "[1,[],\"x\"]",
                "{}",
                "{\"a\":1}",
                "{\"é\\n\":[{}],\"b\":null}",
            })
    @WireRule("W-261")
    void sizesAreThoseOfTheJson(String json) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("né", JSON.decode(Payload.ofText(json)));
        int size = JSON.encode(members).size();
        assertThat(Metadata.size("né", members.get("né"), 10_000)).isEqualTo(size - 1);
        members.put("b", 1L);
        assertThat(Metadata.size("b", 1L, 10_000))
                .isEqualTo(JSON.encode(members).size() - size);
    }

    @Test
    @WireRule("W-262")
    void theBoundIsExact() {
        // {"m":"…"}
        String fits = "x".repeat(Metadata.MAX_BYTES - 8);
        assertThat(JSON.encode(Map.of("m", fits)).size()).isEqualTo(8_192);
        assertThat(read("\"m\":\"" + fits + "\"")).containsEntry("m", fits);
        assertThat(read("\"m\":\"" + fits + "x\"")).isEmpty();
        // no value after the longest name that would fit alone, {"…":
        String name = "n".repeat(Metadata.MAX_BYTES - 5);
        assertThat(read("\"" + name + "\":1")).isEmpty();
        // {"m":["…","…",…]}
        String list = "[" + "\"y\",".repeat(2_046) + "\"\"]";
        assertThat(read("\"m\":" + list)).isEmpty();
    }

    @Test
    @WireRule("W-262")
    void theBoundIsExactForArraysAndObjects() {
        String array = "[\"xx\"" + ",\"x\"".repeat((Metadata.MAX_BYTES - 12) / 4);
        assertThat(JSON.encode(Map.of("m", JSON.decode(Payload.ofText(array + "]"))))
                        .size())
                .isEqualTo(8_192);
        assertThat(read("\"m\":" + array + "]")).hasSize(1);
        assertThat(read("\"m\":" + array + ",\"x\"]")).isEmpty();

        StringBuilder object = new StringBuilder("{\"more\":1234567");
        for (int i = 1_000; object.length() < Metadata.MAX_BYTES - 7; i++) {
            object.append(",\"k").append(i).append("\":1");
        }
        assertThat(JSON.encode(Map.of("m", JSON.decode(Payload.ofText(object + "}"))))
                        .size())
                .isEqualTo(8_192);
        assertThat(read("\"m\":" + object + "}")).hasSize(1);
        assertThat(read("\"m\":" + object + ",\"x\":1}")).isEmpty();
    }

    @Test
    @WireRule("W-262")
    void aNumberThatNoSerializerTakesIsLeftOut() {
        Map<String, Object> payload = new LinkedHashMap<>(Map.of("class", "My_Job"));
        payload.put("large", BigInteger.ONE.shiftLeft(1 << 20));
        payload.put("long", new BigDecimal(BigInteger.ONE.shiftLeft(1 << 15), 3));
        payload.put("m", BigInteger.ONE.shiftLeft(100));
        assertThat(Metadata.read(payload)).containsOnlyKeys("m");
    }

    @Test
    @WireRule("W-262")
    void noMemberIsWalkedFurtherThanTheBound() {
        AtomicInteger read = new AtomicInteger();
        List<String> million = new AbstractList<>() {
            @Override
            public String get(int index) {
                read.incrementAndGet();
                return "x";
            }

            @Override
            public int size() {
                return 1_000_000;
            }
        };
        Map<String, Object> payload = new LinkedHashMap<>(Map.of("class", "My_Job"));
        payload.put("wide", List.of(million, million));
        payload.put("m", 1L);
        assertThat(Metadata.read(payload)).containsOnlyKeys("m");
        assertThat(read.get()).isBetween(1, Metadata.MAX_BYTES);
    }
}
