package io.resque.launcher;

import io.resque.api.JobContext;
import io.resque.api.JobFailure;
import io.resque.api.JobModule;
import io.resque.api.JobRegistry;
import io.resque.api.JobSpec;
import io.resque.api.Retry;
import io.resque.api.Unique;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;

/** Jobs whose first run fails, and which tell in the second run what they know of the first one. */
public final class RetryJobs implements JobModule {
    @Override
    public void register(JobRegistry jobs) {
        jobs.register("Failing", () -> context -> {
            if (context.attempt() == 0) {
                context.checkpoint("half");
                throw new ConnectException("refused");
            }
            tell(context);
        });
        jobs.register("Dying", () -> context -> {
            if (context.attempt() == 0) {
                context.checkpoint(List.of("some", 7));
                Runtime.getRuntime().halt(3);
            }
            tell(context);
        });
        jobs.register(
                "Parent",
                () -> context -> context.enqueue(
                        "seen", JobSpec.of("Seen").withRetry(Retry.limit(3).fatal(IOException.class))));
        jobs.register("Twice", () -> context -> {
            JobSpec once = JobSpec.of("Once", 7)
                    .withUnique(Unique.untilDone(Duration.ofHours(1)).key(args -> "once " + args.get(0)));
            context.enqueue("once", "First", context.enqueue("seen", once));
            context.enqueue("once", "Second", context.enqueue("seen", once));
        });
        Retry retry = Retry.limit(1).fatal(Exception.class).on(IOException.class, Retry.limit(1));
        jobs.retry("Failing", retry).retry("Dying", retry);
    }

    private static void tell(JobContext context) {
        context.enqueue(
                "seen",
                "Seen",
                context.jobClass(),
                context.attempt(),
                context.lastFailure().map(JobFailure::exception).orElse(null),
                context.lastCheckpoint().orElse(null));
    }
}
