package io.resque.tck;

import io.resque.api.Job;
import io.resque.api.JobContext;

/** A job that nobody registered; who loads a class by the name in a payload runs into it. */
final class NeverLoaded implements Job {
    static {
        TckHost.noteLoading(NeverLoaded.class);
    }

    @Override
    public void perform(JobContext context) {
        context.result("A class was run by the name in its payload");
    }
}
