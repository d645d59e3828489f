package io.resque.core.internal.enqueue;

import io.resque.api.spi.Payload;
import io.resque.api.spi.StatusChange;
import java.time.Duration;

/** Where jobs go that were checked and encoded. Thread-safe. */
public interface Destination {
    /** Returns once the job is there. */
    void put(String queue, Payload payload);

    /**
     * The same with the status of the job.
     *
     * @param onlyNew whether its id was chosen by the caller, so that another job may have it
     * @throws io.resque.api.JobIdTakenException if another job has it; nothing was written
     */
    void putTracked(String queue, Payload payload, StatusChange waiting, boolean onlyNew);

    /** Throws a {@link io.resque.api.ConfigurationException} if delayed jobs cannot be put there. */
    void checkDelays();

    /** Throws a {@link io.resque.api.ConfigurationException} if unique jobs cannot be put there. */
    void checkLocks();

    /** Returns once all its jobs are there; if they are delayed, once they are written. */
    void put(EnqueueBatch batch);

    /** Begins to put its jobs there, and completes it once they are. The caller waits for it soon. */
    void begin(EnqueueBatch batch);

    /** Takes over jobs that a caller has handed over, and completes it once they are there; perhaps nobody waits for it. */
    void takeOver(EnqueueBatch batch);

    /** Waits until all batches that were begun or taken over are there, for this long at most. */
    void close(Duration timeout);
}
