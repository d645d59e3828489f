package io.resque.examples;

import io.resque.api.Enqueuer;
import io.resque.api.JobMatch;
import io.resque.core.DelayedJobs;
import io.resque.core.Resque;
import io.resque.core.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The snippets of {@code docs/delayed-jobs.md}. */
final class DelayedJobsGuide {
    private DelayedJobsGuide() {}

    static List<String> enqueue(Resque resque, Instant nextMonday) {
        resque.enqueueIn(Duration.ofMinutes(5), "mail", "Reminder", 42); // resque-scheduler's enqueue_in
        resque.enqueueAt(nextMonday, "mail", "Report"); // and enqueue_at

        Enqueuer later = resque.in(Duration.ofHours(1)); // all that enqueues, for later
        String token = later.enqueueTracked("mail", "Reminder", 42).orElseThrow();
        return List.of(token);
    }

    static long change(Resque resque, Instant nextMonday) {
        DelayedJobs delayed = resque.delayed();
        long all = delayed.count();
        delayed.jobs().limit(10).forEach(job -> System.out.println(job.dueAt() + " " + job.job()));

        JobMatch reminder = JobMatch.of("Reminder").withArgs(42);
        delayed.reschedule(nextMonday, reminder);
        delayed.enqueueNow(reminder);
        delayed.remove(reminder);
        delayed.between(Instant.EPOCH, nextMonday).remove(JobMatch.of("Report"));
        return all;
    }

    static void alone(Resque resque) throws InterruptedException {
        try (Scheduler scheduler = resque.scheduler().start()) {
            scheduler.redisError().ifPresent(System.err::println);
            Thread.currentThread().join(); // until the process is told to end
        }
    }
}
