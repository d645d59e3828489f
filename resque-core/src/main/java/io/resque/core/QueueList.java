package io.resque.core;

import io.resque.api.ConfigurationException;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Subscription;
import java.util.ArrayList;
import java.util.List;

/** The queues of a worker, in order. */
final class QueueList {
    private final List<String> names;

    private QueueList(List<String> names) {
        this.names = names;
    }

    /** Blanks around a name are cut off, as Ruby does. */
    static QueueList of(String... queues) {
        List<String> names = new ArrayList<>();
        for (String queue : queues) {
            String name = queue.strip();
            String problem = ArgumentRules.queueProblem(name);
            if (problem == null && name.matches("(?s).*[*?\\[\\]{}].*|!.*")) {
                problem = "looks like a pattern; this version takes plain names only";
            }
            if (problem != null) {
                throw new ConfigurationException("The queue name \"" + name + "\" of a worker " + problem);
            }
            names.add(name);
        }
        if (names.isEmpty()) {
            throw new ConfigurationException("A worker needs a queue: resque.worker(\"default\")");
        }
        return new QueueList(List.copyOf(names));
    }

    /** As they stand in a worker id: in the given order, duplicates kept. */
    @Override
    public String toString() {
        return String.join(",", names);
    }

    /** What goes around a job in the worker's record: {@code {"queue":"high","run_at":"…","payload":…}}. */
    Subscription subscription(JobSerializer serializer) {
        List<Subscription.Source> sources = new ArrayList<>();
        for (String name : names.stream().distinct().toList()) {
            Payload json = serializer.encode(name);
            sources.add(new Subscription.Source(name, "{\"queue\":" + json.text() + ",\"run_at\":\""));
        }
        return new Subscription(sources, "\",\"payload\":", "}");
    }
}
