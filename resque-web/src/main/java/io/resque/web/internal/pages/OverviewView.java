package io.resque.web.internal.pages;

import java.util.List;

/**
 * The overview.
 *
 * @param verdict in one sentence, whether all is well
 * @param well whether it is
 * @param moreQueues how many queues are not in the list
 */
record OverviewView(
        String verdict,
        boolean well,
        List<Trouble> troubles,
        List<Figure> figures,
        List<QueueRow> queues,
        String moreQueues,
        List<Button> buttons,
        String seen) {
    /** Something that somebody should look at, where to see more, and what mends it. */
    record Trouble(String text, Link more, List<Button> buttons) {}

    /** A number with its name. */
    record Figure(String name, String number, String address, boolean bad) {}
}
