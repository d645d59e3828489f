package com.example.shelf;

import io.resque.api.spi.Payload;
import io.resque.api.spi.Push;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.Queues;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

final class ShelfQueues implements Queues {
    private final Shelf shelf;
    private final QueueBackend backend;

    ShelfQueues(Shelf shelf, QueueBackend backend) {
        this.shelf = shelf;
        this.backend = backend;
    }

    @Override
    public void push(Push push) {
        shelf.call(data -> {
            push.statuses().forEach(change -> backend.statuses().write(change)); // throws: that role is not written yet
            data.queues.computeIfAbsent(push.queue(), any -> new ArrayList<>()).addAll(push.payloads());
            return push;
        });
    }

    @Override
    public Set<String> names() {
        return shelf.call(data -> Set.copyOf(data.queues.keySet()));
    }

    @Override
    public long size(String queue) {
        return shelf.call(data -> (long) payloads(data, queue).size());
    }

    private static List<Payload> payloads(Shelf.Data data, String queue) {
        return data.queues.getOrDefault(queue, new ArrayList<>());
    }

    @Override
    public Map<String, Long> sizes() {
        return shelf.call(data -> {
            Map<String, Long> sizes = new LinkedHashMap<>();
            data.queues.forEach((name, payloads) -> sizes.put(name, (long) payloads.size()));
            return sizes;
        });
    }

    @Override
    public List<Payload> range(String queue, long start, long count) {
        requireNotNegative(start);
        requireNotNegative(count);
        return shelf.call(
                data -> payloads(data, queue).stream().skip(start).limit(count).toList());
    }

    @Override
    public List<Long> removeAll(String queue, List<Payload> payloads) {
        return shelf.call(data -> payloads.stream()
                .map(payload -> {
                    long before = payloads(data, queue).size();
                    payloads(data, queue).removeIf(payload::equals);
                    return before - payloads(data, queue).size();
                })
                .toList());
    }

    @Override
    public int removeOne(String queue, Payload payload) {
        return shelf.call(data -> {
            List<Payload> jobs = payloads(data, queue);
            int before = Math.min(2, Collections.frequency(jobs, payload));
            jobs.remove(payload);
            return before;
        });
    }

    @Override
    public List<Payload> take(String queue, int count) {
        requireNotNegative(count);
        return shelf.call(data -> {
            List<Payload> jobs = payloads(data, queue);
            List<Payload> head = jobs.subList(0, Math.min(count, jobs.size()));
            List<Payload> taken = List.copyOf(head);
            head.clear();
            return taken;
        });
    }

    @Override
    public long remove(String queue) {
        return shelf.call(data -> {
            List<Payload> removed = data.queues.remove(queue);
            return removed == null ? 0L : removed.size();
        });
    }

    @Override
    public boolean pause(String queue) {
        return shelf.call(data -> data.paused.add(queue));
    }

    @Override
    public boolean resume(String queue) {
        return shelf.call(data -> data.paused.remove(queue));
    }

    @Override
    public Set<String> paused() {
        return shelf.call(data -> Set.copyOf(data.paused));
    }

    private static void requireNotNegative(long number) {
        if (number < 0) {
            throw new IllegalArgumentException("start and count must not be negative, was " + number);
        }
    }
}
