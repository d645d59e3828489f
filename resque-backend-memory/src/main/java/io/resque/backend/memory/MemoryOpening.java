package io.resque.backend.memory;

import io.resque.api.BackendException;
import io.resque.api.spi.WireTimes;
import java.time.Duration;
import java.util.function.Function;

/** One opening of a memory, under one namespace. Thread-safe: each call holds the memory's lock from its begin to its end. */
final class MemoryOpening {
    private final Memory memory;
    private final Namespace namespace;
    private boolean closed;

    MemoryOpening(Memory memory, String namespace) {
        this.memory = memory;
        this.namespace = memory.namespace(namespace);
    }

    /** Runs a call. No other call sees or changes anything meanwhile. */
    <T> T call(Function<Namespace, T> work) {
        memory.lock.lock();
        try {
            return work.apply(opened());
        } finally {
            memory.lock.unlock();
        }
    }

    /** As {@link #call}, for a change that waiting workers must see. */
    <T> T change(Function<Namespace, T> work) {
        return call(where -> {
            T answer = work.apply(where);
            memory.changed.signalAll();
            return answer;
        });
    }

    /** Puts the clock of the memory forward, also for all other openings. */
    void advance(Duration by) {
        change(where -> {
            memory.clock.advance(by);
            return by;
        });
    }

    /** Looks for an answer, and again after each change, until there is one or the time is over. */
    <T> T await(Duration timeout, T none, Function<Namespace, T> look) throws InterruptedException {
        memory.lock.lock();
        try {
            long left = timeout.compareTo(WireTimes.LONGEST) > 0 ? WireTimes.LONGEST.toNanos() : timeout.toNanos();
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

    private Namespace opened() {
        if (closed) {
            throw new BackendException("The backend " + endpoint()
                    + " has been closed, as Resque.close does it; open another by Resque.connect or"
                    + " Resque.builder()");
        }
        return namespace;
    }

    String endpoint() {
        return "memory:" + memory.name;
    }

    /** Closing again does nothing. */
    void close() {
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
