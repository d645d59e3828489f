package io.resque.core.internal.support;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The thread that made this, as it was then. Whatever a job or a listener sets on it is taken back before the next job; only
 * the thread locals of users cannot be.
 */
public final class OwnThread {
    private final Thread thread = Thread.currentThread();
    private final String name = thread.getName();
    private final int priority = thread.getPriority();
    private final @Nullable ClassLoader loader = thread.getContextClassLoader();
    private final Thread.UncaughtExceptionHandler handler = thread.getUncaughtExceptionHandler();
    private final @Nullable Map<String, String> mdc = MDC.getCopyOfContextMap();
    private boolean interrupted;

    /** To be called by the thread itself, where no interrupt is meant for what it does next. */
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

    /** To its caller, with his MDC, and with an interrupt that came meanwhile: nobody knows whom it was meant for. */
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
