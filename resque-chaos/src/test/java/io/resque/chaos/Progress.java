package io.resque.chaos;

/**
 * The part of its schedule that the monkey has done. Producers keep in step with it, so that there are jobs until the
 * end.
 */
final class Progress {
    private volatile double part;

    void reached(double part) {
        this.part = part;
    }

    /** The part, from 0 to 1. */
    double part() {
        return part;
    }
}
