package io.resque.core.internal.fleet;

import io.resque.api.QueuedJob;
import io.resque.api.WorkerInfo;
import io.resque.api.spi.Payload;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.WireTimes;
import io.resque.api.spi.WorkerSnapshot;
import io.resque.core.internal.wire.CounterNames;
import io.resque.core.internal.wire.CounterReader;
import io.resque.core.internal.wire.PayloadReader;
import io.resque.core.internal.wire.WorkerId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Turns the records that a backend holds about workers of all languages into values for users. Thread-safe. */
public final class WorkerReader {
    private final CounterReader counters;
    private final PayloadReader jobs;
    private final Supplier<Liveness> liveness;

    public WorkerReader(CounterReader counters, PayloadReader jobs, Supplier<Liveness> liveness) {
        this.counters = counters;
        this.jobs = jobs;
        this.liveness = liveness;
    }

    List<WorkerInfo> read(List<WorkerSnapshot> snapshots, Predicate<String> isPaused) {
        List<String> names = new ArrayList<>();
        for (WorkerSnapshot snapshot : snapshots) {
            names.add(CounterNames.processedBy(snapshot.id()));
            names.add(CounterNames.failedBy(snapshot.id()));
        }
        List<Long> counts = counters.all(names);
        List<WorkerInfo> infos = new ArrayList<>();
        Liveness now = liveness.get();
        for (int i = 0; i < snapshots.size(); i++) {
            WorkerSnapshot seen = snapshots.get(i);
            infos.add(read(seen, now.of(seen), isPaused.test(seen.id()), counts.get(2 * i), counts.get(2 * i + 1)));
        }
        return infos;
    }

    private WorkerInfo read(WorkerSnapshot seen, WorkerInfo.Life life, boolean paused, long processed, long failed) {
        WorkerId id = WorkerId.parse(seen.id());
        String process = id.process();
        String started = seen.started() == null ? "" : seen.started();
        Payload record = seen.record();
        // Read once: this is most of the cost of a list of workers.
        Object tree = record == null || seen.held() != null ? null : jobs.treeOrNull(record);
        boolean holds = record != null && (seen.held() != null || PayloadReader.holdsJob(tree));
        Optional<Instant> beat = seen.heartbeatAt();
        return new WorkerInfo(
                seen.id(),
                process == null ? "" : id.host(),
                process == null ? "" : process,
                seen.attributes().isEmpty() ? id.queueNames() : ProcessIdentity.queues(id),
                seen.registered(),
                started,
                WireTimes.parse(started),
                beat,
                beat.map(at -> Duration.between(at, seen.readAt())),
                life,
                record == null || !holds ? Optional.empty() : Optional.of(job(seen.held(), record, tree)),
                holds ? runAt(seen.held(), tree) : Optional.empty(),
                paused || !holds && tree instanceof Map<?, ?> map && Boolean.TRUE.equals(map.get("paused")),
                processed,
                failed,
                seen.attributes());
    }

    /** Whether it holds a job. */
    boolean isWorking(WorkerSnapshot seen) {
        return seen.record() != null && (seen.held() != null || PayloadReader.holdsJob(jobs.treeOrNull(seen.record())));
    }

    private QueuedJob job(@Nullable ReservedJob held, Payload record, @Nullable Object tree) {
        return held != null ? jobs.queued(held.queue(), held.payload()) : jobs.jobOfRecord(record, tree);
    }

    private static Optional<Instant> runAt(@Nullable ReservedJob held, @Nullable Object tree) {
        if (held != null) {
            return Optional.of(held.reservedAt());
        }
        return tree instanceof Map<?, ?> record
                ? WireTimes.parse(PayloadReader.text(record, "run_at"))
                : Optional.empty();
    }
}
