package com.example.json;

import io.resque.api.MalformedPayloadException;
import io.resque.api.spi.JsonRules;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads JSON by RFC 8259 and within the limits of {@link JsonRules}. A message has a position, and nothing of the text. */
final class StrictReader {
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*+)(\\.[0-9]++)?([eE][+-]?[0-9]++)?");
    private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]{4}");

    private final String text;
    private int at;
    private int depth;

    private StrictReader(String text) {
        this.text = text;
    }

    static @Nullable Object read(String text) {
        StrictReader in = new StrictReader(text);
        try {
            Object value = in.value();
            in.require(in.next() < 0, "Text after the JSON value");
            return value;
        } catch (MalformedPayloadException e) {
            throw new MalformedPayloadException(e.getMessage() + " at character " + in.at);
        }
    }

    private void require(boolean right, String otherwise) {
        if (!right) {
            throw new MalformedPayloadException(otherwise);
        }
    }

    /** The next character that is no blank; -1 at the end. */
    private int next() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : -1;
    }

    private boolean take(char expected) {
        boolean found = next() == expected;
        at += found ? 1 : 0;
        return found;
    }

    private void expect(char expected) {
        require(take(expected), "Not valid JSON");
    }

    private @Nullable Object value() {
        return switch (next()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            case 'n' -> word("null", null);
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            default -> number();
        };
    }

    private @Nullable Object word(String word, @Nullable Object value) {
        require(text.startsWith(word, at), "Not valid JSON");
        at += word.length();
        return value;
    }

    private void deeper() {
        require(++depth <= JsonRules.MAX_DEPTH, "Nested deeper than " + JsonRules.MAX_DEPTH + " levels");
    }

    private Map<String, @Nullable Object> object() {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        deeper();
        expect('{');
        boolean ended = take('}');
        while (!ended) {
            require(next() == '"', "Not valid JSON");
            String name = string();
            expect(':');
            object.put(name, value());
            ended = take('}');
            require(ended || take(','), "Not valid JSON");
        }
        depth--;
        return object;
    }

    private List<@Nullable Object> array() {
        List<@Nullable Object> array = new ArrayList<>();
        deeper();
        expect('[');
        boolean ended = take(']');
        while (!ended) {
            array.add(value());
            ended = take(']');
            require(ended || take(','), "Not valid JSON");
        }
        depth--;
        return array;
    }

    private String string() {
        StringBuilder string = new StringBuilder();
        at++;
        while (true) {
            require(at < text.length() && text.charAt(at) >= ' ', "Not valid JSON");
            char c = text.charAt(at++);
            if (c == '"') {
                break;
            }
            string.append(c == '\\' ? escaped() : c);
        }
        require(JsonRules.loneSurrogate(string.toString()) < 0, "Text with half of a surrogate pair");
        return string.toString();
    }

    private char escaped() {
        require(at < text.length(), "Not valid JSON");
        char c = text.charAt(at++);
        if (c == 'u') {
            Matcher hex = HEX.matcher(text).region(at, text.length());
            require(hex.lookingAt(), "Not valid JSON");
            at += 4;
            return (char) Integer.parseInt(hex.group(), 16);
        }
        int known = "\"\\/bfnrt".indexOf(c);
        require(known >= 0, "Not valid JSON");
        return "\"\\/\b\f\n\r\t".charAt(known);
    }

    private Number number() {
        Matcher number = NUMBER.matcher(text).region(at, text.length());
        require(number.lookingAt(), "Not valid JSON");
        Number value = JsonRules.parseNumber(number.group());
        at = number.end();
        return value;
    }
}
