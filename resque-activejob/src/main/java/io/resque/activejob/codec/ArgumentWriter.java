package io.resque.activejob.codec;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Writes one argument list. */
final class ArgumentWriter {
    private final Target target;
    private final Map<Class<?>, ObjectSerializer<?>> serializers;
    private final Place place = new Place(Place.MOST_WRITTEN_LEVELS);
    private int level = 1;

    ArgumentWriter(Target target, Map<Class<?>, ObjectSerializer<?>> serializers) {
        this.target = target;
        this.serializers = serializers;
    }

    List<@Nullable Object> arguments(Arguments arguments) {
        List<@Nullable Object> written =
                elements(arguments.positional(), arguments.keywords().isEmpty());
        if (!arguments.keywords().isEmpty()) {
            level++;
            written.add(entries(arguments.hash(), Markers.KEYWORDS, true));
            level--;
        }
        for (int i = 0; i < written.size(); i++) {
            place.enter(i);
            place.checkDepth(1 + depth(written.get(i)));
            place.leave();
        }
        return written;
    }

    /** With the objects that stand for values, and the lists of their markers. */
    private static int depth(@Nullable Object tree) {
        Collection<?> inside =
                tree instanceof List<?> list ? list : tree instanceof Map<?, ?> map ? map.values() : null;
        if (inside == null) {
            return 0;
        }
        int deepest = 0;
        for (Object value : inside) {
            deepest = Math.max(deepest, depth(value));
        }
        return 1 + deepest;
    }

    /**
     * The elements of a list.
     *
     * @param isWhole whether nothing follows the last one, which can then hold keywords
     */
    private List<@Nullable Object> elements(List<?> list, boolean isWhole) {
        List<@Nullable Object> written = new ArrayList<>(list.size() + 1);
        for (Object element : list) {
            place.enter(written.size());
            if (element instanceof RubyHash hash
                    && hash.keys() == RubyHash.Keys.KEYWORDS
                    && !(isWhole && written.size() == list.size() - 1)) {
                throw place.refused(
                        "holds keywords, which Ruby takes only from the last argument; put it there, or make it"
                                + " a hash of symbols");
            }
            written.add(value(element));
            place.leave();
        }
        return written;
    }

    private @Nullable Object at(Object step, @Nullable Object value) {
        place.enter(step);
        Object written = value(value);
        place.leave();
        return written;
    }

    private @Nullable Object value(@Nullable Object value) {
        place.count();
        if (value == null || value instanceof Boolean) {
            return value;
        }
        if (value instanceof String text) {
            return checked(text);
        }
        ObjectSerializer<?> own =
                serializers.get(value instanceof Enum<?> constant ? constant.getDeclaringClass() : value.getClass());
        if (own != null) {
            return own(own, value);
        }
        if (value instanceof BigDecimal decimal) {
            return decimal(decimal);
        }
        if (value instanceof Number number) {
            return Numbers.tree(number, place);
        }
        if (value instanceof List<?> list) {
            return deeper(() -> elements(list, true));
        }
        if (value instanceof Map<?, ?> map) {
            return deeper(() -> hash(map));
        }
        Object typed = typed(value);
        if (typed == null) {
            throw Refusals.of(value, place);
        }
        return typed;
    }

    private Object decimal(BigDecimal decimal) {
        String text = Decimals.text(decimal);
        if (text == null) {
            throw place.refused(
                    "is a decimal of more than 5,000 digits, or with an exponent beyond 9,999; send it rounded, or as a text");
        }
        return target.readsDecimals() ? serialized(Markers.BIG_DECIMAL, text) : text;
    }

    private Object deeper(Supplier<Object> inside) {
        place.checkDepth(++level);
        Object written = inside.get();
        level--;
        return written;
    }

    private String checked(String text) {
        int at = Place.loneSurrogate(text);
        if (at >= 0) {
            throw place.refused(
                    "holds half of a surrogate pair at index " + at + ", which has no UTF-8; repair the text");
        }
        return text;
    }

    private Object hash(Map<?, ?> map) {
        if (map instanceof RubyHash hash) {
            return switch (hash.keys()) {
                case KEYWORDS -> entries(hash, Markers.KEYWORDS, false);
                case INDIFFERENT -> entries(hash, Markers.INDIFFERENT, false);
                default -> entries(hash, Markers.SYMBOL_KEYS, false);
            };
        }
        Map<String, @Nullable Object> entries = new LinkedHashMap<>();
        List<String> symbols = new ArrayList<>();
        map.forEach((key, value) -> {
            if (!(key instanceof String || key instanceof RubySymbol)) {
                throw place.refused("has the key " + (key == null ? "null" : Place.quoted(key.toString()))
                        + ", which is neither a String nor a RubySymbol; Rails sends no other keys");
            }
            String name = key instanceof RubySymbol symbol ? symbol.name() : (String) key;
            if (entries.containsKey(name)) {
                throw place.refused("has the key " + Place.quoted(name)
                        + " as a String and as a RubySymbol, of which Rails would lose one; leave one out");
            }
            if (key instanceof RubySymbol) {
                symbols.add(name);
            }
            entries.put(name, value);
        });
        return marked(entries, Markers.SYMBOL_KEYS, symbols, false);
    }

    private Map<String, @Nullable Object> entries(RubyHash hash, String marker, boolean areArguments) {
        Object value = marker.equals(Markers.INDIFFERENT) ? Boolean.TRUE : new ArrayList<>(hash.symbolKeys());
        return marked(hash, marker, value, areArguments);
    }

    /** The entries, then their marker. The keywords of the job itself are arguments: their names begin a place. */
    private Map<String, @Nullable Object> marked(
            Map<String, ?> entries, String marker, Object markerValue, boolean areArguments) {
        Map<String, @Nullable Object> written = new LinkedHashMap<>();
        entries.forEach((key, value) -> {
            if (key == null) {
                throw place.refused("has the key null; Rails sends no such keys");
            }
            place.enter(key);
            checked(key);
            if (Markers.RESERVED.contains(key)) {
                throw place.refused((areArguments ? "has a name" : "is a key")
                        + " that Rails keeps for itself; choose another one");
            }
            written.put(key, value(value));
            place.leave();
        });
        written.put(marker, markerValue);
        return written;
    }

    private static Map<String, @Nullable Object> serialized(String serializer, @Nullable Object value) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put(Markers.SERIALIZED, serializer);
        members.put("value", value);
        return members;
    }

    /** Null for a class that is none of ours. */
    private @Nullable Object typed(Object value) {
        if (value instanceof RubySymbol symbol) {
            return serialized(Markers.SYMBOL, checked(symbol.name()));
        }
        if (value instanceof GlobalId id) {
            return new LinkedHashMap<>(Map.of(Markers.GLOBAL_ID, id.toString()));
        }
        if (value instanceof RubyClass type) {
            return module(type);
        }
        if (value instanceof RubyRange range) {
            return range(range);
        }
        if (value instanceof UnknownObject object) {
            return JsonTrees.copy(object.members(), place, level + 1);
        }
        if (value instanceof RubyDuration duration) {
            return duration(duration);
        }
        if (value instanceof Duration duration) {
            return duration(RubyDuration.of(duration));
        }
        if (value instanceof Period period) {
            return duration(RubyDuration.of(period));
        }
        try {
            return time(value);
        } catch (DateTimeException e) {
            throw place.refused("is " + value + ", which is beyond all dates", e);
        }
    }

    private @Nullable Object time(Object value) {
        if (value instanceof LocalDate date) {
            return serialized(Markers.DATE, TimeTexts.date(date));
        }
        if (value instanceof Instant instant) {
            return serialized(Markers.TIME, TimeTexts.time(instant.atOffset(ZoneOffset.UTC), "Z"));
        }
        if (value instanceof OffsetDateTime time) {
            return serialized(Markers.TIME, TimeTexts.time(time, "Z"));
        }
        if (value instanceof RubyDateTime time) {
            return serialized(Markers.DATE_TIME, TimeTexts.time(time.value(), "+00:00"));
        }
        return value instanceof ZonedDateTime time ? zoned(time) : null;
    }

    /** A time in a fixed offset is one without a zone: Rails takes the zone of the job. */
    private Object zoned(ZonedDateTime time) {
        String zone = time.getZone().getId();
        boolean isFixed = time.getZone() instanceof ZoneOffset;
        if (!isFixed && !RubyZones.isKnown(zone)) {
            throw place.refused(
                    "is a time in the zone " + Place.quoted(zone)
                            + ", which Rails does not know; give the name of a place, such as Europe/Berlin, or an OffsetDateTime");
        }
        boolean isUtc = isFixed || RubyZones.isUtc(zone);
        Map<String, @Nullable Object> members =
                serialized(Markers.TIME_WITH_ZONE, TimeTexts.time(time.toOffsetDateTime(), isUtc ? "Z" : "+00:00"));
        if (!isFixed && target.readsZones()) {
            members.put("time_zone", RubyZones.written(zone));
        }
        return members;
    }

    private Object module(RubyClass type) {
        if (!type.isConstant()) {
            throw place.refused("is the Ruby class " + Place.quoted(type.name())
                    + "; give its name as in Ruby, such as Shop::Order");
        }
        return serialized(Markers.MODULE, type.name());
    }

    private Object range(RubyRange range) {
        if (!target.readsRanges()) {
            throw place.refused("is a range, which Rails 6.1 does not read; send its two ends");
        }
        if (!RangeEnds.fit(range.begin(), range.end())) {
            throw place.refused("is a range whose ends cannot be compared, so Ruby refuses it; give ends of one type");
        }
        return deeper(() -> {
            Map<String, @Nullable Object> members = new LinkedHashMap<>();
            members.put(Markers.SERIALIZED, Markers.RANGE);
            members.put("begin", at("begin", range.begin()));
            members.put("end", at("end", range.end()));
            members.put("exclude_end", range.excludeEnd());
            return members;
        });
    }

    private Object duration(RubyDuration duration) {
        List<@Nullable Object> parts = new ArrayList<>();
        duration.parts().forEach((unit, amount) -> {
            if (!RubyDuration.UNITS.containsKey(unit)) {
                throw place.refused("is a duration with " + Place.quoted(unit) + ", which is no unit; there are "
                        + String.join(", ", RubyDuration.UNITS.keySet()));
            }
            parts.add(new ArrayList<>(List.of(serialized(Markers.SYMBOL, unit), Numbers.seconds(amount, place))));
        });
        Map<String, @Nullable Object> members = serialized(Markers.DURATION, Numbers.seconds(duration.value(), place));
        members.put("parts", parts);
        return members;
    }

    @SuppressWarnings("unchecked")
    private <T> Object own(ObjectSerializer<T> serializer, Object value) {
        Map<String, @Nullable Object> own;
        try {
            own = serializer.write((T) value);
        } catch (RuntimeException e) {
            throw place.refused("cannot be written by " + serializer.name() + ": " + e, e);
        }
        if (own == null || own.containsKey(Markers.SERIALIZED)) {
            throw place.refused("is written by " + serializer.name()
                    + " as null, or with its own marker; it must give the members without " + Markers.SERIALIZED);
        }
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put(Markers.SERIALIZED, serializer.name());
        members.putAll(own);
        return JsonTrees.copy(members, place, level + 1);
    }
}
