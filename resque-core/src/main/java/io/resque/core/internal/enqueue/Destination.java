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

    /** Returns once all its jobs are there. */
    void put(EnqueueBatch bulk);

    /** Begins to put its jobs there, and completes it. The caller waits for it before it gives the next but one. */
    void begin(EnqueueBatch bulk);

    /** Takes over jobs that nobody may wait for, and completes it. */
    void takeOver(EnqueueBatch bulk);

    /** Waits until all that was taken over is there, so long at most. */
    void close(Duration timeout);
}
