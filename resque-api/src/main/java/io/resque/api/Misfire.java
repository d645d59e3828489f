package io.resque.api;

/**
 * What becomes of the ticks of a recurring job that were missed: no scheduler made them within a minute, or within half the time to the
 * next tick if that is shorter.
 */
public enum Misfire {
    /** The job is put on its queue once, however many ticks were missed. */
    FIRE_ONCE,
    /** The job is not put on its queue. */
    SKIP
}
