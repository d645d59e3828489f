package io.resque.core.internal.wire;

import io.resque.api.JobArgumentException;
import io.resque.api.TypeNames;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.JsonRules;
import io.resque.core.internal.support.Throwables;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes Java values of the JSON values of one job's arguments, without loss. Only for classes that have no rule here it asks the
 * serializer.
 */
public final class ArgumentReader {
    private static final int SHOWN = 40;
    private static final int SHOWN_NAMES = 20;

    private final String jobClass;
    private final Map<Class<?>, Function<Object, ?>> converters;
    private final JobSerializer serializer;

    public ArgumentReader(String jobClass, Map<Class<?>, Function<Object, ?>> converters, JobSerializer serializer) {
        this.jobClass = jobClass;
        this.converters = converters;
        this.serializer = serializer;
    }

    /** Converts one value; {@code what} names it in messages, such as {@code Argument 0}. */
    public Object value(String what, @Nullable Object tree, Type type) {
        Object value = new Place(what, "").read(tree, type);
        if (value == null) {
            throw new Place(what, "").refused("null", TypeNames.withArticle(type));
        }
        return value;
    }

    /** Converts each argument to an element of a list. */
    public List<@Nullable Object> list(List<? extends @Nullable Object> args, Type elements) {
        List<@Nullable Object> list = new ArrayList<>(args.size());
        for (Object arg : args) {
            list.add(new Place("Argument " + list.size(), "").read(arg, elements));
        }
        return list;
    }

    /**
     * Converts all arguments to a record: by the names of its components from a single map, or else by their positions.
     *
     * @param map whether a single map holds the components, if it could also be the first of them
     */
    public <R> R record(Class<R> record, List<? extends @Nullable Object> args, boolean map) {
        RecordComponent[] components = Shape.OF.get(record).components;
        Object only = args.size() == 1 ? args.get(0) : null;
        if (only instanceof Map<?, ?> named && (map || !isFirst(components, true))) {
            return record.cast(new Place("Argument 0", "").named(named, record));
        }
        boolean nothing = args.size() == 1
                && (only == null && (map || components.length == 0)
                        || List.of().equals(only) && !isFirst(components, false));
        if (nothing) { // from PHP
            return record.cast(new Place("Argument 0", "").named(Map.of(), record));
        }
        if (args.size() > components.length) {
            throw new JobArgumentException(jobClass + " was given " + arguments(args.size()) + ", more than the "
                    + components.length + " components of " + record.getSimpleName());
        }
        @Nullable Object[] values = new @Nullable Object[components.length];
        for (int i = 0; i < values.length; i++) {
            RecordComponent component = components[i];
            if (i < args.size()) {
                values[i] =
                        new Place("Argument " + i, component.getName()).read(args.get(i), component.getGenericType());
            } else if (component.getType() == Optional.class) {
                values[i] = Optional.empty();
            } else {
                throw new JobArgumentException(jobClass + " was given " + arguments(args.size()) + ", so that argument "
                        + i + " (" + component.getName() + ") is missing: " + record.getSimpleName() + " has "
                        + components.length + " components, and only Optionals at its end can be left out");
            }
        }
        return record.cast(new Place("The arguments", "").made(record, values));
    }

    private static String arguments(int count) {
        return count + (count == 1 ? " argument" : " arguments");
    }

    /** Whether an object, or else an array, alone is the first component, with nothing to follow. */
    private boolean isFirst(RecordComponent[] components, boolean object) {
        for (int i = 1; i < components.length; i++) {
            if (components[i].getType() != Optional.class) {
                return false;
            }
        }
        if (components.length == 0) {
            return false;
        }
        Type type = components[0].getGenericType();
        if (type instanceof ParameterizedType optional && optional.getRawType() == Optional.class) {
            type = optional.getActualTypeArguments()[0];
        }
        Class<?> raw = raw(type);
        if (raw == null || converters.containsKey(raw)) {
            return components.length == 1; // it can be anything, but is rarely an object
        }
        boolean scalar = raw.isPrimitive() || raw.isEnum() || raw == String.class || Number.class.isAssignableFrom(raw);
        boolean array = raw.isArray() || Collection.class.isAssignableFrom(raw);
        return !scalar && raw != Boolean.class && (object ? !array : array || raw == Object.class);
    }

    private static @Nullable Class<?> raw(Type type) {
        if (type instanceof WildcardType wildcard) {
            return raw(wildcard.getUpperBounds()[0]);
        }
        Type raw = type instanceof ParameterizedType generic ? generic.getRawType() : type;
        return raw instanceof Class<?> known ? known : null;
    }

    /** A value within the arguments, for messages. */
    private final class Place {
        private final String what;
        private final String path;

        Place(String what, String path) {
            this.what = what;
            this.path = path;
        }

        private Place element(int index) {
            return new Place(what, path + "[" + index + "]");
        }

        private Place member(String name) {
            return new Place(what, path.isEmpty() ? name : path + "." + name);
        }

        private Place key(String key) {
            return new Place(what, path + "[\"" + shortened(key) + "\"]");
        }

        private String text() {
            return what + (path.isEmpty() ? "" : " (" + path + ")") + " of " + jobClass;
        }

        private JobArgumentException refused(String found, String wanted) {
            return new JobArgumentException(text() + " is " + found + ", not " + wanted);
        }

        private JobArgumentException refused(@Nullable Object tree, Type type) {
            return refused(shown(tree), wanted(type));
        }

        private JobArgumentException threw(String what, Throwable thrown) {
            return new JobArgumentException(text() + ": " + what + " threw " + Throwables.text(thrown), thrown);
        }

        /** Null only for null as an Object. */
        @Nullable
        Object read(@Nullable Object tree, Type type) {
            if (type instanceof WildcardType wildcard) {
                return read(tree, wildcard.getUpperBounds()[0]);
            }
            Class<?> raw = raw(type);
            if (raw == Optional.class) {
                Type inner = type instanceof ParameterizedType p ? p.getActualTypeArguments()[0] : Object.class;
                return tree == null ? Optional.empty() : Optional.ofNullable(read(tree, inner));
            }
            if (type == Object.class) {
                return tree;
            }
            if (tree == null || raw == null) {
                return tree == null ? fail(null, type) : bySerializer(tree, type);
            }
            Function<Object, ?> converter = converters.get(raw);
            return converter != null ? converted(tree, raw, converter) : read(tree, raw, type);
        }

        private Object fail(@Nullable Object tree, Type type) {
            throw refused(tree, type);
        }

        private Object converted(Object tree, Class<?> type, Function<Object, ?> converter) {
            Object value;
            try {
                value = converter.apply(tree);
            } catch (ClassCastException e) {
                JobArgumentException refused =
                        refused(shown(tree), "what the converter of " + type.getName() + " takes");
                refused.initCause(e);
                throw refused;
            } catch (RuntimeException e) {
                throw threw("the converter of " + type.getName() + ", given " + shown(tree) + ",", e);
            }
            if (value == null) {
                throw new JobArgumentException(
                        text() + ": the converter of " + type.getName() + " gave null for " + shown(tree));
            }
            return value;
        }

        private Object read(Object tree, Class<?> raw, Type type) {
            if (raw == String.class) {
                return tree instanceof String ? tree : fail(tree, type);
            }
            if (raw == boolean.class || raw == Boolean.class) {
                return tree instanceof Boolean ? tree : fail(tree, type);
            }
            if (JsonRules.isNumber(raw)) {
                Object value = JsonRules.numberOf(tree, raw);
                return value != null ? value : fail(tree, type);
            }
            if (raw.isEnum()) {
                return constant(tree, raw);
            }
            if (raw.isRecord() && type instanceof Class<?>) {
                return tree instanceof Map<?, ?> map ? named(map, raw) : fail(tree, type);
            }
            if (raw == List.class || raw == Collection.class) {
                return tree instanceof List<?> list ? list(list, last(type)) : fail(tree, type);
            }
            boolean textKeys =
                    !(type instanceof ParameterizedType generic) || generic.getActualTypeArguments()[0] == String.class;
            if (raw == Map.class && textKeys) {
                return tree instanceof Map<?, ?> map ? map(map, last(type)) : fail(tree, type);
            }
            return bySerializer(tree, type);
        }

        private Type last(Type type) {
            return type instanceof ParameterizedType generic
                    ? generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1]
                    : Object.class;
        }

        private Object constant(Object tree, Class<?> type) {
            for (Object constant : type.getEnumConstants()) {
                if (((Enum<?>) constant).name().equals(tree)) {
                    return constant;
                }
            }
            throw refused(tree, type);
        }

        private List<@Nullable Object> list(List<?> elements, Type type) {
            List<@Nullable Object> list = new ArrayList<>(elements.size());
            for (Object element : elements) {
                list.add(element(list.size()).read(element, type));
            }
            return list;
        }

        private Map<String, @Nullable Object> map(Map<?, ?> members, Type type) {
            Map<String, @Nullable Object> map = new LinkedHashMap<>();
            members.forEach(
                    (name, value) -> map.put((String) name, key((String) name).read(value, type)));
            return map;
        }

        Object named(Map<?, ?> members, Class<?> record) {
            RecordComponent[] components = Shape.OF.get(record).components;
            @Nullable Object[] values = new @Nullable Object[components.length];
            for (int i = 0; i < values.length; i++) {
                String name = components[i].getName();
                if (members.containsKey(name)) {
                    values[i] = member(name).read(members.get(name), components[i].getGenericType());
                } else if (components[i].getType() == Optional.class) {
                    values[i] = Optional.empty();
                } else {
                    throw new JobArgumentException(text() + " has no \"" + name + "\", which " + record.getSimpleName()
                            + " needs; it has " + names(members.keySet()));
                }
            }
            return made(record, values);
        }

        Object made(Class<?> record, @Nullable Object[] values) {
            try {
                Constructor<?> constructor = Shape.OF.get(record).constructor;
                if (!constructor.canAccess(null)) {
                    throw new JobArgumentException(text() + ": Resque cannot call the constructor of the record "
                            + record.getName() + ": its module keeps the package " + record.getPackageName()
                            + " to itself; write \"opens " + record.getPackageName() + ";\" in its module-info");
                }
                return constructor.newInstance(values);
            } catch (InvocationTargetException e) {
                throw threw("the constructor of " + record.getSimpleName(), e.getCause() == null ? e : e.getCause());
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("Cannot make " + record, e);
            }
        }

        /** Of the JSON library only the exception is kept: its words are those of its code, not of the job. */
        private Object bySerializer(Object tree, Type type) {
            try {
                Object value = serializer.convert(tree, type);
                return value != null ? value : fail(tree, type);
            } catch (JobArgumentException e) {
                JobArgumentException refused = refused(tree, type);
                refused.initCause(e);
                throw refused;
            }
        }
    }

    /** Looked up once for each record. */
    private static final class Shape {
        static final ClassValue<Shape> OF = new ClassValue<>() {
            @Override
            protected Shape computeValue(Class<?> record) {
                return new Shape(record);
            }
        };

        final RecordComponent[] components;
        final Constructor<?> constructor;

        private Shape(Class<?> record) {
            components = record.getRecordComponents();
            Class<?>[] types = new Class<?>[components.length];
            for (int i = 0; i < types.length; i++) {
                types[i] = components[i].getType();
            }
            try {
                constructor = record.getDeclaredConstructor(types);
            } catch (NoSuchMethodException e) {
                throw new IllegalStateException("A record without its canonical constructor: " + record, e);
            }
            constructor.trySetAccessible();
        }
    }

    private static String wanted(Type type) {
        Class<?> raw = raw(type);
        if (raw == null) {
            return TypeNames.withArticle(type);
        }
        if (raw == String.class) {
            return "a string";
        }
        if (raw == boolean.class || raw == Boolean.class) {
            return "a boolean";
        }
        if (JsonRules.isNumber(raw)) {
            return JsonRules.wantedNumber(raw);
        }
        if (raw.isEnum()) {
            return "one of " + names(Arrays.asList(raw.getEnumConstants()));
        }
        if (raw == List.class || raw == Collection.class) {
            return "an array";
        }
        return raw == Map.class
                ? "an object"
                : raw.isRecord() ? "an object for " + raw.getSimpleName() : TypeNames.withArticle(type);
    }

    /** The kind of a value, and never the value: messages get into the log. */
    private static String shown(@Nullable Object tree) {
        if (tree instanceof String text && !text.isEmpty()) {
            return text.length() == 1 ? "a string of 1 character" : "a string of " + text.length() + " characters";
        }
        if (tree instanceof List<?> list) {
            return "an array of " + list.size();
        }
        return tree instanceof Map<?, ?> map ? "an object with " + names(map.keySet()) : JsonRules.kind(tree);
    }

    private static String names(Collection<?> names) {
        return names.stream()
                .limit(SHOWN_NAMES)
                .map(name -> shortened(name instanceof Enum<?> constant ? constant.name() : String.valueOf(name)))
                .collect(Collectors.joining(", ", "[", names.size() > SHOWN_NAMES ? ", …]" : "]"));
    }

    private static String shortened(String text) {
        return JsonRules.onOneLine(text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text);
    }
}
