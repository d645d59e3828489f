package io.resque.micrometer;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.resque.api.EnqueueCall;
import io.resque.api.EnqueueWatch;
import io.resque.api.JobEnd;
import io.resque.api.JobInfo;
import io.resque.api.ResqueListener;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The meters of one {@code Resque} in one registry, from the binding to its end. Thread-safe. */
final class Binding implements ResqueListener {
    private static final Logger LOG = LoggerFactory.getLogger(ResqueMetrics.class);

    /** The tags that are bound to each registry: meters with equal tags would be the same meters. */
    private static final Map<MeterRegistry, Set<Tags>> BOUND = new WeakHashMap<>();

    private final ResqueMetrics.Settings settings;
    private final MeterRegistry registry;
    private final Meters meters;
    private final JobMeters jobs;
    private final EnqueueMeters calls;
    private final WorkerMeters workers;

    private Binding(ResqueMetrics.Settings settings, MeterRegistry registry) {
        this.settings = settings;
        this.registry = registry;
        this.meters = new Meters(registry, settings.tags(), settings.histograms());
        int most = settings.most();
        TagValues queues = new TagValues(most);
        this.jobs = new JobMeters(meters, queues, new TagValues(most, settings.classes()), new TagValues(most));
        this.calls = new EnqueueMeters(meters, queues, new TagValues(most, settings.classes()));
        this.workers = new WorkerMeters(settings.resque(), meters, new TagValues(most));
        if (settings.fleet()) {
            new FleetMeters(settings.resque(), meters, queues, new TagValues(most));
        }
    }

    static Binding open(ResqueMetrics.Settings settings, MeterRegistry registry) {
        synchronized (BOUND) {
            if (!BOUND.computeIfAbsent(registry, none -> new HashSet<>()).add(settings.tags())) {
                throw new IllegalStateException("ResqueMetrics with the tags "
                        + settings.tags().stream().toList()
                        + " are bound to this registry already, and their meters would be the same; give each of them"
                        + " its own tags, such as instance=…, or close the first");
            }
        }
        Binding binding;
        try {
            binding = new Binding(settings, registry);
        } catch (RuntimeException | Error e) {
            forget(settings, registry);
            throw e;
        }
        settings.resque().listen(binding);
        return binding;
    }

    private static void forget(ResqueMetrics.Settings settings, MeterRegistry registry) {
        synchronized (BOUND) {
            Set<Tags> tags = BOUND.get(registry);
            if (tags != null && tags.remove(settings.tags()) && tags.isEmpty()) {
                BOUND.remove(registry);
            }
        }
    }

    @Override
    public EnqueueWatch enqueueBegins(EnqueueCall call) {
        return calls.begin(call);
    }

    @Override
    public void beforeFirstFork(List<String> queues) {
        try {
            workers.show(String.join(",", queues));
        } catch (RuntimeException e) { // it would keep the worker from starting
            LOG.warn("The registry refuses the meters of a worker", e);
        }
    }

    @Override
    public void jobTaken(String worker, JobInfo job) {
        jobs.taken(worker, job);
    }

    @Override
    public void jobEnded(String worker, JobInfo job, JobEnd end) {
        jobs.ended(worker, job, end);
    }

    void close() {
        settings.resque().stopListening(this);
        meters.close();
        jobs.close();
        forget(settings, registry);
    }
}
