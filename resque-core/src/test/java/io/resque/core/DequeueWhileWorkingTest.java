package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.api.Job;
import io.resque.api.JobSpec;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import io.resque.tck.WireRule;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** Ten thousand jobs are taken out of a hundred thousand while eight workers run. Prints what that took. */
class DequeueWhileWorkingTest {
    private static final int JOBS = 100_000;
    private static final int GONE = 10_000;
    private static final int WORKERS = 8;
    private static final double LONGEST_MILLIS = 50;

    /** A few can be slow because the machine is. */
    private static final int MOST_SLOW = 4;

    private final AtomicInteger begun = new AtomicInteger();

    /** Until then each worker is in its first job, however long this machine takes to let the test go on. */
    private final CountDownLatch dequeues = new CountDownLatch(1);

    private final AtomicIntegerArray runs = new AtomicIntegerArray(JOBS);
    private final Map<String, List<Integer>> orders = new ConcurrentHashMap<>();

    /** Every tenth job is of the class that goes. */
    private static boolean goes(int job) {
        return job % 10 == 3;
    }

    private static JobSpec spec(int job) {
        return JobSpec.of(goes(job) ? "Gone" : "Kept", job, "some more text, as jobs have it");
    }

    private Job job() {
        return context -> {
            int job = context.args().get(0, Integer.class);
            begun.incrementAndGet();
            runs.incrementAndGet(job);
            orders.computeIfAbsent(MDC.get("resque.worker"), worker -> new ArrayList<>())
                    .add(job);
            dequeues.await();
        };
    }

    @Test
    @WireRule("W-259")
    void losesNothingKeepsTheOrderAndDoesNotHoldUpRedis() throws Exception {
        List<Slow> slow = dequeueWhileWorking();
        // A busy machine may stop Redis itself, whatever it does; what we sent would be slow each time.
        for (int again = 0; again < 2 && !slow.isEmpty(); again++) {
            slow = new DequeueWhileWorkingTest().dequeueWhileWorking();
        }
        assertThat(slow)
                .as("commands that took longer than %s ms", LONGEST_MILLIS)
                .hasSizeLessThan(MOST_SLOW)
                .noneMatch(command -> command.millis > 10 * LONGEST_MILLIS);
    }

    /** Returns the commands that were too slow. */
    private List<Slow> dequeueWhileWorking() throws Exception {
        try (RedisServer server = RedisServer.start("--slowlog-log-slower-than", "500", "--slowlog-max-len", "9999");
                RespClient redis = server.client();
                Resque resque = Resque.builder()
                        .url(server.url())
                        .backend("jedis")
                        .serializer("gson")
                        .build()) {
            resque.enqueueAll(
                    "q",
                    IntStream.range(0, JOBS)
                            .mapToObj(DequeueWhileWorkingTest::spec)
                            .toList());
            Worker worker = resque.workerBuilder("q")
                    .register("Kept", this::job)
                    .register("Gone", this::job)
                    .concurrency(WORKERS)
                    .start();
            await().until(() -> orders.size() == WORKERS);
            redis.call("SLOWLOG", "RESET");

            Pings pings = new Pings(server);
            int before = begun.get();
            long start = System.nanoTime();
            dequeues.countDown();
            long removed = resque.dequeueClasses("q", List.of("Gone"));
            double millis = (System.nanoTime() - start) / 1e6;
            int meanwhile = begun.get() - before;
            List<Double> waits = pings.end();
            List<Slow> slow = slowlog(redis);

            await().atMost(Duration.ofMinutes(2)).until(() -> resque.inspector().queueSize("q") == 0);
            worker.close();

            int goneRun = (int) IntStream.range(0, JOBS)
                    .filter(job -> goes(job) && runs.get(job) > 0)
                    .count();
            System.out.printf(
                    "Dequeue of %,d among %,d jobs, %d workers: %,d removed and %,d run in %.0f ms, while %,d jobs were begun%n"
                            + "  longest commands in ms: %s%n  PING in ms: half %.2f, 99 of 100 %.2f, longest %.2f (of %,d)%n",
                    GONE,
                    JOBS,
                    WORKERS,
                    removed,
                    goneRun,
                    millis,
                    meanwhile,
                    slow.stream().limit(4).toList(),
                    at(waits, 0.5),
                    at(waits, 0.99),
                    at(waits, 1),
                    waits.size());

            assertThat(meanwhile).as("jobs begun while it went on").isPositive();
            assertThat(removed).as("most are there to be removed").isGreaterThan(GONE / 4);
            assertThat(millis).as("not a walk through the queue for each").isLessThan(20_000);
            assertThat(removed + goneRun)
                    .as("each of the %s is either counted as removed or run", GONE)
                    .isEqualTo(GONE);
            assertThat(IntStream.range(0, JOBS).filter(job -> runs.get(job) != 1 && !(goes(job) && runs.get(job) == 0)))
                    .as("jobs that were lost or run twice")
                    .isEmpty();
            assertThat(orders.values()).allSatisfy(order -> assertThat(order).isSorted());
            assertThat(redis.text("GET", "resque:stat:failed")).isEqualTo("0");
            return slow.stream()
                    .filter(command -> command.millis > LONGEST_MILLIS)
                    .toList();
        }
    }

    private static double at(List<Double> sorted, double part) {
        return sorted.get((int) ((sorted.size() - 1) * part));
    }

    private record Slow(double millis, String command) {
        @Override
        public String toString() {
            return millis + " " + command;
        }
    }

    /** What the server itself took for commands, the longest first. */
    private static List<Slow> slowlog(RespClient redis) {
        List<Slow> slow = new ArrayList<>();
        for (Object entry : (List<?>) redis.call("SLOWLOG", "GET", 9999)) {
            List<?> fields = (List<?>) entry;
            byte[] command = (byte[]) ((List<?>) fields.get(3)).get(0);
            slow.add(new Slow((Long) fields.get(2) / 1e3, new String(command, StandardCharsets.UTF_8)));
        }
        slow.sort((a, b) -> Double.compare(b.millis, a.millis));
        return slow;
    }

    /** How long another client waits meanwhile, all the time. */
    private static final class Pings {
        private final List<Double> millis = Collections.synchronizedList(new ArrayList<>());
        private final Thread thread;
        private volatile boolean ended;

        Pings(RedisServer server) {
            thread = new Thread(() -> {
                try (RespClient client = server.client()) {
                    while (!ended) {
                        long start = System.nanoTime();
                        client.call("PING");
                        millis.add((System.nanoTime() - start) / 1e6);
                    }
                }
            });
            thread.start();
        }

        List<Double> end() throws InterruptedException {
            ended = true;
            thread.join();
            Collections.sort(millis);
            return millis;
        }
    }
}
