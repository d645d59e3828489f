package io.resque.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.api.BackendException;
import io.resque.core.Resque;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** One run of workers, producers and a monkey on one Redis, from the first job to the audit. */
final class ChaosRun implements AutoCloseable {
    private static final Duration DRAIN = Duration.ofMinutes(2);
    private static final int LAST_JOBS = 4;

    private final ChaosSettings settings;
    private final Path folder;
    private final RedisServer redis = RedisServer.start("--appendonly", "yes", "--appendfsync", "always");
    private final List<Slot> slots = new ArrayList<>();
    private final Progress progress = new Progress();
    private final List<Producer> producers = new ArrayList<>();
    private boolean isRetried;
    private @Nullable Thread recovery;

    ChaosRun(ChaosSettings settings, Path folder) {
        this.settings = settings;
        this.folder = folder;
    }

    /**
     * Runs workers of this library, checks that they leave no key behind, and prints a line.
     *
     * @param policy {@code fail} or {@code requeue}: what happens to the jobs of dead workers
     * @param classPath the first entries of the workers' class path
     */
    Audit run(String policy, List<String> classPath, WorkerKind... kinds) {
        isRetried = policy.equals(WorkerMain.RETRY);
        if (isRetried) {
            recovery = recovery();
        }
        for (WorkerKind kind : kinds) {
            begin(kind.name(), WorkerJvm.starter(folder, classPath, kind, policy));
        }
        String deeds = rage(isRetried ? Schedule.withoutPauses(settings) : Schedule.of(settings));
        int numbers = settings.jobs() + lastJobs();
        awaitDrained();
        stopWorkers();
        return audit(policy + (classPath.isEmpty() ? "" : " with a wrong script"), numbers, deeds);
    }

    /** Runs workers of another library. Only their processes are killed, and they may leave keys behind. */
    Audit runOthers(String name, List<Slot.Starter> starters) {
        starters.forEach(starter -> begin(name, starter));
        String deeds = rage(Schedule.onProcesses(settings));
        awaitQueuesEmpty();
        slots.forEach(Slot::retire);
        slots.forEach(slot -> slot.retired().forEach(WorkerJvm::awaitEnd));
        return audit(name, settings.jobs(), deeds);
    }

    /** The number of jobs in all lists whose keys match a pattern. */
    long lengthOf(String pattern) {
        try (RespClient client = redis.client()) {
            return client.keys(pattern).stream()
                    .mapToLong(key -> client.number("LLEN", key))
                    .sum();
        }
    }

    /** The keys that are left in Redis, with the seconds after which they expire; -1 for never. */
    Map<String, Long> keys() {
        try (RespClient client = redis.client()) {
            Map<String, Long> left = new TreeMap<>();
            client.keys("resque:*").forEach(key -> left.put(key, client.number("TTL", key)));
            return left;
        }
    }

    /** Recovers dead workers again and again, without knowing any of their jobs. */
    private void recover(Resque resque) {
        while (!Thread.interrupted()) {
            try {
                resque.recoverDeadWorkers();
            } catch (BackendException e) {
                // Redis is down
            }
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        }
        resque.close();
    }

    private Thread recovery() {
        Resque resque = Resque.builder()
                .url(redis.url())
                .backend("jedis")
                .serializer("gson")
                .heartbeatInterval(Duration.ofSeconds(1))
                .deadAfter(Duration.ofSeconds(6))
                .build();
        Thread thread = new Thread(() -> recover(resque), "chaos-recovery");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void begin(String name, Slot.Starter starter) {
        slots.add(new Slot(name + "-" + slots.size(), redis.url(), starter));
    }

    /** Runs the monkey, and returns a summary of what it has done. */
    private String rage(List<Schedule.Event> events) {
        long begin = System.nanoTime();
        int half = settings.jobs() / 2;
        producers.add(producer("jedis", 0, half));
        producers.add(producer("lettuce", half, settings.jobs()));
        await().atMost(DRAIN)
                .until(() -> slots.stream().allMatch(slot -> slot.jvm().hasStarted()));
        Monkey monkey = new Monkey(redis, slots, producers, progress, this::isBehind);
        monkey.rage(events);
        await().atMost(DRAIN).until(() -> producers.stream().allMatch(Producer::hasEnded));
        return monkey + ", seconds "
                + Duration.ofNanos(System.nanoTime() - begin).toSeconds();
    }

    /** Whether too many jobs wait for the workers. */
    private boolean isBehind() {
        try (RespClient client = redis.client()) {
            long waiting = 0;
            for (String queue : Producer.QUEUES) {
                waiting += client.number("LLEN", "resque:queue:" + queue);
            }
            return waiting > settings.jobs() / 20 + 200;
        } catch (UncheckedIOException | RespClient.RedisError e) {
            return true;
        }
    }

    private Audit audit(String name, int numbers, String deeds) {
        try (RespClient client = redis.client()) {
            Audit audit = Audit.of(folder, client, numbers);
            System.out.println("chaos " + name + ": seed " + settings.seed() + ", " + audit + ", " + deeds);
            return audit;
        }
    }

    private Producer producer(String adapter, int from, int to) {
        String jobClass = isRetried ? ChaosJobs.FLAKY : ChaosJobs.WORK;
        return new Producer(
                adapter, adapter, redis.url(), folder, settings.seed(), from, to, progress, false, jobClass);
    }

    /** Enqueues some jobs for each worker that no other worker can take: each worker must still work. */
    private int lastJobs() {
        int number = settings.jobs();
        try (Journal acknowledged = new Journal(folder, Journal.ACKNOWLEDGED, "last");
                Resque resque = Resque.builder()
                        .url(redis.url())
                        .backend("jedis")
                        .serializer("gson")
                        .build()) {
            for (Slot slot : slots) {
                for (int i = 0; i < LAST_JOBS; i++) {
                    resque.enqueue(slot.ownQueue(), ChaosJobs.WORK, number, 50);
                    acknowledged.write(number++);
                }
            }
        }
        return number - settings.jobs();
    }

    private void awaitDrained() {
        try (RespClient client = redis.client()) {
            Patience patience = new Patience(DRAIN);
            await().forever().until(() -> {
                Set<String> records = records(client);
                Set<String> queues = client.keys("resque:queue:*");
                long queued = queues.stream()
                        .mapToLong(queue -> client.number("LLEN", queue))
                        .sum();
                long seconds = client.number("ZCARD", "resque:delayed_queue_schedule");
                patience.check(queued + " jobs in " + queues + ", " + seconds
                        + " seconds with delayed jobs, with workers " + records);
                return records.isEmpty() && queues.isEmpty() && seconds == 0;
            });
        }
    }

    private void awaitQueuesEmpty() {
        Patience patience = new Patience(DRAIN);
        await().forever().until(() -> {
            long waiting = lengthOf("resque:queue:*");
            patience.check(waiting + " jobs in queues");
            return waiting == 0;
        });
    }

    private static Set<String> records(RespClient client) {
        Set<String> keys = client.keys("resque:worker:*");
        keys.removeIf(key -> key.endsWith(":started") || key.endsWith(":java"));
        return keys;
    }

    /** Stops all workers. They must leave no key behind. */
    private void stopWorkers() {
        slots.forEach(Slot::retire);
        slots.forEach(slot -> slot.retired().forEach(WorkerJvm::awaitStopped));
        await().atMost(DRAIN).until(() -> !Journal.isAnyWriterAlive(folder, Journal.DONE));
        try (RespClient client = redis.client();
                Resque resque = Resque.builder()
                        .url(redis.url())
                        .backend("jedis")
                        .serializer("gson")
                        .heartbeatInterval(Duration.ofSeconds(1))
                        .deadAfter(Duration.ofSeconds(3))
                        .build()) {
            await().atMost(DRAIN).untilAsserted(() -> {
                resque.recoverDeadWorkers();
                assertThat(client.keys("resque:worker*"))
                        .as("keys that stopped workers have left behind")
                        .isEmpty();
            });
        }
    }

    @Override
    public void close() {
        if (recovery != null) {
            recovery.interrupt();
        }
        producers.forEach(Producer::close);
        slots.forEach(Slot::close);
        redis.close();
    }
}
