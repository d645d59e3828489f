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
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Prints tables for people and JSON for programs. */
final class Console {
    private final PrintWriter out;
    private final @Nullable JobSerializer json;
    private final int columns;
    private final Progress progress;

    /**
     * For one command.
     *
     * @param json null to print for people
     * @param columns the width of tables
     * @param progress ends when the command prints
     */
    Console(PrintWriter out, @Nullable JobSerializer json, int columns, Progress progress) {
        this.out = out;
        this.json = json;
        this.columns = columns;
        this.progress = progress;
    }

    /** Decodes arguments, each of which must be JSON. */
    static List<@Nullable Object> parse(JobSerializer json, List<String> texts) {
        List<@Nullable Object> values = new ArrayList<>();
        for (String text : texts) {
            try {
                values.add(json.decode(Payload.ofText(text)));
            } catch (MalformedPayloadException e) {
                String shown = JsonRules.forLog(text);
                // A word without quotes is the usual mistake; other texts have a place where they are wrong.
                throw new ConfigurationException(
                        text.matches("[\\p{L}_][^\\[{\"]*")
                                ? "The argument " + shown + " is not JSON; a string needs quotes: '\"" + shown + "\"'"
                                : "The argument " + shown + " is not JSON that can be sent: " + e.getMessage());
            }
        }
        return values;
    }

    boolean isJson() {
        return json != null;
    }

    void line(String text) {
        progress.end();
        out.println(clean(text));
    }

    void json(@Nullable Object tree) {
        if (json != null) {
            progress.end();
            // Within JSON such characters stand only in strings, where their escapes mean the same.
            out.println(clean(text(json, tree)));
        }
    }

    /** A value as JSON. */
    static String text(JobSerializer json, @Nullable Object tree) {
        return new String(json.encode(tree).toBytes(), StandardCharsets.UTF_8);
    }

    void table(Table table) {
        progress.end();
        table.lines(columns).forEach(out::println);
    }

    /** What the command does from now on, for a terminal. */
    void does(Supplier<String> text) {
        progress.says(text);
    }

    /** A number with its noun, such as {@code 1 job} and {@code 12000 jobs}. */
    static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    /** For people only, such as in progress. */
    static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** Text from Redis may hold any character, and must not move a terminal's cursor. */
    static String clean(String text) {
        return JsonRules.onOneLine(text);
    }
}
