package io.resque.core.internal.enqueue;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.EnqueueWatch;
import io.resque.api.JobInfo;
import io.resque.api.ResqueListener;
import io.resque.api.spi.LockClaim;
import io.resque.api.spi.Payload;
import io.resque.api.spi.StatusChange;
import io.resque.core.internal.support.ListenerChain;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The jobs of one call, for one queue: checked, encoded, and to be written. Used by one thread after the other. */
final class EnqueueBatch {
    /** So many jobs, or so many bytes, go in one request. */
    static final int MOST_JOBS = 1_000;

    static final int MOST_BYTES = 1 << 20;

    /** So many tracked, delayed or unique jobs: a status costs Redis about as much as a job, and so does the place at a second, or a lock. */
    static final int MOST_TRACKED = 250;

    final String queue;
    final List<Payload> payloads;

    /** The statuses of the payloads, in the same order; empty if the jobs are not tracked. */
    final List<StatusChange> waiting = new ArrayList<>();

    /** The second at which the jobs are due; null if they go onto the queue now. */
    final @Nullable Long second;

    /** Of delayed jobs, what is written for each payload until it is due; otherwise empty. */
    final List<Payload> items = new ArrayList<>();

    /** The locks of each payload; null for one without locks. Empty if no job is unique. */
    private final List<@Nullable LockClaim> claims = new ArrayList<>();

    /** The positions of the payloads that were refused by the lock of an equal job. */
    private final BitSet refused = new BitSet();

    /** Ends as the writing ends. */
    final CompletableFuture<Void> written = new CompletableFuture<>();

    private final List<ResqueListener> listeners;
    private final List<JobInfo> infos = new ArrayList<>();
    private final List<Optional<String>> tokens = new ArrayList<>();
    private boolean onlyNew;
    private long bytes;

    /** Those that follow the call. */
    private final EnqueueWatches watches;

    /** The jobs of the call that a listener has vetoed, by their place in it. */
    private final BitSet vetoed = new BitSet();

    /** So many payloads were written for certain, if the writing fails. */
    private int confirmed;

    /** How many jobs of a delayed batch are delayed; those after them were due, and are on the queue. */
    private int delayed;

    EnqueueBatch(String queue, List<ResqueListener> listeners, int jobs) {
        this(queue, listeners, jobs, null, EnqueueWatches.NONE);
    }

    EnqueueBatch(
            String queue, List<ResqueListener> listeners, int jobs, @Nullable Long second, EnqueueWatches watches) {
        this.queue = queue;
        this.second = second;
        this.listeners = listeners;
        this.watches = watches;
        this.payloads = new ArrayList<>(jobs);
    }

    void add(Payload payload) {
        add(payload, null);
    }

    void add(Payload payload, @Nullable LockClaim claim) {
        if (claim != null || hasClaims()) {
            while (claims.size() < payloads.size()) {
                claims.add(null);
            }
            claims.add(claim);
        }
        payloads.add(payload);
        bytes += payload.size();
    }

    /** Whether a job is unique: then this batch is written apart from others. */
    boolean hasClaims() {
        return !claims.isEmpty();
    }

    @Nullable
    LockClaim claim(int payload) {
        return claims.get(payload);
    }

    /** The payload was not written, since an equal job has its lock. */
    void refuse(int payload) {
        refused.set(payload);
    }

    void add(JobEncoder.Encoded job) {
        add(job.payload(), job.claim());
        if (job.item() != null) {
            items.add(job.item());
            bytes += job.item().size();
        }
    }

    /** The payloads up to the given one were written. */
    void isWritten(int end) {
        confirmed = end;
    }

    /** The next jobs, up to the given one, were written when Redis had this second. */
    void isWritten(int end, long now) {
        if (second != null && second > now) {
            delayed = end;
        }
    }

    /** Where its jobs are once they are written, for a message. */
    String where() {
        return second == null ? "on the queue" : "written";
    }

    /**
     * A tracked job.
     *
     * @param ownId whether the caller chose its id, so that another job may have it
     */
    void add(JobEncoder.Encoded job, StatusChange status, boolean ownId) {
        add(job);
        waiting.add(status);
        tokens.add(Optional.of(status.token()));
        onlyNew |= ownId;
    }

    /** A listener has vetoed the job that is next. */
    void addVetoed() {
        vetoed.set(payloads.size() + vetoed.cardinality());
    }

    /** The same of a batch of tracked jobs. */
    void addVetoedTracked() {
        addVetoed();
        tokens.add(Optional.empty());
    }

    /** Of a batch of tracked jobs: the token of each that was written, in the order of the call. */
    List<Optional<String>> tokens() {
        List<Optional<String>> written = new ArrayList<>(tokens);
        int payload = 0;
        for (int i = 0; i < written.size(); i++) {
            if (written.get(i).isPresent() && refused.get(payload++)) {
                written.set(i, Optional.empty());
            }
        }
        return List.copyOf(written);
    }

    /** Whether a job has an id that another job may have: then this batch is written apart from others. */
    boolean onlyNew() {
        return onlyNew;
    }

    /** So many of its jobs go in one request. */
    int most() {
        return waiting.isEmpty() && second == null && !hasClaims() ? MOST_JOBS : MOST_TRACKED;
    }

    /** The listeners hear of this job once it is on its queue. */
    void add(JobInfo info) {
        infos.add(info);
    }

    long bytes() {
        return bytes;
    }

    /** Writes it, and ends the stage as the writing ends. */
    void completeBy(Consumer<EnqueueBatch> write) {
        try {
            write.accept(this);
            written.complete(null);
        } catch (RuntimeException | Error e) {
            written.completeExceptionally(e);
        }
    }

    /** Waits until it is written. An error of Redis is made for this thread. */
    void join() {
        Throwable refused = written.handle((nothing, e) -> e).join();
        if (refused instanceof BackendUnavailableException lost) {
            throw new BackendUnavailableException(lost.getMessage(), lost, lost.maybeApplied());
        } else if (refused instanceof BackendException other) {
            throw new BackendException(other.getMessage(), other);
        } else if (refused instanceof Error error) {
            throw error;
        } else if (refused != null) {
            throw (RuntimeException) refused;
        }
    }

    /** Tells the listeners that jobs that were put off are not written. */
    void tellOfRefusal(Throwable e) {
        for (JobInfo info : infos) {
            ListenerChain.announce(listeners, "notWritten", listener -> listener.notWritten(info, e));
        }
    }

    /** Writes it in this thread. */
    void writeBy(Consumer<EnqueueBatch> write) {
        try {
            write.accept(this);
        } catch (Throwable e) {
            ended(e);
            throw e;
        }
        ended(null);
    }

    /** Tells the watches of the call that the jobs were written, or what was thrown. */
    void ended(@Nullable Throwable failure) {
        watches.ended(() -> outcomes(failure), failure);
    }

    private List<EnqueueWatch.Outcome> outcomes(@Nullable Throwable failure) {
        List<EnqueueWatch.Outcome> outcomes = new ArrayList<>();
        int payload = 0;
        while (payload < payloads.size() || vetoed.get(outcomes.size())) {
            if (vetoed.get(outcomes.size())) {
                outcomes.add(EnqueueWatch.Outcome.VETOED);
            } else {
                outcomes.add(outcome(payload++, failure));
            }
        }
        return List.copyOf(outcomes);
    }

    private EnqueueWatch.Outcome outcome(int payload, @Nullable Throwable failure) {
        if (refused.get(payload)) {
            return EnqueueWatch.Outcome.DUPLICATE;
        }
        return failure == null || payload < confirmed
                ? EnqueueWatch.Outcome.WRITTEN
                : EnqueueWatches.unwritten(failure);
    }

    /** Tells the listeners that the jobs are on their queue, or delayed, and returns how many. */
    long tell() {
        for (int i = 0; i < infos.size(); i++) {
            JobInfo info = infos.get(i);
            if (refused.get(i)) {
                ListenerChain.announce(listeners, "duplicate", listener -> listener.duplicate(info));
                continue;
            }
            if (i >= delayed) {
                listeners.forEach(listener -> listener.afterEnqueue(info));
            }
            if (second != null) {
                Instant due = Instant.ofEpochSecond(second);
                listeners.forEach(listener -> listener.afterSchedule(info, due));
            }
        }
        return payloads.size() - refused.cardinality();
    }
}
