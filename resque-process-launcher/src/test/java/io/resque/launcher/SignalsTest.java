package io.resque.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.api.Counters;
import io.resque.api.FailedJob;
import io.resque.api.FailureFilter;
import io.resque.api.WorkerInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The effect of each signal on {@code bin/resque}, compared with recorded Ruby workers. Prints a table. */
@Timeout(90)
class SignalsTest extends BinResqueFixture {
    private static final List<String> TABLE = new ArrayList<>();
    private static final long LONG = 30_000;

    @TempDir
    static Path home;

    @AfterAll
    static void table() {
        TABLE.forEach(System.out::println);
    }

    private Map<String, String> environment(String mode, String more) {
        Map<String, String> environment =
                new HashMap<>(Map.of("QUEUE", "a,b", "PREFIX", namespace, "BEGUN", begun().toString()));
        switch (mode) {
            case "strict", "recycled", "thread" -> environment.put("ISOLATION", mode);
            default -> throw new AssertionError(mode);
        }
        for (String each : more.isEmpty() ? new String[0] : more.split(" ")) {
            environment.put(each.split("=")[0], each.split("=")[1]);
        }
        return environment;
    }

    private Path begun() {
        return home.resolve(namespace + ".begun");
    }

    private void busyWith(long millis) throws IOException {
        Files.deleteIfExists(begun());
        resque.enqueue("a", "Take", millis);
        await().atMost(Duration.ofSeconds(10)).until(() -> Files.exists(begun()));
    }

    private String ends(String name, String signal, int least, int most) throws InterruptedException {
        long start = System.nanoTime();
        running.signal(signal);
        int status = running.status();
        long millis = (System.nanoTime() - start) / 1_000_000;
        Counters counters = resque.inspector().counters();
        List<FailedJob> failures = resque.failures().oldest(FailureFilter.all(), 0, 10);
        String record = failures.isEmpty()
                ? "no failure"
                : failures.get(0).exception() + ": " + failures.get(0).error();
        TABLE.add(String.format(
                "Signal %-28s %-4s: status %d after %5d ms; processed %d, failed %d, pending %d, %s",
                name, signal, status, millis, counters.processed(), counters.failed(), counters.pending(), record));
        assertThat(status).as(running.printed()).isZero();
        assertThat(millis).isBetween((long) least, (long) most);
        assertThat(counters.workers()).as("workers left").isZero();
        assertThat(running.process().descendants()).as("processes left").isEmpty();
        assertThat(failures).hasSizeLessThan(2);
        return record;
    }

    @ParameterizedTest
    @CsvSource({
        "strict,QUIT",
        "strict,TERM",
        "strict,INT",
        "strict,HUP",
        "recycled,QUIT",
        "recycled,TERM",
        "recycled,INT",
        "recycled,HUP",
        "thread,QUIT",
        "thread,TERM"
    })
    void anIdleWorkerLeavesAtOnce(String mode, String signal) throws Exception {
        BinResque.assumeHeard(signal);
        running = BIN.startAndAwait(resque, environment(mode, "INTERVAL=60"));
        assertThat(ends(mode + " idle", signal, 0, 3000)).isEqualTo("no failure");
    }

    @ParameterizedTest
    @CsvSource({"strict,QUIT", "recycled,QUIT", "thread,QUIT", "thread,TERM"})
    void theRunningJobIsFinished(String mode, String signal) throws Exception {
        running = BIN.startAndAwait(resque, environment(mode, ""));
        busyWith(1500);
        assertThat(ends(mode + " busy", signal, 500, 6000)).isEqualTo("no failure");
        assertThat(resque.inspector().counters().processed()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"strict", "recycled"})
    void gracefulTermFinishesTheJobAndIntDoesNot(String mode) throws Exception {
        running = BIN.startAndAwait(resque, environment(mode, "GRACEFUL_TERM=1"));
        busyWith(1500);
        assertThat(ends(mode + " busy GRACEFUL_TERM", "TERM", 500, 6000)).isEqualTo("no failure");
        running = BIN.startAndAwait(resque, environment(mode, "GRACEFUL_TERM=1"));
        busyWith(LONG);
        assertThat(ends(mode + " busy GRACEFUL_TERM", "INT", 0, 5000)).startsWith("Resque::DirtyExit");
    }

    @ParameterizedTest
    @CsvSource({"strict,TERM", "strict,INT", "strict,HUP", "recycled,TERM", "recycled,INT", "recycled,HUP"})
    void theChildIsKilled(String mode, String signal) throws Exception {
        BinResque.assumeHeard(signal);
        running = BIN.startAndAwait(resque, environment(mode, ""));
        busyWith(LONG);
        assertThat(ends(mode + " busy", signal, 0, 5000))
                .startsWith("Resque::DirtyExit: The child process ")
                .endsWith("was killed by signal 9 (SIGKILL): its worker was told to leave by " + signal);
        assertThat(resque.inspector().counters().processed()).isEqualTo(1);
        assertThat(resque.inspector().counters().failed()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"strict", "recycled", "thread"})
    void termChildInterruptsTheJob(String mode) throws Exception {
        running = BIN.startAndAwait(resque, environment(mode, "TERM_CHILD=1"));
        busyWith(LONG);
        assertThat(ends(mode + " busy TERM_CHILD", "TERM", 0, 5000)).isEqualTo("Resque::TermException: SIGTERM");
        assertThat(resque.inspector().counters().failed()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "strict,ON_STOP=put-back",
        "recycled,ON_STOP=put-back",
        "strict,ON_STOP=put-back TERM_CHILD=1",
        "recycled,ON_STOP=put-back TERM_CHILD=1",
        "thread,ON_STOP=put-back TERM_CHILD=1"
    })
    void anInterruptedJobGoesBackIfTheWorkerIsToldSo(String mode, String variables) throws Exception {
        running = BIN.startAndAwait(resque, environment(mode, variables));
        busyWith(LONG);
        assertThat(ends(mode + " busy " + variables, "TERM", 0, 5000)).isEqualTo("no failure");
        assertThat(resque.inspector().queueSize("a")).isOne();
        assertThat(resque.inspector().counters().processed()).isZero();
        assertThat(resque.inspector().workers()).isEmpty();
    }

    @Test
    void usr1StillFailsTheJobOfAWorkerThatPutsBack() throws Exception {
        running = BIN.startAndAwait(resque, environment("strict", "ON_STOP=put-back"));
        busyWith(LONG);
        running.signal("USR1");
        await().until(() -> resque.failures().count() == 1);
        assertThat(resque.inspector().queueSize("a")).isZero();
        ends("strict busy USR1 ON_STOP=put-back, then idle", "QUIT", 0, 3000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"strict", "recycled"})
    void termChildLetsTheJobEndBefore(String mode) throws Exception {
        running = BIN.startAndAwait(resque, environment(mode, "TERM_CHILD=1 RESQUE_PRE_SHUTDOWN_TIMEOUT=15"));
        busyWith(1500);
        assertThat(ends(mode + " busy PRE_SHUTDOWN=15", "TERM", 500, 6000)).isEqualTo("no failure");
    }

    @ParameterizedTest
    @ValueSource(strings = {"strict", "recycled"})
    void usr1KillsTheChildAndTheWorkerGoesOn(String mode) throws Exception {
        running = BIN.startAndAwait(resque, environment(mode, ""));
        busyWith(LONG);
        running.signal("USR1");
        await().until(() -> resque.failures().count() == 1);
        busyWith(100);
        await().until(() -> resque.inspector().counters().processed() == 2);
        assertThat(ends(mode + " busy USR1, then idle", "QUIT", 0, 3000))
                .endsWith("was killed by signal 9 (SIGKILL): its worker was told so by USR1");
    }

    @ParameterizedTest
    @CsvSource({"strict,QUIT", "strict,TERM", "recycled,QUIT", "recycled,INT", "thread,QUIT", "thread,TERM"})
    void usr2PausesAndContGoesOn(String mode, String last) throws Exception {
        running = BIN.startAndAwait(resque, environment(mode, ""));
        running.signal("USR2");
        await().untilAsserted(() -> assertThat(BinResque.titles(running)).anyMatch(title -> title.equals("Paused")));
        Files.deleteIfExists(begun());
        resque.enqueue("a", "Take", 1);
        running.signal("CONT");
        await().until(() -> resque.inspector().counters().processed() == 1);
        running.signal("USR2");
        await().untilAsserted(() -> assertThat(BinResque.titles(running)).anyMatch(title -> title.equals("Paused")));
        assertThat(ends(mode + " paused", last, 0, 3000)).isEqualTo("no failure");
    }

    @ParameterizedTest
    @CsvSource({
        "strict,QUIT",
        "strict,TERM",
        "strict,INT",
        "strict,USR2",
        "recycled,QUIT",
        "recycled,TERM",
        "thread,QUIT",
        "thread,TERM",
        "thread,USR2"
    })
    void aSignalThatComesBeforeTheStartIsOverIsHeard(String mode, String signal) throws Exception {
        Path pidFile = home.resolve(namespace + ".pid");
        running = BIN.start(environment(mode, "PIDFILE=" + pidFile));
        await().pollInterval(Duration.ofMillis(5)).until(() -> Files.exists(pidFile) && Files.size(pidFile) > 0);
        if (signal.equals("USR2")) {
            running.signal(signal);
            await().atMost(Duration.ofSeconds(15))
                    .untilAsserted(
                            () -> assertThat(BinResque.titles(running)).anyMatch(title -> title.equals("Paused")));
            ends(mode + " starting USR2, then", "QUIT", 0, 3000);
        } else {
            assertThat(Files.readString(pidFile)).isEqualTo(Long.toString(running.pid()));
            ends(mode + " starting", signal, 0, 10_000);
        }
        assertThat(pidFile).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"QUIT", "TERM", "KILL"})
    void aSecondFileHasThePidOfTheJvm(String signal) throws Exception {
        Path jvm = home.resolve(namespace + ".jvm.pid");
        running = BIN.startAndAwait(resque, environment("thread", "JVM_PIDFILE=" + jvm));
        await().until(() -> Files.exists(jvm) && Files.size(jvm) > 0);
        long pid = Long.parseLong(Files.readString(jvm));
        assertThat(pid).isNotEqualTo(running.pid());
        assertThat(resque.inspector().workers().get(0).attributes()).containsEntry("pid", Long.toString(pid));
        assertThat(Files.readString(Path.of("/proc/" + pid + "/comm"))).isEqualTo("java\n");
        running.signal(signal); // a worker leaves when its launcher is gone
        running.status();
        await().untilAsserted(() -> assertThat(jvm).doesNotExist());
    }

    @Test
    void theFileOfAnotherJvmIsLeft() throws Exception {
        Path jvm = home.resolve(namespace + ".jvm.pid");
        running = BIN.startAndAwait(resque, environment("thread", "JVM_PIDFILE=" + jvm));
        await().until(() -> Files.exists(jvm) && Files.size(jvm) > 0);
        Files.writeString(jvm, "77");
        ends("thread idle", "QUIT", 0, 3000);
        assertThat(jvm).hasContent("77");
    }

    /** Workers of PHP, pyres and Ruby check the pids of all workers whose ids begin with the name of their host. */
    @Test
    void noWorkerStandsUnderTheNameOfItsHost() throws Exception {
        running = BIN.startAndAwait(resque, environment("strict", ""));
        WorkerInfo worker = resque.inspector().workers().get(0);
        assertThat(worker.host()).isEqualTo(worker.attributes().get("host") + "-jvm");
        assertThat(worker.pid()).isEqualTo(Long.toString(running.pid()));
        assertThat(worker.life()).isEqualTo(WorkerInfo.Life.ALIVE);
        ends("strict idle", "QUIT", 0, 3000);
        running = BIN.startAndAwait(resque, environment("strict", "RESQUE_WORKER_HOST=billing"));
        assertThat(resque.inspector().workers().get(0).host()).isEqualTo("billing");
        ends("strict idle", "QUIT", 0, 3000);
    }

    @Test
    void usr1WithNothingToKillChangesNothing() throws Exception {
        running = BIN.startAndAwait(resque, environment("thread", ""));
        busyWith(500);
        running.signal("USR1");
        await().until(() -> resque.inspector().counters().processed() == 1);
        running.signal("USR1");
        assertThat(ends("thread busy and idle USR1, then", "QUIT", 0, 3000)).isEqualTo("no failure");
    }

    @Test
    void titlesShowWhatRunsAndTheIdNamesTheLauncher() throws Exception {
        running = BIN.startAndAwait(resque, environment("strict", ""));
        busyWith(LONG);
        assertThat(resque.inspector().workers().get(0).pid()).isEqualTo(Long.toString(running.pid()));
        assertThat(BinResque.titles(running))
                .anyMatch(title -> title.equals("a,b"))
                .anyMatch(title -> title.matches("Forked \\d+ at \\d+"))
                .anyMatch(title -> title.matches("Processing a since \\d+ \\[Take]"));
        assertThat(pidsThatRubyTakesForWorkers()).contains(Long.toString(running.pid()));
        ends("strict busy", "TERM", 0, 5000);
    }

    /** Looks for workers as a Ruby worker does before it removes the workers of its machine that it does not find. */
    private static List<String> pidsThatRubyTakesForWorkers() throws IOException {
        Process ps = new ProcessBuilder("ps", "-A", "-o", "pid,command").start();
        return new String(ps.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.matches(".*(resque:work|resque:\\sStarting|resque-[0-9]).*"))
                .filter(line -> !line.contains("resque-web"))
                .map(line -> line.strip().split(" ")[0])
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"strict,true", "strict,false", "recycled,true", "recycled,false"})
    void killedWithNineNothingRunsOnAndTheNextStartRecoversTheJob(String mode, boolean launcher) throws Exception {
        running = BIN.startAndAwait(resque, environment(mode, ""));
        busyWith(LONG);
        List<ProcessHandle> below = running.process().descendants().toList();
        assertThat(below).isNotEmpty();
        long start = System.nanoTime();
        BinResque.kill("KILL", launcher ? running.pid() : below.get(0).pid());
        await().pollInterval(Duration.ofMillis(10))
                .until(() -> below.stream().noneMatch(ProcessHandle::isAlive)
                        && !running.process().isAlive());
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        TABLE.add("Kill -9 of the " + (launcher ? "launcher" : "worker's JVM") + ": all gone after "
                + (System.nanoTime() - start) / 1_000_000 + " ms");
        boolean recorded = resque.failures().count() == 1;
        if (recorded) {
            // The worker ends after its launcher, and may see its child end before.
            assertThat(launcher).as("that a killed worker recorded its job").isTrue();
        } else {
            assertThat(resque.inspector().counters().working()).isEqualTo(1);
        }
        running = BIN.startAndAwait(resque, environment("strict", ""));
        await("the dead worker's end")
                .until(() -> resque.failures().count() == 1
                        && resque.inspector().counters().workers() == 1);
        assertThat(ends("after kill -9", "QUIT", 0, 3000))
                .startsWith(recorded ? "Resque::DirtyExit" : "Resque::PruneDeadWorkerDirtyExit");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dash", "bash", "busybox sh"})
    void everyShellWillDo(String shell) throws Exception {
        List<String> words = List.of(shell.split(" "));
        if (!Files.isExecutable(Path.of("/bin", words.get(0)))
                && !Files.isExecutable(Path.of("/usr/bin", words.get(0)))) {
            System.out.println("SKIPPED everyShellWillDo: there is no " + shell + " here");
            Assumptions.abort("no " + shell);
        }
        running = BIN.start(words, environment("strict", ""));
        await().atMost(Duration.ofSeconds(15))
                .until(() -> resque.inspector().counters().workers() == 1);
        busyWith(800);
        assertThat(ends(shell + " busy", "QUIT", 100, 6000)).isEqualTo("no failure");
    }

    @Test
    void whatTheLauncherTellsItsJvmAndWhatWasTakenOutIsNotThereForProcessesOfJobs() throws Exception {
        Path shown = home.resolve(namespace + ".environment");
        Map<String, String> environment =
                environment("strict", "COUNT=2 SECRET=s MINE=m JOB_ENV_REMOVE=REDIS_BACKEND,SECRET");
        environment.put("SHOW_ENVIRONMENT", shown.toString());
        running = BIN.startAndAwait(resque, environment);
        resque.enqueue("a", "Take", 0L);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> resque.inspector().counters().processed() == 1);
        List<String> names = Files.readAllLines(shown).stream()
                .map(line -> line.split("=", 2)[0])
                .toList();
        assertThat(names)
                .contains("MINE", "QUEUE", "PATH", "JOB_ENV_REMOVE")
                .doesNotContain("REDIS_BACKEND", "SECRET", "_JAVA_SR_SIGNUM")
                .filteredOn(name -> name.startsWith("RESQUE_"))
                .containsExactlyInAnyOrder("RESQUE_SHELL", "RESQUE_SERIALIZER", "RESQUE_JAVA_OPTS"); // set by this test
        running.signal("TERM");
        assertThat(running.status()).isZero();
    }

    @Test
    void aModuleThatCannotRegisterItsJobsIsToldInASentenceAndEndsWithTheStatusOfAMistake() throws Exception {
        running = BIN.start(environment("strict", "APP_INCLUDE=" + CleanChildTest.WeirdModule.class.getName()));
        assertThat(running.status()).as(running.printed()).isEqualTo(2);
        assertThat(running.printed().lines())
                .singleElement()
                .asString()
                .startsWith("The module " + CleanChildTest.WeirdModule.class.getName() + " cannot register its jobs: "
                        + HygieneJobs.Nothing.class.getName());
    }
}
