package io.resque.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.core.RecurringJobs;
import io.resque.core.Resque;
import io.resque.core.Schedule;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Two recurring jobs, each every second, while three scheduler processes are killed at random moments, and now and then all at once. */
class TickChaosTest {
    private static final int PROCESSES = 3;
    private static final Duration LENGTH =
            Duration.ofSeconds(Long.getLong("chaos.seconds", ChaosSettings.LONG ? 600 : 12));
    private static final int KILLS = Integer.getInteger("chaos.kills", ChaosSettings.LONG ? 200 : 5);
    private static final long SEED = Long.getLong("chaos.seed", new Random().nextInt(1_000_000));

    /** After so many kills all processes die, and nobody is there for a while. */
    private static final int ALL_DIE = 4;

    private static final DateTimeFormatter TEXT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss Z", Locale.ROOT);
    private static final long GAP = Duration.ofSeconds(4).toNanos();
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final String LAST =
            "return {redis.call('LINDEX', KEYS[1], -1), redis.call('HGET', KEYS[2], ARGV[1])}";
    private static final Pattern TICK = Pattern.compile("\"" + TickMain.TICK + "\":(\\d+)");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    private final List<WorkerJvm> processes = new ArrayList<>();
    private int started;
    private int looks;

    private WorkerJvm start(String url) {
        String adapter = started % 2 == 0 ? "jedis" : "lettuce";
        return WorkerJvm.start(
                "scheduler-" + started++,
                folder,
                List.of(System.getProperty("java.class.path")),
                TickMain.class.getName(),
                List.of(adapter, "gson", url));
    }

    private boolean anyHasStarted() {
        return processes.stream().anyMatch(WorkerJvm::hasStarted);
    }

    @Test
    void eachTickIsMadeOnce() {
        try (RedisServer server = RedisServer.start();
                RespClient client = server.client();
                Resque resque = Resque.builder()
                        .url(server.url())
                        .backend("jedis")
                        .serializer("gson")
                        .build()) {
            RecurringJobs schedules = resque.schedules();
            for (int i = 0; i < PROCESSES; i++) {
                processes.add(start(server.url()));
            }
            await().atMost(Duration.ofSeconds(60)).until(this::anyHasStarted);
            schedules.put("period", Schedule.every(Duration.ofSeconds(1)), "period", "A");
            schedules.put("calendar", Schedule.cron("* * * * * *", ZoneOffset.UTC), "calendar", "A");
            int gaps = killAtRandom(server.url(), client);
            await().atMost(Duration.ofSeconds(60)).until(this::anyHasStarted);
            long before = ticks(client, "period").size();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> ticks(client, "period").size() > before + 2);
            for (String name : List.of("period", "calendar")) {
                schedules.pause(name);
                audit(name, ticks(client, name), schedules, gaps);
            }
            assertThat(client.number("EXISTS", "resque:failed")).isZero();
        } finally {
            processes.forEach(WorkerJvm::close);
        }
    }

    /** Returns how often nobody was there. */
    private int killAtRandom(String url, RespClient client) {
        Random random = new Random(SEED);
        long step = LENGTH.toNanos() / KILLS;
        int gaps = 0;
        for (int kill = 1; kill <= KILLS; kill++) {
            watch(client, step / 2 + random.nextLong(step));
            if (kill % (ALL_DIE * PROCESSES) == ALL_DIE) {
                processes.forEach(WorkerJvm::kill);
                gaps++;
                watch(client, GAP);
                processes.replaceAll(dead -> start(url));
            } else {
                int one = random.nextInt(PROCESSES);
                processes.get(one).kill();
                processes.set(one, start(url));
            }
        }
        return gaps;
    }

    /** Looks for a while, several times in each second, whether the last tick that is settled has its job. */
    private void watch(RespClient client, long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            for (String name : List.of("period", "calendar")) {
                List<?> last = (List<?>)
                        client.call("EVAL", LAST, 2, "resque:queue:" + name, "resque:delayed:last_enqueued_at", name);
                if (last.get(0) instanceof byte[] payload && last.get(1) instanceof byte[] lastRun) {
                    looks++;
                    assertThat(Instant.ofEpochSecond(tick(new String(payload, StandardCharsets.UTF_8))))
                            .as("the tick up to which all are settled has its job: no tick is lost")
                            .isEqualTo(OffsetDateTime.parse(new String(lastRun, StandardCharsets.UTF_8), TEXT)
                                    .toInstant());
                }
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    private static long tick(String payload) {
        Matcher tick = TICK.matcher(payload);
        assertThat(tick.find()).as(payload).isTrue();
        return Long.parseLong(tick.group(1));
    }

    private static List<Long> ticks(RespClient client, String queue) {
        return client.texts("LRANGE", "resque:queue:" + queue, 0, -1).stream()
                .map(TickChaosTest::tick)
                .toList();
    }

    private void audit(String name, List<Long> ticks, RecurringJobs schedules, int gaps) {
        long late = 0;
        int holes = 0;
        for (int i = 1; i < ticks.size(); i++) {
            long missing = ticks.get(i) - ticks.get(i - 1) - 1;
            late += Math.max(0, missing);
            holes += missing > 0 ? 1 : 0;
        }
        long all = ticks.get(ticks.size() - 1) - ticks.get(0) + 1;
        int doubled = ticks.size() - new HashSet<>(ticks).size();
        System.out.println("Recurring job \"" + name + "\", seed " + SEED + ": " + all + " ticks, " + KILLS
                + " kills with -9, " + gaps + " times of all three: made once " + new HashSet<>(ticks).size()
                + ", doubled " + doubled + ", missed and made up for by one job each " + holes + " times " + late
                + "; in " + looks + " looks no tick was settled without its job");
        assertThat(doubled).isZero();
        assertThat(ticks).as("in order").isSorted();
        assertThat(holes)
                .as("each time in which nobody was there has one job for all its ticks but the last")
                .isGreaterThanOrEqualTo(gaps);
        assertThat(schedules.find(name).orElseThrow().lastRun())
                .as("the last tick that is settled has its job")
                .contains(Instant.ofEpochSecond(ticks.get(ticks.size() - 1)));
    }
}
