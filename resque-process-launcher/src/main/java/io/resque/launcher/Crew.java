package io.resque.launcher;

import java.util.Map;

/** Workers of the same queues and settings, and how many of them must run. Used by one thread. */
final class Crew {
    final int id;
    final String queues;

    /** What they find in their environment beside what this process has. */
    final Map<String, String> variables;

    /** 0: those that still run are to leave. */
    int wanted;

    /**
     * Until a worker of the {@link #successor} has lived for a while, the workers that run go on, and none is added or replaced.
     * If the successor is given up, this crew stays.
     */
    int successor = NONE;

    /** How many are to be started in a while. */
    int coming;

    /** How many are not started again: they could not be, or under INTERVAL=0 found no job. */
    int out;

    /** Whether one of them found no job. */
    boolean foundNoJob;

    /** Whether one of them could not be started. */
    boolean gaveUp;

    static final int NONE = -1;

    Crew(int id, String queues, Map<String, String> variables, int wanted) {
        this.id = id;
        this.queues = queues;
        this.variables = Map.copyOf(variables);
        this.wanted = wanted;
    }

    /** Whether workers are started for it. */
    boolean isCurrent() {
        return wanted > 0 && successor == NONE;
    }
}
