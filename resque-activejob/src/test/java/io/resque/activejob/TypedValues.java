package io.resque.activejob;

import io.resque.activejob.codec.ArgumentCodec;
import io.resque.activejob.codec.Arguments;
import io.resque.activejob.codec.GlobalId;
import io.resque.activejob.codec.ObjectSerializer;
import io.resque.activejob.codec.RubyClass;
import io.resque.activejob.codec.RubyDateTime;
import io.resque.activejob.codec.RubyDuration;
import io.resque.activejob.codec.RubyHash;
import io.resque.activejob.codec.RubyRange;
import io.resque.activejob.codec.RubySymbol;
import io.resque.activejob.codec.UnknownObject;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Values as the recordings describe them for other languages, and how to compare them with what is read. */
final class TypedValues {
    private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);

    /** The class of the recordings with a serializer of its own. */
    record Money(long cents, String currency) {}

    static final ObjectSerializer<Money> MONEY = new ObjectSerializer<>() {
        @Override
        public String name() {
            return "MoneySerializer";
        }

        @Override
        public Class<Money> type() {
            return Money.class;
        }

        @Override
        public Map<String, @Nullable Object> write(Money money) {
            Map<String, @Nullable Object> members = new LinkedHashMap<>();
            members.put("cents", money.cents);
            members.put("currency", money.currency);
            return members;
        }

        @Override
        public Money read(Map<String, @Nullable Object> members) {
            return new Money((Long) Objects.requireNonNull(members.get("cents")), (String)
                    Objects.requireNonNull(members.get("currency")));
        }
    };

    /** An object that Rails has no form for. */
    static final class Plain {}

    private TypedValues() {}

    static Arguments arguments(List<Object> typed) {
        List<@Nullable Object> positional = new ArrayList<>();
        Map<String, @Nullable Object> keywords = Map.of();
        for (Object each : typed) {
            Object value = java(Recorded.map(each));
            if (value instanceof RubyHash hash && hash.keys() == RubyHash.Keys.KEYWORDS) {
                keywords = hash;
            } else {
                positional.add(value);
            }
        }
        return new Arguments(positional, keywords);
    }

    static @Nullable Object java(Map<String, Object> typed) {
        Object v = typed.get("v");
        return switch (typed.get("t").toString()) {
            case "json" -> v;
            case "integer" -> integer(v.toString());
            case "float" -> Double.valueOf(v.toString());
            case "bigdecimal" -> decimal(v.toString());
            case "symbol" -> RubySymbol.of(v.toString());
            case "list" -> list(v);
            case "deep" -> deep((Long) v); // lists in lists, more than a serializer reads as typed inputs
            case "hash" -> hash(v, false);
            case "keywords" -> hash(v, true);
            case "indifferent hash" -> indifferent(v);
            case "duration" -> duration(typed);
            case "date" -> date(v.toString());
            case "datetime" -> new RubyDateTime(OffsetDateTime.parse(v.toString()));
            case "time" -> OffsetDateTime.parse(v.toString());
            case "time with zone" ->
                OffsetDateTime.parse(v.toString())
                        .atZoneSameInstant(ZoneId.of(typed.get("tzinfo").toString()));
            case "module" -> RubyClass.of(v == null ? "" : v.toString());
            case "range" ->
                new RubyRange(java(Recorded.map(typed.get("begin"))), java(Recorded.map(typed.get("end"))), (Boolean)
                        typed.get("exclude_end"));
            case "model" -> model(typed.get("class").toString(), typed.get("id").toString());
            case "object" -> object(String.valueOf(typed.get("inspect")));
            default -> v instanceof String text ? text : new Plain(); // bytes that are no UTF-8
        };
    }

    private static Number integer(String text) {
        BigInteger number = new BigInteger(text);
        return number.compareTo(MIN) < 0 || number.compareTo(MAX) > 0 ? (Number) number : number.longValue();
    }

    private static Object decimal(String text) {
        return text.equals("NaN") || text.equals("Infinity") ? Double.valueOf(text) : new BigDecimal(text);
    }

    private static Object deep(long lists) {
        Object value = 1L;
        for (long i = 0; i < lists; i++) {
            value = List.of(value);
        }
        return value;
    }

    private static List<@Nullable Object> list(Object v) {
        List<@Nullable Object> values = new ArrayList<>();
        Recorded.list(v).forEach(each -> values.add(java(Recorded.map(each))));
        return values;
    }

    private static Object hash(Object pairs, boolean areKeywords) {
        Map<String, @Nullable Object> entries = new LinkedHashMap<>();
        Set<String> symbols = new LinkedHashSet<>();
        Map<Object, @Nullable Object> raw = new LinkedHashMap<>();
        for (Object each : Recorded.list(pairs)) {
            List<Object> pair = Recorded.list(each);
            Object key = java(Recorded.map(pair.get(0)));
            Object value = java(Recorded.map(pair.get(1)));
            raw.put(key, value);
            if (key instanceof RubySymbol symbol) {
                symbols.add(symbol.name());
            }
            entries.put(key instanceof RubySymbol symbol ? symbol.name() : String.valueOf(key), value);
        }
        if (areKeywords) {
            return symbols.size() == entries.size()
                    ? RubyHash.of(RubyHash.Keys.KEYWORDS, entries)
                    : keywordsOf(entries, symbols);
        }
        return entries.size() < raw.size() || raw.containsKey(null) ? raw : RubyHash.mixed(entries, symbols);
    }

    /** Only a reader makes keywords of which some are strings. */
    private static Map<String, @Nullable Object> keywordsOf(
            Map<String, @Nullable Object> entries, Set<String> symbols) {
        Map<String, @Nullable Object> marked = new LinkedHashMap<>(entries);
        marked.put("_aj_ruby2_keywords", new ArrayList<>(symbols));
        List<@Nullable Object> list = new ArrayList<>();
        list.add(marked);
        return ArgumentCodec.builder().build().read(list).keywords();
    }

    private static RubyHash indifferent(Object pairs) {
        Map<String, @Nullable Object> entries = new LinkedHashMap<>();
        for (Object each : Recorded.list(pairs)) {
            List<Object> pair = Recorded.list(each);
            entries.put(pair.get(0).toString(), java(Recorded.map(pair.get(1))));
        }
        return RubyHash.of(RubyHash.Keys.INDIFFERENT, entries);
    }

    private static RubyDuration duration(Map<String, Object> typed) {
        Map<String, Number> parts = new LinkedHashMap<>();
        for (Object each : Recorded.list(typed.get("parts"))) {
            List<Object> pair = Recorded.list(each);
            parts.put(pair.get(0).toString(), (Number) Objects.requireNonNull(java(Recorded.map(pair.get(1)))));
        }
        return new RubyDuration((Number) Objects.requireNonNull(java(Recorded.map(typed.get("value")))), parts);
    }

    /** Ruby writes no plus before a year of five digits, which Java wants. */
    private static LocalDate date(String text) {
        return LocalDate.parse(text.matches("\\d{5,}-.*") ? "+" + text : text);
    }

    private static Object model(String type, String id) {
        if (id.isEmpty()) {
            return new Plain();
        }
        Object[] ids = id.startsWith("[") ? id.substring(1, id.length() - 1).split(", ") : new Object[] {id};
        return GlobalId.of("shop", type, ids);
    }

    private static Object object(String inspect) {
        if (!inspect.startsWith("#<Money")) {
            return new Plain();
        }
        return new Money(
                Long.parseLong(inspect.replaceAll(".*@cents=(\\d+).*", "$1")),
                inspect.replaceAll(".*@currency=\"(\\w+)\".*", "$1"));
    }

    /** Whether two values are the same for Ruby: also the kinds of keys, and the kinds of numbers. */
    static boolean same(@Nullable Object one, @Nullable Object other) {
        if (one instanceof Arguments left && other instanceof Arguments right) {
            return same(left.positional(), right.positional()) && same(left.keywords(), right.keywords());
        }
        if (one instanceof RubyHash left && other instanceof RubyHash right) {
            return left.keys() == right.keys()
                    && List.copyOf(left.symbolKeys()).equals(List.copyOf(right.symbolKeys()))
                    && List.copyOf(left.keySet()).equals(List.copyOf(right.keySet()))
                    && same(new ArrayList<>(left.values()), new ArrayList<>(right.values()));
        }
        if (one instanceof List<?> left && other instanceof List<?> right) {
            Iterator<?> rest = right.iterator();
            return left.size() == right.size() && left.stream().allMatch(each -> same(each, rest.next()));
        }
        if (one instanceof BigDecimal left && other instanceof BigDecimal right) {
            return left.compareTo(right) == 0;
        }
        if (one instanceof RubyRange left && other instanceof RubyRange right) {
            return same(left.begin(), right.begin())
                    && same(left.end(), right.end())
                    && left.excludeEnd() == right.excludeEnd();
        }
        if (one instanceof GlobalId left && other instanceof GlobalId right) {
            return left.model().equals(right.model()) && left.ids().equals(right.ids());
        }
        if (one instanceof UnknownObject left && other instanceof UnknownObject right) {
            return Recorded.text(left.members()).equals(Recorded.text(right.members()));
        }
        return Objects.equals(one, other);
    }
}
