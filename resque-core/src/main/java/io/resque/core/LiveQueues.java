package io.resque.core;

import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Queues;
import io.resque.api.spi.Subscription;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * The queues that a worker's list stands for at this moment. A list with patterns is read against the queues there are
 * once in a second, by the first thread of the worker that comes by.
 */
final class LiveQueues {
    /** Takes no job, but tells of one that is held. */
    static final Subscription NOTHING = new Subscription(List.of(), "", "");

    private static final Duration LOOK = Duration.ofSeconds(1);

    private final QueueList list;
    private final boolean dynamic;
    private final Queues queues;
    private final JobSerializer serializer;
    private volatile Subscription current;
    private volatile long looked;
    private Set<String> names = Set.of();

    LiveQueues(QueueList list, Queues queues, JobSerializer serializer) {
        this.list = list;
        this.dynamic = list.isDynamic();
        this.queues = queues;
        this.serializer = serializer;
        this.looked = System.nanoTime() - LOOK.toNanos();
        this.current = dynamic ? NOTHING : list.subscription(serializer);
    }

    /**
     * The queues to take from. The same object while they do not change.
     *
     * @throws io.resque.api.BackendException if it was time to look and Redis did not answer
     */
    Subscription current() {
        if (dynamic && isOld()) {
            look();
        }
        return current;
    }

    private boolean isOld() {
        return System.nanoTime() - looked >= LOOK.toNanos();
    }

    private synchronized void look() {
        if (!isOld()) {
            return; // another thread has looked meanwhile
        }
        Set<String> now = list.among(queues.names());
        if (!List.copyOf(now).equals(List.copyOf(names))) {
            names = now;
            current = now.isEmpty() ? NOTHING : QueueList.subscription(serializer, now);
        }
        looked = System.nanoTime();
    }

    /** How long to wait for a job before the queues are to be looked at again. */
    Duration wait(Duration longest) {
        return dynamic ? LOOK : longest;
    }
}
