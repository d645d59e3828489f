package io.resque.core.internal.fleet;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.Recovery;
import io.resque.api.spi.WorkerSnapshot;
import io.resque.api.spi.Workers;
import io.resque.core.internal.failure.FiledElsewhere;
import io.resque.core.internal.support.ListenerChain;
import io.resque.core.internal.support.Log;
import io.resque.core.internal.support.Throwables;
import io.resque.core.internal.wire.WorkerPages;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;

/** Looks at all workers, and recovers those that are dead. Thread-safe. */
public final class DeadWorkers {
    private static final Logger LOG = Log.WORKER;

    private static final int TOLD = 1_000;

    private final Workers workers;
    private final Supplier<Liveness> liveness;
    private final WorkerRecovery recovery;
    private final Supplier<ListenerChain> listeners;

    /** Problems of which the log has told. */
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    /**
     * For workers of one backend.
     *
     * @param liveness as seen from this process at that moment
     * @param listeners hear of jobs that become failures; as they are at that moment
     */
    public DeadWorkers(
            Workers workers, Supplier<Liveness> liveness, WorkerRecovery recovery, Supplier<ListenerChain> listeners) {
        this.workers = workers;
        this.liveness = liveness;
        this.recovery = recovery;
        this.listeners = listeners;
    }

    /**
     * The result of one look at all workers.
     *
     * @param recovered the ids of the dead workers that were recovered
     * @param elsewhere whether another library is pruning, so that dead workers were left to it for now
     */
    public record Pass(List<String> recovered, boolean elsewhere) {}

    /** Recovers all workers that are dead. */
    public Pass recover() {
        Liveness now = liveness.get();
        List<String> unwatched = new ArrayList<>();
        List<String> dead = dead(now, unwatched);
        watchOver(unwatched);
        if (dead.isEmpty()) {
            return new Pass(List.of(), false);
        }
        if (!workers.beginRecovery()) {
            return new Pass(List.of(), true);
        }
        ListenerChain hearing = listeners.get();
        FiledElsewhere filed = recovery.filed();
        List<String> recovered = new ArrayList<>();
        for (String id : dead) {
            if (tryRecover(id, now, filed, hearing) != Recovery.Outcome.CHANGED) {
                recovered.add(id);
            }
        }
        return new Pass(recovered, false);
    }

    /** If Redis refuses this (a key has another type, for example), the dead workers must be recovered all the same. */
    private void watchOver(List<String> unwatched) {
        if (unwatched.isEmpty()) {
            return;
        }
        try {
            workers.watchOver(unwatched);
        } catch (BackendUnavailableException e) {
            throw e;
        } catch (BackendException e) {
            warnOnce("Workers without a heartbeat could not be given one: " + JsonRules.forLog(e.getMessage()));
        }
    }

    /**
     * A worker that cannot be recovered (its failure list has the wrong type, for example) must not stop the recovery of the
     * others.
     */
    private Recovery.Outcome tryRecover(String id, Liveness liveness, FiledElsewhere filed, ListenerChain hearing) {
        try {
            WorkerSnapshot now = workers.inspect(List.of(id)).get(0);
            return liveness.isDead(now) ? recovery.recover(now, filed, hearing) : Recovery.Outcome.CHANGED;
        } catch (BackendUnavailableException e) {
            throw e;
        } catch (RuntimeException | OutOfMemoryError e) { // also of a user's serializer, sink or store
            String why = e instanceof BackendException ? String.valueOf(e.getMessage()) : Throwables.text(e);
            warnOnce("The dead worker " + JsonRules.forLog(id) + " could not be recovered: " + JsonRules.forLog(why));
            return Recovery.Outcome.CHANGED;
        }
    }

    /** A problem that lasts must not be in the log at every pass. */
    private void warnOnce(String sentence) {
        if (told.size() >= TOLD) {
            told.clear();
        }
        if (told.add(sentence)) {
            LOG.warn(sentence);
        }
    }

    /** The ids of all workers that are dead, which {@link #recover()} would recover. */
    public List<String> dead() {
        return dead(liveness.get(), new ArrayList<>());
    }

    /**
     * Also collects workers of this library without a heartbeat: another program has removed it, so its age will never tell of
     * their death.
     */
    private List<String> dead(Liveness now, List<String> unwatched) {
        List<String> dead = new ArrayList<>(); // without their jobs, which may be large
        WorkerPages.forEach(
                workers,
                page -> page.forEach(seen -> {
                    if (now.isDead(seen)) {
                        dead.add(seen.id());
                    } else if (seen.ours() && seen.heartbeat() == null) {
                        unwatched.add(seen.id());
                    }
                }));
        return dead;
    }
}
