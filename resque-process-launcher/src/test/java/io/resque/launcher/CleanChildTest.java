package io.resque.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.read.ListAppender;
import io.resque.api.ConfigurationException;
import io.resque.api.JobModule;
import io.resque.api.JobRegistry;
import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobOutcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The traces of a job in a child that runs further jobs, the exceptions that it may throw, and the environment of its own processes. */
@Timeout(60)
class CleanChildTest {
    private static JobExecutor executor;

    @BeforeAll
    static void open() {
        executor = TestHost.of(new HygieneJobs())
                .open(ProcessJobExecutor.builder()
                        .jobsPerFork(1000)
                        .withoutEnvironment("HOME", "NEVER_SET")
                        .javaOptions("-Xmx300m")
                        .build());
    }

    @AfterAll
    static void close() {
        executor.close();
    }

    private static Object result(String jobClass, Object... args) throws InterruptedException {
        JobOutcome outcome = TestHost.run(executor, jobClass, args);
        assertThat(outcome).isInstanceOf(JobOutcome.Completed.class);
        return ((JobOutcome.Completed) outcome).result();
    }

    @Test
    void eachJobOfAChildHasACleanThread() throws InterruptedException {
        Object before = result("Look");
        Object dirty = result("Dirty");
        Object after = result("Look");
        Map<String, Object> clean = new HashMap<>(Map.of(
                "pid", dirty,
                "thread", "resque-job 5",
                "loader", true,
                "handler", true,
                "interrupted", false,
                "daemon", false));
        clean.put("mdc", null);
        clean.put("local", null);
        assertThat(before).isEqualTo(clean);
        assertThat(after).isEqualTo(clean);
    }

    @Test
    void whoeverChangesWhatBelongsToTheWholeProcessIsTheLastInIt() throws InterruptedException {
        Logger log = (Logger) LoggerFactory.getLogger(ProcessJobExecutor.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        Level before = log.getLevel();
        log.setLevel(Level.INFO);
        log.addAppender(lines);
        Set<Object> pids = new HashSet<>();
        try {
            for (String what :
                    new String[] {"out", "no out", "bad err", "in", "locale", "format", "zone", "handler", "nothing"}) {
                assertThat(pids.add(result("Change", what)))
                        .as("another child than the one before: " + what)
                        .isTrue();
            }
            assertThat(pids).contains(result("Change", "nothing"));
        } finally {
            log.detachAppender(lines);
            log.setLevel(before);
        }
        assertThat(lines.list.stream().map(line -> line.getFormattedMessage().split("\\. The child ends")[0]))
                .as("once for each kind")
                .containsExactly(
                        "The job Change of q left behind in its child process: changed standard streams",
                        "The job Change of q left behind in its child process: another default locale",
                        "The job Change of q left behind in its child process: another default time zone",
                        "The job Change of q left behind in its child process: another default handler of uncaught exceptions");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nothing | io.resque.launcher.HygieneJobs$Nothing | (its getMessage threw io.resque.launcher.Hygiene",
                "deep | java.lang.IllegalStateException | top",
                "initializer | io.resque.launcher.HygieneJobs$Nothing | (its getMessage threw io.resque.launcher.Hyg",
                "initializer | java.lang.NoClassDefFoundError | Could not initialize class",
                "death | java.lang.ThreadDeath | java.lang.ThreadDeath",
                "odd | java.lang.IllegalStateException | half",
                "large | java.lang.IllegalStateException | xxx",
            })
    void whatCannotBeReadIsAFailureUnderItsClassAndNoDeath(String what, String exception, String message)
            throws InterruptedException {
        Object child = ((Map<?, ?>) result("Look")).get("pid");
        JobOutcome outcome = TestHost.run(executor, "Throw", what);
        assertThat(outcome).isInstanceOf(JobOutcome.Failed.class);
        JobOutcome.Failed failed = (JobOutcome.Failed) outcome;
        assertThat(failed.exception()).isEqualTo(exception);
        assertThat(failed.message()).contains(message);
        assertThat(((Map<?, ?>) result("Look")).get("pid")).isEqualTo(child);
    }

    /** Only this process can load it. */
    public static final class WeirdModule implements JobModule {
        /** A child needs it. */
        public WeirdModule() {}

        @Override
        public void register(JobRegistry jobs) {
            throw new HygieneJobs.Nothing();
        }
    }

    @Test
    void aModuleThatThrowsThemIsRefusedWithTheClassOfWhatItThrew() {
        assertThatThrownBy(() -> TestHost.of(new WeirdModule()).open(new ProcessJobExecutor()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("A child process cannot run the jobs: " + HygieneJobs.Nothing.class.getName());
    }

    @Test
    void aProcessThatAJobStartsHasTheEnvironmentOfTheWorkerAndNothingOfOurs() throws InterruptedException {
        Set<String> expected = new HashSet<>(System.getenv().keySet());
        expected.remove("HOME");
        Set<String> found = new HashSet<>(result("Shell", "env")
                .toString()
                .lines()
                .map(line -> line.split("=", 2)[0])
                .toList());
        found.removeAll(Set.of("_", "PWD", "OLDPWD", "SHLVL")); // set by the shell itself
        expected.removeAll(Set.of("_", "PWD", "OLDPWD", "SHLVL"));
        assertThat(found).isEqualTo(expected).doesNotContain("HOME").contains("PATH");
    }

    @Test
    void aProcessThatAJobStartsHasNoFileOfOursAndAnEmptyInput() throws InterruptedException {
        assertThat(result("Shell", "cat; echo end")).isEqualTo("end\n");
        assertThat(result(
                        "Shell",
                        "for f in /proc/self/fd/*; do [ -e \"$f\" ] && readlink \"$f\"; done | grep -c socket"))
                .isEqualTo("0\n");
        assertThat(result("Shell", "pwd")).isEqualTo(System.getProperty("user.dir") + "\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"FORK", "VFORK", "POSIX_SPAWN"})
    void aProcessThatAJobStartsHoldsNoPipeOfItsChildInWhateverWayJavaStartsIt(String mechanism)
            throws InterruptedException {
        ProcessJobExecutor.Builder builder =
                ProcessJobExecutor.builder().javaOptions("-Djdk.lang.Process.launchMechanism=" + mechanism);
        try (JobExecutor own = TestHost.of(new HygieneJobs()).open(builder.build())) {
            String others =
                    "for f in /proc/$$/fd/*; do case ${f##*/} in [012]) ;; *) readlink $f;; esac; done; echo end";
            assertThat(TestHost.run(own, "Shell", others)).isEqualTo(new JobOutcome.Completed("end\n"));
        }
    }

    @Test
    void whatAChildPrintsIsNotLoggedInTheContextOfWhoeverStartedIt() throws InterruptedException {
        InheritableThreadLocal<String> request = new InheritableThreadLocal<>();
        request.set("of user 42");
        Queue<String> contexts = new ConcurrentLinkedQueue<>();
        Logger log = (Logger) LoggerFactory.getLogger("io.resque.job");
        AppenderBase<ILoggingEvent> noting = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                contexts.add(event.getFormattedMessage() + " " + request.get());
            }
        };
        noting.start();
        log.setLevel(Level.INFO);
        log.addAppender(noting);
        try (JobExecutor own = TestHost.of(new WorkJobs()).open(new ProcessJobExecutor())) {
            TestHost.run(own, "Print");
            await().untilAsserted(() -> assertThat(contexts).contains("host:1:q Print: err null"));
        } finally {
            log.detachAppender(noting);
            log.setLevel(null);
            request.remove();
        }
    }

    /** SECURITY.md warns of this: only another user separates processes. */
    @Test
    void aJobCanReadTheEnvironmentOfItsWorkerAllTheSame() throws InterruptedException {
        String environment = "/proc/" + ProcessHandle.current().pid() + "/environ";
        if (!Files.isReadable(Path.of(environment))) {
            System.out.println("SKIPPED aJobCanReadTheEnvironmentOfItsWorkerAllTheSame: no " + environment);
        }
        Assumptions.assumeTrue(Files.isReadable(Path.of(environment)));
        assertThat(result("Shell", "tr '\\0' '\\n' <" + environment).toString().lines())
                .contains("HOME=" + System.getenv("HOME"));
    }

    @Test
    void aNameThatIsNoneIsRefused() {
        for (String name : new String[] {"", " ", "A=b"}) {
            assertThatThrownBy(() -> ProcessJobExecutor.builder().withoutEnvironment(name))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("withoutEnvironment was given \"" + name
                            + "\"; it must be the name of a variable, such as REDIS_URL");
        }
    }
}
