package io.resque.launcher.internal.process;

/** Runs the worker that an environment asks for, in this process; under COUNT several workers in processes of their own. */
public final class WorkerRun {
    private WorkerRun() {}

    /**
     * Returns when the worker, or all workers, have ended.
     *
     * @throws io.resque.api.ConfigurationException if the environment says something that cannot be done
     * @throws io.resque.api.BackendException if Redis does not answer at the start
     */
    public static WorkerEnd of(EnvironmentReader environment) throws InterruptedException {
        WorkerSettings settings = new WorkerSettings(environment);
        settings.modules(); // a fault in them is reported before anything is registered or started
        try (EventQueue events = EventQueue.listen(settings.role)) {
            return settings.isSupervisor()
                    ? new Supervisor(settings, events).run()
                    : new SingleWorker(settings, events).run();
        }
    }
}
