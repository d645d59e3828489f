package com.example;

import io.resque.api.JobModule;
import io.resque.api.JobRegistry;

/** Jobs of the application, which a child loads by the name of this class. */
public class Jobs implements JobModule {
    @Override
    public void register(JobRegistry jobs) {
        jobs.register("Echo", () -> context -> context.enqueue(
                "done", "Echo", context.args().get(0, String.class), ProcessHandle.current().pid()));
        jobs.register("Halt", () -> context -> Runtime.getRuntime().halt(7));
    }
}
