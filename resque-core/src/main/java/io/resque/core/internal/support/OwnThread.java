package io.resque.core.internal.support;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The thread that made this, as it was then. If a job or a listener changes its name, priority, class loader or handler, that is
 * undone before the next job; thread locals of users cannot be undone.
 */
public final class OwnThread {
    private final Thread thread = Thread.currentThread();
    private final String name = thread.getName();
    private final int priority = thread.getPriority();
    private final @Nullable ClassLoader loader = thread.getContextClassLoader();
    private final Thread.UncaughtExceptionHandler handler = thread.getUncaughtExceptionHandler();
    private final @Nullable Map<String, String> mdc = MDC.getCopyOfContextMap();
    private boolean interrupted;

    /** To be called in the thread itself, at a point where an interrupt is not meant for its next work. */
    public void clean() {
        interrupted |= Thread.interrupted();
        if (!thread.getName().equals(name)) {
            thread.setName(name);
        }
        if (thread.getPriority() != priority) {
            thread.setPriority(priority);
        }
        if (thread.getContextClassLoader() != loader) {
            thread.setContextClassLoader(loader);
        }
        if (thread.getUncaughtExceptionHandler() != handler) {
            // A thread that has none answers with its group.
            thread.setUncaughtExceptionHandler(handler == thread.getThreadGroup() ? null : handler);
        }
    }

    /**
     * Gives the thread back to its caller, with the MDC of the caller, and interrupted if it was interrupted since: that may have
     * been meant for the caller.
     */
    public void giveBack() {
        clean();
        if (mdc == null) {
            MDC.clear();
        } else if (!Objects.equals(mdc, MDC.getCopyOfContextMap())) {
            MDC.setContextMap(mdc);
        }
        if (interrupted) {
            thread.interrupt();
        }
    }
}
