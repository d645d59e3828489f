package io.resque.core.internal.status;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongSupplier;

/** A clock and a timer that go on when they are told to. */
final class ManualTime implements LongSupplier, LateStatuses.Timer {
    private record Task(long at, Runnable what) {}

    private final List<Task> tasks = new ArrayList<>();
    private long now;
    private boolean closed;

    @Override
    public synchronized long getAsLong() {
        return now;
    }

    @Override
    public synchronized void in(Duration time, Runnable task) {
        tasks.add(new Task(now + time.toNanos(), task));
    }

    @Override
    public synchronized void close() {
        closed = true;
        tasks.clear();
    }

    synchronized int tasks() {
        return tasks.size();
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /** Runs what is due on the way. */
    void goOn(Duration time) {
        long until = getAsLong() + time.toNanos();
        while (true) {
            Task next;
            synchronized (this) {
                next = tasks.stream()
                        .min(Comparator.comparing(Task::at))
                        .filter(task -> task.at <= until)
                        .orElse(null);
                now = next == null ? until : Math.max(now, next.at);
                tasks.remove(next);
            }
            if (next == null) {
                return;
            }
            next.what.run();
        }
    }
}
