package io.resque.backend.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.BackendException;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Reservation;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Situations that the kit cannot create: a peek that ends in an error of Java, and how many queues are peeked at. */
@Timeout(30)
class QueueWatchTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private static final Duration VERY_LONG = Duration.ofMinutes(2);
    // Kept in a field, since the platform forgets a logger to which nothing refers.
    private static final Logger LOG = Logger.getLogger("io.resque.backend.redis");
    private static final byte[] AHEAD = Keys.bytes("AHEAD");

    private final BlockingQueue<List<byte[][]>> sent = new LinkedBlockingQueue<>();
    private final BlockingQueue<Object> later = new LinkedBlockingQueue<>();
    private final AtomicInteger lengths = new AtomicInteger();
    private final Set<String> peeked = ConcurrentHashMap.newKeySet();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger peeks = new AtomicInteger();
    private volatile Set<String> full = Set.of();
    private final BlockingQueue<Peek> driven = new LinkedBlockingQueue<>();
    private volatile String endpoint = "nowhere";
    private final QueueWatch watch = new QueueWatch(new Link(), new Keys(""));

    @AfterEach
    void close() {
        watch.close();
    }

    private static final Subscription NOTHING = new Subscription(List.of(), "", "");

    private Reservation await(Session session, String queue, Duration timeout) throws InterruptedException {
        return watch.await(session, NOTHING, Set.of(queue), null, timeout);
    }

    @Test
    void aPeekThatMemoryDoesNotSufficeForDoesNotEndTheWatch() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        Session session = new Session(() -> looks.incrementAndGet() < 2 ? Reservation.EMPTY : Reservation.PAUSED);
        assertThat(await(session, "too large", LONG)).isEqualTo(Reservation.PAUSED);
        assertThat(peeks).hasValueGreaterThan(1);
    }

    @Test
    void moreQueuesThanMayBePeekedAtAreLookedAtByOneThread() throws Exception {
        Set<String> names = new LinkedHashSet<>();
        for (int i = 0; i < 40; i++) {
            names.add(i == 30 ? "full" : "q" + i);
        }
        full = Set.of("queue:full");
        AtomicInteger looks = new AtomicInteger();
        Session session = new Session(() -> looks.incrementAndGet() < 3 ? Reservation.EMPTY : Reservation.PAUSED);
        assertThat(watch.await(session, NOTHING, names, null, LONG)).isEqualTo(Reservation.PAUSED);
        assertThat(open).as("connections").hasValue(1);
        assertThat(peeked).as("peeked at").isEmpty();
        assertThat(looks).hasValue(3);
    }

    @Test
    void theNameOfAThreadIsOneShortLine() throws Exception {
        CompletableFuture<Reservation> answer = new CompletableFuture<>();
        String queue = "later\u001b[2J\n" + "x".repeat(1_000);
        Thread waits = new Thread(() -> {
            try {
                answer.complete(await(new Session(() -> Reservation.EMPTY), queue, LONG));
            } catch (Throwable e) {
                answer.completeExceptionally(e);
            }
        });
        waits.start();
        Thread watcher = null;
        while (watcher == null) {
            watcher = Thread.getAllStackTraces().keySet().stream()
                    .filter(each -> each.getName().startsWith("resque-watch-later")
                            && each.getName().contains("2J"))
                    .findAny()
                    .orElse(null);
        }
        assertThat(watcher.getName()).matches("[ -~…]{1,100}");
        waits.interrupt();
        assertThatThrownBy(answer::join).hasCauseInstanceOf(InterruptedException.class);
    }

    private static final Reservation JOB =
            Reservation.of(new ReservedJob(1, "later", Payload.ofText("{}"), Instant.EPOCH));

    /** Begins to wait, and returns once it does. */
    private CompletableFuture<Reservation> waiting(Session session, Duration timeout) {
        return waiting(session, Set.of("later"), timeout);
    }

    private CompletableFuture<Reservation> waiting(Session session, Set<String> queues, Duration timeout) {
        CompletableFuture<Reservation> answer = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                answer.complete(watch.await(session, NOTHING, queues, null, timeout));
            } catch (Throwable e) {
                answer.completeExceptionally(e);
            }
        });
        thread.start();
        while (thread.getState() != Thread.State.TIMED_WAITING && thread.isAlive()) {
            Thread.onSpinWait();
        }
        return answer;
    }

    private static Reservation notByItself() {
        throw new AssertionError("it was sent for");
    }

    @Test
    void theReserveOfWhoWaitsLongestGoesWithThePeek() throws Exception {
        CompletableFuture<Reservation> first = waiting(new Session(QueueWatchTest::notByItself, () -> JOB), VERY_LONG);
        assertThat(sent.take()).hasSize(2).last().isEqualTo(new byte[][] {AHEAD});
        later.put(AHEAD);
        assertThat(first.join()).isEqualTo(JOB);
    }

    @Test
    void whereItsReserveFoundNothingItGoesOnWaiting() throws Exception {
        Deque<Reservation> answers = new ConcurrentLinkedDeque<>(List.of(Reservation.EMPTY, JOB));
        CompletableFuture<Reservation> first =
                waiting(new Session(QueueWatchTest::notByItself, answers::removeFirst), VERY_LONG);
        for (int i = 0; i < 2; i++) {
            assertThat(sent.take()).hasSize(2);
            later.put(AHEAD);
        }
        assertThat(first.join()).isEqualTo(JOB);
    }

    @Test
    void whoHasGoneIsNotGivenAnythingAndTheNextLooksItself() throws Exception {
        Thread gone = new Thread(() -> assertThatThrownBy(
                        () -> await(new Session(QueueWatchTest::notByItself, () -> JOB), "later", VERY_LONG))
                .isInstanceOf(InterruptedException.class));
        gone.start();
        assertThat(sent.take()).hasSize(2);
        gone.interrupt();
        gone.join();
        CompletableFuture<Reservation> next =
                waiting(new Session(() -> Reservation.PAUSED, QueueWatchTest::notByItself), VERY_LONG);
        later.put(AHEAD);
        assertThat(next.join()).isEqualTo(Reservation.PAUSED);
    }

    @Test
    void forWhoWaitsShortlyNothingIsSentAhead() throws Exception {
        CompletableFuture<Reservation> first = waiting(new Session(() -> JOB, QueueWatchTest::notByItself), LONG);
        assertThat(sent.take()).hasSize(1);
        later.put(AHEAD);
        assertThat(first.join()).isEqualTo(JOB);
    }

    /** The server may hold a job for that worker, which no other worker can be given. */
    private void theOneThatWasSentForLooks(Consumer<Peek> ends, Supplier<Reservation> isGiven) throws Exception {
        Set<String> both = Set.of("driven 1", "driven 2");
        CompletableFuture<Reservation> first =
                waiting(new Session(QueueWatchTest::notByItself, () -> JOB), both, VERY_LONG);
        Peek one = driven.take();
        Peek other = driven.take();
        Peek forFirst = one.commands.size() == 2 ? one : other;
        Peek forNobody = forFirst == one ? other : one;
        assertThat(forFirst.commands).hasSize(2);
        assertThat(forNobody.commands).hasSize(1);
        CompletableFuture<Reservation> second = waiting(new Session(() -> JOB, isGiven), both, VERY_LONG);
        forNobody.answer.complete(Collections.singletonList(null));
        Peek forSecond = driven.take();
        assertThat(forSecond.commands).hasSize(2);
        ends.accept(forSecond);
        assertThat(second.get()).isEqualTo(JOB);
        forFirst.answer.complete(List.of(AHEAD, AHEAD));
        assertThat(first.get()).isEqualTo(JOB);
    }

    @Test
    void whereAnAnswerIsLostTheOneThatWasSentForLooks() throws Exception {
        theOneThatWasSentForLooks(
                peek -> peek.answer.completeExceptionally(new BackendException("reset")), QueueWatchTest::notByItself);
    }

    @Test
    void whereMemoryDoesNotSufficeForAnAnswerTheOneThatWasSentForLooks() throws Exception {
        theOneThatWasSentForLooks(
                peek -> peek.answer.completeExceptionally(new OutOfMemoryError("as if")), QueueWatchTest::notByItself);
    }

    @Test
    void whereAnAnswerCannotBeReadTheOneThatWasSentForLooks() throws Exception {
        theOneThatWasSentForLooks(peek -> peek.answer.complete(List.of(AHEAD, AHEAD)), () -> {
            throw new IllegalStateException("as if");
        });
    }

    @Test
    void whereAnAnswerIsARefusalTheOneThatWasSentForLooks() throws Exception {
        theOneThatWasSentForLooks(peek -> peek.answer.complete(List.of(AHEAD, AHEAD)), () -> {
            throw new RedisReplyException("nowhere", "NOSCRIPT as if");
        });
    }

    private static Set<String> names(int count) {
        return IntStream.range(0, count).mapToObj(i -> "q" + i).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    @Test
    void ofJobsThatAreSeenTogetherEachWaiterTakesTheFirstOfItsQueues() throws Exception {
        Map<String, Integer> asked = new ConcurrentHashMap<>();
        List<String> queues = new ArrayList<>(names(40));
        List<CompletableFuture<Reservation>> answers = new ArrayList<>();
        List<CompletableFuture<String>> took = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            CompletableFuture<String> in = new CompletableFuture<>();
            took.add(in);
            Session session = new Session(QueueWatchTest::notByItself, QueueWatchTest::notByItself, queue -> {
                in.complete(queue);
                return asked.merge(queue, 1, Integer::sum) == 1 ? JOB : Reservation.PAUSED;
            });
            // The second worker wants the queues in reverse order.
            answers.add(waiting(session, new LinkedHashSet<>(queues), VERY_LONG));
            Collections.reverse(queues);
        }
        full = Set.of("queue:q3", "queue:q17", "queue:q25", "queue:q39");
        assertThat(took.get(0).get()).isEqualTo("q3");
        assertThat(took.get(1).get()).isEqualTo("q39");
        for (CompletableFuture<Reservation> answer : answers) {
            assertThat(answer.get()).isEqualTo(JOB);
        }
    }

    @Test
    void aTrackerThatALogEndsIsNotReliedOn() throws Exception {
        endpoint = "the log that throws";
        Handler throwing = new Handler() {
            @Override
            public void publish(LogRecord line) {
                if (line.getMessage().contains(endpoint)) {
                    throw new IllegalStateException("a log that throws");
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        LOG.addHandler(throwing);
        try {
            AtomicInteger looks = new AtomicInteger();
            full = Set.of("queue:q30");
            Session session = new Session(() -> looks.incrementAndGet() < 3 ? Reservation.EMPTY : Reservation.PAUSED);
            assertThat(waiting(session, names(40), VERY_LONG).get()).isEqualTo(Reservation.PAUSED);
        } finally {
            LOG.removeHandler(throwing);
        }
    }

    @Test
    void aThreadThatAnInterruptEndsIsNotReliedOn() throws Exception {
        for (Set<String> queues : List.of(Set.of("too large"), names(40))) {
            CountDownLatch looked = new CountDownLatch(1);
            AtomicBoolean interrupted = new AtomicBoolean();
            Thread[] waits = new Thread[1];
            Session session = new Session(() -> {
                waits[0] = Thread.currentThread();
                looked.countDown();
                return interrupted.get() ? Reservation.PAUSED : Reservation.EMPTY;
            });
            Set<Thread> before = Thread.getAllStackTraces().keySet();
            CompletableFuture<Reservation> answer = waiting(session, queues, VERY_LONG);
            Set<Thread> watching = Set.of();
            while (watching.isEmpty()) {
                watching = Thread.getAllStackTraces().keySet().stream()
                        .filter(each ->
                                each.getName().equals(queues.size() == 1 ? "resque-watch-too large" : "resque-watch"))
                        .filter(each -> !before.contains(each) && each.getState() == Thread.State.TIMED_WAITING)
                        .collect(Collectors.toSet());
            }
            if (queues.size() == 1) {
                looked.await();
                while (waits[0].getState() != Thread.State.TIMED_WAITING) {
                    Thread.onSpinWait();
                }
            }
            interrupted.set(true);
            watching.forEach(Thread::interrupt);
            assertThat(answer.get()).isEqualTo(Reservation.PAUSED);
        }
    }

    @Test
    void aServerWithoutBlmoveIsPolled() throws Exception {
        Session session = new Session(() -> JOB);
        assertThat(await(session, "old", LONG)).isEqualTo(JOB);
        assertThat(lengths).hasValueGreaterThanOrEqualTo(4);
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
            return endpoint;
        }

        @Override
        public void close() {}
    }

    /** A peek at a queue whose name begins with {@code driven}, which a test answers. */
    private final class Peek {
        final List<byte[][]> commands;
        final CompletableFuture<List<@Nullable Object>> answer = new CompletableFuture<>();

        Peek(List<byte[][]> commands) {
            this.commands = commands;
        }

        List<@Nullable Object> answered() {
            driven.add(this);
            try {
                return answer.get();
            } catch (InterruptedException e) {
                throw new BackendException("interrupted", e);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof Error error) {
                    throw error;
                }
                throw (RuntimeException) e.getCause();
            }
        }
    }

    /** {@code queue:full} and the queues in {@code full} have a job, {@code queue:too large} has a job that is too large for the memory, and the other queues have none. */
    private final class Peeking implements RedisLink.Dedicated {
        private final CountDownLatch closed = new CountDownLatch(1);

        @Override
        public List<@Nullable Object> call(Duration timeout, List<byte[][]> commands) {
            if (Keys.utf8(commands.get(0)[0]).equals("EXISTS")) {
                return new ArrayList<>(List.of(1L));
            }
            String key = Keys.utf8(commands.get(0)[1]);
            if (Keys.utf8(commands.get(0)[0]).equals("LLEN") && !key.equals("queue:old")) {
                List<@Nullable Object> lengths = new ArrayList<>();
                Set<String> now = full;
                commands.forEach(command -> lengths.add(now.contains(Keys.utf8(command[1])) ? 1L : 0L));
                return lengths;
            }
            peeked.add(key);
            peeks.incrementAndGet();
            List<@Nullable Object> replies = new ArrayList<>();
            if (key.equals("queue:full")) {
                commands.forEach(command -> replies.add(command[0]));
                return replies;
            }
            if (key.equals("queue:too large")) {
                throw new OutOfMemoryError("as if");
            }
            if (key.equals("queue:old") && Keys.utf8(commands.get(0)[0]).equals("LLEN")) {
                replies.add(lengths.incrementAndGet() < 4 ? 0L : 1L);
                return replies;
            }
            if (key.equals("queue:old")) {
                replies.add(new RedisReplyException("nowhere", "ERR unknown command `BLMOVE`"));
                replies.add("AHEAD");
                return replies.subList(0, commands.size());
            }
            if (key.startsWith("queue:driven")) {
                return new Peek(commands).answered();
            }
            if (key.equals("queue:later")) {
                try {
                    sent.put(commands);
                    replies.add(later.take());
                    commands.stream().skip(1).forEach(command -> replies.add(command[0]));
                    return replies;
                } catch (InterruptedException e) {
                    throw new BackendException("interrupted", e);
                }
            }
            try {
                if (closed.await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new BackendException("closed");
                }
                commands.forEach(command -> replies.add(null));
                return replies;
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

    /** A worker, with the results of its own reserves, and of the reserves that a reader sends for it while it waits. */
    private record Session(
            Supplier<Reservation> looks, Supplier<Reservation> isGiven, Function<String, Reservation> looksIn)
            implements WaitingSession {
        Session(Supplier<Reservation> looks) {
            this(looks, () -> Reservation.EMPTY);
        }

        Session(Supplier<Reservation> looks, Supplier<Reservation> isGiven) {
            this(looks, isGiven, queue -> looks.get());
        }

        @Override
        public Reservation reserve(Subscription subscription) {
            return looks.get();
        }

        @Override
        public Reservation reserve(Subscription subscription, String queue) {
            return looksIn.apply(queue);
        }

        @Override
        public ReserveAhead ahead(Subscription subscription) {
            return new ReserveAhead() {
                @Override
                public byte[][] command() {
                    return new byte[][] {AHEAD};
                }

                @Override
                public Reservation read(@Nullable Object reply) {
                    return isGiven.get();
                }
            };
        }
    }
}
