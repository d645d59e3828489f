package io.resque.core.internal.http;

import io.resque.core.internal.support.DaemonThreads;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The few threads that read requests and send replies. Java's HTTP server reads in a blocking way and sets no time limit, so a
 * client that sends a byte a minute would keep a thread. Here such a thread is interrupted, which closes the connection: soon if
 * other requests wait, a little later otherwise. Thread-safe.
 */
public final class HttpThreads implements Executor, AutoCloseable {
    private static final int THREADS = 2;

    /** While so many requests wait, further ones are refused. */
    private static final int WAITING = 128;

    private static final long LOOK_MILLIS = 100;
    private static final long WHILE_OTHERS_WAIT = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long REPLY_WHILE_OTHERS_WAIT = TimeUnit.SECONDS.toNanos(2);
    private static final long ALONE = TimeUnit.SECONDS.toNanos(5);
    private static final long KEPT_SECONDS = 10;

    final DaemonThreads factory = new DaemonThreads();
    private final ThreadPoolExecutor threads;
    private final ScheduledThreadPoolExecutor watch;
    private final Map<Thread, Turn> turns = new ConcurrentHashMap<>();

    /** What a thread does from one moment on, and what may be interrupted. */
    private static final class Turn {
        private final Thread thread = Thread.currentThread();
        private final long begun = System.nanoTime();
        private volatile boolean reads = true;
        private boolean over;

        synchronized void interrupt() {
            if (!over) {
                thread.interrupt();
            }
        }

        synchronized void end() {
            over = true;
            Thread.interrupted();
        }
    }

    public HttpThreads() {
        threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                KEPT_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING),
                task -> factory.make(task, "resque-http"));
        threads.allowCoreThreadTimeOut(true);
        watch = new ScheduledThreadPoolExecutor(1, task -> factory.make(task, "resque-http-watch"));
        watch.setKeepAliveTime(KEPT_SECONDS, TimeUnit.SECONDS);
        watch.allowCoreThreadTimeOut(true);
        watch.setRemoveOnCancelPolicy(true);
    }

    /** Throws {@link RejectedExecutionException} if too many wait, or this is closed. */
    @Override
    public void execute(Runnable task) {
        threads.execute(() -> run(task));
    }

    private void run(Runnable task) {
        Turn turn = new Turn();
        turns.put(turn.thread, turn);
        try {
            lookAt(turn);
            task.run();
        } finally {
            turns.remove(turn.thread);
            turn.end();
        }
    }

    private void lookAt(Turn turn) {
        later(LOOK_MILLIS, () -> {
            if (turns.get(turn.thread) != turn) {
                return;
            }
            long spent = System.nanoTime() - turn.begun;
            if (spent >= ALONE
                    || !threads.getQueue().isEmpty()
                            && spent >= (turn.reads ? WHILE_OTHERS_WAIT : REPLY_WHILE_OTHERS_WAIT)) {
                turn.interrupt();
            }
            lookAt(turn);
        });
    }

    /** The calling thread has read its request. */
    void hasRead() {
        Turn turn = turns.get(Thread.currentThread());
        if (turn != null) {
            turn.reads = false;
        }
    }

    /** Does something short later, unless this is closed before. */
    void later(long millis, Runnable action) {
        try {
            watch.schedule(action, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // Closed: whatever is under way has been interrupted.
        }
    }

    @Override
    public void close() {
        watch.shutdownNow();
        threads.shutdownNow();
    }
}
