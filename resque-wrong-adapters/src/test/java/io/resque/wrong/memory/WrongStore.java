package io.resque.wrong.memory;

import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.StatusChange;
import io.resque.api.spi.StatusStore;
import io.resque.api.spi.StatusStoreProvider;
import io.resque.backend.memory.MemoryBackendProvider;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A store of statuses that is not Redis, and is wrong in one way.
 *
 * @param label what is wrong
 * @param rule the rule that the kit must find broken
 * @param says what the kit's message must hold
 * @param open how it opens
 * @param change how a right store becomes this one; null if it differs in how it opens
 */
record WrongStore(
        String label,
        String rule,
        String says,
        Function<BackendConfig, StatusStore> open,
        @Nullable UnaryOperator<StatusStore> change)
        implements StatusStoreProvider {

    static WrongStore of(String label, String rule, String says, UnaryOperator<StatusStore> change) {
        return new WrongStore(label, rule, says, config -> change.apply(right(config)), change);
    }

    /** One method is wrong. */
    static WrongStore of(String label, String rule, String says, String method, Wrong.Around<StatusStore> around) {
        return of(label, rule, says, real -> Wrong.proxy(StatusStore.class, real, method, around));
    }

    /** Changes what is written. */
    static WrongStore writes(String label, String rule, String says, UnaryOperator<StatusChange> change) {
        return of(label, rule, says, "write", (store, real, args) -> real.call(change.apply((StatusChange) args[0])));
    }

    static StatusStore right(BackendConfig config) {
        QueueBackend backend = new MemoryBackendProvider().open(config);
        return Wrong.proxy(StatusStore.class, backend.statuses(), "close", (store, real, args) -> {
            backend.close();
            return null;
        });
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public int portsVersion() {
        return PORTS_VERSION;
    }

    @Override
    public StatusStore openStatuses(BackendConfig config) {
        return open.apply(config);
    }
}
