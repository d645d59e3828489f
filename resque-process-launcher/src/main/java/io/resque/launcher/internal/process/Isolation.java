package io.resque.launcher.internal.process;

import io.resque.api.ConfigurationException;
import io.resque.api.spi.JsonRules;
import io.resque.launcher.internal.pool.ChildOptions;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How far a job is kept apart from the next one. */
enum Isolation {
    /** Each job has a child of its own. */
    STRICT,
    /** A child runs further jobs until one has left something behind. */
    RECYCLED,
    /** Jobs run in threads of the worker. */
    THREAD;

    /**
     * What ISOLATION says, or without it the older variables: FORK_PER_JOB=false means thread, JOBS_PER_FORK above 1 means recycled.
     *
     * @throws ConfigurationException if ISOLATION is unknown or contradicts the others
     */
    static Isolation of(EnvironmentReader environment) {
        String given = environment.get("ISOLATION");
        String fork = environment.get("FORK_PER_JOB");
        boolean jobs = environment.get("JOBS_PER_FORK") != null;
        int jobsPerFork = environment.number("JOBS_PER_FORK", 1, 1, Integer.MAX_VALUE);
        boolean forks = !"false".equals(fork);
        if (given == null) {
            return !forks ? THREAD : jobsPerFork > 1 ? RECYCLED : STRICT;
        }
        Isolation isolation = named(given);
        if (fork != null && forks == (isolation == THREAD)) {
            throw contradiction(given, "FORK_PER_JOB=" + fork, !forks ? THREAD : null);
        }
        if (jobs && (jobsPerFork > 1) != (isolation == RECYCLED)) {
            throw contradiction(given, "JOBS_PER_FORK=" + jobsPerFork, jobsPerFork > 1 ? RECYCLED : STRICT);
        }
        return isolation;
    }

    private static Isolation named(String name) {
        for (Isolation each : values()) {
            if (each.toString().equals(name)) {
                return each;
            }
        }
        throw new ConfigurationException("ISOLATION is \"" + JsonRules.forLog(name) + "\"; it must be "
                + Arrays.stream(values()).map(Isolation::toString).collect(Collectors.joining(", ")));
    }

    private static ConfigurationException contradiction(String given, String other, @Nullable Isolation meant) {
        return new ConfigurationException("ISOLATION=" + given + " contradicts " + JsonRules.forLog(other)
                + ", which means " + (meant == null ? STRICT + " or " + RECYCLED : meant) + "; leave one of them out");
    }

    /** How many jobs a child runs. */
    int jobsPerFork(EnvironmentReader environment) {
        return this == RECYCLED ? environment.number("JOBS_PER_FORK", ChildOptions.RECYCLED, 2, Integer.MAX_VALUE) : 1;
    }

    /** As operators write it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
