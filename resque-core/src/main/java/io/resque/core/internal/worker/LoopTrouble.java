package io.resque.core.internal.worker;

import io.resque.core.internal.support.Backoff;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What keeps one loop from its work; after each trouble it rests, ever longer. The trouble may be asked for by any thread. */
final class LoopTrouble {
    private final WorkerSignals signals;
    private final TroubleLog all;
    private final Backoff backoff = new Backoff();
    private volatile @Nullable Throwable now;

    /** Tells of its trouble with that of the other loops of its worker. */
    LoopTrouble(WorkerSignals signals, TroubleLog all) {
        this.signals = signals;
        this.all = all;
    }

    /** What it is; null if there is none. */
    @Nullable
    Throwable now() {
        return now;
    }

    /** Rests before the loop of this id tries again. */
    void pauseAfter(String worker, Throwable trouble) {
        Duration pause = signals.bounded(backoff.next());
        now = trouble;
        all.met(this, worker, trouble, pause);
        signals.rest(pause);
    }

    /** The next rest is a short one. */
    void soften() {
        backoff.reset();
    }

    /** Returns whether there was any. */
    boolean over(String worker) {
        if (now == null) {
            return false;
        }
        now = null;
        all.over(this, worker);
        return true;
    }
}
