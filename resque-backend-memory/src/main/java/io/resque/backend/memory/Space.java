package io.resque.backend.memory;

import io.resque.api.spi.FailureEntry;
import io.resque.api.spi.FailureList;
import io.resque.api.spi.Payload;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What stands under one namespace. Its memory's lock guards it. */
final class Space {
    private final Map<String, Deque<Payload>> queues = new HashMap<>();
    private final Map<FailureList, List<Payload>> failures = new HashMap<>();
    private final Clock clock;

    private long numbered;

    /** Payloads that were too large for their worker. */
    final Map<String, Payload> oversize = new HashMap<>();

    final Set<String> announced = new LinkedHashSet<>();
    final Set<String> failureLists = new TreeSet<>();
    final Map<String, Registration> workers = new HashMap<>();
    final Map<String, Long> counters = new HashMap<>();
    final Statuses statuses;
    final Deaths deaths;
    boolean paused;

    Space(Clock clock) {
        this.clock = clock;
        statuses = new Statuses(clock);
        deaths = new Deaths(clock);
    }

    /** To the second, as a Redis tells it. */
    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    /** What lies beyond all time never comes. */
    static Instant after(Instant start, Duration time) {
        try {
            return start.plus(time);
        } catch (DateTimeException | ArithmeticException e) {
            return Instant.MAX;
        }
    }

    /** A queue to look at; for one that is not there an empty one that goes nowhere. */
    Deque<Payload> queue(String name) {
        return queues.getOrDefault(name, new ArrayDeque<>());
    }

    /** A queue to write to, announced. */
    Deque<Payload> announce(String name) {
        announced.add(name);
        return queues.computeIfAbsent(name, absent -> new ArrayDeque<>());
    }

    void append(String queue, Collection<Payload> payloads) {
        announce(queue).addAll(payloads);
    }

    long removeQueue(String name) {
        announced.remove(name);
        Deque<Payload> removed = queues.remove(name);
        return removed == null ? 0 : removed.size();
    }

    /** Keeps the payload, and gives what stands in for it. */
    Payload setAside(Payload payload) {
        String name = Long.toString(++numbered);
        oversize.put(name, payload);
        return Records.standIn(payload, name);
    }

    List<Payload> failures(FailureList list) {
        return failures.computeIfAbsent(list, absent -> new ArrayList<>());
    }

    void addFailures(List<FailureEntry> entries) {
        for (FailureEntry entry : entries) {
            if (entry.list().queue() != null) {
                failureLists.add(entry.list().queue());
            }
            failures(entry.list()).add(entry.record());
        }
    }

    void removeFailures(FailureList list) {
        failures.remove(list);
        if (list.queue() != null) {
            failureLists.remove(list.queue());
        }
    }

    long count(String counter, long by) {
        return counters.merge(counter, by, Long::sum);
    }

    /** Removes a worker and its counters. */
    void forget(String worker) {
        workers.remove(worker);
        counters.remove("processed:" + worker);
        counters.remove("failed:" + worker);
    }
}
