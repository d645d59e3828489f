package io.resque.examples;

import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.FailureList;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Push;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.WorkerSnapshot;
import io.resque.backend.memory.MemoryBackendProvider;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the memory backend, through a second backend with the same URL. */
final class MemoryView implements DemoView {
    private static final int MANY = 100;

    private final QueueBackend memory;

    MemoryView(String url, String namespace) {
        memory = new MemoryBackendProvider().open(new BackendConfig(url, namespace));
    }

    @Override
    public Map<String, Object> everything() {
        Map<String, Object> all = new LinkedHashMap<>();
        memory.queues()
                .names()
                .forEach(name -> all.put("queue " + name, texts(memory.queues().range(name, 0, MANY))));
        all.put("failures", texts(memory.failures().range(FailureList.COMMON, 0, MANY)));
        all.put("processed", processed());
        all.put("workers", memory.workers().ids());
        return all;
    }

    private static List<String> texts(List<Payload> payloads) {
        return payloads.stream().map(Payload::text).toList();
    }

    @Override
    public void push(String queue, String payload) {
        memory.queues().push(new Push(queue, List.of(Payload.ofText(payload)), List.of()));
    }

    @Override
    public String record(String worker) {
        WorkerSnapshot seen = memory.workers().inspect(List.of(worker)).get(0);
        return seen.record() == null ? "none" : seen.record().text();
    }

    @Override
    public long processed() {
        return memory.statistics().get("processed");
    }

    /** The data is gone once the last backend with this URL is closed. */
    @Override
    public void close() {
        memory.close();
    }
}
