package io.resque.web.internal.pages;

import io.resque.api.Counters;
import io.resque.api.DelayedJob;
import io.resque.api.FailedJob;
import io.resque.api.FailureRef;
import io.resque.api.Finding;
import io.resque.api.JobFailure;
import io.resque.api.JobProgress;
import io.resque.api.JobStatus;
import io.resque.api.LimitUse;
import io.resque.api.MadeTick;
import io.resque.api.QueuedJob;
import io.resque.api.RecurringJob;
import io.resque.api.UniqueLock;
import io.resque.api.WorkerInfo;
import io.resque.core.FailureGroups;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the API tells of one thing, as trees that a serializer writes. A fact that is not known is null: each tree has all its members. */
final class ApiTrees {
    private ApiTrees() {}

    static Map<String, @Nullable Object> counters(Snapshot.View seen) {
        Counters counters = seen.counters();
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("pending", counters.pending());
        tree.put("processed", counters.processed());
        tree.put("failed", counters.failed());
        tree.put("failures", counters.failures());
        tree.put("workers", counters.workers());
        tree.put("working", counters.working());
        return tree;
    }

    static Map<String, @Nullable Object> queue(QueueRow queue) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("name", queue.name());
        tree.put("jobs", queue.jobs());
        tree.put("paused", !queue.state().isEmpty());
        return tree;
    }

    static Map<String, @Nullable Object> job(Visit visit, QueuedJob job) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("queue", job.queue());
        tree.put("class", job.jobClass());
        tree.put("inner_class", job.innerClass());
        tree.put("arguments", visit.arguments(job));
        tree.put("id", job.id().orElse(null));
        tree.put("token", job.token().orElse(null));
        tree.put("language", job.language().toString());
        tree.put("queued_at", text(job.queuedAt()));
        tree.put("bytes", job.raw().length);
        return tree;
    }

    /** A job in a queue; its digest and its place name it. */
    static Map<String, @Nullable Object> job(Visit visit, long place, QueuedJob job) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("place", place);
        tree.put("digest", job.digest());
        tree.putAll(job(visit, job));
        return tree;
    }

    static Map<String, @Nullable Object> worker(Visit visit, WorkerInfo worker) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("id", worker.id());
        tree.put("host", worker.host());
        tree.put("pid", worker.pid());
        tree.put("queues", worker.queues());
        tree.put("state", worker.state().toString());
        tree.put("life", worker.life().toString());
        tree.put("language", worker.language().toString());
        tree.put("started_at", worker.startedAtText());
        tree.put("heartbeat_at", text(worker.heartbeatAt()));
        tree.put("run_at", text(worker.runAt()));
        tree.put("job", worker.job().map(job -> job(visit, job)).orElse(null));
        tree.put("processed", worker.processed());
        tree.put("failed", worker.failed());
        tree.put("attributes", worker.attributes());
        return tree;
    }

    static Map<String, @Nullable Object> failure(Visit visit, FailedJob failure) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("ref", FailureRef.of(failure).toString());
        tree.put("list", failure.list());
        tree.put("failed_at", failure.failedAt().map(Instant::toString).orElse(failure.failedAtText()));
        tree.put("queue", failure.queue());
        tree.put("class", failure.jobClass());
        tree.put("inner_class", failure.innerClass());
        tree.put("arguments", visit.arguments(failure));
        tree.put("exception", failure.exception());
        tree.put("error", failure.error());
        tree.put("retried_at", failure.retriedAtText().orElse(null));
        return tree;
    }

    static Map<String, @Nullable Object> wholeFailure(Visit visit, FailedJob failure) {
        Map<String, @Nullable Object> tree = failure(visit, failure);
        tree.put("id", failure.id().orElse(null));
        tree.put("token", failure.token().orElse(null));
        tree.put("queued_at", text(failure.queuedAt()));
        tree.put("worker", failure.worker());
        tree.put("run", failure.attempt() + 1);
        tree.put("previous", failure.previous().map(ApiTrees::failure).orElse(null));
        tree.put("backtrace", FailurePage.lines(failure.backtrace()));
        tree.put("metadata", FailurePage.metadata(visit, failure));
        return tree;
    }

    private static Map<String, @Nullable Object> failure(JobFailure failure) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("exception", failure.exception());
        tree.put("error", failure.message());
        return tree;
    }

    static Map<String, @Nullable Object> group(FailureGroups.Group group) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("exception", group.exception());
        tree.put("inner_class", group.jobClass());
        tree.put("count", group.count());
        tree.put("last", text(group.last()));
        return tree;
    }

    static Map<String, @Nullable Object> delayed(Visit visit, DelayedJob delayed) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("ref", DelayedPage.ref(delayed));
        tree.put("due_at", delayed.dueAt().toString());
        tree.put("run", delayed.attempt() + 1);
        tree.put("last_failure", delayed.lastFailure().map(ApiTrees::failure).orElse(null));
        tree.put("job", job(visit, delayed.job()));
        return tree;
    }

    static Map<String, @Nullable Object> recurring(Visit visit, RecurringJob job) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("name", job.name());
        tree.put("cron", job.cron().orElse(null));
        tree.put("zone", job.zone().map(Object::toString).orElse(null));
        tree.put("every", job.every().map(Object::toString).orElse(null));
        tree.put("queue", job.queue());
        tree.put("class", job.job().jobClass());
        tree.put("arguments", visit.arguments(job));
        tree.put("description", job.description().orElse(null));
        tree.put("fired", job.isFired());
        tree.put("paused", job.isPaused());
        tree.put("last_run", text(job.lastRun()));
        tree.put("next_run", text(job.nextRun()));
        tree.put("problem", job.problem().orElse(null));
        return tree;
    }

    static Map<String, @Nullable Object> wholeRecurring(Visit visit, RecurringJob job) {
        Map<String, @Nullable Object> tree = recurring(visit, job);
        List<MadeTick> ticks = visit.resque().schedules().ticks(job.name());
        tree.put("ticks", ticks.stream().map(ApiTrees::tick).toList());
        return tree;
    }

    private static Map<String, @Nullable Object> tick(MadeTick tick) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("at", tick.at().toString());
        tree.put("made_at", tick.madeAt().toString());
        tree.put("enqueued", tick.isEnqueued());
        return tree;
    }

    static Map<String, @Nullable Object> status(Visit visit, String token, JobStatus status) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("token", token);
        tree.put("status", status.state().toString());
        tree.put("updated_at", status.updatedAt().toString());
        tree.put("queued_at", text(status.queuedAt()));
        tree.put("result", visit.resque().serializer().encode(status.result()).text());
        tree.put("progress", status.progress().map(ApiTrees::progress).orElse(null));
        return tree;
    }

    private static Map<String, @Nullable Object> progress(JobProgress progress) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("done", progress.done());
        tree.put("total", progress.total());
        tree.put("text", progress.text());
        tree.put("lines", progress.lines());
        tree.put("logged", progress.logged());
        tree.put("updated_at", progress.updatedAt().toString());
        return tree;
    }

    static Map<String, @Nullable Object> limit(LimitUse limit) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("limit", limit.limit());
        tree.put("slots", limit.jobs());
        tree.put("running", limit.running());
        tree.put("waiting", limit.waiting());
        return tree;
    }

    static Map<String, @Nullable Object> lock(UniqueLock lock) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("key", lock.key());
        tree.put("kind", lock.kind().map(kind -> word(kind.name())).orElse(null));
        tree.put("job", LocksPage.word(lock.state()));
        tree.put("owner", lock.owner().orElse(null));
        tree.put("worker", lock.worker().orElse(null));
        tree.put("since", text(lock.since()));
        tree.put("until", text(lock.expiry()));
        tree.put("unsure", lock.unsure());
        return tree;
    }

    static Map<String, @Nullable Object> finding(Finding finding) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("ok", finding.isFine());
        tree.put("check", finding.check().toString());
        tree.put("severity", finding.severity().toString());
        tree.put("text", finding.text());
        return tree;
    }

    static @Nullable Object text(Optional<Instant> at) {
        return at.map(Instant::toString).orElse(null);
    }

    private static String word(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
