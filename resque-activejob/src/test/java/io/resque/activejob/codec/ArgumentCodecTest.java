package io.resque.activejob.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TimeZone;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ArgumentCodecTest {
    private static final ArgumentCodec CODEC = ArgumentCodec.builder().build();

    static List<@Nullable Object> list(@Nullable Object... values) {
        return new ArrayList<>(Arrays.asList(values));
    }

    private static Object[] refused(@Nullable Object value, String... words) {
        return new Object[] {value, List.of(words)};
    }

    static Stream<Object[]> refusals() {
        Map<Object, Object> nullKey = new HashMap<>();
        nullKey.put(null, 1);
        Map<Object, Object> twice = new LinkedHashMap<>();
        twice.put("a", 1);
        twice.put(RubySymbol.of("a"), 2);
        RubyHash keywords = RubyHash.of(RubyHash.Keys.KEYWORDS, Map.of("a", 1));
        List<Object> itself = new ArrayList<>();
        itself.add(itself);
        return Stream.of(
                refused(Double.NaN, "Argument 0 is NaN", "send null or a text"),
                refused(Float.POSITIVE_INFINITY, "is Infinity"),
                refused(Map.of("x", list(1, Double.NEGATIVE_INFINITY)), "Argument 0[\"x\"][1] is -Infinity"),
                refused(Map.of("_aj_globalid", 1), "[\"_aj_globalid\"] is a key that Rails keeps for itself"),
                refused(Map.of(RubySymbol.of("_aj_serialized"), 1), "choose another one"),
                refused(Map.of("_aj_symbol_keys", 1), "choose another one"),
                refused(Map.of("_aj_ruby2_keywords", 1), "choose another one"),
                refused(list(Map.of("_aj_hash_with_indifferent_access", 1)), "choose another one"),
                refused(Map.of(1, 2), "has the key \"1\", which is neither a String nor a RubySymbol"),
                refused(nullKey, "has the key null"),
                refused(twice, "Rails would lose one"),
                refused(list(keywords, 1), "Argument 0[0] holds keywords", "put it there"),
                refused("a\ud800", "half of a surrogate pair at index 1"),
                refused(RubySymbol.of("\udc00"), "half of a surrogate pair"),
                refused(Map.of("\udc00", 1), "half of a surrogate pair"),
                refused(itself, "Argument 0 nests deeper than 96 levels"),
                refused(Optional.of(1), "orElse(null)"),
                refused(Thread.State.NEW, "is of java.lang.Thread$State", "RubySymbol.of(name)"),
                refused(LocalDateTime.now(), "it has no offset"),
                refused(new java.util.Date(), "toInstant()"),
                refused(Locale.GERMAN, "as Rails spells it"),
                refused(TimeZone.getTimeZone("UTC"), "as Rails spells it"),
                refused(ZoneOffset.UTC, "as Rails spells it"),
                refused(String.class, "RubyClass.of(name)"),
                refused(Set.of(1), "send a List"),
                refused(new int[] {1}, "send a List"),
                refused(UUID.randomUUID(), "send its toString()"),
                refused('c', "send its toString()"),
                refused(new StringBuilder("x"), "send its toString()"),
                refused(new AtomicLong(1), "longValue()"),
                refused(new Object(), "register an ObjectSerializer"),
                refused(RubyClass.of("com.example.Order"), "such as Shop::Order"),
                refused(RubyClass.of(""), "such as Shop::Order"),
                refused(RubyRange.closed(1, "x"), "cannot be compared"),
                refused(RubyRange.closed(1, new Object()), "cannot be compared"),
                refused(new RubyDuration(1, Map.of("fortnights", 1)), "\"fortnights\"", "no unit"),
                refused(new BigDecimal("1E+99999"), "exponent beyond 9,999"),
                refused(ZonedDateTime.now(ZoneId.of("GMT+2")), "the zone \"GMT+02:00\"", "Europe/Berlin"),
                refused(new UnknownObject(Map.of("_aj_serialized", "X", "a", Double.NaN)), "Argument 0[\"a\"] is NaN"),
                refused(new UnknownObject(Map.of("_aj_serialized", "X", "a", new Object())), "give a JSON value"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void isRefused(Object value, List<String> words) {
        assertThatThrownBy(() -> CODEC.write(Arguments.of(value)))
                .isInstanceOf(ArgumentCodecException.class)
                .message()
                .contains(words);
    }

    @Test
    void keywordsAreLastAndNamedInMessages() {
        assertThat(CODEC.write(Arguments.of(1).with("user", 2).with("flag", RubySymbol.of("on"))))
                .hasToString("[1, {user=2, flag={_aj_serialized=ActiveJob::Serializers::SymbolSerializer, value=on},"
                        + " _aj_ruby2_keywords=[user, flag]}]");
        assertThat(CODEC.write(Arguments.of())).isEmpty();
        assertThatThrownBy(() -> CODEC.write(Arguments.of().with("a", list(Double.NaN))))
                .hasMessageStartingWith("The keyword \"a\"[0] is NaN");
        assertThatThrownBy(() -> CODEC.write(Arguments.of().with("_aj_symbol_keys", 1)))
                .hasMessageContaining("has a name that Rails keeps for itself");
        RubyHash hash = RubyHash.of(RubyHash.Keys.KEYWORDS, Map.of("a", 1L));
        assertThat(CODEC.read(CODEC.write(Arguments.of(hash))).keywords()).isEqualTo(Map.of("a", 1L));
        assertThatThrownBy(() -> CODEC.write(Arguments.of(hash).with("b", 2)))
                .hasMessageContaining("Argument 0 holds keywords, which Ruby takes only from the last argument");
    }

    @Test
    void keywordsOfOldVersionsAreOptions() {
        Arguments read = CODEC.read(list(1L, map("a", 2L, "_aj_symbol_keys", list("a"))));
        assertThat(read.keywords()).isEmpty();
        assertThat(read.positional()).hasSize(2);
        assertThat(read.keywordsOrOptions()).isEqualTo(Map.of("a", 2L));
        assertThat(CODEC.read(list(map("a", 2L))).keywordsOrOptions()).isEmpty();
        assertThat(CODEC.read(list(map("a", 2L, "_aj_ruby2_keywords", list("a"))))
                        .keywordsOrOptions())
                .isEqualTo(Map.of("a", 2L));
    }

    static Map<String, @Nullable Object> map(@Nullable Object... pairs) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "RAILS_6_1 | true | 1.5 | false",
                "RAILS_7_0 | false | 1.5 | true",
                "RAILS_7_1 | false | {_aj_serialized=ActiveJob::Serializers::BigDecimalSerializer, value=1.5} | true",
                "RAILS_8_1 | false | {_aj_serialized=ActiveJob::Serializers::BigDecimalSerializer, value=1.5} | true"
            })
    void aTargetGetsWhatItReads(Target target, boolean refusesRanges, String decimal, boolean hasZones) {
        ArgumentCodec codec = ArgumentCodec.forTarget(target);
        if (refusesRanges) {
            assertThatThrownBy(() -> codec.write(Arguments.of(RubyRange.closed(1, 2))))
                    .hasMessageContaining("which Rails 6.1 does not read; send its two ends");
        } else {
            assertThat(codec.write(Arguments.of(RubyRange.closed(1, 2)))).hasSize(1);
        }
        assertThat(codec.write(Arguments.of(new BigDecimal("1.50")))).hasToString("[" + decimal + "]");
        Object time = codec.write(Arguments.of(ZonedDateTime.parse("2024-01-01T00:00+01:00[Europe/Berlin]")))
                .get(0);
        assertThat(((Map<?, ?>) time).containsKey("time_zone")).isEqualTo(hasZones);
    }

    static Stream<Object[]> wrongTrees() {
        List<Object> deep = list();
        for (int i = 0; i < 300; i++) {
            deep = list(deep);
        }
        return Stream.of(
                refused("x", "are a text; they must be an array"),
                refused(5L, "are a number"),
                refused(true, "are true"),
                refused(
                        list(map("_aj_symbol_keys", 5L)),
                        "Argument 0 has the member _aj_symbol_keys, which is a number"),
                refused(list(1L, map("_aj_ruby2_keywords", true)), "Argument 1 has the member _aj_ruby2_keywords"),
                refused(list(rails("Symbol", 1L)), "is of SymbolSerializer with the value a number; it must be a text"),
                refused(list(rails("Module", null)), "with the value null"),
                refused(list(rails("Date", "2024-02-30")), "is the date \"2024-02-30\""),
                refused(list(rails("Time", "2024-02-29T12:34Z")), "is the time \"2024-02-29T12:34Z\""),
                refused(list(rails("Duration", "5")), "must be the number of seconds"),
                refused(list(rails("BigDecimal", 1.5)), "must be a text"),
                refused(list(rails("BigDecimal", "1e99999")), "exponent beyond 9,999"),
                refused(deep, "nests deeper than 200 levels"),
                refused(Collections.nCopies(1_000_001, null), "more than 1000000 values"),
                refused(list(Double.NaN), "Argument 0 is NaN"),
                refused(list(new Object()), "which JSON does not have"),
                refused(list(Map.of(1, 2)), "has the key 1, which is no text"));
    }

    static Map<String, @Nullable Object> rails(String type, @Nullable Object value) {
        return map("_aj_serialized", "ActiveJob::Serializers::" + type + "Serializer", "value", value);
    }

    @ParameterizedTest
    @MethodSource("wrongTrees")
    void isNotRead(Object tree, List<String> words) {
        assertThatThrownBy(() -> CODEC.read(tree))
                .isInstanceOf(ArgumentCodecException.class)
                .message()
                .contains(words);
    }

    @Test
    void missingArgumentsAreNoneAndAnObjectIsItsPairs() {
        assertThat(CODEC.read(null)).isEqualTo(Arguments.of());
        assertThat(CODEC.read(map("a", 1L, "b", null)).positional()).hasToString("[[a, 1], [b, null]]");
    }

    @Test
    void aListOfTheSameListsEndsWithAMessage() {
        List<Object> doubled = list(1);
        for (int i = 0; i < 90; i++) {
            doubled = list(doubled, doubled);
        }
        List<Object> given = doubled;
        assertThatThrownBy(() -> CODEC.write(Arguments.of(given))).hasMessageContaining("more than 1000000 values");
    }

    @Test
    void theDeepestArgumentsHaveTheLevelsThatAFailureRecordLeaves() {
        assertThat(CODEC.write(Arguments.of(nested("x", 95)))).hasSize(1);
        assertThatThrownBy(() -> CODEC.write(Arguments.of(nested("x", 96)))).hasMessageContaining("96 levels");
        assertThat(CODEC.write(Arguments.of(nested(RubySymbol.of("x"), 94)))).hasSize(1);
        assertThatThrownBy(() -> CODEC.write(Arguments.of(nested(RubySymbol.of("x"), 95))))
                .hasMessageContaining("96 levels");
        assertThat(CODEC.write(Arguments.of(nested(Map.of(), 93)))).hasSize(1);
        assertThatThrownBy(() -> CODEC.write(Arguments.of(nested(Map.of(), 94))))
                .hasMessageContaining("96 levels");
    }

    private static Object nested(Object value, int lists) {
        Object nested = value;
        for (int i = 0; i < lists; i++) {
            nested = list(nested);
        }
        return nested;
    }

    @Test
    void aSerializerOfOnesOwnThatThrowsIsNamed() {
        ObjectSerializer<StringBuilder> wrong = new ObjectSerializer<>() {
            @Override
            public String name() {
                return "TextSerializer";
            }

            @Override
            public Class<StringBuilder> type() {
                return StringBuilder.class;
            }

            @Override
            public Map<String, @Nullable Object> write(StringBuilder value) {
                throw new IllegalStateException("no");
            }

            @Override
            public StringBuilder read(Map<String, @Nullable Object> members) {
                return new StringBuilder((String) members.get("text"));
            }
        };
        ArgumentCodec codec = ArgumentCodec.builder().serializer(wrong).build();
        assertThatThrownBy(() -> codec.write(Arguments.of(new StringBuilder())))
                .isInstanceOf(ArgumentCodecException.class)
                .hasMessageContaining(
                        "Argument 0 cannot be written by TextSerializer: java.lang.IllegalStateException: no");
        assertThatThrownBy(() -> codec.read(list(map("_aj_serialized", "TextSerializer", "text", 5L))))
                .isInstanceOf(ArgumentCodecException.class)
                .hasMessageContaining("Argument 0 cannot be read by TextSerializer");
        ArgumentCodec.Builder builder = codec.toBuilder();
        assertThatThrownBy(() -> builder.serializer(wrong)).hasMessageContaining("two serializers");
    }
}
