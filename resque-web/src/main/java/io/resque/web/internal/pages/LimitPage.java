package io.resque.web.internal.pages;

import io.resque.api.QueuedJob;
import io.resque.web.internal.http.WebResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The jobs that wait for one limit. */
final class LimitPage implements Page {
    static final String START = "start";

    @Override
    public WebResponse show(Visit visit) {
        String limit = visit.names.get(0);
        long start = visit.number(START, 0);
        List<QueuedJob> jobs = visit.resque().inspector().limited(limit, start, Visit.PAGE);
        List<Link> links = jobs.size() < Visit.PAGE
                ? List.of()
                : List.of(new Link(
                        visit.text("pager.next"),
                        visit.link(new TreeMap<>(Map.of(START, Long.toString(start + Visit.PAGE)))),
                        false));
        LimitView view = new LimitView(
                jobs.stream()
                        .map(job -> new LimitView.Row(
                                job.queue(),
                                visit.name(job),
                                Visit.brief(visit.arguments(job)),
                                job.id().orElse("")))
                        .toList(),
                new Pager(start, visit.text("locks.wait", jobs.size()), links));
        Frame frame = visit.frame(limit);
        return visit.page((output, none) -> JtelimitGenerated.render(output, none, frame, view));
    }
}
