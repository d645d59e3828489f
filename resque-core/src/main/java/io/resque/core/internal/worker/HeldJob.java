package io.resque.core.internal.worker;

import io.resque.api.BackendException;
import io.resque.api.InvalidJobException;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.Payload;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.WorkerSession;
import io.resque.core.internal.execution.RunningJob;
import io.resque.core.internal.status.JobReport;
import io.resque.core.internal.wire.CheckpointShape;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A job that a loop runs. Its threads keep checkpoints by the session of the loop, which nobody else uses meanwhile. */
final class HeldJob implements RunningJob {
    private final WorkerSession session;
    private final ReservedJob job;
    private final Map<?, ?> payload;
    private final JobSerializer serializer;
    private final long maxPayload;
    private final @Nullable JobReport report;

    /** The payload of the next run. */
    private Payload again;

    private boolean ended;

    /**
     * Held by this session.
     *
     * @param payload the same payload as a tree
     * @param maxPayload the largest payload that a worker runs, in bytes
     * @param report takes what the job tells of itself; null if the job is not tracked
     */
    HeldJob(
            WorkerSession session,
            ReservedJob job,
            Map<?, ?> payload,
            JobSerializer serializer,
            long maxPayload,
            @Nullable JobReport report) {
        this.session = session;
        this.job = job;
        this.payload = payload;
        this.serializer = serializer;
        this.maxPayload = maxPayload;
        this.report = report;
        this.again = job.payload();
    }

    @Override
    public synchronized void checkpoint(@Nullable Object cursor) {
        if (ended) {
            throw new IllegalStateException("The job has ended, so it can keep no checkpoint");
        }
        Payload next = serializer.encode(CheckpointShape.with(payload, cursor));
        if (next.size() > maxPayload) {
            throw new InvalidJobException("With the checkpoint the payload has " + next.size()
                    + " bytes, more than the workers take (" + maxPayload + "); make the checkpoint smaller");
        }
        if (!session.rewrite(job, next)) {
            throw new BackendException("The worker " + JsonRules.forLog(session.id())
                    + " does not hold this job any more: another process took it for dead and dealt with the job, so the"
                    + " checkpoint was not kept; end the job");
        }
        again = next;
    }

    @Override
    public void progress(long done, long total, String text) {
        if (report != null) {
            report.progress(done, total, text);
        }
    }

    @Override
    public void log(String line) {
        if (report != null) {
            report.log(line);
        }
    }

    /** The run is over. From now on the loop uses the session. */
    Payload end() {
        if (report != null) {
            report.end();
        }
        synchronized (this) {
            ended = true;
            return again;
        }
    }
}
