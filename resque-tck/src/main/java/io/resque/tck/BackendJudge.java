package io.resque.tck;

import io.resque.api.spi.FailureList;
import io.resque.api.spi.Payload;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what the backend under test has written under a namespace, without using that backend. */
interface BackendJudge extends AutoCloseable {
    /** All data, to compare with the data of another moment; empty if nothing was written. */
    Map<String, Object> everything();

    List<Payload> queue(String queue);

    /** The announced queues. */
    Set<String> queues();

    List<Payload> failures(FailureList list);

    /** The announced failure lists, by the names that Ruby gives them. */
    Set<String> failureLists();

    /** The value of a counter; 0 if it does not exist. */
    long counter(String name);

    /** The worker's record; null if there is none. */
    @Nullable
    Payload record(String worker);

    @Nullable
    String heartbeat(String worker);

    /** The code of a status; null if there is none. */
    @Nullable
    Integer status(String token);

    /** The backend's clock, to the second. */
    Instant now();

    /** Removes a worker with its job, as a recovery by another process does. */
    void removeWorker(String worker);

    /** Removes all data that the test has left. */
    @Override
    void close();
}
