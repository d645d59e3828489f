package io.resque.core.internal.enqueue;

import io.resque.api.EnqueueCall;
import io.resque.api.EnqueueWatch;
import io.resque.api.EnqueueWatch.Outcome;
import io.resque.api.InvalidJobException;
import io.resque.api.JobIdTakenException;
import io.resque.api.JobInfo;
import io.resque.api.JobSpec;
import io.resque.api.ResqueListener;
import io.resque.api.TypeNames;
import io.resque.core.internal.support.ListenerChain;
import io.resque.core.internal.support.Log;
import io.resque.core.internal.support.Throwables;
import io.resque.core.internal.wire.ArgumentRules;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The watches of one call that enqueues. No exception of theirs reaches the caller. Where no listener follows calls, this makes nothing. Used by one
 * thread after the other.
 */
final class EnqueueWatches {
    static final EnqueueWatches NONE = new EnqueueWatches(List.of(), 0, null);

    private static final Logger LOG = Log.RESQUE;

    private final List<EnqueueWatch> watches;
    private final int jobs;
    private final @Nullable ArgumentRules rules;
    private boolean isEnded;

    private EnqueueWatches(List<EnqueueWatch> watches, int jobs, @Nullable ArgumentRules rules) {
        this.watches = watches;
        this.jobs = jobs;
        this.rules = rules;
    }

    /** Tells the listeners that follow calls. A call that is refused for a null, or has no job, has no watch. */
    static EnqueueWatches begin(
            ListenerChain events,
            String queue,
            List<JobSpec> jobs,
            boolean waits,
            @Nullable Instant due,
            ArgumentRules rules) {
        List<ResqueListener> listeners = events.ofCalls();
        if (listeners.isEmpty()
                || queue == null
                || jobs == null
                || jobs.isEmpty()
                || jobs.stream().anyMatch(Objects::isNull)) {
            return NONE;
        }
        EnqueueCall.Mode mode =
                !waits ? EnqueueCall.Mode.ASYNC : jobs.size() == 1 ? EnqueueCall.Mode.ONE : EnqueueCall.Mode.BULK;
        EnqueueCall call = new EnqueueCall(queue, jobs, mode, Optional.ofNullable(due));
        List<EnqueueWatch> watches = new ArrayList<>(listeners.size());
        ListenerChain.announce(listeners, "enqueueBegins", listener -> {
            EnqueueWatch watch = listener.enqueueBegins(call);
            if (watch != EnqueueWatch.NONE) {
                watches.add(Objects.requireNonNull(watch, "watch"));
            }
        });
        return watches.isEmpty() ? NONE : new EnqueueWatches(watches, jobs.size(), rules);
    }

    /** The job with the metadata that watches add; the same job if they add none. */
    JobSpec withMetadata(JobSpec job, JobInfo asked) {
        List<JobSpec> whole = new ArrayList<>(List.of(job));
        tell("metadata", watch -> whole.set(0, with(whole.get(0), watch.metadata(asked))));
        return whole.get(0);
    }

    /** All members; if they are too large together, each member that still fits. */
    private JobSpec with(JobSpec job, Map<String, @Nullable Object> added) {
        Map<String, @Nullable Object> all = new LinkedHashMap<>(job.metadata());
        added.forEach((name, value) -> {
            if (!all.containsKey(name)) {
                all.put(name, value);
            }
        });
        if (all.size() == job.metadata().size()) {
            return job;
        }
        try {
            return Objects.requireNonNull(rules).withMetadata(job, all);
        } catch (InvalidJobException e) {
            if (added.size() == 1) {
                LOG.debug("A member of a watch is left out: {}", Throwables.text(e));
                return job;
            }
        }
        JobSpec most = job;
        for (Map.Entry<String, @Nullable Object> member : added.entrySet()) {
            most = with(most, Collections.singletonMap(member.getKey(), member.getValue()));
        }
        return most;
    }

    /** Prepares the write. */
    <R> R prepare(Supplier<R> part) {
        try {
            return part.get();
        } catch (Throwable e) { // a listener may throw what it does not declare
            ended(Outcome.REFUSED, e);
            throw e;
        }
    }

    /** Writes the jobs, all or none. */
    void write(Runnable part) {
        try {
            part.run();
        } catch (Throwable e) {
            ended(unwritten(e), e);
            throw e;
        }
        ended(Outcome.WRITTEN, null);
    }

    /** The outcome of a job that was to be written when this was thrown. */
    static Outcome unwritten(Throwable failure) {
        return failure instanceof JobIdTakenException ? Outcome.REFUSED : Outcome.FAILED;
    }

    /** All jobs ended so. */
    void ended(Outcome outcome, @Nullable Throwable failure) {
        ended(() -> Collections.nCopies(jobs, outcome), failure);
    }

    /** Tells how the call ended, if this was not told before. */
    void ended(Supplier<List<Outcome>> outcomes, @Nullable Throwable failure) {
        if (watches.isEmpty() || isEnded) {
            return;
        }
        isEnded = true;
        List<Outcome> all = outcomes.get();
        tell("ended", watch -> watch.ended(all, Optional.ofNullable(failure)));
    }

    private void tell(String what, Consumer<EnqueueWatch> event) {
        for (EnqueueWatch watch : watches) {
            try {
                event.accept(watch);
            } catch (Throwable e) { // other languages throw checked ones, too
                String type = TypeNames.of(watch.getClass());
                Throwables.log(e, shown -> LOG.warn("{} of {} threw; it changes nothing", what, type, shown));
            }
        }
    }
}
