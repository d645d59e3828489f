package com.example.json;

import io.resque.api.spi.JsonRules;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a tree that {@link JsonRules#requireWritable} has accepted. */
final class TreeWriter {
    private final StringBuilder text = new StringBuilder();

    static String write(@Nullable Object tree) {
        JsonRules.requireWritable(tree);
        TreeWriter out = new TreeWriter();
        out.value(tree);
        return out.text.toString();
    }

    private void value(@Nullable Object value) {
        if (value instanceof String string) {
            string(string);
        } else if (value instanceof Double number) {
            text.append(JsonRules.formatDouble(number));
        } else if (value instanceof List<?> list) {
            list(list);
        } else if (value instanceof Map<?, ?> map) {
            map(map);
        } else {
            text.append(value); // null, a boolean, an integer or a decimal
        }
    }

    private void list(List<?> list) {
        text.append('[');
        String comma = "";
        for (Object element : list) {
            text.append(comma);
            value(element);
            comma = ",";
        }
        text.append(']');
    }

    private void map(Map<?, ?> map) {
        text.append('{');
        String comma = "";
        for (Map.Entry<?, ?> member : map.entrySet()) {
            text.append(comma);
            string((String) member.getKey());
            text.append(':');
            value(member.getValue());
            comma = ",";
        }
        text.append('}');
    }

    private void string(String string) {
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            int known = "\"\\\b\f\n\r\t".indexOf(c);
            if (known >= 0) {
                text.append('\\').append("\"\\bfnrt".charAt(known));
            } else if (c < ' ') {
                text.append(String.format("\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }
}
