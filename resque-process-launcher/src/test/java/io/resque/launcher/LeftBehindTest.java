package io.resque.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.sun.net.httpserver.HttpServer;
import io.resque.api.ConfigurationException;
import io.resque.api.JobModule;
import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobRequest;
import io.resque.launcher.internal.frame.LeftoverNames;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** What jobs leave behind in a child that runs several of them: the next job has another child, and the log says why. */
@Timeout(90)
class LeftBehindTest {
    private final Logger log = (Logger) LoggerFactory.getLogger(ProcessJobExecutor.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void listen() {
        lines.list = new CopyOnWriteArrayList<>();
        lines.start();
        log.setLevel(Level.INFO);
        log.addAppender(lines);
    }

    @AfterEach
    void stopListening() {
        log.detachAppender(lines);
        log.setLevel(null);
    }

    private List<String> logged() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    private static JobExecutor open(JobModule module, ProcessJobExecutor.Builder builder) {
        return TestHost.of(module).open(builder.build());
    }

    private static Object pid(JobExecutor executor, String jobClass, Object... args) throws InterruptedException {
        // Only the job that waits for its interrupt needs the limit, which must not end the others.
        JobRequest request = jobClass.equals("INTERRUPT")
                ? TestHost.limited(Duration.ofMillis(300), jobClass, args)
                : TestHost.request(jobClass, args);
        JobOutcome outcome = executor.run(request);
        assertThat(outcome).as(jobClass).isInstanceOf(JobOutcome.Completed.class);
        return ((JobOutcome.Completed) outcome).result();
    }

    static Stream<Arguments> jobsThatLeave() {
        return Stream.of(
                Arguments.of("THREADS", "threads", "1 thread (left behind)"),
                Arguments.of("COMMON_POOL", "threads", "work in the common pool"),
                Arguments.of("PROCESSES", "processes", "1 process (\\d+ sleep)"),
                Arguments.of("OPEN_FILES", "open-files", "1 open file (/etc/hostname)"),
                Arguments.of("SOCKET", "open-files", "1 open file (socket:[\\d+])"),
                Arguments.of("SHUTDOWN_HOOKS", "shutdown-hooks", "1 shutdown hook (hook of a job)"),
                Arguments.of("SYSTEM_PROPERTIES", "system-properties", "a changed system property (left.behind)"),
                Arguments.of("REMOVED_PROPERTY", "system-properties", "a changed system property (user.name)"),
                Arguments.of("LOCALE", "locale", "another default locale"),
                Arguments.of("TIME_ZONE", "time-zone", "another default time zone"),
                Arguments.of("STREAMS", "streams", "changed standard streams"),
                Arguments.of("CLOSED_OUTPUT", "streams", "changed standard streams"),
                Arguments.of(
                        "EXCEPTION_HANDLER", "exception-handler", "another default handler of uncaught exceptions"),
                Arguments.of("INTERRUPT", "interrupt", "work that an interrupt may have cut short"));
    }

    @ParameterizedTest
    @MethodSource("jobsThatLeave")
    void theNextJobHasAnotherChildAndTheLogSaysWhyOnce(String jobClass, String kind, String text) throws Exception {
        try (JobExecutor executor =
                open(new LeavingJobs(), ProcessJobExecutor.builder().recycled())) {
            List<Object> pids = new ArrayList<>();
            for (int time = 0; time < 2; time++) {
                Object clean = pid(executor, "Nothing");
                assertThat(pids).doesNotContain(clean);
                assertThat(pid(executor, "Nothing")).isEqualTo(clean);
                assertThat(pid(executor, jobClass)).isEqualTo(clean);
                pids.add(clean);
            }
            assertThat(pids).doesNotContain(pid(executor, "Nothing"));
        }
        assertThat(logged()).hasSize(1);
        String line = logged().get(0);
        String regex =
                text.replace("(", "\\(").replace(")", "\\)").replace("[", "\\[").replace("]", "\\]");
        assertThat(line)
                .matches("The job " + jobClass + " of q left behind in its child process: " + regex
                        + "\\. The child ends.*");
        assertThat(line).as("values can be secrets").doesNotContain("a secret");
        if (!kind.equals("interrupt")) {
            assertThat(line)
                    .endsWith("allow it by JOB_MAY_LEAVE=" + kind + " or mayLeave("
                            + kind.toUpperCase(Locale.ROOT).replace('-', '_') + ")");
        }
    }

    @Test
    void whatIsAllowedEndsNoChild() throws Exception {
        try (JobExecutor executor =
                open(new LeavingJobs(), ProcessJobExecutor.builder().recycled().mayLeave(Leftover.values()))) {
            Object pid = pid(executor, "Nothing");
            for (String jobClass : (Iterable<String>) jobsThatLeave().map(row -> (String) row.get()[0])::iterator) {
                assertThat(pid(executor, jobClass)).as(jobClass).isEqualTo(pid);
            }
            assertThat(pid(executor, "Nothing")).isEqualTo(pid);
        }
        assertThat(logged()).isEmpty();
    }

    @Test
    void onlyTheKindsThatAreNamedAreAllowed() throws Exception {
        try (JobExecutor executor = open(
                new LeavingJobs(),
                ProcessJobExecutor.builder().jobsPerFork(50).mayLeave(Leftover.THREADS, Leftover.OPEN_FILES))) {
            Object pid = pid(executor, "THREADS");
            assertThat(pid(executor, "OPEN_FILES")).isEqualTo(pid);
            assertThat(pid(executor, "LOCALE")).isEqualTo(pid);
            assertThat(pid(executor, "Nothing")).isNotEqualTo(pid);
        }
        assertThat(logged()).singleElement().asString().contains("LOCALE", "another default locale.");
    }

    @Test
    void javasOwnThreadsAndFilesAndWhatEndsAtOnceDoNotCount() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("ok".getBytes());
            exchange.close();
        });
        server.start();
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
        try (JobExecutor executor =
                open(new LeavingJobs(), ProcessJobExecutor.builder().recycled())) {
            Object pid = pid(executor, "Nothing");
            for (int time = 0; time < 3; time++) {
                for (String jobClass : List.of(
                        "Thread",
                        "ParallelStream",
                        "Timeout",
                        "EndingPool",
                        "Process",
                        "KilledProcess",
                        "Random",
                        "Log",
                        "ClosedFile",
                        "Xml",
                        "NewJar",
                        "Property",
                        "Static")) {
                    assertThat(pid(executor, jobClass)).as(jobClass).isEqualTo(pid);
                }
                assertThat(executor.run(TestHost.request("Failing"))).isInstanceOf(JobOutcome.Failed.class);
                assertThat(executor.run(TestHost.limited(Duration.ofMinutes(1), "Nothing")))
                        .as("the thread that watches time limits is ours")
                        .isEqualTo(new JobOutcome.Completed(pid));
                assertThat(pid(executor, "HttpClient", url)).isEqualTo(pid);
                assertThat(pid(executor, "HttpUrl", url)).isEqualTo(pid);
            }
            assertThat(pid(executor, "Nothing")).isEqualTo(pid);
            assertThat(((Number) pid(executor, "Size")).intValue())
                    .as("static fields are not looked at")
                    .isEqualTo(3);
        } finally {
            server.stop(0);
        }
        assertThat(logged()).isEmpty();
    }

    @Test
    void whatTheApplicationMakesBeforeItsJobsStays() throws Exception {
        try (JobExecutor executor =
                open(new KeepingJobs(), ProcessJobExecutor.builder().recycled())) {
            Object pid = pid(executor, "Nothing");
            for (int i = 0; i < 3; i++) {
                assertThat(pid(executor, "Pool")).isEqualTo(pid);
            }
            assertThat(logged()).isEmpty();
            assertThat(pid(executor, "Nothing", "afterFork leaves a file before a later job"))
                    .isEqualTo(pid);
            assertThat(pid(executor, "Nothing")).isNotEqualTo(pid);
        }
        assertThat(logged()).singleElement().asString().contains("1 open file (/etc/hostname)");
    }

    @Test
    void aChildForOneJobIsNotLookedAtAndDoesNotLoadTheClassesForIt() throws Exception {
        String[] open = {"--add-opens", "java.base/java.lang=ALL-UNNAMED"};
        try (JobExecutor strict =
                        open(new LeavingJobs(), ProcessJobExecutor.builder().javaOptions(open));
                JobExecutor recycled =
                        open(new LeavingJobs(), ProcessJobExecutor.builder().recycled())) {
            assertThat(pid(strict, "Loaded")).isEqualTo(List.of());
            assertThat((List<?>) pid(recycled, "Loaded")).hasSize(7);
            pid(strict, "THREADS");
        }
        assertThat(logged()).isEmpty();
    }

    @Test
    void memoryAboveTheLimitIsLogged() throws Exception {
        try (JobExecutor executor =
                open(new WorkJobs(), ProcessJobExecutor.builder().recycled().memoryLimit(120 << 20))) {
            pid(executor, "Grow");
        }
        assertThat(logged())
                .singleElement()
                .asString()
                .matches("The job Grow of q left behind in its child process: \\d{3} MB of memory\\. The child ends");
    }

    @Test
    void theKindsHaveTheSameNamesEverywhere() {
        assertThat(Leftover.names(Leftover.values())).isEqualTo(LeftoverNames.allowable());
        assertThat(jobsThatLeave().map(row -> row.get()[1])).containsAll(LeftoverNames.allowable());
        assertThat(Arrays.stream(Leftover.values())).hasSize(10);
    }

    @Test
    void anUnknownKindIsRefused() {
        assertThatThrownBy(() -> new ProcessJobExecutor().with(Map.of("may-leave", "threads, files")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("may-leave names \"files\"; it must be of threads, processes, open-files, ");
    }

    @Test
    void aTextNamesTheKinds() throws IOException {
        ProcessJobExecutor executor = (ProcessJobExecutor)
                new ProcessJobExecutor().with(Map.of("jobs-per-fork", "1000", "may-leave", " threads ,,open-files"));
        assertThat(executor.options())
                .isEqualTo(ProcessJobExecutor.builder()
                        .recycled()
                        .mayLeave(Leftover.THREADS, Leftover.OPEN_FILES)
                        .build()
                        .options());
    }
}
