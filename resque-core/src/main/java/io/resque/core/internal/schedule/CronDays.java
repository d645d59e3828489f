package io.resque.core.internal.schedule;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The days on which a cron expression fires. */
final class CronDays {
    private static final Pattern FROM_THE_END = Pattern.compile("(?i)(-\\d{1,2}|l|last)(?:-(-\\d{1,2}|l|last))?");
    private static final Pattern NTH = Pattern.compile("(?i)(\\w+)#(-?[1-5]|l|last)");
    private static final Pattern EVERY_NTH_WEEK = Pattern.compile("(\\w+)%(\\d{1,3})(?:\\+(\\d{1,3}))?");

    /** Weeks count from this Monday. */
    private static final LocalDate WEEK_ZERO = LocalDate.of(2018, 12, 31);

    private interface Rule {
        boolean has(LocalDate day);
    }

    private final long months;
    private final List<Rule> ofMonth = new ArrayList<>();
    private final List<Rule> ofWeek = new ArrayList<>();
    private final boolean both;

    /** Takes the fields for the day of the month, the month, and the day of the week. */
    CronDays(String ofMonth, String months, String ofWeek) {
        this.months = CronField.MONTHS.parse(months);
        this.both = ofMonth.endsWith("&") || ofWeek.endsWith("&");
        parse(withoutAnd(ofMonth), this.ofMonth, CronDays::ofMonth);
        parse(withoutAnd(ofWeek), this.ofWeek, CronDays::ofWeek);
    }

    private static String withoutAnd(String field) {
        return field.endsWith("&") ? field.substring(0, field.length() - 1) : field;
    }

    private interface Element {
        Rule rule(String text);
    }

    /** Leaves the list empty if the field allows each day by a star. */
    private static void parse(String field, List<Rule> rules, Element element) {
        boolean star = false;
        for (String text : field.split(",", -1)) {
            star |= text.equals("*") || text.equals("*/1");
            rules.add(element.rule(text));
        }
        if (star) {
            rules.clear();
        }
    }

    private static Rule ofMonth(String text) {
        Matcher fromTheEnd = FROM_THE_END.matcher(text);
        if (fromTheEnd.matches()) {
            int first = daysFromTheEnd(fromTheEnd.group(1));
            int last = fromTheEnd.group(2) == null ? first : daysFromTheEnd(fromTheEnd.group(2));
            if (first < last) {
                throw CronField.DAYS_OF_MONTH.refused(text, "the day farther from the end must come first");
            }
            return day -> {
                int left = day.lengthOfMonth() - day.getDayOfMonth() + 1;
                return left <= first && left >= last;
            };
        }
        long days = CronField.DAYS_OF_MONTH.element(text);
        return day -> (days >> day.getDayOfMonth() & 1) == 1;
    }

    /** 1 for the last day. */
    private static int daysFromTheEnd(String text) {
        int days = Character.toLowerCase(text.charAt(0)) == 'l' ? 1 : -Integer.parseInt(text);
        if (days < 1 || days > 31) {
            throw CronField.DAYS_OF_MONTH.refused(text, "a day from the end must be -1 to -31");
        }
        return days;
    }

    private static Rule ofWeek(String text) {
        Matcher nth = NTH.matcher(text);
        if (nth.matches()) {
            int weekday = weekday(nth.group(1));
            boolean last = nth.group(2).toLowerCase(Locale.ROOT).startsWith("l");
            int which = last ? -1 : Integer.parseInt(nth.group(2));
            return day -> day.getDayOfWeek().getValue() % 7 == weekday
                    && which
                            == (which > 0
                                    ? (day.getDayOfMonth() + 6) / 7
                                    : -(day.lengthOfMonth() - day.getDayOfMonth() + 7) / 7);
        }
        Matcher everyNth = EVERY_NTH_WEEK.matcher(text);
        if (everyNth.matches()) {
            int weekday = weekday(everyNth.group(1));
            int weeks = Integer.parseInt(everyNth.group(2));
            if (weeks == 0) {
                throw CronField.DAYS_OF_WEEK.refused(text, "the number of weeks behind % must be at least 1");
            }
            int offset = everyNth.group(3) == null ? 0 : Integer.parseInt(everyNth.group(3)) % weeks;
            return day -> day.getDayOfWeek().getValue() % 7 == weekday
                    && Math.floorMod(ChronoUnit.WEEKS.between(WEEK_ZERO, day.with(DayOfWeek.MONDAY)), (long) weeks)
                            == offset;
        }
        long days = CronField.DAYS_OF_WEEK.element(text);
        return day -> (days >> day.getDayOfWeek().getValue() % 7 & 1) == 1;
    }

    private static int weekday(String text) {
        return CronField.DAYS_OF_WEEK.number(text) % 7;
    }

    boolean hasMonthOf(LocalDate day) {
        return (months >> day.getMonthValue() & 1) == 1;
    }

    /** Where both fields name days, either is enough, unless there is an {@code &}. */
    boolean has(LocalDate day) {
        if (!hasMonthOf(day)) {
            return false;
        }
        if (ofMonth.isEmpty() || ofWeek.isEmpty() || both) {
            return hasAny(ofMonth, day) && hasAny(ofWeek, day);
        }
        return hasAny(ofMonth, day) || hasAny(ofWeek, day);
    }

    private static boolean hasAny(List<Rule> rules, LocalDate day) {
        return rules.isEmpty() || rules.stream().anyMatch(rule -> rule.has(day));
    }
}
