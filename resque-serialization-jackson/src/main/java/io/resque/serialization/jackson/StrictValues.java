package io.resque.serialization.jackson;

import io.resque.api.spi.JsonRules;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.ValueDeserializerModifier;
import tools.jackson.databind.deser.std.DelegatingDeserializer;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.type.MapType;
import tools.jackson.databind.util.TokenBuffer;

/**
 * Reads numbers by {@link JsonRules#numberOf}, and text of text only. Jackson's own deserializers read 200 as the byte
 * -56, 1e300 as an infinite float, 9007199254740993 as another double, and {@code [["x"]]} as a list with the text x.
 * Its deserializers of primitive arrays do not use the deserializers of their elements, its sets lose their order, and its
 * maps lose all but one of the members whose keys become equal.
 */
final class StrictValues {
    private StrictValues() {}

    static SimpleModule module() {
        SimpleModule module = new SimpleModule(StrictValues.class.getName());
        for (Class<?> type : List.of(byte.class, short.class, int.class, long.class, float.class, double.class)) {
            add(module, type);
            add(module, Array.get(Array.newInstance(type, 1), 0).getClass());
            addArray(module, type);
        }
        module.addDeserializer(String.class, new Text());
        add(module, BigInteger.class);
        add(module, BigDecimal.class);
        module.addAbstractTypeMapping(Set.class, LinkedHashSet.class);
        module.setDeserializerModifier(new ValueDeserializerModifier() {
            @Override
            public ValueDeserializer<?> modifyMapDeserializer(
                    DeserializationConfig config,
                    MapType type,
                    BeanDescription.Supplier description,
                    ValueDeserializer<?> known) {
                Class<?> key = type.getKeyType().getRawClass();
                return key == String.class || key == Object.class ? known : new KeptMembers(known);
            }
        });
        return module;
    }

    /** The message is for the author of the job: it names a kind, and quotes no value. */
    static final class Misfit extends MismatchedInputException {
        Misfit(DeserializationContext context, String message, Class<?> type) {
            super(context.getParser(), message, type);
        }
    }

    @SuppressWarnings("unchecked")
    private static <T> void add(SimpleModule module, Class<T> type) {
        module.addDeserializer(type, (One<T>) new One<>(type));
    }

    @SuppressWarnings("unchecked")
    private static <T> void addArray(SimpleModule module, Class<?> type) {
        module.addDeserializer((Class<T>) type.arrayType(), new Many<>(type));
    }

    private static final class One<T> extends StdDeserializer<T> {
        One(Class<?> type) {
            super(type);
        }

        @Override
        @SuppressWarnings("unchecked") // a primitive type has no other name for its values
        public T deserialize(JsonParser in, DeserializationContext context) {
            return (T) number(in, context, handledType());
        }

        @Override
        @SuppressWarnings("NullAway") // Jackson's own method gives null, too
        public @Nullable Object getNullValue(DeserializationContext context) {
            if (handledType().isPrimitive()) {
                throw new Misfit(context, "null, but wanted " + JsonRules.wantedNumber(handledType()), handledType());
            }
            return null;
        }
    }

    private static final class Text extends StdDeserializer<String> {
        Text() {
            super(String.class);
        }

        @Override
        public String deserialize(JsonParser in, DeserializationContext context) {
            if (in.hasToken(JsonToken.VALUE_STRING)) {
                return in.getString();
            }
            throw new Misfit(context, "Expected a string but was " + in.currentToken(), String.class);
        }
    }

    private static final class Many<T> extends StdDeserializer<T> {
        private final Class<?> type;

        Many(Class<?> type) {
            super(type.arrayType());
            this.type = type;
        }

        @Override
        @SuppressWarnings("unchecked") // an array of this type
        public T deserialize(JsonParser in, DeserializationContext context) {
            if (!in.isExpectedStartArrayToken()) {
                return (T) context.handleUnexpectedToken(handledType(), in);
            }
            List<Object> numbers = new ArrayList<>();
            while (in.nextToken() != JsonToken.END_ARRAY) {
                numbers.add(number(in, context, type));
            }
            Object array = Array.newInstance(type, numbers.size());
            for (int i = 0; i < numbers.size(); i++) {
                Array.set(array, i, numbers.get(i));
            }
            return (T) array;
        }
    }

    private static final class KeptMembers extends DelegatingDeserializer {
        KeptMembers(ValueDeserializer<?> known) {
            super(known);
        }

        @Override
        protected ValueDeserializer<?> newDelegatingInstance(ValueDeserializer<?> known) {
            return new KeptMembers(known);
        }

        @Override
        public Object deserialize(JsonParser in, DeserializationContext context) {
            if (!in.hasToken(JsonToken.START_OBJECT)) {
                return super.deserialize(in, context);
            }
            TokenBuffer members = context.bufferAsCopyOfValue(in);
            Object map;
            try (JsonParser copy = members.asParserOnFirstToken(context)) {
                map = super.deserialize(copy, context);
            }
            if (map instanceof Map<?, ?> kept && kept.size() < count(members, context)) {
                throw new Misfit(context, "Two names of members become the same key", Map.class);
            }
            return map;
        }

        private static int count(TokenBuffer members, DeserializationContext context) {
            int count = 0;
            try (JsonParser names = members.asParserOnFirstToken(context)) {
                while (names.nextToken() == JsonToken.PROPERTY_NAME) {
                    count++;
                    names.nextToken();
                    names.skipChildren();
                }
            }
            return count;
        }
    }

    private static Object number(JsonParser in, DeserializationContext context, Class<?> type) {
        JsonToken token = in.currentToken();
        Object tree = token == JsonToken.VALUE_STRING
                ? in.getString()
                : token != null && token.isNumeric() ? JsonRules.parseNumber(in.getString()) : null;
        Object number = tree == null ? null : JsonRules.numberOf(tree, type);
        if (number != null) {
            return number;
        }
        throw new Misfit(
                context,
                "Expected " + JsonRules.wantedNumber(type) + " but was "
                        + (tree == null ? String.valueOf(token) : JsonRules.kind(tree)),
                type);
    }
}
