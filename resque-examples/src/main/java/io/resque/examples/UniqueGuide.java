package io.resque.examples;

import io.resque.api.JobRegistry;
import io.resque.api.JobSpec;
import io.resque.api.JobType;
import io.resque.api.Unique;
import io.resque.core.Resque;
import io.resque.core.Worker;
import java.time.Duration;

/** The snippets of {@code docs/unique-jobs.md}. */
final class UniqueGuide {
    private UniqueGuide() {}

    record Sync(long account) {}

    static final JobType<Sync> SYNC =
            JobType.of("Sync", "low", Sync.class).unique(Unique.untilDone(Duration.ofHours(1)));

    static void enqueue(Resque resque) {
        boolean enqueued = resque.enqueue(SYNC, new Sync(42)); // false: an equal job waits or runs
        System.out.println(enqueued);
    }

    static void enqueueSpec(Resque resque) {
        Unique byAccount = Unique.whileQueued(Duration.ofMinutes(10)).key(args -> "account " + args.get(0));
        resque.enqueue("low", JobSpec.of("Report", 42, "monthly").withUnique(byAccount));
    }

    static Worker work(Resque resque) {
        return resque.workerBuilder("low")
                .register("Import", () -> context -> imports())
                .unique("Import", Unique.whileRunning(Duration.ofMinutes(5)).delayConflicts(Duration.ofSeconds(30)))
                .start();
    }

    static void register(JobRegistry jobs) { // the method of a JobModule
        jobs.register("Import", () -> context -> imports())
                .unique("Import", Unique.whileRunning(Duration.ofMinutes(5)));
    }

    static final JobType<Sync> SHARED =
            JobType.of("Sync", "low", Sync.class).unique(Unique.as(Unique.Plugin.RESQUE_LOCK, Duration.ofHours(1)));

    private static void imports() {
        System.out.println("Imported");
    }
}
