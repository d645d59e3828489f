package io.resque.web.internal.pages;

import java.util.List;
import java.util.SortedMap;

/**
 * What doctor finds, and what the server tells of itself.
 *
 * @param looked when doctor looked, and how long it took
 * @param more how many findings are left out; empty if there are none
 */
record ServerView(
        List<Row> findings, String looked, String more, SortedMap<String, String> facts, List<Button> buttons) {
    /** A finding. */
    record Row(String check, String text, String severity, String css) {}
}
