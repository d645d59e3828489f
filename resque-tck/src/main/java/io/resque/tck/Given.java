package io.resque.tck;

import io.resque.api.BackendException;
import io.resque.api.spi.AdapterProvider;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the author of an adapter gives to the kit, or a sentence about what is wrong with it. */
final class Given {
    private static final List<WeakReference<Object>> OPENED = new ArrayList<>();

    private Given() {}

    /** What {@code provider()} of the author's test class gives. */
    static <P extends AdapterProvider> P provider(Object kit, Supplier<@Nullable P> method) {
        return notNull(kit.getClass().getSimpleName() + ".provider()", "the provider of the adapter", method);
    }

    /** What the provider makes; it may be the same each time. */
    static <T> T made(AdapterProvider provider, String method, Supplier<@Nullable T> make) {
        return notNull(provider.getClass().getName() + "." + method, "what it is asked for", make);
    }

    /** What the provider opens; since it will be closed, it must be another one each time. */
    static <T> T opened(AdapterProvider provider, String method, Supplier<@Nullable T> open) {
        T opened = made(provider, method, open);
        if (isOpenedAgain(opened)) {
            throw new AssertionError(provider.getClass().getName() + "." + method
                    + " must open one of its own each time, since each is closed, but gave this one before: " + opened);
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
        } catch (BackendException e) { // an adapter may connect when it opens, and it says itself what is wrong
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
