package io.resque.cli;

import io.resque.api.ConfigurationException;
import io.resque.api.MalformedPayloadException;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.Payload;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Prints tables for people and JSON for programs. */
final class Console {
    private final PrintWriter out;
    private final @Nullable JobSerializer json;

    Console(PrintWriter out, @Nullable JobSerializer json) {
        this.out = out;
        this.json = json;
    }

    /** Decodes arguments, each of which must be JSON. */
    static List<@Nullable Object> parse(JobSerializer json, List<String> texts) {
        List<@Nullable Object> values = new ArrayList<>();
        for (String text : texts) {
            try {
                values.add(json.decode(Payload.ofText(text)));
            } catch (MalformedPayloadException e) {
                throw new ConfigurationException("The argument " + text + " is not JSON; a string needs quotes: '\""
                        + text.replace("\"", "\\\"") + "\"'");
            }
        }
        return values;
    }

    boolean isJson() {
        return json != null;
    }

    void line(String text) {
        out.println(clean(text));
    }

    void json(@Nullable Object tree) {
        if (json != null) {
            byte[] bytes = json.encode(tree).toBytes();
            out.println(new String(bytes, StandardCharsets.UTF_8));
        }
    }

    /** Aligns columns; the first row holds their names. */
    void table(List<List<String>> rows) {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], cell(row, i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                String cell = cell(row, i);
                line.append(cell);
                if (i < columns - 1) {
                    line.append(" ".repeat(widths[i] - cell.length() + 2));
                }
            }
            out.println(line);
        }
    }

    /** The last column may be longer, since no other column stands behind it. */
    private static String cell(List<String> row, int column) {
        String text = row.get(column);
        int most = column == row.size() - 1 ? 1_000 : 200;
        return clean(text.length() <= most ? text : text.substring(0, most) + "…");
    }

    /** Text from Redis may hold any character, and must not move a terminal's cursor. */
    static String clean(String text) {
        return JsonRules.onOneLine(text);
    }
}
