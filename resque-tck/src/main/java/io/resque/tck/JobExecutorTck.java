package io.resque.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.InvalidJobException;
import io.resque.api.UnknownJobException;
import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobExecutorProvider;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link JobExecutor} must do, wherever it runs jobs. An executor joins by one class in its tests:
 *
 * <pre>{@code
 * class MyExecutorTckTest extends JobExecutorTck {
 *     protected JobExecutorProvider provider() {
 *         return new MyExecutorProvider();
 *     }
 * }
 * }</pre>
 *
 * <p>The jobs are those of {@link TckJobs}. A serializer must be on the class path. Needs no Redis.
 */
@Timeout(60)
public abstract class JobExecutorTck {
    private final TckHost host = new TckHost();
    private JobExecutor executor;

    /** For subclasses. */
    @SuppressWarnings("NullAway") // set before each test
    protected JobExecutorTck() {}

    /**
     * The executor under test.
     *
     * @return a provider; it is asked for each test, and what it opens is closed
     */
    protected abstract JobExecutorProvider provider();

    @BeforeEach
    void open() {
        executor = provider().open(host);
    }

    @AfterEach
    void close() {
        executor.close();
    }

    private static JobRequest request(String worker, String jobClass, @Nullable Object... args) {
        return new JobRequest(worker, "q", jobClass, null, Arrays.asList(args), null);
    }

    private JobOutcome run(String jobClass, @Nullable Object... args) throws InterruptedException {
        return executor.run(request("h:1:q", jobClass, args));
    }

    private JobOutcome.Failed failed(String jobClass, @Nullable Object... args) throws InterruptedException {
        JobOutcome outcome = run(jobClass, args);
        assertThat(outcome).as("the outcome of " + jobClass).isInstanceOf(JobOutcome.Failed.class);
        return (JobOutcome.Failed) outcome;
    }

    @Test
    @WireRule("W-001")
    void argumentsAndResultsCrossAsTheyAre() throws InterruptedException {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("z", 1L);
        map.put("a", List.of("é😀\u2028", 1.5, true));
        @Nullable
        Object[] args = {1L, new java.math.BigInteger("18446744073709551616"), -0.0, null, "", map, List.of()};
        assertThat(run("Echo", args)).isEqualTo(new JobOutcome.Completed(Arrays.asList(args)));
        assertThat(run("Echo")).isEqualTo(new JobOutcome.Completed(List.of()));
    }

    @Test
    @WireRule("W-001")
    void aJobKnowsWhereItComesFrom() throws InterruptedException {
        assertThat(run("Context")).isEqualTo(new JobOutcome.Completed("q Context no id"));
        assertThat(executor.run(new JobRequest("h:1:q", "é q", "Context", "abc", List.of(), null)))
                .isEqualTo(new JobOutcome.Completed("é q Context abc"));
    }

    @Test
    @WireRule("W-002")
    void setUpPerformAndTearDownRunInOrder() throws InterruptedException {
        assertThat(run("Steps")).isEqualTo(new JobOutcome.Completed(null));
        assertThat(host.notes()).containsExactly("setUp", "perform", "tearDown");
    }

    @Test
    @WireRule("W-002")
    void tearDownRunsAfterAFailureButNotWhereSetUpFailed() throws InterruptedException {
        assertThat(failed("Steps", "perform").message()).isEqualTo("told to throw in perform");
        assertThat(host.notes()).containsExactly("setUp", "perform", "tearDown");
        host.clear();
        assertThat(failed("Steps", "setUp").message()).isEqualTo("told to throw in setUp");
        assertThat(host.notes()).containsExactly("setUp");
        assertThat(failed("Steps", "tearDown").message()).isEqualTo("told to throw in tearDown");
        assertThat(failed("Steps", "perform", "tearDown").message()).isEqualTo("told to throw in perform");
    }

    @Test
    @WireRule("W-003")
    void whatAJobThrowsIsToldWithClassMessageAndFrames() throws InterruptedException {
        JobOutcome.Failed failed = failed("Fail", 7L);
        assertThat(failed.exception()).isEqualTo("java.lang.IllegalStateException");
        assertThat(failed.message()).isEqualTo("boom 7");
        assertThat(failed.frames()).isNotEmpty();
        assertThat(failed.frames().get(0)).startsWith(TckJobs.class.getName());
        assertThat(failed("Mute").message()).as("no message: its class").isEqualTo("java.lang.IllegalStateException");
        assertThat(failed("Unmade").message()).isEqualTo("cannot be made");
        assertThat(failed("BadResult").exception()).isEqualTo(InvalidJobException.class.getName());
    }

    @Test
    @WireRule("W-003")
    void anErrorFailsTheJobAndTheNextOneRuns() throws InterruptedException {
        assertThat(failed("Overflow").exception()).isEqualTo("java.lang.StackOverflowError");
        assertThat(run("Echo", 1L)).isEqualTo(new JobOutcome.Completed(List.of(1L)));
    }

    @Test
    @WireRule("W-004")
    void aVetoIsNoFailure() throws InterruptedException {
        assertThat(run("Veto")).isEqualTo(new JobOutcome.Vetoed());
    }

    @Test
    @WireRule("W-005")
    void aNameThatIsNotRegisteredRunsNothing() throws InterruptedException {
        for (String name : List.of("Unknown", "java.lang.Runtime", TckJobs.class.getName(), "echo")) {
            JobOutcome.Failed failed = failed(name);
            assertThat(failed.exception()).isEqualTo(UnknownJobException.class.getName());
            assertThat(failed.message()).contains("\"" + name + "\"");
        }
    }

    @Test
    @WireRule("W-006")
    void aJobEnqueuesThroughItsHost() throws InterruptedException {
        run("Steps", "x", "y");
        assertThat(host.enqueued()).first().isEqualTo(List.of(TckJobs.NOTES, "Note", List.of("setUp", 2)));
    }

    @Test
    @WireRule("W-007")
    void aCancelledJobSeesIt() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            JobRequest request = request("h:1:q", "UntilCancelled");
            Future<JobOutcome> outcome = thread.submit(() -> executor.run(request));
            Eventually.until(
                    "the job runs", Duration.ofSeconds(20), () -> !host.notes().isEmpty());
            executor.cancel(request("h:2:q", "UntilCancelled"));
            assertThat(outcome.isDone())
                    .as("only the request that was given is cancelled")
                    .isFalse();
            executor.cancel(request);
            assertThat(outcome.get(20, TimeUnit.SECONDS)).isEqualTo(new JobOutcome.Completed("cancelled"));
            executor.cancel(request);
        } finally {
            thread.shutdownNow();
        }
    }

    @Test
    @WireRule("W-008")
    void manyRunAtOnceAndEachGetsItsOwnOutcome() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<JobOutcome>> outcomes = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                JobRequest request = request("h:" + i + ":q", i % 2 == 0 ? "Echo" : "Fail", (long) i);
                outcomes.add(threads.submit(() -> executor.run(request)));
            }
            for (int i = 0; i < outcomes.size(); i++) {
                JobOutcome outcome = outcomes.get(i).get(30, TimeUnit.SECONDS);
                if (i % 2 == 0) {
                    assertThat(outcome).isEqualTo(new JobOutcome.Completed(List.of((long) i)));
                } else {
                    assertThat(((JobOutcome.Failed) outcome).message()).isEqualTo("boom " + i);
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    @WireRule("W-009")
    void closingAgainDoesNothing() throws InterruptedException {
        run("Echo");
        executor.close();
        executor.close();
    }
}
