package io.resque.core.internal.schedule;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a field of a cron expression can hold, and how its text becomes a set of numbers: bit i stands for i. */
enum CronField {
    SECONDS("second", 0, 59, 59, List.of()),
    MINUTES("minute", 0, 59, 59, List.of()),
    HOURS("hour", 0, 23, 24, List.of()),
    DAYS_OF_MONTH("day of the month", 1, 31, 31, List.of()),
    MONTHS(
            "month",
            1,
            12,
            12,
            List.of("", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")),
    DAYS_OF_WEEK("day of the week", 0, 6, 7, List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat"));

    private static final Pattern ELEMENT = Pattern.compile("(\\*|(\\w+)(?:-(\\w+))?)(?:/(\\d{1,3}))?");

    private final String title;
    private final int least;
    private final int most;
    /** One more than {@link #most} where this number is another spelling of {@link #least}. */
    private final int mostWritten;

    private final List<String> names;

    CronField(String title, int least, int most, int mostWritten, List<String> names) {
        this.title = title;
        this.least = least;
        this.most = most;
        this.mostWritten = mostWritten;
        this.names = names;
    }

    long parse(String text) {
        long set = 0;
        for (String element : text.split(",", -1)) {
            set |= element(element);
        }
        return set;
    }

    /** The set of one element of a list: {@code *}, {@code 5}, {@code 5-10}, and each with a step as in {@code 5/15}. */
    long element(String text) {
        Matcher parts = ELEMENT.matcher(text);
        if (!parts.matches()) {
            throw refused(
                    text,
                    "write a number, a range such as " + least + "-" + most + ", or *, and maybe a step behind /");
        }
        boolean stepped = parts.group(4) != null;
        int step = stepped ? Integer.parseInt(parts.group(4)) : 1;
        if (step == 0) {
            throw refused(text, "a step must be at least 1");
        }
        if (parts.group(2) == null) {
            return range(least, most, step);
        }
        int first = number(parts.group(2));
        if (parts.group(3) != null) {
            return range(first, number(parts.group(3)), step);
        }
        return range(first, stepped ? most : first, step);
    }

    private long range(int first, int last, int step) {
        int span = most - least + 1;
        int from = least + (first - least) % span;
        int length = last < first ? last - first + span : last - first;
        long set = 0;
        for (int i = 0; i <= length; i += step) {
            set |= 1L << least + (from - least + i) % span;
        }
        return set;
    }

    int number(String text) {
        int named = names.indexOf(text.toLowerCase(Locale.ROOT));
        if (named >= 0 && !text.isEmpty()) {
            return named;
        }
        if (text.length() > 2 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw refused(text, "write a number" + (names.isEmpty() ? "" : " or a name of three letters"));
        }
        int number = Integer.parseInt(text);
        if (number < least || number > mostWritten) {
            throw refused(text, "it must be " + least + " to " + mostWritten);
        }
        return number;
    }

    IllegalArgumentException refused(String text, String way) {
        return new IllegalArgumentException("its " + title + " is \"" + text + "\"; " + way);
    }
}
