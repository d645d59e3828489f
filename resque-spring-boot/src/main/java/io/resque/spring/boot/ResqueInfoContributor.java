package io.resque.spring.boot;

import io.resque.core.Resque;
import io.resque.core.Worker;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;

/** Tells the version, and which queues this application works, without asking Redis. */
final class ResqueInfoContributor implements InfoContributor {
    private final Optional<ResqueWorkers> workers;

    ResqueInfoContributor(Optional<ResqueWorkers> workers) {
        this.workers = workers;
    }

    @Override
    public void contribute(Info.Builder builder) {
        Map<String, Object> facts = new LinkedHashMap<>();
        @Nullable String version = Resque.class.getPackage().getImplementationVersion();
        if (version != null) {
            facts.put("version", version);
        }
        Map<String, Object> queues = new LinkedHashMap<>();
        workers.ifPresent(
                all -> all.running().forEach((String name, Worker worker) -> queues.put(name, worker.queues())));
        facts.put("workers", queues);
        builder.withDetail("resque", facts);
    }
}
