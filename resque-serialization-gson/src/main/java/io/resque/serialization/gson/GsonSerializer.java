package io.resque.serialization.gson;

import com.google.gson.Gson;
import com.google.gson.Strictness;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import io.resque.api.MalformedPayloadException;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.Payload;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.lang.reflect.Type;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads and writes trees by Gson's streams; only {@link #convert} uses a {@link Gson}. Thread-safe. */
final class GsonSerializer implements JobSerializer {
    private static final Pattern POSITION = Pattern.compile(" at line (\\d+) column (\\d+)");
    private static final Pattern NUMBER = Pattern.compile("-?[0-9][0-9.eE+-]*");

    private final Gson gson;

    GsonSerializer(Gson gson) {
        this.gson = Objects.requireNonNull(gson, "gson");
    }

    /** Uses the methods that a job uses, so that a version of Gson without one of them is found now. */
    GsonSerializer checked() {
        decode(encode(null));
        return this;
    }

    @Override
    public Payload encode(@Nullable Object tree) {
        return Payload.ofText(write(tree));
    }

    private static String write(@Nullable Object tree) {
        JsonRules.requireWritable(tree);
        TextWriter text = new TextWriter();
        try (JsonWriter out = new JsonWriter(text)) {
            write(out, tree);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void write(JsonWriter out, @Nullable Object value) throws IOException {
        if (value == null) {
            out.nullValue();
        } else if (value instanceof String text) {
            out.value(text);
        } else if (value instanceof Integer || value instanceof Long) { // classes first, as in JsonRules
            out.jsonValue(value.toString());
        } else if (value instanceof Boolean bool) {
            out.value(bool);
        } else if (value instanceof Double number) {
            out.jsonValue(JsonRules.formatDouble(number));
        } else if (!(value instanceof AbstractMap) && value instanceof List<?> list) {
            out.beginArray();
            for (Object element : list) {
                write(out, element);
            }
            out.endArray();
        } else if (value instanceof Map<?, ?> map) {
            out.beginObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                out.name((String) entry.getKey());
                write(out, entry.getValue());
            }
            out.endObject();
        } else {
            out.jsonValue(value.toString());
        }
    }

    @Override
    public @Nullable Object decode(Payload payload) {
        String json = JsonRules.decodeUtf8(payload);
        JsonReader in = reader(json);
        // Neither exception has a cause: Gson's messages quote names from the text.
        try {
            Object tree = read(in, 0);
            if (in.peek() != JsonToken.END_DOCUMENT) {
                throw new MalformedPayloadException("Text after the JSON value");
            }
            return tree;
        } catch (MalformedPayloadException e) {
            throw new MalformedPayloadException(e.getMessage() + position(in));
        } catch (IOException | IllegalStateException | NumberFormatException e) {
            throw longNumber(json, in).orElseGet(() -> new MalformedPayloadException("Not valid JSON" + position(in)));
        }
    }

    /** Gson gives up a number that does not fit into its buffer, as if it were none. */
    private static Optional<MalformedPayloadException> longNumber(String json, JsonReader in) {
        Matcher position = POSITION.matcher(in.toString());
        if (!position.find()) {
            return Optional.empty();
        }
        int at = -1;
        for (int line = Integer.parseInt(position.group(1)); line > 1; line--) {
            at = json.indexOf('\n', at + 1);
        }
        at += Integer.parseInt(position.group(2));
        Matcher number = NUMBER.matcher(json);
        if (at < 0 || at >= json.length() || !number.find(at) || number.start() != at) {
            return Optional.empty();
        }
        try {
            JsonRules.parseNumber(number.group());
            return Optional.empty();
        } catch (MalformedPayloadException e) {
            return Optional.of(new MalformedPayloadException(e.getMessage() + position.group()));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static JsonReader reader(String json) {
        JsonReader in = new JsonReader(new StringReader(json));
        in.setStrictness(Strictness.STRICT);
        return in;
    }

    private static @Nullable Object read(JsonReader in, int depth) throws IOException {
        JsonToken token = in.peek();
        switch (token) {
            case BEGIN_OBJECT:
                return readObject(in, deeper(depth));
            case BEGIN_ARRAY:
                return readArray(in, deeper(depth));
            case STRING:
                return requireUnicode(in.nextString());
            case NUMBER:
                return JsonRules.parseNumber(in.nextString());
            case BOOLEAN:
                return in.nextBoolean();
            case NULL:
                in.nextNull();
                return null;
            default:
                throw new MalformedPayloadException("No JSON value");
        }
    }

    private static Map<String, @Nullable Object> readObject(JsonReader in, int depth) throws IOException {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        in.beginObject();
        while (in.hasNext()) {
            String name = requireUnicode(in.nextName());
            object.put(name, read(in, depth));
        }
        in.endObject();
        return object;
    }

    private static List<@Nullable Object> readArray(JsonReader in, int depth) throws IOException {
        List<@Nullable Object> array = new ArrayList<>();
        in.beginArray();
        while (in.hasNext()) {
            array.add(read(in, depth));
        }
        in.endArray();
        return array;
    }

    private static int deeper(int depth) {
        if (depth == JsonRules.MAX_DEPTH) {
            throw new MalformedPayloadException("Nested deeper than " + JsonRules.MAX_DEPTH + " levels");
        }
        return depth + 1;
    }

    private static String requireUnicode(String text) {
        if (JsonRules.loneSurrogate(text) >= 0) {
            throw new MalformedPayloadException("Text with half of a surrogate pair");
        }
        return text;
    }

    /**
     * Only {@code toString} of a JsonReader gives its position. A path of names follows there, which no message may quote.
     */
    private static String position(JsonReader in) {
        Matcher position = POSITION.matcher(in.toString());
        return position.find() ? position.group() : "";
    }

    @Override
    public @Nullable Object convert(@Nullable Object tree, Type type) {
        if (tree == null) {
            return null;
        }
        Object value;
        try {
            // Through text: a JsonElement silently narrows numbers.
            value = gson.fromJson(reader(write(tree)), TypeToken.get(type));
        } catch (RuntimeException e) {
            throw JsonRules.doesNotFit(tree, type, rootMessage(e), e);
        }
        if (value == null) {
            throw JsonRules.doesNotFit(tree, type, "Gson converted it to null", null);
        }
        return value;
    }

    /** The outer exceptions of Gson only say "failed to invoke", or repeat the class of the inner exception. */
    private static String rootMessage(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getName() : root.getMessage();
    }
}
