package io.resque.core;

import static io.resque.core.CoreRedis.SERVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.DontCreateException;
import io.resque.api.InvalidJobException;
import io.resque.api.JobInfo;
import io.resque.api.JobModule;
import io.resque.api.JobSpec;
import io.resque.api.ResqueListener;
import io.resque.tck.FaultProxy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Jobs that are handed over to be written. */
@Timeout(60)
class EnqueueAsyncTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final CoreRedis redis = new CoreRedis();
    private final FaultProxy proxy = FaultProxy.to(SERVER.url());

    @AfterEach
    void clear() {
        proxy.close();
        redis.clear();
    }

    /** Patient: a busy machine may take longer than the default while nothing passes, and the request would fail. */
    private Resque slow() {
        Resque resque = redis.builder().url(proxy.url() + "?timeout=15s").build();
        resque.enqueue("first", "Connects");
        return resque;
    }

    private static List<JobSpec> jobs(int first, int last) {
        return IntStream.range(first, last).mapToObj(i -> JobSpec.of("A", i)).toList();
    }

    private static String[] texts(int last) {
        return IntStream.range(0, last)
                .mapToObj(i -> "{\"class\":\"A\",\"args\":[" + i + "]}")
                .toArray(String[]::new);
    }

    private static <T> T ended(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    private static Throwable failure(CompletionStage<?> stage) {
        return catchThrowable(() -> ended(stage)).getCause();
    }

    @Test
    void whatComesWhileOthersAreWrittenGoesTogetherInTheOrderOfTheCalls() throws Exception {
        try (Resque resque = slow()) {
            proxy.pause();
            int before = proxy.requests();
            List<CompletionStage<Long>> stages = new ArrayList<>();
            for (int i = 0; i < 3_000; i += 10) {
                stages.add(resque.enqueueAllAsync("a", jobs(i, i + 10)));
                stages.add(resque.enqueueAllAsync("b", jobs(i, i + 10)));
            }
            assertThat(stages).noneMatch(stage -> stage.toCompletableFuture().isDone());
            proxy.resume();
            for (CompletionStage<Long> stage : stages) {
                assertThat(ended(stage)).isEqualTo(10);
            }
            assertThat(proxy.requests() - before)
                    .as("requests for 600 calls, of which those of one queue go a thousand jobs at a time")
                    .isLessThan(20);
        }
        assertThat(redis.queue("a")).containsExactly(texts(3_000));
        assertThat(redis.queue("b")).containsExactly(texts(3_000));
    }

    /** Begins to enqueue in so many threads while nothing passes, up to where all but a few wait for others. */
    private List<CompletableFuture<Boolean>> enqueuing(Resque resque, int threads) {
        List<Thread> waiting = new ArrayList<>();
        List<CompletableFuture<Boolean>> results = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            JobSpec job = JobSpec.of("A", i);
            CompletableFuture<Boolean> result = new CompletableFuture<>();
            Thread thread = new Thread(() -> {
                try {
                    result.complete(resque.enqueue("a", job));
                } catch (RuntimeException e) {
                    result.completeExceptionally(e);
                }
            });
            thread.start();
            waiting.add(thread);
            results.add(result);
        }
        while (waiting.stream()
                        .filter(thread -> thread.getState() == Thread.State.WAITING)
                        .count()
                < threads - 4) {
            Thread.onSpinWait();
        }
        return results;
    }

    @Test
    void theJobsOfManyThreadsThatEnqueueAtOnceGoTogether() throws Exception {
        try (Resque resque = slow()) {
            proxy.pause();
            int before = proxy.requests();
            List<CompletableFuture<Boolean>> results = enqueuing(resque, 40);
            proxy.resume();
            for (CompletableFuture<Boolean> result : results) {
                assertThat(ended(result)).isTrue();
            }
            assertThat(proxy.requests() - before)
                    .as("requests: of four by themselves, with what a new connection needs, and of the others together")
                    .isLessThan(30);
        }
        assertThat(redis.queue("a")).containsExactlyInAnyOrder(texts(40));
    }

    @Test
    void aStageThatBlocksKeepsNobodyFromEnqueueingAndWaiting() throws Exception {
        CountDownLatch enqueued = new CountDownLatch(1);
        try (Resque resque = slow()) {
            proxy.pause(); // or the stage may have ended before anything depends on it, and this thread would wait
            CompletableFuture<Boolean> blocked = resque.enqueueAsync("b", JobSpec.of("A"))
                    .thenApply(ok -> {
                        try {
                            return enqueued.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
                        } catch (InterruptedException e) {
                            return false;
                        }
                    })
                    .toCompletableFuture();
            List<CompletableFuture<Boolean>> results = enqueuing(resque, 40);
            proxy.resume();
            for (CompletableFuture<Boolean> result : results) {
                assertThat(ended(result)).isTrue();
            }
            assertThat(resque.enqueueAll("a", jobs(40, 2_500).stream())).isEqualTo(2_460);
            enqueued.countDown();
            assertThat(ended(blocked)).as("all that before the end of its wait").isTrue();
        }
    }

    @Test
    void ofManyThreadsThatEnqueueAtOnceEachIsToldOfItsOwnJob() throws Exception {
        List<CompletableFuture<Boolean>> results;
        try (Resque resque = slow()) {
            proxy.pause();
            results = enqueuing(resque, 40);
            proxy.cutAll();
            proxy.resume();
            for (CompletableFuture<Boolean> result : results) {
                CompletableFuture.anyOf(result).handle((ok, e) -> ok).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            }
        }
        List<Throwable> failures = results.stream()
                .filter(CompletableFuture::isCompletedExceptionally)
                .map(EnqueueAsyncTest::failure)
                .toList();
        assertThat(failures)
                .isNotEmpty()
                .doesNotHaveDuplicates()
                .allSatisfy(failure -> assertThat(failure)
                        .isInstanceOf(BackendUnavailableException.class)
                        .hasMessageNotContaining("of 1 jobs"));
        assertThat(redis.queue("a").size()).isBetween(40 - failures.size(), 40);
    }

    @Test
    void moreThanARequestHoldsAndNothingAtAllAreHandedOverAsWell() throws Exception {
        try (Resque resque = redis.builder().build()) {
            assertThat(ended(resque.enqueueAllAsync("a", jobs(0, 2_500)))).isEqualTo(2_500);
            assertThat(ended(resque.enqueueAllAsync("none", List.of()))).isZero();
            assertThat(ended(resque.enqueueAsync("a", JobSpec.of("A", 2_500)))).isTrue();
        }
        assertThat(redis.queue("a")).containsExactly(texts(2_501));
        assertThat(redis.dump()).doesNotContainKey(redis.key("queue:none"));
    }

    @Test
    void listenersHearBeforeAtOnceAndAfterOnceItIsWritten() throws Exception {
        List<String> heard = Collections.synchronizedList(new ArrayList<>());
        try (Resque resque = slow()) {
            resque.listen(new ResqueListener() {
                @Override
                public void beforeEnqueue(JobInfo job) {
                    heard.add("before " + job.args());
                    if (job.args().contains("veto")) {
                        throw new DontCreateException("not this one");
                    }
                }

                @Override
                public void afterEnqueue(JobInfo job) {
                    heard.add("after " + job.args() + " " + redis.queue("a").size());
                }
            });
            proxy.pause();
            CompletionStage<Boolean> one = resque.enqueueAsync("a", JobSpec.of("A", 1));
            assertThat(heard).containsExactly("before [1]");
            assertThat(ended(resque.enqueueAsync("a", JobSpec.of("A", "veto")))).isFalse();
            proxy.resume();
            assertThat(ended(one)).isTrue();
            assertThat(heard).containsExactly("before [1]", "before [veto]", "after [1] 1");
        }
    }

    @Test
    void whatCannotBeSentIsRefusedAtOnce() {
        try (Resque resque = redis.builder().build()) {
            List<JobSpec> jobs = List.of(JobSpec.of("A"), JobSpec.of("A", Double.NaN));
            assertThatThrownBy(() -> resque.enqueueAllAsync("a", jobs)).isInstanceOf(InvalidJobException.class);
            assertThatThrownBy(() -> resque.enqueueAsync("", JobSpec.of("A"))).isInstanceOf(InvalidJobException.class);
        }
        assertThat(redis.dump()).isEmpty();
    }

    @Test
    void ofThoseThatWentTogetherEachIsToldOfItsOwnJobs() throws Exception {
        try (Resque resque = slow()) {
            proxy.pause();
            CompletionStage<Long> first = resque.enqueueAllAsync("a", jobs(0, 1_000));
            CompletionStage<Long> second = resque.enqueueAllAsync("a", jobs(1_000, 1_300));
            CompletionStage<Long> third = resque.enqueueAllAsync("a", jobs(1_300, 1_303));
            CompletionStage<Long> other = resque.enqueueAllAsync("b", jobs(0, 3));
            proxy.cutBefore(request ->
                    request.stream().anyMatch(part -> new String(part, StandardCharsets.UTF_8).contains("[1302]")));
            proxy.resume();
            assertThat(ended(first)).isEqualTo(1_000);
            assertThat(failure(second))
                    .isInstanceOfSatisfying(
                            BackendUnavailableException.class,
                            lost -> assertThat(lost.maybeApplied()).isTrue())
                    .hasMessageEndingWith("; 0 of 300 jobs are on the queue, and the next 300 may be");
            assertThat(failure(third)).hasMessageEndingWith("; 0 of 3 jobs are on the queue, and the next 3 may be");
            assertThat(ended(other)).as("what comes behind is tried").isEqualTo(3);
        }
        assertThat(redis.queue("a")).containsExactly(texts(1_000));
    }

    /** Each takes up a megabyte. */
    private static JobSpec large(int number) {
        return JobSpec.of("A", number, "x".repeat(1 << 20));
    }

    @Test
    void whoHandsOverMoreThanThereIsRoomForWaits() throws Exception {
        try (Resque resque = slow()) {
            proxy.pause();
            List<CompletionStage<Boolean>> stages = new CopyOnWriteArrayList<>();
            Thread caller = new Thread(() -> {
                for (int i = 0; i < 20; i++) {
                    stages.add(resque.enqueueAsync("a", large(i)));
                }
            });
            caller.start();
            while (caller.isAlive() && (stages.size() < 4 || caller.getState() != Thread.State.WAITING)) {
                Thread.onSpinWait();
            }
            assertThat(stages).as("more than four megabytes").hasSize(4);
            proxy.resume();
            caller.join();
            for (CompletionStage<Boolean> stage : stages) {
                assertThat(ended(stage)).isTrue();
            }
        }
        assertThat(redis.queue("a")).hasSize(20);
    }

    @Test
    void oneThatIsLargerThanTheRoomPassesBehindOthers() throws Exception {
        try (Resque resque = slow()) {
            proxy.pause();
            List<CompletionStage<Boolean>> stages = new CopyOnWriteArrayList<>();
            Thread caller = new Thread(() -> {
                stages.add(resque.enqueueAsync("a", JobSpec.of("A")));
                stages.add(resque.enqueueAsync("a", JobSpec.of("A", "x".repeat(8 << 20))));
            });
            caller.start();
            caller.join(LIMIT.toMillis());
            assertThat(stages).as("handed over").hasSize(2);
            proxy.resume();
            for (CompletionStage<Boolean> stage : stages) {
                assertThat(ended(stage)).isTrue();
            }
        }
    }

    @Test
    void whatDependsOnAStageMayEnqueueAndNeedNotWaitForItself() throws Exception {
        try (Resque resque = slow()) {
            proxy.pause();
            CompletionStage<Boolean> first = resque.enqueueAsync("a", JobSpec.of("A"));
            CompletableFuture<Long> stream = first.thenApply(ok -> {
                        IntStream.range(0, 10).forEach(i -> resque.enqueueAsync("b", large(i)));
                        return resque.enqueueAll("c", jobs(0, 2_500).stream());
                    })
                    .toCompletableFuture();
            proxy.resume();
            assertThat(ended(stream)).isEqualTo(2_500);
        }
        assertThat(redis.queue("b")).hasSize(10);
        assertThat(redis.queue("c")).containsExactly(texts(2_500));
    }

    @Test
    void closeWritesWhatWasHandedOver() {
        List<CompletionStage<Boolean>> stages = new ArrayList<>();
        Resque resque = redis.builder().build();
        for (int i = 0; i < 5_000; i++) {
            stages.add(resque.enqueueAsync("a", JobSpec.of("A", i)));
        }
        resque.close();
        assertThat(stages).allMatch(stage -> stage.toCompletableFuture().isDone());
        assertThat(redis.queue("a")).containsExactly(texts(5_000));
        assertThat(failure(resque.enqueueAsync("a", JobSpec.of("A"))))
                .isInstanceOf(BackendException.class)
                .hasMessage(
                        "This Resque has been closed, so the jobs for a were not written; enqueue them by another one");
        assertThat(redis.queue("a")).hasSize(5_000);
    }

    @Test
    void closeOfAnInterruptedThreadWritesThemAsWell() throws Exception {
        Resque resque = redis.builder().build();
        CompletionStage<Long> stage = resque.enqueueAllAsync("a", jobs(0, 3_000));
        Thread.currentThread().interrupt();
        resque.close();
        assertThat(Thread.interrupted()).as("it is still interrupted").isTrue();
        assertThat(ended(stage)).isEqualTo(3_000);
    }

    @Test
    void whoIsStillHandingOverWhileItIsClosedIsToldWhatWasWritten() throws Exception {
        Resque resque = redis.builder().build();
        AtomicInteger written = new AtomicInteger();
        List<CompletionStage<Boolean>> stages = new ArrayList<>();
        CountDownLatch many = new CountDownLatch(100);
        Thread producer = new Thread(() -> {
            CompletionStage<Boolean> last = null;
            while (last == null || !last.toCompletableFuture().isCompletedExceptionally()) {
                last = resque.enqueueAsync("a", JobSpec.of("A", stages.size()));
                last.thenAccept(ok -> written.incrementAndGet());
                stages.add(last);
                many.countDown();
            }
        });
        producer.start();
        many.await();
        resque.close();
        producer.join();
        assertThat(stages).allMatch(stage -> stage.toCompletableFuture().isDone());
        assertThat(redis.queue("a")).containsExactly(texts(written.get()));
    }

    @Test
    void whoNoLongerWaitsKeepsNoListenerFromHearing() throws Exception {
        List<JobInfo> heard = new CopyOnWriteArrayList<>();
        try (Resque resque = slow()) {
            resque.listen(new ResqueListener() {
                @Override
                public void afterEnqueue(JobInfo job) {
                    assertThat(Thread.currentThread().getName()).isEqualTo("resque-enqueue");
                    heard.add(job);
                }
            });
            proxy.pause();
            CompletionStage<Long> stage = resque.enqueueAllAsync("a", jobs(0, 3));
            stage.toCompletableFuture().cancel(true);
            proxy.resume();
            assertThatThrownBy(() -> ended(stage)).isInstanceOf(CancellationException.class);
        }
        assertThat(heard).hasSize(3);
        assertThat(redis.queue("a")).containsExactly(texts(3));
    }

    @Test
    void closedByWhatDependsOnAStageItWritesTheOthersFirst() throws Exception {
        Resque resque = slow();
        proxy.pause();
        CompletionStage<CompletionStage<Boolean>> late = resque.enqueueAsync("b", JobSpec.of("A"))
                .thenApply(ok -> {
                    resque.close();
                    return resque.enqueueAsync("b", JobSpec.of("A"));
                });
        CompletionStage<Long> behind = resque.enqueueAllAsync("a", jobs(0, 3_000));
        proxy.resume();
        assertThat(failure(ended(late))).hasMessageStartingWith("This Resque has been closed");
        assertThat(ended(behind)).isEqualTo(3_000);
        assertThat(redis.queue("a")).containsExactly(texts(3_000));
    }

    @Test
    void theLogTellsOnceOfJobsThatNobodyWaitedForAndOnceTheyAreWrittenAgain() throws Exception {
        try (CapturedLog log = new CapturedLog(Resque.class);
                Resque resque = slow()) {
            for (int i = 0; i < 5; i++) {
                proxy.cutBefore(FaultProxy.command("RPUSH"));
                assertThat(failure(resque.enqueueAllAsync("a", jobs(i, i + 2))))
                        .isInstanceOf(BackendUnavailableException.class);
            }
            assertThat(ended(resque.enqueueAllAsync("a", jobs(0, 2)))).isEqualTo(2);
            assertThat(ended(resque.enqueueAllAsync("a", jobs(2, 4)))).isEqualTo(2);
            assertThat(log.lines()).hasSize(2);
            assertThat(log.lines().get(0))
                    .startsWith(
                            "WARN Jobs that were handed over for a are not written, and not tried again: The connection to Redis at ");
            assertThat(log.lines().get(1))
                    .isEqualTo(
                            "WARN Jobs that are handed over for a are written again; the stages of 10 ended with an error");
        }
    }

    @Test
    void inlineRunsThemWhereTheyAreHandedOver() throws Exception {
        AtomicReference<Thread> ran = new AtomicReference<>();
        JobModule jobs = registry -> registry.register("A", () -> job -> ran.set(Thread.currentThread()));
        try (Resque resque = redis.builder().inline(jobs).build()) {
            assertThat(ended(resque.enqueueAsync("a", JobSpec.of("A")))).isTrue();
        }
        assertThat(ran.get()).isSameAs(Thread.currentThread());
    }

    @Test
    void whatAListenerThrowsIsWhatTheStageEndsWith() {
        try (Resque resque = redis.builder().build()) {
            resque.listen(new ResqueListener() {
                @Override
                public void afterEnqueue(JobInfo job) {
                    throw new IllegalStateException("a listener's");
                }
            });
            assertThat(failure(resque.enqueueAsync("a", JobSpec.of("A")))).hasMessage("a listener's");
        }
        assertThat(redis.queue("a")).as("it is on the queue all the same").hasSize(1);
    }

    /** A program that neither waits nor closes. */
    static final class Careless {
        public static void main(String[] args) {
            Resque resque = Resque.builder()
                    .url(args[0])
                    .namespace(args[1])
                    .backend("jedis")
                    .serializer("gson")
                    .build();
            for (int i = 0; i < 2_000; i++) {
                resque.enqueueAsync("a", JobSpec.of("A", i));
            }
        }
    }

    @Test
    void aProgramThatJustEndsHasWrittenAll() throws IOException, InterruptedException {
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Careless.class.getName(),
                        SERVER.url(),
                        redis.namespace)
                .redirectErrorStream(true)
                .start();
        try (InputStream output = program.getInputStream()) {
            String printed = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(program.waitFor()).as(printed).isZero();
        }
        assertThat(redis.queue("a")).containsExactly(texts(2_000));
    }
}
