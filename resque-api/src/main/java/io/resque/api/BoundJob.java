package io.resque.api;

import org.jspecify.annotations.Nullable;

/** One run of a typed job. */
final class BoundJob<A> implements Job {
    private final JobType<A> type;
    private final TypedJob<A> job;
    private @Nullable A value;

    BoundJob(JobType<A> type, TypedJob<A> job) {
        this.type = type;
        this.job = job;
    }

    @Override
    public void setUp(JobContext context) throws Exception {
        value = context.args().as(type);
        job.setUp(context);
    }

    @Override
    public void perform(JobContext context) throws Exception {
        A read = value;
        job.perform(read != null ? read : context.args().as(type), context);
    }

    @Override
    public void tearDown(JobContext context) throws Exception {
        job.tearDown(context);
    }
}
