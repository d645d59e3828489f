package io.resque.core.internal.worker;

import io.resque.core.internal.support.ListenerChain;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The workers and drains of one {@code Resque}, and the listeners of its workers. Thread-safe. */
public final class RunningWorkers {
    private final ListenerChain listeners;
    private final Set<RunningLoops> working = ConcurrentHashMap.newKeySet();
    /** The listeners of workers, from before they register: a recovery may begin as soon as one has. */
    private final Set<ListenerChain> listening = ConcurrentHashMap.newKeySet();

    /** Workers that ended though they were not stopped. */
    private final Set<RunningLoops> died = ConcurrentHashMap.newKeySet();

    private volatile boolean closed;

    /** With the listeners of all workers. */
    public RunningWorkers(ListenerChain listeners) {
        this.listeners = listeners;
    }

    /** To be called before a worker registers. */
    void listens(ListenerChain worker) {
        listening.add(worker);
    }

    /** To be called if it could not register. */
    void listensNoMore(ListenerChain worker) {
        listening.remove(worker);
    }

    /** All listeners of this moment: where jobs are in modules, only workers have any. */
    public ListenerChain listeners() {
        return listeners.with(listening);
    }

    /** To be called before it starts; if this has been closed since, it stops at once. */
    void works(RunningLoops running) {
        working.add(running);
        if (closed) {
            running.requestStop(Duration.ZERO);
            running.abandon(null); // there may be no connection any more
        }
    }

    void stopped(RunningLoops running) {
        if (!running.health(Instant.EPOCH).isEmpty()) {
            died.add(running);
        }
        working.remove(running);
        listening.remove(running.listeners());
    }

    /** A worker that starts from now on stops at once. */
    void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    Set<RunningLoops> working() {
        return working;
    }

    /** How each loop is that has not left as it was told to. */
    public List<LoopHealth> health(Instant now) {
        return Stream.concat(working.stream(), died.stream())
                .distinct()
                .flatMap(running -> running.health(now).stream())
                .toList();
    }

    /** The ids of the workers that were paused themselves. */
    public Set<String> paused() {
        return working.stream()
                .filter(RunningLoops::isPaused)
                .flatMap(running -> running.ids().stream())
                .collect(Collectors.toSet());
    }
}
