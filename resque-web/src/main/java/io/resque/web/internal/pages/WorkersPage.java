package io.resque.web.internal.pages;

import io.resque.api.WorkerInfo;
import io.resque.web.internal.http.WebResponse;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** All workers, the dead first. */
final class WorkersPage implements Page {
    static final String PRUNE = "prune";
    static final int MOST = 100;

    @Override
    public WebResponse show(Visit visit) {
        Snapshot.View seen = visit.instance.snapshot.view();
        Instant now = Instant.now();
        Pager pager = Pager.of(visit, seen.workers().size(), MOST, Map.of());
        List<WorkerRow> rows = ordered(seen).stream()
                .skip(pager.start())
                .limit(MOST)
                .map(worker -> WorkerRow.of(visit, worker, now))
                .toList();
        List<Button> buttons = seen.dead().isEmpty()
                ? List.of()
                : visit.button(Rights.ALL, PRUNE, false, Map.of()).stream().toList();
        WorkersView view = new WorkersView(
                rows, pager, buttons, visit.text("seen", seen.took().toMillis()));
        Frame frame = visit.frame(visit.text("nav.workers"));
        return visit.page((output, none) -> JteworkersGenerated.render(output, none, frame, view));
    }

    /** The dead first. */
    static List<WorkerInfo> ordered(Snapshot.View seen) {
        return seen.workers().stream()
                .sorted(Comparator.comparing((WorkerInfo worker) -> worker.life() != WorkerInfo.Life.DEAD))
                .toList();
    }

    @Override
    public Map<String, List<String>> actions() {
        return Map.of(PRUNE, List.of());
    }

    @Override
    public WebResponse act(Visit visit) {
        if (!visit.action().equals(PRUNE)) {
            throw new NoSuchPage();
        }
        int recovered = visit.resque().recoverDeadWorkers().size();
        return visit.done(recovered, "done.prune", recovered);
    }
}
