package io.resque.core.internal.wire;

import io.resque.api.InvalidJobException;
import io.resque.api.JobSpec;
import io.resque.api.JobType;
import io.resque.api.TypeNames;
import io.resque.api.spi.JsonRules;
import io.resque.core.internal.support.Throwables;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.BaseStream;
import org.jspecify.annotations.Nullable;

/** The rules for jobs that may be enqueued: names that every Resque understands, and values that JSON has. */
public final class ArgumentRules {
    /** Ruby can write 98 levels inside the arguments, and then loses the job when its worker writes it one deeper. */
    static final int MAX_NESTING = 97;

    private static final int MAX_ID = 200;

    private static final Set<Class<?>> AS_THEY_ARE =
            Set.of(Boolean.class, Long.class, Integer.class, Short.class, Byte.class);

    private final Map<Class<?>, Function<Object, @Nullable Object>> converters;

    private final Map<Class<?>, Function<Object, ?>> readers;

    public ArgumentRules(
            Map<Class<?>, Function<Object, @Nullable Object>> converters, Map<Class<?>, Function<Object, ?>> readers) {
        this.converters = Map.copyOf(converters);
        this.readers = Map.copyOf(readers);
    }

    /** The converters that have a way back, which makes a value of a class of its JSON value. */
    public Map<Class<?>, Function<Object, ?>> readers() {
        return readers;
    }

    /** The classes that have a converter. */
    public Set<Class<?>> converted() {
        return converters.keySet();
    }

    /** Refuses a type with a component that cannot be sent, or not be read. */
    public void check(JobType<?> type) {
        Set<Class<?>> oneWay = new HashSet<>(converters.keySet());
        oneWay.removeAll(readers.keySet());
        Objects.requireNonNull(type, "type").codec().check(readers.keySet(), oneWay);
    }

    /** Whether values of a class are JSON's own, for which no converter is asked. */
    public static boolean isJson(Class<?> type) {
        return AS_THEY_ARE.contains(type)
                || type.isPrimitive()
                || type == String.class
                || type == Double.class
                || type == Float.class
                || BigInteger.class.isAssignableFrom(type)
                || List.class.isAssignableFrom(type)
                || Map.class.isAssignableFrom(type);
    }

    /** The job with its arguments and its metadata as JSON trees. */
    public JobSpec check(JobSpec job) {
        String name = Objects.requireNonNull(job, "job").jobClass();
        if (name.isBlank()) {
            throw new InvalidJobException(
                    "The class name \"" + JsonRules.forLog(name) + "\" is empty; give that of the job to run");
        }
        if (JsonRules.loneSurrogate(name) >= 0) {
            throw new InvalidJobException("The class name \"" + JsonRules.forLog(name)
                    + "\" holds half of a surrogate pair, which has no UTF-8");
        }
        List<@Nullable Object> args = job.args();
        List<@Nullable Object> tree = new ArrayList<>(args.size());
        Place place = new Place(name);
        for (int i = 0; i < args.size(); i++) {
            tree.add(place.argument(i, args.get(i)));
        }
        return new JobSpec(name, tree, job.id(), metadata(name, job.metadata()), job.retry(), job.unique());
    }

    /** A job that was checked, with other metadata as JSON trees. */
    public JobSpec withMetadata(JobSpec checked, Map<String, @Nullable Object> metadata) {
        return new JobSpec(
                checked.jobClass(),
                checked.args(),
                checked.id(),
                metadata(checked.jobClass(), metadata),
                checked.retry(),
                checked.unique());
    }

    private Map<String, @Nullable Object> metadata(String job, Map<String, @Nullable Object> given) {
        if (given.isEmpty()) {
            return Map.of();
        }
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        Place place = new Place(job);
        int room = Metadata.MAX_BYTES - 1;
        for (Map.Entry<String, @Nullable Object> member : given.entrySet()) {
            String name = place.member(member.getKey());
            if (tree.size() == Metadata.MAX_MEMBERS) {
                throw place.refused("is one more than the " + Metadata.MAX_MEMBERS
                        + " that a job may have; put several values into one Map, or into the arguments");
            }
            Object value = place.tree(member.getValue());
            room -= Metadata.size(name, value, room);
            if (room < 0) {
                throw place.refused("brings the metadata of this job to more than " + Metadata.MAX_BYTES
                        + " bytes of JSON; send less, or send it as an argument");
            }
            tree.put(name, value);
        }
        return tree;
    }

    /** Checks an id that the caller chose: it stands in a key, in logs and in titles of pages. */
    public void checkId(String id) {
        String problem = id.isEmpty()
                ? "is empty; leave it out for one that is made here"
                : id.length() > MAX_ID
                        ? "has " + id.length() + " characters, more than " + MAX_ID
                                + "; give a shorter one, such as a hash"
                        : !id.equals(id.strip()) || id.chars().anyMatch(Character::isISOControl)
                                ? "holds control characters, or blanks at its ends; leave them out"
                                : JsonRules.loneSurrogate(id) >= 0
                                        ? "holds half of a surrogate pair, which has no UTF-8"
                                        : null;
        if (problem != null) {
            throw new InvalidJobException("The id \"" + JsonRules.forLog(id) + "\" of a job " + problem);
        }
    }

    @Nullable
    public Object result(@Nullable Object value) {
        return new Place(null).tree(value);
    }

    /** Walks through one value, and names the place where it stopped. */
    private final class Place {
        private final @Nullable String job;
        private final List<Object> path = new ArrayList<>(0);
        private int argument;
        private @Nullable String member;

        /** The result of a job, if no job is given. */
        Place(@Nullable String job) {
            this.job = job;
        }

        @Nullable
        Object argument(int index, @Nullable Object value) {
            argument = index;
            return tree(value);
        }

        /** Goes to a member of the metadata. A map of a careless listener may hold a null key. */
        String member(@Nullable String name) {
            member = name == null ? "" : name;
            if (member.isEmpty()) {
                throw refused("has no name; give one, such as \"traceparent\"");
            }
            if (Metadata.RESERVED.contains(member)) {
                throw refused("has a name that Resque libraries use themselves; choose another one");
            }
            return checked(member);
        }

        @Nullable
        Object tree(@Nullable Object value) {
            if (value instanceof String text) {
                return checked(text);
            }
            if (value == null
                    || value instanceof Integer
                    || value instanceof BigInteger
                    || AS_THEY_ARE.contains(value.getClass())) {
                return value;
            }
            if (value instanceof Double || value instanceof Float) {
                return decimal((Number) value);
            }
            if (value instanceof List<?> list) {
                return list(list);
            }
            if (value instanceof Map<?, ?> map) {
                return map(map);
            }
            return converted(value);
        }

        private String checked(String text) {
            int at = JsonRules.loneSurrogate(text);
            if (at >= 0) {
                throw refused(
                        "holds half of a surrogate pair at index " + at + ", which has no UTF-8; repair the text");
            }
            return text;
        }

        private Double decimal(Number number) {
            // By its text, so that 0.1f is 0.1 and not 0.10000000149011612.
            double value = number instanceof Float ? Double.parseDouble(number.toString()) : number.doubleValue();
            if (!Double.isFinite(value)) {
                throw refused("is " + number + ", which JSON does not have; send null or a string");
            }
            return value;
        }

        private List<@Nullable Object> list(List<?> list) {
            descend();
            List<@Nullable Object> copy = new ArrayList<>(list.size());
            for (Object element : list) {
                path.add(copy.size());
                copy.add(tree(element));
                path.remove(path.size() - 1);
            }
            return copy;
        }

        private Map<String, @Nullable Object> map(Map<?, ?> map) {
            descend();
            Map<String, @Nullable Object> copy = new LinkedHashMap<>();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                if (!(entry.getKey() instanceof String key)) {
                    throw refused("has the key " + entry.getKey() + ", which is no String; JSON has no other keys");
                }
                path.add(checked(key));
                copy.put(key, tree(entry.getValue()));
                path.remove(path.size() - 1);
            }
            return copy;
        }

        private void descend() {
            if (path.size() >= MAX_NESTING) {
                throw new InvalidJobException(what() + " nests deeper than " + MAX_NESTING
                        + " levels, which a Ruby worker cannot take; send it flatter, or as a string of JSON");
            }
        }

        private @Nullable Object converted(Object value) {
            Class<?> type = typeOf(value);
            Function<Object, @Nullable Object> converter = converters.get(type);
            if (converter == null && value instanceof Record record) {
                return map(components(record));
            }
            if (converter == null && value instanceof Enum<?> constant) {
                return constant.name();
            }
            if (converter == null && value instanceof Optional<?> optional) {
                return tree(optional.orElse(null));
            }
            if (converter == null) {
                throw refused("is " + TypeNames.withArticle(type) + ", "
                        + (type == BigDecimal.class
                                ? "whose digits Ruby's and PHP's workers would lose"
                                : "which JSON does not have")
                        + "; send " + inPlaceOf(value)
                        + (TypeNames.canBeWritten(type)
                                ? ", or register a converter by Resque.builder().argument(" + type.getSimpleName()
                                        + ".class, …)"
                                : ""));
            }
            Object converted;
            try {
                converted = converter.apply(value);
            } catch (RuntimeException e) {
                throw new InvalidJobException(
                        place() + " is " + TypeNames.withArticle(type) + " whose converter threw " + Throwables.text(e),
                        e);
            }
            if (converted != null && converters.containsKey(typeOf(converted))) {
                throw refused("is " + TypeNames.withArticle(type) + " whose converter gives "
                        + TypeNames.withArticle(typeOf(converted)) + "; it must give a JSON value");
            }
            return tree(converted);
        }

        /** What a producer can send in place of a value that JSON does not have. */
        private String inPlaceOf(Object value) {
            if (value instanceof byte[]) {
                return "a string, such as its Base64, or a List";
            }
            if (value.getClass().isArray()
                    || value instanceof Iterable<?>
                    || value instanceof Iterator<?>
                    || value instanceof BaseStream<?, ?>) {
                return "a List";
            }
            if (value instanceof Number) {
                return value instanceof BigDecimal
                        ? "its toPlainString(), or its doubleValue()"
                        : "its longValue() or doubleValue()";
            }
            return value instanceof CharSequence || value instanceof Character
                    ? "its toString()"
                    : "an id, a string or a Map";
        }

        private Map<String, @Nullable Object> components(Record value) {
            try {
                return JobType.Codec.components(value);
            } catch (InvalidJobException e) {
                throw new InvalidJobException(place() + " cannot be sent: " + e.getMessage(), e);
            }
        }

        /** The constants of an enum may have classes of their own. */
        private Class<?> typeOf(Object value) {
            return value instanceof Enum<?> constant ? constant.getDeclaringClass() : value.getClass();
        }

        InvalidJobException refused(String why) {
            return new InvalidJobException(place() + " " + why);
        }

        private String what() {
            if (member != null) {
                return "The metadata \"" + JsonRules.forLog(member) + "\" of " + job;
            }
            return job == null ? "The result" : "Argument " + argument + " of " + job;
        }

        private String place() {
            StringBuilder place = new StringBuilder(what());
            for (Object step : path) {
                place.append(step instanceof String key ? "[\"" + key + "\"]" : "[" + step + "]");
            }
            return place.toString();
        }
    }
}
