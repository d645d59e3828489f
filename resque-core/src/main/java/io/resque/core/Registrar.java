package io.resque.core;

import io.resque.api.JobState;
import io.resque.api.spi.FailureEntry;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Recovery;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.StatusChange;
import io.resque.api.spi.WorkerRegistration;
import io.resque.api.spi.WorkerSession;
import io.resque.api.spi.WorkerSnapshot;
import io.resque.api.spi.Workers;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds a free id for each thread of a worker and registers it. Thread-safe. */
final class Registrar {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    /** After so long without a heartbeat every Resque takes a worker for dead. */
    static final Duration DEAD_AFTER = Duration.ofSeconds(300);

    /** How often to look at an id again that changes under our hands. */
    private static final int ATTEMPTS = 10;

    private static final DateTimeFormatter STARTED = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd HH:mm:ss '+0000'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final Workers workers;
    private final WorkerIds ids;
    private final QueueList queues;
    private final FailureLog failures;
    private final JobReader reader;
    private final Statuses statuses;
    private final Clock clock;
    private final AtomicInteger marker = new AtomicInteger();

    Registrar(Services services, WorkerIds ids, QueueList queues) {
        this.workers = services.backend().workers();
        this.ids = ids;
        this.queues = queues;
        this.failures = services.failures();
        this.reader = new JobReader(services.serializer());
        this.statuses = new Statuses(services);
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
            if (mayLive(seen)) {
                return Optional.empty();
            }
            Payload record = seen.record();
            if (record != null) {
                failJobOf(seen, record);
                continue;
            }
            Optional<WorkerSession> session =
                    workers.register(new WorkerRegistration(seen, STARTED.format(clock.instant()), ids.attributes()));
            if (session.isPresent()) {
                return session;
            }
        }
        LOG.warn("The id {} does not become free; the next one is taken", id);
        return Optional.empty();
    }

    /** An id that is registered without a heartbeat is a PHP worker's, which writes none: nobody can say it is dead. */
    private static boolean mayLive(WorkerSnapshot seen) {
        if (seen.heartbeat() == null) {
            return seen.registered();
        }
        return seen.heartbeatAt()
                .map(beat -> Duration.between(beat, seen.readAt()).compareTo(DEAD_AFTER) <= 0)
                .orElse(false);
    }

    /** A job under an id that nobody lives under is one that its worker did not live to end. */
    private void failJobOf(WorkerSnapshot dead, Payload record) {
        ReservedJob held = dead.held();
        Payload payload = held != null ? held.payload() : reader.payloadOfRecord(record);
        String queue = held != null ? held.queue() : reader.queueOfRecord(record);
        JobOutcome.Failed failure = new JobOutcome.Failed(
                "Resque::PruneDeadWorkerDirtyExit",
                "Worker " + dead.id() + " did not gracefully exit while processing " + reader.className(payload),
                List.of());
        List<FailureEntry> entries = failures.entries(payload, dead.id(), queue, failure);
        StatusChange failed = statuses.ended(reader.token(payload), JobState.FAILED, null);
        Recovery.Outcome outcome = workers.recover(new Recovery(dead, entries, statuses.riding(failed), null));
        if (outcome == Recovery.Outcome.FAILED) {
            statuses.afterwards(failed);
            failures.recorded(entries);
        }
        LOG.warn("The id {} was that of a dead worker; its job: {}", dead.id(), outcome);
    }
}
