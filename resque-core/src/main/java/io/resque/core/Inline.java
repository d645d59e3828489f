package io.resque.core;

import io.resque.api.DontPerformException;
import io.resque.api.JobModule;
import io.resque.api.JobState;
import io.resque.api.ResqueException;
import io.resque.api.spi.JobRequest;
import io.resque.api.spi.Payload;
import org.jspecify.annotations.Nullable;

/** Runs jobs where they are enqueued, as Ruby's {@code Resque.inline}: no queue, no worker, no failure record. */
final class Inline {
    private final Services services;
    private final Statuses statuses;
    private final JobReader reader;
    private final Jobs jobs;

    Inline(Resque resque, Services services, JobModule module) {
        this.services = services;
        this.statuses = new Statuses(services);
        this.reader = new JobReader(services.serializer());
        this.jobs = new Jobs(resque, services, services.events().ofWorker());
        jobs.add(module);
    }

    /** What the job throws is thrown; a veto of the job is none of the caller's business. */
    void run(String queue, Payload payload, @Nullable String token) {
        // Read back, so that the job sees what one in a worker would see.
        PayloadShape.ReadJob job = reader.read(payload);
        JobRequest request = new JobRequest("inline", queue, job.jobClass(), job.id(), job.args(), null);
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
            throw new ResqueException(job.jobClass() + " threw " + Thrown.text(e), e);
        } finally {
            caller.clean(); // of an interrupt, too: what follows talks with the status store
            try {
                tell(token, end, end == JobState.COMPLETE ? context.result() : null);
            } finally {
                caller.giveBack();
            }
        }
    }

    private void tell(@Nullable String token, JobState end, @Nullable Object result) {
        if (token != null) {
            Payload encoded = result == null ? null : services.serializer().encode(result);
            services.statuses().write(statuses.ended(token, end, encoded));
        }
    }
}
