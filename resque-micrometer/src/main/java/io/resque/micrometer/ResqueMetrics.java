package io.resque.micrometer;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.resque.core.Resque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Counts and times the jobs of one {@link Resque} in registries of Micrometer: the jobs that it enqueues, and the jobs that its workers run, also in
 * child processes. With {@link Builder#fleet} it also shows queues, workers and counters of all languages. {@code docs/metrics.md} has the table of
 * the meters. Thread-safe.
 *
 * <pre>{@code
 * ResqueMetrics metrics = ResqueMetrics.builder(resque).fleet(true).build();
 * metrics.bindTo(registry);
 * }</pre>
 *
 * <p>Names of queues and classes come out of Redis, so no tag takes more than {@link Builder#maxTagValues} of them; all further ones count as {@code
 * other}. A class is shown by name once a job of it has run in this process, or was enqueued by it: the class of a job that no worker of this process
 * knows is {@code other}.
 *
 * <p>Nothing here can fail a job or a call that enqueues. No meter of this process asks Redis. The meters of the fleet share one look at Redis, at
 * most every 15 seconds, made when a registry reads one of them: that reading waits for Redis, for three seconds at most. While Redis does not answer,
 * they are NaN, and counters stay as they were.
 */
public final class ResqueMetrics implements MeterBinder, AutoCloseable {
    private final Settings settings;
    private final List<Binding> bindings = new ArrayList<>();
    private boolean isClosed;

    /**
     * What a builder has chosen.
     *
     * @param tags of each meter
     * @param fleet whether meters of all languages are wanted
     * @param histograms whether timers have buckets
     * @param most values of one tag
     * @param classes names that are known from the beginning
     */
    record Settings(Resque resque, Tags tags, boolean fleet, boolean histograms, int most, Set<String> classes) {}

    /**
     * Meters of this process alone, without histograms.
     *
     * @param resque whose jobs are counted
     * @param tags tags of each meter, such as {@code application}
     */
    public ResqueMetrics(Resque resque, Iterable<Tag> tags) {
        this(builder(resque).tags(tags));
    }

    private ResqueMetrics(Builder chosen) {
        this.settings = new Settings(
                chosen.resque, chosen.tags, chosen.fleet, chosen.histograms, chosen.most, Set.copyOf(chosen.classes));
    }

    /**
     * Begins.
     *
     * @param resque whose jobs are counted
     * @return a builder
     */
    public static Builder builder(Resque resque) {
        return new Builder(resque);
    }

    /**
     * Adds the meters to a registry, and counts from now on. Does not wait for Redis. Bind before the workers start, so that no job is missed. Several
     * registries can be bound; each gets all meters.
     *
     * @param registry where the meters go
     * @throws IllegalStateException if this was closed; or if this registry is bound already, to this or to another {@code ResqueMetrics} with equal
     *     tags, whose meters would be the same
     */
    @Override
    public synchronized void bindTo(MeterRegistry registry) {
        Objects.requireNonNull(registry, "registry");
        if (isClosed) {
            throw new IllegalStateException("These ResqueMetrics were closed; make new ones");
        }
        bindings.add(Binding.open(settings, registry));
    }

    /**
     * Stops counting, and removes the meters from all registries. The {@code Resque} and its workers go on. Closing again does nothing.
     */
    @Override
    public synchronized void close() {
        isClosed = true;
        bindings.forEach(Binding::close);
        bindings.clear();
    }

    /** Chooses what {@link ResqueMetrics} shows. */
    public static final class Builder {
        private final Resque resque;
        private Tags tags = Tags.empty();
        private boolean fleet;
        private boolean histograms;
        private int most = 100;
        private final Set<String> classes = new LinkedHashSet<>();

        private Builder(Resque resque) {
            this.resque = Objects.requireNonNull(resque, "resque");
        }

        /**
         * Adds tags to each meter. Two {@code ResqueMetrics} on one registry need different values of the same tags, such as {@code instance}.
         *
         * @param more such as {@code Tags.of("application", "shop")}; none by default
         * @return this
         */
        public Builder tags(Iterable<Tag> more) {
            this.tags = this.tags.and(more);
            return this;
        }

        /**
         * Whether to show the queues, workers and counters of all languages. All processes would show the same, so let one of them, or the {@code
         * /metrics} of one worker process, do it.
         *
         * @param wanted false by default
         * @return this
         */
        public Builder fleet(boolean wanted) {
            this.fleet = wanted;
            return this;
        }

        /**
         * Whether the timers have buckets, from 5 milliseconds to 10 seconds, those of {@code /metrics}. Without them a registry knows number, sum
         * and maximum.
         *
         * @param wanted false by default: each combination of tags would have fourteen more series
         * @return this
         */
        public Builder histograms(boolean wanted) {
            this.histograms = wanted;
            return this;
        }

        /**
         * How many values one tag can take from Redis or from callers, beside {@code other}: queues, classes, exceptions, failure lists and workers
         * each.
         *
         * @param values at least 1; 100 by default
         * @return this
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder maxTagValues(int values) {
            if (values < 1) {
                throw new IllegalArgumentException("maxTagValues must be at least 1, was " + values);
            }
            this.most = values;
            return this;
        }

        /**
         * Names classes of jobs that are shown by name from the beginning, and always, however many others there are.
         *
         * @param names such as the names under which jobs are registered
         * @return this
         */
        public Builder classes(Collection<String> names) {
            names.forEach(name -> classes.add(Objects.requireNonNull(name, "name")));
            return this;
        }

        /**
         * Ends.
         *
         * @return shows nothing before {@link ResqueMetrics#bindTo}
         */
        public ResqueMetrics build() {
            return new ResqueMetrics(this);
        }
    }
}
