package io.resque.serialization.jackson;

import com.fasterxml.jackson.annotation.JsonFormat;
import io.resque.api.MalformedPayloadException;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.Payload;
import java.lang.reflect.Type;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.core.util.ByteArrayBuilder;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.MismatchedInputException;

/** Reads and writes trees by Jackson's streams; only {@link #convert} uses a mapper. Thread-safe. */
final class JacksonSerializer implements JobSerializer {
    /**
     * Jackson's own limits are off, since {@link JsonRules} sets them. Names come from anybody, so they are not
     * interned.
     */
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
            .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
            .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
            .disable(TokenStreamFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private static final int USUAL_LENGTH = 128;

    private final ObjectMapper mapper;

    JacksonSerializer(ObjectMapper mapper) {
        this.mapper = Objects.requireNonNull(mapper, "mapper");
    }

    /**
     * Uses the methods that a job uses, so that a version of Jackson or of its annotations without one of them is found
     * now.
     */
    JacksonSerializer checked() {
        decode(encode(null));
        Objects.requireNonNull(JsonFormat.Shape.POJO); // Jackson 3.0 does not use it before the first conversion
        return this;
    }

    @Override
    public Payload encode(@Nullable Object tree) {
        JsonRules.requireWritable(tree);
        try (ByteArrayBuilder bytes = new ByteArrayBuilder(USUAL_LENGTH);
                JsonGenerator out = JSON.createGenerator(ObjectWriteContext.empty(), bytes, JsonEncoding.UTF8)) {
            write(out, tree);
            out.flush();
            return Payload.of(bytes.toByteArray());
        }
    }

    private static void write(JsonGenerator out, @Nullable Object value) {
        if (value == null) {
            out.writeNull();
        } else if (value instanceof String text) {
            out.writeString(text);
        } else if (value instanceof Integer || value instanceof Long) { // classes first, as in JsonRules
            out.writeNumber(value.toString());
        } else if (value instanceof Boolean bool) {
            out.writeBoolean(bool);
        } else if (value instanceof Double number) {
            out.writeNumber(JsonRules.formatDouble(number));
        } else if (!(value instanceof AbstractMap) && value instanceof List<?> list) {
            out.writeStartArray();
            for (Object element : list) {
                write(out, element);
            }
            out.writeEndArray();
        } else if (value instanceof Map<?, ?> map) {
            out.writeStartObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                out.writeName((String) entry.getKey());
                write(out, entry.getValue());
            }
            out.writeEndObject();
        } else {
            out.writeNumber(value.toString());
        }
    }

    @Override
    public @Nullable Object decode(Payload payload) {
        JsonRules.decodeUtf8(payload);
        // From the bytes, not from the decoded text: Jackson's parser of text accepts some letters beyond ASCII as hex
        // digits.
        JsonParser in = JSON.createParser(ObjectReadContext.empty(), payload.toBytes());
        // Neither exception has a cause: Jackson's messages quote the text.
        try (in) {
            Object tree = read(in, in.nextToken(), 0);
            if (in.nextToken() != null) {
                throw new MalformedPayloadException("Text after the JSON value");
            }
            return tree;
        } catch (MalformedPayloadException e) {
            throw new MalformedPayloadException(e.getMessage() + position(in));
        } catch (JacksonException e) {
            throw new MalformedPayloadException("Not valid JSON" + position(in));
        }
    }

    private static @Nullable Object read(JsonParser in, @Nullable JsonToken token, int depth) {
        if (token == null) {
            throw new MalformedPayloadException("No JSON value");
        }
        switch (token) {
            case START_OBJECT:
                return readObject(in, deeper(depth));
            case START_ARRAY:
                return readArray(in, deeper(depth));
            case VALUE_STRING:
                return requireUnicode(in.getString());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT:
                return JsonRules.parseNumber(in.getString());
            case VALUE_TRUE:
                return true;
            case VALUE_FALSE:
                return false;
            case VALUE_NULL:
                return null;
            default:
                throw new MalformedPayloadException("No JSON value");
        }
    }

    private static Map<String, @Nullable Object> readObject(JsonParser in, int depth) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        while (in.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = requireUnicode(in.currentName());
            object.put(name, read(in, in.nextToken(), depth));
        }
        return object;
    }

    private static List<@Nullable Object> readArray(JsonParser in, int depth) {
        List<@Nullable Object> array = new ArrayList<>();
        for (JsonToken token = in.nextToken(); token != JsonToken.END_ARRAY; token = in.nextToken()) {
            array.add(read(in, token, depth));
        }
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

    private static String position(JsonParser in) {
        TokenStreamLocation at = in.currentLocation();
        return " at line " + at.getLineNr() + " column " + at.getColumnNr();
    }

    @Override
    public @Nullable Object convert(@Nullable Object tree, Type type) {
        if (tree == null) {
            return null;
        }
        Object value;
        try {
            value = mapper.convertValue(tree, mapper.constructType(type));
        } catch (JacksonException e) {
            String reason = reason(e, tree);
            throw JsonRules.doesNotFit(
                    tree, type, e.getPath().isEmpty() ? reason : reason + " at " + e.getPathReference(), e);
        } catch (RuntimeException e) {
            throw JsonRules.doesNotFit(tree, type, e.toString(), e);
        }
        if (value == null) {
            throw JsonRules.doesNotFit(tree, type, "Jackson converted it to null", null);
        }
        return value;
    }

    /** Jackson's messages about a value that does not fit quote it; those about a constructor are the author's own. */
    private static String reason(JacksonException e, Object tree) {
        if (e instanceof MismatchedInputException misfit && !(e instanceof StrictValues.Misfit)) {
            Class<?> wanted = misfit.getTargetType();
            Object found = e instanceof InvalidFormatException format ? format.getValue() : at(e.getPath(), tree);
            return "Expected " + (wanted == null ? "another type" : wanted.getTypeName()) + " but was "
                    + JsonRules.kind(found);
        }
        return e.getOriginalMessage();
    }

    private static @Nullable Object at(List<JacksonException.Reference> path, Object tree) {
        Object value = tree;
        for (JacksonException.Reference step : path) {
            if (value instanceof Map<?, ?> map) {
                value = map.get(step.getPropertyName());
            } else if (value instanceof List<?> list && step.getIndex() >= 0 && step.getIndex() < list.size()) {
                value = list.get(step.getIndex());
            }
        }
        return value;
    }
}
