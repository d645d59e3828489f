package com.example.json;

import io.resque.api.spi.JsonRules;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Converts trees by the table of {@code JobSerializer.convert}. */
final class TreeConverter {
    private TreeConverter() {}

    /** Throws IllegalArgumentException, whose message shows the kind of a value and not the value. */
    static @Nullable Object convert(@Nullable Object tree, Type type) throws ReflectiveOperationException {
        if (type instanceof WildcardType wildcard) {
            return convert(tree, wildcard.getUpperBounds()[0]);
        }
        Type[] parts = type instanceof ParameterizedType generic ? generic.getActualTypeArguments() : new Type[0];
        Class<?> wanted = (Class<?>) (type instanceof ParameterizedType generic ? generic.getRawType() : type);
        if (tree == null) {
            require(!wanted.isPrimitive(), wanted, null);
            return null;
        } else if (wanted == Object.class || wanted.isInstance(tree) && parts.length == 0) {
            return tree;
        } else if (JsonRules.isNumber(wanted)) {
            Object number = JsonRules.numberOf(tree, wanted);
            if (number == null) {
                throw new IllegalArgumentException(
                        "Expected " + JsonRules.wantedNumber(wanted) + " but was " + JsonRules.kind(tree));
            }
            return number;
        } else if (wanted == boolean.class && tree instanceof Boolean) {
            return tree;
        } else if (wanted.isEnum() && tree instanceof String name) {
            return Stream.of(wanted.getEnumConstants())
                    .filter(constant -> ((Enum<?>) constant).name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("Expected the name of a constant"));
        } else if (tree instanceof List<?> list
                && (wanted.isArray() || wanted.isAssignableFrom(ArrayList.class) || wanted == Set.class)) {
            return elements(list, wanted, parts);
        } else if (tree instanceof Map<?, ?> map && wanted.isAssignableFrom(LinkedHashMap.class)) {
            Map<@Nullable Object, @Nullable Object> members = new LinkedHashMap<>();
            for (Map.Entry<?, ?> member : map.entrySet()) {
                members.put(convert(member.getKey(), parts[0]), convert(member.getValue(), parts[1]));
            }
            if (members.size() < map.size()) {
                throw new IllegalArgumentException("Two names of members become the same key");
            }
            return members;
        }
        boolean isOfJava = wanted.getName().startsWith("java.") || wanted.isEnum() || wanted.isPrimitive();
        require(tree instanceof Map && !isOfJava && !wanted.isInterface(), wanted, tree);
        return wanted.isRecord() ? record((Map<?, ?>) tree, wanted) : object((Map<?, ?>) tree, wanted);
    }

    private static void require(boolean fits, Class<?> wanted, @Nullable Object tree) {
        if (!fits) {
            throw new IllegalArgumentException(
                    "Expected " + wanted.getSimpleName() + " but was " + JsonRules.kind(tree));
        }
    }

    private static Object elements(List<?> list, Class<?> wanted, Type[] parts) throws ReflectiveOperationException {
        if (wanted.isArray()) {
            Object array = Array.newInstance(wanted.getComponentType(), list.size());
            for (int i = 0; i < list.size(); i++) {
                Array.set(array, i, convert(list.get(i), wanted.getComponentType()));
            }
            return array;
        }
        Collection<@Nullable Object> elements = wanted == Set.class ? new LinkedHashSet<>() : new ArrayList<>();
        for (Object element : list) {
            elements.add(convert(element, parts.length == 0 ? Object.class : parts[0]));
        }
        return elements;
    }

    /** Records of jobs are seldom public. */
    private static Object record(Map<?, ?> members, Class<?> wanted) throws ReflectiveOperationException {
        RecordComponent[] components = wanted.getRecordComponents();
        Object[] values = new Object[components.length];
        for (int i = 0; i < values.length; i++) {
            String name = components[i].getName();
            values[i] = members.containsKey(name)
                    ? member(members, name, components[i].getGenericType())
                    : Array.get(Array.newInstance(components[i].getType(), 1), 0); // null, 0 or false
        }
        Constructor<?> constructor = wanted.getDeclaredConstructor(
                Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
        constructor.setAccessible(true);
        return made(constructor, values);
    }

    private static Object object(Map<?, ?> members, Class<?> wanted) throws ReflectiveOperationException {
        Constructor<?> constructor = wanted.getDeclaredConstructor();
        constructor.setAccessible(true);
        Object object = made(constructor);
        for (Class<?> part = wanted; part != Object.class; part = part.getSuperclass()) {
            for (Field field : part.getDeclaredFields()) {
                if (members.containsKey(field.getName()) && !Modifier.isStatic(field.getModifiers())) {
                    field.setAccessible(true);
                    field.set(object, member(members, field.getName(), field.getGenericType()));
                }
            }
        }
        return object;
    }

    /** The message must say which member does not fit. */
    private static @Nullable Object member(Map<?, ?> members, String name, Type type)
            throws ReflectiveOperationException {
        try {
            return convert(members.get(name), type);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        }
    }

    private static Object made(Constructor<?> constructor, @Nullable Object... values)
            throws ReflectiveOperationException {
        try {
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(String.valueOf(e.getCause().getMessage()), e.getCause());
        }
    }
}
