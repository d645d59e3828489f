package io.resque.examples.chaos;

/** How much of its schedule the monkey has done; producers keep in step, so that there is work until the end. */
final class Progress {
    private volatile double part;

    void reached(double part) {
        this.part = part;
    }

    /** From 0 to 1. */
    double part() {
        return part;
    }
}
