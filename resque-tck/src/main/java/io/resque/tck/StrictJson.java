package io.resque.tck;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads JSON strictly by RFC 8259. The kit compares the serializer under test with it. */
final class StrictJson {
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");
    private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]{4}");

    private final String text;
    private int at;

    private StrictJson(String text) {
        this.text = text;
    }

    /**
     * Reads one JSON value: integers as Long or BigInteger, other numbers as Double. Throws IllegalArgumentException if
     * the text is not JSON.
     */
    static @Nullable Object read(String text) {
        StrictJson json = new StrictJson(text);
        Object value = json.value();
        json.blanks();
        json.require(json.at == text.length());
        return value;
    }

    private @Nullable Object value() {
        blanks();
        if (take("{")) {
            return object();
        } else if (take("[")) {
            return array();
        } else if (take("\"")) {
            return string();
        } else if (take("null")) {
            return null;
        } else if (take("true")) {
            return true;
        }
        return take("false") ? (Object) false : number();
    }

    private Map<String, @Nullable Object> object() {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        boolean ended = token("}");
        while (!ended) {
            require(token("\""));
            String name = string();
            require(token(":"));
            object.put(name, value());
            ended = token("}");
            require(ended || take(","));
        }
        return object;
    }

    private List<@Nullable Object> array() {
        List<@Nullable Object> array = new ArrayList<>();
        boolean ended = token("]");
        while (!ended) {
            array.add(value());
            ended = token("]");
            require(ended || take(","));
        }
        return array;
    }

    private String string() {
        StringBuilder string = new StringBuilder();
        while (!take("\"")) {
            require(at < text.length() && text.charAt(at) >= ' ');
            string.append(take("\\") ? escaped() : text.charAt(at++));
        }
        return string.toString();
    }

    private char escaped() {
        if (take("u")) {
            Matcher hex = HEX.matcher(text).region(at, text.length());
            require(hex.lookingAt());
            at += 4;
            return (char) Integer.parseInt(hex.group(), 16);
        }
        int known = at == text.length() ? -1 : "\"\\/bfnrt".indexOf(text.charAt(at++));
        require(known >= 0);
        return "\"\\/\b\f\n\r\t".charAt(known);
    }

    private Object number() {
        Matcher number = NUMBER.matcher(text).region(at, text.length());
        require(number.lookingAt());
        at = number.end();
        if (number.group(2) != null || number.group(3) != null) {
            return Double.valueOf(number.group());
        }
        BigInteger integer = new BigInteger(number.group());
        return integer.bitLength() < Long.SIZE ? (Object) integer.longValue() : integer;
    }

    private void blanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private boolean take(String expected) {
        boolean found = text.startsWith(expected, at);
        at += found ? expected.length() : 0;
        return found;
    }

    private boolean token(String expected) {
        blanks();
        return take(expected);
    }

    private void require(boolean right) {
        if (!right) {
            throw new IllegalArgumentException("Not JSON at character " + at);
        }
    }
}
