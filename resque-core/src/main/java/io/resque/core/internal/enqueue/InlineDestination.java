package io.resque.core.internal.enqueue;

import io.resque.api.DontPerformException;
import io.resque.api.JobState;
import io.resque.api.ResqueException;
import io.resque.api.spi.JobRequest;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Payload;
import io.resque.api.spi.StatusChange;
import io.resque.core.internal.execution.InThreadExecutor;
import io.resque.core.internal.execution.RunContext;
import io.resque.core.internal.execution.WorkerJobs;
import io.resque.core.internal.status.StatusUpdates;
import io.resque.core.internal.support.OwnThread;
import io.resque.core.internal.support.Throwables;
import io.resque.core.internal.wire.PayloadReader;
import io.resque.core.internal.wire.PayloadShape;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Runs jobs where they are enqueued, as Ruby's {@code Resque.inline}: no queue, no worker, no failure record. */
public final class InlineDestination implements Destination {
    private final JobSerializer serializer;
    private final PayloadReader reader;
    private final StatusUpdates statuses;
    private final WorkerJobs jobs;

    public InlineDestination(JobSerializer serializer, StatusUpdates statuses, WorkerJobs jobs) {
        this.serializer = serializer;
        this.reader = new PayloadReader(serializer);
        this.statuses = statuses;
        this.jobs = jobs;
    }

    @Override
    public void put(String queue, Payload payload) {
        run(queue, payload, null);
    }

    @Override
    public void putTracked(String queue, Payload payload, StatusChange waiting, boolean onlyNew) {
        statuses.begin(waiting, onlyNew);
        run(queue, payload, waiting.token());
    }

    /** Delayed jobs run at once, as with resque-scheduler. */
    @Override
    public void checkDelays() {}

    /** A job runs at once, so no equal job waits. */
    @Override
    public void checkLocks() {}

    @Override
    public void put(EnqueueBatch batch) {
        for (int i = 0; i < batch.payloads.size(); i++) {
            if (batch.waiting.isEmpty()) {
                put(batch.queue, batch.payloads.get(i));
            } else {
                putTracked(batch.queue, batch.payloads.get(i), batch.waiting.get(i), batch.onlyNew());
            }
            batch.isWritten(i + 1);
        }
    }

    @Override
    public void begin(EnqueueBatch batch) {
        batch.completeBy(this::put);
    }

    @Override
    public void takeOver(EnqueueBatch batch) {
        batch.completeBy(this::put);
    }

    @Override
    public void close(Duration timeout) {}

    /** Throws the exception of the job; the caller does not hear of a veto. */
    private void run(String queue, Payload payload, @Nullable String token) {
        // Read back, so that the job sees the same as in a worker.
        PayloadShape.ReadJob job = reader.read(payload);
        JobRequest request = new JobRequest(
                "inline", queue, job.jobClass(), job.id(), job.args(), job.metadata(), job.queuedAt(), null);
        RunContext context = new RunContext(request, jobs);
        statuses.running(token);
        JobState end = JobState.FAILED;
        OwnThread caller = new OwnThread();
        try (InThreadExecutor executor = new InThreadExecutor(jobs)) {
            executor.perform(context);
            end = JobState.COMPLETE;
        } catch (DontPerformException e) {
            end = JobState.COMPLETE;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw new ResqueException(job.jobClass() + " threw " + Throwables.text(e), e);
        } finally {
            caller.clean(); // of an interrupt, too: the status store comes next
            try {
                tell(token, end, end == JobState.COMPLETE ? context.result() : null);
            } finally {
                caller.giveBack();
            }
        }
    }

    private void tell(@Nullable String token, JobState end, @Nullable Object result) {
        if (token != null) {
            statuses.end(token, end, result == null ? null : serializer.encode(result));
        }
    }
}
