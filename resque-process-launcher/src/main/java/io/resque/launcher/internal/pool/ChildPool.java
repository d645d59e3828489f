package io.resque.launcher.internal.pool;

import io.resque.launcher.internal.support.PublicNames;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The children of one worker that wait for a job. Threads of the pool start children in the background. With standby, the pool
 * keeps as many ready as jobs have run at the same time. Thread-safe.
 */
final class ChildPool {
    private static final Logger LOG = LoggerFactory.getLogger(PublicNames.JOB_EXECUTOR);

    /** So many starts may fail while a job waits for a child. */
    private static final int ATTEMPTS = 3;

    /** The pause after a start that failed. */
    private static final long REST_MILLIS = 500;

    /** A start uses all processors for a while. So it waits this long, until a short job is done. */
    private static final long REFILL_MILLIS = 20;

    private final ChildOptions options;
    private final ChildStarter starter;
    private final ScheduledThreadPoolExecutor starts;

    private final Deque<ChildProcess> ready = new ArrayDeque<>();
    private final Set<ChildProcess> busy = new HashSet<>();
    private int most;
    private int waiting;
    private int starting;
    private long failures;
    private String lastFailure = "";
    private boolean closed;

    ChildPool(ChildOptions options, ChildStarter starter) {
        this.options = options;
        this.starter = starter;
        AtomicInteger number = new AtomicInteger();
        // Starting more children at once only makes each start slower.
        int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
        this.starts = new ScheduledThreadPoolExecutor(threads, task -> {
            Thread thread = new Thread(null, task, "resque-child-start-" + number.incrementAndGet(), 0, false);
            thread.setDaemon(true);
            return thread;
        });
        starts.setKeepAliveTime(10, TimeUnit.SECONDS);
        starts.allowCoreThreadTimeOut(true);
    }

    /** Starts the first child and waits for it; then makes the class archive in the background. */
    void open() throws ChildStartException, InterruptedException {
        ChildProcess first = starter.start();
        synchronized (this) {
            ready.addLast(first);
        }
        starts.execute(this::makeArchive);
    }

    private void makeArchive() {
        try {
            starter.makeArchive();
        } catch (InterruptedException e) {
            // The pool was closed meanwhile.
        }
    }

    /**
     * Waits for a child that is ready, and takes it out of the pool; {@link #give} brings it back.
     *
     * @throws ChildStartException if several starts have failed meanwhile, or the pool is closed
     */
    synchronized ChildProcess take() throws ChildStartException, InterruptedException {
        ChildProcess child;
        waiting++;
        try {
            child = await();
        } finally {
            waiting--;
        }
        busy.add(child);
        most = Math.max(most, busy.size());
        starts.schedule(this::refillNow, REFILL_MILLIS, TimeUnit.MILLISECONDS);
        return child;
    }

    private ChildProcess await() throws ChildStartException, InterruptedException {
        long tolerated = failures + ATTEMPTS;
        long seen = failures;
        while (true) {
            if (closed) {
                throw new ChildStartException("The executor is closed");
            }
            ChildProcess child = ready.pollLast();
            if (child != null && child.isAlive()) {
                return child;
            }
            if (child != null) {
                child.end();
            } else if (failures >= tolerated) {
                throw new ChildStartException(lastFailure);
            } else if (failures > seen) {
                seen = failures;
                wait(REST_MILLIS);
            } else {
                refill();
                wait();
            }
        }
    }

    /**
     * Takes a child back after its job.
     *
     * @param goesOn whether it can run another job; otherwise it is ended
     */
    void give(ChildProcess child, boolean goesOn) {
        synchronized (this) {
            busy.remove(child);
            if (goesOn && !closed) {
                ready.addLast(child);
                notifyAll();
                return;
            }
            refill();
            if (!closed && child.list != null) {
                starts.execute(() -> learnFrom(child));
                return;
            }
        }
        child.end();
    }

    private void learnFrom(ChildProcess child) {
        try {
            starter.learnFrom(child);
            if (starter.lacksArchive()) {
                makeArchive();
            }
        } catch (InterruptedException e) {
            // The pool was closed meanwhile.
        } finally {
            child.end();
        }
    }

    private synchronized void refillNow() {
        refill();
    }

    private void refill() {
        int wanted = waiting + (options.standby() ? Math.max(most, 1) : 0);
        while (!closed && ready.size() + starting < wanted) {
            starting++;
            starts.execute(this::startOne);
        }
    }

    private void startOne() {
        ChildProcess child = null;
        String failure = "";
        try {
            child = starter.start();
        } catch (ChildStartException e) {
            failure = e.getMessage();
        } catch (InterruptedException e) {
            failure = "The executor is closed";
        } catch (RuntimeException | Error e) {
            failure = "No child process can be started: " + e;
        }
        boolean late;
        synchronized (this) {
            starting--;
            late = closed;
            if (child == null) {
                failures++;
                lastFailure = failure;
            } else if (!late) {
                // Children that have run jobs already are taken first.
                ready.addFirst(child);
            }
            notifyAll();
        }
        if (late && child != null) {
            child.end();
        } else if (!late && child == null) {
            LOG.warn("{}", failure);
        } else if (!late && starter.lacksArchive()) {
            makeArchive();
        }
    }

    /** Ends all children and waits for their ends, each for two seconds at most. */
    void close() {
        List<ChildProcess> children;
        synchronized (this) {
            closed = true;
            children = new ArrayList<>(ready);
            children.addAll(busy);
            ready.clear();
            notifyAll();
        }
        starts.shutdownNow();
        children.forEach(ChildProcess::end);
        try {
            starts.awaitTermination(2, TimeUnit.SECONDS);
            for (ChildProcess child : children) {
                child.process.waitFor(2, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
