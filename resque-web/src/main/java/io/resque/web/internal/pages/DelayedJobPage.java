package io.resque.web.internal.pages;

import io.resque.api.DelayedJob;
import io.resque.core.DelayedJobs;
import io.resque.web.internal.http.WebResponse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** One delayed job. */
final class DelayedJobPage implements Page {
    private static final String MOVE = "reschedule";
    private static final String TO = "to";

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
                DelayedPage.buttons(visit, self));
        Frame frame = visit.frame(visit.name(job.job())).still();
        return visit.page((output, none) -> JtedelayedJobGenerated.render(output, none, frame, view));
    }

    @Override
    public WebResponse act(Visit visit) {
        DelayedJobs jobs = visit.resque().delayed();
        String ref = visit.names.get(0);
        String action = visit.action();
        boolean changed = switch (action) {
            case DelayedPage.NOW, DelayedPage.CANCEL -> DelayedPage.change(jobs, action, ref);
            case MOVE -> {
                Instant due = FailedFilter.instant(visit.request.field(TO).orElse(""));
                yield DelayedPage.find(jobs, ref)
                        .map(job -> jobs.reschedule(due, job))
                        .orElse(false);
            }
            default -> throw new NoSuchPage();
        };
        return visit.doneAt(visit.link(DelayedPage.NAME), "done." + action, changed ? 1 : 0, 1);
    }
}
