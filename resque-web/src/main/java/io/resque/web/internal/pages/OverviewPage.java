package io.resque.web.internal.pages;

import io.resque.api.Counters;
import io.resque.api.Finding;
import io.resque.web.internal.http.WebResponse;
import io.resque.web.internal.pages.OverviewView.Figure;
import io.resque.web.internal.pages.OverviewView.Trouble;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Whether all is well, and what is not. */
final class OverviewPage implements Page {
    private static final String PAUSE_ALL = "pause-all";
    private static final String RESUME_ALL = "resume-all";

    /** Of these the snapshot knows more, and sooner. */
    private static final Set<Finding.Check> LIVE =
            Set.of(Finding.Check.WORKER, Finding.Check.PAUSE, Finding.Check.FAILURES);

    private static final int MOST_FINDINGS = 20;

    @Override
    public WebResponse show(Visit visit) {
        Snapshot.View seen = visit.instance.snapshot.view();
        Optional<Checkup.Result> checkup = visit.instance.checkup.result();
        List<Trouble> troubles = troubles(visit, seen);
        checkup.ifPresent(result -> findings(visit, result, troubles));
        List<QueueRow> rows = longest(visit, seen);
        long left = seen.queues().size() - rows.size();
        OverviewView view = new OverviewView(
                verdict(visit, troubles.size(), checkup.isPresent()),
                troubles.isEmpty(),
                troubles,
                figures(visit, seen),
                QueuesPage.withSparks(visit, rows),
                left == 0 ? "" : visit.text("overview.more", left),
                buttons(visit, seen),
                visit.text("seen", seen.took().toMillis()));
        Frame frame = visit.frame(visit.text("nav.overview"));
        return visit.page((output, none) -> JteoverviewGenerated.render(output, none, frame, view));
    }

    static List<QueueRow> longest(Visit visit, Snapshot.View seen) {
        return QueuesPage.rows(visit, seen).stream()
                .sorted(Comparator.comparingLong(QueueRow::jobs).reversed())
                .limit(Visit.PAGE)
                .toList();
    }

    private static String verdict(Visit visit, int troubles, boolean whole) {
        if (troubles > 0) {
            return visit.text("overview.troubles", troubles);
        }
        return visit.text(whole ? "overview.well" : "overview.looking");
    }

    private static List<Trouble> troubles(Visit visit, Snapshot.View seen) {
        List<Trouble> troubles = new ArrayList<>();
        int dead = seen.dead().size();
        if (dead > 0) {
            troubles.add(new Trouble(
                    visit.text("trouble.dead", dead),
                    to(visit, "workers"),
                    visit.button(visit.link("workers"), Rights.ALL, WorkersPage.PRUNE, false, Map.of()).stream()
                            .toList()));
        }
        if (seen.pausedAll()) {
            troubles.add(new Trouble(
                    visit.text("trouble.paused"),
                    to(visit, "workers"),
                    visit.button(Rights.ALL, RESUME_ALL, false, Map.of()).stream()
                            .toList()));
        }
        if (seen.newFailures() > 0) {
            String since = visit.texts.duration(Duration.between(seen.newSince(), Instant.now()));
            troubles.add(new Trouble(
                    visit.text("trouble.failures", seen.newFailures(), since), to(visit, FailedPage.NAME), List.of()));
        }
        if (seen.counters().pending() > 0 && seen.workers().isEmpty()) {
            troubles.add(new Trouble(
                    visit.text("trouble.nobody", seen.counters().pending()), to(visit, "queues"), List.of()));
        }
        return troubles;
    }

    private static void findings(Visit visit, Checkup.Result result, List<Trouble> troubles) {
        List<Finding> wrong = result.wrong().stream()
                .filter(finding -> !LIVE.contains(finding.check()))
                .toList();
        wrong.stream()
                .limit(MOST_FINDINGS)
                .forEach(finding -> troubles.add(new Trouble(finding.text(), to(visit, "server"), List.of())));
        if (wrong.size() > MOST_FINDINGS) {
            troubles.add(new Trouble(
                    visit.text("trouble.more", wrong.size() - MOST_FINDINGS), to(visit, "server"), List.of()));
        }
    }

    private static Link to(Visit visit, String page) {
        return new Link(visit.text("nav." + page), visit.link(page), false);
    }

    private static List<Figure> figures(Visit visit, Snapshot.View seen) {
        Counters counters = seen.counters();
        return List.of(
                figure(visit, "pending", counters.pending(), "queues", false),
                figure(visit, "working", counters.working(), "working", false),
                figure(
                        visit,
                        "workers",
                        counters.workers(),
                        "workers",
                        !seen.dead().isEmpty()),
                figure(visit, "failures", counters.failures(), FailedPage.NAME, counters.failures() > 0),
                figure(visit, "processed", counters.processed(), HistoryPage.NAME, false)
                        .with(Spark.ofThroughput(visit, visit.instance.lastHour())),
                figure(visit, "failed", counters.failed(), "", false));
    }

    private static Figure figure(Visit visit, String name, long number, String page, boolean bad) {
        return new Figure(
                visit.text("figure." + name),
                visit.text("number", number),
                page.isEmpty() ? "" : visit.link(page),
                bad,
                null);
    }

    private static List<Button> buttons(Visit visit, Snapshot.View seen) {
        return visit.button(Rights.ALL, seen.pausedAll() ? RESUME_ALL : PAUSE_ALL, false, Map.of()).stream()
                .toList();
    }

    @Override
    public Map<String, List<String>> actions() {
        return Map.of(PAUSE_ALL, List.of(), RESUME_ALL, List.of());
    }

    @Override
    public WebResponse act(Visit visit) {
        switch (visit.action()) {
            case PAUSE_ALL -> visit.resque().pauseAll();
            case RESUME_ALL -> visit.resque().resumeAll();
            default -> throw new NoSuchPage();
        }
        return visit.done(1, "done." + visit.action());
    }
}
