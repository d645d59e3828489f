package io.resque.web.internal.pages;

import io.resque.api.WorkerInfo;
import io.resque.web.internal.http.WebResponse;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** The jobs that run, the longest first. */
final class WorkingPage implements Page {
    static final int MOST = 100;

    @Override
    public WebResponse show(Visit visit) {
        Snapshot.View seen = visit.instance.snapshot.view();
        Instant now = Instant.now();
        List<WorkerInfo> working = ordered(seen);
        Pager pager = Pager.of(visit, working.size(), MOST, Map.of());
        List<WorkerRow> rows = working.stream()
                .skip(pager.start())
                .limit(MOST)
                .map(worker -> WorkerRow.of(visit, worker, now))
                .toList();
        WorkersView view = new WorkersView(
                rows, pager, List.of(), visit.text("seen", seen.took().toMillis()));
        Frame frame = visit.frame(visit.text("nav.working"));
        return visit.page((output, none) -> JteworkingGenerated.render(output, none, frame, view));
    }

    /** The workers that run a job, the longest first. */
    static List<WorkerInfo> ordered(Snapshot.View seen) {
        return seen.working().stream()
                .sorted(Comparator.comparing(
                        (WorkerInfo worker) -> worker.runAt().orElse(Instant.MIN)))
                .toList();
    }
}
