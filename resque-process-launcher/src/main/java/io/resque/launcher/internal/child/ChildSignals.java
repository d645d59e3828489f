package io.resque.launcher.internal.child;

import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Makes a child ignore HUP, INT and TERM. A terminal or a supervisor may send them to the whole process group. The worker acts on
 * them; as in Ruby and PHP its child goes on with the job until the worker ends it.
 */
final class ChildSignals implements SignalHandler {
    private ChildSignals() {}

    static void ignore() {
        ChildSignals none = new ChildSignals();
        // An empty handler and not SIG_IGN, which the programs that a job starts would inherit.
        Signal.handle(new Signal("HUP"), none);
        Signal.handle(new Signal("INT"), none);
        Signal.handle(new Signal("TERM"), none);
    }

    @Override
    public void handle(Signal signal) {
        // The worker handles it.
    }
}
