package io.resque.web.internal.pages;

import io.resque.api.WorkerInfo;
import io.resque.core.RegisteredWorkers;
import io.resque.web.internal.http.WebResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One worker. */
final class WorkerPage implements Page {
    private static final String REMOVE = "remove-worker";

    @Override
    public WebResponse show(Visit visit) {
        WorkerInfo worker =
                visit.resque().inspector().worker(visit.names.get(0)).orElseThrow(NoSuchPage::new);
        List<Button> buttons = worker.life() == WorkerInfo.Life.ALIVE
                ? List.of()
                : visit.button(Rights.ALL, REMOVE, true, Map.of()).stream().toList();
        WorkerView view = new WorkerView(
                WorkerRow.of(visit, worker, Instant.now()),
                worker.job().map(visit::arguments).orElse(""),
                worker.startedAtText(),
                worker.heartbeatAt().map(Instant::toString).orElse("–"),
                new TreeMap<>(worker.attributes()),
                buttons);
        Frame frame = visit.frame(worker.id());
        return visit.page((output, none) -> JteworkerGenerated.render(output, none, frame, view));
    }

    @Override
    public Map<String, List<String>> actions() {
        return Map.of(REMOVE, List.of());
    }

    @Override
    public WebResponse act(Visit visit) {
        if (!visit.action().equals(REMOVE)) {
            throw new NoSuchPage();
        }
        String id = visit.names.get(0);
        if (visit.resque().registeredWorkers().remove(id, false) == RegisteredWorkers.Removal.UNKNOWN) {
            throw new NoSuchPage();
        }
        return visit.doneAt(visit.link("workers"), 1, "done.remove-worker", id);
    }
}
