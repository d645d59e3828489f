package io.resque.backend.jedis;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.Unique;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.LockClaim;
import io.resque.api.spi.LockedPush;
import io.resque.api.spi.Locks;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Push;
import io.resque.backend.redis.RedisBackend;
import io.resque.backend.redis.RedisLink;
import io.resque.backend.redis.RedisSettings;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Removes many payloads, or looks at them, while the queue changes, or while the server refuses to do some of it. */
class RemovalTest {
    private static final RedisServer SERVER = RedisServer.start();
    private static final List<Payload> ALL =
            IntStream.range(0, 4_000).mapToObj(i -> Payload.ofText("p" + i)).toList();
    private static final List<Payload> ODD = some(1);
    private static final List<Payload> EVEN = some(0);

    private final RespClient redis = SERVER.client();
    private final List<String> scripts = new ArrayList<>();
    private final List<Long> ranges = new ArrayList<>();

    private static List<Payload> some(int rest) {
        return IntStream.range(0, ALL.size())
                .filter(i -> i % 2 == rest)
                .mapToObj(ALL::get)
                .toList();
    }

    @AfterEach
    void cleanUp() {
        redis.call("CONFIG", "SET", "maxmemory", "0");
        redis.deleteKeys("t:");
        redis.close();
    }

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @Test
    void findsWhatMovedFurtherThanTheScriptLooks() {
        // Eight times, 500 other jobs leave the head between a look and its script, so the payloads stand elsewhere by
        // then.
        List<Payload> others = IntStream.range(0, 4_000)
                .mapToObj(i -> Payload.ofText("other" + i))
                .toList();
        List<Payload> queue = new ArrayList<>(others);
        queue.addAll(ALL);
        List<Long> counts = removeOdd(queue, () -> {
            if (scripts.size() <= 8) {
                redis.call("LTRIM", "t:queue:q", 500, -1);
            }
        });
        assertThat(counts).isEqualTo(Collections.nCopies(ODD.size(), 1L));
        assertThat(left()).isEqualTo(EVEN);
        assertThat(scripts).as("the test is about scripts").hasSizeGreaterThan(8);
    }

    @Test
    void whatIsPutBackMeanwhileHidesNothing() {
        List<Long> counts = removeOdd(ALL, () -> redis.call("LPUSH", "t:queue:q", "other"));
        assertThat(counts).isEqualTo(Collections.nCopies(ODD.size(), 1L));
        assertThat(left()).endsWith(EVEN.toArray(Payload[]::new)).hasSize(EVEN.size() + scripts.size());
    }

    @Test
    void countsNothingThatOthersTookAfterItWasSeen() {
        List<Long> counts = removeOdd(ALL, () -> redis.call("LTRIM", "t:queue:q", 1, 0));
        assertThat(counts).isEqualTo(Collections.nCopies(ODD.size(), 0L));
        assertThat(scripts).isNotEmpty();
    }

    @Test
    void aFullServerLetsGoOfWhatItHolds() {
        List<Long> counts = removeOdd(ALL, () -> redis.call("CONFIG", "SET", "maxmemory", "1mb"));
        assertThat(counts).isEqualTo(Collections.nCopies(ODD.size(), 1L));
        assertThat(left()).isEqualTo(EVEN);
        assertThat(redis.text("INFO", "stats")).doesNotContain("evicted_keys:1");
    }

    @Test
    void largePayloadsAreReadAFewAtATime() {
        String filling = "x".repeat(100_000);
        List<Payload> large = ALL.subList(0, 200).stream()
                .map(payload -> Payload.ofText(payload.text() + filling))
                .toList();
        try (RedisBackend backend = backend(() -> {})) {
            backend.queues().push(new Push("q", large, List.of()));
            assertThat(backend.queues().removeAll("q", large.subList(50, 150))).isEqualTo(Collections.nCopies(100, 1L));
        }
        List<Payload> rest = new ArrayList<>(large.subList(0, 50));
        rest.addAll(large.subList(150, 200));
        assertThat(left()).isEqualTo(rest);
        assertThat(ranges)
                .as("elements in one reply: about two megabytes")
                .hasSizeGreaterThan(15)
                .allMatch(range -> range <= 22);
    }

    private static LockClaim claim(String owner, int job) {
        String key = "java:lock:" + job;
        return new LockClaim(owner + job, List.of(new LockClaim.Lock(Unique.Kind.WHILE_QUEUED, key, 300, 0)));
    }

    private static Payload job(LockClaim claim) {
        return Payload.ofText("{\"class\":\"A\",\"args\":[],\"java_lock\":\"" + claim.text() + "\"}");
    }

    @Test
    void jobsWithLocksAreRemovedWithTheirQueueAFewAtATime() {
        List<Payload> jobs = IntStream.range(0, 2_000)
                .mapToObj(i -> job(claim("ownerAAA", i)))
                .toList();
        try (RedisBackend backend = backend(() -> {})) {
            backend.queues().push(new Push("q", jobs, List.of()));
            scripts.clear();
            assertThat(backend.queues().remove("q")).isEqualTo(2_000);
        }
        assertThat(scripts).hasSizeGreaterThanOrEqualTo(4);
    }

    @Test
    void aPushOfManyLockedJobsLooksAtTheQueueOnce() {
        List<LockedPush.Entry> first = entries("ownerAAA");
        try (RedisBackend backend = backend(() -> {})) {
            Locks locks = backend.locks().orElseThrow();
            assertThat(locks.push(new LockedPush("q", first, List.of(), false)).written())
                    .containsOnly(true);
            redis.call("CONFIG", "RESETSTAT");
            assertThat(locks.push(new LockedPush("q", entries("ownerBBB"), List.of(), false))
                            .written())
                    .containsOnly(false);
        }
        String looks = redis.text("INFO", "commandstats")
                .lines()
                .filter(line -> line.startsWith("cmdstat_lrange:"))
                .findFirst()
                .orElseThrow();
        assertThat(Long.parseLong(looks.replaceFirst(".*:calls=(\\d+),.*", "$1")))
                .as("10 elements are read at a time")
                .isLessThanOrEqualTo(20);
    }

    private static List<LockedPush.Entry> entries(String owner) {
        return IntStream.range(0, 100)
                .mapToObj(i -> claim(owner, i))
                .map(claim -> new LockedPush.Entry(0, null, job(claim), claim))
                .toList();
    }

    private List<Payload> left() {
        return redis.texts("LRANGE", "t:queue:q", 0, -1).stream()
                .map(Payload::ofText)
                .toList();
    }

    /** Removes the payloads with odd numbers, and does something before each script. */
    private List<Long> removeOdd(List<Payload> queue, Runnable meanwhile) {
        try (RedisBackend backend = backend(meanwhile)) {
            backend.queues().push(new Push("q", queue, List.of()));
            return backend.queues().removeAll("q", ODD);
        }
    }

    private RedisBackend backend(Runnable meanwhile) {
        RedisLink real = Links.open(RedisSettings.parse(new BackendConfig(SERVER.url(), "t")));
        return new RedisBackend(new Meanwhile(real, meanwhile), "t");
    }

    private final class Meanwhile implements RedisLink {
        private final RedisLink real;
        private final Runnable meanwhile;

        Meanwhile(RedisLink real, Runnable meanwhile) {
            this.real = real;
            this.meanwhile = meanwhile;
        }

        @Override
        public @Nullable Object call(byte[]... command) {
            String name = new String(command[0], StandardCharsets.UTF_8);
            if (name.startsWith("EVAL") && !looks(command)) {
                scripts.add(name);
                meanwhile.run();
            }
            Object reply = real.call(command);
            if (looks(command)) {
                ranges.add((long) ((List<?>) reply).size());
            }
            return reply;
        }

        /** Whether it reads a part of a queue. Of a failure list it would have text to put around a payload that is too large. */
        private static boolean looks(byte[][] command) {
            return command.length == 9 && command[7].length == 0 && command[8].length == 0;
        }

        @Override
        public List<@Nullable Object> pipeline(List<byte[][]> commands) {
            return real.pipeline(commands);
        }

        @Override
        public Dedicated dedicate() {
            return real.dedicate();
        }

        @Override
        public String endpoint() {
            return real.endpoint();
        }

        @Override
        public void close() {
            real.close();
        }
    }
}
