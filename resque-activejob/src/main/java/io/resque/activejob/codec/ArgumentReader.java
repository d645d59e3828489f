package io.resque.activejob.codec;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads one argument list. */
final class ArgumentReader {
    private static final RubyHash NO_KEYWORDS = RubyHash.of(RubyHash.Keys.KEYWORDS, Map.of());

    private final Map<String, ObjectSerializer<?>> serializers;
    private final Place place = new Place(Place.MOST_READ_LEVELS);

    ArgumentReader(Map<String, ObjectSerializer<?>> serializers) {
        this.serializers = serializers;
    }

    Arguments arguments(@Nullable Object tree) {
        if (tree == null) {
            return Arguments.of();
        }
        List<?> list = list(tree);
        checkSize(list, 1);
        List<@Nullable Object> positional = elements(list);
        int last = positional.size() - 1;
        if (last >= 0 && positional.get(last) instanceof RubyHash hash && hash.keys() == RubyHash.Keys.KEYWORDS) {
            return new Arguments(positional.subList(0, last), hash);
        }
        return new Arguments(positional, NO_KEYWORDS);
    }

    /** Rails takes an object for a list of its pairs. */
    private static List<?> list(Object tree) {
        if (tree instanceof List<?> list) {
            return list;
        }
        if (tree instanceof Map<?, ?> map) {
            List<Object> pairs = new ArrayList<>();
            map.forEach((key, value) -> {
                List<@Nullable Object> pair = new ArrayList<>();
                pair.add(key);
                pair.add(value);
                pairs.add(pair);
            });
            return pairs;
        }
        throw new ArgumentCodecException("The arguments of a job are " + kind(tree) + "; they must be an array");
    }

    /** Before anything is made of the tree. */
    private void checkSize(@Nullable Object tree, int level) {
        place.count();
        if (tree instanceof List<?> || tree instanceof Map<?, ?>) {
            place.checkDepth(level);
            if (tree instanceof Map<?, ?> map) {
                map.forEach((key, value) -> checkSize(value, level + 1));
            } else {
                for (Object value : (List<?>) tree) {
                    checkSize(value, level + 1);
                }
            }
        }
    }

    private List<@Nullable Object> elements(List<?> list) {
        List<@Nullable Object> read = new ArrayList<>(list.size());
        for (Object element : list) {
            Object value = at(read.size(), element);
            read.add(read.size() < list.size() - 1 ? withoutKeywords(value) : value);
        }
        return Collections.unmodifiableList(read);
    }

    /** Ruby takes keywords only from the last element; elsewhere their hash is one of symbols. */
    private static @Nullable Object withoutKeywords(@Nullable Object value) {
        return value instanceof RubyHash hash && hash.keys() == RubyHash.Keys.KEYWORDS
                ? RubyHash.mixed(hash, hash.symbolKeys())
                : value;
    }

    private @Nullable Object at(Object step, @Nullable Object tree) {
        place.enter(step);
        Object value = value(tree);
        place.leave();
        return value;
    }

    private @Nullable Object value(@Nullable Object tree) {
        if (tree instanceof List<?> list) {
            return elements(list);
        }
        if (tree instanceof Map<?, ?> map) {
            return object(members(map));
        }
        if (tree == null || tree instanceof String || tree instanceof Boolean) {
            return tree;
        }
        if (tree instanceof Number number) {
            return Numbers.tree(number, place);
        }
        throw place.refused("is " + kind(tree) + ", which JSON does not have");
    }

    @SuppressWarnings("unchecked") // it has looked at each key
    private Map<String, @Nullable Object> members(Map<?, ?> map) {
        map.forEach((key, value) -> {
            if (!(key instanceof String)) {
                throw place.refused("has the key " + key + ", which is no text; JSON has no other keys");
            }
        });
        return (Map<String, @Nullable Object>) map;
    }

    private Object object(Map<String, @Nullable Object> members) {
        if (members.size() == 1 && members.containsKey(Markers.GLOBAL_ID)) {
            GlobalId id = members.get(Markers.GLOBAL_ID) instanceof String text ? GlobalId.read(text) : null;
            return id == null ? new UnknownObject(members) : id;
        }
        return members.containsKey(Markers.SERIALIZED) ? serialized(members) : hash(members);
    }

    /** Of two markers the first one counts, in this order; the other stays as an ordinary member. */
    private RubyHash hash(Map<String, @Nullable Object> members) {
        Map<String, @Nullable Object> entries = new LinkedHashMap<>();
        members.forEach((key, tree) -> entries.put(key, at(key, tree)));
        if (isMarked(entries, Markers.INDIFFERENT)) {
            return RubyHash.owning(RubyHash.Keys.INDIFFERENT, entries);
        }
        Object symbols = entries.get(Markers.SYMBOL_KEYS);
        if (isMarked(entries, Markers.SYMBOL_KEYS)) {
            return RubyHash.owning(entries, symbolKeys(Markers.SYMBOL_KEYS, symbols, entries));
        }
        Object keywords = entries.get(Markers.KEYWORDS);
        if (isMarked(entries, Markers.KEYWORDS)) {
            return RubyHash.keywords(entries, symbolKeys(Markers.KEYWORDS, keywords, entries));
        }
        return RubyHash.owning(RubyHash.Keys.STRING, entries);
    }

    /** Takes the marker out, also one that is null or false, and does not count. */
    private static boolean isMarked(Map<String, @Nullable Object> entries, String marker) {
        Object value = entries.remove(marker);
        return value != null && !value.equals(false);
    }

    private Set<String> symbolKeys(String marker, @Nullable Object keys, Map<String, @Nullable Object> entries) {
        Set<String> symbols = new LinkedHashSet<>();
        if (keys instanceof String text) { // which Ruby asks for each key whether it contains it
            entries.keySet().stream().filter(text::contains).forEach(symbols::add);
        } else if (keys instanceof Map<?, ?> map) {
            map.keySet().forEach(key -> symbols.add((String) key));
        } else if (keys instanceof List<?> list) {
            list.forEach(key -> {
                if (key instanceof String name) {
                    symbols.add(name);
                }
            });
        } else {
            throw place.refused("has the member " + marker + ", which is " + kind(keys)
                    + "; it must be an array with the names of keys");
        }
        return symbols;
    }

    private Object serialized(Map<String, @Nullable Object> members) {
        if (!(members.get(Markers.SERIALIZED) instanceof String name)) {
            return new UnknownObject(members);
        }
        return switch (name) {
            case Markers.SYMBOL -> RubySymbol.of(text(members, name));
            case Markers.MODULE -> RubyClass.of(text(members, name));
            case Markers.DURATION -> duration(members);
            case Markers.DATE -> date(text(members, name));
            case Markers.DATE_TIME -> dateTime(text(members, name));
            case Markers.TIME -> time(text(members, name));
            case Markers.TIME_WITH_ZONE -> zoned(text(members, name), members.get("time_zone"));
            case Markers.RANGE -> range(members);
            case Markers.BIG_DECIMAL -> decimal(members);
            default -> own(name, members);
        };
    }

    private String text(Map<String, @Nullable Object> members, String serializer) {
        if (members.get("value") instanceof String text) {
            return text;
        }
        throw place.refused("is of " + serializer.substring(Markers.RAILS.length()) + " with the value "
                + kind(members.get("value")) + "; it must be a text");
    }

    private RubyDuration duration(Map<String, @Nullable Object> members) {
        if (!(members.get("value") instanceof Number value)) {
            throw place.refused("is a duration with the value " + kind(members.get("value"))
                    + "; it must be the number of seconds");
        }
        Map<String, Number> parts = new LinkedHashMap<>();
        Object given = at("parts", members.get("parts"));
        if (!(given == null || given instanceof List || given instanceof Map)) {
            throw place.refused("is a duration whose parts are " + kind(given));
        }
        for (Object pair : given == null ? List.of() : list(given)) {
            if (!(pair instanceof List<?> two) || two.size() != 2 || !(two.get(1) instanceof Number amount)) {
                throw place.refused("is a duration whose parts are no pairs of a unit and a number");
            }
            Object unit = two.get(0);
            if (!(unit instanceof RubySymbol || unit instanceof String)) {
                throw place.refused("is a duration with a part whose unit is " + kind(unit));
            }
            parts.put(
                    unit instanceof RubySymbol symbol ? symbol.name() : (String) unit, Numbers.seconds(amount, place));
        }
        return new RubyDuration(Numbers.seconds(value, place), parts);
    }

    private LocalDate date(String text) {
        LocalDate date = TimeTexts.readDate(text);
        if (date == null) {
            throw place.refused("is the date " + Place.quoted(text) + "; it must look like 2024-02-29");
        }
        return date;
    }

    private RubyDateTime dateTime(String text) {
        Object time = TimeTexts.readTime(text, false);
        if (time == null) {
            throw notATime(text);
        }
        return new RubyDateTime(
                time instanceof LocalDateTime local ? local.atOffset(ZoneOffset.UTC) : (OffsetDateTime) time);
    }

    private Object time(String text) {
        Object time = TimeTexts.readTime(text, true);
        if (time == null) {
            throw notATime(text);
        }
        return time;
    }

    private Object zoned(String text, @Nullable Object name) {
        Object time = time(text);
        if (!(time instanceof OffsetDateTime known)) {
            return time;
        }
        ZoneId zone = name instanceof String given ? RubyZones.zone(given) : null;
        try {
            return known.atZoneSameInstant(zone == null ? known.getOffset() : zone);
        } catch (DateTimeException e) {
            throw notATime(text);
        }
    }

    private ArgumentCodecException notATime(String text) {
        return place.refused("is the time " + Place.quoted(text) + "; it must look like 2024-02-29T12:34:56Z");
    }

    private RubyRange range(Map<String, @Nullable Object> members) {
        Object begin = at("begin", members.get("begin"));
        Object end = at("end", members.get("end"));
        if (!RangeEnds.fit(begin, end)) {
            throw place.refused("is a range whose ends cannot be compared");
        }
        Object exclude = members.get("exclude_end");
        return new RubyRange(begin, end, exclude != null && !exclude.equals(false));
    }

    private Object decimal(Map<String, @Nullable Object> members) {
        String text = text(members, Markers.BIG_DECIMAL);
        if (text.strip().matches("[-+]?Infinity|NaN")) {
            return new UnknownObject(members);
        }
        Object decimal = Decimals.read(text);
        if (decimal == null) {
            throw place.refused("is the decimal " + Place.quoted(text)
                    + ", which is none, or has an exponent beyond 9,999; it must look like 12.5");
        }
        return decimal;
    }

    private Object own(String name, Map<String, @Nullable Object> members) {
        ObjectSerializer<?> serializer = serializers.get(name);
        if (serializer == null) {
            return new UnknownObject(members);
        }
        Map<String, @Nullable Object> own = new LinkedHashMap<>(members);
        own.remove(Markers.SERIALIZED);
        Object read;
        try {
            read = serializer.read(Collections.unmodifiableMap(own));
        } catch (RuntimeException e) {
            throw place.refused("cannot be read by " + name + ": " + e, e);
        }
        if (read == null) {
            throw place.refused("was read as null by " + name + "; it must give an object");
        }
        return read;
    }

    private static String kind(@Nullable Object tree) {
        return tree == null
                ? "null"
                : tree instanceof String
                        ? "a text"
                        : tree instanceof Number
                                ? "a number"
                                : tree instanceof Boolean
                                        ? tree.toString()
                                        : tree instanceof List
                                                ? "an array"
                                                : tree instanceof Map
                                                        ? "an object"
                                                        : "a " + tree.getClass().getName();
    }
}
