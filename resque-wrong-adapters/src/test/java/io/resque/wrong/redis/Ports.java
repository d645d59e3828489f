package io.resque.wrong.redis;

import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.RecurringEntries;
import io.resque.api.spi.WorkerSession;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Real ports, but for what is done to the calls of one of them. */
final class Ports {
    private Ports() {}

    /** The rest of a call. */
    @FunctionalInterface
    interface Real {
        @Nullable
        Object call(Object... args) throws Throwable;
    }

    /** What becomes of a call. */
    @FunctionalInterface
    interface Around {
        @Nullable
        Object call(Real real, Object... args) throws Throwable;
    }

    /** The backend, with one method of it changed. */
    static QueueBackend backend(QueueBackend real, String method, Around around) {
        return proxy(QueueBackend.class, real, method, around);
    }

    /** The backend, with one method of one of its ports changed. */
    static <T> QueueBackend port(QueueBackend backend, Class<T> type, String port, String method, Around around) {
        return backend(backend, port, (real, args) -> proxy(type, type.cast(real.call(args)), method, around));
    }

    /** The backend, with one method of its recurring entries changed. */
    static QueueBackend recurring(QueueBackend backend, String method, Around around) {
        return backend(
                backend,
                "recurring",
                (real, args) ->
                        backend.recurring().map(entries -> proxy(RecurringEntries.class, entries, method, around)));
    }

    /** The backend, with one method of its sessions changed. */
    static QueueBackend session(QueueBackend backend, String method, SessionAround around) {
        return port(backend, io.resque.api.spi.Workers.class, "workers", "register", (real, args) -> {
            Optional<?> session = (Optional<?>) real.call(args);
            return session == null
                    ? null
                    : session.map(WorkerSession.class::cast)
                            .map(found -> proxy(
                                    WorkerSession.class,
                                    found,
                                    method,
                                    (rest, given) -> around.call(found, rest, given)));
        });
    }

    /** What becomes of a session's call. */
    @FunctionalInterface
    interface SessionAround {
        @Nullable
        Object call(WorkerSession session, Real real, Object... args) throws Throwable;
    }

    private static <T> T proxy(Class<T> type, T real, String method, Around around) {
        Object proxy = Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, called, args) -> {
            Object[] given = args == null ? new Object[0] : args;
            return called.getName().equals(method)
                    ? around.call(rest -> invoke(called, real, rest), given)
                    : invoke(called, real, given);
        });
        return type.cast(proxy);
    }

    private static @Nullable Object invoke(Method method, Object on, Object... args) throws Throwable {
        try {
            return method.invoke(on, args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
