package io.resque.backend.memory;

import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** One memory with its namespaces. One lock guards all of it, so each call is seen whole or not at all. */
final class Memory {
    private static final Map<String, Memory> SHARED = new HashMap<>();

    final ReentrantLock lock = new ReentrantLock();

    /** A waiter may have something to do: a job came, all are paused or not, a worker or an opening went. */
    final Condition changed = lock.newCondition();

    final Clock clock;
    final String name;
    private final Map<String, Space> spaces = new HashMap<>();
    private int openings;

    private Memory(String name, Clock clock) {
        this.name = name;
        this.clock = clock;
    }

    /** A new one, or, for a name, the one that is open under it; to be released as often. */
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

    Space space(String namespace) {
        lock.lock();
        try {
            return spaces.computeIfAbsent(namespace, absent -> new Space(clock));
        } finally {
            lock.unlock();
        }
    }
}
