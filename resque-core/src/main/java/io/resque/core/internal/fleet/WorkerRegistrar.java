package io.resque.core.internal.fleet;

import io.resque.api.spi.JsonRules;
import io.resque.api.spi.WorkerRegistration;
import io.resque.api.spi.WorkerSession;
import io.resque.api.spi.WorkerSnapshot;
import io.resque.api.spi.Workers;
import io.resque.core.internal.support.ListenerChain;
import io.resque.core.internal.support.Log;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;

/** Finds a free id for each loop of a worker and registers it. Thread-safe. */
public final class WorkerRegistrar {
    private static final Logger LOG = Log.WORKER;

    /** How often to look at an id again that changes at the same time. */
    private static final int ATTEMPTS = 10;

    private static final DateTimeFormatter STARTED = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd HH:mm:ss '+0000'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final Workers workers;
    private final Supplier<Liveness> liveness;
    private final WorkerRecovery recovery;
    private final Clock clock;

    /**
     * For workers of one backend.
     *
     * @param liveness as seen from this process at that moment
     */
    public WorkerRegistrar(Workers workers, Supplier<Liveness> liveness, WorkerRecovery recovery, Clock clock) {
        this.workers = workers;
        this.liveness = liveness;
        this.recovery = recovery;
        this.clock = clock;
    }

    /**
     * Registers one loop.
     *
     * @param ids gives one id after the other
     * @param attributes what tells of the process of the worker
     * @param listeners hear of the job that an earlier worker of the id has not ended
     */
    public WorkerSession register(Supplier<String> ids, Map<String, String> attributes, ListenerChain listeners) {
        Liveness now = liveness.get();
        while (true) {
            Optional<WorkerSession> session = tryRegister(now, ids.get(), attributes, listeners);
            if (session.isPresent()) {
                return session.get();
            }
        }
    }

    /** Empty if a worker lives under this id, or the id does not become free: its record may be of a type that cannot be read. */
    private Optional<WorkerSession> tryRegister(
            Liveness now, String id, Map<String, String> attributes, ListenerChain listeners) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            WorkerSnapshot seen = workers.inspect(List.of(id)).get(0);
            if (now.mayLive(seen)) {
                return Optional.empty();
            }
            // Another program may have left only its session; recovering the worker removes it.
            if (seen.record() != null || seen.ours()) {
                recovery.recover(seen, listeners);
                continue;
            }
            Optional<WorkerSession> session =
                    workers.register(new WorkerRegistration(seen, STARTED.format(clock.instant()), attributes));
            if (session.isPresent()) {
                return session;
            }
        }
        LOG.warn("The id {} does not become free; the next one is taken", JsonRules.forLog(id));
        return Optional.empty();
    }
}
