package io.resque.core.internal.worker;

import io.resque.api.spi.JsonRules;
import io.resque.core.internal.subscription.LiveQueues;
import io.resque.core.internal.support.Durations;
import io.resque.core.internal.support.ListenerChain;
import io.resque.core.internal.support.Log;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** A worker with threads of its own: starts, pauses and stops its loops together. Thread-safe. */
public final class WorkerGroup {
    private static final Logger LOG = Log.WORKER;

    private final RunningLoops running;
    private final WorkerSignals signals;
    private final LiveQueues queues;
    private final FirstRegistrations registrations;
    private final WorkerThreads factory;
    private final List<Thread> threads;

    /** Makes a thread for each loop, and starts none. */
    WorkerGroup(RunningLoops running, LiveQueues queues, FirstRegistrations registrations, WorkerThreads factory) {
        this.running = running;
        this.signals = running.signals();
        this.queues = queues;
        this.registrations = registrations;
        this.factory = factory;
        ReadyLoops<WorkerLoop> ready = new ReadyLoops<>(running.loops().size());
        this.threads = running.loops().stream()
                .map(loop -> factory.make(() -> running.serve(loop, ready)))
                .toList();
    }

    void start() {
        // Ruby's words, which people's rules look for; the first id stands alone behind them.
        List<String> ids = ids();
        if (!ids.isEmpty()) { // the others say so when they have registered
            LOG.info("Starting worker {}", JsonRules.forLog(String.join(" ", ids)));
        }
        int started = 0;
        try {
            factory.keepAlive(running::awaitEnd);
            for (Thread thread : threads) {
                thread.start();
                started++;
            }
        } catch (RuntimeException | Error e) { // no memory for one more thread
            running.requestStop(Duration.ZERO);
            signals.abandon();
            running.leaveWithoutHavingRun(running.loops().subList(started, threads.size()));
            throw e;
        }
    }

    public void pause() {
        if (!signals.isPaused()) {
            listeners().announce("beforePause", listener -> listener.beforePause(ids()));
            signals.pause(true);
            LOG.info("Paused {}", running.shownIds());
        }
    }

    public void resume() {
        if (signals.pause(false)) {
            listeners().announce("afterPause", listener -> listener.afterPause(ids()));
            LOG.info("Resumed {}", running.shownIds());
        }
    }

    public boolean isPaused() {
        return signals.isPaused();
    }

    public ListenerChain listeners() {
        return running.listeners();
    }

    public List<String> ids() {
        return running.ids();
    }

    /** Waits until all loops have registered; false if the time or the worker ended before. */
    public boolean awaitRegistered(Duration timeout) throws InterruptedException {
        if (registrations.await(0)) {
            return true;
        }
        if (running.isOwn() && !timeout.isZero()) {
            throw new IllegalStateException(
                    "A job or listener of this worker cannot wait until it has registered, since"
                            + " that may need its own thread; call awaitRegistered in another thread, or with zero");
        }
        return registrations.await(Durations.nanos(timeout));
    }

    public List<String> queues() {
        return queues.names();
    }

    public boolean isRunning() {
        return running.isRunning();
    }

    /** The trouble of one of its loops. */
    public Optional<Throwable> trouble() {
        return running.loops().stream()
                .map(WorkerLoop::trouble)
                .filter(Objects::nonNull)
                .findFirst();
    }

    /** Returns whether all threads have ended; at once, and false, if one of them is the caller. */
    public boolean stop(Duration timeout) {
        return stop(caller -> WorkerStop.of(List.of(running), timeout, caller), timeout);
    }

    /** The same; where an earlier stop has interrupted the jobs already, it waits for a short time only. */
    public boolean close() {
        return stop(caller -> WorkerStop.ofThoseNotAbandoned(List.of(running), caller), running.stopTimeout());
    }

    private boolean stop(Predicate<@Nullable Thread> stop, Duration timeout) {
        if (!running.isOwn()) {
            return stop.test(null);
        }
        running.requestStop(timeout);
        if (threads.size() > 1) {
            Thread caller = Thread.currentThread();
            running.inBackground(() -> stop.test(caller));
        }
        return false;
    }

    public void join() throws InterruptedException {
        if (running.isOwn()) {
            throw new IllegalStateException(
                    "A job of " + ids() + " cannot wait for the end of its own worker, which waits"
                            + " for the job; call stop, which returns at once there, and let the job end");
        }
        running.join();
    }
}
