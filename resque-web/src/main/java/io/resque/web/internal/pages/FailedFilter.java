package io.resque.web.internal.pages;

import io.resque.api.FailureFilter;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Which failures the visitor asks for, as the address says it. A condition that is empty is none. */
record FailedFilter(String list, String jobClass, String queue, String exception, String text, String from, String to) {
    static final List<String> PARAMETERS = List.of("list", "class", "queue", "exception", "text", "from", "to");

    static FailedFilter of(Visit visit) {
        return new FailedFilter(
                parameter(visit, "list"),
                parameter(visit, "class"),
                parameter(visit, "queue"),
                parameter(visit, "exception"),
                parameter(visit, "text"),
                parameter(visit, "from"),
                parameter(visit, "to"));
    }

    private static String parameter(Visit visit, String name) {
        return visit.request.parameter(name).orElse("");
    }

    static FailedFilter ofGroup(String exception, String jobClass) {
        return new FailedFilter("", jobClass, "", exception, "", "", "");
    }

    /** The parameters of an address with this filter. */
    Map<String, String> parameters() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("list", list);
        all.put("class", jobClass);
        all.put("queue", queue);
        all.put("exception", exception);
        all.put("text", text);
        all.put("from", from);
        all.put("to", to);
        all.values().removeIf(String::isEmpty);
        return all;
    }

    /** The text is looked for in what the pages show: it must not find arguments that the application hides. */
    FailureFilter filter(Visit visit) {
        FailureFilter filter = FailureFilter.all();
        filter = list.isEmpty() ? filter : filter.list(list);
        filter = jobClass.isEmpty() ? filter : filter.innerClass(jobClass);
        filter = queue.isEmpty() ? filter : filter.queue(queue);
        filter = exception.isEmpty() ? filter : filter.exception(exception);
        filter = from.isEmpty() ? filter : filter.failedAfter(instant(from));
        filter = to.isEmpty() ? filter : filter.failedBefore(instant(to));
        return text.isEmpty()
                ? filter
                : filter.where(failure -> Visit.holds(
                        text,
                        Stream.concat(
                                Stream.of(
                                        visit.name(failure),
                                        failure.exception(),
                                        failure.error(),
                                        failure.queue(),
                                        failure.worker(),
                                        failure.id().orElse(""),
                                        visit.arguments(failure)),
                                failure.backtrace().stream())));
    }

    /** As a browser writes the field of a time, in UTC; or as the API tells it. */
    static Instant instant(String text) {
        try {
            return LocalDateTime.parse(text.endsWith("Z") ? text.substring(0, text.length() - 1) : text)
                    .toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("\"" + text + "\" is no time; write it as 2026-11-30T12:00", e);
        }
    }
}
