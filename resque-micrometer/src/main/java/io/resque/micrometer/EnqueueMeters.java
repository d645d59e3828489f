package io.resque.micrometer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.resque.api.EnqueueCall;
import io.resque.api.EnqueueWatch;
import io.resque.api.EnqueueWatch.Outcome;
import io.resque.api.InnerClass;
import io.resque.api.JobSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The calls of this process that enqueue, and their jobs. Thread-safe. */
final class EnqueueMeters {
    /** The class of a call with jobs of several classes. */
    private static final String SEVERAL = "several";

    private final TagValues queues;
    private final TagValues classes;
    private final Meters.Series<Key, Timer> calls;
    private final Meters.Series<Key, Counter> jobs;

    private record Key(String queue, String jobClass, Outcome outcome, EnqueueCall.Mode mode) {
        Tags tags() {
            return Tags.of("queue", queue, "class", jobClass, "outcome", lower(outcome), "mode", lower(mode));
        }

        private static String lower(Enum<?> value) {
            return value.name().toLowerCase(Locale.ROOT);
        }

        Key rest() {
            return new Key(TagValues.OTHER, TagValues.OTHER, outcome, mode);
        }
    }

    EnqueueMeters(Meters meters, TagValues queues, TagValues classes) {
        this.queues = queues;
        this.classes = classes;
        this.calls = new Meters.Series<>(
                key -> meters.timer("resque.enqueue", "How long calls that enqueue took.", key.tags()), Key::rest);
        this.jobs = new Meters.Series<>(
                key -> meters.counter("resque.enqueue.jobs", "Jobs of calls that enqueue.", key.tags()), Key::rest);
    }

    EnqueueWatch begin(EnqueueCall call) {
        long begun = System.nanoTime();
        return new EnqueueWatch() {
            @Override
            public void ended(List<Outcome> outcomes, Optional<Throwable> failure) {
                count(call, outcomes, System.nanoTime() - begun);
            }
        };
    }

    private void count(EnqueueCall call, List<Outcome> outcomes, long nanos) {
        String queue = queues.of(call.queue());
        Map<Key, Integer> counts = new HashMap<>();
        String ofAll = null;
        for (int i = 0; i < outcomes.size(); i++) {
            JobSpec job = call.jobs().get(i);
            String jobClass = classes.of(InnerClass.of(job.jobClass(), job.args()));
            ofAll = ofAll == null || ofAll.equals(jobClass) ? jobClass : SEVERAL;
            counts.merge(new Key(queue, jobClass, outcomes.get(i), call.mode()), 1, Integer::sum);
        }
        counts.forEach((key, count) -> jobs.of(key).increment(count));
        calls.of(new Key(queue, ofAll == null ? SEVERAL : ofAll, ofCall(outcomes), call.mode()))
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    /** A failure of some jobs is that of the call; otherwise a job that was written counts. */
    private static Outcome ofCall(List<Outcome> outcomes) {
        for (Outcome outcome : List.of(Outcome.FAILED, Outcome.REFUSED, Outcome.WRITTEN)) {
            if (outcomes.contains(outcome)) {
                return outcome;
            }
        }
        return outcomes.get(0);
    }
}
