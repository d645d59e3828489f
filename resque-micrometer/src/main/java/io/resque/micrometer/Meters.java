package io.resque.micrometer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The meters of one binding: makes them, and removes them at the end. Thread-safe. */
final class Meters {
    /** In milliseconds; the same as under {@code /metrics}, which are those of OpenTelemetry's conventions. */
    private static final List<Long> BUCKETS =
            List.of(5L, 10L, 25L, 50L, 75L, 100L, 250L, 500L, 750L, 1_000L, 2_500L, 5_000L, 7_500L, 10_000L);

    private static final String SECONDS = "seconds";

    private final MeterRegistry registry;
    private final Tags common;
    private final boolean histograms;
    private final Set<Meter> made = ConcurrentHashMap.newKeySet();
    private volatile boolean isClosed;

    Meters(MeterRegistry registry, Tags common, boolean histograms) {
        this.registry = registry;
        this.common = common;
        this.histograms = histograms;
    }

    Timer timer(String name, String help, Tags tags) {
        return keep(() -> {
            Timer.Builder timer =
                    Timer.builder(name).description(help).tags(common).tags(tags);
            if (histograms) {
                timer.serviceLevelObjectives(
                        BUCKETS.stream().map(Duration::ofMillis).toArray(Duration[]::new));
            }
            return timer.register(registry);
        });
    }

    LongTaskTimer active(String name, String help, Tags tags) {
        return keep(() -> LongTaskTimer.builder(name)
                .description(help)
                .tags(common)
                .tags(tags)
                .register(registry));
    }

    Counter counter(String name, String help, Tags tags) {
        return keep(() ->
                Counter.builder(name).description(help).tags(common).tags(tags).register(registry));
    }

    /** A gauge that holds its state. */
    <S> Gauge gauge(String name, String help, Tags tags, S state, ToDoubleFunction<S> value) {
        return keep(() -> Gauge.builder(name, state, value)
                .description(help)
                .tags(common)
                .tags(tags)
                .strongReference(true)
                .register(registry));
    }

    <S> Gauge seconds(String name, String help, Tags tags, S state, ToDoubleFunction<S> value) {
        return keep(() -> Gauge.builder(name, state, value)
                .description(help)
                .baseUnit(SECONDS)
                .tags(common)
                .tags(tags)
                .strongReference(true)
                .register(registry));
    }

    /** The caller keeps the state. */
    <S> void counter(String name, String help, S state, ToDoubleFunction<S> value) {
        keep(() -> FunctionCounter.builder(name, state, value)
                .description(help)
                .tags(common)
                .register(registry));
    }

    private <M extends Meter> M keep(Supplier<M> maker) {
        M meter = maker.get();
        made.add(meter);
        if (isClosed) { // meanwhile
            remove(meter);
        }
        return meter;
    }

    void remove(Meter meter) {
        made.remove(meter);
        registry.remove(meter);
    }

    boolean isClosed() {
        return isClosed;
    }

    void close() {
        isClosed = true;
        Stream.of(made.toArray(Meter[]::new)).forEach(this::remove);
    }

    /**
     * The meters of one name, by the values of their tags; bounded, since each tag is, and their combinations are, too.
     *
     * @param <K> the values
     * @param <M> the kind of meter
     */
    static final class Series<K, M> {
        /** Tags with a hundred values each have more combinations than any registry can hold. */
        static final int MOST = 10_000;

        private final ConcurrentHashMap<K, M> all = new ConcurrentHashMap<>();
        private final Function<K, M> maker;
        private final Function<K, K> rest;

        /**
         * None yet.
         *
         * @param rest the values that stand for those of which there are too many
         */
        Series(Function<K, M> maker, Function<K, K> rest) {
            this.maker = maker;
            this.rest = rest;
        }

        M of(K key) {
            @Nullable M known = all.get(key);
            if (known != null) {
                return known;
            }
            K shown = all.size() < MOST ? key : rest.apply(key);
            return all.computeIfAbsent(shown, maker);
        }
    }
}
