package io.resque.backend.memory;

import io.resque.api.BackendException;
import io.resque.api.spi.Failures;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.Queues;
import io.resque.api.spi.Statistics;
import io.resque.api.spi.StatusStore;
import io.resque.api.spi.Workers;
import java.time.Duration;
import java.util.function.Function;

/** One opening of a memory, under one namespace. */
final class MemoryBackend implements QueueBackend {
    /** Nobody waits longer, and a long holds its nanoseconds. */
    private static final Duration LONGEST = Duration.ofDays(365);

    private final Memory memory;
    private final Space space;
    private final Queues queues = new MemoryQueues(this);
    private final Workers workers = new MemoryWorkers(this);
    private final Failures failures = new MemoryFailures(this);
    private final Statistics statistics = new MemoryStatistics(this);
    private final StatusStore statuses = new MemoryStatusStore(this);
    private boolean closed;

    MemoryBackend(Memory memory, String namespace) {
        this.memory = memory;
        space = memory.space(namespace);
    }

    /** Runs a call: nobody else sees or changes anything meanwhile. */
    <T> T call(Function<Space, T> work) {
        memory.lock.lock();
        try {
            return work.apply(opened());
        } finally {
            memory.lock.unlock();
        }
    }

    /** As {@link #call}, for what waiting workers may want to see. */
    <T> T change(Function<Space, T> work) {
        return call(where -> {
            T answer = work.apply(where);
            memory.changed.signalAll();
            return answer;
        });
    }

    /** Looks for an answer, again after each change, until there is one or the time is over. */
    <T> T await(Duration timeout, T none, Function<Space, T> look) throws InterruptedException {
        memory.lock.lock();
        try {
            long left = timeout.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : timeout.toNanos();
            T answer = look.apply(opened());
            while (answer.equals(none) && left > 0) {
                left = memory.changed.awaitNanos(left);
                answer = look.apply(opened());
            }
            return answer;
        } finally {
            memory.lock.unlock();
        }
    }

    private Space opened() {
        if (closed) {
            throw new BackendException("The backend " + endpoint() + " is closed. Open another");
        }
        return space;
    }

    @Override
    public Queues queues() {
        return queues;
    }

    @Override
    public Workers workers() {
        return workers;
    }

    @Override
    public Failures failures() {
        return failures;
    }

    @Override
    public Statistics statistics() {
        return statistics;
    }

    @Override
    public StatusStore statuses() {
        return statuses;
    }

    @Override
    public String endpoint() {
        return "memory:" + memory.name;
    }

    @Override
    public void close() {
        memory.lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            memory.changed.signalAll();
        } finally {
            memory.lock.unlock();
        }
        memory.release();
    }
}
