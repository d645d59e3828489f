package io.resque.launcher;

/** The worker as a process, as {@code QUEUE=… bin/resque} starts it. */
public final class WorkerProcess {
    private WorkerProcess() {}

    /**
     * Works until it is told to stop.
     *
     * @param environment what to do, as {@code bin/resque} documents it
     * @return the status for {@link System#exit}
     */
    public static int run(Environment environment) {
        throw new io.resque.api.ConfigurationException("Not there yet " + environment.url());
    }
}
