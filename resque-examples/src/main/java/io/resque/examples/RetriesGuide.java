package io.resque.examples;

import io.resque.api.Job;
import io.resque.api.JobMatch;
import io.resque.api.JobRegistry;
import io.resque.api.JobSpec;
import io.resque.api.JobType;
import io.resque.api.Retry;
import io.resque.core.DelayedJobs;
import io.resque.core.OnStop;
import io.resque.core.Resque;
import io.resque.core.UnknownJobs;
import io.resque.core.Worker;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;

/** The snippets of {@code docs/retry.md}. */
final class RetriesGuide {
    private RetriesGuide() {}

    record Welcome(long user) {}

    static final Retry POLITE = Retry.limit(5)
            .exponential(Duration.ofSeconds(10), Duration.ofHours(1))
            .on(ConnectException.class, Retry.limit(20).fixed(Duration.ofMinutes(5)))
            .fatal(IllegalArgumentException.class);

    static final JobType<Welcome> WELCOME =
            JobType.of("WelcomeMail", "mail", Welcome.class).retry(POLITE);

    static Worker work(Resque resque) {
        return resque.workerBuilder("mail")
                .register(WELCOME, (welcome, context) -> greet(welcome.user()))
                .register("Report", () -> context -> report())
                .retry("Report", Retry.limit(3).delays(Duration.ofMinutes(1), Duration.ofMinutes(10)))
                .start();
    }

    static void enqueue(Resque resque) {
        resque.enqueue("mail", JobSpec.of("Report", 42).withRetry(Retry.limit(3).fixed(Duration.ofMinutes(1))));
    }

    static void register(JobRegistry jobs) { // the method of a JobModule
        jobs.register("Charge", () -> context -> charge())
                .retry(
                        "Charge",
                        Retry.limit(3)
                                .retryDeaths(false)
                                .when(failure -> failure.message().contains("busy")));
    }

    static Job look() {
        return context -> {
            int before = context.attempt(); // 0 in the first run
            context.lastFailure().ifPresent(failure -> System.out.println(before + " " + failure.message()));
        };
    }

    static Job importAll() {
        return context -> {
            int line = context.lastCheckpoint()
                    .map(last -> ((Number) last).intValue())
                    .orElse(0);
            for (List<String> part : parts(line)) {
                load(part);
                line += part.size();
                context.checkpoint(line);
            }
        };
    }

    static Worker putBack(Resque resque) {
        return resque.workerBuilder("mail")
                .register("Report", () -> context -> report())
                .stopTimeout(Duration.ofSeconds(20))
                .onStop(OnStop.PUT_BACK)
                .start();
    }

    static void change(Resque resque) {
        DelayedJobs retries = resque.delayed().retries();
        retries.jobs()
                .forEach(job -> System.out.println(job.dueAt() + " run " + (job.attempt() + 1) + " of "
                        + job.job().jobClass()
                        + job.lastFailure()
                                .map(failure -> ", after " + failure.message())
                                .orElse("")));
        retries.enqueueNow(JobMatch.of("Charge").withArgs(42)); // its next run is now
        retries.remove(JobMatch.of("Report")); // it has no next run, and leaves no failure
    }

    static Worker wait(Resque resque) {
        return resque.workerBuilder("mail")
                .register("Report", () -> context -> report())
                .unknownJobs(UnknownJobs.waitFor(Duration.ofMinutes(10)))
                .start();
    }

    private static void greet(long user) {
        System.out.println("Welcome " + user);
    }

    private static List<List<String>> parts(int from) {
        return from == 0 ? List.of(List.of("a", "b"), List.of("c")) : List.of();
    }

    private static void load(List<String> lines) {
        System.out.println(lines);
    }

    private static void report() throws IOException {
        System.out.println("A report");
    }

    private static void charge() throws IOException {
        System.out.println("A charge");
    }
}
