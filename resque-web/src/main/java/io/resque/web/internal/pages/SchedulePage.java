package io.resque.web.internal.pages;

import io.resque.api.RecurringJob;
import io.resque.web.internal.http.WebResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The recurring jobs. */
final class SchedulePage implements Page {
    static final String NAME = "schedule";
    static final int MOST = 100;

    @Override
    public WebResponse show(Visit visit) {
        List<RecurringJob> all = visit.resque().schedules().list();
        Pager pager = Pager.of(visit, all.size(), MOST, Map.of());
        Instant now = Instant.now();
        ScheduleView view = new ScheduleView(
                all.stream()
                        .skip(pager.start())
                        .limit(MOST)
                        .map(job -> RecurringRow.of(visit, job, now))
                        .toList(),
                pager);
        Frame frame = visit.frame(visit.text("nav.schedule"));
        return visit.page((output, none) -> JtescheduleGenerated.render(output, none, frame, view));
    }
}
