package io.resque.launcher.internal.process;

import java.util.Map;

/** Workers with the same queues and settings, and how many of them must run. Used by one thread. */
final class Crew {
    static final int NONE = -1;

    final int id;
    final String queues;

    /** The variables that the workers have beside those of this process. */
    final Map<String, String> variables;

    /** How many workers must run. 0: the workers that still run leave. */
    int wanted;

    /**
     * The id of the crew that replaces this one, or {@link #NONE}. Until a worker of the successor has lived for a while, the workers
     * of this crew go on, and none is added or replaced. If the successor is given up, this crew stays.
     */
    int successor = NONE;

    /** How many starts are due in a while. */
    int coming;

    /** How many workers are not started again: they could not be started, or under INTERVAL=0 found no job. */
    int out;

    /** Whether one of the workers found no job. */
    boolean foundNoJob;

    /** Whether one of the workers could not be started. */
    boolean gaveUp;

    Crew(int id, String queues, Map<String, String> variables, int wanted) {
        this.id = id;
        this.queues = queues;
        this.variables = Map.copyOf(variables);
        this.wanted = wanted;
    }

    /** Whether new workers are started for this crew. */
    boolean isCurrent() {
        return wanted > 0 && successor == NONE;
    }

    /** All workers of this crew must leave after their jobs. */
    void dismiss() {
        wanted = 0;
        successor = NONE;
    }

    /** Workers that were given up are started again. */
    void tryAgain() {
        out = 0;
        gaveUp = false;
        foundNoJob = false;
    }
}
