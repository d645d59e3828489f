package io.resque.api;

import java.lang.reflect.AccessibleObject;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks that the components of a record have a form in JSON, and takes their values out of a record. */
final class RecordShape {
    private static final Set<Class<?>> IN_JSON = Set.of(
            Object.class,
            String.class,
            boolean.class,
            Boolean.class,
            byte.class,
            Byte.class,
            short.class,
            Short.class,
            int.class,
            Integer.class,
            long.class,
            Long.class,
            BigInteger.class,
            float.class,
            Float.class,
            double.class,
            Double.class);

    /** Looked up once for each class, since a producer may write many records. */
    private static final ClassValue<RecordComponent[]> COMPONENTS = new ClassValue<>() {
        @Override
        protected RecordComponent[] computeValue(Class<?> type) {
            return type.getRecordComponents();
        }
    };

    private final List<Gap> gaps = new ArrayList<>();
    private final Set<Class<?>> classes = new LinkedHashSet<>();
    private final List<Class<?>> around = new ArrayList<>();

    /**
     * A part of a record that JSON does not have.
     *
     * @param closers a converter for one of these classes closes it
     */
    record Gap(List<Class<?>> closers, String sentence) {
        boolean isClosedBy(Set<Class<?>> converters) {
            return closers.stream().anyMatch(converters::contains);
        }
    }

    RecordShape(Class<?> type) {
        components(type);
    }

    /** Of a value that stands alone, such as a parameter of a method. */
    RecordShape(String place, Type type) {
        check(place, type, false);
    }

    /** Why the record cannot be sent and read whatever converters there are; null if it can. */
    @Nullable
    String broken() {
        return gaps.stream()
                .filter(gap -> gap.closers().isEmpty())
                .map(Gap::sentence)
                .findFirst()
                .orElse(null);
    }

    /**
     * Why the record cannot be sent and read; null if it can.
     *
     * @param converters the classes with a converter both ways
     * @param oneWay the classes with a converter to JSON only
     */
    @Nullable
    String problem(Set<Class<?>> converters, Set<Class<?>> oneWay) {
        for (Class<?> type : classes) {
            if (oneWay.contains(type)) {
                return type.getName() + " has a converter to JSON, but no way back; give Resque.builder().argument("
                        + type.getSimpleName() + ".class, …, …) a second function";
            }
        }
        return gaps.stream()
                .filter(gap -> !gap.isClosedBy(converters))
                .map(Gap::sentence)
                .findFirst()
                .orElse(null);
    }

    /**
     * Why a process cannot send and read the record as others do; null if it can.
     *
     * @param converted the names of the classes whose converters only the others have
     */
    @Nullable
    String problemWithout(Set<String> converted) {
        for (Class<?> type : classes) {
            if (converted.contains(type.getName())) {
                return type.getName()
                        + " has a converter of Resque.builder(), which child processes do not have; give the"
                        + " type one: JobType.argument(" + type.getSimpleName() + ".class, …, …)";
            }
        }
        return null;
    }

    /** Whether values of a class are JSON's own, so that no converter is asked. */
    static boolean isJson(Class<?> type) {
        return IN_JSON.contains(type) || type == Optional.class || type == List.class || type == Map.class;
    }

    private void components(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        if (!canBeMade(type, components)) {
            gap("Resque cannot call the constructor of the record " + type.getName() + ": its module keeps the package "
                    + type.getPackageName() + " to itself; write \"opens " + type.getPackageName()
                    + ";\" in its module-info");
            return;
        }
        for (RecordComponent component : components) {
            check(type.getSimpleName() + "." + component.getName(), component.getGenericType(), false);
        }
    }

    private static boolean canBeMade(Class<?> type, RecordComponent[] components) {
        Class<?>[] types = new Class<?>[components.length];
        for (int i = 0; i < types.length; i++) {
            types[i] = components[i].getType();
        }
        try {
            AccessibleObject constructor = type.getDeclaredConstructor(types);
            return constructor.trySetAccessible();
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("A record without its canonical constructor: " + type, e);
        }
    }

    private void check(String place, Type type, boolean optional) {
        if (type instanceof Class<?> simple) {
            check(place, simple);
        } else if (type instanceof WildcardType wildcard) {
            check(place, wildcard.getUpperBounds()[0], optional);
        } else if (type instanceof ParameterizedType generic) {
            Type last = generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1];
            if (generic.getRawType() == Optional.class && !optional) {
                check(place, last, true);
            } else if (generic.getRawType() == List.class
                    || generic.getRawType() == Map.class && generic.getActualTypeArguments()[0] == String.class) {
                check(place, last, false);
            } else {
                gap(place + " is " + TypeNames.withArticle(type)
                        + ", which JSON does not have; take a List, a Map<String, …>, a record or an Optional");
            }
        } else {
            gap(place + " is " + TypeNames.withArticle(type) + ", which can be anything; name its class");
        }
    }

    private void check(String place, Class<?> type) {
        if (type != Optional.class && isJson(type)) {
            return;
        }
        classes.add(type);
        if (type.isEnum() || around.contains(type)) {
            return; // a record may hold records of its own class
        }
        around.add(type);
        if (type.isRecord()) {
            components(type);
        } else if (type == Optional.class) {
            gap(place + " is an Optional of anything; name its class, such as Optional<String>");
        } else if (type.isArray() || Collection.class.isAssignableFrom(type)) {
            gap(place + " is " + TypeNames.withArticle(type) + ", which JSON does not have; take a List");
        } else {
            String converters = converters(type);
            gap(place + " is " + TypeNames.withArticle(type)
                    + (type == BigDecimal.class
                            ? ", whose digits Ruby's and PHP's workers would lose;"
                            : ", which JSON does not have;")
                    + " say how to send it and read it, by JobType.argument(" + converters
                    + ") or Resque.builder().argument(" + converters + "), or take a String"
                    + (type == BigDecimal.class ? " or a double" : ", a number, a record, an enum, a List or a Map"));
        }
        around.remove(type);
    }

    /** How to call {@code argument} for a class: whole for a class such as Instant, which can parse its own text. */
    private static String converters(Class<?> type) {
        String name = type.getSimpleName();
        try {
            return type.getMethod("parse", CharSequence.class).getReturnType() == type
                    ? name + ".class, " + name + "::toString, " + name + "::parse"
                    : name + ".class, …, …";
        } catch (NoSuchMethodException e) {
            return name + ".class, …, …";
        }
    }

    private void gap(String sentence) {
        gaps.add(new Gap(List.copyOf(around), sentence));
    }

    /** The components by name; refuses null where the class of the component is no Optional. */
    static Map<String, @Nullable Object> values(Record value) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (RecordComponent component : COMPONENTS.get(value.getClass())) {
            Object found = value(component, value);
            String missing = missing(component.getGenericType(), found);
            if (missing != null) {
                throw new InvalidJobException(value.getClass().getSimpleName() + "." + component.getName() + missing
                        + " is null, and a worker would refuse it; a value that can be absent is an Optional");
            }
            values.put(component.getName(), found);
        }
        return values;
    }

    private static @Nullable Object value(RecordComponent component, Record value) {
        try {
            if (!component.getAccessor().trySetAccessible()) {
                throw new InvalidJobException("Resque cannot read the record "
                        + component.getDeclaringRecord().getName()
                        + ": its module keeps its package to itself; write \"opens "
                        + component.getDeclaringRecord().getPackageName() + ";\" in its module-info");
            }
            return component.getAccessor().invoke(value);
        } catch (InvocationTargetException e) {
            Throwable thrown = e.getCause() == null ? e : e.getCause();
            throw new InvalidJobException(
                    component.getDeclaringRecord().getSimpleName() + "." + component.getName() + " threw a "
                            + thrown.getClass().getName(),
                    thrown);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Where a value holds null against its type: "" for itself, else the path; null if nowhere. */
    private static @Nullable String missing(Type type, @Nullable Object value) {
        if (value == null) {
            return type == Object.class ? null : "";
        }
        if (!(type instanceof ParameterizedType generic)) {
            return null;
        }
        Type last = generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1];
        if (last instanceof WildcardType wildcard) {
            last = wildcard.getUpperBounds()[0];
        }
        if (value instanceof Optional<?> optional) {
            return optional.isEmpty() ? null : missing(last, optional.get());
        }
        if (value instanceof List<?> list) {
            int index = 0;
            for (Object element : list) {
                String missing = missing(last, element);
                if (missing != null) {
                    return "[" + index + "]" + missing;
                }
                index++;
            }
        } else if (value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                String missing = missing(last, entry.getValue());
                if (missing != null) {
                    return "[\"" + entry.getKey() + "\"]" + missing;
                }
            }
        }
        return null;
    }
}
