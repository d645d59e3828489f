package io.resque.serialization.gson;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
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
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Creates a Gson that throws where a default Gson changes a value: the default reads 255 as the byte -1, 2^63 as 2^63 - 1,
 * "yes" as false, and an unknown enum constant as null.
 */
final class StrictGson {
    private StrictGson() {}

    static Gson create() {
        ToNumberStrategy numbers = in -> JsonRules.parseNumber(in.nextString());
        GsonBuilder builder = new GsonBuilder()
                .disableHtmlEscaping()
                .setObjectToNumberStrategy(numbers)
                .setNumberToNumberStrategy(numbers)
                .registerTypeAdapterFactory(new Enums());
        register(builder, boolean.class, Boolean.class, JsonReader::nextBoolean);
        register(builder, byte.class, Byte.class, in -> integer(in, Byte.MIN_VALUE, Byte.MAX_VALUE, n -> (byte) n));
        register(
                builder, short.class, Short.class, in -> integer(in, Short.MIN_VALUE, Short.MAX_VALUE, n -> (short) n));
        register(
                builder,
                int.class,
                Integer.class,
                in -> integer(in, Integer.MIN_VALUE, Integer.MAX_VALUE, n -> (int) n));
        register(builder, long.class, Long.class, in -> integer(in, Long.MIN_VALUE, Long.MAX_VALUE, n -> n));
        return builder.create();
    }

    private interface Read<T> {
        T from(JsonReader in) throws IOException;
    }

    private static <T> void register(GsonBuilder builder, Class<T> primitive, Class<T> boxed, Read<T> read) {
        TypeAdapter<T> adapter = new TypeAdapter<>() {
            @Override
            public T read(JsonReader in) throws IOException {
                return read.from(in);
            }

            @Override
            public void write(JsonWriter out, T value) throws IOException {
                out.jsonValue(value.toString());
            }
        };
        builder.registerTypeAdapter(primitive, adapter.nullSafe()).registerTypeAdapter(boxed, adapter.nullSafe());
    }

    private static <N> N integer(JsonReader in, long min, long max, LongFunction<N> narrow) throws IOException {
        String path = in.getPath();
        String text = in.nextString();
        try {
            long value = Long.parseLong(text);
            if (value >= min && value <= max) {
                return narrow.apply(value);
            }
        } catch (NumberFormatException e) {
            // The exception below says it, as for a value out of range.
        }
        throw new JsonSyntaxException("Expected an integer from " + min + " to " + max + " but was "
                + (text.length() > 40 ? text.substring(0, 40) + "…" : text) + " at path " + path);
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
                    JsonToken found = in.peek();
                    String path = in.getPath();
                    T constant = known.read(in);
                    if (constant == null && found != JsonToken.NULL) {
                        throw new JsonSyntaxException(
                                "Expected the name of a constant of " + type + " at path " + path);
                    }
                    return constant;
                }

                @Override
                public void write(JsonWriter out, @Nullable T value) throws IOException {
                    known.write(out, value);
                }
            };
        }
    }
}
