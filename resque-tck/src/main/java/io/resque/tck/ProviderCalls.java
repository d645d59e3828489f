package io.resque.tck;

import io.resque.api.BackendException;
import io.resque.api.spi.AdapterProvider;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Calls what the author of an adapter has written, and explains in one sentence what is wrong with it. */
final class ProviderCalls {
    private static final List<WeakReference<Object>> OPENED = new ArrayList<>();

    private ProviderCalls() {}

    /** Calls {@code provider()} of the author's test class. */
    static <P extends AdapterProvider> P provider(Object kit, Supplier<@Nullable P> method) {
        return notNull(kit.getClass().getSimpleName() + ".provider()", "the provider of the adapter", method);
    }

    /** Calls a method of the provider. It may return the same object each time. */
    static <T> T made(AdapterProvider provider, String method, Supplier<@Nullable T> make) {
        return notNull(provider.getClass().getName() + "." + method, "a new object", make);
    }

    /** Calls a method of the provider that opens something. The kit closes it, so it must be a new object each time. */
    static <T> T opened(AdapterProvider provider, String method, Supplier<@Nullable T> open) {
        T opened = made(provider, method, open);
        if (isOpenedAgain(opened)) {
            throw new AssertionError(provider.getClass().getName() + "." + method
                    + " must return a new object each time, since the kit closes each, but has returned this one before: "
                    + opened);
        }
        return opened;
    }

    private static boolean isOpenedAgain(Object opened) {
        synchronized (OPENED) {
            OPENED.removeIf(before -> before.get() == null);
            boolean again = OPENED.stream().anyMatch(before -> before.get() == opened);
            OPENED.add(new WeakReference<>(opened));
            return again;
        }
    }

    private static <T> T notNull(String call, String what, Supplier<@Nullable T> method) {
        T given;
        try {
            given = method.get();
        } catch (BackendException e) { // an adapter may connect in open; the message says what is wrong
            throw e;
        } catch (RuntimeException | LinkageError e) {
            throw new AssertionError(call + " must return " + what + ", but threw " + e, e);
        }
        if (given == null) {
            throw new AssertionError(call + " must return " + what + ", but returned null");
        }
        return given;
    }
}
