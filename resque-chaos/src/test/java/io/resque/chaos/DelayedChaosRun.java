package io.resque.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.core.Resque;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * One run of three schedulers, two producers of delayed jobs and a monkey on one Redis, from the first job to the audit. The queues are read
 * by a witness only.
 */
final class DelayedChaosRun implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final List<String> SCHEDULERS = List.of("jedis", "lettuce", "jedis");
    private static final int LAST_JOBS = 4;

    /** How many items are due now by Redis's clock. */
    private static final String DUE = "local due = 0 "
            + "for _, second in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', redis.call('TIME')[1])) do "
            + "due = due + redis.call('LLEN', 'resque:delayed:' .. second) end return due";

    private final ChaosSettings settings;
    private final Path folder;
    private final RedisServer redis = RedisServer.start("--appendonly", "yes", "--appendfsync", "always");
    private final DelayedWitness witness = new DelayedWitness(redis, Producer.QUEUES);
    private final List<Slot> slots = new ArrayList<>();
    private final List<Producer> producers = new ArrayList<>();
    private final Random random;
    private int amidMoves;

    DelayedChaosRun(ChaosSettings settings, Path folder) {
        this.settings = settings;
        this.folder = folder;
        this.random = new Random(settings.seed());
    }

    /**
     * Makes the run, and prints a line.
     *
     * @param classPath the first entries of the schedulers' class path
     */
    DelayedAudit run(String name, List<String> classPath) {
        for (String adapter : SCHEDULERS) {
            slots.add(new Slot(adapter + "-" + slots.size(), redis.url(), starter(classPath, adapter)));
        }
        String deeds = rage();
        awaitMoved();
        int numbers = settings.jobs() + lastJobs();
        DelayedAudit audit = DelayedAudit.of(folder, witness.seen(), numbers);
        System.out.println("chaos of delayed jobs" + name + ": seed " + settings.seed() + ", " + audit + ", " + deeds);
        return audit;
    }

    /** What must not be there at the end: failures, and jobs that are still delayed. */
    List<String> leftovers() {
        try (RespClient client = redis.client()) {
            List<String> left = new ArrayList<>(client.texts("LRANGE", "resque:failed", 0, 9));
            left.addAll(client.keys("resque:delayed*"));
            left.addAll(client.keys("resque:timestamps:*"));
            return left;
        }
    }

    private Slot.Starter starter(List<String> classPath, String adapter) {
        List<String> path = new ArrayList<>(classPath);
        path.add(System.getProperty("java.class.path"));
        return (name, line, queues) -> WorkerJvm.start(
                name,
                folder,
                path,
                SchedulerMain.class.getName(),
                List.of(adapter, "gson", line.url() + "?timeout=1s&connectTimeout=1s"));
    }

    private String rage() {
        long begin = System.nanoTime();
        await().atMost(LIMIT)
                .until(() -> slots.stream().allMatch(slot -> slot.jvm().hasStarted()));
        Progress progress = new Progress();
        int half = settings.jobs() / 2;
        producers.add(producer("jedis", 0, half, progress));
        producers.add(producer("lettuce", half, settings.jobs(), progress));
        Monkey monkey = new Monkey(redis, slots, producers, progress, this::mustWait);
        monkey.rage(Schedule.of(settings).stream()
                .filter(event -> event.action() != Action.KILL_CHILD) // a scheduler has no children
                .toList());
        await().atMost(LIMIT).until(() -> producers.stream().allMatch(Producer::hasEnded));
        return monkey + ", of all deeds to processes " + amidMoves + " while jobs were due, seconds "
                + Duration.ofNanos(System.nanoTime() - begin).toSeconds();
    }

    private Producer producer(String adapter, int from, int to, Progress progress) {
        return new Producer(
                adapter, adapter, redis.url(), folder, settings.seed(), from, to, progress, true, ChaosJobs.WORK);
    }

    /** Lets the monkey strike in the middle of moves: waits until jobs are due, and then a random moment more. */
    private boolean mustWait() {
        long end = System.nanoTime() + Duration.ofSeconds(4).toNanos();
        try (RespClient client = redis.client()) {
            while (System.nanoTime() < end) {
                if (due(client) > 0) {
                    LockSupport.parkNanos(random.nextInt(20_000_000));
                    amidMoves += due(client) > 0 ? 1 : 0;
                    return false;
                }
                LockSupport.parkNanos(1_000_000);
            }
        } catch (UncheckedIOException | RespClient.RedisError e) {
            return true; // Redis is down or loading
        }
        return false;
    }

    private static long due(RespClient client) {
        return client.number("EVAL", DUE, 1, "resque:delayed_queue_schedule");
    }

    /** Waits until nothing is delayed and all was seen. */
    private void awaitMoved() {
        Patience patience = new Patience(LIMIT);
        try (RespClient client = redis.client()) {
            await().forever().until(() -> {
                long delayed = client.number("ZCARD", "resque:delayed_queue_schedule");
                long queued = Producer.QUEUES.stream()
                        .mapToLong(queue -> client.number("LLEN", "resque:queue:" + queue))
                        .sum();
                int seen = witness.seen().size();
                patience.check(delayed + " seconds with delayed jobs, " + queued + " jobs in queues, seen " + seen);
                return delayed == 0 && queued == seen;
            });
        }
    }

    /** Each scheduler must still live, and must still work where the others do not. Returns the number of jobs for that. */
    private int lastJobs() {
        int number = settings.jobs();
        assertThat(slots).as("schedulers that live").allMatch(slot -> slot.jvm().isAlive());
        try (Journal acknowledged = new Journal(folder, Journal.ACKNOWLEDGED, "last");
                Resque resque = Resque.builder()
                        .url(redis.url())
                        .backend("jedis")
                        .serializer("gson")
                        .build()) {
            for (Slot slot : slots) {
                slots.stream()
                        .filter(other -> other != slot)
                        .forEach(other -> other.jvm().signal("STOP"));
                long second = System.currentTimeMillis() / 1000 + 2;
                for (int i = 0; i < LAST_JOBS; i++) {
                    resque.enqueueAt(
                            Instant.ofEpochSecond(second), Producer.QUEUES.get(0), ChaosJobs.WORK, number, second);
                    acknowledged.write(number++);
                }
                awaitMoved();
                slots.forEach(other -> other.jvm().signal("CONT"));
            }
        }
        return number - settings.jobs();
    }

    @Override
    public void close() {
        producers.forEach(Producer::close);
        slots.forEach(Slot::close);
        witness.close();
        redis.close();
    }
}
