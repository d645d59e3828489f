package io.resque.tck;

import io.resque.api.Job;
import io.resque.api.JobContext;

/** A job that nobody registers. An executor that loads a class by the name in a payload fails here, in any process. */
final class NeverLoaded implements Job {
    private static final String RUN = refuse();

    private static String refuse() {
        throw new IllegalStateException("A class was loaded by the name in a payload");
    }

    @Override
    public void perform(JobContext context) {
        context.result(RUN);
    }
}
