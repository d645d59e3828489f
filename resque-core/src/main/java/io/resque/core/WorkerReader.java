package io.resque.core;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.QueuedJob;
import io.resque.api.WorkerInfo;
import io.resque.api.spi.Payload;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.Statistics;
import io.resque.api.spi.WireTimes;
import io.resque.api.spi.WorkerSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes readable what the backend holds about workers of all languages. */
final class WorkerReader {
    private final Statistics statistics;
    private final JobReader jobs;
    private final Supplier<Liveness> liveness;

    WorkerReader(Statistics statistics, JobReader jobs, Supplier<Liveness> liveness) {
        this.statistics = statistics;
        this.jobs = jobs;
        this.liveness = liveness;
    }

    List<WorkerInfo> read(List<WorkerSnapshot> snapshots, Predicate<String> isPaused) {
        List<String> names = new ArrayList<>();
        for (WorkerSnapshot snapshot : snapshots) {
            names.add("processed:" + snapshot.id());
            names.add("failed:" + snapshot.id());
        }
        List<Long> counts = counts(names);
        List<WorkerInfo> infos = new ArrayList<>();
        Liveness now = liveness.get();
        for (int i = 0; i < snapshots.size(); i++) {
            WorkerSnapshot seen = snapshots.get(i);
            infos.add(read(seen, now.of(seen), isPaused.test(seen.id()), counts.get(2 * i), counts.get(2 * i + 1)));
        }
        return infos;
    }

    private WorkerInfo read(WorkerSnapshot seen, WorkerInfo.Life life, boolean paused, long processed, long failed) {
        // As Ruby takes an id apart; a queue may hold colons. goworker2's ids name no queues.
        String[] parts = seen.id().split(":", 3);
        boolean proper = parts.length > 1;
        String started = seen.started() == null ? "" : seen.started();
        Payload record = seen.record();
        boolean holds = isWorking(seen);
        return new WorkerInfo(
                seen.id(),
                proper ? parts[0] : "",
                proper ? parts[1] : "",
                parts.length == 3 && !parts[2].isEmpty() ? List.of(parts[2].split(",")) : List.of(),
                seen.registered(),
                started,
                WireTimes.parse(started),
                seen.heartbeatAt(),
                seen.heartbeatAt().map(beat -> Duration.between(beat, seen.readAt())),
                life,
                record == null || !holds ? Optional.empty() : Optional.of(job(seen.held(), record)),
                record == null || !holds ? Optional.empty() : runAt(seen.held(), record),
                paused
                        || record != null
                                && !holds
                                && Boolean.TRUE.equals(jobs.object(record).get("paused")),
                processed,
                failed,
                seen.attributes());
    }

    /** Whether it holds a job. */
    boolean isWorking(WorkerSnapshot seen) {
        return seen.record() != null && (seen.held() != null || jobs.holdsJob(seen.record()));
    }

    private QueuedJob job(@Nullable ReservedJob held, Payload record) {
        return held != null
                ? jobs.queued(held.queue(), held.payload())
                : jobs.queued(JobReader.text(jobs.object(record), "queue"), jobs.payloadOfRecord(record));
    }

    private Optional<Instant> runAt(@Nullable ReservedJob held, Payload record) {
        return held != null
                ? Optional.of(held.reservedAt())
                : WireTimes.parse(JobReader.text(jobs.object(record), "run_at"));
    }

    /** Counters; one that somebody made into something else counts as 0. */
    List<Long> counts(List<String> names) {
        try {
            return statistics.getAll(names);
        } catch (BackendUnavailableException e) {
            throw e;
        } catch (BackendException e) {
            return names.stream().map(this::count).toList();
        }
    }

    private Long count(String name) {
        try {
            return statistics.get(name);
        } catch (BackendUnavailableException e) {
            throw e;
        } catch (BackendException e) {
            return 0L;
        }
    }
}
