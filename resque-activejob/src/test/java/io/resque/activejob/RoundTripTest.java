package io.resque.activejob;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.activejob.codec.ArgumentCodec;
import io.resque.activejob.codec.Arguments;
import io.resque.activejob.codec.GlobalId;
import io.resque.activejob.codec.RubyClass;
import io.resque.activejob.codec.RubyDateTime;
import io.resque.activejob.codec.RubyDuration;
import io.resque.activejob.codec.RubyHash;
import io.resque.activejob.codec.RubyRange;
import io.resque.activejob.codec.RubySymbol;
import io.resque.activejob.codec.UnknownObject;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Payload;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each type of an argument goes through JSON and back, by both serializers, and nothing of it is lost. */
class RoundTripTest {
    private static final ArgumentCodec CODEC =
            ArgumentCodec.builder().serializer(TypedValues.MONEY).build();

    private static Map<String, @Nullable Object> map(@Nullable Object... pairs) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }

    private static final OffsetDateTime TIME = OffsetDateTime.parse("2024-02-29T12:34:56.789012345+05:30");

    static Stream<Object> values() {
        return Stream.of(
                true,
                0L,
                -1L,
                Long.MIN_VALUE,
                new BigInteger("-1180591620717411303424"),
                new BigInteger("9".repeat(900)),
                0.0,
                -0.0,
                1e15,
                1e-5,
                Double.MIN_VALUE,
                Double.MAX_VALUE,
                "",
                "é/😀\u2028 \"q\" \\ \n\t\u0000 <b>&</b>",
                List.of(1L, List.of(Arrays.asList(null, "x")), List.of()),
                RubyHash.of(RubyHash.Keys.STRING, map("a", 1L, "b", null)),
                RubyHash.of(RubyHash.Keys.STRING, map()),
                RubyHash.of(RubyHash.Keys.SYMBOL, map("b", 1L, "a", RubyHash.of(RubyHash.Keys.SYMBOL, map("c", 2L)))),
                RubyHash.mixed(map("a", 1L, "b", 2L, "c", 3L), Set.of("b")),
                RubyHash.of(RubyHash.Keys.INDIFFERENT, map("a", 1L, "_aj_other", 2L)),
                List.of(1L, RubyHash.of(RubyHash.Keys.KEYWORDS, map("flag", true))),
                RubySymbol.of("with space é"),
                RubySymbol.of(""),
                RubyClass.of("::Billing::Invoice"),
                RubyDuration.of(Duration.ofMillis(-1500)),
                RubyDuration.of(Duration.ZERO),
                RubyDuration.of(Period.of(1, -2, 3)),
                RubyDuration.of(90, "minutes"),
                new RubyDuration(5L, Map.of()),
                LocalDate.of(2024, 2, 29),
                LocalDate.of(-1, 1, 1),
                LocalDate.of(10000, 1, 1),
                new RubyDateTime(TIME),
                new RubyDateTime(TIME.withOffsetSameInstant(ZoneOffset.UTC)),
                TIME,
                TIME.withOffsetSameInstant(ZoneOffset.UTC),
                TIME.withOffsetSameLocal(ZoneOffset.ofHoursMinutes(-3, -30)),
                ZonedDateTime.parse("2024-07-01T00:00:00.000000001+02:00[Europe/Berlin]"),
                ZonedDateTime.parse("2024-10-27T02:30:00+01:00[Europe/Berlin]"),
                ZonedDateTime.parse("2024-10-27T02:30:00+02:00[Europe/Berlin]"),
                ZonedDateTime.parse("2024-01-01T00:00:00Z[Europe/London]"),
                ZonedDateTime.parse("2024-01-01T00:00:00Z[Etc/UTC]"),
                ZonedDateTime.parse("2024-01-01T00:00:00+02:00"),
                RubyRange.closed(1L, null),
                RubyRange.halfOpen(TIME, TIME.plusDays(1)),
                new RubyRange(null, null, false),
                RubyRange.closed("a", "c"),
                new BigDecimal("1.1"),
                new BigDecimal("-1E-20"),
                new BigDecimal("12345678901234567890.123456789"),
                new BigDecimal("1E+3000"),
                GlobalId.of("shop-app", "Billing::Invoice", "a/b c*~é?#"),
                GlobalId.of("shop", "Person", 1, 2),
                new GlobalId(
                        "shop",
                        "Person",
                        List.of("7"),
                        map("tenant", "a b&c", "x", "").entrySet().stream()
                                .collect(
                                        LinkedHashMap::new,
                                        (m, e) -> m.put(e.getKey(), (String) e.getValue()),
                                        Map::putAll)),
                new TypedValues.Money(1250, "EUR"),
                new UnknownObject(map(
                        "x",
                        List.of(map("_aj_globalid", "gid://a/B/1"), 1.5, map()),
                        "_aj_serialized",
                        "NopeSerializer",
                        "value",
                        null)),
                new UnknownObject(map("_aj_serialized", 5L, "value", 1L)),
                new UnknownObject(map("_aj_serialized", null)),
                new UnknownObject(map("_aj_globalid", "http://x/y")),
                new UnknownObject(map("_aj_globalid", 7L)),
                new UnknownObject(
                        map("_aj_serialized", "ActiveJob::Serializers::BigDecimalSerializer", "value", "NaN")));
    }

    @ParameterizedTest
    @MethodSource("values")
    void comesBackAlone(Object value) {
        assertReturns(Arguments.of(value));
    }

    @ParameterizedTest
    @MethodSource("values")
    void comesBackAsKeywordInAListAndInAHash(Object value) {
        List<@Nullable Object> list = new ArrayList<>(Arrays.asList(null, value));
        assertReturns(Arguments.of(value instanceof RubyHash ? "" : value, list)
                .with("one", value)
                .with("two", RubyHash.mixed(map("a", list, "b", value), Set.of("a"))));
    }

    private static void assertReturns(Arguments given) {
        List<@Nullable Object> tree = CODEC.write(given);
        for (JobSerializer serializer : List.of(Recorded.GSON, Recorded.JACKSON)) {
            Payload json = serializer.encode(tree);
            Arguments read = CODEC.read(serializer.decode(json));
            assertThat(TypedValues.same(read, given))
                    .as("%s from %s", read, json.text())
                    .isTrue();
            assertThat(serializer.encode(CODEC.write(read))).isEqualTo(json);
        }
    }

    @ParameterizedTest
    @MethodSource("otherForms")
    void isReadInTheFormThatRubyHas(Object given, Object read) {
        assertThat(TypedValues.same(CODEC.read(CODEC.write(Arguments.of(given))), Arguments.of(read)))
                .as("%s as %s", given, read)
                .isTrue();
    }

    static Stream<Object[]> otherForms() {
        Map<Object, Object> mixed = new LinkedHashMap<>();
        mixed.put("a", 1);
        mixed.put(RubySymbol.of("b"), (short) 2);
        return Stream.of(
                new Object[] {(byte) 1, 1L},
                new Object[] {0.1f, 0.1},
                new Object[] {Map.of("a", 1), RubyHash.of(RubyHash.Keys.STRING, map("a", 1L))},
                new Object[] {mixed, RubyHash.mixed(map("a", 1L, "b", 2L), Set.of("b"))},
                new Object[] {Instant.parse("2024-01-01T00:00:00Z"), OffsetDateTime.parse("2024-01-01T00:00:00Z")},
                new Object[] {Duration.ofMinutes(90), RubyDuration.of(5400, "seconds")},
                new Object[] {Period.ofWeeks(2), RubyDuration.of(14, "days")},
                new Object[] {
                    ZonedDateTime.parse("2024-01-01T00:00:00Z[UTC]"),
                    ZonedDateTime.parse("2024-01-01T00:00:00Z[Etc/UTC]")
                },
                // An offset with seconds, which Ruby does not write: the instant stays.
                new Object[] {
                    OffsetDateTime.parse("1890-01-01T00:53:28+00:53:28"),
                    OffsetDateTime.parse("1890-01-01T00:53:00+00:53")
                },
                new Object[] {new BigDecimal("100"), new BigDecimal("100.0")});
    }
}
