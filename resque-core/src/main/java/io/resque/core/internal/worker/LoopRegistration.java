package io.resque.core.internal.worker;

import io.resque.api.spi.WorkerSession;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Registers one loop, and registers it anew. Used by one thread at a time. */
final class LoopRegistration {
    private final Supplier<String> ids;
    private final Function<Supplier<String>, WorkerSession> registrar;
    private final FirstRegistrations first;
    private @Nullable String wanted;

    /**
     * Registers nothing yet.
     *
     * @param ids gives one id after the other, to all loops of a worker
     * @param registrar registers under the first of some ids that is free
     * @param first counts the loops that have had a session
     */
    LoopRegistration(
            Supplier<String> ids, Function<Supplier<String>, WorkerSession> registrar, FirstRegistrations first) {
        this.ids = ids;
        this.registrar = registrar;
        this.first = first;
    }

    /** The id that the next attempt begins with. */
    String wanted() {
        if (wanted == null) {
            wanted = ids.get();
        }
        return wanted;
    }

    /** If Redis does not answer, the next attempt begins with the same id: otherwise each attempt would use up a number. */
    WorkerSession register() {
        AtomicBoolean isOccupied = new AtomicBoolean();
        WorkerSession session = registrar.apply(() -> {
            if (isOccupied.getAndSet(true)) {
                wanted = null;
            }
            return wanted();
        });
        wanted = null;
        return session;
    }

    /** To be called once, when the loop begins with its first session. */
    void tellOfTheFirst() {
        first.one();
    }

    /** To be called instead if the loop was without a session at the start of its worker. */
    void tellOfALateFirst() {
        first.oneLate();
    }
}
