package io.resque.backend.memory;

import io.resque.api.JobIdTakenException;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Push;
import io.resque.api.spi.Queues;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

final class MemoryQueues implements Queues {
    private final MemoryOpening opening;

    MemoryQueues(MemoryOpening opening) {
        this.opening = opening;
    }

    @Override
    public void push(Push push) {
        opening.change(namespace -> {
            if (push.onlyNew()) {
                push.statuses().forEach(status -> refuseIfTaken(namespace, status.token()));
            }
            push.statuses().forEach(namespace.statuses::write);
            namespace.append(push.queue(), push.payloads());
            return null;
        });
    }

    static void refuseIfTaken(Namespace namespace, String token) {
        if (namespace.statuses.find(token) != null) {
            throw new JobIdTakenException("There is a status under " + token + " already; nothing was written");
        }
    }

    @Override
    public Set<String> names() {
        return opening.call(namespace -> new HashSet<>(namespace.announced));
    }

    @Override
    public long size(String queue) {
        return opening.call(namespace -> (long) namespace.queue(queue).size());
    }

    @Override
    public Map<String, Long> sizes() {
        return opening.call(namespace -> {
            Map<String, Long> sizes = new LinkedHashMap<>();
            namespace.announced.forEach(
                    name -> sizes.put(name, (long) namespace.queue(name).size()));
            return sizes;
        });
    }

    @Override
    public List<Payload> range(String queue, long start, long count) {
        return opening.call(namespace -> range(namespace.queue(queue), start, count));
    }

    static List<Payload> range(Collection<Payload> list, long start, long count) {
        if (start < 0 || count < 0) {
            throw new IllegalArgumentException("start and count must not be negative, were " + start + ", " + count);
        }
        return list.stream().skip(start).limit(count).toList();
    }

    @Override
    public List<Long> removeAll(String queue, List<Payload> payloads) {
        return opening.call(namespace -> {
            Deque<Payload> jobs = namespace.queue(queue);
            List<Long> removed = new ArrayList<>();
            for (Payload payload : payloads) {
                long before = jobs.size();
                jobs.removeIf(payload::equals);
                removed.add(before - jobs.size());
                if (jobs.size() < before) {
                    namespace.locks.release(List.of(payload));
                }
            }
            return removed;
        });
    }

    @Override
    public int removeOne(String queue, Payload payload) {
        return opening.call(namespace -> {
            Deque<Payload> jobs = namespace.queue(queue);
            int before = Math.min(2, Collections.frequency(jobs, payload));
            if (before > 0) {
                jobs.removeFirstOccurrence(payload);
            }
            if (before == 1) {
                namespace.locks.release(List.of(payload));
            }
            return before;
        });
    }

    @Override
    public List<Payload> take(String queue, int count) {
        if (count < 0) {
            throw new IllegalArgumentException("count must not be negative, was " + count);
        }
        return opening.call(namespace -> {
            Deque<Payload> jobs = namespace.queue(queue);
            List<Payload> taken = new ArrayList<>();
            while (taken.size() < count && !jobs.isEmpty()) {
                taken.add(jobs.removeFirst());
            }
            namespace.locks.release(taken);
            return taken;
        });
    }

    @Override
    public long remove(String queue) {
        return opening.change(namespace -> namespace.removeQueue(queue));
    }

    @Override
    public boolean pause(String queue) {
        return opening.call(namespace -> namespace.pausedQueues.add(queue));
    }

    @Override
    public boolean resume(String queue) {
        return opening.change(namespace -> namespace.pausedQueues.remove(queue));
    }

    @Override
    public Set<String> paused() {
        return opening.call(namespace -> new HashSet<>(namespace.pausedQueues));
    }
}
