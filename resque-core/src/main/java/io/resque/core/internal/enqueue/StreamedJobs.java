package io.resque.core.internal.enqueue;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.InvalidJobException;
import io.resque.api.JobSpec;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Writes a stream of jobs: while a thousand are being written, by a thread, the next are prepared. For one thread. */
final class StreamedJobs {
    private final String queue;
    private final Iterator<JobSpec> jobs;
    private final Function<List<JobSpec>, EnqueueBatch> prepare;
    private final Destination destination;
    private long written;

    StreamedJobs(
            String queue,
            Iterator<JobSpec> jobs,
            Function<List<JobSpec>, EnqueueBatch> prepare,
            Destination destination) {
        this.queue = queue;
        this.jobs = jobs;
        this.prepare = prepare;
        this.destination = destination;
    }

    private record Prepared(
            EnqueueBatch batch, boolean isLast, @Nullable Throwable failure) {}

    /** Returns how many were written. */
    long write() {
        Prepared prepared = thousand(); // at least once, for the name of the queue
        while (true) {
            if (prepared.failure != null) {
                throw failed(prepared.failure);
            }
            EnqueueBatch batch = prepared.batch;
            if (batch.payloads.isEmpty() || prepared.isLast) {
                batch.completeBy(destination::put);
            } else {
                destination.begin(batch);
            }
            Prepared next = prepared.isLast ? prepared : thousand();
            Throwable refused = batch.written.handle((nothing, e) -> e).join();
            batch.ended(refused);
            if (refused != null) {
                next.batch.ended(refused);
                if (next.failure != null && next.failure != refused) {
                    refused.addSuppressed(next.failure);
                }
                throw failed(refused);
            }
            written += tell(batch, next.batch);
            if (prepared.isLast) {
                return written;
            }
            prepared = next;
        }
    }

    /** If a listener throws, the next jobs are not written. */
    private static long tell(EnqueueBatch batch, EnqueueBatch next) {
        try {
            return batch.tell();
        } catch (Throwable e) { // a listener may throw what it does not declare
            next.ended(e);
            throw e;
        }
    }

    private Prepared thousand() {
        try {
            List<JobSpec> next = new ArrayList<>();
            while (next.size() < EnqueueBatch.MOST_JOBS && jobs.hasNext()) {
                next.add(jobs.next());
            }
            return new Prepared(prepare.apply(next), next.size() < EnqueueBatch.MOST_JOBS, null);
        } catch (Throwable e) { // an iterator may throw what it does not declare
            return new Prepared(new EnqueueBatch(queue, List.of(), 0), true, e);
        }
    }

    private RuntimeException failed(Throwable failure) {
        String before = "; before these, " + written + " jobs of the stream were written";
        if (failure instanceof InvalidJobException invalid) {
            return new InvalidJobException(invalid.getMessage() + before, invalid);
        } else if (failure instanceof BackendUnavailableException lost) {
            return new BackendUnavailableException(
                    lost.getMessage() + before, lost, lost.maybeApplied() || written > 0);
        } else if (failure instanceof BackendException refused) {
            return new BackendException(refused.getMessage() + before, refused);
        } else if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof RuntimeException thrown ? thrown : new CompletionException(failure);
    }
}
