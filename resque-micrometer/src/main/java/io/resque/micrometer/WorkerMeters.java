package io.resque.micrometer;

import io.micrometer.core.instrument.Tags;
import io.resque.core.Health;
import io.resque.core.Resque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The loops of the workers of this process, by the queues of their worker; Redis is not asked. Thread-safe. */
final class WorkerMeters {
    /** The ids of the further loops of a worker end so. */
    private static final Pattern THREAD = Pattern.compile(",thread-\\d+$");

    private final Resque resque;
    private final Meters meters;
    private final TagValues workers;
    private final Set<String> shown = ConcurrentHashMap.newKeySet();

    WorkerMeters(Resque resque, Meters meters, TagValues workers) {
        this.resque = resque;
        this.meters = meters;
        this.workers = workers;
        resque.health().loops().forEach(loop -> show(queues(loop.worker())));
    }

    /** The third part of an id. */
    static String queues(String worker) {
        String[] parts = THREAD.matcher(worker).replaceFirst("").split(":", 3);
        return parts[parts.length - 1];
    }

    void show(String queues) {
        String worker = workers.of(queues);
        if (shown.contains(worker)) {
            return;
        }
        Tags tags = Tags.of("worker", worker);
        meters.gauge(
                "resque.worker.slots",
                "Jobs that a worker of this process can run at once.",
                tags,
                this,
                each -> each.count(worker, loop -> true));
        meters.gauge(
                "resque.worker.busy",
                "Jobs that a worker of this process runs.",
                tags,
                this,
                each -> each.count(worker, loop -> loop.state() == Health.State.RUNNING));
        meters.gauge(
                "resque.worker.redis.lost",
                "Loops of a worker of this process that Redis keeps from working.",
                tags,
                this,
                each -> each.count(worker, loop -> loop.state() == Health.State.TROUBLED));
        shown.add(worker);
    }

    private double count(String worker, Predicate<Health.Loop> which) {
        return resque.health().loops().stream()
                .filter(which)
                .filter(loop -> workers.ifKnown(queues(loop.worker())).equals(worker))
                .count();
    }
}
