package io.resque.core;

import io.resque.api.RunTimes;
import io.resque.core.internal.history.HistoryBook;
import io.resque.core.internal.history.HistoryLoop;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * The history of a Redis: counters, queues and workers of all languages over time, run times of jobs of Java workers, and marks. Processes
 * write it whose workers began with {@link ResqueBuilder#history history(true)}, or that have called {@link #start}. Samples of ten seconds are
 * kept for eight hours, samples of a hundred seconds for eight days, run times for eight hours and marks for nine days. Thread-safe.
 */
public final class History {
    private final HistoryBook book;
    private final HistoryLoop loop;

    History(HistoryBook book, HistoryLoop loop) {
        this.book = book;
        this.loop = loop;
    }

    /**
     * Writes history in this process until its {@link Resque} is closed, also without a worker. Of all processes that do so, one at a time writes
     * the samples. Does nothing if this process writes history already, or its {@link Resque} is closed.
     */
    public void start() {
        loop.start();
    }

    /**
     * Reads the samples of the last time. Up to an hour, there is one for every ten seconds.
     *
     * @param time from a minute to eight days
     * @return at most 400 samples; none if no process has written history
     * @throws IllegalArgumentException if the time is shorter or longer
     * @throws io.resque.api.BackendException if Redis did not answer
     */
    public HistoryPeriod last(Duration time) {
        HistoryBook.Read read = book.last(checked(time));
        return new HistoryPeriod(read.from(), read.to(), read.step(), read.samples(), read.marks());
    }

    /**
     * Reads the run times of jobs that ended in the last time, in Java workers that write history.
     *
     * @param time from a minute to eight days; run times are kept for eight hours
     * @return by class; classes whose jobs took the longest together come first, and all classes that were too many last, under an empty name
     * @throws IllegalArgumentException if the time is shorter or longer
     * @throws io.resque.api.BackendException if Redis did not answer
     */
    public List<RunTimes> runTimes(Duration time) {
        return book.times(checked(time));
    }

    /**
     * Marks this moment, such as a deploy. Of each day in UTC, the 100 newest marks are kept.
     *
     * @param text one line of at most 200 characters
     * @throws IllegalArgumentException if it is blank, longer, or more than a line; nothing was written
     * @throws io.resque.api.BackendException if Redis did not answer
     */
    public void mark(String text) {
        book.mark(Objects.requireNonNull(text, "text"));
    }

    private static Duration checked(Duration time) {
        if (time.compareTo(HistoryBook.SHORTEST) < 0 || time.compareTo(HistoryBook.LONGEST) > 0) {
            throw new IllegalArgumentException("The time must be from 1 minute to 8 days, was " + time);
        }
        return time;
    }
}
