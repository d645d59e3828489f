package io.resque.web.internal.pages;

import io.resque.api.JobProgress;
import io.resque.api.JobStatus;
import io.resque.web.internal.http.WebResponse;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The status of a tracked job, by its token. */
final class StatusPage implements Page {
    static final String NAME = "status";
    private static final String FORGET = "stop-tracking";
    private static final int PERCENT = 100;

    @Override
    public WebResponse show(Visit visit) {
        String token = token(visit);
        Optional<JobStatus> status =
                token.isEmpty() ? Optional.empty() : visit.resque().status(token);
        Optional<JobProgress> progress = status.flatMap(JobStatus::progress);
        StatusView view = new StatusView(
                visit.link(NAME),
                token,
                status.map(seen -> seen.state().name().toLowerCase(Locale.ROOT)).orElse(""),
                status.map(seen -> visit.texts.ago(seen.updatedAt(), Instant.now()))
                        .orElse(""),
                status.flatMap(JobStatus::queuedAt).map(Instant::toString).orElse(""),
                status.map(JobStatus::result)
                        .map(result ->
                                visit.resque().serializer().encode(result).text())
                        .orElse(""),
                progress.map(StatusPage::percent).orElse(-1),
                progress.map(told -> text(visit, told)).orElse(""),
                progress.map(JobProgress::lines).orElse(List.of()),
                status.isEmpty()
                        ? List.of()
                        : visit.button(visit.link(NAME, token), Rights.ALL, FORGET, true, Map.of()).stream()
                                .toList());
        Frame frame = visit.frame(visit.text("nav.status"));
        return visit.page((output, none) -> JtestatusGenerated.render(output, none, frame, view));
    }

    static String token(Visit visit) {
        return (visit.names.isEmpty() ? visit.request.parameter("token").orElse("") : visit.names.get(0)).strip();
    }

    private static int percent(JobProgress progress) {
        return progress.total() <= 0
                ? -1
                : (int) Math.max(0, Math.min(PERCENT, PERCENT * (double) progress.done() / progress.total()));
    }

    private static String text(Visit visit, JobProgress progress) {
        return progress.total() <= 0
                ? progress.text()
                : visit.text("status.done", progress.done(), progress.total(), progress.text());
    }

    @Override
    public Map<String, List<String>> actions() {
        return Map.of(FORGET, List.of());
    }

    @Override
    public WebResponse act(Visit visit) {
        String token = token(visit);
        if (!visit.action().equals(FORGET) || token.isEmpty()) {
            throw new NoSuchPage();
        }
        boolean was = visit.resque().stopTracking(token);
        String key = was ? "done.stop-tracking" : "done.stop-tracking-not";
        return visit.doneAt(visit.link(NAME), was ? 1 : 0, key, token);
    }
}
