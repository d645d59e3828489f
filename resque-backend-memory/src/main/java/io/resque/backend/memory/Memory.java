package io.resque.backend.memory;

import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** One memory with its namespaces. One lock guards all of it, so other threads see a call as a whole or not at all. */
final class Memory {
    private static final Map<String, Memory> SHARED = new HashMap<>();

    final ReentrantLock lock = new ReentrantLock();

    /** A waiting worker may have something to do: a job, a pause or its end, the end of a worker or of an opening. */
    final Condition changed = lock.newCondition();

    final MovableClock clock;
    final String name;
    private final Map<String, Namespace> namespaces = new HashMap<>();
    private int openings;

    private Memory(String name, Clock clock) {
        this.name = name;
        this.clock = new MovableClock(clock);
    }

    /** A new memory, or the open memory of this name. Each caller must release it once. */
    static Memory open(String name, Clock clock) {
        synchronized (SHARED) {
            Memory memory = name.isEmpty()
                    ? new Memory(name, clock)
                    : SHARED.computeIfAbsent(name, absent -> new Memory(name, clock));
            memory.openings++;
            return memory;
        }
    }

    void release() {
        synchronized (SHARED) {
            openings--;
            if (openings == 0) {
                SHARED.remove(name, this);
            }
        }
    }

    Namespace namespace(String namespace) {
        lock.lock();
        try {
            return namespaces.computeIfAbsent(namespace, absent -> new Namespace(clock));
        } finally {
            lock.unlock();
        }
    }
}
