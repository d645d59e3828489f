package io.resque.launcher;

import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * A signal to the whole process group, by a terminal or a supervisor, is the worker's to act on: as in Ruby and PHP a
 * child goes on with its job until its worker ends it.
 */
final class ChildSignals implements SignalHandler {
    private ChildSignals() {}

    static void leaveToTheWorker() {
        ChildSignals none = new ChildSignals();
        // Not SIG_IGN, which programs that a job starts would inherit.
        Signal.handle(new Signal("HUP"), none);
        Signal.handle(new Signal("INT"), none);
        Signal.handle(new Signal("TERM"), none);
    }

    @Override
    public void handle(Signal signal) {
        // The worker decides.
    }
}
