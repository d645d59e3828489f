package io.resque.core;

import static io.resque.core.CoreRedis.CLIENT;
import static io.resque.core.CoreRedis.GSON;
import static io.resque.core.CoreRedis.SERVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.api.JobSpec;
import io.resque.api.spi.Payload;
import io.resque.tck.RespClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Many workers of one process, whose steps travel together, and what others see of them meanwhile. */
@Timeout(120)
public class ManyWorkersTest {
    private static final int JOBS = 10_000;

    private final CoreRedis redis = new CoreRedis();
    private final Resque resque = redis.builder().build();

    @AfterEach
    void clear() {
        resque.close();
        redis.clear();
    }

    private void enqueue(String queue, int jobs) {
        resque.enqueueAll(queue, IntStream.range(0, jobs).mapToObj(i -> JobSpec.of("Note", i)));
    }

    private long number(String key) {
        String text = CLIENT.text("GET", redis.key(key));
        return text == null ? 0 : Long.parseLong(text);
    }

    @ParameterizedTest
    @CsvSource({"1,false", "4,false", "64,false", "64,true", "1000,true"})
    void everyJobRunsOnceAndIsCountedOnce(int concurrency, boolean virtual) {
        boolean possible = !virtual || Runtime.version().feature() >= 21;
        if (!possible) {
            System.out.println("SKIPPED " + concurrency + " virtual threads: this is Java "
                    + Runtime.version().feature());
        }
        Assumptions.assumeTrue(possible);
        enqueue("q", JOBS);
        Set<Integer> seen = ConcurrentHashMap.newKeySet();
        AtomicInteger runs = new AtomicInteger();
        WorkerBuilder builder = resque.workerBuilder("q")
                .concurrency(concurrency)
                .register("Note", () -> context -> {
                    seen.add(context.args().get(0, Integer.class));
                    runs.incrementAndGet();
                    if (seen.size() % 100 == 0) {
                        throw new IllegalStateException("one in a hundred or so");
                    }
                });
        Worker worker = (virtual ? builder.virtualThreads() : builder).start();
        await().atMost(Duration.ofSeconds(60)).until(() -> number("stat:processed") == JOBS);
        long failed = CLIENT.number("LLEN", redis.key("failed"));
        List<Long> own =
                worker.ids().stream().map(id -> number("stat:processed:" + id)).toList();
        assertThat(own.stream().mapToLong(Long::longValue).sum())
                .as("counters of the workers")
                .isEqualTo(JOBS);
        assertThat(number("stat:failed")).isEqualTo(failed).isPositive();
        assertThat(seen).hasSize(JOBS);
        assertThat(runs).hasValue(JOBS);
        assertThat(own.stream().filter(jobs -> jobs > 0).count())
                .as("workers that had a job")
                .isGreaterThan(concurrency / 4);
        assertThat(worker.stop(Duration.ofSeconds(20))).isTrue();
        assertThat(CLIENT.texts("SMEMBERS", redis.key("workers"))).isEmpty();
    }

    @Test
    void asManyJobsRunAtOnceAsThereAreWorkersThoughThreadsServeAnyOfThem() throws Exception {
        enqueue("q", 64 * 3);
        for (int round = 0; round < 3; round++) {
            enqueue("q", 200); // which few threads can do meanwhile
        }
        CyclicBarrier all = new CyclicBarrier(64);
        Worker worker = resque.workerBuilder("q")
                .concurrency(64)
                .register("Note", () -> context -> {
                    if (context.args().get(0, Integer.class) < 64) {
                        all.await(30, TimeUnit.SECONDS);
                    }
                })
                .start();
        await().atMost(Duration.ofSeconds(60)).until(() -> number("stat:processed") == 64 * 3 + 600);
        assertThat(number("stat:failed")).isZero();
        assertThat(worker.stop(Duration.ofSeconds(20))).isTrue();
    }

    @Test
    void aJobThatTakesLongKeepsNoOtherWorkerFromItsNext() throws Exception {
        enqueue("q", 1);
        CountDownLatch longOne = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        Worker worker = resque.workerBuilder("q")
                .concurrency(16)
                .register("Note", () -> context -> {
                    if (context.args().get(0, Integer.class) == 0 && begun.getCount() > 0) {
                        begun.countDown();
                        longOne.await();
                    }
                })
                .start();
        begun.await();
        enqueue("q", 2_000);
        await().atMost(Duration.ofSeconds(60)).until(() -> number("stat:processed") == 2_000);
        longOne.countDown();
        await().until(() -> number("stat:processed") == 2_001);
        assertThat(worker.stop(Duration.ofSeconds(20))).isTrue();
    }

    /** As Ruby's web page reads them. */
    @Test
    void anObserverNeverSeesAnImpossibleState() throws Exception {
        enqueue("q", JOBS);
        AtomicBoolean done = new AtomicBoolean();
        ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
        AtomicInteger looks = new AtomicInteger();
        AtomicInteger records = new AtomicInteger();
        CountDownLatch watching = new CountDownLatch(1);
        Thread observer = new Thread(() -> {
            try (RespClient client = SERVER.client()) {
                long before = 0;
                while (!done.get()) {
                    List<?> seen = (List<?>) client.call(
                            "EVAL",
                            "local r={redis.call('GET',KEYS[1]..'stat:processed') or '0',redis.call('LLEN',KEYS[1]..'queue:q')} "
                                    + "for _,w in ipairs(redis.call('SMEMBERS',KEYS[1]..'workers')) do "
                                    + "local j=redis.call('GET',KEYS[1]..'worker:'..w) if j then r[#r+1]=j end end return r",
                            1,
                            redis.key(""));
                    long processed = Long.parseLong(text(seen.get(0)));
                    long held = seen.size() - 2L;
                    if (processed + (Long) seen.get(1) + held != JOBS || processed < before) {
                        wrong.add(processed + " processed, " + seen.get(1) + " waiting, " + held + " held");
                    }
                    for (Object record : seen.subList(2, seen.size())) {
                        Map<?, ?> tree = (Map<?, ?>) GSON.decode(Payload.of((byte[]) record));
                        if (!tree.keySet().equals(Set.of("queue", "run_at", "payload"))) {
                            wrong.add(text(record));
                        }
                        records.incrementAndGet();
                    }
                    before = processed;
                    looks.incrementAndGet();
                    watching.countDown();
                }
            } catch (RuntimeException e) {
                wrong.add(e.toString());
            }
        });
        observer.start();
        watching.await();
        resque.workerBuilder("q")
                .concurrency(32)
                .register("Note", () -> context -> {})
                .start();
        await().atMost(Duration.ofSeconds(60)).until(() -> number("stat:processed") == JOBS);
        done.set(true);
        observer.join();
        System.out.println("Observed " + looks + " times, with " + records + " records");
        assertThat(wrong).isEmpty();
        assertThat(records.get()).isPositive();
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, java.nio.charset.StandardCharsets.UTF_8);
    }
}
