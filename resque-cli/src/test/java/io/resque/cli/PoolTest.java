package io.resque.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.api.FailureFilter;
import io.resque.api.WorkerInfo;
import io.resque.core.Resque;
import io.resque.tck.RedisServer;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code bin/resque pool} with real processes, and resque-pool's signals. */
@Timeout(300)
@Execution(ExecutionMode.CONCURRENT)
class PoolTest {
    private static final RedisServer SERVER = RedisServer.forTests();
    private static final Duration LONG = Duration.ofSeconds(90);

    @TempDir
    Path home;

    private final String namespace = "pool" + UUID.randomUUID();
    private final Resque resque =
            Resque.builder().url(SERVER.url()).namespace(namespace).build();
    private final Map<String, String> variables = new HashMap<>(Map.of("FORK_PER_JOB", "false"));
    private Process pool;
    private long jobs;

    @BeforeEach
    void deploy() throws IOException {
        Files.createDirectories(home.resolve("bin"));
        Files.createDirectories(home.resolve("lib"));
        Files.copy(Path.of("..", "bin", "resque"), home.resolve("bin/resque"));
        Files.createFile(home.resolve("lib/resque-core-9.8.jar"));
        // The jobs have a folder of their own, so that a test can remove them.
        Path classes = Files.createDirectories(home.resolve("jobs/io/resque/cli"));
        try (Stream<Path> ours = Files.list(Path.of("target/test-classes/io/resque/cli"))) {
            for (Path file : ours.filter(each -> each.getFileName().toString().startsWith("PoolJobs"))
                    .toList()) {
                Files.copy(file, classes.resolve(file.getFileName()));
            }
        }
        Files.createFile(home.resolve("begun"));
        Files.createFile(home.resolve("done"));
    }

    @AfterEach
    void nothingIsLeft() {
        resque.close();
        if (pool != null) {
            List<ProcessHandle> below = pool.descendants().toList();
            pool.destroyForcibly();
            below.forEach(ProcessHandle::destroyForcibly);
        }
    }

    private void start(String file, String... options) throws IOException {
        write(file);
        List<String> command =
                new ArrayList<>(List.of("/bin/sh", home.resolve("bin/resque").toString(), "pool", "-c", "pool.yml"));
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("output").toFile());
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("RESQUE_") || name.endsWith("_ENV"));
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.endsWith("resque-cli/target/test-classes"))
                .collect(Collectors.joining(File.pathSeparator));
        environment.putAll(Map.of(
                "JAVA_HOME", System.getProperty("java.home"),
                "CLASSPATH", home.resolve("jobs") + File.pathSeparator + classPath,
                "REDIS_BACKEND", SERVER.url(),
                "PREFIX", namespace,
                "APP_INCLUDE", PoolJobs.class.getName(),
                "RESQUE_JAVA_OPTS", "-Xmx64m -XX:TieredStopAtLevel=1",
                "BEGUN", home.resolve("begun").toString(),
                "DONE", home.resolve("done").toString(),
                "GATE", gate().toString()));
        environment.putAll(variables);
        pool = builder.start();
    }

    private void write(String file) throws IOException {
        Files.writeString(home.resolve("pool.yml"), file.replace("; ", "\n") + "\n");
    }

    private void hup(String file) throws Exception {
        write(file);
        signal("HUP");
    }

    private void signal(String name) throws Exception {
        signal(name, pool.pid());
    }

    private static void signal(String name, long pid) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                        .start()
                        .waitFor())
                .isZero();
    }

    private String printed() throws IOException {
        return Files.readString(home.resolve("output"));
    }

    private List<String> lines(String file) throws IOException {
        return Files.readAllLines(home.resolve(file));
    }

    /** The pids of the workers by their queues; a pid for each job that may run at once. */
    private Map<String, List<String>> workers() {
        return resque.inspector().workers().stream()
                .collect(Collectors.groupingBy(
                        worker -> String.join(",", worker.queues()).replaceFirst(",thread-\\d+$", ""),
                        Collectors.mapping(WorkerInfo::pid, Collectors.toList())));
    }

    private void awaitWorkers(String sizes) {
        Map<String, Integer> expected = Stream.of(sizes.split(" "))
                .filter(each -> !each.isEmpty())
                .collect(Collectors.toMap(each -> each.split("=")[0], each -> Integer.valueOf(each.split("=")[1])));
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(workers().entrySet().stream()
                                .collect(Collectors.toMap(
                                        Map.Entry::getKey,
                                        each -> each.getValue().size())))
                        .as(printed())
                        .isEqualTo(expected));
    }

    private void enqueue(String queue, long millis) {
        resque.enqueue(queue, "Note", jobs++, millis);
    }

    /** A job begins that runs until the file {@link #gate} exists. */
    private void busyUntilGate(String queue) {
        resque.enqueue(queue, "Gate", jobs++);
        awaitBegun();
    }

    private Path gate() {
        return home.resolve("gate");
    }

    private void busy(String queue, long millis) {
        enqueue(queue, millis);
        awaitBegun();
    }

    private void awaitBegun() {
        await().atMost(LONG).until(() -> lines("begun").contains(Long.toString(jobs - 1)));
    }

    private int status() throws Exception {
        assertThat(pool.waitFor(60, TimeUnit.SECONDS)).as(printed()).isTrue();
        return pool.exitValue();
    }

    private void assertAllDoneOnce() throws IOException {
        assertThat(lines("done"))
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.range(0, jobs).mapToObj(Long::toString).toList());
        assertThat(resque.failures().count()).isZero();
        assertThat(resque.inspector().counters().processed()).isEqualTo(jobs);
        assertThat(resque.inspector().counters().workers()).isZero();
    }

    @Test
    void aFileReloadedUnderLoadLosesNoJob() throws Exception {
        start("a: 2; \"b,a\": 1");
        awaitWorkers("a=2 b,a=1");
        List<String> files = List.of(
                "a: 3; \"b,a\": 1",
                "\"b,a\": 2; c: 1",
                "a: [",
                "a: 1; \"c,b\": 2",
                "a: 2; \"b,a\": 1; c: 1",
                "a: 2; \"b,a\": 1; \"*\": 1");
        for (String file : files) {
            for (int i = 0; i < 60; i++) {
                enqueue(List.of("a", "b", "c").get(i % 3), 5 + i);
            }
            hup(file);
            for (int i = 0; i < 60; i++) {
                enqueue(List.of("a", "b", "c").get(i % 3), 5 + i);
            }
            long half = jobs / 2;
            await().atMost(LONG).until(() -> lines("done").size() >= half);
        }
        await().atMost(LONG).until(() -> lines("done").size() >= jobs);
        awaitWorkers("a=2 b,a=1 *=1");
        signal("QUIT");
        assertThat(status()).as(printed()).isZero();
        assertAllDoneOnce();
        System.out.println("Pool file reloaded " + files.size() + " times under load, once broken: " + jobs
                + " jobs, each done once, none failed");
    }

    @Test
    void hupChangesOnlyWhatHasChanged() throws Exception {
        variables.put("VERBOSE", "1");
        start("a: 1; b: 1; c: 1", "-a", "shop");
        awaitWorkers("a=1 b=1 c=1");
        Map<String, List<String>> before = workers();
        busy("b", 4_000);
        hup("\"a\": 1; b: 2; d: 1");
        await().atMost(LONG)
                .untilAsserted(
                        () -> assertThat(workers().get("b")).hasSize(2).doesNotContainAnyElementsOf(before.get("b")));
        awaitWorkers("a=1 b=2 d=1");
        assertThat(workers().get("a")).isEqualTo(before.get("a"));
        assertThat(lines("done")).containsExactly("0");

        Map<String, List<String>> now = workers();
        hup("b: two");
        await().atMost(LONG)
                .untilAsserted(
                        () -> assertThat(printed())
                                .contains(
                                        "the list \"b\" has \"two\"; it must be a whole number from 0 to 1000; the pool stays as it was"));
        Files.delete(home.resolve("pool.yml"));
        signal("HUP");
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(printed()).contains("there is no such file; the pool stays"));
        assertThat(workers()).isEqualTo(now);
        assertThat(titles()).anyMatch(title -> title.startsWith("resque-pool-manager[shop]: managing ["));
        signal("QUIT");
        assertThat(status()).as(printed()).isZero();
        assertAllDoneOnce();
    }

    private List<String> titles() throws IOException {
        List<String> titles = new ArrayList<>();
        for (ProcessHandle each : pool.descendants().toList()) {
            titles.add(Files.readString(Path.of("/proc/" + each.pid() + "/cmdline"))
                    .replace("\0", ""));
        }
        return titles;
    }

    @Test
    void aProcessForEachJobIfToldSo() throws Exception {
        start("a: 1; production:;   a: 3;   b: 0", "--process-each", "-E", "production");
        awaitWorkers("a=3");
        List<String> three = workers().get("a");
        assertThat(three).doesNotHaveDuplicates();
        hup("a: 4");
        awaitWorkers("a=4");
        assertThat(workers().get("a")).containsAll(three);
        hup("a: 2");
        awaitWorkers("a=2");
        signal("KILL", Long.parseLong(workers().get("a").get(0)));
        await().atMost(LONG).untilAsserted(() -> assertThat(printed()).contains("another one is started"));
        awaitWorkers("a=2");
        signal("TERM");
        assertThat(status()).as(printed()).isZero();
    }

    @Test
    void winchStopsAllWorkersAndHupStartsThem() throws Exception {
        start("a: 1");
        awaitWorkers("a=1");
        busy("a", 3_000);
        signal("WINCH");
        awaitWorkers("");
        assertThat(lines("done")).containsExactly("0");
        assertThat(pool.isAlive()).isTrue();
        signal("HUP");
        awaitWorkers("a=1");
        signal("QUIT");
        assertThat(status()).as(printed()).isZero();
        assertAllDoneOnce();
    }

    @ParameterizedTest
    @CsvSource({"QUIT,,true", "INT,,false", "TERM,--term-graceful-wait,true", "TERM,--term-graceful,false"})
    void theJobIsEnded(String signal, String option, boolean waits) throws Exception {
        variables.remove("FORK_PER_JOB");
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        variables.put("RESQUE_HTTP", Integer.toString(port));
        start("a: 1", option == null ? new String[0] : new String[] {option});
        awaitWorkers("a=1");
        if (waits) {
            busy("a", 3_000);
        } else {
            busyUntilGate("a");
        }
        signal(signal);
        assertThat(status()).as(printed()).isZero();
        if (!waits) {
            assertThat(lines("done")).as("left before its worker").isEmpty();
            assertThat(printed()).contains(signal + ": leaving; the workers [");
            await().atMost(LONG)
                    .untilAsserted(() -> new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close());
            assertThat(lines("done"))
                    .as("its port is free for the next pool while the job still runs")
                    .isEmpty();
            Files.createFile(gate());
        }
        awaitWorkers("");
        assertAllDoneOnce();
    }

    @ParameterizedTest
    @CsvSource({"--term-immediate", "--term-graceful-wait"})
    void termEndsItAtOnceOrOnceMore(String option) throws Exception {
        variables.remove("FORK_PER_JOB");
        start("a: 1", option);
        awaitWorkers("a=1");
        busy("a", 60_000);
        signal("TERM");
        if (option.endsWith("wait")) {
            await().atMost(LONG).untilAsserted(() -> assertThat(printed()).contains("QUIT: stopping: 1 job runs"));
            await().pollDelay(Duration.ofMillis(1_100)).until(() -> true);
            signal("TERM");
        }
        assertThat(status()).as(printed()).isZero();
        assertThat(resque.failures().oldest(FailureFilter.all(), 0, 9))
                .singleElement()
                .satisfies(failure -> assertThat(failure.exception()).isEqualTo("Resque::DirtyExit"));
        awaitWorkers("");
    }

    @Test
    void whoCannotStartDoesNotReplaceAnyone() throws Exception {
        start("a: 1; b: 1");
        awaitWorkers("a=1 b=1");
        Map<String, List<String>> before = workers();
        Path module = home.resolve("jobs/io/resque/cli/PoolJobs.class");
        Path away = home.resolve("away");
        Files.move(module, away);
        hup("a: 2; b: 1");
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(printed())
                        .contains(
                                "A worker process of a cannot be started, and is not tried again: 3 in a row ended soon"
                                        + " after their start, the last one ended with status 2"));
        assertThat(workers()).isEqualTo(before);
        assertThat(printed()).contains(PoolJobs.class.getName() + ", which is not on the class path");
        Files.move(away, module);
        signal("KILL", Long.parseLong(before.get("a").get(0)));
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(workers().getOrDefault("a", List.of()))
                        .as("a worker that was not replaced by the new one is replaced when it dies: %s", printed())
                        .hasSize(1)
                        .isNotEqualTo(before.get("a")));
        signal("HUP");
        awaitWorkers("a=2 b=1");
        assertThat(workers().get("b")).isEqualTo(before.get("b"));
        signal("QUIT");
        assertThat(status()).as(printed()).isZero();
    }

    /** resque-pool's manager forgets signals if more than five are waiting. And a reload must not add workers. */
    @Test
    void manyReloadsInARowEndAtTheLastAndStartNoCrowd() throws Exception {
        start("a: 1");
        awaitWorkers("a=1");
        List<String> before = workers().get("a");
        for (int i = 0; i < 30; i++) {
            hup("a: " + (2 + i % 3));
            int logged = i;
            await().atMost(LONG).until(() -> printed().split("HUP: the pool is now", -1).length - 1 > logged);
        }
        assertThat(workers().get("a")).as(printed()).containsAll(before);
        hup("a: 1");
        await().atMost(LONG).until(() -> pool.descendants().count() == 2);
        awaitWorkers("a=1");
        assertThat(workers().get("a")).as("the first one was never replaced").isEqualTo(before);
        signal("QUIT");
        assertThat(status()).as(printed()).isZero();
    }

    @Test
    void underIntervalZeroItLeavesWhenNoJobIsLeft() throws Exception {
        variables.put("INTERVAL", "0");
        for (int i = 0; i < 40; i++) {
            enqueue(i % 2 == 0 ? "a" : "b", 5);
        }
        start("a: 2; b: 1");
        assertThat(status()).as(printed()).isZero();
        assertAllDoneOnce();
    }

    @Test
    void underIntervalZeroAJobThatEndsItsJvmIsNoEmptyQueue() throws Exception {
        variables.put("INTERVAL", "0");
        resque.enqueue("a", "Exit");
        enqueue("a", 5);
        enqueue("a", 5);
        start("a: 1; b: 1");
        assertThat(status()).as(printed()).isZero();
        assertThat(lines("done")).containsExactly("0", "1");
        assertThat(resque.failures().count()).isEqualTo(1);
    }

    @Test
    void underIntervalZeroAListThatCouldNotBeWorkedIsStatus2() throws Exception {
        variables.put("INTERVAL", "0");
        variables.put("HALT_FOR", "b");
        enqueue("a", 5);
        start("a: 1; b: 1");
        assertThat(status()).as(printed()).isEqualTo(2);
        assertThat(printed()).contains("A worker process of b cannot be started");
        assertThat(lines("done")).containsExactly("0");
    }

    @Test
    void underIntervalZeroItLeavesWithAWorkerThatWasToLeave() throws Exception {
        variables.put("INTERVAL", "0");
        enqueue("b", 6000);
        start("b: 1");
        await().atMost(LONG).until(() -> lines("begun").contains("0"));
        jobs = 1;
        hup("{}");
        assertThat(status()).as(printed()).isZero();
        assertAllDoneOnce();
    }

    @Test
    void aSignalDuringTheStartIsObeyed() throws Exception {
        start("a: 1; b: 1; c: 1");
        await().atMost(LONG).until(() -> pool.descendants().count() >= 3);
        List<ProcessHandle> below = pool.descendants().toList();
        signal("INT");
        assertThat(status()).as(printed()).isZero();
        await().atMost(LONG).until(() -> below.stream().noneMatch(ProcessHandle::isAlive));
        awaitWorkers("");
    }
}
