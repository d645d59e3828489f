package io.resque.web.internal.pages;

import io.resque.api.Finding;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What {@code doctor} finds, for all viewers. It looks in a thread of its own: at most once a minute, and never for more than a fiftieth
 * of the time, since it decodes payloads. Thread-safe.
 */
final class Checkup {
    private static final long LEAST_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int REST = 50;

    /** So long the first viewer waits, to see at once whether all is well. */
    private static final long PATIENCE_MILLIS = 1_500;

    private final Supplier<List<Finding>> doctor;
    private CompletableFuture<Result> current = new CompletableFuture<>();
    private @Nullable Result last;
    private boolean looking;
    private long staleAt = System.nanoTime();

    /** What was found, and when. */
    record Result(Instant at, Duration took, List<Finding> findings) {
        List<Finding> wrong() {
            return findings.stream().filter(finding -> !finding.isFine()).toList();
        }
    }

    Checkup(Supplier<List<Finding>> doctor) {
        this.doctor = doctor;
    }

    /** The last result, also while a new look is under way; empty if there is none yet, or Redis does not answer. */
    Optional<Result> result() {
        CompletableFuture<Result> first;
        synchronized (this) {
            if (!looking && System.nanoTime() - staleAt >= 0) {
                begin();
            }
            if (last != null) {
                return Optional.of(last);
            }
            first = current;
        }
        try {
            return Optional.of(first.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
        } catch (TimeoutException | ExecutionException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Something was mended: the next viewer looks anew. */
    synchronized void forget() {
        last = null;
        staleAt = System.nanoTime();
    }

    private void begin() {
        looking = true;
        current = new CompletableFuture<>();
        CompletableFuture<Result> result = current;
        Thread thread = new Thread(null, () -> look(result), "resque-web-look", 0, false);
        thread.setDaemon(true);
        thread.start();
    }

    private void look(CompletableFuture<Result> result) {
        long begun = System.nanoTime();
        Instant at = Instant.now();
        try {
            List<Finding> findings = doctor.get();
            long took = System.nanoTime() - begun;
            end(new Result(at, Duration.ofNanos(took), findings), Math.max(LEAST_NANOS, REST * took));
        } catch (RuntimeException | Error e) {
            end(null, TimeUnit.SECONDS.toNanos(5));
            result.completeExceptionally(e);
            return;
        }
        result.complete(last);
    }

    private synchronized void end(@Nullable Result found, long rest) {
        looking = false;
        last = found;
        staleAt = System.nanoTime() + rest;
    }
}
