package io.resque.api.spi;

import io.resque.api.HistoryMark;
import io.resque.api.RunTimes;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;

/**
 * The port to the history: samples of what was there, run times of jobs, and marks. All of it is removed after a while, so it needs a bounded
 * amount of memory. Thread-safe.
 */
public interface HistoryStore {
    /** So many classes of jobs are kept for each minute. The run times of all others are kept together. */
    int MOST_CLASSES = 200;

    /** So many marks are kept for each day, the newest. */
    int MOST_MARKS = 100;

    /** How far apart samples are, and how long they are kept. */
    enum Grain {
        /** A sample for every ten seconds, for eight hours. */
        FINE(10, Duration.ofHours(8)),
        /** A sample for every hundred seconds, for eight days. */
        COARSE(100, Duration.ofDays(8));

        private final int seconds;
        private final Duration kept;

        Grain(int seconds, Duration kept) {
            this.seconds = seconds;
            this.kept = kept;
        }

        /**
         * How far apart samples are.
         *
         * @return in seconds
         */
        public int seconds() {
            return seconds;
        }

        /**
         * How long a sample is kept at least. It is removed at most six samples later.
         *
         * @return the time
         */
        public Duration kept() {
            return kept;
        }

        /**
         * The second of the sample that belongs to a second.
         *
         * @param second since the epoch
         * @return the same second, or the nearest one before it that has a sample
         */
        public long sampled(long second) {
            return Math.floorDiv(second, seconds) * seconds;
        }

        /**
         * Refuses a second that has no sample.
         *
         * @param second since the epoch
         * @throws IllegalArgumentException if samples of this grain have no such second
         */
        public void requireSampled(long second) {
            if (sampled(second) != second) {
                throw new IllegalArgumentException(
                        "Samples stand at multiples of " + seconds + " seconds, not at " + second);
            }
        }
    }

    /**
     * The time of the backend, which is the same for all processes.
     *
     * @return in seconds since the epoch
     */
    long second();

    /**
     * Takes the lease of the process that writes samples in the name of all, or renews it. The lease only saves work: two processes that
     * write the same sample leave one.
     *
     * @param holder the name of the process, which no other one has
     * @param lease how long the lease lasts without being renewed; at least a second
     * @return false if another process has it
     */
    boolean lead(String holder, Duration lease);

    /**
     * Gives the lease back, if this process has it.
     *
     * @param holder as for {@link #lead}
     */
    void leave(String holder);

    /**
     * Counts the workers that hold a job, in whatever language they are.
     *
     * @param workers ids of workers
     * @return how many of them have a record of a job
     */
    long working(Collection<String> workers);

    /**
     * Writes a sample in the place of the one of the same second, if there is one. Its time to be kept begins anew.
     *
     * @param grain which samples it belongs to
     * @param second since the epoch, as {@link Grain#sampled} gives it
     * @param sample the sample
     * @throws IllegalArgumentException if samples of this grain have no such second
     */
    void write(Grain grain, long second, Payload sample);

    /**
     * Reads samples.
     *
     * @param grain which
     * @param seconds their seconds
     * @return those of them that are there, by their seconds
     */
    SortedMap<Long, Payload> samples(Grain grain, Collection<Long> seconds);

    /**
     * Adds run times to those of the minute, which all processes write. Kept for eight hours. If a minute has {@link #MOST_CLASSES} classes,
     * the times of a further class are added to those without a class. If the call fails, they may have been added.
     *
     * @param second since the epoch
     * @param times the times by class; an empty class stands for all that have none
     */
    void addTimes(long second, List<RunTimes> times);

    /**
     * Reads run times of the minutes from the one of a second to the one of another.
     *
     * @param from since the epoch
     * @param to since the epoch
     * @return the sums by class, in no order
     */
    List<RunTimes> times(long from, long to);

    /**
     * Adds a mark. Kept for nine days.
     *
     * @param second since the epoch; the mark belongs to its day in UTC
     * @param text one line
     */
    void mark(long second, String text);

    /**
     * Reads marks.
     *
     * @param from the first second
     * @param to the last second
     * @return the marks of these seconds, the oldest first
     */
    List<HistoryMark> marks(long from, long to);
}
