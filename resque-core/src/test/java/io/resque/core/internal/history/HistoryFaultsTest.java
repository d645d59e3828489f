package io.resque.core.internal.history;

import static io.resque.core.CoreRedis.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.resque.api.HistorySample;
import io.resque.api.Throughput;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.HistoryStore;
import io.resque.api.spi.HistoryStore.Grain;
import io.resque.api.spi.QueueBackend;
import io.resque.backend.jedis.JedisBackendProvider;
import io.resque.core.CoreRedis;
import io.resque.core.HistoryPeriod;
import io.resque.core.Serializers;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The clock of Redis jumps, and processes are killed between their lease and their sample. */
@Timeout(120)
class HistoryFaultsTest {
    private static final String LEASE = "java:history:leader";

    private final CoreRedis redis = new CoreRedis();
    private final QueueBackend backend =
            new JedisBackendProvider().open(new BackendConfig(CoreRedis.SERVER.url(), redis.namespace));
    private final HistoryStore store = backend.history().orElseThrow();
    private final HistorySampler one = sampler(backend, store, "one");
    private final HistorySampler two = sampler(backend, store, "two");
    private final long begin = Grain.COARSE.sampled(store.second()) - 600;

    @AfterEach
    void close() {
        backend.close();
        redis.clear();
    }

    private static HistorySampler sampler(QueueBackend backend, HistoryStore store, String name) {
        return new HistorySampler(backend, store, Serializers.GSON, name);
    }

    private HistoryPeriod lastHour() {
        HistoryBook.Read read = new HistoryBook(store, Serializers.GSON).last(Duration.ofHours(1));
        return new HistoryPeriod(read.from(), read.to(), read.step(), read.samples(), read.marks());
    }

    /** A sample while so many jobs have been processed. */
    private void write(HistorySampler sampler, long second, long processed) {
        CLIENT.call("SET", redis.key("stat:processed"), processed);
        sampler.write(second);
    }

    private Set<String> keys() {
        return CLIENT.keys(redis.key("java:history:*"));
    }

    @Test
    void aClockThatWasAheadLeavesNoJobThatCountsTwice() {
        long year = Duration.ofDays(365).toSeconds();
        write(one, begin, 100);
        write(two, begin + 40, 110); // half a minute ahead
        write(one, begin + year, 120);
        write(two, begin + year + 10, 130);
        write(one, begin - year, 140); // behind
        for (int i = 1; i <= 6; i++) {
            write(i % 2 == 0 ? one : two, begin + 10L * i, 150 + 10L * i);
        }
        HistoryPeriod seen = lastHour();
        assertThat(seen.samples())
                .extracting(HistorySample::processed)
                .as("what the clock wrote ahead is written over, and what is far away is not read")
                .containsExactly(100L, 160L, 170L, 180L, 190L, 200L, 210L);
        assertThat(seen.throughput()).noneMatch(Throughput::reset);
        assertThat(seen.throughput().stream().mapToLong(Throughput::processed).sum())
                .isEqualTo(110);
        assertThat(keys()).as("one for each minute and each ten minutes").hasSizeLessThanOrEqualTo(9);
        assertThat(keys())
                .allSatisfy(key -> assertThat(CLIENT.number("TTL", key))
                        .as("whenever its sample was, it is kept from now on")
                        .isBetween(1L, Grain.COARSE.kept().toSeconds()));
    }

    /** A store in which a process ends at the moment of its first write. */
    private static HistoryStore endingAt(HistoryStore real, boolean isWritten, Runnable end) {
        return (HistoryStore) Proxy.newProxyInstance(
                HistoryStore.class.getClassLoader(), new Class<?>[] {HistoryStore.class}, (proxy, method, args) -> {
                    if (method.getName().equals("write") && !isWritten) {
                        end.run();
                    }
                    try {
                        return method.invoke(real, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    } finally {
                        if (method.getName().equals("write") && isWritten) {
                            end.run();
                        }
                    }
                });
    }

    private void leaseEnds() {
        assertThat(CLIENT.number("TTL", redis.key(LEASE))).isBetween(1L, 30L);
        CLIENT.call("PEXPIRE", redis.key(LEASE), 1);
        await().until(() -> CLIENT.number("EXISTS", redis.key(LEASE)) == 0);
    }

    @Test
    void anotherProcessWritesTheSampleOfOneThatWasCutOff() {
        CLIENT.call("SET", redis.key("stat:processed"), 7);
        for (boolean isWritten : List.of(false, true)) {
            HistoryStore ending = endingAt(store, isWritten, () -> {
                throw new IllegalStateException("cut off");
            });
            assertThatThrownBy(
                            () -> sampler(backend, ending, "cut " + isWritten).turn(begin))
                    .hasMessage("cut off");
            assertThat(two.turn(begin)).as("the lease still stands").isFalse();
            leaseEnds();
            assertThat(two.turn(begin)).isTrue();
            two.leave();
            assertThat(lastHour().samples())
                    .extracting(HistorySample::processed)
                    .as("one sample, whether the first write arrived or not")
                    .containsExactly(7L);
        }
    }

    @Test
    void aProcessThatIsKilledBetweenLeaseAndSampleCostsOnlyItsSample() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Killed.class.getName(),
                        CoreRedis.SERVER.url(),
                        redis.namespace,
                        Long.toString(begin))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(out.readLine()).isEqualTo("writes");
            assertThat(one.turn(begin)).as("the other process has the lease").isFalse();
        } finally {
            process.destroyForcibly(); // kill -9
        }
        process.waitFor();
        assertThat(keys()).as("nothing but the lease is left").containsExactly(redis.key(LEASE));
        leaseEnds();
        assertThat(one.turn(begin + 10)).isTrue();
        assertThat(two.turn(begin + 10)).isFalse();
        assertThat(lastHour().samples()).hasSize(1);
    }

    /** A process that has the lease, and never comes to its sample. */
    static final class Killed {
        private Killed() {}

        public static void main(String[] args) {
            QueueBackend backend = new JedisBackendProvider().open(new BackendConfig(args[0], args[1]));
            HistoryStore store = endingAt(backend.history().orElseThrow(), false, () -> {
                System.out.println("writes");
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            sampler(backend, store, "killed").turn(Long.parseLong(args[2]));
        }
    }
}
