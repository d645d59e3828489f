package io.resque.tck;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A fault that a {@link FaultProxy} causes for matching requests. Thread-safe. */
public sealed class Fault {
    enum Kind {
        CUT_BEFORE,
        CUT_AFTER,
        HOLD_AND_CUT,
        HOLD_SILENTLY,
        SWALLOW,
        DUPLICATE
    }

    final Kind kind;
    private final Predicate<List<byte[]>> match;
    private final int times;
    private final AtomicInteger left;
    private final CountDownLatch outstanding;

    Fault(Kind kind, Predicate<List<byte[]>> match, int times) {
        this.kind = kind;
        this.match = match;
        this.times = times;
        left = new AtomicInteger(times);
        outstanding = new CountDownLatch(times);
    }

    boolean claims(List<byte[]> args) {
        return left.get() > 0 && match.test(args) && left.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
    }

    void struck() {
        outstanding.countDown();
    }

    /**
     * Waits until the fault has struck as often as it was set to.
     *
     * @param limit the longest time to wait
     * @throws AssertionError if it has not struck that often within the limit
     */
    public void awaitCaught(Duration limit) {
        boolean done;
        try {
            done = outstanding.await(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for " + kind, e);
        }
        if (!done) {
            throw new AssertionError(kind + " struck " + caught() + " of " + times + " times within " + limit);
        }
    }

    /**
     * How often the fault has struck.
     *
     * @return the count
     */
    public int caught() {
        return times - (int) outstanding.getCount();
    }

    /** A fault that holds a request back from the server. */
    public static final class Held extends Fault {
        private final RedisUrl target;
        private @Nullable List<byte[]> kept;

        Held(Kind kind, Predicate<List<byte[]>> match, RedisUrl target) {
            super(kind, match, 1);
            this.target = target;
        }

        synchronized void keep(List<byte[]> requestsToSend) {
            kept = requestsToSend;
        }

        /**
         * Sends the held request to the server: on a new connection, after the AUTH, HELLO and SELECT of the old
         * connection, and after the requests of its MULTI, if it belongs to one. A WATCH is not repeated.
         *
         * @return the reply, as {@link RespClient#call} returns it
         * @throws RespClient.RedisError if the reply is an error
         */
        public synchronized @Nullable Object release() {
            List<byte[]> sending = kept;
            if (sending == null) {
                throw new IllegalStateException(
                        "There is no request to release; call awaitCaught() first, and release() only once");
            }
            kept = null;
            return ProxyConnection.deliver(target, sending);
        }
    }

    /** A fault that sends a request to the server twice. */
    public static final class Duplicated extends Fault {
        Duplicated(Predicate<List<byte[]>> match, int times) {
            super(Kind.DUPLICATE, match, times);
        }

        /**
         * Waits until the server has answered the second request.
         *
         * @param limit the longest time to wait
         * @throws AssertionError if it has not answered within the limit
         */
        public void awaitDuplicated(Duration limit) {
            awaitCaught(limit);
        }
    }
}
