package io.resque.web.internal.pages;

import io.resque.api.DelayedJob;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Delayed jobs with a filter.
 *
 * @param address of this page without parameters
 * @param action where the form of the chosen jobs is sent
 * @param chosen buttons for the chosen jobs; only their texts and actions count
 * @param all buttons for all jobs that the filter finds; empty if the visitor may press none
 */
record DelayedView(
        String address,
        String action,
        String jobClass,
        String text,
        String from,
        String to,
        List<Row> jobs,
        Pager pager,
        List<Button> chosen,
        List<Button> all) {
    /**
     * A delayed job.
     *
     * @param ref names it in the form
     * @param address of its page
     * @param at the second at which it is due
     * @param in how long that is from now, or ago
     * @param failure how its last run failed; empty if none did
     */
    record Row(
            String ref,
            String address,
            String at,
            String in,
            String queue,
            String jobClass,
            String arguments,
            String id,
            String language,
            String run,
            String failure) {
        static Row of(Visit visit, DelayedJob job, Instant now) {
            String ref = DelayedPage.ref(job);
            return new Row(
                    ref,
                    visit.link(DelayedPage.NAME, ref),
                    job.dueAt().toString(),
                    job.dueAt().isAfter(now)
                            ? visit.text("time.in", visit.texts.duration(Duration.between(now, job.dueAt())))
                            : visit.texts.ago(job.dueAt(), now),
                    job.job().queue(),
                    visit.name(job.job()),
                    visit.arguments(job.job()),
                    job.job().id().orElse(""),
                    Visit.name(job.job().language()),
                    job.attempt() == 0 ? "" : visit.text("number", job.attempt() + 1),
                    job.lastFailure()
                            .map(failure -> failure.exception() + ": " + failure.message())
                            .orElse(""));
        }

        String brief() {
            return Visit.brief(arguments);
        }
    }
}
