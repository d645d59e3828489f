package io.resque.web.internal.pages;

import io.resque.core.HistoryPeriod;
import io.resque.web.internal.http.WebResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** All queues, by name. */
final class QueuesPage implements Page {
    static final int MOST = 100;
    static final String FIND = "find";

    @Override
    public WebResponse show(Visit visit) {
        Snapshot.View seen = visit.instance.snapshot.view();
        String find = visit.request.parameter(FIND).orElse("");
        List<QueueRow> found = found(visit, seen, find);
        Pager pager = Pager.of(visit, found.size(), MOST, find.isEmpty() ? Map.of() : Map.of(FIND, find));
        QueuesView view = new QueuesView(
                withSparks(visit, found.stream().skip(pager.start()).limit(MOST).toList()),
                find,
                pager,
                visit.text("seen", seen.took().toMillis()));
        Frame frame = visit.frame(visit.text("nav.queues"));
        return visit.page((output, none) -> JtequeuesGenerated.render(output, none, frame, view));
    }

    /** The queues whose names hold a text. */
    static List<QueueRow> found(Visit visit, Snapshot.View seen, String find) {
        return rows(visit, seen).stream().filter(row -> holds(row.name(), find)).toList();
    }

    static boolean holds(String name, String find) {
        return name.toLowerCase(Locale.ROOT).contains(find.toLowerCase(Locale.ROOT));
    }

    /** The announced queues, and the paused queues that are not announced. */
    static List<QueueRow> rows(Visit visit, Snapshot.View seen) {
        return Stream.concat(seen.queues().keySet().stream(), seen.pausedQueues().stream())
                .distinct()
                .sorted()
                .map(name -> new QueueRow(
                        name,
                        visit.link("queues", name),
                        seen.queues().getOrDefault(name, 0L),
                        seen.pausedQueues().contains(name) ? visit.text("queue.paused") : "",
                        null))
                .toList();
    }

    /** The same queues with the curves of their lengths. */
    static List<QueueRow> withSparks(Visit visit, List<QueueRow> rows) {
        Optional<HistoryPeriod> hour = visit.instance.lastHour();
        return rows.stream()
                .map(row -> new QueueRow(
                        row.name(),
                        row.address(),
                        row.jobs(),
                        row.state(),
                        Spark.ofQueue(visit, hour, row.name()).orElse(null)))
                .toList();
    }
}
