package io.resque.tck;

import io.resque.api.spi.DelayedItems;
import io.resque.api.spi.Failures;
import io.resque.api.spi.Locks;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.Queues;
import io.resque.api.spi.RecurringEntries;
import io.resque.api.spi.Statistics;
import io.resque.api.spi.StatusStore;
import io.resque.api.spi.WorkerSession;
import io.resque.api.spi.Workers;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Passes on the calls of one test to the ports of an adapter, and notes the methods that the adapter does not have yet: they
 * throw {@link UnsupportedOperationException}, or return null in place of a port.
 */
final class WatchedPorts {
    private static final Set<String> MAY_BE_MISSING = Set.of("unended", "writeProgress", "progress");

    /** An object that holds the watched ports of a test. */
    interface Bench {
        WatchedPorts ports();
    }

    /** A backend, and the ports that it gives. */
    private static final List<Class<?>> PORTS = List.of(
            QueueBackend.class,
            Queues.class,
            Failures.class,
            Statistics.class,
            StatusStore.class,
            Workers.class,
            WorkerSession.class,
            DelayedItems.class,
            RecurringEntries.class,
            Locks.class);

    private final List<NotWritten.Call> notWritten = new ArrayList<>();
    private final Map<Class<?>, Map<Object, Object>> watched = new HashMap<>();

    /** The port that a method returns, perhaps in an {@link Optional}. */
    static Optional<Class<?>> returned(Method method) {
        Type type = method.getGenericReturnType();
        Type given = type instanceof ParameterizedType optional && optional.getRawType() == Optional.class
                ? optional.getActualTypeArguments()[0]
                : type;
        return PORTS.stream().filter(given::equals).findFirst();
    }

    /** Does something that a backend need not be able to do yet. */
    static void ifWritten(Runnable step) {
        try {
            step.run();
        } catch (UnsupportedOperationException e) {
            // a test that needs it says so
        }
    }

    /** The calls so far of methods that the adapter does not have. */
    synchronized List<NotWritten.Call> notWritten() {
        return List.copyOf(notWritten);
    }

    synchronized <T> T watch(Class<T> port, T real) {
        return port.cast(watched.computeIfAbsent(port, any -> new IdentityHashMap<>())
                .computeIfAbsent(
                        real,
                        any -> Proxy.newProxyInstance(
                                WatchedPorts.class.getClassLoader(), new Class<?>[] {port}, new Watch(port, real))));
    }

    private final class Watch implements InvocationHandler {
        private final Class<?> port;
        private final Object real;

        Watch(Class<?> port, Object real) {
            this.port = port;
            this.real = real;
        }

        @Override
        public @Nullable Object invoke(Object self, Method method, Object @Nullable [] args) throws Throwable {
            try {
                Object answer = method.invoke(real, args == null ? null : unwatched(args));
                return watchedAnswer(method, answer);
            } catch (InvocationTargetException e) {
                if (e.getCause() instanceof UnsupportedOperationException thrown) {
                    note(method, thrown);
                }
                throw e.getCause();
            }
        }

        private @Nullable Object watchedAnswer(Method method, @Nullable Object answer) {
            Optional<Class<?>> given = returned(method);
            if (given.isPresent() && answer instanceof Optional<?> one) {
                return one.map(real -> watchedPort(given.get(), real));
            } else if (given.isPresent() && method.getReturnType() != Optional.class) {
                return watchedPort(given.get(), notNull(method, answer));
            } else if (answer instanceof Set<?> sessions && method.getName().equals("heartbeat")) {
                return sessions.stream()
                        .map(one -> watch(WorkerSession.class, (WorkerSession) one))
                        .collect(Collectors.toCollection(LinkedHashSet::new));
            } else if (answer instanceof CompletionStage<?> coming) {
                coming.whenComplete((any, failure) -> {
                    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                    if (cause instanceof UnsupportedOperationException thrown) {
                        note(method, thrown);
                    }
                });
            }
            return answer;
        }

        private <T> T watchedPort(Class<T> type, Object answer) {
            return watch(type, type.cast(answer));
        }

        private Object notNull(Method method, @Nullable Object answer) {
            if (answer == null) {
                UnsupportedOperationException none =
                        new UnsupportedOperationException(method.getName() + "() returned null");
                notWritten(call(port, method.getName(), none));
                throw none;
            }
            return answer;
        }

        /**
         * A store need not be able to walk through its statuses or to keep what jobs tell, and says so by this exception. One that Java's own
         * classes throw is a fault of a method that is written.
         */
        private void note(Method method, UnsupportedOperationException thrown) {
            StackTraceElement[] frames = thrown.getStackTrace();
            boolean isOfJava = frames.length > 0 && frames[0].getClassName().startsWith("java.");
            if (!isOfJava && !MAY_BE_MISSING.contains(method.getName())) {
                notWritten(Stream.of(frames)
                        .takeWhile(frame -> !frame.getClassName().startsWith(WatchedPorts.class.getName()))
                        .flatMap(frame -> calls(frame, thrown))
                        .findFirst()
                        .orElseGet(() -> call(port, method.getName(), thrown)));
            }
        }

        /** A method of the adapter may have called one of another role. */
        private Stream<NotWritten.Call> calls(StackTraceElement frame, UnsupportedOperationException thrown) {
            Class<?> type;
            try {
                type = Class.forName(
                        frame.getClassName(), false, real.getClass().getClassLoader());
            } catch (ClassNotFoundException | LinkageError e) {
                return Stream.empty();
            }
            return Stream.concat(Stream.of(port), PORTS.stream())
                    .filter(other -> other.isAssignableFrom(type))
                    .filter(other -> Stream.of(other.getMethods())
                            .anyMatch(one -> one.getName().equals(frame.getMethodName())))
                    .map(other -> call(other, frame.getMethodName(), thrown));
        }
    }

    private static NotWritten.Call call(Class<?> port, String method, UnsupportedOperationException thrown) {
        return new NotWritten.Call(Role.of(port, method), port.getSimpleName() + "." + method, thrown);
    }

    private synchronized void notWritten(NotWritten.Call call) {
        notWritten.add(call);
    }

    private static Object[] unwatched(Object[] args) {
        Object[] real = args.clone();
        for (int i = 0; i < real.length; i++) {
            real[i] = real[i] instanceof Collection<?> all && all.stream().anyMatch(WatchedPorts::isWatched)
                    ? all.stream().map(WatchedPorts::unwatched).collect(Collectors.toCollection(ArrayList::new))
                    : unwatched(real[i]);
        }
        return real;
    }

    private static boolean isWatched(@Nullable Object object) {
        return object != null
                && Proxy.isProxyClass(object.getClass())
                && Proxy.getInvocationHandler(object) instanceof Watch;
    }

    private static @Nullable Object unwatched(@Nullable Object object) {
        return object != null && isWatched(object) ? ((Watch) Proxy.getInvocationHandler(object)).real : object;
    }
}
