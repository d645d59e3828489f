package io.resque.tck;

import io.resque.api.DontPerformException;
import io.resque.api.Job;
import io.resque.api.JobContext;
import io.resque.api.JobModule;
import io.resque.api.JobRegistry;
import java.util.concurrent.locks.LockSupport;

/**
 * The jobs that {@link JobExecutorTck} has run. A module with a public constructor, so that an executor can load it in
 * another process; the jobs tell what they saw by results and by what they enqueue, never by shared memory.
 */
public final class TckJobs implements JobModule {
    /** The queue on which jobs note their steps. */
    static final String NOTES = "notes";

    /** For executors that load it by name. */
    public TckJobs() {}

    @Override
    public void register(JobRegistry jobs) {
        jobs.register("Echo", () -> context -> context.result(context.args().asList()));
        jobs.register(
                "Context",
                () -> context -> context.result(context.queue() + " " + context.jobClass() + " "
                        + context.id().orElse("no id")));
        jobs.register("Steps", Steps::new);
        jobs.register("Fail", () -> context -> {
            throw new IllegalStateException("boom " + context.args().get(0));
        });
        jobs.register("Mute", () -> context -> {
            throw new IllegalStateException();
        });
        jobs.register("Veto", () -> context -> {
            throw new DontPerformException("not now");
        });
        jobs.register("Overflow", () -> context -> overflow(0));
        jobs.register("BadResult", () -> context -> context.result(new Object()));
        jobs.register("Unmade", () -> {
            throw new IllegalStateException("cannot be made");
        });
        jobs.register("UntilCancelled", () -> context -> {
            note(context, "running");
            while (!context.isCancelled()) {
                LockSupport.parkNanos(1_000_000);
            }
            context.result("cancelled");
        });
    }

    private static int overflow(int depth) {
        return overflow(depth + 1) + 1;
    }

    private static boolean note(JobContext context, String note) {
        return context.enqueue(NOTES, "Note", note, context.args().size());
    }

    /** Notes its steps, and throws in the one that its argument names. */
    private static final class Steps implements Job {
        @Override
        public void setUp(JobContext context) {
            step(context, "setUp");
        }

        @Override
        public void perform(JobContext context) {
            step(context, "perform");
        }

        @Override
        public void tearDown(JobContext context) {
            step(context, "tearDown");
        }

        private static void step(JobContext context, String step) {
            note(context, step);
            if (context.args().asList().contains(step)) {
                throw new IllegalStateException("told to throw in " + step);
            }
        }
    }
}
