package io.resque.wrong.redis;

import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A change of a script at a mutation point: a line that ends with {@code --@point}, or a few such lines.
 *
 * @param point the name behind {@code --@}
 * @param change gives the code that stands in the place of a marked line
 */
record Mutation(String point, UnaryOperator<String> change) {
    private static final Pattern CONDITION = Pattern.compile("(\\s*(?:else)?if ).*( then)");

    /** The line is left out. */
    static Mutation without(String point) {
        return new Mutation(point, line -> "");
    }

    /** The condition of the line's {@code if} is true. */
    static Mutation always(String point) {
        return condition(point, "true");
    }

    /** The condition of the line's {@code if} is false. */
    static Mutation never(String point) {
        return condition(point, "false");
    }

    private static Mutation condition(String point, String value) {
        return new Mutation(point, line -> {
            Matcher matcher = CONDITION.matcher(line);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("A whole condition must stand in: " + line);
            }
            return matcher.group(1) + value + matcher.group(2);
        });
    }

    /** Some code of the line, which must stand there once, is replaced. */
    static Mutation instead(String point, String right, String wrong) {
        return new Mutation(point, line -> {
            int at = line.indexOf(right);
            if (at < 0 || at != line.lastIndexOf(right)) {
                throw new IllegalArgumentException("\"" + right + "\" must stand once in: " + line);
            }
            return line.substring(0, at) + wrong + line.substring(at + right.length());
        });
    }

    /** Code stands in front of the line. */
    static Mutation before(String point, String code) {
        return new Mutation(point, line -> code + "\n" + line);
    }

    /** Code stands behind the line; no other change of the line may follow. */
    static Mutation after(String point, String code) {
        return new Mutation(point, line -> line + "\n" + code);
    }

    boolean isIn(String script) {
        return script.contains(mark());
    }

    String of(String script) {
        if (!isIn(script)) {
            throw new IllegalArgumentException("No line of the script ends with --@" + point);
        }
        StringBuilder changed = new StringBuilder();
        int from = 0;
        for (int at = script.indexOf(mark()); at >= 0; at = script.indexOf(mark(), from)) {
            int line = script.lastIndexOf('\n', at) + 1;
            changed.append(script, from, line)
                    .append(change.apply(script.substring(line, at)))
                    .append(mark());
            from = at + mark().length();
        }
        return changed.append(script, from, script.length()).toString();
    }

    private String mark() {
        return " --@" + point + "\n";
    }
}
