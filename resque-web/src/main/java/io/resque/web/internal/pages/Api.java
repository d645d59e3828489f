package io.resque.web.internal.pages;

import io.resque.api.DelayedJob;
import io.resque.api.FailedJob;
import io.resque.api.FailureFilter;
import io.resque.api.FailureRef;
import io.resque.api.Finding;
import io.resque.api.JobStatus;
import io.resque.api.QueuedJob;
import io.resque.api.RecurringJob;
import io.resque.api.WorkerInfo;
import io.resque.core.DelayedJobsPage;
import io.resque.core.FailedJobs;
import io.resque.core.FailureGroups;
import io.resque.core.FailurePage;
import io.resque.core.LocksFound;
import io.resque.core.QueueSearch;
import io.resque.web.internal.http.UrlText;
import io.resque.web.internal.http.WebRequest;
import io.resque.web.internal.http.WebResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the pages show, and what their buttons do, as JSON for programs. The file {@code openapi.json} documents each path and each member. Thread-safe. */
final class Api implements Page {
    private static final List<String> ROOT = List.of("api", "v1");
    private static final String OVERVIEW = "overview";
    private static final String DOCUMENT = "openapi.json";

    private static final WebResponse DOCUMENTATION = documentation();

    /** By their paths. */
    static final Map<String, Answer> NAMED = Map.ofEntries(
            Map.entry(OVERVIEW, Api::overview),
            Map.entry("queues", Api::queues),
            Map.entry("working", Api::working),
            Map.entry("workers", Api::workers),
            Map.entry("failed", Api::failures),
            Map.entry("failure-groups", Api::groups),
            Map.entry("delayed", visit -> delayed(visit, false)),
            Map.entry("retries", visit -> delayed(visit, true)),
            Map.entry("schedule", Api::schedule),
            Map.entry("locks", Api::locks),
            Map.entry("limits", Api::limits),
            Map.entry("history", ApiHistory::samples),
            Map.entry("history/queues", ApiHistory::queues),
            Map.entry("history/marks", ApiHistory::marks),
            Map.entry("history/run-times", ApiHistory::runTimes),
            Map.entry("findings", Api::findings));

    /** Answers about one thing, whose name follows in the path. */
    static final Map<String, Answer> OF_ONE = Map.of(
            "queues", Api::queue,
            "workers", Api::worker,
            "failed", Api::failure,
            "delayed", Api::delayedJob,
            "schedule", Api::recurring,
            "status", Api::status,
            "limits", Api::limit);

    private final Answer answer;

    /** The page whose buttons do the same. */
    private final @Nullable Page buttons;

    private Api(Answer answer, @Nullable Page buttons) {
        this.answer = answer;
        this.buttons = buttons;
    }

    /** Makes the tree that the answer to a visit consists of. */
    @FunctionalInterface
    interface Answer extends Function<Visit, Map<String, @Nullable Object>> {}

    private static WebResponse documentation() {
        try (InputStream in = Api.class.getResourceAsStream(DOCUMENT)) {
            return WebResponse.of(200, WebRequest.JSON, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a path of an instance belongs to the API. */
    static boolean owns(List<String> path) {
        return path.size() > ROOT.size() && path.subList(0, ROOT.size()).equals(ROOT);
    }

    /** Whether a request asks the API, whichever instance it asks. */
    static boolean owns(String path) {
        return path.matches("(/[^/]+)?/" + String.join("/", ROOT) + "/.*");
    }

    /** A path without the part that all paths of the API have. */
    static List<String> below(List<String> path) {
        return path.subList(ROOT.size(), path.size());
    }

    /** What answers a path below the root of the API. */
    static Page page(List<String> path) {
        if (path.equals(List.of(DOCUMENT))) {
            return visit -> DOCUMENTATION;
        }
        Answer answer = NAMED.get(String.join("/", path));
        if (answer == null && path.size() == 2) {
            answer = OF_ONE.get(path.get(0));
        }
        return answer == null ? new Api(Api::missing, null) : new Api(answer, Pages.page(paged(path)));
    }

    private static List<String> paged(List<String> path) {
        return path.equals(List.of(OVERVIEW)) ? List.of("") : path;
    }

    private static Map<String, @Nullable Object> missing(Visit visit) {
        throw new NoSuchPage();
    }

    @Override
    public WebResponse show(Visit visit) {
        return ApiJson.of(200, visit.resque().serializer(), answer.apply(visit));
    }

    @Override
    public Map<String, List<String>> actions() {
        return buttons == null ? Map.of() : buttons.actions();
    }

    @Override
    public List<String> filter() {
        return buttons == null ? List.of() : buttons.filter();
    }

    @Override
    public Rights needed(Visit visit) {
        return buttons == null ? Rights.READ : buttons.needed(visit);
    }

    @Override
    public WebResponse act(Visit visit) {
        ApiWrite.check(this, visit);
        return buttons.act(visit);
    }

    /** What a button has done. */
    static WebResponse done(Visit visit, long changed, String sentence) {
        return ApiJson.of(200, visit.resque().serializer(), ApiWrite.done(changed, sentence));
    }

    private static Map<String, @Nullable Object> overview(Visit visit) {
        Snapshot.View seen = visit.instance.snapshot.view();
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("seen_at", seen.at().toString());
        tree.put("counters", ApiTrees.counters(seen));
        tree.put("paused", seen.pausedAll());
        tree.put("dead_workers", seen.dead().size());
        tree.put("new_failures", seen.newFailures());
        tree.put("new_failures_since", seen.newSince().toString());
        tree.put("queue_count", seen.queues().size());
        tree.put(
                "queues",
                OverviewPage.longest(visit, seen).stream().map(ApiTrees::queue).toList());
        return tree;
    }

    private static Map<String, @Nullable Object> queues(Visit visit) {
        String find = visit.request.parameter(QueuesPage.FIND).orElse("");
        List<QueueRow> found = QueuesPage.found(visit, visit.instance.snapshot.view(), find);
        return part(visit, "queues", found, QueuesPage.MOST, (same, queue) -> ApiTrees.queue(queue));
    }

    private static Map<String, @Nullable Object> queue(Visit visit) {
        String name = QueuePage.queue(visit);
        QueuePage.Seen seen = QueuePage.look(visit, name);
        String find = visit.request.parameter(QueuePage.FIND).orElse("");
        List<Object> jobs = new ArrayList<>();
        Optional<String> next;
        if (find.isEmpty()) {
            long start = Pager.of(visit, seen.size(), Visit.PAGE, Map.of()).start();
            for (QueuedJob job : visit.resque().inspector().peek(name, start, Visit.PAGE)) {
                jobs.add(ApiTrees.job(visit, start + jobs.size(), job));
            }
            next = after(start, Visit.PAGE, seen.size());
        } else {
            QueueSearch search = QueuePage.search(visit, name, find);
            search.jobs().forEach((place, job) -> jobs.add(ApiTrees.job(visit, place, job)));
            next = search.next().stream().mapToObj(Long::toString).findFirst();
        }
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("name", name);
        tree.put("size", seen.size());
        tree.put("paused", seen.paused());
        tree.put("jobs", jobs);
        tree.put("next", next(visit, QueuePage.START, next));
        return tree;
    }

    private static Map<String, @Nullable Object> working(Visit visit) {
        List<WorkerInfo> working = WorkingPage.ordered(visit.instance.snapshot.view());
        return part(visit, "workers", working, WorkingPage.MOST, ApiTrees::worker);
    }

    private static Map<String, @Nullable Object> workers(Visit visit) {
        List<WorkerInfo> workers = WorkersPage.ordered(visit.instance.snapshot.view());
        return part(visit, "workers", workers, WorkersPage.MOST, ApiTrees::worker);
    }

    private static Map<String, @Nullable Object> worker(Visit visit) {
        return visit.resque()
                .inspector()
                .worker(visit.names.get(0))
                .map(worker -> ApiTrees.worker(visit, worker))
                .orElseThrow(NoSuchPage::new);
    }

    private static Map<String, @Nullable Object> failures(Visit visit) {
        FailureFilter filter = FailedFilter.of(visit).filter(visit);
        FailedJobs failures = visit.resque().failures();
        if (filter.isUnconditional()) {
            long size = failures.count(filter);
            long start = Pager.of(visit, size, Visit.PAGE, Map.of()).start();
            List<FailedJob> shown = failures.newest(filter, start, Visit.PAGE);
            return failures(visit, shown, size, next(visit, QueuePage.START, after(start, Visit.PAGE, size)));
        }
        FailurePage page = FailedPage.search(visit, filter);
        return failures(visit, page.failures(), page.lookedAt(), next(visit, FailedPage.AT, page.next()));
    }

    private static Map<String, @Nullable Object> failures(
            Visit visit, List<FailedJob> failures, long lookedAt, @Nullable Object next) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put(
                "failures",
                failures.stream()
                        .map(failure -> ApiTrees.failure(visit, failure))
                        .toList());
        tree.put("looked_at", lookedAt);
        tree.put("lists", visit.resque().failures().lists());
        tree.put("next", next);
        return tree;
    }

    private static Map<String, @Nullable Object> groups(Visit visit) {
        FailureGroups groups =
                visit.resque().failures().groups(FailedFilter.of(visit).filter(visit));
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("groups", groups.groups().stream().map(ApiTrees::group).toList());
        tree.put("looked_at", groups.lookedAt());
        tree.put("of", groups.of());
        return tree;
    }

    private static Map<String, @Nullable Object> failure(Visit visit) {
        FailureRef ref = FailureRef.parse(visit.names.get(0));
        return visit.resque().failures().find(List.of(ref)).stream()
                .findFirst()
                .map(failure -> ApiTrees.wholeFailure(visit, failure))
                .orElseThrow(NoSuchPage::new);
    }

    private static Map<String, @Nullable Object> delayed(Visit visit, boolean onlyRetries) {
        DelayedJobsPage page = DelayedPage.found(visit, onlyRetries);
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put(
                "jobs",
                page.jobs().stream().map(job -> ApiTrees.delayed(visit, job)).toList());
        tree.put("looked_at", page.lookedAt());
        tree.put("next", next(visit, DelayedPage.AT, page.next()));
        return tree;
    }

    private static Map<String, @Nullable Object> delayedJob(Visit visit) {
        Optional<DelayedJob> found = DelayedPage.find(visit.resque().delayed(), visit.names.get(0));
        return found.map(job -> ApiTrees.delayed(visit, job)).orElseThrow(NoSuchPage::new);
    }

    private static Map<String, @Nullable Object> schedule(Visit visit) {
        List<RecurringJob> all = visit.resque().schedules().list();
        return part(visit, "jobs", all, SchedulePage.MOST, ApiTrees::recurring);
    }

    private static Map<String, @Nullable Object> recurring(Visit visit) {
        return visit.resque()
                .schedules()
                .find(visit.names.get(0))
                .map(job -> ApiTrees.wholeRecurring(visit, job))
                .orElseThrow(NoSuchPage::new);
    }

    private static Map<String, @Nullable Object> status(Visit visit) {
        String token = StatusPage.token(visit);
        return (token.isEmpty() ? Optional.<JobStatus>empty() : visit.resque().status(token))
                .map(status -> ApiTrees.status(visit, token, status))
                .orElseThrow(NoSuchPage::new);
    }

    private static Map<String, @Nullable Object> locks(Visit visit) {
        LocksFound found = LocksPage.locks(visit);
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("locks", found.locks().stream().map(ApiTrees::lock).toList());
        tree.put("next", next(visit, LocksPage.AT, found.next()));
        return tree;
    }

    private static Map<String, @Nullable Object> limits(Visit visit) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("limits", LocksPage.limits(visit).stream().map(ApiTrees::limit).toList());
        return tree;
    }

    private static Map<String, @Nullable Object> limit(Visit visit) {
        long start = visit.number(LimitPage.START, 0);
        List<QueuedJob> jobs = visit.resque().inspector().limited(visit.names.get(0), start, Visit.PAGE);
        Optional<String> next =
                jobs.size() < Visit.PAGE ? Optional.empty() : Optional.of(Long.toString(start + Visit.PAGE));
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("jobs", jobs.stream().map(job -> ApiTrees.job(visit, job)).toList());
        tree.put("next", next(visit, LimitPage.START, next));
        return tree;
    }

    private static Map<String, @Nullable Object> findings(Visit visit) {
        Optional<Checkup.Result> checkup = visit.instance.checkup.result();
        List<Finding> findings = checkup.map(Checkup.Result::findings).orElse(List.of());
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("seen_at", ApiTrees.text(checkup.map(Checkup.Result::at)));
        tree.put("count", findings.size());
        tree.put(
                "findings",
                ServerPage.shown(findings).stream().map(ApiTrees::finding).toList());
        return tree;
    }

    /** The part of a list that the address asks for. */
    static <T> Map<String, @Nullable Object> part(
            Visit visit, String name, List<T> all, int most, BiFunction<Visit, T, Map<String, @Nullable Object>> each) {
        long start = Pager.of(visit, all.size(), most, Map.of()).start();
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("count", all.size());
        tree.put(
                name,
                all.stream()
                        .skip(start)
                        .limit(most)
                        .map(one -> each.apply(visit, one))
                        .toList());
        tree.put("next", next(visit, QueuePage.START, after(start, most, all.size())));
        return tree;
    }

    private static Optional<String> after(long start, int step, long size) {
        return start + step < size ? Optional.of(Long.toString(start + step)) : Optional.empty();
    }

    /** The query of the next part, which keeps the other parameters; null at the end. */
    private static @Nullable Object next(Visit visit, String name, Optional<String> place) {
        Map<String, String> parameters = new LinkedHashMap<>();
        visit.request.query().forEach((key, values) -> parameters.put(key, values.get(0)));
        return place.map(text -> {
                    parameters.put(name, text);
                    return UrlText.query(parameters);
                })
                .orElse(null);
    }
}
