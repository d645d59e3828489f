package io.resque.web.internal.pages;

import io.resque.api.InnerClass;
import io.resque.api.RecurringJob;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * A recurring job.
 *
 * @param due its cron expression or its period
 * @param zone empty if {@code due} names it
 * @param lastRun in its zone
 * @param nextRun in its zone
 * @param in how long the next run is from now
 * @param state that it is paused, or why it is not fired; empty if it is fired
 * @param css a class for the state
 */
record RecurringRow(
        String name,
        String address,
        String due,
        String zone,
        String queue,
        String jobClass,
        String arguments,
        String lastRun,
        String nextRun,
        String in,
        String state,
        String css,
        String description) {
    private static final DateTimeFormatter LOCAL = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss xxx", Locale.ROOT);

    static RecurringRow of(Visit visit, RecurringJob job, Instant now) {
        String problem = job.problem()
                .map(why -> visit.text("schedule.problem", why))
                .orElse(job.isFired() ? "" : visit.text("schedule.not-ours"));
        return new RecurringRow(
                job.name(),
                visit.link(SchedulePage.NAME, job.name()),
                job.cron()
                        .or(() -> job.every().map(every -> visit.text("schedule.every", visit.texts.duration(every))))
                        .orElse(""),
                job.zone()
                        .map(ZoneId::getId)
                        .filter(id ->
                                job.cron().filter(cron -> cron.contains(id)).isEmpty())
                        .orElse(""),
                job.queue(),
                InnerClass.of(job.job().jobClass(), job.job().args()),
                visit.arguments(job),
                job.lastRun().map(at -> local(at, job)).orElse("–"),
                job.nextRun().map(at -> local(at, job)).orElse("–"),
                job.nextRun().map(next -> in(visit, next, now)).orElse(""),
                job.isPaused() ? visit.text("queue.paused") : problem,
                job.isPaused() ? "paused" : job.problem().isPresent() ? "wrong" : "",
                job.description().orElse(""));
    }

    /** An instant in the zone of a job. */
    static String local(Instant at, RecurringJob job) {
        return LOCAL.format(at.atZone(job.zone().orElse(ZoneOffset.UTC)));
    }

    private static String in(Visit visit, Instant next, Instant now) {
        return next.isAfter(now)
                ? visit.text("time.in", visit.texts.duration(Duration.between(now, next)))
                : visit.texts.ago(next, now);
    }
}
