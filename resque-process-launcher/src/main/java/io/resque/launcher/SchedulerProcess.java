package io.resque.launcher;

import io.resque.launcher.internal.process.SchedulerRun;

/** The scheduler as a process, without a worker: {@code bin/resque scheduler}. It shows in {@code ps} what it does. */
public final class SchedulerProcess {
    private SchedulerProcess() {}

    /**
     * Puts delayed and recurring jobs onto their queues until it is told to stop, by TERM, INT, QUIT or HUP; it leaves within a second. It takes over
     * this process: its signals, its title and, if {@code bin/resque} started it, its standard input. While Redis does not answer, also
     * at the start, it waits for it.
     *
     * @param environment what to do: variables of resque-scheduler and of {@code bin/resque}, see docs/operations.md
     * @return the status for {@link System#exit}: 0 after a signal
     * @throws io.resque.api.ConfigurationException if the environment says something that cannot be done
     */
    public static int run(Environment environment) {
        try {
            return SchedulerRun.of(environment.variables()).status();
        } catch (InterruptedException e) {
            throw new IllegalStateException("Nobody interrupts this thread", e);
        }
    }
}
