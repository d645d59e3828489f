package io.resque.web.internal.pages;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which part of a list a page shows, and links to the other parts.
 *
 * @param start how many are skipped
 * @param text which are shown, of how many
 * @param links to the first, previous, next and last part, as far as there are such
 */
record Pager(long start, String text, List<Link> links) {
    private static final String START = "start";

    /**
     * By the parameter of the address. Behind the end it shows the last part.
     *
     * @param size how long the list is
     * @param step how long a part is
     * @param parameters further parameters of the address, which the links keep
     */
    static Pager of(Visit visit, long size, int step, Map<String, String> parameters) {
        long last = size == 0 ? 0 : (size - 1) / step * step;
        long start = Math.min(visit.number(START, 0), last);
        List<Link> links = new ArrayList<>();
        if (start > 0) {
            links.add(link(visit, "pager.first", 0, parameters));
            links.add(link(visit, "pager.previous", Math.max(0, start - step), parameters));
        }
        if (start < last) {
            links.add(link(visit, "pager.next", start + step, parameters));
            links.add(link(visit, "pager.last", last, parameters));
        }
        return new Pager(
                start, visit.text("pager.shown", size == 0 ? 0 : start + 1, Math.min(size, start + step), size), links);
    }

    /**
     * Of a search, which goes on where it stopped.
     *
     * @param text what was found
     * @param parameters further parameters of the address
     * @param name of the parameter that names the place
     * @param next the place; empty at the end
     */
    static Pager ofSearch(
            Visit visit, String text, Map<String, String> parameters, String name, Optional<String> next) {
        Map<String, String> all = new LinkedHashMap<>(parameters);
        next.ifPresent(place -> all.put(name, place));
        return new Pager(
                0,
                text,
                next.isEmpty() ? List.of() : List.of(new Link(visit.text("failed.more"), visit.link(all), false)));
    }

    private static Link link(Visit visit, String key, long start, Map<String, String> parameters) {
        Map<String, String> all = new LinkedHashMap<>(parameters);
        all.put(START, Long.toString(start));
        return new Link(visit.text(key), visit.link(all), false);
    }
}
