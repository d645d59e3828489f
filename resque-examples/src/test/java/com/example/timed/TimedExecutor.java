package com.example.timed;

import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobRequest;
import java.util.concurrent.TimeUnit;

/** Runs jobs by another executor, and says how long each has taken. */
record TimedExecutor(JobExecutor thread) implements JobExecutor {
    @Override
    public JobOutcome run(JobRequest request) throws InterruptedException {
        long begin = System.nanoTime();
        JobOutcome outcome = thread.run(request);
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
        System.getLogger("timed").log(System.Logger.Level.DEBUG, "{0}: {1} ms", request.jobClass(), millis);
        return outcome;
    }

    @Override
    public void cancel(JobRequest request) {
        thread.cancel(request);
    }

    @Override
    public void close() {
        thread.close();
    }
}
