package io.resque.tck;

import io.resque.api.spi.AdapterProvider;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Providers that no user finds, or that the lookup refuses. Each is wrong in one way, for W-980. */
final class WrongProviders {
    /**
     * One of them.
     *
     * @param label what is wrong
     * @param says what the kit's message must hold
     */
    record Wrong<P>(String label, String says, P provider) {}

    private WrongProviders() {}

    /** The variants of a provider that is found. */
    static <P extends AdapterProvider> List<Wrong<P>> of(Class<P> type, P right) {
        AtomicInteger asked = new AtomicInteger();
        return List.of(
                wrong(
                        "is in no service file",
                        "META-INF/services/" + type.getName(),
                        type,
                        right,
                        "name",
                        () -> "nowhere"),
                wrong("has upper case in its name", "must be a name in lower-case", type, right, "name", () -> "Mine"),
                wrong(
                        "has a blank in its name",
                        "must be a name in lower-case",
                        type,
                        right,
                        "name",
                        () -> "my adapter"),
                wrong("has no name", "must be a name in lower-case", type, right, "name", () -> null),
                wrong(
                        "has another name each time",
                        "must return the same name each time",
                        type,
                        right,
                        "name",
                        () -> "n" + asked.incrementAndGet()),
                wrong("is built for later ports", "portsVersion() must be", type, right, "portsVersion", () -> 99),
                wrong("is built for older ports", "portsVersion() must be", type, right, "portsVersion", () -> {
                    throw new AbstractMethodError("portsVersion");
                }));
    }

    private static <P extends AdapterProvider> Wrong<P> wrong(
            String label, String says, Class<P> type, P right, String method, Supplier<@Nullable Object> answer) {
        Object provider = Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, called, args) -> called.getName().equals(method) ? answer.get() : call(called, right, args));
        return new Wrong<>(label, says, type.cast(provider));
    }

    private static @Nullable Object call(Method method, Object on, Object @Nullable [] args) throws Throwable {
        try {
            return method.invoke(on, args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
