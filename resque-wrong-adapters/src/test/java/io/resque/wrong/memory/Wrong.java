package io.resque.wrong.memory;

import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.DelayedItems;
import io.resque.api.spi.Locks;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.QueueBackendProvider;
import io.resque.api.spi.RecurringEntries;
import io.resque.api.spi.WorkerSession;
import io.resque.backend.memory.MemoryBackendProvider;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.function.Function;

/**
 * A memory backend that is wrong in one way.
 *
 * @param name what is wrong
 * @param rule the rule that the kit must find broken
 * @param open how it opens
 * @param scheme what its URLs begin with
 */
record Wrong(String name, String rule, Function<BackendConfig, QueueBackend> open, Optional<String> scheme)
        implements QueueBackendProvider {
    private static final MemoryBackendProvider RIGHT = new MemoryBackendProvider();

    Wrong(String name, String rule, Function<BackendConfig, QueueBackend> open) {
        this(name, rule, open, RIGHT.scheme());
    }

    /** Goes on with a call. */
    @FunctionalInterface
    interface Real {
        Object call(Object... args) throws Throwable;
    }

    /** Changes a call on a backend or on one of its sessions. */
    @FunctionalInterface
    interface Around<T> {
        Object call(T on, Real real, Object... args) throws Throwable;
    }

    /** One method of the backend is wrong. */
    static Wrong backend(String name, String rule, String method, Around<QueueBackend> around) {
        return new Wrong(name, rule, config -> proxy(QueueBackend.class, RIGHT.open(config), method, around));
    }

    /** One method of one port is wrong. */
    static <T> Wrong port(
            String name, String rule, Class<T> type, String port, String method, Around<QueueBackend> around) {
        return backend(
                name,
                rule,
                port,
                (backend, real, none) -> proxy(
                        type, type.cast(real.call()), method, (on, rest, args) -> around.call(backend, rest, args)));
    }

    /** One method of the delayed items is wrong. */
    static Wrong delayed(String name, String rule, String method, Around<DelayedItems> around) {
        return backend(
                name,
                rule,
                "delayed",
                (backend, real, none) ->
                        backend.delayed().map(items -> proxy(DelayedItems.class, items, method, around)));
    }

    /** One method of the recurring entries is wrong. */
    static Wrong recurring(String name, String rule, String method, Around<RecurringEntries> around) {
        return backend(
                name,
                rule,
                "recurring",
                (backend, real, none) ->
                        backend.recurring().map(entries -> proxy(RecurringEntries.class, entries, method, around)));
    }

    /** One method of the locks is wrong. */
    static Wrong locks(String name, String rule, String method, Around<QueueBackend> around) {
        return backend(
                name,
                rule,
                "locks",
                (backend, real, none) -> backend.locks()
                        .map(locks -> proxy(
                                Locks.class, locks, method, (on, rest, args) -> around.call(backend, rest, args))));
    }

    /** Changes a call on a session. */
    @FunctionalInterface
    interface SessionAround {
        Object call(QueueBackend backend, WorkerSession session, Real real, Object... args) throws Throwable;
    }

    /** One method of the sessions is wrong. */
    static Wrong session(String name, String rule, String method, SessionAround around) {
        return new Wrong(name, rule, config -> {
            QueueBackend backend = RIGHT.open(config);
            return proxy(
                    QueueBackend.class,
                    backend,
                    "workers",
                    (on, workers, none) -> proxy(
                            io.resque.api.spi.Workers.class,
                            backend.workers(),
                            "register",
                            (ports, real, args) -> ((Optional<?>) real.call(args))
                                    .map(session -> proxy(
                                            WorkerSession.class,
                                            (WorkerSession) session,
                                            method,
                                            (held, rest, given) -> around.call(backend, held, rest, given)))));
        });
    }

    /** One method of a port is wrong. */
    static <T> T proxy(Class<T> type, T real, String method, Around<T> around) {
        Object proxy = Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, called, args) -> called.getName().equals(method)
                        ? around.call(real, rest -> invoke(called, real, rest), args == null ? new Object[0] : args)
                        : invoke(called, real, args));
        return type.cast(proxy);
    }

    private static Object invoke(Method method, Object on, Object... args) throws Throwable {
        try {
            return method.invoke(on, args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    @Override
    public int portsVersion() {
        return PORTS_VERSION;
    }

    @Override
    public QueueBackend open(BackendConfig config) {
        return open.apply(config);
    }

    @Override
    public String toString() {
        return name;
    }
}
