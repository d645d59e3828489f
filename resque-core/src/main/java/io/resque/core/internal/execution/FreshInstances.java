package io.resque.core.internal.execution;

import io.resque.api.Job;
import io.resque.api.JobFactory;
import io.resque.core.internal.support.Log;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;

/** A user's factory, and a warning for each class of which it gives the same object for two runs in turn. Thread-safe. */
final class FreshInstances implements JobFactory {
    private static final Logger LOG = Log.WORKER;

    private final JobFactory factory;
    private final Map<Class<?>, WeakReference<Job>> last = new ConcurrentHashMap<>();
    private final Set<Class<?>> told = ConcurrentHashMap.newKeySet();

    FreshInstances(JobFactory factory) {
        this.factory = factory;
    }

    @Override
    public Job create(Class<? extends Job> type) throws Exception {
        Job job = factory.create(type);
        if (job != null && !told.contains(type)) {
            WeakReference<Job> before = last.put(type, new WeakReference<>(job));
            if (before != null && before.refersTo(job) && told.add(type)) {
                last.remove(type);
                LOG.warn(
                        "The JobFactory gave the same {} for two runs, so jobs that run at the same time share its fields; let it"
                                + " make a new one for each run, in Spring with @Scope(\"prototype\")",
                        type.getName());
            }
        }
        return job;
    }
}
