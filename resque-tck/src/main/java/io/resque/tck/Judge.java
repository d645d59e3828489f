package io.resque.tck;

import io.resque.api.spi.FailureList;
import io.resque.api.spi.Payload;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks from beside at what the backend under test has written under a namespace. */
interface Judge extends AutoCloseable {
    /** All there is, to be compared with what there was; empty where nothing was written. */
    Map<String, Object> everything();

    List<Payload> queue(String queue);

    /** The announced queues. */
    Set<String> queues();

    List<Payload> failures(FailureList list);

    /** The announced failure lists, by the names that Ruby gives them. */
    Set<String> failureLists();

    /** 0 if there is none. */
    long counter(String name);

    /** The record of the job that a worker holds. */
    @Nullable
    Payload record(String worker);

    @Nullable
    String heartbeat(String worker);

    /** The code of a job's state. */
    @Nullable
    Integer status(String token);

    /** The backend's clock, to the second. */
    Instant now();

    /** Removes a worker, its job with it, as a recovery by another process would. */
    void removeWorker(String worker);

    /** Removes what the test has left. */
    @Override
    void close();
}
