package io.resque.launcher.internal.process;

import io.resque.api.ConfigurationException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The variables of an environment, by the type of their values. An empty value counts as none. Immutable. */
public final class EnvironmentReader {
    private final Map<String, String> variables;

    public EnvironmentReader(Map<String, String> variables) {
        this.variables = Map.copyOf(variables);
    }

    /** A reader of these variables and of the changes, which win. */
    EnvironmentReader with(Map<String, String> changes) {
        Map<String, String> changed = new HashMap<>(variables);
        changed.putAll(changes);
        return new EnvironmentReader(changed);
    }

    /**
     * The value without blanks around it; null if there is none.
     *
     * @throws ConfigurationException if Java could not decode the value
     */
    public @Nullable String get(String name) {
        String value = variables.get(name);
        if (value == null || value.isBlank()) {
            return null;
        }
        UndecodableText.refuse(name, value);
        return value.strip();
    }

    /** Those of these variables that are set. */
    Map<String, String> only(List<String> names) {
        Map<String, String> some = new HashMap<>();
        for (String name : names) {
            String value = get(name);
            if (value != null) {
                some.put(name, value);
            }
        }
        return some;
    }

    String get(String name, String otherwise) {
        String value = get(name);
        return value == null ? otherwise : value;
    }

    /** Whether there is a variable whose name begins so, even an empty one. */
    boolean hasAny(String prefix) {
        return variables.keySet().stream().anyMatch(name -> name.startsWith(prefix));
    }

    public int number(String name, int otherwise, int least, int most) {
        String value = get(name);
        if (value == null) {
            return otherwise;
        }
        if (value.matches("\\d{1,10}")) {
            long number = Long.parseLong(value);
            if (number >= least && number <= most) {
                return (int) number;
            }
        }
        throw new ConfigurationException(
                name + " is \"" + value + "\"; it must be a whole number from " + least + " to " + most);
    }

    Duration seconds(String name, String otherwise) {
        String value = get(name, otherwise);
        if (!value.matches("\\d{1,8}(\\.\\d{1,9})?")) {
            throw new ConfigurationException(name + " is \"" + value + "\"; it must be seconds, such as 4 or 0.5");
        }
        return Duration.ofNanos(new BigDecimal(value).movePointRight(9).longValueExact());
    }

    /** The parts of a text between blanks. */
    public static List<String> words(String text) {
        return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
    }

    /** The parts of a text between commas, without blanks around them and without empty ones. */
    static List<String> parts(String text) {
        return Pattern.compile(",")
                .splitAsStream(text)
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }
}
