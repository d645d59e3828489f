package io.resque.core;

import static io.resque.core.CoreRedis.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.resque.api.FailedJob;
import io.resque.api.FailureFilter;
import io.resque.api.FailureListLayout;
import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobExecutorHost;
import io.resque.api.spi.JobExecutorProvider;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobRequest;
import io.resque.tck.WireRule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a worker does about a failed job, by the options of the builder. */
class FailureLogTest {
    private final CoreRedis redis = new CoreRedis();

    @AfterEach
    void clear() {
        redis.clear();
    }

    /** Has so many jobs of a queue fail. */
    private void fail(Resque resque, String queue, int jobs) {
        long before = resque.inspector().counters().processed();
        IntStream.range(0, jobs).forEach(i -> resque.enqueue(queue, "Failing", i));
        try (Worker worker = resque.workerBuilder(queue)
                .register("Failing", () -> context -> {
                    throw new IllegalStateException("boom " + context.args().get(0));
                })
                .start()) {
            await().until(() -> resque.inspector().counters().processed() == before + jobs);
            assertThat(worker.isRunning()).isTrue();
        }
    }

    private List<String> list(String name) {
        return CLIENT.texts("LRANGE", redis.key(name), 0, -1);
    }

    @ParameterizedTest
    @CsvSource({"COMMON,1,0", "BY_QUEUE,0,1", "BOTH,1,1"})
    @WireRule("W-360")
    void recordsGoToTheListsThatWereChosen(FailureListLayout lists, int common, int ofQueue) {
        try (Resque resque = redis.builder().failureLists(lists).build()) {
            fail(resque, "mail", 1);
        }
        assertThat(list("failed")).hasSize(common);
        assertThat(list("mail_failed")).hasSize(ofQueue);
        assertThat(CLIENT.texts("SMEMBERS", redis.key("failed_queues")))
                .isEqualTo(ofQueue == 1 ? List.of("mail_failed") : List.of());
        assertThat(CLIENT.text("GET", redis.key("stat:failed"))).isEqualTo("1");
    }

    @Test
    @WireRule("W-361")
    void theOldestGoBeyondTheLimit() {
        try (Resque resque = redis.builder()
                .failureLists(FailureListLayout.BOTH)
                .failureLimit(10)
                .build()) {
            fail(resque, "mail", 50);
            await().until(() -> resque.failures().count() == 20);
            assertThat(resque.failures().oldest(FailureFilter.all().list("mail_failed"), 0, 1))
                    .extracting(FailedJob::error)
                    .containsExactly("boom 40");
        }
    }

    @Test
    @WireRule("W-361")
    void aResqueThatIsClosedTrimsWhatIsDue() {
        try (Resque resque = redis.builder().failureLimit(10).build()) {
            fail(resque, "mail", 50);
        }
        assertThat(list("failed")).hasSize(10);
    }

    @Test
    @WireRule("W-361")
    void whatIsTooOldGoesAndWhatStandsBeforeItToo() {
        List<Object> command = new ArrayList<>(List.of("RPUSH", redis.key("failed")));
        IntStream.range(0, 1_200)
                .forEach(i -> command.add("{\"failed_at\":\"2026/01/01 00:00:00 UTC\",\"n\":" + i + "}"));
        command.add("{\"failed_at\":\"Thu Jan 01 00:00:00 CET 2026\"}");
        command.add("{\"failed_at\":\"2026-01-01T00:00:01Z\"}");
        command.add("not to be read, so nobody knows");
        CLIENT.call(command.toArray());
        try (Resque resque = redis.builder().failureAge(Duration.ofDays(1)).build()) {
            fail(resque, "mail", 2);
        }
        assertThat(list("failed")).hasSize(3).first().isEqualTo("not to be read, so nobody knows");
    }

    @Test
    @WireRule("W-361")
    void whatIsTooLargeToBeReadIsAsOldAsWhatStandsBehindIt() {
        String large = "{\"failed_at\":\"2026/01/01 00:00:00 UTC\",\"error\":\"" + "x".repeat(5_000_000) + "\"}";
        String old = "{\"failed_at\":\"2026/01/01 00:00:00 UTC\"}";
        CLIENT.call("RPUSH", redis.key("failed"), large, large, old, large, "unread");
        try (Resque resque = redis.builder()
                .maxPayload(16_384)
                .failureAge(Duration.ofDays(1))
                .build()) {
            fail(resque, "mail", 2);
        }
        assertThat(list("failed")).hasSize(4).startsWith(large, "unread");
    }

    @Test
    @WireRule("W-362")
    void backtracesAreCutWhereverAJobRuns() {
        try (Resque resque = redis.builder().backtraceLimit(3).build()) {
            JobExecutorProvider elsewhere = new JobExecutorProvider() {
                @Override
                public String name() {
                    return "elsewhere";
                }

                @Override
                public int portsVersion() {
                    return PORTS_VERSION;
                }

                @Override
                public JobExecutor open(JobExecutorHost host) {
                    return new Elsewhere();
                }
            };
            resque.enqueue("far", "Failing");
            try (Worker worker = resque.workerBuilder("far")
                    .register("Failing", () -> context -> {})
                    .executor(elsewhere)
                    .start()) {
                await().until(() -> resque.failures().count() == 1);
                assertThat(worker.isRunning()).isTrue();
            }
            assertThat(resque.failures()
                            .newest(FailureFilter.all(), 0, 1)
                            .get(0)
                            .backtrace())
                    .containsExactly("frame 0", "frame 1", "frame 2", "… cut");
        }
    }

    private static final class Elsewhere implements JobExecutor {
        @Override
        public JobOutcome run(JobRequest request) {
            return new JobOutcome.Failed(
                    "E", "m", IntStream.range(0, 9).mapToObj(i -> "frame " + i).toList());
        }

        @Override
        public void cancel(JobRequest request) {}

        @Override
        public void close() {}
    }

    @Test
    void sinksAreToldAfterTheRecordIsThereAndHarmNothing() {
        Queue<String> told = new ConcurrentLinkedQueue<>();
        Queue<FailedJob> failures = new ConcurrentLinkedQueue<>();
        try (Resque resque = redis.builder()
                .failureLists(FailureListLayout.BOTH)
                .failureSink(failure -> {
                    throw new IllegalStateException("of the first sink");
                })
                .failureSink(failure -> {
                    throw new StackOverflowError();
                })
                .failureSink(failure -> {
                    told.add(Thread.currentThread().getName());
                    assertThat(list("failed")).hasSize(told.size());
                    failures.add(failure);
                })
                .build()) {
            fail(resque, "mail", 3);
            assertThat(failures).extracting(FailedJob::error).containsExactly("boom 0", "boom 1", "boom 2");
            assertThat(failures).extracting(FailedJob::index).containsOnly(-1L);
            assertThat(failures).extracting(FailedJob::queue).containsOnly("mail");
            assertThat(failures).extracting(FailedJob::list).containsOnly("failed");
            assertThat(told).allMatch(name -> name.startsWith("resque-mail-"));
            assertThat(resque.failures().retry(failures.peek()))
                    .as("a sink's failure can be retried")
                    .isTrue();
            assertThat(redis.queue("mail")).containsExactly("{\"class\":\"Failing\",\"args\":[0]}");
        }
    }

    @Test
    void limitsThatMeanNothingAreRefused() {
        assertThatThrownBy(() -> redis.builder().failureLimit(0)).hasMessage("failureLimit must be at least 1, was 0");
        assertThatThrownBy(() -> redis.builder().backtraceLimit(-1))
                .hasMessage("backtraceLimit must be at least 0, was -1");
        assertThatThrownBy(() -> redis.builder().failureAge(Duration.ZERO))
                .hasMessage("failureAge must be at least a second, was PT0S");
    }
}
