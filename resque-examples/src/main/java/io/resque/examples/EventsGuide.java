package io.resque.examples;

import io.resque.api.DontCreateException;
import io.resque.api.JobContext;
import io.resque.api.JobEnd;
import io.resque.api.JobInfo;
import io.resque.api.JobSpec;
import io.resque.api.ResqueListener;
import io.resque.core.Resque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** The code in {@code docs/events.md}, so that it is compiled. */
final class EventsGuide {
    private EventsGuide() {}

    static void listen(Resque resque) {
        ResqueListener timing = new ResqueListener() {
            @Override
            public void beforeEnqueue(JobInfo job) {
                if (job.queue().equals("closed")) {
                    throw new DontCreateException("nothing goes to this queue today"); // enqueue answers false
                }
            }

            @Override
            public void aroundPerform(JobContext job, Run run) throws Exception {
                long start = System.nanoTime();
                try {
                    run.proceed();
                } finally {
                    System.out.printf("%s took %d ms%n", job.jobClass(), (System.nanoTime() - start) / 1_000_000);
                }
            }

            @Override
            public void onFailure(JobContext job, Throwable failure) {
                System.err.println(job.jobClass() + " of " + job.queue() + " failed: " + failure);
            }
        };
        resque.listen(timing);
    }

    static void count(Resque resque) {
        Map<JobEnd.Kind, LongAdder> ends = new ConcurrentHashMap<>();
        resque.listen(new ResqueListener() {
            @Override
            public void jobEnded(String worker, JobInfo job, JobEnd end) {
                ends.computeIfAbsent(end.kind(), kind -> new LongAdder()).increment();
            }
        });
    }

    static void trace(Resque resque) {
        ResqueListener tracing = new ResqueListener() {
            private final ThreadLocal<Object> trace = new ThreadLocal<>();

            @Override
            public Map<String, Object> metadata(JobInfo job) { // added to the payload
                return trace.get() == null ? Map.of() : Map.of("traceparent", trace.get());
            }

            @Override
            public void aroundPerform(JobContext job, Run run) throws Exception {
                trace.set(job.metadata().get("traceparent"));
                try {
                    run.proceed();
                } finally {
                    trace.remove();
                }
            }
        };
        resque.listen(tracing);
        resque.enqueue("mail", JobSpec.of("WelcomeMail", 42, "Chris").withMetadata("tenant", "acme"));
    }
}
