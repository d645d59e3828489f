package io.resque.tck;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a {@link FaultProxy} was told to do to matching requests. */
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
     * Waits until the fault has struck as often as it was to.
     *
     * @param limit how long to wait
     * @throws AssertionError if it did not
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

    /** A request that did not reach the server yet. */
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
         * Lets the request arrive: on a new connection, after the AUTH, HELLO and SELECT of the old one, and after the
         * requests of the MULTI it belongs to. A WATCH is not repeated.
         *
         * @return the reply, as of {@link RespClient#call}
         * @throws RespClient.RedisError if the reply is an error
         */
        public synchronized @Nullable Object release() {
            List<byte[]> sending = kept;
            if (sending == null) {
                throw new IllegalStateException("There is nothing to release: awaitCaught() first, and release() once");
            }
            kept = null;
            return ProxyConnection.deliver(target, sending);
        }
    }

    /** A request that the server gets twice. */
    public static final class Duplicated extends Fault {
        Duplicated(Predicate<List<byte[]>> match, int times) {
            super(Kind.DUPLICATE, match, times);
        }

        /**
         * Waits until the server has answered the second time.
         *
         * @param limit how long to wait
         * @throws AssertionError if it did not
         */
        public void awaitDuplicated(Duration limit) {
            awaitCaught(limit);
        }
    }
}
