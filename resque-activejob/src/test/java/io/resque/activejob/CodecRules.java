package io.resque.activejob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.activejob.codec.ArgumentCodecException;
import io.resque.activejob.codec.Arguments;
import io.resque.activejob.codec.GlobalId;
import io.resque.activejob.codec.RubyClass;
import io.resque.activejob.codec.RubyDateTime;
import io.resque.activejob.codec.RubyDuration;
import io.resque.activejob.codec.RubyHash;
import io.resque.activejob.codec.RubyRange;
import io.resque.activejob.codec.RubySymbol;
import io.resque.activejob.codec.Target;
import io.resque.activejob.codec.UnknownObject;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The rules W-823 to W-829, each as a check of any codec, so that wrong ones can be checked, too. */
final class CodecRules {
    /** What is judged: {@link io.resque.activejob.codec.ArgumentCodec}, or one that is wrong on purpose. */
    interface Codec {
        List<@Nullable Object> write(Target target, Arguments arguments);

        Arguments read(@Nullable Object tree);
    }

    private CodecRules() {}

    static Map<String, Consumer<Codec>> all() {
        Map<String, Consumer<Codec>> rules = new LinkedHashMap<>();
        rules.put("W-823: hashes and their markers", CodecRules::hashes);
        rules.put("W-824: Rails' own serializers", CodecRules::serializers);
        rules.put("W-824: earlier versions", CodecRules::targets);
        rules.put("W-825: GlobalIDs", CodecRules::globalIds);
        rules.put("W-826: what is refused", CodecRules::refusals);
        rules.put("W-827: how markers are read", CodecRules::markers);
        rules.put("W-828: what is unknown", CodecRules::unknown);
        rules.put("W-829: limits", CodecRules::limits);
        return rules;
    }

    private static void writes(Codec codec, Object value, String json) {
        assertThat(Recorded.text(codec.write(Target.RAILS_7_1, Arguments.of(value))))
                .isEqualTo("[" + json + "]");
    }

    private static void returns(Codec codec, Arguments arguments) {
        Arguments read = codec.read(Recorded.json(Recorded.text(codec.write(Target.RAILS_7_1, arguments))));
        assertThat(TypedValues.same(read, arguments))
                .as("%s came back as %s", arguments, read)
                .isTrue();
    }

    private static Map<String, @Nullable Object> map(@Nullable Object... pairs) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }

    private static void hashes(Codec codec) {
        RubyHash mixed =
                RubyHash.mixed(map("a", 1L, "b", RubyHash.of(RubyHash.Keys.SYMBOL, map("c", null))), Set.of("b"));
        writes(codec, map("a", 1), "{\"a\":1,\"_aj_symbol_keys\":[]}");
        writes(codec, mixed, "{\"a\":1,\"b\":{\"c\":null,\"_aj_symbol_keys\":[\"c\"]},\"_aj_symbol_keys\":[\"b\"]}");
        RubyHash indifferent = RubyHash.of(RubyHash.Keys.INDIFFERENT, map("a", 1L));
        writes(codec, indifferent, "{\"a\":1,\"_aj_hash_with_indifferent_access\":true}");
        Arguments keywords = Arguments.of(1L).with("user", 2L).with("flag", true);
        assertThat(Recorded.text(codec.write(Target.RAILS_7_1, keywords)))
                .isEqualTo("[1,{\"user\":2,\"flag\":true,\"_aj_ruby2_keywords\":[\"user\",\"flag\"]}]");
        assertThat(codec.write(Target.RAILS_7_1, Arguments.of())).isEmpty();
        returns(codec, keywords);
        returns(codec, Arguments.of(mixed, indifferent));
    }

    private static String rails(String type, String rest) {
        return "{\"_aj_serialized\":\"ActiveJob::Serializers::" + type + "Serializer\"," + rest + "}";
    }

    private static void serializers(Codec codec) {
        OffsetDateTime time = OffsetDateTime.parse("2024-02-29T12:34:56.7Z");
        ZonedDateTime zoned = ZonedDateTime.parse("2024-02-29T12:34:56+01:00[Europe/Berlin]");
        String symbol = rails("Symbol", "\"value\":\"minutes\"");
        Map<Object, String> written = new LinkedHashMap<>();
        written.put(RubySymbol.of("minutes"), symbol);
        written.put(RubyClass.of("A::B"), rails("Module", "\"value\":\"A::B\""));
        written.put(LocalDate.of(10_000, 1, 2), rails("Date", "\"value\":\"10000-01-02\""));
        written.put(new RubyDateTime(time), rails("DateTime", "\"value\":\"2024-02-29T12:34:56.700000000+00:00\""));
        written.put(time, rails("Time", "\"value\":\"2024-02-29T12:34:56.700000000Z\""));
        written.put(
                zoned,
                rails(
                        "TimeWithZone",
                        "\"value\":\"2024-02-29T12:34:56.000000000+01:00\",\"time_zone\":\"Europe/Berlin\""));
        written.put(new BigDecimal("1.10"), rails("BigDecimal", "\"value\":\"1.1\""));
        written.put(new BigDecimal("1E+2"), rails("BigDecimal", "\"value\":\"100.0\""));
        written.put(
                RubyDuration.of(90, "minutes"), rails("Duration", "\"value\":5400,\"parts\":[[" + symbol + ",90]]"));
        written.put(RubyRange.halfOpen(1L, null), rails("Range", "\"begin\":1,\"end\":null,\"exclude_end\":true"));
        written.forEach((value, json) -> {
            writes(codec, value, json);
            returns(codec, Arguments.of(value));
        });
    }

    private static void targets(Codec codec) {
        assertThat(codec.write(Target.RAILS_7_0, Arguments.of(new BigDecimal("1.5"))))
                .isEqualTo(List.of("1.5"));
        assertThatThrownBy(() -> codec.write(Target.RAILS_6_1, Arguments.of(RubyRange.closed(1, 2))))
                .isInstanceOf(ArgumentCodecException.class);
        Object time = codec.write(
                        Target.RAILS_6_1, Arguments.of(ZonedDateTime.parse("2024-02-29T12:34:56+01:00[Europe/Berlin]")))
                .get(0);
        assertThat(Recorded.text(time))
                .isEqualTo(rails("TimeWithZone", "\"value\":\"2024-02-29T12:34:56.000000000+01:00\""));
    }

    private static void globalIds(Codec codec) {
        GlobalId id = GlobalId.of("shop", "Shop::Person", "a/b c", 2);
        writes(codec, id, "{\"_aj_globalid\":\"gid://shop/Shop::Person/a%2Fb+c/2\"}");
        returns(codec, Arguments.of(id));
    }

    private static void refusals(Codec codec) {
        Map<Object, Object> twice = new LinkedHashMap<>(map("a", 1));
        twice.put(RubySymbol.of("a"), 2);
        Object deep = "x";
        for (int i = 0; i < 96; i++) {
            deep = List.of(deep);
        }
        for (Object wrong : List.of(
                Double.NaN,
                Map.of(1, 2),
                twice,
                map("_aj_globalid", 1),
                map("_aj_serialized", 1),
                map("_aj_symbol_keys", 1),
                map("_aj_ruby2_keywords", 1),
                map("_aj_hash_with_indifferent_access", 1),
                List.of(RubyHash.of(RubyHash.Keys.KEYWORDS, map("a", 1)), 1),
                Instant.EPOCH.atZone(ZoneId.of("GMT+2")),
                RubyClass.of("com.example.A"),
                RubyRange.closed(1, "x"),
                new RubyDuration(1, Map.of("fortnights", 1)),
                new TypedValues.Plain(),
                deep)) {
            assertThatThrownBy(() -> codec.write(Target.RAILS_8_1, Arguments.of(wrong)))
                    .as("%s", wrong)
                    .isInstanceOf(ArgumentCodecException.class);
        }
    }

    private static void reads(Codec codec, String json, Object value) {
        Arguments read = codec.read(Recorded.json("[" + json + ",null]"));
        assertThat(TypedValues.same(read.positional(), Arrays.asList(value, null)))
                .as("%s is read as %s", json, read)
                .isTrue();
    }

    private static void markers(Codec codec) {
        reads(codec, "{\"a\":1}", RubyHash.of(RubyHash.Keys.STRING, map("a", 1L)));
        reads(codec, "{\"_aj_symbol_keys\":[\"a\",\"z\"],\"a\":1}", RubyHash.of(RubyHash.Keys.SYMBOL, map("a", 1L)));
        reads(codec, "{\"a\":1,\"_aj_symbol_keys\":null}", RubyHash.of(RubyHash.Keys.STRING, map("a", 1L)));
        reads(
                codec,
                "{\"a\":1,\"_aj_symbol_keys\":[\"a\"],\"_aj_hash_with_indifferent_access\":true}",
                RubyHash.of(RubyHash.Keys.INDIFFERENT, map("a", 1L, "_aj_symbol_keys", List.of("a"))));
        reads(
                codec,
                "{\"a\":1,\"_aj_ruby2_keywords\":[\"a\"],\"_aj_symbol_keys\":[]}",
                RubyHash.of(RubyHash.Keys.STRING, map("a", 1L, "_aj_ruby2_keywords", List.of("a"))));
        reads(
                codec,
                "{\"value\":\"a\",\"x\":1,\"_aj_serialized\":\"ActiveJob::Serializers::SymbolSerializer\"}",
                RubySymbol.of("a"));
        reads(
                codec,
                "{\"_aj_globalid\":\"gid://shop/Person/7\",\"x\":1}",
                RubyHash.of(RubyHash.Keys.STRING, map("_aj_globalid", "gid://shop/Person/7", "x", 1L)));
        String marked = "{\"a\":1,\"_aj_ruby2_keywords\":[\"a\"]}";
        reads(codec, marked, RubyHash.of(RubyHash.Keys.SYMBOL, map("a", 1L)));
        reads(codec, "[" + marked + "]", List.of(RubyHash.of(RubyHash.Keys.KEYWORDS, map("a", 1L))));
        Arguments keywords = codec.read(Recorded.json("[{\"a\":1,\"_aj_ruby2_keywords\":[\"a\"]}]"));
        assertThat(keywords.positional()).isEmpty();
        assertThat(keywords.keywords()).isEqualTo(map("a", 1L));
        assertThatThrownBy(() -> codec.read(Recorded.json("[{\"_aj_symbol_keys\":5}]")))
                .isInstanceOf(ArgumentCodecException.class);
    }

    private static void unknown(Codec codec) {
        for (String json : List.of(
                "{\"a\":{\"_aj_globalid\":\"gid://a/B/1\"},\"_aj_serialized\":\"java.lang.Runtime\"}",
                "{\"_aj_serialized\":null}",
                "{\"_aj_globalid\":\"http://x/y\"}",
                "{\"_aj_globalid\":7}")) {
            UnknownObject object = new UnknownObject(Recorded.map(Recorded.json(json)));
            reads(codec, json, object);
            writes(codec, object, json);
        }
        reads(codec, "{\"_aj_globalid\":\"gid://other/Person/7\"}", GlobalId.of("other", "Person", 7));
        for (String wrong :
                List.of(rails("Date", "\"value\":\"2024-02-30\""), rails("BigDecimal", "\"value\":\"x\""))) {
            assertThatThrownBy(() -> codec.read(Recorded.json("[1,[" + wrong + "]]")))
                    .isInstanceOf(ArgumentCodecException.class)
                    .hasMessageStartingWith("Argument 1[0] ");
        }
    }

    private static void limits(Codec codec) {
        List<@Nullable Object> deep = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            deep = new ArrayList<>(List.of(deep));
        }
        Object tree = deep;
        assertThatThrownBy(() -> codec.read(tree)).isInstanceOf(ArgumentCodecException.class);
    }
}
