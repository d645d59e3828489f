package io.resque.web.internal.pages;

import io.resque.api.FailedJob;
import io.resque.api.FailureRef;
import io.resque.web.internal.http.WebResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One failure. */
final class FailurePage implements Page {
    private static final String RAW = "raw";

    /** Other programs may have written more. */
    private static final int MOST_LINES = 500;

    @Override
    public WebResponse show(Visit visit) {
        FailureRef ref = FailureRef.parse(visit.names.get(0));
        FailedJob failure = visit.resque().failures().find(List.of(ref)).stream()
                .findFirst()
                .orElseThrow(NoSuchPage::new);
        if (visit.request.parameter(RAW).isPresent()) {
            return WebResponse.text(200, visit.shown(failure, new String(failure.raw(), StandardCharsets.UTF_8)))
                    .asDownload("failure.json");
        }
        String self = visit.link(FailedPage.NAME, ref.toString());
        boolean isWrapped = !failure.innerClass().equals(failure.jobClass());
        FailureView view = new FailureView(
                failure.list(),
                failure.failedAtText(),
                failure.failedAt().map(at -> visit.texts.ago(at, Instant.now())).orElse(""),
                failure.queue(),
                visit.name(failure),
                isWrapped ? failure.jobClass() : "",
                visit.arguments(failure),
                failure.exception(),
                lines(failure.error().lines().toList()),
                lines(failure.backtrace()),
                failure.worker(),
                failure.queuedAt().map(Instant::toString).orElse(""),
                failure.retriedAtText().orElse(""),
                failure.attempt() == 0 ? "" : visit.text("number", failure.attempt() + 1),
                failure.previous()
                        .map(before -> before.exception() + ": " + before.message())
                        .orElse(""),
                failure.token().orElse(""),
                failure.token().map(token -> visit.link(StatusPage.NAME, token)).orElse(""),
                metadata(visit, failure),
                self + "?" + RAW + "=yes",
                FailedPage.buttons(visit, self, actions(isWrapped)));
        Frame frame = visit.frame(visit.text("failure.title", visit.name(failure), failure.exception()))
                .still();
        return visit.page((output, none) -> JtefailureGenerated.render(output, none, frame, view));
    }

    /** Only a job of ActiveJob can have used up its attempts before it is retried. */
    private static String[] actions(boolean isWrapped) {
        return isWrapped
                ? new String[] {FailedPage.RETRY, FailedPage.RETRY_ANEW, FailedPage.RETRY_AND_REMOVE, FailedPage.REMOVE}
                : new String[] {FailedPage.RETRY, FailedPage.RETRY_AND_REMOVE, FailedPage.REMOVE};
    }

    static List<String> lines(List<String> all) {
        List<String> lines = new ArrayList<>(all.subList(0, Math.min(all.size(), MOST_LINES)));
        if (all.size() > MOST_LINES) {
            lines.add("…");
        }
        return lines;
    }

    static TreeMap<String, String> metadata(Visit visit, FailedJob failure) {
        TreeMap<String, String> texts = new TreeMap<>();
        failure.metadata()
                .forEach((name, value) -> texts.put(
                        name,
                        visit.shown(
                                failure,
                                visit.resque().serializer().encode(value).text())));
        return texts;
    }

    @Override
    public Rights needed(Visit visit) {
        return FailedPage.rights(visit.action());
    }

    @Override
    public Map<String, List<String>> actions() {
        return Map.of(
                FailedPage.RETRY, List.of(),
                FailedPage.RETRY_ANEW, List.of(),
                FailedPage.RETRY_AND_REMOVE, List.of(),
                FailedPage.REMOVE, List.of());
    }

    @Override
    public WebResponse act(Visit visit) {
        String action = visit.action();
        if (!actions().containsKey(action)) {
            throw new NoSuchPage();
        }
        FailureRef ref = FailureRef.parse(visit.names.get(0));
        long changed = FailedPage.change(visit.resque().failures(), action, List.of(ref));
        return visit.doneAt(visit.link(FailedPage.NAME), changed, "done." + action, changed, 1);
    }
}
