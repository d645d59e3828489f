package io.resque.core.internal.settings;

import io.resque.api.ConfigurationException;
import io.resque.api.spi.JsonRules;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of one setting, and its meaning as another type. Each error names the setting, the text and the way out. Immutable.
 *
 * @param name of the key or of the variable
 * @param text without blanks around it
 */
record SettingValue(String name, String text) {
    private static final Pattern SHORT = Pattern.compile("(\\d{1,15})\\s*(ms|s|m|h|d)");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,10})\\s*(B|KB|MB|GB)?");

    /** A whole number. */
    long number(long least, long most) {
        if (text.matches("\\d{1,18}")) {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        }
        throw mustBe("a whole number from " + least + " to " + most);
    }

    /** A duration with its unit: without one, programs differ in whether they read seconds or milliseconds. */
    Duration duration() {
        Matcher parts = SHORT.matcher(text);
        try {
            if (!parts.matches()) {
                return Duration.parse(text);
            }
            long number = Long.parseLong(parts.group(1));
            return switch (parts.group(2)) {
                case "ms" -> Duration.ofMillis(number);
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                default -> Duration.ofDays(number);
            };
        } catch (DateTimeParseException | ArithmeticException e) {
            throw mustBe("a duration with its unit ms, s, m, h or d, such as 30s, or one of ISO 8601, such as PT30S");
        }
    }

    /** A number of bytes. */
    long bytes() {
        Matcher parts = SIZE.matcher(text);
        if (!parts.matches()) {
            throw mustBe("a number of bytes, such as 1048576, 1024KB or 1MB");
        }
        String unit = parts.group(2) == null ? "B" : parts.group(2);
        try {
            return Math.multiplyExact(Long.parseLong(parts.group(1)), 1L << 10 * "BKMG".indexOf(unit.charAt(0)));
        } catch (ArithmeticException e) {
            throw mustBe("a number of bytes below 8 EiB");
        }
    }

    boolean isTrue() {
        return choice(Map.of("true", true, "false", false), "true or false");
    }

    /** One of some words. */
    <T> T choice(Map<String, T> meanings, String words) {
        T meaning = meanings.get(text);
        if (meaning == null) {
            throw mustBe(words);
        }
        return meaning;
    }

    private ConfigurationException mustBe(String what) {
        return refused("; it must be " + what);
    }

    /** The same with another reason. */
    ConfigurationException refused(String why) {
        return new ConfigurationException(
                name + " is \"" + JsonRules.forLog(RedisAddress.withoutLogin(text)) + "\"" + why);
    }
}
