package io.resque.core.internal.history;

import static io.resque.core.CoreRedis.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.resque.api.HistoryMark;
import io.resque.api.HistorySample;
import io.resque.api.Throughput;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.HistoryStore;
import io.resque.api.spi.HistoryStore.Grain;
import io.resque.api.spi.QueueBackend;
import io.resque.backend.jedis.JedisBackendProvider;
import io.resque.core.CoreRedis;
import io.resque.core.HistoryPeriod;
import io.resque.core.internal.support.DaemonThreads;
import io.resque.tck.WireRule;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Samples of a real Redis, written by several processes, and read again. */
class HistorySamplerTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final CoreRedis redis = new CoreRedis();
    private final QueueBackend backend =
            new JedisBackendProvider().open(new BackendConfig(CoreRedis.SERVER.url(), redis.namespace));
    private final HistoryStore store = backend.history().orElseThrow();
    private final HistorySampler one = sampler("one");
    private final HistorySampler two = sampler("two");
    private final HistoryBook book = new HistoryBook(store, CoreRedis.GSON);

    /** A while ago, so that all samples of a test are in the past; has samples of both grains. */
    private final long begin = Grain.COARSE.sampled(store.second()) - 600;

    @AfterEach
    void close() {
        backend.close();
        redis.clear();
    }

    private HistorySampler sampler(String name) {
        return new HistorySampler(backend, store, CoreRedis.GSON, name);
    }

    private HistoryPeriod lastHour() {
        HistoryBook.Read read = book.last(HOUR);
        return new HistoryPeriod(read.from(), read.to(), read.step(), read.samples(), read.marks());
    }

    private String sample(long second) {
        return CLIENT.text("HGET", redis.key("java:history:m:" + second / 60), Long.toString(second));
    }

    private static long crc(String text) {
        CRC32 sum = new CRC32();
        sum.update(text.getBytes(StandardCharsets.UTF_8));
        return sum.getValue();
    }

    private void push(String queue, String... payloads) {
        CLIENT.call("SADD", redis.key("queues"), queue);
        for (String payload : payloads) {
            CLIENT.call("RPUSH", redis.key("queue:" + queue), payload);
        }
    }

    @Test
    @WireRule("W-617")
    void aSampleCountsWhatAllLibrariesDo() {
        String ruby = "{\"class\":\"Mail\",\"args\":[\"\u00c4\"]}";
        push("mail", ruby, "{}");
        push("empty");
        push("x".repeat(201), "{}");
        CLIENT.call("SET", redis.key("stat:processed"), 17);
        CLIENT.call("SET", redis.key("stat:failed"), 2);
        CLIENT.call("RPUSH", redis.key("failed"), "{}");
        CLIENT.call("SADD", redis.key("failed_queues"), "mail_failed");
        CLIENT.call("RPUSH", redis.key("mail_failed"), "{}", "{}");
        CLIENT.call("SADD", redis.key("workers"), "ruby:1:mail", "ruby:2:mail", "php:3:low");
        CLIENT.call("SET", redis.key("worker:ruby:2:mail"), "{\"queue\":\"mail\"}");
        one.write(begin + 9);
        assertThat(sample(begin))
                .isEqualTo(
                        "{\"processed\":17,\"failed\":2,\"failures\":3,\"workers\":3,\"working\":1,\"late\":0,\"queues\":"
                                + "{\"mail\":[2," + crc(ruby) + "]},\"left_out\":1}");
        assertThat(CLIENT.text("HGET", redis.key("java:history:h:" + begin / 600), Long.toString(begin)))
                .isEqualTo(
                        "{\"processed\":17,\"failed\":2,\"failures\":3,\"workers\":3,\"working\":1,\"late\":0,\"queues\":"
                                + "{\"mail\":2},\"left_out\":1}");
        one.write(begin + 10);
        assertThat(CLIENT.number("HLEN", redis.key("java:history:h:" + begin / 600)))
                .as("every tenth sample alone is kept for days")
                .isOne();
        HistorySample read = lastHour().samples().get(0);
        assertThat(read.length("mail")).isEqualTo(2);
        assertThat(List.of(read.processed(), read.failures(), read.working())).containsExactly(17L, 3L, 1L);
    }

    @Test
    @WireRule("W-617")
    void theLongestQueuesAreKeptInBoundedMemory() {
        for (int i = 0; i < 205; i++) {
            push("queue_" + i, i < 6 ? new String[] {"{}"} : new String[] {"{}", "{}"});
        }
        one.write(begin);
        HistorySample read = lastHour().samples().get(0);
        assertThat(read.queues()).hasSize(200).containsKey("queue_6");
        assertThat(read.queues().keySet().stream().filter(name -> read.length(name) == 1))
                .hasSize(1);
        assertThat(read.queuesLeftOut()).isEqualTo(5);
        assertThat(sample(begin).length()).as("bytes of 200 queues").isLessThan(200 * 40);
    }

    @Test
    @WireRule("W-617")
    void longNamesOfQueuesDoNotMakeASampleLarge() {
        for (int i = 0; i < 200; i++) {
            push("\u00c4".repeat(98) + (1_000 + i), "{}"); // 200 bytes
        }
        one.write(begin);
        HistorySample read = lastHour().samples().get(0);
        assertThat(read.queues()).hasSize(20);
        assertThat(read.queuesLeftOut()).isEqualTo(180);
        assertThat(sample(begin).getBytes(StandardCharsets.UTF_8).length).isLessThan(8_500);
    }

    @Test
    @WireRule("W-617")
    void aDelayedJobThatIsDueIsLate() {
        long due = store.second() - 30;
        CLIENT.call("ZADD", redis.key("delayed_queue_schedule"), due, due);
        CLIENT.call("RPUSH", redis.key("delayed:" + due), "{\"class\":\"A\",\"args\":[],\"queue\":\"q\"}");
        one.write(begin);
        assertThat(lastHour().samples().get(0).late()).isBetween(30L, 40L);
        CLIENT.call("DEL", redis.key("delayed_queue_schedule"));
        CLIENT.call("SET", redis.key("delayed_queue_schedule"), "of another program");
        one.write(begin + 10);
        assertThat(lastHour().samples().get(1).late()).isZero();
    }

    @Test
    void aHundredQueuesNeedFewMegabytes() {
        for (int i = 0; i < 100; i++) {
            push("queue_" + (1_000 + i), "{\"class\":\"A\",\"args\":[" + i + "]}");
            CLIENT.call("SET", redis.key("stat:processed"), 123_456_789);
        }
        long start = Math.floorDiv(begin, 600) * 600;
        for (long second = start; second < start + 600; second += 10) {
            one.write(second);
        }
        long minute = CLIENT.number("MEMORY", "USAGE", redis.key("java:history:m:" + start / 60), "SAMPLES", 0);
        long tenMinutes = CLIENT.number("MEMORY", "USAGE", redis.key("java:history:h:" + start / 600), "SAMPLES", 0);
        long fine = minute * 8 * 60;
        long day = tenMinutes * 24 * 6;
        System.out.println("History of 100 queues that always have jobs: 8 hours every 10 s " + fine
                + " bytes, a day every 100 s " + day + " bytes, all that is kept " + (fine + 8 * day) + " bytes");
        assertThat(fine).isLessThan(10_000_000);
        assertThat(day).isLessThan(2_000_000);
    }

    @Test
    void twoThatWriteTheSameSampleLeaveOne() {
        CLIENT.call("SET", redis.key("stat:processed"), 5);
        List<CompletableFuture<Void>> both = new ArrayList<>();
        for (HistorySampler sampler : List.of(one, two, one, two)) {
            both.add(CompletableFuture.runAsync(() -> {
                for (long second = begin; second < begin + 60; second += 5) {
                    sampler.write(second);
                }
            }));
        }
        both.forEach(CompletableFuture::join);
        assertThat(lastHour().samples()).hasSize(6).allMatch(sample -> sample.processed() == 5);
        assertThat(lastHour().throughput()).hasSize(5).allMatch(each -> each.processed() == 0 && !each.reset());
    }

    @Test
    void anotherOneGoesOnForADeadLeader() {
        assertThat(one.turn(begin)).isTrue();
        assertThat(two.turn(begin)).as("one leads").isFalse();
        assertThat(CLIENT.number("TTL", redis.key("java:history:leader"))).isBetween(20L, 30L);
        CLIENT.call("DEL", redis.key("java:history:leader")); // as after 30 seconds without its renewal
        assertThat(two.turn(begin)).isTrue();
        assertThat(one.turn(begin))
                .as("it was only suspended, and sees that another one leads")
                .isFalse();
        two.leave();
        assertThat(one.turn(begin)).isTrue();
    }

    @Test
    void aTurnComesInTheMiddleOfTheTimeOfASample() {
        HistoryLoop loop = new HistoryLoop(store, one, new RunTimeSums(), new DaemonThreads());
        for (int i = 0; i < 20; i++) {
            long before = store.second();
            long next = loop.turn() + before;
            assertThat(next - Grain.FINE.sampled(next)).isBetween(1L, 8L);
            assertThat(next - before).isBetween(2L, 18L);
        }
        assertThat(CLIENT.text("GET", redis.key("java:history:leader"))).isEqualTo("one");
        backend.close();
        assertThat(loop.turn()).as("Redis does not answer").isEqualTo(10);
    }

    @Test
    void aResetOfTheCountersIsSeen() {
        for (long[] counts : new long[][] {{100, 9}, {140, 9}, {3, 1}, {5, 1}}) {
            CLIENT.call("SET", redis.key("stat:processed"), counts[0]);
            CLIENT.call("SET", redis.key("stat:failed"), counts[1]);
            one.write(begin + 10L * lastHour().samples().size());
        }
        assertThat(lastHour().throughput())
                .extracting(Throughput::processed, Throughput::failed, Throughput::reset)
                .containsExactly(tuple(40L, 0L, false), tuple(3L, 1L, true), tuple(2L, 0L, false));
        assertThat(lastHour().throughput().get(0).perSecond()).isEqualTo(4.0);
    }

    @Test
    void aStalledQueueIsSeen() {
        push("mail", "{\"n\":1}", "{\"n\":2}", "{\"n\":3}");
        push("busy", "{\"n\":1}", "{\"n\":2}");
        one.write(begin);
        CLIENT.call("LPOP", redis.key("queue:mail"));
        one.write(begin + 10);
        push("mail", "{\"n\":4}");
        one.write(begin + 20);
        CLIENT.call("LPOP", redis.key("queue:busy"));
        one.write(begin + 30);
        assertThat(lastHour().stalledSince("mail")).map(Instant::getEpochSecond).contains(begin + 10);
        assertThat(lastHour().stalledSince("busy")).isEmpty();
        assertThat(lastHour().stalledSince("none")).isEmpty();
        push("same", "{}", "{}");
        one.write(begin + 40);
        CLIENT.call("LPOP", redis.key("queue:same"));
        one.write(begin + 50);
        assertThat(lastHour().stalledSince("same"))
                .as("it became shorter, so a job was taken though the next one is equal")
                .isEmpty();
    }

    @Test
    void longTimesAreReadInAtMostFourHundredSamples() {
        for (Duration time : List.of(Duration.ofMinutes(1), HOUR, Duration.ofHours(8), Duration.ofDays(8))) {
            long now = store.second();
            HistoryBook.Read read = book.last(time);
            assertThat(time.dividedBy(read.step())).isLessThan(HistoryBook.MOST_SAMPLES);
            assertThat(read.from().getEpochSecond()).isBetween(now - time.toSeconds(), now - time.toSeconds() + 5);
        }
        one.write(Math.floorDiv(begin, 1_800) * 1_800);
        assertThat(book.last(Duration.ofDays(8)).step().toSeconds() % 100).isZero();
    }

    @Test
    void aSampleOfAnotherProgramIsPassedOver() {
        one.write(begin);
        for (String text : List.of("no JSON", "[]", "{\"queues\":7}")) {
            CLIENT.call("HSET", redis.key("java:history:m:" + begin / 60), begin + 10, text);
            assertThat(lastHour().samples()).hasSize(1);
        }
        CLIENT.call(
                "HSET",
                redis.key("java:history:m:" + begin / 60),
                begin + 10,
                "{\"processed\":\"x\",\"queues\":{\"a\":\"7\",\"b\":[1,\"y\"]}}");
        assertThat(lastHour().samples().get(1).queues()).containsOnlyKeys("b");
    }

    @Test
    void aMarkIsOneLine() {
        book.mark(" v42 ");
        assertThat(lastHour().marks()).extracting(HistoryMark::text).containsExactly("v42");
        for (String bad : List.of("", "  ", "a\nb", "x".repeat(201), "\ud800")) {
            assertThatThrownBy(() -> book.mark(bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("A mark must be one line of 1 to 200 characters");
        }
        assertThat(lastHour().marks()).hasSize(1);
    }
}
