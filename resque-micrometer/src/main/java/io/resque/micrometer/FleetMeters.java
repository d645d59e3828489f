package io.resque.micrometer;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.resque.core.Fleet;
import io.resque.core.Resque;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BinaryOperator;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Queues, workers and counters of all languages. All meters read one look at Redis. Thread-safe. */
final class FleetMeters {
    private static final long FRESH = TimeUnit.SECONDS.toNanos(15);
    private static final long LONGEST_LOOK_MILLIS = 3_000;

    private final Resque resque;
    private final Meters meters;
    private final TagValues queues;
    private final TagValues lists;

    /** The gauges of queues, lists and states that the last look has found, by their tag. */
    private final Map<String, List<Gauge>> rows = new HashMap<>();

    /** The last look; null if none, or Redis did not answer. */
    private volatile @Nullable Seen last;

    /** A look, with the values that each tag has. */
    private record Seen(Fleet fleet, Map<String, Double> sizes, Map<String, Double> ages, Map<String, Double> lists) {}

    private long lookedAt;
    private boolean hasLooked;
    private volatile double processed;
    private volatile double failed;

    FleetMeters(Resque resque, Meters meters, TagValues queues, TagValues lists) {
        this.resque = resque;
        this.meters = meters;
        this.queues = queues;
        this.lists = lists;
        meters.gauge("resque.fleet.up", "Whether Redis could be looked at.", Tags.empty(), this, FleetMeters::up);
        meters.counter("resque.processed", "Jobs of all languages that were executed.", this, each -> {
            each.current();
            return each.processed;
        });
        meters.counter("resque.failed", "Jobs of all languages that failed.", this, each -> {
            each.current();
            return each.failed;
        });
        meters.gauge(
                "resque.delayed.size",
                "Jobs that are delayed.",
                Tags.empty(),
                this,
                each -> each.read(
                        fleet -> fleet.delayed().isPresent() ? fleet.delayed().getAsLong() : Double.NaN));
        meters.seconds(
                "resque.delayed.lateness",
                "How long the earliest delayed job has been due.",
                Tags.empty(),
                this,
                each -> each.read(
                        fleet -> fleet.lateness().map(FleetMeters::seconds).orElse(Double.NaN)));
        resque.inspector()
                .fleet()
                .thenAccept(fleet -> show(seen(fleet))); // so that the meters of queues are there soon
    }

    private double up() {
        Seen seen = current();
        return seen != null && seen.fleet.whole() ? 1 : 0;
    }

    private double read(ToDoubleFunction<Fleet> value) {
        return readSeen(seen -> value.applyAsDouble(seen.fleet));
    }

    private double readSeen(ToDoubleFunction<Seen> value) {
        Seen seen = current();
        return seen == null ? Double.NaN : value.applyAsDouble(seen);
    }

    /** The look that all meters share; waits for a new one if it is old. */
    private synchronized @Nullable Seen current() {
        if (hasLooked && System.nanoTime() - lookedAt < FRESH || meters.isClosed()) {
            return last;
        }
        Seen seen = null;
        try {
            seen = seen(resque.inspector().fleet().get(LONGEST_LOOK_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            // Then Redis is away or slow; the meter that says so is resque.fleet.up.
        }
        hasLooked = true;
        lookedAt = System.nanoTime();
        last = seen;
        if (seen != null) {
            show(seen);
        }
        return seen;
    }

    private Seen seen(Fleet fleet) {
        Map<String, Double> ages = new TreeMap<>();
        fleet.headAges().forEach((queue, age) -> ages.put(queue, seconds(age)));
        return new Seen(
                fleet,
                byTag(fleet.queues(), queues, Double::sum),
                byTag(ages, queues, Double::max),
                byTag(fleet.failures(), lists, Double::sum));
    }

    private static Map<String, Double> byTag(
            Map<String, ? extends Number> values, TagValues tags, BinaryOperator<Double> both) {
        Map<String, Double> all = new HashMap<>();
        values.forEach((name, value) -> all.merge(tags.of(name), value.doubleValue(), both));
        return all;
    }

    private void show(Seen look) {
        processed = look.fleet.processed();
        failed = look.fleet.failed();
        synchronized (rows) {
            Set<String> seen = new TreeSet<>();
            look.sizes.keySet().forEach(name -> queue(name, seen));
            look.lists.keySet().forEach(name -> list(name, seen));
            look.fleet.workersByState().keySet().forEach(state -> state(state, seen));
            for (String gone : new TreeSet<>(rows.keySet())) {
                if (!seen.contains(gone)) {
                    rows.remove(gone).forEach(meters::remove);
                }
            }
        }
    }

    private void queue(String name, Set<String> seen) {
        if (isNew("queue " + name, seen)) {
            Tags tags = Tags.of("queue", name);
            rows.put(
                    "queue " + name,
                    List.of(
                            meters.gauge(
                                    "resque.queue.size",
                                    "Jobs in a queue.",
                                    tags,
                                    this,
                                    each -> each.readSeen(look -> look.sizes.getOrDefault(name, 0.0))),
                            meters.seconds(
                                    "resque.queue.stalled",
                                    "How long the job at the head of a queue has been waiting.",
                                    tags,
                                    this,
                                    each -> each.readSeen(look -> look.ages.getOrDefault(name, 0.0)))));
        }
    }

    private void list(String name, Set<String> seen) {
        if (isNew("list " + name, seen)) {
            rows.put(
                    "list " + name,
                    List.of(meters.gauge(
                            "resque.failures",
                            "Records in a failure list.",
                            Tags.of("list", name),
                            this,
                            each -> each.readSeen(look -> look.lists.getOrDefault(name, 0.0)))));
        }
    }

    private void state(String name, Set<String> seen) {
        if (isNew("state " + name, seen)) {
            rows.put(
                    "state " + name,
                    List.of(meters.gauge(
                            "resque.workers",
                            "Registered workers of all languages, by what they do.",
                            Tags.of("state", name),
                            this,
                            each -> each.read(fleet -> fleet.workersByState().getOrDefault(name, 0L)))));
        }
    }

    private boolean isNew(String row, Set<String> seen) {
        return seen.add(row) && !rows.containsKey(row);
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
