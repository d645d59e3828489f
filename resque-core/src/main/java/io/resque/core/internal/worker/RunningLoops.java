package io.resque.core.internal.worker;

import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.WireTimes;
import io.resque.core.internal.support.DaemonThreads;
import io.resque.core.internal.support.JvmExit;
import io.resque.core.internal.support.ListenerChain;
import io.resque.core.internal.support.Log;
import io.resque.core.internal.support.OwnThread;
import io.resque.core.internal.support.Throwables;
import io.resque.core.internal.support.Uninterrupted;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** The loops of a worker, or of a drain, from their start to their end. Thread-safe. */
final class RunningLoops {
    private static final Logger LOG = Log.WORKER;

    /** An interrupted job must end, and its outcome must reach Redis, within this time. */
    static final Duration GRACE = Duration.ofSeconds(2);

    /** The longest wait until a job that called {@link System#exit} is recorded and the listeners have heard of it. */
    private static final Duration LEAVING = Duration.ofSeconds(10);

    private final List<WorkerLoop> loops;
    private final JobExecutor executor;
    private final ListenerChain listeners;
    private final WorkerSignals signals;
    private final Duration stopTimeout;
    private final DaemonThreads service;
    private final Consumer<RunningLoops> whenStopped;
    private final AtomicInteger left;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicBoolean asked = new AtomicBoolean();
    private final AtomicBoolean stopped = new AtomicBoolean();

    /** The threads that run jobs or listeners of these loops now. */
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    private volatile @Nullable Thread closing;

    /**
     * For loops that have not begun.
     *
     * @param executor closed when the last loop has ended
     * @param stopTimeout how long running jobs have to end if the caller of a stop does not say it
     * @param service makes threads for work that a thread of the loops cannot do: to wait for their end, or to let a loop leave
     *     whose thread has called {@link System#exit}
     * @param whenStopped called once, when the last loop has ended
     */
    RunningLoops(
            List<WorkerLoop> loops,
            JobExecutor executor,
            ListenerChain listeners,
            WorkerSignals signals,
            Duration stopTimeout,
            DaemonThreads service,
            Consumer<RunningLoops> whenStopped) {
        this.loops = List.copyOf(loops);
        this.executor = executor;
        this.listeners = listeners;
        this.signals = signals;
        this.stopTimeout = stopTimeout;
        this.service = service;
        this.whenStopped = whenStopped;
        this.left = new AtomicInteger(loops.size());
    }

    List<WorkerLoop> loops() {
        return loops;
    }

    ListenerChain listeners() {
        return listeners;
    }

    WorkerSignals signals() {
        return signals;
    }

    Duration stopTimeout() {
        return stopTimeout;
    }

    boolean isPaused() {
        return signals.isPaused();
    }

    /** The ids of the worker at this moment, one for each loop that has registered. */
    List<String> ids() {
        return ids(loops);
    }

    static List<String> ids(List<WorkerLoop> loops) {
        return loops.stream()
                .filter(WorkerLoop::hasRegistered)
                .map(WorkerLoop::id)
                .toList();
    }

    /** The ids of all loops, registered or not, cut to the length of a line of a log. */
    String shownIds() {
        return JsonRules.forLog(loops.stream().map(WorkerLoop::id).toList().toString());
    }

    /**
     * The work of one thread: it begins with the loop that it is given, and goes on with any loop that is ready. It ends when a
     * loop has ended in it. So there are always as many threads as loops.
     */
    void serve(WorkerLoop first, ReadyLoops<WorkerLoop> ready) {
        threads.add(Thread.currentThread());
        try {
            ReadyLoops.Seat seat = new ReadyLoops.Seat();
            OwnThread thread = new OwnThread();
            WorkerLoop loop = first;
            while (!loop.turn(ready, thread)) {
                loop = ready.take(seat);
            }
        } finally {
            threads.remove(Thread.currentThread());
            oneEnded();
        }
    }

    /** Works in the calling thread until no job is left; returns how many jobs it ran. */
    long drain(OwnThread thread) {
        threads.add(Thread.currentThread());
        try {
            return loops.get(0).drain(thread);
        } finally {
            threads.remove(Thread.currentThread());
            oneEnded();
        }
    }

    /** Ends loops for which no thread could be started. */
    void leaveWithoutHavingRun(List<WorkerLoop> threadless) {
        for (WorkerLoop loop : threadless) {
            loop.leaveWithoutHavingRun();
            oneEnded();
        }
    }

    private void oneEnded() {
        if (left.decrementAndGet() > 0) {
            return;
        }
        try {
            closeExecutor();
        } finally {
            end();
        }
    }

    private void closeExecutor() {
        closing = Thread.currentThread();
        threads.add(Thread.currentThread()); // its listeners may close this worker
        try {
            try {
                executor.close();
            } catch (Throwable e) {
                Throwables.log(e, shown -> LOG.warn("The executor of {} could not be closed", shownIds(), shown));
            }
            listeners.announce("workerExit", listener -> listener.workerExit(ids()));
        } finally {
            threads.remove(Thread.currentThread());
        }
    }

    private void end() {
        if (stopped.compareAndSet(false, true)) {
            whenStopped.accept(this);
            LOG.info("Stopped {}", shownIds());
            ended.countDown();
        }
    }

    /** Whether the calling thread runs a job or a listener of these loops: it must not wait for their end. */
    boolean isOwn() {
        return threads.contains(Thread.currentThread());
    }

    boolean isRunning() {
        return ended.getCount() > 0;
    }

    /** The state of each loop, except for loops that have left after a stop. */
    List<LoopHealth> health(Instant now) {
        return loops.stream()
                .map(loop -> loop.health(now))
                .filter(Objects::nonNull)
                .toList();
    }

    boolean isAbandoned() {
        return signals.isAbandoned();
    }

    /** Asks all loops to stop, and does not wait. The log says for how many jobs a stop waits, and how long. */
    void requestStop(Duration timeout) {
        if (asked.compareAndSet(false, true)) {
            LOG.info("Stopping {}: {}", shownIds(), plan(timeout));
            if (JvmExit.hasBegun() && !isOwn()) { // the caller may be a hook
                JvmExit.apart(List.of(service.make(this::tellOfTheStop, "resque-exit")), Long.MAX_VALUE);
            } else {
                tellOfTheStop();
            }
        }
        signals.requestStop();
    }

    private void tellOfTheStop() {
        listeners.announce("shutdown", listener -> listener.shutdown(ids()));
    }

    private String plan(Duration timeout) {
        long jobs = jobs();
        if (jobs == 0) {
            return "no job runs";
        }
        String run = jobs == 1 ? "1 job runs, " : jobs + " jobs run, ";
        if (timeout.compareTo(WireTimes.LONGEST) >= 0) {
            return run + "until the end";
        }
        if (timeout.isZero() || timeout.isNegative()) {
            return run + "to be interrupted at once";
        }
        return run + "up to " + (timeout.toSeconds() > 0 ? timeout.toSeconds() + " s" : timeout.toMillis() + " ms");
    }

    private long jobs() {
        return loops.stream().filter(WorkerLoop::hasJob).count();
    }

    void inBackground(Runnable stop) {
        service.make(stop, "resque-stop").start();
    }

    /** Waits until all loops have ended, without a limit; no interrupt cuts it short. */
    void awaitEnd() {
        awaitEnd(Long.MAX_VALUE, null);
    }

    /** Waits until all loops have ended, without a limit. */
    void join() throws InterruptedException {
        ended.await();
    }

    /**
     * Waits until all loops have ended. If {@code caller} is a thread of these loops, waits until all other loops have ended. An
     * interrupt does not cut this short.
     */
    boolean awaitEnd(long nanos, @Nullable Thread caller) {
        if (Uninterrupted.await(nanos, time -> ended.await(time, TimeUnit.NANOSECONDS))) {
            return true;
        }
        return caller != null && loops.stream().allMatch(loop -> loop.isOver() || loop.isServedBy(caller));
    }

    /**
     * Lets each loop leave whose thread has called {@link System#exit}. Such a thread never returns; a stop that waited for it would
     * keep the JVM from its end. A listener can call {@code System.exit}, too, or wait for a lock that the exiting job holds. So
     * this calls listeners in other threads, and waits for these only for a limited time.
     */
    void leaveForThoseThatExit(long nanos) {
        if (!JvmExit.hasBegun()) {
            return; // a long stop of many loops must not look at the stack of each again and again
        }
        List<Thread> leaving = loops.stream()
                .filter(WorkerLoop::isServedByOneThatExits)
                .map(loop -> service.make(loop::leaveForOneThatExits, "resque-exit"))
                .toList();
        long end = System.nanoTime() + Math.min(Math.max(nanos, GRACE.toNanos()), LEAVING.toNanos());
        JvmExit.apart(leaving, end - System.nanoTime());
        if (!leaving.isEmpty() && left.addAndGet(-leaving.size()) == 0) {
            JvmExit.apart(List.of(service.make(this::closeExecutor, "resque-exit")), end - System.nanoTime());
            end();
        }
        Thread last = closing;
        if (last != null && isRunning() && JvmExit.of(last).isPresent()) {
            end();
        }
    }

    /**
     * Interrupts the running jobs, except for the job of the caller. From now on a loop that cannot reach Redis leaves without
     * removing its registration.
     */
    void abandon(@Nullable Thread caller) {
        signals.abandon();
        loops.stream().filter(loop -> !loop.isServedBy(caller)).forEach(WorkerLoop::cancel);
    }

    /** If loops have not ended although they were abandoned, logs the reason. */
    void tellWhatIsLeft() {
        if (!isRunning()) {
            return;
        }
        long jobs = jobs();
        if (jobs > 0) {
            LOG.warn("{} of {} still run; they were interrupted and did not end", jobs, ids());
        } else {
            LOG.warn("{} has not left yet: it waits for an answer from Redis; no job runs", ids());
        }
    }
}
