package io.resque.backend.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.BackendException;
import io.resque.api.spi.Reservation;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.Settlement;
import io.resque.api.spi.Subscription;
import io.resque.api.spi.WorkerSession;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the kit cannot bring about: a peek that ends in an error of Java's, and how many queues are peeked at. */
@Timeout(30)
class QueueWatchTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final Set<String> peeked = ConcurrentHashMap.newKeySet();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger peeks = new AtomicInteger();
    private final QueueWatch watch = new QueueWatch(new Link(), new Keys(""));

    @AfterEach
    void close() {
        watch.close();
    }

    private static Subscription of(String queue) {
        return new Subscription(List.of(new Subscription.Source(queue, "")), "", "");
    }

    @Test
    void aPeekThatMemoryDoesNotSufficeForDoesNotEndTheWatch() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        Session session = new Session(() -> looks.incrementAndGet() < 2 ? Reservation.EMPTY : Reservation.PAUSED);
        assertThat(watch.await(session, of("too large"), LONG)).isEqualTo(Reservation.PAUSED);
        assertThat(peeks).hasValueGreaterThan(1);
    }

    @Test
    void aQueueThatNobodyWaitsForGivesItsPlaceToAnother() throws Exception {
        Session session = new Session(() -> Reservation.EMPTY);
        for (int i = 0; i < 20; i++) {
            watch.await(session, of("q" + i), Duration.ofMillis(1));
        }
        Session last = new Session(() -> Reservation.PAUSED);
        assertThat(watch.await(last, of("full"), LONG)).isEqualTo(Reservation.PAUSED);
        assertThat(peeked).contains("queue:full");
        assertThat(open).hasValueLessThanOrEqualTo(16);
    }

    private final class Link implements RedisLink {
        @Override
        public @Nullable Object call(byte[]... command) {
            throw new AssertionError("only sessions send commands");
        }

        @Override
        public List<@Nullable Object> pipeline(List<byte[][]> commands) {
            throw new AssertionError("only sessions send commands");
        }

        @Override
        public Dedicated dedicate() {
            open.incrementAndGet();
            return new Peeking();
        }

        @Override
        public String endpoint() {
            return "nowhere";
        }

        @Override
        public void close() {}
    }

    /** {@code queue:full} has a job, {@code queue:too large} one that memory does not suffice for, others have none. */
    private final class Peeking implements RedisLink.Dedicated {
        private final CountDownLatch closed = new CountDownLatch(1);

        @Override
        public @Nullable Object call(Duration timeout, byte[]... command) {
            String key = Keys.utf8(command[1]);
            peeked.add(key);
            peeks.incrementAndGet();
            if (key.equals("queue:full")) {
                return command[1];
            }
            if (key.equals("queue:too large")) {
                throw new OutOfMemoryError("as if");
            }
            try {
                if (closed.await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new BackendException("closed");
                }
                return null;
            } catch (InterruptedException e) {
                throw new BackendException("interrupted", e);
            }
        }

        @Override
        public synchronized void close() {
            if (closed.getCount() > 0) {
                closed.countDown();
                open.decrementAndGet();
            }
        }
    }

    private record Session(java.util.function.Supplier<Reservation> looks) implements WorkerSession {
        @Override
        public String id() {
            return "id";
        }

        @Override
        public Reservation reserve(Subscription subscription) {
            return looks.get();
        }

        @Override
        public Reservation await(Subscription subscription, Duration timeout) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean settle(Settlement settlement) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Reservation settleAndReserve(Settlement settlement, Subscription subscription) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean putBack(ReservedJob job) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<ReservedJob> unregister() {
            throw new UnsupportedOperationException();
        }
    }
}
