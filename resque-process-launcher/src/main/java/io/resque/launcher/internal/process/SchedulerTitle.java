package io.resque.launcher.internal.process;

import io.resque.api.BackendUnavailableException;
import io.resque.api.spi.JsonRules;
import io.resque.core.Scheduler;
import io.resque.launcher.internal.support.ProcessTitle;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The text that {@code ps} shows for a scheduler. It begins as that of resque-scheduler does, so Ruby's workers do not take this process for
 * a worker.
 */
final class SchedulerTitle {
    private final ProcessTitle title;
    private String shown = "";

    /** Shows that it starts. */
    SchedulerTitle(String names) {
        title = ProcessTitle.startingWith(ProcessTitle.prefix("scheduler-", names));
        show("Starting");
    }

    /** Shows from now on what the scheduler does. */
    void follow(Scheduler scheduler) {
        ScheduledThreadPoolExecutor looks =
                new ScheduledThreadPoolExecutor(1, look -> ProcessThreads.make(look, "resque-title"));
        looks.scheduleWithFixedDelay(() -> show(state(scheduler, false)), 0, 1, TimeUnit.SECONDS);
    }

    private synchronized void show(String text) {
        if (!text.equals(shown)) {
            shown = text;
            title.show(text);
        }
    }

    /**
     * What a scheduler does.
     *
     * @param whole with how much it has done, and why it cannot go on
     */
    static String state(Scheduler scheduler, boolean whole) {
        String done = whole
                ? "; delayed jobs moved so far: " + scheduler.countMoved() + ", recurring jobs fired so far: "
                        + scheduler.countFired()
                : "";
        return scheduler
                        .redisError()
                        .map(error ->
                                (error instanceof BackendUnavailableException ? "Waiting for Redis" : "Redis refuses")
                                        + (whole ? ": " + JsonRules.forLog(String.valueOf(error.getMessage())) : ""))
                        .or(() -> scheduler
                                .foreignHolder()
                                .map(holder ->
                                        "Scheduling recurring jobs only, since another scheduler moves delayed jobs: "
                                                + JsonRules.forLog(holder)))
                        .orElseGet(() -> scheduler.isWorking() ? "Scheduling" : "Waiting for Redis")
                + done;
    }
}
