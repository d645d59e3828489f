package io.resque.wrong.serializer;

import static io.resque.wrong.serializer.Wrong.of;
import static io.resque.wrong.serializer.Wrong.reads;
import static io.resque.wrong.serializer.Wrong.readsTree;
import static io.resque.wrong.serializer.Wrong.writes;
import static io.resque.wrong.serializer.Wrong.writesTree;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.resque.api.InvalidJobException;
import io.resque.api.JobArgumentException;
import io.resque.api.MalformedPayloadException;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.Payload;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** All wrong serializers, each for the rules that it breaks. */
final class WrongSerializers {
    private static final Pattern NOT_ASCII = Pattern.compile("[^\\x00-\\x7f]");

    private WrongSerializers() {}

    static List<Wrong> all() {
        List<Wrong> all = new ArrayList<>(writing());
        all.addAll(reading());
        all.addAll(converting());
        all.addAll(losing());
        all.addAll(sharing());
        all.addAll(careless());
        all.addAll(lenient());
        return all;
    }

    private static List<Wrong> writing() {
        return List.of(
                writes("writes blanks", "W-201", json -> json.replace("\":", "\": ")),
                writes("writes a line end", "W-201", json -> json + "\n"),
                writesTree("sorts members", "W-201", tree -> maps(tree, TreeMap::new)),
                writesTree(
                        "leaves null out",
                        "W-201",
                        tree -> maps(tree, map -> {
                            Map<String, @Nullable Object> rest = new LinkedHashMap<>(map);
                            rest.values().removeIf(value -> value == null);
                            return rest;
                        })),
                writes("escapes slashes", "W-202", json -> json.replace("/", "\\/")),
                writes(
                        "escapes in upper case",
                        "W-202",
                        json -> Pattern.compile("\\\\u00[01][a-f]")
                                .matcher(json)
                                .replaceAll(found ->
                                        "\\\\u" + found.group().substring(2).toUpperCase(java.util.Locale.ROOT))),
                writes(
                        "escapes what is not ASCII",
                        "W-202",
                        json -> NOT_ASCII
                                .matcher(json)
                                .replaceAll(found -> found.group()
                                        .chars()
                                        .mapToObj(c -> String.format("\\\\u%04x", c))
                                        .reduce("", String::concat))),
                writes("escapes U+2028", "W-202", json -> json.replace("\u2028", "\\u2028")),
                writes("escapes U+007F", "W-202", json -> json.replace("\u007f", "\\u007f")),
                writes("has no short escapes", "W-202", json -> json.replace("\\t", "\\u0009")),
                writes("exponents as Java's", "W-203", json -> json.replaceAll("(\\d)e\\+?(-?\\d)", "$1E$2")),
                writes(
                        "whole doubles without a point",
                        "W-203",
                        json -> json.replaceAll("(\\d)\\.0([,\\]]|$)", "$1$2")),
                writesTree(
                        "integers as doubles",
                        "W-204",
                        tree -> numbers(
                                tree,
                                number -> number instanceof BigInteger big ? (Object) big.doubleValue() : number)),
                writesTree(
                        "decimals as doubles",
                        "W-204",
                        tree -> numbers(
                                tree,
                                number -> number instanceof BigDecimal big ? (Object) big.doubleValue() : number)),
                of("writes null for what has no JSON", "W-205", real -> new Wrong.Changed(real) {
                    @Override
                    public Payload encode(@Nullable Object tree) {
                        try {
                            return super.encode(tree);
                        } catch (InvalidJobException e) {
                            return Payload.ofText("null");
                        }
                    }
                }),
                writesTree(
                        "writes NaN as null",
                        "W-205",
                        tree -> numbers(
                                tree, number -> number instanceof Double d && d.isNaN() ? (Object) "NaN" : number)),
                writesTree("writes sets", "W-205", tree -> tree instanceof Set<?> set ? List.copyOf(set) : tree),
                writesTree(
                        "writes floats",
                        "W-205",
                        tree -> numbers(
                                tree, number -> number instanceof Float f ? (Object) f.doubleValue() : number)));
    }

    private static List<Wrong> reading() {
        return List.of(
                readsTree("sorts members it reads", "W-206", tree -> maps(tree, TreeMap::new)),
                of("the first of equal names wins", "W-206", real -> new Wrong.Changed(real) {
                    @Override
                    public @Nullable Object decode(Payload payload) {
                        super.decode(payload);
                        return firstWins(payload.text());
                    }
                }),
                reads("takes no blanks", "W-206", json -> json.startsWith(" ") ? "x" : json),
                reads("knows no escaped slash", "W-206 W-215", json -> json.contains("\\/") ? "x" : json),
                readsTree(
                        "integers become doubles",
                        "W-207",
                        tree -> numbers(tree, number -> number instanceof Long l ? (Object) l.doubleValue() : number)),
                readsTree(
                        "large integers become doubles",
                        "W-207",
                        tree -> numbers(
                                tree,
                                number -> number instanceof BigInteger big ? (Object) big.doubleValue() : number)),
                readsTree(
                        "large integers lose bits",
                        "W-207",
                        tree -> numbers(
                                tree, number -> number instanceof BigInteger big ? (Object) big.longValue() : number)),
                readsTree(
                        "-0 is a double",
                        "W-207",
                        tree -> numbers(tree, number -> number.equals(0L) ? (Object) (-0.0) : number)),
                readsTree(
                        "decimals become doubles",
                        "W-208",
                        tree -> numbers(
                                tree,
                                number -> number instanceof BigDecimal big ? (Object) big.doubleValue() : number)),
                readsTree(
                        "doubles become decimals",
                        "W-208",
                        tree -> numbers(
                                tree, number -> number instanceof Double d ? (Object) new BigDecimal(d) : number)),
                reads("skips a byte order mark", "W-209", json -> json.startsWith("\ufeff") ? json.substring(1) : json),
                of("reads any bytes", "W-209", real -> new Wrong.Changed(real) {
                    @Override
                    public @Nullable Object decode(Payload payload) {
                        return super.decode(Payload.ofText(new String(payload.toBytes(), StandardCharsets.UTF_8)));
                    }
                }),
                reads("nothing is null", "W-210", json -> json.isBlank() ? "null" : json),
                reads("skips comments", "W-210", json -> json.replaceAll("/\\*.*?\\*/|// .*", "")),
                reads("reads NaN", "W-210", json -> json.equals("NaN") ? "null" : json),
                reads("reads single quotes", "W-210", json -> json.replaceAll("^'(\\w*)'$", "\"$1\"")),
                reads("reads leading zeros", "W-210", json -> json.replaceAll("^(-?)0+(\\d+)$", "$1$2")),
                reads("reads control characters", "W-210", json -> json.replace("\u001f", "\\u001f")),
                reads("reads up to the first line's end", "W-210", json -> json.replaceAll("(?s)^(\\[\\]).+$", "$1")),
                reads("a comma may end a list", "W-210", json -> json.replace(",]", "]")),
                reads(
                        "half of a pair becomes a question mark",
                        "W-211",
                        json -> json.replaceAll("(?i)\\\\ud[89ab]..(?!\\\\ud[c-f]..)", "?")),
                of("100 levels are enough", "W-212", real -> refusing(real, "[".repeat(101))),
                of("any number of levels", "W-212", real -> forgiving(real, "Nested")),
                of("numbers of any length", "W-213", real -> new Wrong.Changed(real) {
                    @Override
                    public @Nullable Object decode(Payload payload) {
                        String text = payload.text();
                        return text.length() < 20_000 && text.matches("1+")
                                ? new BigInteger(text)
                                : super.decode(payload);
                    }
                }),
                reads("exponents of any size", "W-213", json -> json.replaceAll("^-?[01]e-?\\d{5,}$", "0")),
                of("quotes the payload", "W-214", real -> new Wrong.Changed(real) {
                    @Override
                    public @Nullable Object decode(Payload payload) {
                        try {
                            return super.decode(payload);
                        } catch (MalformedPayloadException e) {
                            String text = payload.text();
                            throw new MalformedPayloadException(
                                    e.getMessage() + " in " + text.substring(0, Math.min(20, text.length())));
                        }
                    }
                }),
                of("says the same place of each fault", "W-214", real -> new Wrong.Changed(real) {
                    @Override
                    public @Nullable Object decode(Payload payload) {
                        try {
                            return super.decode(payload);
                        } catch (MalformedPayloadException e) {
                            throw new MalformedPayloadException("Not valid JSON at character 7");
                        }
                    }
                }),
                of("does not say where", "W-214", real -> new Wrong.Changed(real) {
                    @Override
                    public @Nullable Object decode(Payload payload) {
                        try {
                            return super.decode(payload);
                        } catch (MalformedPayloadException e) {
                            throw new MalformedPayloadException("Not valid JSON");
                        }
                    }
                }),
                readsTree(
                        "drops what it does not know",
                        "W-215",
                        tree -> maps(tree, map -> {
                            Map<String, @Nullable Object> rest = new LinkedHashMap<>(map);
                            rest.remove("queue_time");
                            return rest;
                        })));
    }

    private static List<Wrong> converting() {
        return List.of(
                converts(
                        "cuts integers to size",
                        "W-216",
                        (real, tree, type) -> tree instanceof Number number && type == int.class
                                ? number.intValue()
                                : real.convert(tree, type)),
                converts(
                        "cuts fractions off",
                        "W-216",
                        (real, tree, type) -> tree instanceof Double number && type == int.class
                                ? number.intValue()
                                : real.convert(tree, type)),
                converts("refuses unknown members", "W-216", (real, tree, type) -> {
                    if (tree instanceof Map<?, ?> map
                            && type instanceof Class<?> c
                            && c.isRecord()
                            && map.containsKey("unknown")) {
                        throw new JobArgumentException("unknown member");
                    }
                    return real.convert(tree, type);
                }),
                converts("quotes what does not fit", "W-216", (real, tree, type) -> {
                    try {
                        return real.convert(tree, type);
                    } catch (JobArgumentException e) {
                        throw new JobArgumentException(e.getMessage() + ", it was " + tree, e);
                    }
                }),
                converts("keeps one of two keys that become equal", "W-216", (real, tree, type) -> {
                    if (tree instanceof Map<?, ?> map && map.keySet().equals(Set.of("1", "1.0"))) {
                        return Map.of(1.0, map.get("1.0"));
                    }
                    return real.convert(tree, type);
                }),
                converts("leaves inherited fields as they are", "W-216", (real, tree, type) -> {
                    if (tree instanceof Map<?, ?> map
                            && type instanceof Class<?> c
                            && c.getSimpleName().equals("Letter")) {
                        Map<Object, @Nullable Object> own = new LinkedHashMap<>(map);
                        own.remove("to");
                        return real.convert(own, type);
                    }
                    return real.convert(tree, type);
                }),
                converts("does not say what was wanted", "W-216", (real, tree, type) -> {
                    try {
                        return real.convert(tree, type);
                    } catch (JobArgumentException e) {
                        throw new JobArgumentException("It does not fit");
                    }
                }),
                converts("makes null of what does not fit", "W-216", (real, tree, type) -> {
                    try {
                        return real.convert(tree, type);
                    } catch (JobArgumentException e) {
                        return null;
                    }
                }),
                converts(
                        "takes the class from the payload",
                        "W-217",
                        (real, tree, type) ->
                                tree instanceof Map<?, ?> map && map.containsKey("@class") && type == Object.class
                                        ? new java.util.Date()
                                        : real.convert(tree, type)));
    }

    /** Most of them are right at the top and wrong in a component, an element or one type of number. */
    private static List<Wrong> losing() {
        return List.of(
                components(
                        "components are doubles", value -> value instanceof Long l ? (Object) l.doubleValue() : value),
                components(
                        "large components are doubles",
                        value -> value instanceof BigInteger big ? (Object) big.doubleValue() : value),
                components(
                        "decimal components are doubles",
                        value -> value instanceof BigDecimal big ? (Object) big.doubleValue() : value),
                components("components are text", value -> value instanceof Boolean b ? "" + b : value),
                converts(
                        "floats overflow",
                        "W-216",
                        (real, tree, type) -> tree instanceof Double number && type == float.class
                                ? (Object) number.floatValue()
                                : real.convert(tree, type)),
                converts(
                        "floats round",
                        "W-216",
                        (real, tree, type) -> tree instanceof Long number && type == Float.class
                                ? (Object) number.floatValue()
                                : real.convert(tree, type)),
                converts(
                        "doubles round",
                        "W-216",
                        (real, tree, type) -> tree instanceof Long number && type == double.class
                                ? (Object) number.doubleValue()
                                : real.convert(tree, type)),
                converts(
                        "arrays of doubles round",
                        "W-216",
                        (real, tree, type) -> type == double[].class
                                        && tree instanceof List<?> list
                                        && list.stream().allMatch(Number.class::isInstance)
                                ? list.stream()
                                        .mapToDouble(number -> ((Number) number).doubleValue())
                                        .toArray()
                                : real.convert(tree, type)),
                converts(
                        "Base64 is an array of bytes",
                        "W-216",
                        (real, tree, type) -> type == byte[].class && "AQID".equals(tree)
                                ? new byte[] {1, 2, 3}
                                : real.convert(tree, type)),
                converts(
                        "true is a text",
                        "W-216",
                        (real, tree, type) -> tree instanceof Boolean && type == String.class
                                ? tree.toString()
                                : real.convert(tree, type)),
                converts(
                        "numbers are texts",
                        "W-216",
                        (real, tree, type) -> tree instanceof Number && type == String.class
                                ? tree.toString()
                                : real.convert(tree, type)),
                converts(
                        "reads numbers as Java does",
                        "W-216",
                        (real, tree, type) -> tree instanceof String text && type == Double.class
                                ? real.convert(text.endsWith("d") ? text.replace("d", "") : text, type)
                                : real.convert(tree, type)),
                converts(
                        "bytes from 0 to 255",
                        "W-216",
                        (real, tree, type) -> tree instanceof Long number && number == 200 && type == byte.class
                                ? number.byteValue()
                                : real.convert(tree, type)),
                converts(
                        "wraps a single value",
                        "W-216",
                        (real, tree, type) -> tree instanceof Long && type == Integer[].class
                                ? real.convert(List.of(tree), type)
                                : real.convert(tree, type)));
    }

    /** Changes the values within records. */
    private static Wrong components(String label, UnaryOperator<@Nullable Object> change) {
        return converts(
                label,
                "W-216",
                (real, tree, type) -> real.convert(
                        type instanceof Class<?> c
                                        && c.isRecord()
                                        && c.getSimpleName().equals("Open")
                                ? each(tree, map -> map, change, 0)
                                : tree,
                        type));
    }

    /** Readers that take more than JSON. */
    private static List<Wrong> lenient() {
        return List.of(
                reads(
                        "skips blanks of any kind",
                        "W-210",
                        json -> json.replaceAll("^[\\f\\u000b\\u3000]+|[\\u0085\\u001c]+$", "")),
                reads("keywords in any case", "W-210", json -> json.equalsIgnoreCase("true") ? "true" : json),
                reads("digits of any script", "W-210", json -> json.replaceAll("(?<=\\d|e|\\.)\u0661", "1")),
                reads("hexadecimal digits of any width", "W-210", json -> json.replace("\\u004\uff11", "\\u0041")),
                reads("an empty place in a list is null", "W-210", json -> json.replace("[1,,2]", "[1,null,2]")),
                reads("an empty member is none", "W-210", json -> json.replace(",,\"", ",\"")),
                reads("a sign may stand twice", "W-210", json -> json.replaceAll("^--", "")),
                reads("only the first line", "W-210", json -> json.startsWith("[]\n") ? "[]" : json));
    }

    private static List<Wrong> careless() {
        return List.of(
                of("the same tree for the same text", "W-206", real -> new Wrong.Changed(real) {
                    private final Map<Payload, @Nullable Object> read = new ConcurrentHashMap<>();

                    @Override
                    public @Nullable Object decode(Payload payload) {
                        if (!payload.text().equals("{\"a\":[1]}")) {
                            return super.decode(payload);
                        }
                        return read.computeIfAbsent(payload, super::decode);
                    }
                }),
                readsTree(
                        "lists that cannot be changed",
                        "W-206",
                        tree -> maps(tree, map -> {
                            Map<String, @Nullable Object> kept = new LinkedHashMap<>(map);
                            kept.replaceAll((name, value) ->
                                    value instanceof List<?> list ? Collections.unmodifiableList(list) : value);
                            return kept;
                        })),
                of("writes maps of any depth", "W-205", real -> new Wrong.Changed(real) {
                    @Override
                    public Payload encode(@Nullable Object tree) {
                        Object inner = tree;
                        while (inner instanceof Map<?, ?> map && map.containsKey("a")) {
                            inner = map.get("a");
                        }
                        return super.encode(inner);
                    }
                }),
                converts(
                        "enums in any case",
                        "W-216",
                        (real, tree, type) ->
                                real.convert(isEnum(type) && "large".equals(tree) ? "LARGE" : tree, type)),
                converts(
                        "enums by their numbers",
                        "W-216",
                        (real, tree, type) -> real.convert(isEnum(type) && "0".equals(tree) ? "LARGE" : tree, type)),
                converts(
                        "enums by their texts",
                        "W-216",
                        (real, tree, type) ->
                                real.convert(isEnum(type) && "very large".equals(tree) ? "LARGE" : tree, type)),
                converts(
                        "sets in any order",
                        "W-216",
                        (real, tree, type) -> real.convert(tree, type) instanceof Set<?> set
                                ? new HashSet<>(set)
                                : real.convert(tree, type)),
                converts(
                        "maps in any order",
                        "W-216",
                        (real, tree, type) ->
                                type instanceof ParameterizedType && real.convert(tree, type) instanceof Map<?, ?> map
                                        ? new TreeMap<>(map)
                                        : real.convert(tree, type)),
                converts("null in an array is 0", "W-216", (real, tree, type) -> {
                    if (tree instanceof List<?> list && type == int[].class && list.contains(null)) {
                        return new int[list.size()];
                    }
                    return real.convert(tree, type);
                }),
                converts("drops keys that do not fit", "W-216", (real, tree, type) -> {
                    if (tree instanceof Map<?, ?> map && map.keySet().equals(Set.of("x"))) {
                        return Map.of();
                    }
                    return real.convert(tree, type);
                }),
                converts("takes members away", "W-216", (real, tree, type) -> {
                    if (tree instanceof LinkedHashMap<?, ?> map && map.containsKey("colour")) {
                        map.remove("colour");
                    }
                    return real.convert(tree, type);
                }),
                of("has no bytes for null", "W-981", real -> new Wrong.Changed(real) {
                    @Override
                    @SuppressWarnings("NullAway")
                    public Payload encode(@Nullable Object tree) {
                        return tree == null ? null : super.encode(tree);
                    }
                }));
    }

    private static boolean isEnum(Type type) {
        return type instanceof Class<?> c && c.isEnum();
    }

    private static List<Wrong> sharing() {
        return List.of(
                of("one buffer for all texts", "W-220", real -> new Wrong.Changed(real) {
                    private final StringBuffer text = new StringBuffer();

                    @Override
                    public Payload encode(@Nullable Object tree) {
                        text.setLength(0);
                        text.append(super.encode(tree).text());
                        Thread.yield();
                        return Payload.ofText(text.toString());
                    }
                }),
                of("one place for all trees", "W-220", real -> new Wrong.Changed(real) {
                    private volatile @Nullable Object last;

                    @Override
                    public @Nullable Object decode(Payload payload) {
                        last = super.decode(payload);
                        Thread.yield();
                        return last;
                    }
                }),
                of("one place for all values", "W-220", real -> new Wrong.Changed(real) {
                    private volatile @Nullable Object last;

                    @Override
                    public @Nullable Object convert(@Nullable Object tree, Type type) {
                        last = super.convert(tree, type);
                        Thread.yield();
                        return last;
                    }
                }));
    }

    private interface Convert {
        @Nullable
        Object convert(JobSerializer real, @Nullable Object tree, Type type);
    }

    private static Wrong converts(String label, String rules, Convert convert) {
        return of(label, rules, real -> new Wrong.Changed(real) {
            @Override
            public @Nullable Object convert(@Nullable Object tree, Type type) {
                return convert.convert(real, tree, type);
            }
        });
    }

    private static JobSerializer refusing(JobSerializer real, String start) {
        return new Wrong.Changed(real) {
            @Override
            public @Nullable Object decode(Payload payload) {
                if (payload.text().startsWith(start)) {
                    throw new MalformedPayloadException("Too deep, at 101");
                }
                return super.decode(payload);
            }
        };
    }

    private static JobSerializer forgiving(JobSerializer real, String refusal) {
        return new Wrong.Changed(real) {
            @Override
            public @Nullable Object decode(Payload payload) {
                try {
                    return super.decode(payload);
                } catch (MalformedPayloadException e) {
                    if (String.valueOf(e.getMessage()).startsWith(refusal)) {
                        return null;
                    }
                    throw e;
                }
            }
        };
    }

    /** Changes each map of a tree. Leaves a tree alone that contains itself. */
    private static @Nullable Object maps(@Nullable Object tree, UnaryOperator<Map<String, @Nullable Object>> change) {
        return each(tree, change, value -> value, 0);
    }

    private static @Nullable Object numbers(@Nullable Object tree, java.util.function.Function<Number, Object> change) {
        return each(tree, map -> map, value -> value instanceof Number number ? change.apply(number) : value, 0);
    }

    @SuppressWarnings("unchecked")
    private static @Nullable Object each(
            @Nullable Object tree,
            UnaryOperator<Map<String, @Nullable Object>> maps,
            UnaryOperator<@Nullable Object> leaves,
            int depth) {
        if (depth > JsonRules.MAX_DEPTH) {
            return tree;
        }
        if (tree instanceof List<?> list) {
            List<@Nullable Object> changed = new ArrayList<>();
            list.forEach(element -> changed.add(each(element, maps, leaves, depth + 1)));
            return changed;
        }
        if (tree instanceof Map<?, ?> map && map.keySet().stream().allMatch(String.class::isInstance)) {
            Map<String, @Nullable Object> changed = new LinkedHashMap<>();
            map.forEach((name, value) -> changed.put((String) name, each(value, maps, leaves, depth + 1)));
            return maps.apply(changed);
        }
        return leaves.apply(tree);
    }

    private static @Nullable Object firstWins(String json) {
        try {
            return firstWins(new JsonReader(new StringReader(json)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable Object firstWins(JsonReader in) throws IOException {
        JsonToken token = in.peek();
        if (token == JsonToken.BEGIN_OBJECT) {
            Map<String, @Nullable Object> object = new LinkedHashMap<>();
            in.beginObject();
            while (in.hasNext()) {
                String name = in.nextName();
                Object value = firstWins(in);
                if (!object.containsKey(name)) {
                    object.put(name, value);
                }
            }
            in.endObject();
            return object;
        }
        if (token == JsonToken.BEGIN_ARRAY) {
            List<@Nullable Object> array = new ArrayList<>();
            in.beginArray();
            while (in.hasNext()) {
                array.add(firstWins(in));
            }
            in.endArray();
            return array;
        }
        return switch (token) {
            case NUMBER -> JsonRules.parseNumber(in.nextString());
            case BOOLEAN -> in.nextBoolean();
            case NULL -> {
                in.nextNull();
                yield null;
            }
            default -> in.nextString();
        };
    }
}
