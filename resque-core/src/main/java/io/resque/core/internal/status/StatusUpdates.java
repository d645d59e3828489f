package io.resque.core.internal.status;

import io.resque.api.BackendException;
import io.resque.api.JobIdTakenException;
import io.resque.api.JobProgress;
import io.resque.api.JobState;
import io.resque.api.JobStatus;
import io.resque.api.MalformedPayloadException;
import io.resque.api.spi.Effect;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.Payload;
import io.resque.api.spi.StatusChange;
import io.resque.api.spi.StatusEnd;
import io.resque.api.spi.StatusStore;
import io.resque.core.internal.support.Log;
import io.resque.core.internal.wire.ProgressShape;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Makes and writes the changes of a job's status: in the backend's own requests, or in a store apart. Thread-safe. */
public final class StatusUpdates {
    private static final Logger LOG = Log.WORKER;

    private final StatusStore store;
    private final boolean ridesAlong;
    private final Duration expiry;
    private final @Nullable Duration waitingExpiry;
    private final LateStatuses late;
    private final JobSerializer serializer;
    private final ProgressReports reports;

    /**
     * For one store.
     *
     * @param ridesAlong whether status changes travel in the backend's own requests, or need a call of their own
     * @param expiry how long a status stays after the end of its job
     * @param waitingExpiry how long that of a waiting job stays; null for ever
     */
    public StatusUpdates(
            StatusStore store,
            boolean ridesAlong,
            Duration expiry,
            @Nullable Duration waitingExpiry,
            LateStatuses late,
            JobSerializer serializer) {
        this.store = store;
        this.ridesAlong = ridesAlong;
        this.expiry = expiry;
        this.waitingExpiry = waitingExpiry;
        this.late = late;
        this.serializer = serializer;
        this.reports = new ProgressReports(store, serializer, expiry);
    }

    public boolean rideAlong() {
        return ridesAlong;
    }

    public Optional<JobStatus> find(String token) {
        return store.find(token)
                .map(record -> new JobStatus(
                        record.state(),
                        record.updated(),
                        Optional.ofNullable(record.started()),
                        readable(record.result())));
    }

    /** The status, with what the job has told of itself since it was enqueued. */
    public Optional<JobStatus> findWithProgress(String token) {
        Optional<JobStatus> found = find(token);
        if (found.isEmpty() || found.get().state() == JobState.WAITING) {
            return found;
        }
        JobStatus status = found.get();
        Instant since = status.queuedAt().orElse(Instant.EPOCH);
        return Optional.of(new JobStatus(
                status.state(),
                status.updatedAt(),
                status.queuedAt(),
                status.result(),
                progress(token).filter(progress -> !progress.updatedAt().isBefore(since))));
    }

    private Optional<JobProgress> progress(String token) {
        try {
            return store.progress(token)
                    .map(record -> ProgressShape.read(readable(record.progress()), record.updated()));
        } catch (UnsupportedOperationException e) { // of a store that keeps none
            return Optional.empty();
        }
    }

    /** From now on nothing is written that jobs tell of themselves. The store stays open. */
    public void close() {
        reports.close();
    }

    /** Takes what a running job tells of itself. */
    public JobReport report(String token) {
        return reports.of(token);
    }

    /** If another library wrote a result that is no JSON, that must not hide the state. */
    private @Nullable Object readable(@Nullable Payload result) {
        try {
            return result == null ? null : serializer.decode(result);
        } catch (MalformedPayloadException e) {
            return null;
        }
    }

    /**
     * Says that the job runs. Returns whether a status of it is known to be there: if not, it may be written late, or not at all.
     */
    public boolean running(@Nullable String token) {
        return token != null && write(new StatusChange(token, JobState.RUNNING, null, null));
    }

    /** The change that goes with a job being enqueued. */
    public StatusChange enqueued(String token) {
        return new StatusChange(token, JobState.WAITING, null, waitingExpiry);
    }

    /** The change that goes with a job that waits so long until it is due. */
    public StatusChange enqueued(String token, Duration delay) {
        return new StatusChange(
                token, JobState.WAITING, null, waitingExpiry == null ? null : waitingExpiry.plus(delay));
    }

    /**
     * The change that goes with a job that is to wait so long from now on; null if its status need not be written, since it does not
     * expire, or there is none.
     */
    public @Nullable StatusChange waitingLonger(@Nullable String token, Duration delay) {
        boolean expires = token != null && waitingExpiry != null && !delay.isZero();
        return expires
                        && find(token)
                                .filter(status -> status.state() == JobState.WAITING)
                                .isPresent()
                ? enqueued(token, delay)
                : null;
    }

    /**
     * Writes the status of a job that is about to be enqueued.
     *
     * @param onlyNew whether its id was chosen by the caller, so that another job may have it
     * @throws JobIdTakenException if another job has it; nothing was written
     */
    public void begin(StatusChange waiting, boolean onlyNew) {
        if (!onlyNew) {
            store.write(waiting);
        } else if (!store.writeNew(waiting)) {
            throw taken(waiting.token(), "nothing was enqueued");
        }
    }

    /** Says how much was enqueued all the same. */
    public static JobIdTakenException taken(String id, String enqueued) {
        return new JobIdTakenException("The id \"" + JsonRules.forLog(id)
                + "\" is that of another job, whose status is still there; " + enqueued
                + ". Take another id, or resque.stopTracking(id) first");
    }

    /** Returns whether there was one. */
    public boolean remove(String token) {
        return store.remove(token);
    }

    /** The change that goes with a job being put back; null if its status is not tracked. */
    @Nullable
    public StatusChange waiting(@Nullable String token) {
        return token == null ? null : enqueued(token);
    }

    /** The change that goes with the end of a job; null if its status is not tracked. */
    @Nullable
    public StatusChange ended(@Nullable String token, JobState state, @Nullable Payload result) {
        return token == null ? null : new StatusChange(token, state, result, expiry);
    }

    /** The effect that writes the change, if the backend's own request must carry it; otherwise none. */
    public List<Effect> riding(@Nullable StatusChange change) {
        return ridesAlong && change != null ? List.of(new Effect.ChangeStatus(change)) : List.of();
    }

    /** Writes the end of a job; throws if the store refuses it. */
    public void end(String token, JobState state, @Nullable Payload result) {
        store.write(new StatusChange(token, state, result, expiry));
    }

    /** Writes a change that did not ride along. */
    public void afterwards(@Nullable StatusChange change) {
        if (change != null && !ridesAlong) {
            write(change);
        }
    }

    /** Another library has filed the job as failed. A status that says already how the job ended stays. */
    public void failedElsewhere(String token) {
        store.endAgain(List.of(new StatusEnd(new StatusChange(token, JobState.FAILED, null, expiry), null)));
    }

    /** To be called for a job that had no status when it began, once its end is in Redis. */
    public void endedBeforeItsStatus(StatusChange end, @Nullable Instant enqueued) {
        // The clock of PHP's time() may be a tick behind the one of its queue_time.
        late.ended(new StatusEnd(
                end,
                enqueued == null
                        ? null
                        : enqueued.truncatedTo(ChronoUnit.SECONDS).minusSeconds(1)));
    }

    /** A status that cannot be written must not keep a job from being run or settled. */
    private boolean write(StatusChange change) {
        try {
            return store.write(change);
        } catch (BackendException e) {
            LOG.warn(
                    "The status {} of {} was not written: {}",
                    change.state(),
                    JsonRules.forLog(change.token()),
                    JsonRules.forLog(e.getMessage()));
            return false;
        }
    }
}
