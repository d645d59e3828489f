package io.resque.cli;

import java.io.PrintWriter;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A line on a terminal that says what a command does, from its first second on until the command prints something. Elsewhere nothing is
 * shown. Thread-safe.
 */
final class Progress implements AutoCloseable {
    private static final long FIRST_MILLIS = 1_000;
    private static final long NEXT_MILLIS = 200;

    private final PrintWriter err;
    private final long start = System.nanoTime();
    private final @Nullable Thread thread;
    private Supplier<String> text;
    private boolean closed;
    private int shown;

    /**
     * Begins to wait.
     *
     * @param isShown whether err is a terminal
     * @param text what the command does, until {@link #says}
     */
    Progress(PrintWriter err, boolean isShown, String text) {
        this.err = err;
        this.text = () -> text;
        if (isShown) {
            thread = new Thread(null, this::show, "resque-progress", 0, false);
            thread.setDaemon(true);
            thread.start();
        } else {
            thread = null;
        }
    }

    /** What the command does from now on; asked for again and again, and so must be quick. */
    synchronized void says(Supplier<String> now) {
        text = now;
    }

    private synchronized void show() {
        try {
            for (long pause = FIRST_MILLIS; !closed; pause = NEXT_MILLIS) {
                for (long end = System.nanoTime() + pause * 1_000_000; !closed && System.nanoTime() < end; ) {
                    wait(Math.max(1, (end - System.nanoTime()) / 1_000_000));
                }
                if (!closed) {
                    print(text.get() + ", " + (System.nanoTime() - start) / 1_000_000_000 + " s");
                }
            }
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    private void print(String line) {
        err.print("\r" + line + " ".repeat(Math.max(0, shown - line.length())));
        err.flush();
        shown = line.length();
    }

    @Override
    public void close() {
        end();
    }

    /** Takes the line away, and shows none again. */
    synchronized void end() {
        if (!closed && shown > 0) {
            print("");
            err.print("\r");
            err.flush();
        }
        closed = true;
        notifyAll();
    }
}
