package io.resque.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.DontPerformException;
import io.resque.api.JobSpec;
import io.resque.core.Resque;
import io.resque.core.Worker;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Jedis and Lettuce leave the same data in Redis after the same 100,000 jobs with 16 workers. */
class TwinBackendsTest {
    private static final int JOBS = 100_000;
    private static final int CHUNK = 5_000;

    @Test
    void leaveTheSameKeysBehind() throws InterruptedException {
        try (RedisServer server = RedisServer.forTests()) {
            Map<String, Object> byJedis = workOff(server, "jedis");
            Map<String, Object> byLettuce = workOff(server, "lettuce");
            assertThat(byLettuce).isEqualTo(byJedis);
            assertThat(byJedis.get("stat:processed")).isEqualTo(Integer.toString(JOBS));
            assertThat(byJedis.get("stat:failed")).isEqualTo(Integer.toString(JOBS / 100));
        }
    }

    private static Map<String, Object> workOff(RedisServer server, String backend) throws InterruptedException {
        String namespace = server.newNamespace();
        CountDownLatch left = new CountDownLatch(JOBS);
        long before = System.nanoTime();
        try (RespClient redis = server.client()) {
            try (Resque resque = Resque.builder()
                    .url(server.url())
                    .namespace(namespace)
                    .backend(backend)
                    .serializer("gson")
                    .build()) {
                Worker worker = resque.workerBuilder("high", "low")
                        .register("Count", () -> context -> left.countDown())
                        .register("Fail", () -> context -> {
                            left.countDown();
                            throw new IllegalStateException(
                                    "no " + context.args().get(0));
                        })
                        .register("Veto", () -> context -> {
                            left.countDown();
                            throw new DontPerformException("not now");
                        })
                        .concurrency(16)
                        .start();
                for (int from = 0; from < JOBS; from += CHUNK) {
                    resque.enqueueAll(from % (2 * CHUNK) == 0 ? "high" : "low", chunk(from));
                }
                assertThat(left.await(120, TimeUnit.SECONDS)).isTrue();
                assertThat(worker.stop(Duration.ofSeconds(20))).isTrue();
            }
            System.out.println("By " + backend + ": " + JOBS + " jobs, 16 workers, "
                    + Duration.ofNanos(System.nanoTime() - before).toMillis() + " ms");
            Map<String, Object> remains = comparable(redis.dump(namespace + ":"), namespace);
            redis.deleteKeys(namespace + ":");
            return remains;
        }
    }

    private static List<JobSpec> chunk(int from) {
        List<JobSpec> jobs = new ArrayList<>();
        for (int i = from; i < from + CHUNK; i++) {
            jobs.add(JobSpec.of(i % 100 == 0 ? "Fail" : i % 100 == 1 ? "Veto" : "Count", i, "é/\u2028"));
        }
        return jobs;
    }

    /**
     * The data without the namespace. Failures are compared without their times, threads and order, which differ in
     * each run.
     */
    private static Map<String, Object> comparable(Map<String, Object> dump, String namespace) {
        Map<String, Object> remains = new TreeMap<>();
        dump.forEach((key, value) -> remains.put(
                key.substring(namespace.length() + 1),
                value instanceof List<?> list
                        ? list.stream()
                                .map(element -> element.toString()
                                        .replaceFirst("\"failed_at\":\"[^\"]*\"", "")
                                        .replaceFirst("\"worker\":\"[^\"]*\"", ""))
                                .sorted()
                                .toList()
                        : value));
        return remains;
    }
}
