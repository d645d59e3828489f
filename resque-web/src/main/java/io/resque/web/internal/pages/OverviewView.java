package io.resque.web.internal.pages;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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

    /** A number with its name, and perhaps with a curve of the last hour. */
    record Figure(
            String name,
            String number,
            String address,
            boolean bad,
            @Nullable Spark spark) {
        Figure with(Optional<Spark> curve) {
            return new Figure(name, number, address, bad, curve.orElse(null));
        }
    }
}
