package io.resque.web.internal.pages;

import io.resque.api.QueuedJob;
import io.resque.core.Inspector;
import io.resque.core.QueueSearch;
import io.resque.core.Resque;
import io.resque.web.internal.http.WebResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One queue with its jobs. */
final class QueuePage implements Page {
    private static final String CLEAR = "clear";
    private static final String DROP = "remove-queue";
    private static final String PAUSE = "pause";
    private static final String RESUME = "resume";
    private static final String REMOVE = "remove-job";

    static final String FIND = "find";
    static final String START = "start";

    /** The fields that name a job: its digest, and where it was seen. */
    private static final String JOB = "digest";

    private static final String PLACE = "place";

    @Override
    public WebResponse show(Visit visit) {
        String queue = queue(visit);
        Optional<String> digest = visit.request.parameter(JOB);
        if (digest.isPresent()) {
            QueuedJob job = visit.resque()
                    .inspector()
                    .find(queue, visit.number(PLACE, 0), digest.get())
                    .orElseThrow(NoSuchPage::new);
            return WebResponse.text(200, visit.arguments(job)).asDownload("arguments.txt");
        }
        Seen seen = look(visit, queue);
        boolean paused = seen.paused;
        String find = visit.request.parameter(FIND).orElse("");
        List<QueueView.Row> rows = new ArrayList<>();
        Pager pager = find.isEmpty() ? page(visit, queue, seen.size, rows) : found(visit, queue, find, rows);
        QueueView view = new QueueView(
                queue,
                visit.link(visit.page, queue),
                find,
                rows,
                pager,
                paused ? visit.text("queue.paused") : "",
                buttons(visit, paused));
        Frame frame = find.isEmpty() ? visit.frame(queue) : visit.frame(queue).still();
        return visit.page((output, none) -> JtequeueGenerated.render(output, none, frame, view));
    }

    /** The queue, if there is one of this name. */
    static Seen look(Visit visit, String queue) {
        Inspector inspector = visit.resque().inspector();
        Seen seen =
                new Seen(inspector.queueSize(queue), inspector.pausedQueues().contains(queue));
        if (seen.size == 0 && !seen.paused && !inspector.queues().containsKey(queue)) {
            throw new NoSuchPage();
        }
        return seen;
    }

    /** How many jobs a queue has, and whether it is paused. */
    record Seen(long size, boolean paused) {}

    private static Pager page(Visit visit, String queue, long size, List<QueueView.Row> rows) {
        Pager pager = Pager.of(visit, size, Visit.PAGE, Map.of());
        for (QueuedJob job : visit.resque().inspector().peek(queue, pager.start(), Visit.PAGE)) {
            rows.add(row(visit, pager.start() + rows.size(), job));
        }
        return pager;
    }

    private static Pager found(Visit visit, String queue, String find, List<QueueView.Row> rows) {
        QueueSearch search = search(visit, queue, find);
        search.jobs().forEach((place, job) -> rows.add(row(visit, place, job)));
        return Pager.ofSearch(
                visit,
                visit.text("delayed.found", rows.size(), search.lookedAt()),
                Map.of(FIND, find),
                START,
                search.next().stream().mapToObj(Long::toString).findFirst());
    }

    static QueueSearch search(Visit visit, String queue, String find) {
        long start = visit.number(START, 0);
        return visit.resque().inspector().search(queue, job -> visit.holds(find, job), start, Visit.PAGE);
    }

    static String queue(Visit visit) {
        String queue = visit.names.get(0);
        if (queue.isEmpty()) {
            throw new NoSuchPage();
        }
        return queue;
    }

    private static QueueView.Row row(Visit visit, long index, QueuedJob job) {
        String arguments = visit.arguments(job);
        Map<String, String> named = new TreeMap<>(Map.of(JOB, job.digest(), PLACE, Long.toString(index)));
        return new QueueView.Row(
                index,
                visit.name(job),
                Visit.brief(arguments),
                arguments,
                arguments.length() > SafeOutput.LONGEST ? visit.link(named) : "",
                job.id().orElse(""),
                Visit.name(job.language()),
                job.queuedAt().map(Instant::toString).orElse(""),
                job.queuedAt().map(at -> visit.texts.ago(at, Instant.now())).orElse(""),
                visit.text("job.bytes", job.raw().length),
                visit.button(visit.self(), Rights.ALL, REMOVE, true, named).stream()
                        .toList());
    }

    private static List<Button> buttons(Visit visit, boolean paused) {
        return List.of(
                        visit.button(Rights.ALL, paused ? RESUME : PAUSE, false, Map.of()),
                        visit.button(Rights.ALL, CLEAR, true, Map.of()),
                        visit.button(Rights.ALL, DROP, true, Map.of()))
                .stream()
                .flatMap(Optional::stream)
                .toList();
    }

    @Override
    public Map<String, List<String>> actions() {
        return Map.of(
                PAUSE, List.of(),
                RESUME, List.of(),
                CLEAR, List.of(),
                DROP, List.of(),
                REMOVE, List.of(JOB, PLACE));
    }

    @Override
    public WebResponse act(Visit visit) {
        String queue = queue(visit);
        Resque resque = visit.resque();
        return switch (visit.action()) {
            case PAUSE -> visit.done(resque.pauseQueue(queue), "done.pause", "done.pause-before", queue);
            case RESUME -> visit.done(resque.resumeQueue(queue), "done.resume", "done.resume-before", queue);
            case CLEAR ->
                sure(visit, queue).orElseGet(() -> {
                    long removed = resque.clearQueue(queue);
                    return visit.done(removed, "done.clear", queue, removed);
                });
            case DROP ->
                sure(visit, queue).orElseGet(() -> {
                    long removed = resque.removeQueue(queue);
                    return visit.doneAt(visit.link("queues"), removed, "done.remove-queue", queue, removed);
                });
            case REMOVE -> visit.done(remove(visit, queue), "done.remove-job", "done.remove-job-gone", queue);
            default -> throw new NoSuchPage();
        };
    }

    /** A job has moved if workers have taken jobs before it. */
    private static boolean remove(Visit visit, String queue) {
        long place = visit.request.field(PLACE).map(Long::parseLong).orElse(0L);
        return visit.resque()
                .inspector()
                .find(queue, place, visit.request.field(JOB).orElse(""))
                .map(visit.resque()::dequeue)
                .orElse(false);
    }

    private static Optional<WebResponse> sure(Visit visit, String queue) {
        long size = visit.resque().inspector().queueSize(queue);
        return visit.unlessSure(size, "confirm." + visit.action(), queue, size);
    }
}
