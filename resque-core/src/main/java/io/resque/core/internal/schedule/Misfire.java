package io.resque.core.internal.schedule;

/** What becomes of ticks that were missed. */
enum Misfire {
    /** The job is pushed once, however many ticks were missed. */
    FIRE_ONCE,
    /** The job is not pushed. */
    SKIP
}
