package io.resque.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each way in which a job can end its child: the outcome, that the next job runs, and that nothing is left. With one child for each job, and
 * with children that run further jobs.
 */
@Timeout(60)
@ParameterizedClass
@ValueSource(ints = {1, 1_000})
class DirtyEndsTest {
    private static final Duration LIMIT = Duration.ofMillis(600);
    private static final List<String> TABLE = new ArrayList<>();
    private static final String MARK = "-Dresque.test=nothingIsLeft";
    private static JobExecutor executor;

    @TempDir
    Path scratch;

    @Parameter
    int jobsPerFork;

    @BeforeParameterizedClassInvocation
    static void open(int jobsPerFork) {
        executor = TestHost.of(new DirtyJobs())
                .open(ProcessJobExecutor.builder()
                        .jobsPerFork(jobsPerFork)
                        .javaOptions("-Xmx32m")
                        .build());
        TABLE.clear();
    }

    @AfterParameterizedClassInvocation
    static void close(int jobsPerFork) {
        executor.close();
        System.out.println("Dirty ends with jobsPerFork(" + jobsPerFork + ")");
        TABLE.forEach(System.out::println);
    }

    @AfterEach
    void theNextJobRuns() throws InterruptedException {
        assertThat(((JobOutcome.Completed) TestHost.run(executor, "Good")).result())
                .asString()
                .startsWith("pid ");
        TABLE.set(TABLE.size() - 1, TABLE.get(TABLE.size() - 1) + "; next job done");
    }

    private static JobOutcome end(JobRequest request) throws InterruptedException {
        long start = System.nanoTime();
        JobOutcome outcome = executor.run(request);
        TABLE.add(String.format(
                "Dirty end %-14s %-12s %5d ms  %s",
                request.jobClass(), request.args(), (System.nanoTime() - start) / 1_000_000, brief(outcome)));
        return outcome;
    }

    private static String brief(JobOutcome outcome) {
        return outcome instanceof JobOutcome.Failed failed
                ? "Failed[" + failed.exception() + ": " + failed.message() + "]"
                : outcome.toString();
    }

    private static String died(JobRequest request) throws InterruptedException {
        JobOutcome outcome = end(request);
        assertThat(outcome).isInstanceOf(JobOutcome.Died.class);
        return ((JobOutcome.Died) outcome).cause();
    }

    @Test
    void signals() throws InterruptedException {
        assertThat(died(TestHost.request("Signal", "KILL")))
                .matches("The child process \\d+ was killed by signal 9 \\(SIGKILL\\)");
        assertThat(died(TestHost.request("Signal", "SYS"))).contains("was killed by signal 31");
    }

    @Test
    void whatComesToTheWholeGroupIsTheWorkersToActOn() throws InterruptedException {
        for (String signal : new String[] {"TERM", "INT", "HUP"}) {
            assertThat(end(TestHost.request("Outlive", signal)))
                    .isInstanceOfSatisfying(
                            JobOutcome.Completed.class,
                            completed -> assertThat(completed.result()).isEqualTo("outlived " + signal));
        }
    }

    @Test
    void exitStatuses() throws InterruptedException {
        assertThat(died(TestHost.request("Exit", 7L))).endsWith("ended with status 7");
        assertThat(died(TestHost.request("Exit", 3L)))
                .as("as out of memory")
                .endsWith("ended with status 3")
                .doesNotContain("memory");
        assertThat(died(TestHost.request("Halt", 1L))).endsWith("ended with status 1");
    }

    @Test
    void statusZeroIsAnEnd() throws InterruptedException {
        assertThat(end(TestHost.request("Exit", 0L))).isEqualTo(new JobOutcome.Completed(null));
        assertThat(end(TestHost.request("Halt", 0L))).isEqualTo(new JobOutcome.Completed(null));
    }

    @Test
    void noMemory() throws InterruptedException {
        assertThat(died(TestHost.request("Memory")))
                .contains("ran out of memory and ended with status 3: Terminating due to java.lang.OutOfMemoryError: "
                        + "Java heap space");
    }

    @Test
    void noStackIsAFailureAsAnyOther() throws InterruptedException {
        JobOutcome outcome = end(TestHost.request("Overflow"));
        assertThat(((JobOutcome.Failed) outcome).exception()).isEqualTo("java.lang.StackOverflowError");
    }

    @Test
    void hangs() throws InterruptedException {
        assertThat(died(TestHost.limited(LIMIT, "Spin")))
                .matches(
                        "The child process \\d+ was killed by signal 9 \\(SIGKILL\\): its job ran past its time limit, "
                                + "and did not end within 1000 ms after it was interrupted");
        assertThat(died(TestHost.limited(LIMIT, "Deaf")))
                .contains("was killed by signal 9 (SIGKILL): its job ran past its time limit");
        assertThat(died(TestHost.limited(LIMIT, "HangingHook"))).contains("ran past its time limit");
    }

    @Test
    void aLimitThatAJobHeedsIsAFailureThatShowsWhereItWas() throws InterruptedException {
        JobOutcome.Failed failed = (JobOutcome.Failed) end(TestHost.limited(LIMIT, "Rest"));
        assertThat(failed.exception()).isEqualTo("java.util.concurrent.TimeoutException");
        assertThat(failed.frames()).anyMatch(frame -> frame.contains("DirtyJobs.rest"));
    }

    @Test
    void whatAJobDoesToItsOutputDoesNoHarm() throws InterruptedException {
        assertThat(end(TestHost.request("CloseOutput"))).isEqualTo(new JobOutcome.Completed("closed"));
        assertThat(end(TestHost.request("Flood"))).isEqualTo(new JobOutcome.Completed("flooded"));
        assertThat(end(TestHost.request("ReadInput"))).isEqualTo(new JobOutcome.Completed(-1));
        assertThat(end(TestHost.request("Interrupted"))).isEqualTo(new JobOutcome.Completed(true));
    }

    @Test
    void threadsEndWithTheChild() throws InterruptedException {
        assertThat(end(TestHost.request("LeaveThreads"))).isEqualTo(new JobOutcome.Completed(null));
    }

    @Test
    void processesThatHoldTheOutputAreNotWaitedFor() throws Exception {
        for (String then : List.of("return", "die", "hang")) {
            Path note = scratch.resolve(then);
            JobRequest request = then.equals("hang")
                    ? TestHost.limited(LIMIT, "LeaveBehind", note.toString(), then)
                    : TestHost.request("LeaveBehind", note.toString(), then);
            long start = System.nanoTime();
            JobOutcome outcome = executor.run(request);
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            TABLE.add(String.format(
                    "Dirty end %-14s %-12s %5d ms  %s", "LeaveBehind", then, took.toMillis(), brief(outcome)));
            assertThat(took).isLessThan(Duration.ofSeconds(20));
            ProcessHandle left =
                    ProcessHandle.of(Long.parseLong(Files.readString(note))).orElse(null);
            if (then.equals("hang")) {
                await("killed with the child").until(() -> left == null || !left.isAlive());
            } else {
                assertThat(left).as("lives on").isNotNull();
                left.destroyForcibly();
            }
            assertThat(outcome)
                    .isInstanceOf(then.equals("return") ? JobOutcome.Completed.class : JobOutcome.Died.class);
        }
    }

    @Test
    void nothingIsLeft() throws InterruptedException {
        JobExecutor own = TestHost.of(new DirtyJobs())
                .open(ProcessJobExecutor.builder()
                        .jobsPerFork(jobsPerFork)
                        .javaOptions(MARK)
                        .build());
        end(TestHost.request("Signal", "KILL"));
        TestHost.run(own, "Exit", 9L);
        TestHost.run(own, "LeaveThreads");
        await("the next one, which is ready before its job").until(() -> !marked().isEmpty());
        own.close();
        await("children").until(() -> marked().isEmpty());
        await("private folders").until(() -> folders() == 0);
    }

    private static List<ProcessHandle> marked() {
        return ProcessHandle.current()
                .children()
                .filter(child -> child.info().commandLine().orElse("").contains(MARK))
                .toList();
    }

    private static long folders() {
        String prefix = "resque-" + ProcessHandle.current().pid() + "-";
        try (Stream<Path> list = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return list.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
