package io.resque.api;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The jobs of Rails' ActiveJob that one registered job runs, and what holds for each of them. All of them have the class of the wrapper in
 * their payloads.
 *
 * @param jobs what holds for each job, by its {@code job_class}; unmodifiable
 * @param putBack what becomes of a job whose class is not among them; empty if it fails
 */
public record WrappedJobs(Map<String, Policies> jobs, Optional<PutBack> putBack) {
    /**
     * Copies the map.
     *
     * @param jobs what holds for each job
     * @param putBack what becomes of a job whose class is not among them
     */
    public WrappedJobs {
        jobs = Collections.unmodifiableMap(new LinkedHashMap<>(jobs));
        Objects.requireNonNull(putBack, "putBack");
    }

    /**
     * What holds for a job.
     *
     * @param retry its retry policy
     * @param limits its limits
     * @param unique its lock while it runs
     */
    public record Policies(Optional<Retry> retry, List<Limit> limits, Optional<Unique> unique) {
        /** Nothing holds for the job. */
        public static final Policies NONE = new Policies(Optional.empty(), List.of(), Optional.empty());

        /**
         * Copies the list.
         *
         * @param retry its retry policy
         * @param limits its limits
         * @param unique its lock while it runs
         */
        public Policies {
            limits = List.copyOf(limits);
        }

        /**
         * The same with this retry policy.
         *
         * @param policy the policy
         * @return the policies
         */
        public Policies with(Retry policy) {
            return new Policies(Optional.of(policy), limits, unique);
        }

        /**
         * The same with one more limit.
         *
         * @param limit the limit
         * @return the policies
         */
        public Policies with(Limit limit) {
            List<Limit> more = new ArrayList<>(limits);
            more.add(limit);
            return new Policies(retry, more, unique);
        }

        /**
         * The same with this lock.
         *
         * @param option the lock
         * @return the policies
         */
        public Policies with(Unique option) {
            return new Policies(retry, limits, Optional.of(option));
        }
    }

    /**
     * A job goes back to the tail of its queue, for a worker that knows its class.
     *
     * @param delay how long it waits before
     * @param times how often at most; then it fails
     */
    public record PutBack(Duration delay, int times) {
        /**
         * Refuses values that make no sense.
         *
         * @param delay how long it waits before
         * @param times how often at most
         * @throws IllegalArgumentException if the delay is less than a second or more than 36,500 days, or {@code times} is less than 1
         */
        public PutBack {
            if (delay.compareTo(Duration.ofSeconds(1)) < 0 || delay.compareTo(Duration.ofDays(36_500)) > 0) {
                throw new IllegalArgumentException("The delay must be from a second to 36,500 days, was " + delay
                        + "; without a delay the worker would" + " take the job again at once");
            }
            if (times < 1) {
                throw new IllegalArgumentException("A job can be put back once or more often, was " + times);
            }
        }
    }

    /**
     * The name under which the policies of a job of ActiveJob are kept, which is that of no other job.
     *
     * @param jobClass its {@code job_class}
     * @return the name
     */
    public static String policyName(String jobClass) {
        return "ActiveJob " + jobClass;
    }
}
