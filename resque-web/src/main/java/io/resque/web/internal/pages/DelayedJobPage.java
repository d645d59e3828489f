package io.resque.web.internal.pages;

import io.resque.api.DelayedJob;
import io.resque.web.internal.http.WebResponse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/** One delayed job. */
final class DelayedJobPage implements Page {
    @Override
    public WebResponse show(Visit visit) {
        String ref = visit.names.get(0);
        DelayedJob job = DelayedPage.find(visit.resque().delayed(), ref).orElseThrow(NoSuchPage::new);
        Instant now = Instant.now();
        String self = visit.link(DelayedPage.NAME, ref);
        String minute = now.truncatedTo(ChronoUnit.MINUTES).toString();
        DelayedJobView view = new DelayedJobView(
                DelayedView.Row.of(visit, job, now),
                minute.substring(0, minute.length() - ":00Z".length()),
                self,
                visit.rights.allow(Rights.ALL),
                DelayedPage.buttons(visit, self, DelayedPage.NOW, DelayedPage.CANCEL));
        Frame frame = visit.frame(visit.name(job.job())).still();
        return visit.page((output, none) -> JtedelayedJobGenerated.render(output, none, frame, view));
    }

    @Override
    public Map<String, List<String>> actions() {
        return Map.of(
                DelayedPage.NOW, List.of(), DelayedPage.CANCEL, List.of(), DelayedPage.MOVE, List.of(DelayedPage.TO));
    }

    @Override
    public WebResponse act(Visit visit) {
        String action = visit.action();
        if (!actions().containsKey(action)) {
            throw new NoSuchPage();
        }
        int changed = DelayedPage.change(visit, action).make(visit.names.get(0)) ? 1 : 0;
        return visit.doneAt(visit.link(DelayedPage.NAME), changed, "done." + action, changed, 1);
    }
}
