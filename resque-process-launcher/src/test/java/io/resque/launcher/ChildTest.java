package io.resque.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobRequest;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** The environment of a job in a child, and how children are reused. */
@Timeout(60)
class ChildTest {
    private static final TestHost HOST = TestHost.of(new WorkJobs());
    private static JobExecutor executor;

    @BeforeAll
    static void open() {
        executor = HOST.open(ProcessJobExecutor.builder().jobsPerFork(1000).build());
    }

    @AfterAll
    static void close() {
        executor.close();
    }

    @BeforeEach
    void clear() {
        HOST.enqueued.clear();
    }

    private static Object result(String jobClass, Object... args) throws InterruptedException {
        JobOutcome outcome = TestHost.run(executor, jobClass, args);
        assertThat(outcome).isInstanceOf(JobOutcome.Completed.class);
        return ((JobOutcome.Completed) outcome).result();
    }

    private static JobOutcome.Failed failed(String jobClass, Object... args) throws InterruptedException {
        return (JobOutcome.Failed) TestHost.run(executor, jobClass, args);
    }

    /** The class names of the jobs that were enqueued. */
    private static Stream<String> told() {
        return HOST.enqueued.stream().map(job -> (String) job.get(1));
    }

    @Test
    void aJobReadsARecord() throws InterruptedException {
        assertThat(result("Typed", Map.of("name", "Chris", "age", 42L))).isEqualTo("Chris 42");
        assertThat(failed("Typed", Map.of("name", "Chris", "age", "old")).exception())
                .isEqualTo("io.resque.api.JobArgumentException");
        assertThat(result("ByClass")).isEqualTo("by class");
    }

    @Test
    void noJsonNoLoggingAndNoRedisIsLoaded() throws InterruptedException {
        JobExecutor own = HOST.open(ProcessJobExecutor.builder()
                .javaOptions("--add-opens", "java.base/java.lang=ALL-UNNAMED")
                .standby(false)
                .build());
        try (own) {
            assertThat(TestHost.run(own, "Simple", "a", 5L)).isEqualTo(new JobOutcome.Completed("a5false"));
        }
    }

    @Test
    void theWorkerEnqueues() throws InterruptedException {
        assertThat(result("Enqueue", "Fine")).isEqualTo(List.of("Fine", true));
        assertThat(result("Enqueue", "Vetoed")).isEqualTo(List.of("Vetoed", false));
        assertThat(HOST.enqueued).first().isEqualTo(List.of("other", "Fine", List.of(1, List.of("é"))));
        assertThat(failed("Enqueue", "Broken").message())
                .isEqualTo("In the worker: java.lang.IllegalStateException: a listener of the worker");
        assertThat(failed("Result", "refused"))
                .extracting(JobOutcome.Failed::exception, JobOutcome.Failed::message)
                .containsExactly("io.resque.api.InvalidJobException", "The result was refused");
    }

    @Test
    void listenersOfModulesAreToldInTheChildAfterForkFirst() throws InterruptedException {
        result("Steps");
        assertThat(told())
                .containsExactly(
                        "afterFork beforePerform around perform",
                        "afterFork beforePerform around perform proceeded afterPerform");
    }

    @Test
    void whatAListenerThrowsIsTheFailureOfTheJob() throws InterruptedException {
        for (String where : List.of("afterFork", "beforePerform", "around", "afterPerform")) {
            HOST.enqueued.clear();
            assertThat(failed("Noop", "throw " + where).message()).isEqualTo("told to");
            assertThat(told()).containsExactly("onFailure IllegalArgumentException: told to");
        }
        HOST.enqueued.clear();
        assertThat(failed("Failing").message()).isEqualTo("failing");
        assertThat(told()).containsExactly("onFailure IllegalStateException: failing");
    }

    @Test
    void aVetoIsOneExceptInAfterFork() throws InterruptedException {
        for (String where : List.of("beforePerform", "around", "afterPerform")) {
            assertThat(TestHost.run(executor, "Noop", "veto " + where)).isEqualTo(new JobOutcome.Vetoed());
        }
        assertThat(told()).isEmpty();
        assertThat(failed("Noop", "veto afterFork").message())
                .contains("threw DontPerformException, which is a veto in beforePerform and a failure here: told to");
        assertThat(told()).hasSize(1).first().asString().startsWith("onFailure ResqueException: afterFork of ");
    }

    @Test
    void oneChildForEachJobUnlessSaidOtherwise() throws InterruptedException {
        JobExecutor strict = HOST.open(new ProcessJobExecutor());
        JobExecutor three = HOST.open(
                ProcessJobExecutor.builder().jobsPerFork(3).standby(false).build());
        JobExecutor little = HOST.open(ProcessJobExecutor.builder()
                .jobsPerFork(100)
                .memoryLimit(120 << 20)
                .build());
        try (strict;
                three;
                little) {
            assertThat(pids(strict, "Pid", 4)).hasSize(4);
            assertThat(pids(three, "Pid", 6)).hasSize(2);
            assertThat(pids(little, "Pid", 4)).hasSize(1);
            assertThat(pids(little, "Grow", 3)).as("too large after the first").hasSizeGreaterThan(1);
        }
    }

    private static Set<Object> pids(JobExecutor executor, String jobClass, int jobs) throws InterruptedException {
        Set<Object> pids = new HashSet<>();
        for (int i = 0; i < jobs; i++) {
            pids.add(((JobOutcome.Completed) TestHost.run(executor, jobClass)).result());
        }
        assertThat(pids).doesNotContain(ProcessHandle.current().pid());
        return pids;
    }

    @Test
    void whatIsPrintedGoesToTheLogWithWorkerAndJob() throws InterruptedException {
        Logger log = (Logger) LoggerFactory.getLogger("io.resque.job");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.list = java.util.Collections.synchronizedList(lines.list);
        lines.start();
        log.setLevel(Level.INFO);
        log.setAdditive(false);
        log.addAppender(lines);
        JobExecutor strict = HOST.open(new ProcessJobExecutor());
        try (strict) {
            TestHost.run(strict, "Print");
            await().untilAsserted(() -> assertThat(
                            List.copyOf(lines.list).stream().map(ILoggingEvent::getFormattedMessage))
                    .contains("host:1:q Print: out é", "host:1:q Print: err", "host:1:q Print: no end of line"));
        } finally {
            log.detachAppender(lines);
            log.setLevel(null);
            log.setAdditive(true);
        }
    }

    @Test
    void anInterruptedThreadGivesItsJobASecondAndThenKillsIt() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            JobRequest request = TestHost.request("Wait");
            Future<JobOutcome> run = thread.submit(() -> executor.run(request));
            await().until(() -> told().anyMatch("waiting"::equals));
            List<ProcessHandle> children = ProcessHandle.current().children().toList();
            long start = System.nanoTime();
            executor.cancel(request);
            thread.shutdownNow();
            assertThat(thread.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
            assertThat(run)
                    .failsWithin(Duration.ZERO)
                    .withThrowableThat()
                    .withCauseInstanceOf(InterruptedException.class)
                    .withMessageContaining("did not end the job, and was killed");
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(900), Duration.ofSeconds(8));
            await("one of them is gone").until(() -> children.stream().anyMatch(child -> !child.isAlive()));
        } finally {
            thread.shutdownNow();
        }
    }

    /** The limit counts from when the child has the job: on a busy machine that can be late. */
    @Test
    void aChildThatIsLateToBeginAJobIsNotKilledByTheLimitOfTheJob() throws Exception {
        long child = (Long) result("Pid");
        BinResque.kill("STOP", child);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<JobOutcome> late =
                    thread.submit(() -> executor.run(TestHost.limited(Duration.ofMillis(100), "Pid")));
            // The limit, and the second that a job has to end after it, are over.
            await().pollDelay(Duration.ofMillis(1_500)).until(() -> true);
            BinResque.kill("CONT", child);
            assertThat(late.get(30, TimeUnit.SECONDS)).isEqualTo(new JobOutcome.Completed(child));
        } finally {
            BinResque.kill("CONT", child);
            thread.shutdown();
        }
    }
}
