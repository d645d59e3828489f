package io.resque.examples;

import io.resque.api.JobType;
import io.resque.api.Misfire;
import io.resque.api.RecurringJob;
import io.resque.core.RecurringJobs;
import io.resque.core.Resque;
import io.resque.core.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;

/** The snippets of {@code docs/recurring-jobs.md}. */
final class RecurringJobsGuide {
    private RecurringJobsGuide() {}

    /** The arguments of a report. */
    record Report(String name, int days) {}

    static final JobType<Report> REPORT = JobType.of("Report", "reports", Report.class);

    static boolean write(Resque resque) {
        RecurringJobs schedules = resque.schedules();
        schedules.put("nightly", Schedule.cron("30 2 * * *", ZoneId.of("Europe/Berlin")), "reports", "Nightly", 7);
        schedules.put("poll", Schedule.every(Duration.ofMinutes(5)).misfire(Misfire.SKIP), "mail", "Poll");

        Instant first = Instant.parse("2026-12-01T06:00:00Z");
        Schedule daily = Schedule.every("1d").first(first).description("Sales of a week");
        return schedules.put("sales", daily, REPORT, new Report("sales", 7)); // false if it stands there already
    }

    static boolean change(Resque resque) {
        RecurringJobs schedules = resque.schedules();
        List<RecurringJob> all = schedules.list();
        all.forEach(job -> System.out.println(job.name() + " " + job.lastRun() + " " + job.nextRun()));

        schedules.trigger("nightly"); // now, besides its ticks
        schedules.pause("nightly");
        schedules.resume("nightly"); // the ticks of the pause are not made
        return schedules.remove("nightly");
    }
}
