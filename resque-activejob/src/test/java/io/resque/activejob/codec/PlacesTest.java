package io.resque.activejob.codec;

import static io.resque.activejob.codec.ArgumentCodecTest.list;
import static io.resque.activejob.codec.ArgumentCodecTest.map;
import static io.resque.activejob.codec.ArgumentCodecTest.rails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages name the right place, and limits hold to the last value; also what is written at the edges of a type. */
class PlacesTest {
    private static final ArgumentCodec CODEC = ArgumentCodec.builder().build();

    static Stream<Object[]> places() {
        UnknownObject unknown = new UnknownObject(
                map("_aj_serialized", "X", "a", list(1L, map("b", 1L)), "c", list(map("d", 1L), list(), Double.NaN)));
        return Stream.of(
                new Object[] {Arguments.of(list(1, list(2)), map("a", 1), Double.NaN), "Argument 2 is NaN"},
                new Object[] {
                    Arguments.of(list(list(1), map("a", list(1), "b", list(1, Double.NaN)))),
                    "Argument 0[1][\"b\"][1] is NaN"
                },
                new Object[] {
                    Arguments.of(RubyRange.closed(1, 2), RubyRange.closed(null, RubyRange.closed(1, Double.NaN))),
                    "Argument 1[\"end\"][\"end\"] is NaN"
                },
                new Object[] {Arguments.of(1, unknown), "Argument 1[\"c\"][2] is NaN"},
                new Object[] {Arguments.of(1).with("a", list(1)).with("b", Double.NaN), "The keyword \"b\" is NaN"},
                new Object[] {Arguments.of(map("a\n", Double.NaN)), "Argument 0[\"a\\u000a\"] is NaN"},
                new Object[] {
                    Arguments.of(map("x".repeat(101), Double.NaN)), "Argument 0[\"" + "x".repeat(100) + "…\"] is NaN"
                },
                new Object[] {
                    Arguments.of(map("x".repeat(100), Double.NaN)), "Argument 0[\"" + "x".repeat(100) + "\"] is NaN"
                });
    }

    @ParameterizedTest
    @MethodSource("places")
    void thePlaceOfAWrongValueIsNamed(Arguments arguments, String message) {
        assertThatThrownBy(() -> CODEC.write(arguments)).hasMessageStartingWith(message);
    }

    @Test
    void thePlaceOfAWrongTreeIsNamed() {
        Object tree =
                list(1L, list(map("a", list()), map("b", 1L, "c", list(rails("Symbol", "x"), rails("Symbol", 5L)))));
        assertThatThrownBy(() -> CODEC.read(tree))
                .hasMessageStartingWith("Argument 1[1][\"c\"][1] is of SymbolSerializer");
    }

    private static Object nested(int lists) {
        Object nested = 1L;
        for (int i = 0; i < lists; i++) {
            nested = list(nested);
        }
        return nested;
    }

    @Test
    void whatIsInsideOfAnUnknownObjectCountsToo() {
        assertThat(CODEC.write(Arguments.of(new UnknownObject(map("_aj_serialized", "X", "a", nested(94))))))
                .hasSize(1);
        assertThatThrownBy(
                        () -> CODEC.write(Arguments.of(new UnknownObject(map("_aj_serialized", "X", "a", nested(95))))))
                .hasMessageContaining("96 levels");
        UnknownObject large = new UnknownObject(map("_aj_serialized", "X", "a", Collections.nCopies(1_000_000, 1L)));
        assertThatThrownBy(() -> CODEC.write(Arguments.of(large))).hasMessageContaining("1000000 values");
        assertThatThrownBy(
                        () -> CODEC.write(Arguments.of(new UnknownObject(map("_aj_serialized", "X", "a\ud800", 1L)))))
                .hasMessageContaining("no text of Unicode");
        assertThatThrownBy(
                        () -> CODEC.write(Arguments.of(new UnknownObject(map("_aj_serialized", "X", "a", "\udc00")))))
                .hasMessageContaining("half of a surrogate pair");
    }

    @Test
    void aMillionValuesAreTheLimit() {
        assertThat(CODEC.read(Collections.nCopies(999_999, null)).positional()).hasSize(999_999);
        assertThatThrownBy(() -> CODEC.read(Collections.nCopies(1_000_000, null)))
                .hasMessageContaining("1000000 values");
        assertThat(CODEC.read(nested(200)).positional()).hasSize(1);
        assertThatThrownBy(() -> CODEC.read(nested(201))).hasMessageContaining("200 levels");
    }

    @Test
    void utcIsZUnlessItIsTheWinterOfLondon() {
        assertThat(CODEC
                        .write(Arguments.of(
                                ZonedDateTime.parse("2024-01-01T00:00:00Z[Europe/London]"),
                                ZonedDateTime.parse("2024-01-01T00:00:00Z[Etc/UTC]"),
                                ZonedDateTime.parse("2024-01-01T00:00:00Z"),
                                OffsetDateTime.parse("0000-01-01T00:00:00-00:30")))
                        .stream()
                        .map(time -> ((Map<?, ?>) time).get("value") + " " + ((Map<?, ?>) time).get("time_zone")))
                .containsExactly(
                        "2024-01-01T00:00:00.000000000+00:00 Europe/London",
                        "2024-01-01T00:00:00.000000000Z Etc/UTC",
                        "2024-01-01T00:00:00.000000000Z null",
                        "0000-01-01T00:00:00.000000000-00:30 null");
    }

    @Test
    void aTimeWithoutAnOffsetIsReadAsOne() {
        LocalDateTime time = LocalDateTime.parse("2024-02-29T12:34:56");
        assertThat(CODEC.read(list(rails("Time", time.toString()), rails("TimeWithZone", time.toString())))
                        .positional())
                .isEqualTo(list(time, time));
        assertThat(CODEC.read(list(rails("Time", "2024-02-29"))).positional())
                .isEqualTo(list(LocalDateTime.parse("2024-02-29T00:00")));
        assertThat(CODEC.read(list(rails("DateTime", "2024-02-29T12:34"))).positional())
                .isEqualTo(list(new RubyDateTime(OffsetDateTime.parse("2024-02-29T12:34Z"))));
    }

    @ParameterizedTest
    @CsvSource({
        "2024-01-01T00:00:00+18:00, 2024-01-01T00:00:00+18:00",
        "2024-01-01T00:00:00-18:01, 2024-01-01T18:01:00Z",
        "2024-01-01T23:59:59+00:59, 2024-01-01T23:59:59+00:59",
        "2024-01-31T00:00:00Z, 2024-01-31T00:00:00Z"
    })
    void theLastOfEachNumberIsATime(String text, String read) {
        assertThat(CODEC.read(list(rails("Time", text))).positional()).isEqualTo(list(OffsetDateTime.parse(read)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2024-01-32T00:00:00Z", "2024-01-01T00:00:61Z", "2024-01-01T00:00:00+00:60"})
    void oneMoreIsNone(String text) {
        assertThatThrownBy(() -> CODEC.read(list(rails("Time", text)))).hasMessageContaining("is the time");
    }

    @Test
    void aDecimalHasLimits() {
        for (String text : List.of("1e9998", "1e-9999", "0." + "0".repeat(999) + "1", "9".repeat(4_999), "1_0.0_1")) {
            BigDecimal value = new BigDecimal(text.replace("_", ""));
            Object read =
                    CODEC.read(list(rails("BigDecimal", text))).positional().get(0);
            assertThat((BigDecimal) read).isEqualByComparingTo(value);
            Object again =
                    CODEC.read(CODEC.write(Arguments.of(value))).positional().get(0);
            assertThat((BigDecimal) again).isEqualByComparingTo(value);
        }
        assertThatThrownBy(() -> CODEC.read(list(rails("BigDecimal", "1e10000"))))
                .hasMessageContaining("9,999");
        assertThatThrownBy(() -> CODEC.write(Arguments.of(new BigDecimal("9".repeat(5_001)))))
                .hasMessageContaining("5,000 digits");
    }

    @Test
    void theKeysOfAMarkerCanBeATextOrAHash() {
        RubyHash text = (RubyHash) CODEC.read(list(map("a", 1L, "b", 1L, "c", 1L, "_aj_symbol_keys", "ab"), 1L))
                .positional()
                .get(0);
        assertThat(text.symbolKeys()).containsExactly("a", "b");
        RubyHash hash = (RubyHash) CODEC.read(list(map("a", 1L, "b", 1L, "_aj_symbol_keys", map("b", 1L)), 1L))
                .positional()
                .get(0);
        assertThat(hash.symbolKeys()).containsExactly("b");
        assertThat(hash.keys()).isEqualTo(RubyHash.Keys.MIXED);
        assertThatThrownBy(() -> RubyHash.of(RubyHash.Keys.MIXED, Map.of())).hasMessageContaining("RubyHash.mixed");
    }

    static Stream<Object[]> ends() {
        OffsetDateTime time = OffsetDateTime.parse("2024-01-01T00:00:00Z");
        return Stream.of(
                new Object[] {1, 2.5, true},
                new Object[] {new BigDecimal("1.5"), RubyDuration.of(1, "days"), true},
                new Object[] {"a", "b", true},
                new Object[] {RubySymbol.of("a"), RubySymbol.of("b"), true},
                new Object[] {LocalDate.EPOCH, time, true},
                new Object[] {time.toInstant(), time.toZonedDateTime(), true},
                new Object[] {new RubyDateTime(time), LocalDate.EPOCH, true},
                new Object[] {list(1), list(2), true},
                new Object[] {RubyClass.of("A"), RubyClass.of("B"), true},
                new Object[] {null, list(), true},
                new Object[] {"a", null, true},
                new Object[] {"a", RubySymbol.of("a"), false},
                new Object[] {"a", 1, false},
                new Object[] {time, 1, false},
                new Object[] {time, "2024", false},
                new Object[] {list(), "a", false},
                new Object[] {RubyClass.of("A"), "A", false},
                new Object[] {RubyClass.of("A"), map("a", 1), false});
    }

    @ParameterizedTest
    @MethodSource("ends")
    void aRangeHasEndsThatRubyCanCompare(Object begin, Object end, boolean fits) {
        for (RubyRange range : List.of(RubyRange.closed(begin, end), RubyRange.halfOpen(end, begin))) {
            if (fits) {
                assertThat(CODEC.read(CODEC.write(Arguments.of(range))).positional())
                        .hasSize(1);
            } else {
                assertThatThrownBy(() -> CODEC.write(Arguments.of(range))).hasMessageContaining("cannot be compared");
            }
        }
    }

    @Test
    void whatHoldsItselfIsRefused() {
        List<Object> list = list();
        list.add(list);
        Map<String, Object> map = map("a", 1);
        map.put("b", map);
        for (Object itself : list(list, map)) {
            assertThatThrownBy(() -> CODEC.write(Arguments.of(itself))).hasMessageContaining("96 levels");
            UnknownObject unknown = new UnknownObject(map("_aj_serialized", "X", "a", itself));
            assertThatThrownBy(() -> CODEC.write(Arguments.of(unknown))).hasMessageContaining("96 levels");
            assertThatThrownBy(() -> CODEC.read(list(itself))).hasMessageContaining("200 levels");
        }
    }

    @Test
    void aHashIsAMap() {
        RubyHash hash = RubyHash.of(RubyHash.Keys.SYMBOL, map("a", 1L, "b", null));
        assertThat(hash)
                .containsEntry("a", 1L)
                .containsKey("b")
                .doesNotContainKey("c")
                .hasSize(2);
        assertThat(hash.get("a")).isEqualTo(1L);
        assertThat(hash.get("c")).isNull();
        assertThat(hash).isEqualTo(map("a", 1L, "b", null));
        assertThatThrownBy(() -> hash.put("c", 1)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> hash.symbolKeys().clear()).isInstanceOf(UnsupportedOperationException.class);
    }
}
