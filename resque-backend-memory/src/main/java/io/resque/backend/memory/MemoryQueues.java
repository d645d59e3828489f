package io.resque.backend.memory;

import io.resque.api.JobIdTakenException;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Push;
import io.resque.api.spi.Queues;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

final class MemoryQueues implements Queues {
    private final MemoryBackend backend;

    MemoryQueues(MemoryBackend backend) {
        this.backend = backend;
    }

    @Override
    public void push(Push push) {
        backend.change(space -> {
            if (push.onlyNew()) {
                push.statuses().forEach(status -> refuseOneThatIsThere(space, status.token()));
            }
            push.statuses().forEach(space.statuses::write);
            space.append(push.queue(), push.payloads());
            return null;
        });
    }

    private static void refuseOneThatIsThere(Space space, String token) {
        if (space.statuses.find(token) != null) {
            throw new JobIdTakenException("There is a status under " + token + " already; nothing was written");
        }
    }

    @Override
    public Set<String> names() {
        return backend.call(space -> new HashSet<>(space.announced));
    }

    @Override
    public long size(String queue) {
        return backend.call(space -> (long) space.queue(queue).size());
    }

    @Override
    public Map<String, Long> sizes() {
        return backend.call(space -> {
            Map<String, Long> sizes = new LinkedHashMap<>();
            space.announced.forEach(
                    name -> sizes.put(name, (long) space.queue(name).size()));
            return sizes;
        });
    }

    @Override
    public List<Payload> range(String queue, long start, long count) {
        return backend.call(space -> range(space.queue(queue), start, count));
    }

    static List<Payload> range(Collection<Payload> list, long start, long count) {
        if (start < 0 || count < 0) {
            throw new IllegalArgumentException("start and count must not be negative, were " + start + ", " + count);
        }
        return list.stream().skip(start).limit(count).toList();
    }

    @Override
    public List<Long> removeAll(String queue, List<Payload> payloads) {
        return backend.call(space -> {
            Deque<Payload> jobs = space.queue(queue);
            List<Long> removed = new ArrayList<>();
            for (Payload payload : payloads) {
                long before = jobs.size();
                jobs.removeIf(payload::equals);
                removed.add(before - jobs.size());
            }
            return removed;
        });
    }

    @Override
    public List<Payload> take(String queue, int count) {
        if (count < 0) {
            throw new IllegalArgumentException("count must not be negative, was " + count);
        }
        return backend.call(space -> {
            Deque<Payload> jobs = space.queue(queue);
            List<Payload> taken = new ArrayList<>();
            while (taken.size() < count && !jobs.isEmpty()) {
                taken.add(jobs.removeFirst());
            }
            return taken;
        });
    }

    @Override
    public long remove(String queue) {
        return backend.change(space -> space.removeQueue(queue));
    }
}
