package io.resque.core;

import io.resque.api.spi.JsonRules;
import io.resque.api.spi.WorkerRegistration;
import io.resque.api.spi.WorkerSession;
import io.resque.api.spi.WorkerSnapshot;
import io.resque.api.spi.Workers;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;

/** Finds a free id for each thread of a worker and registers it. Thread-safe. */
final class Registrar {
    private static final Logger LOG = Log.WORKER;

    /** How often to look at an id again that changes under our hands. */
    private static final int ATTEMPTS = 10;

    private static final DateTimeFormatter STARTED = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd HH:mm:ss '+0000'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final Workers workers;
    private final WorkerIds ids;
    private final QueueList queues;
    private final Liveness liveness;
    private final DeadWorkers dead;
    private final Clock clock;
    private final AtomicInteger marker = new AtomicInteger();

    Registrar(Services services, Events events, WorkerIds ids, QueueList queues) {
        this.workers = services.backend().workers();
        this.ids = ids;
        this.queues = queues;
        this.liveness = new Liveness(services, ids.attributes());
        this.dead = new DeadWorkers(services, liveness, events);
        this.clock = services.clock();
    }

    WorkerSession register() {
        while (true) {
            String id = ids.id(queues, marker.incrementAndGet());
            Optional<WorkerSession> session = tryRegister(id);
            if (session.isPresent()) {
                return session.get();
            }
        }
    }

    /** Empty if somebody lives under this id, or it does not become free: its record may be of a type nobody reads. */
    private Optional<WorkerSession> tryRegister(String id) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            WorkerSnapshot seen = workers.inspect(List.of(id)).get(0);
            if (liveness.mayLive(seen)) {
                return Optional.empty();
            }
            // Another program may have left no more of it than its session; which recovering removes.
            if (seen.record() != null || seen.ours()) {
                dead.recover(seen);
                continue;
            }
            Optional<WorkerSession> session =
                    workers.register(new WorkerRegistration(seen, STARTED.format(clock.instant()), ids.attributes()));
            if (session.isPresent()) {
                return session;
            }
        }
        LOG.warn("The id {} does not become free; the next one is taken", JsonRules.forLog(id));
        return Optional.empty();
    }
}
