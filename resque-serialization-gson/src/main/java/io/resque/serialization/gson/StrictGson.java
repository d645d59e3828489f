package io.resque.serialization.gson;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSyntaxException;
import com.google.gson.ToNumberStrategy;
import com.google.gson.TypeAdapter;
import com.google.gson.TypeAdapterFactory;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import io.resque.api.spi.JsonRules;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Creates a Gson that throws where a default Gson changes a value: the default reads 255 as the byte -1, 2^63 as 2^63 - 1,
 * "yes" as false, true as "true", 1e300 as an infinite float, and an unknown enum constant as null.
 */
final class StrictGson {
    private StrictGson() {}

    static Gson create() {
        ToNumberStrategy numbers = in -> JsonRules.parseNumber(in.nextString());
        GsonBuilder builder = new GsonBuilder()
                .disableHtmlEscaping()
                .setObjectToNumberStrategy(numbers)
                .setNumberToNumberStrategy(numbers)
                .registerTypeAdapterFactory(new Enums())
                .registerTypeAdapterFactory(new Maps());
        register(builder, JsonReader::nextBoolean, boolean.class, Boolean.class);
        register(builder, StrictGson::text, String.class);
        number(builder, byte.class, Byte.class);
        number(builder, short.class, Short.class);
        number(builder, int.class, Integer.class);
        number(builder, long.class, Long.class);
        number(builder, float.class, Float.class);
        number(builder, double.class, Double.class);
        number(builder, BigInteger.class);
        number(builder, BigDecimal.class);
        return builder.create();
    }

    private interface Read {
        Object from(JsonReader in) throws IOException;
    }

    private static void number(GsonBuilder builder, Class<?>... types) {
        register(builder, in -> number(in, types[0]), types);
    }

    private static void register(GsonBuilder builder, Read read, Class<?>... types) {
        TypeAdapter<Object> adapter = new TypeAdapter<>() {
            @Override
            public Object read(JsonReader in) throws IOException {
                return read.from(in);
            }

            @Override
            public void write(JsonWriter out, Object value) throws IOException {
                if (value instanceof String text) {
                    out.value(text);
                } else {
                    out.jsonValue(value.toString());
                }
            }
        };
        for (Class<?> type : types) {
            builder.registerTypeAdapter(type, adapter.nullSafe());
        }
    }

    private static Object number(JsonReader in, Class<?> type) throws IOException {
        String path = in.getPath();
        JsonToken found = in.peek();
        String text = in.nextString();
        Object tree = found == JsonToken.NUMBER ? JsonRules.parseNumber(text) : text;
        Object number = JsonRules.numberOf(tree, type);
        if (number == null) {
            throw new JsonSyntaxException("Expected " + JsonRules.wantedNumber(type) + " but was "
                    + JsonRules.kind(tree) + " at path " + path);
        }
        return number;
    }

    private static String text(JsonReader in) throws IOException {
        JsonToken found = in.peek();
        if (found != JsonToken.STRING) {
            throw new JsonSyntaxException("Expected a string but was " + found + " at path " + in.getPath());
        }
        return in.nextString();
    }

    private static final class Enums implements TypeAdapterFactory {
        @Override
        public <T> @Nullable TypeAdapter<T> create(Gson gson, TypeToken<T> type) {
            if (!Enum.class.isAssignableFrom(type.getRawType())) {
                return null;
            }
            TypeAdapter<T> known = gson.getDelegateAdapter(this, type);
            return new TypeAdapter<>() {
                @Override
                public @Nullable T read(JsonReader in) throws IOException {
                    String path = in.getPath();
                    if (in.peek() == JsonToken.NULL) {
                        return known.read(in);
                    }
                    String text = in.nextString();
                    T constant = known.fromJsonTree(new JsonPrimitive(text));
                    if (constant == null || isOnlyItsText(constant, text)) {
                        throw new JsonSyntaxException(
                                "Expected the name of a constant of " + type + " at path " + path);
                    }
                    return constant;
                }

                /** Gson also finds a constant by its {@code toString}. */
                private boolean isOnlyItsText(T constant, String text) {
                    return text.equals(constant.toString())
                            && !text.equals(((Enum<?>) constant).name())
                            && !text.equals(known.toJsonTree(constant).getAsString());
                }

                @Override
                public void write(JsonWriter out, @Nullable T value) throws IOException {
                    known.write(out, value);
                }
            };
        }
    }

    /** Gson also makes maps of arrays of pairs. */
    private static final class Maps implements TypeAdapterFactory {
        @Override
        public <T> @Nullable TypeAdapter<T> create(Gson gson, TypeToken<T> type) {
            if (!Map.class.isAssignableFrom(type.getRawType())) {
                return null;
            }
            TypeAdapter<T> known = gson.getDelegateAdapter(this, type);
            return new TypeAdapter<>() {
                @Override
                public @Nullable T read(JsonReader in) throws IOException {
                    if (in.peek() == JsonToken.BEGIN_ARRAY) {
                        throw new JsonSyntaxException("Expected an object but was an array at path " + in.getPath());
                    }
                    return known.read(in);
                }

                @Override
                public void write(JsonWriter out, @Nullable T value) throws IOException {
                    known.write(out, value);
                }
            };
        }
    }
}
