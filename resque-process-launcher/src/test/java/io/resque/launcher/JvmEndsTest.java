package io.resque.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.api.FailureFilter;
import io.resque.core.Resque;
import io.resque.tck.FaultProxy;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every way in which a JVM can end, and what happens to its jobs, with real JVMs. Prints the table of docs/how-a-jvm-ends.md. The first
 * signal to {@code bin/resque} is tested by {@link SignalsTest}.
 */
@Timeout(180)
class JvmEndsTest {
    private static final RedisServer SERVER = RedisServer.forTests();
    private static final List<String> TABLE = new CopyOnWriteArrayList<>();

    /** Only against hanging: no job of these workers ends so late. */
    private static final Duration BUSY_MACHINE = Duration.ofSeconds(150);

    @TempDir
    static Path home;

    private static final BinResque BIN = BinResque.with(SERVER.url());
    private static Path logs;

    @BeforeAll
    static void configureLogs() throws IOException {
        logs = Files.writeString(
                home.resolve("logback.xml"),
                "<configuration><appender name='OUT' class='ch.qos.logback.core.ConsoleAppender'><encoder><pattern>"
                        + "%level %msg%n</pattern></encoder></appender><root level='INFO'><appender-ref ref='OUT'/></root>"
                        + "</configuration>");
    }

    @AfterAll
    static void table() {
        TABLE.stream().sorted().forEach(System.out::println);
    }

    @FunctionalInterface
    private interface Check {
        void run(Cell cell) throws Exception;
    }

    /** One row and column of the table: a program, in a namespace of its own. */
    private static final class Cell {
        final String row;
        final String column;
        final String namespace = "ends" + UUID.randomUUID();
        final Path begun = home.resolve(namespace + ".begun");
        private Path output = home.resolve(namespace + ".txt");
        final Resque resque =
                Resque.builder().url(SERVER.url()).namespace(namespace).build();
        Process process;
        private Path java = Path.of(System.getProperty("java.home"));
        private long from;

        Cell(String row, String column) {
            this.row = row;
            this.column = column;
        }

        void start(String url, String... args) throws IOException {
            List<String> command = new ArrayList<>(List.of(
                    java.resolve("bin/java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-Dlogback.configurationFile=" + logs,
                    "-cp",
                    System.getProperty("java.class.path"),
                    EndingJvm.class.getName(),
                    url,
                    namespace));
            command.addAll(Arrays.asList(args));
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
            builder.environment().put("BEGUN", begun.toString());
            process = builder.start();
            awaitPrinted("begins");
            from = System.nanoTime();
        }

        void startBin(String environment) throws IOException {
            Map<String, String> all = new HashMap<>(Map.of(
                    "QUEUE",
                    "q",
                    "PREFIX",
                    namespace,
                    "BEGUN",
                    begun.toString(),
                    "APP_INCLUDE",
                    EndingJobs.class.getName(),
                    "RESQUE_JAVA_OPTS",
                    "-Dlogback.configurationFile=" + logs));
            for (String each : environment.split(" ")) {
                all.put(each.split("=")[0], each.split("=")[1]);
            }
            runs(BIN.startAndAwait(resque, all));
        }

        void startBinWithoutWaiting(Map<String, String> environment) throws IOException {
            Map<String, String> all = new HashMap<>(environment);
            all.put("RESQUE_JAVA_OPTS", "-Dlogback.configurationFile=" + logs);
            runs(BIN.start(all));
        }

        private void runs(BinResque.Running running) {
            process = running.process();
            output = running.output();
            from = System.nanoTime();
        }

        String printed() throws IOException {
            return Files.readString(output);
        }

        void awaitPrinted(String line) {
            await(row + ", " + column + " prints " + line)
                    .atMost(BUSY_MACHINE)
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> printed().contains(line));
        }

        void awaitBegun() {
            await(row + ", " + column + " begins its job")
                    .atMost(BUSY_MACHINE)
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> Files.exists(begun));
            from = System.nanoTime();
        }

        void signal(String name) {
            BinResque.kill(name, process.pid());
            from = System.nanoTime();
        }

        /** A signal that a supervisor or a terminal sends twice within a second counts once. */
        void awaitOneSecond() {
            long start = System.nanoTime();
            await().pollDelay(Duration.ofMillis(1_200)).until(() -> System.nanoTime() - start > 1_100_000_000L);
        }

        void ends(int status) throws Exception {
            boolean ended = process.waitFor(BUSY_MACHINE.toSeconds(), TimeUnit.SECONDS);
            long millis = (System.nanoTime() - from) / 1_000_000;
            TABLE.add(String.format(
                    "End %-24s %-24s %s after %5d ms; waiting %d, processed %d, workers %d, failures %s",
                    row,
                    column,
                    ended ? "status " + process.exitValue() : "runs on",
                    millis,
                    resque.inspector().queueSize("q"),
                    resque.inspector().counters().processed(),
                    resque.inspector().counters().workers(),
                    failures()));
            assertThat(ended).as(printed()).isTrue();
            assertThat(process.exitValue()).as(printed()).isEqualTo(status);
        }

        List<String> failures() {
            return resque.failures().oldest(FailureFilter.all(), 0, 10).stream()
                    .map(failed -> failed.exception() + ": " + failed.error())
                    .toList();
        }

        /** The items of the delayed jobs. */
        List<String> delayed() {
            try (RespClient redis = SERVER.client()) {
                return redis.keys(namespace + ":delayed:*").stream()
                        .flatMap(key -> redis.texts("LRANGE", key, 0, -1).stream())
                        .toList();
            }
        }

        void settled(long processed) throws IOException {
            assertThat(resque.inspector().counters().processed()).as(printed()).isEqualTo(processed);
            assertThat(resque.inspector().counters().workers()).as("workers").isZero();
            assertThat(resque.inspector().counters().working()).as("jobs held").isZero();
        }

        /** A dead worker holds the job, and the next recovery records it as failed. */
        void recovered() throws IOException {
            assertThat(failures()).as(printed()).isEmpty();
            assertThat(resque.recoverDeadWorkers()).as("dead workers").hasSize(1);
            assertThat(failures()).singleElement().asString().startsWith("Resque::PruneDeadWorkerDirtyExit");
        }
    }

    private final List<DynamicTest> cells = new ArrayList<>();
    private final ExecutorService pool = Executors.newFixedThreadPool(4);

    private void cell(String row, String column, Check check) {
        if (row.equals("SIGINT") && BinResque.isDeafTo("INT")) {
            cells.add(DynamicTest.dynamicTest(row + ", " + column, () -> BinResque.assumeHeard("INT")));
            return;
        }
        Future<?> run = pool.submit(() -> {
            Cell cell = new Cell(row, column);
            try {
                check.run(cell);
            } finally {
                cell.resque.close();
                if (cell.process != null) {
                    cell.process.descendants().forEach(ProcessHandle::destroyForcibly);
                    cell.process.destroyForcibly();
                }
            }
            return null;
        });
        cells.add(DynamicTest.dynamicTest(row + ", " + column, () -> {
            try {
                run.get();
            } catch (ExecutionException e) {
                throw e.getCause();
            }
        }));
    }

    @TestFactory
    Stream<DynamicTest> everyEnd() {
        async("Redis away", "exit", 7, false, cell -> {
            assertThat(cell.printed()).contains("WARN This JVM ends with " + EndingJvm.JOBS + " jobs");
        });
        workers();
        listeners();
        drains();
        binResque();
        aStartThatHangs();
        producers();
        handedOver();
        pool.shutdown();
        return cells.stream();
    }

    private void workers() {
        for (String hook : List.of("worker", "hand-made")) {
            String column = hook.equals("worker") ? "worker" : "worker, own hook";
            cell("exit in a job", column, cell -> {
                cell.start(SERVER.url(), hook, "Exit");
                cell.awaitBegun();
                cell.ends(7);
                cell.settled(2);
                assertThat(cell.failures())
                        .containsExactly(
                                "Resque::DirtyExit: The job called System.exit, which ends the JVM of its worker");
                assertThat(cell.resque
                                .failures()
                                .oldest(FailureFilter.all(), 0, 1)
                                .get(0)
                                .backtrace())
                        .anyMatch(line -> line.startsWith(EndingJobs.class.getName()));
                assertThat(cell.printed().lines().filter(line -> line.startsWith("jobEnded")))
                        .containsExactlyInAnyOrder("jobEnded Exit DIED", "jobEnded Take COMPLETED");
            });
            cell("SIGTERM", column, cell -> {
                cell.start(SERVER.url(), hook, "Take");
                cell.awaitBegun();
                cell.signal("TERM");
                cell.ends(143);
                cell.settled(1);
                assertThat(cell.failures()).isEmpty();
                assertThat(cell.printed()).containsPattern("INFO Stopping .*: 1 job runs, up to 600 s");
            });
        }
        cell("exit after a checkpoint", "worker", cell -> {
            cell.start(SERVER.url(), "worker", "ExitAtCheckpoint");
            cell.ends(7);
            cell.settled(1);
            assertThat(cell.failures()).isEmpty();
            assertThat(cell.delayed()).singleElement().asString().contains("\"java_checkpoint\":7");
        });
        cell("SIGTERM", "worker, child JVMs", cell -> {
            cell.start(SERVER.url(), "children", "Take");
            cell.awaitBegun();
            cell.signal("TERM");
            cell.ends(143);
            cell.settled(1);
            assertThat(cell.failures()).isEmpty();
        });
        cell("halt in a job", "worker", cell -> {
            cell.start(SERVER.url(), "worker", "Halt");
            cell.ends(9);
            cell.recovered();
        });
        cell("SIGINT", "worker", cell -> {
            cell.start(SERVER.url(), "worker", "Take");
            cell.awaitBegun();
            cell.signal("INT");
            cell.ends(130);
            cell.settled(1);
        });
        cell("a second signal", "worker", cell -> {
            cell.start(SERVER.url(), "worker", "Take");
            cell.awaitBegun();
            cell.signal("TERM");
            cell.signal("TERM");
            cell.ends(143);
            cell.settled(1);
            assertThat(cell.failures()).isEmpty();
        });
        cell("exit in a job", "nine workers", cell -> {
            cell.start(SERVER.url(), "nine workers", "deaf but one");
            await("the failure of the job that exits, while the jobs of other workers have their time")
                    .atMost(BUSY_MACHINE)
                    .until(() -> !cell.failures().isEmpty());
            assertThat(cell.failures()).singleElement().asString().startsWith("Resque::DirtyExit");
        });
        for (String job : List.of("CloseResque", "CloseWorker", "StopZero")) {
            cell("close in a job", "worker, " + job, cell -> {
                cell.start(SERVER.url(), "worker", job);
                cell.ends(0);
                cell.settled(1);
                assertThat(cell.failures()).isEmpty();
                assertThat(cell.resque.inspector().queueSize("late")).isEqualTo(job.equals("CloseResque") ? 1 : 0);
            });
        }
        cell("close while interrupted", "worker", cell -> {
            cell.start(SERVER.url(), "worker", "interrupted");
            cell.ends(0);
            cell.settled(1);
            assertThat(cell.failures()).isEmpty();
            assertThat(cell.printed()).contains("still interrupted: true");
        });
        cell("daemon starter", "worker", cell -> {
            cell.start(SERVER.url(), "worker", "daemon");
            cell.ends(0);
            cell.settled(2);
        });
        Optional<Path> java = javaWithVirtualThreads();
        if (java.isEmpty()) {
            System.out.println("SKIPPED daemon starter, virtual threads: no Java 21 or later is here");
        } else {
            cell("daemon starter", "worker, virtual threads", cell -> {
                cell.java = java.get();
                cell.start(SERVER.url(), "virtual", "daemon");
                cell.ends(0);
                cell.settled(2);
            });
        }
        cell("SIGTERM", "worker, waiting for Redis", cell -> {
            try (FaultProxy proxy = FaultProxy.to(SERVER.url())) {
                proxy.refuse(true);
                cell.start(proxy.url(), "waiting", "");
                cell.awaitPrinted("tries again in");
                cell.signal("TERM");
                cell.ends(143);
                cell.settled(0);
            }
        });
    }

    /** This Java, or one that is installed beside it. */
    private static Optional<Path> javaWithVirtualThreads() {
        Path here = Path.of(System.getProperty("java.home"));
        if (Runtime.version().feature() >= 21) {
            return Optional.of(here);
        }
        try (Stream<Path> beside = Files.list(here.getParent())) {
            return beside.filter(JvmEndsTest::hasVirtualThreads).findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static boolean hasVirtualThreads(Path home) {
        try {
            Matcher version =
                    Pattern.compile("JAVA_VERSION=\"(\\d+)").matcher(Files.readString(home.resolve("release")));
            return Files.isExecutable(home.resolve("bin/java"))
                    && version.find()
                    && Integer.parseInt(version.group(1)) >= 21;
        } catch (IOException e) {
            return false;
        }
    }

    private void listeners() {
        for (String who :
                List.of("tearDown", "afterPerform", "failureSink", "workerExit", "shutdown", "shutdown, own hook")) {
            cell("exit in " + who, "worker", cell -> {
                cell.start(SERVER.url(), "listener", who);
                cell.ends(7);
                cell.settled(1);
                assertThat(cell.printed()).contains("A job of q is recorded as failed: The job called System.exit");
                assertThat(cell.failures())
                        .containsExactly(
                                "Resque::DirtyExit: The job called System.exit, which ends the JVM of its worker");
            });
        }
        cell("exit in workerExit", "worker, close elsewhere", cell -> {
            cell.start(SERVER.url(), "listener", "workerExit of close");
            cell.ends(7);
            cell.settled(1);
            assertThat(cell.failures()).isEmpty();
        });
        cell("exit, a sink that blocks", "worker", cell -> {
            cell.start(SERVER.url(), "listener", "a sink that blocks");
            cell.ends(7);
            cell.settled(1);
            assertThat(cell.failures()).singleElement().asString().startsWith("Resque::DirtyExit");
        });
        cell("exit in queueEmpty", "worker", cell -> {
            cell.start(SERVER.url(), "listener", "queueEmpty");
            cell.ends(7);
            cell.settled(1);
            assertThat(cell.failures()).isEmpty();
        });
    }

    private void drains() {
        cell("close elsewhere", "drain()", cell -> {
            cell.start(SERVER.url(), "drain", "close");
            cell.ends(0);
            cell.settled(1);
            assertThat(cell.printed()).contains("drained 1");
            assertThat(cell.resque.inspector().queueSize("q")).isEqualTo(1);
        });
        cell("exit elsewhere", "drain()", cell -> {
            cell.start(SERVER.url(), "drain", "exit");
            cell.ends(7);
            cell.settled(1);
            assertThat(cell.resque.inspector().queueSize("q")).isEqualTo(1);
        });
        cell("exit in a job", "drain()", cell -> {
            cell.start(SERVER.url(), "drain", "nothing else");
            cell.ends(7);
            cell.settled(2);
            assertThat(cell.failures()).singleElement().asString().startsWith("Resque::DirtyExit");
        });
    }

    private void binResque() {
        binResqueWithChildren("strict");
        binResqueWithChildren("recycled");
        cell("exit in a job", "bin/resque, thread", cell -> {
            cell.startBin("ISOLATION=thread");
            cell.resque.enqueue("q", "Exit");
            cell.ends(7);
            cell.settled(1);
            assertThat(cell.failures())
                    .containsExactly("Resque::DirtyExit: The job called System.exit, which ends the JVM of its worker");
        });
        cell("halt in a job", "bin/resque, thread", cell -> {
            cell.startBin("ISOLATION=thread");
            cell.resque.enqueue("q", "Halt");
            cell.ends(9);
            cell.recovered();
        });
        cell("a second signal", "bin/resque, thread", cell -> {
            cell.startBin("ISOLATION=thread");
            cell.resque.enqueue("q", "Take", 600_000);
            cell.awaitBegun();
            cell.signal("TERM");
            cell.awaitPrinted("WARN TERM: stopping: 1 job runs, until the end;");
            cell.awaitOneSecond();
            cell.signal("INT");
            cell.ends(0);
            cell.settled(1);
            assertThat(cell.failures()).singleElement().asString().startsWith("java.lang.InterruptedException");
        });
        cell("a second signal", "bin/resque, deaf job", cell -> {
            cell.startBin("ISOLATION=thread");
            cell.resque.enqueue("q", "Deaf");
            cell.awaitBegun();
            cell.signal("TERM");
            cell.awaitOneSecond();
            cell.signal("TERM");
            cell.ends(0);
            cell.recovered();
        });
    }

    private void binResqueWithChildren(String isolation) {
        cell("exit in a job", "bin/resque, " + isolation, cell -> {
            cell.startBin("ISOLATION=" + isolation);
            cell.resque.enqueue("q", "Exit");
            await().atMost(BUSY_MACHINE).until(() -> !cell.failures().isEmpty());
            cell.signal("QUIT");
            cell.ends(0);
            cell.settled(1);
            assertThat(cell.failures())
                    .singleElement()
                    .asString()
                    .startsWith("Resque::DirtyExit: The child process")
                    .endsWith("ended with status 7");
        });
        cell("halt in a job", "bin/resque, " + isolation, cell -> {
            cell.startBin("ISOLATION=" + isolation);
            cell.resque.enqueue("q", "Halt");
            await().atMost(BUSY_MACHINE).until(() -> !cell.failures().isEmpty());
            cell.signal("QUIT");
            cell.ends(0);
            cell.settled(1);
        });
        cell("a second signal", "bin/resque, " + isolation, cell -> {
            cell.startBin("GRACEFUL_TERM=1 ISOLATION=" + isolation);
            cell.resque.enqueue("q", "Take", 600_000);
            cell.awaitBegun();
            cell.signal("TERM");
            cell.awaitPrinted("WARN TERM: stopping: 1 job runs, until the end;");
            cell.awaitOneSecond();
            cell.signal("TERM");
            cell.ends(0);
            cell.settled(1);
            assertThat(cell.failures())
                    .singleElement()
                    .asString()
                    .startsWith("Resque::DirtyExit")
                    .endsWith("its worker was told to leave by TERM once more");
        });
        cell("a second QUIT", "bin/resque, " + isolation, cell -> {
            cell.startBin("ISOLATION=" + isolation);
            cell.resque.enqueue("q", "Take", 2_500);
            cell.awaitBegun();
            cell.signal("QUIT");
            cell.awaitOneSecond();
            cell.signal("QUIT");
            cell.ends(0);
            cell.settled(1);
            assertThat(cell.failures()).isEmpty();
        });
    }

    private void aStartThatHangs() {
        cell("a second signal", "bin/resque, starting", cell -> {
            try (FaultProxy proxy = FaultProxy.to(SERVER.url())) {
                proxy.pause();
                cell.startBinWithoutWaiting(
                        Map.of("QUEUE", "q", "REDIS_BACKEND", proxy.url() + "?timeout=50s", "VERBOSE", "1"));
                await().atMost(BUSY_MACHINE).until(() -> proxy.connections() > 0);
                cell.signal("TERM");
                cell.awaitOneSecond();
                cell.signal("TERM");
                cell.ends(0);
                assertThat(cell.printed()).contains("TERM once more: leaving before the start is over");
            }
        });
    }

    private void producers() {
        cell("exit", "producer", cell -> producer(cell, "exit", 7, EndingJvm.JOBS));
        cell("halt", "producer", cell -> producer(cell, "halt", 9, EndingJvm.JOBS));
        cell("last thread ends", "producer", cell -> producer(cell, "return", 0, EndingJvm.JOBS));
        cell("close in a listener", "producer", cell -> producer(cell, "close", 0, 1));
        cell("close while interrupted", "producer", cell -> producer(cell, "interrupted", 0, EndingJvm.JOBS));
        cell("daemon starter", "producer", cell -> producer(cell, "daemon", 0, EndingJvm.JOBS));
        for (String signals : List.of("TERM", "INT", "TERM TERM")) {
            cell(signals.contains(" ") ? "a second signal" : "SIG" + signals, "producer", cell -> {
                cell.start(SERVER.url(), "enqueue", "signal");
                cell.awaitPrinted("told 10");
                Stream.of(signals.split(" ")).forEach(cell::signal);
                cell.ends(signals.equals("INT") ? 130 : 143);
                String[] told = cell.printed().strip().split("told ");
                long last = Long.parseLong(told[told.length - 1].strip());
                assertThat(cell.resque.inspector().queueSize("q")).isBetween(last, last + 1);
            });
        }
    }

    private static void producer(Cell cell, String how, int status, long jobs) throws Exception {
        cell.start(SERVER.url(), "enqueue", how);
        cell.ends(status);
        assertThat(cell.printed()).contains("told " + jobs);
        assertThat(cell.resque.inspector().queueSize("q")).isEqualTo(jobs);
    }

    private void handedOver() {
        Check all = cell -> assertThat(cell.resque.inspector().queueSize("q"))
                .as(cell.printed())
                .isEqualTo(EndingJvm.JOBS);
        async("exit", "exit", 7, true, all);
        async(
                "halt",
                "halt",
                9,
                false,
                cell -> assertThat(cell.resque.inspector().queueSize("q")).isZero());
        async(
                "exit, told not to wait",
                "exit-at-once",
                7,
                false,
                cell -> assertThat(cell.resque.inspector().queueSize("q")).isZero());
        async("last thread ends", "return", 0, true, all);
        async("SIGTERM", "signal TERM", 143, true, all);
        async("SIGINT", "signal INT", 130, true, all);
        async("a second signal", "signal TERM TERM", 143, true, all);
        async("close in a stage", "close", 0, true, all);
        async("exit in a stage", "stage", 7, true, all);
        async("exit in each stage, close in a hook", "each stage", 7, true, cell -> {
            long written = cell.resque.inspector().queues().keySet().stream()
                    .filter(queue -> queue.startsWith("q"))
                    .mapToLong(cell.resque.inspector()::queueSize)
                    .sum();
            assertThat(written).as(cell.printed()).isEqualTo(EndingJvm.JOBS);
        });
        async(
                "exit in a stage, handed over by a hook",
                "late stage",
                7,
                true,
                cell -> assertThat(cell.resque.inspector().queueSize("q"))
                        .as(cell.printed())
                        .isEqualTo(50 + EndingJvm.JOBS - 1));
        async("close while interrupted", "interrupted", 0, true, all);
        async(
                "daemon starter",
                "daemon",
                0,
                true,
                cell -> assertThat(cell.resque.inspector().queueSize("q"))
                        .as(cell.printed())
                        .isEqualTo(EndingJvm.JOBS - 1));
        async(
                "handed over by a hook",
                "late",
                0,
                true,
                cell -> assertThat(cell.resque.inspector().queueSize("q"))
                        .as(cell.printed())
                        .isEqualTo(2 * EndingJvm.JOBS - 1));
    }

    /** The proxy lets nothing pass while the jobs are handed over, so that no job is written before the end begins. */
    private void async(String row, String how, int status, boolean passesLater, Check check) {
        cell(row, "enqueueAsync", cell -> {
            try (FaultProxy proxy = FaultProxy.to(SERVER.url())) {
                String[] words = how.startsWith("signal ") ? how.split(" ") : new String[] {how};
                cell.start(proxy.url() + "?timeout=50s", "hand over", words[0]);
                cell.awaitPrinted("connected");
                proxy.pause();
                try (OutputStream input = cell.process.getOutputStream()) {
                    input.write('\n');
                }
                cell.awaitPrinted("ready");
                for (int i = 1; i < words.length; i++) {
                    cell.signal(words[i]);
                }
                if (passesLater) {
                    if (words.length > 1 || how.equals("exit")) {
                        cell.awaitPrinted("exits");
                    }
                    proxy.resume();
                }
                cell.ends(status);
                check.run(cell);
            }
        });
    }
}
