package io.resque.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.api.FailedJob;
import io.resque.api.FailureFilter;
import io.resque.api.WorkerInfo;
import io.resque.core.Resque;
import io.resque.core.Worker;
import io.resque.launcher.Environment;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code resque kill} and {@code resque remove} with live workers in processes of their own. */
@Timeout(240)
class KillCommandTest {
    private static final RedisServer SERVER = RedisServer.forTests();
    private static final Duration LONG = Duration.ofSeconds(60);

    /** What {@code /proc/<pid>/stat} says of a process that has ended: its state, and as the 18th field its threads. */
    private static final String ENDED = "(?s).*\\) [ZX]( -?\\d+){16} [01] .*";

    @TempDir
    static Path home;

    private final String namespace = SERVER.newNamespace();
    private final RespClient redis = SERVER.client();
    private final List<Process> started = new ArrayList<>();
    private final Map<String, String> environment =
            new HashMap<>(Map.of("REDIS_BACKEND", SERVER.url(), "PREFIX", namespace));
    private Resque resque;
    private String out = "";
    private String err = "";

    @BeforeAll
    static void deploy() throws IOException {
        Files.createDirectories(home.resolve("bin"));
        Files.createDirectories(home.resolve("lib"));
        Files.copy(Path.of("..", "bin", "resque"), home.resolve("bin/resque"));
        Files.createFile(home.resolve("lib/resque-core-9.8.jar")); // the script takes the version from it
    }

    @BeforeEach
    void connect() {
        resque = Resque.builder().url(SERVER.url()).namespace(namespace).build();
    }

    @AfterEach
    void nothingIsLeft() {
        for (Process process : started) {
            List<ProcessHandle> below = process.descendants().toList();
            process.destroyForcibly();
            below.forEach(ProcessHandle::destroyForcibly);
        }
        resque.close();
        redis.deleteKeys(namespace + ":");
        redis.close();
    }

    private Process start(Map<String, String> more, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(Files.createTempFile(home, "printed", ".txt").toFile())
                .redirectInput(Path.of("/dev/null").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("RESQUE_"));
        builder.environment()
                .putAll(Map.of(
                        "JAVA_HOME", System.getProperty("java.home"),
                        "CLASSPATH", System.getProperty("java.class.path"),
                        "APP_INCLUDE", KillJobs.class.getName(),
                        "RESQUE_JAVA_OPTS", "-XX:TieredStopAtLevel=1",
                        "QUEUE", "q"));
        builder.environment().putAll(environment);
        builder.environment().putAll(more);
        Process process = builder.start();
        started.add(process);
        return process;
    }

    /** A worker of {@code bin/resque} that runs a job; the file names the process of the job. */
    private Process busy(Path file, String... more) throws IOException {
        Map<String, String> variables = new HashMap<>();
        for (String each : more) {
            variables.put(each.split("=")[0], each.split("=")[1]);
        }
        Process process = start(variables, "/bin/sh", home.resolve("bin/resque").toString());
        resque.enqueue("q", "Endless", file.toString());
        await().atMost(LONG).until(() -> Files.exists(file) && Files.size(file) > 0);
        return process;
    }

    private Path file() {
        return home.resolve(namespace.replace(':', '_') + ".pid");
    }

    private String working() {
        return resque.inspector().workers().stream()
                .filter(worker -> worker.state() == WorkerInfo.State.WORKING)
                .map(WorkerInfo::id)
                .findFirst()
                .orElseThrow();
    }

    private int run(String... args) {
        StringWriter printed = new StringWriter();
        StringWriter errors = new StringWriter();
        int status = Main.run(
                new Environment(environment), new PrintWriter(printed, true), new PrintWriter(errors, true), args);
        out = printed.toString();
        err = errors.toString();
        return status;
    }

    /** False for a process that its parent has not waited for; true for one that runs though its first thread has ended. */
    private static boolean runs(long pid) {
        try {
            return !Files.readString(Path.of("/proc/" + pid + "/stat")).matches(ENDED);
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean runs(ProcessHandle process) {
        return runs(process.pid());
    }

    private static void assertGone(Path file) throws IOException {
        assertThat(runs(Long.parseLong(Files.readString(file))))
                .as("the process of the job")
                .isFalse();
    }

    private void assertJobFailed(String id) {
        List<FailedJob> failures = resque.failures().oldest(FailureFilter.all(), 0, 9);
        assertThat(failures).singleElement().satisfies(failure -> {
            assertThat(failure.exception()).isEqualTo("Resque::DirtyExit");
            assertThat(failure.error()).isEqualTo("Job still being processed");
            assertThat(failure.worker()).isEqualTo(id);
            assertThat(failure.queue()).isEqualTo("q");
        });
    }

    private void assertNoWorkerIsLeft() {
        assertThat(redis.keys(namespace + ":*worker*")).isEmpty();
        assertThat(redis.keys(namespace + ":java:sessions")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"FORK_PER_JOB=true", "FORK_PER_JOB=false", "JOBS_PER_FORK=9"})
    void killEndsLauncherJvmAndChildAndRecordsTheJob(String mode) throws Exception {
        Process process = busy(file(), mode);
        List<ProcessHandle> below = process.descendants().toList();
        String id = working();
        assertThat(run("kill", id)).as(err).isZero();
        assertThat(out).isEqualToNormalizingNewlines("** killed " + id + "\n** removed " + id + "\n");
        assertGone(file());
        assertThat(below).noneMatch(KillCommandTest::runs);
        assertThat(process.waitFor()).as("SIGKILL").isEqualTo(137);
        assertJobFailed(id);
        assertNoWorkerIsLeft();
        assertThat(run("kill", id)).isEqualTo(ExitStatus.NO);
        assertThat(out).isEmpty();
        assertThat(err).contains("There is no worker " + id);
    }

    @Test
    void ofSeveralWorkersOfOneProcessAllAreRemoved() throws Exception {
        busy(file(), "CONCURRENCY=3");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> resque.inspector().counters().workers() == 3);
        String id = working();
        assertThat(run("kill", id, "--json")).as(err).isZero();
        assertThat(out).startsWith("{\"killed\":true,\"removed\":[").contains(",thread-2", ",thread-3");
        assertNoWorkerIsLeft();
    }

    @Test
    void underCountAnotherTakesItsPlace() throws Exception {
        busy(file(), "COUNT=2");
        await().atMost(LONG).until(() -> resque.inspector().counters().workers() == 2);
        String id = working();
        assertThat(run("kill", id)).as(err).isZero();
        assertThat(out).startsWith("** killed " + id);
        await().atMost(LONG).until(() -> resque.inspector().counters().workers() == 2);
        assertThat(resque.inspector().workers()).noneMatch(worker -> worker.id().equals(id));
    }

    @Test
    void withRequeueDeadJobsTheJobGoesBack() throws Exception {
        environment.put("REQUEUE_AFTER_WORKER_DEATH", "3");
        busy(file());
        assertThat(run("kill", working())).as(err).isZero();
        assertThat(resque.inspector().queueSize("q")).isOne();
        assertThat(resque.failures().count()).isZero();
        assertNoWorkerIsLeft();
    }

    @ParameterizedTest
    @CsvSource({"host,it is of the host elsewhere", "boot,another start of this machine", "pidns,a container"})
    void killOfAnotherMachineStartOrContainerIsRefused(String attribute, String reason) throws Exception {
        Process process = busy(file());
        String id = working();
        redis.call("HSET", namespace + ":worker:" + id + ":java", attribute, "elsewhere");
        Map<String, Object> before = redis.dump(namespace + ":");
        assertThat(run("kill", id, "--force")).isEqualTo(ExitStatus.USAGE);
        assertThat(out).isEmpty();
        assertThat(err).contains("is not killed", reason);
        assertThat(process.isAlive()).isTrue();
        assertThat(redis.dump(namespace + ":")).isEqualTo(before);
    }

    @Test
    void aWorkerWhoseProcessHasEndedIsSaidNotToRunAndRemoved() throws Exception {
        Process process = busy(file());
        String id = working();
        List<ProcessHandle> below = process.descendants().toList();
        process.destroyForcibly().waitFor();
        below.forEach(ProcessHandle::destroyForcibly);
        await().atMost(Duration.ofSeconds(60)).until(() -> below.stream().noneMatch(KillCommandTest::runs));
        assertThat(run("kill", id)).as(err).isZero();
        assertThat(out).isEqualToNormalizingNewlines("** worker " + id + " not running\n** removed " + id + "\n");
        assertJobFailed(id);
        assertNoWorkerIsLeft();
    }

    /** Writes the keys of a Ruby worker for a process that looks like one. */
    private String register(String host, long pid, String started) {
        String id = host + ":" + pid + ":q";
        redis.call("SADD", namespace + ":workers", id);
        redis.call("SET", namespace + ":worker:" + id + ":started", started);
        redis.call(
                "SET",
                namespace + ":worker:" + id,
                "{\"queue\":\"q\",\"run_at\":\"2026-01-01T00:00:00Z\",\"payload\":{\"class\":\"J\",\"args\":[1]}}");
        return id;
    }

    private static String host() throws IOException {
        return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    }

    @Test
    void aWorkerOfRubyIsKilledWithItsChild() throws Exception {
        Process ruby =
                start(Map.of(), "bash", "-c", "exec -a 'resque-3.0.0: Forked 1 at 2' bash -c 'sleep 1000; echo $0'");
        await().atMost(Duration.ofSeconds(60)).until(() -> ruby.descendants().count() == 1);
        List<ProcessHandle> child = ruby.descendants().toList();
        String id = register(host(), ruby.pid(), "2999-01-01 00:00:00 +0000");
        assertThat(run("kill", id)).as(err).isZero();
        assertThat(out).isEqualToNormalizingNewlines("** killed " + id + "\n** removed " + id + "\n");
        assertThat(child).noneMatch(KillCommandTest::runs);
        assertJobFailed(id);
        assertNoWorkerIsLeft();
    }

    @Test
    void aProcessThatIsNoWorkerOrBeganLaterIsNotKilled() throws Exception {
        Process other = start(Map.of(), "sleep", "1000");
        String id = register(host(), other.pid(), "2999-01-01 00:00:00 +0000");
        assertThat(run("kill", id)).isEqualTo(ExitStatus.USAGE);
        assertThat(err).contains("the process " + other.pid() + " is no worker: sleep 1000");
        register(host(), other.pid(), "2001-01-01 00:00:00 +0000");
        assertThat(run("kill", id)).as(err).isZero();
        assertThat(out).startsWith("** worker " + id + " not running");
        assertThat(other.isAlive()).isTrue();
        String elsewhere = register("elsewhere", other.pid(), "2999-01-01 00:00:00 +0000");
        assertThat(run("kill", elsewhere)).isEqualTo(ExitStatus.USAGE);
        assertThat(err).contains("it is of the host elsewhere, this is " + host());
        assertThat(other.isAlive()).isTrue();
    }

    /** Processes with the pid and host of an id that are no worker: an application with Jesque in it, or a reused pid. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "vim resque.conf",
                "java -jar resque-app.jar --queues q",
                "java -cp lib/resque-0.1.jar: com.acme.Main",
                "java -cp resque-0.1.jar:jesque-2.1.jar com.acme.Main",
                "tail -f /var/log/resque-1/q: today",
                "rake resque:work QUEUE=q,other"
            })
    void whatIsNotCertainlyAWorkerOfAnotherResqueIsKilledByForceOnly(String line) throws Exception {
        Process other = start(Map.of(), "bash", "-c", "exec -a '" + line + "' sleep 1000");
        await().until(() ->
                Files.readString(Path.of("/proc/" + other.pid() + "/cmdline")).startsWith(line));
        String id = register(host(), other.pid(), "2999-01-01 00:00:00 +0000");
        Map<String, Object> before = redis.dump(namespace + ":");
        assertThat(run("kill", id)).isEqualTo(ExitStatus.USAGE);
        assertThat(err).contains("it may be a part of the application", line, "--force");
        assertThat(other.isAlive()).isTrue();
        assertThat(redis.dump(namespace + ":")).isEqualTo(before);
        assertThat(run("kill", id, "--force")).as(err).isZero();
        assertThat(other.waitFor()).isEqualTo(137);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "resque-3.0: Waiting for q",
                "[app] resque-1.2.6: Processing q since 1",
                "app-resque-2.6.0: Paused",
                "rake resque:work QUEUE=q"
            })
    void aWorkerOfAnotherResqueIsKnownByItsTitleOrItsQueues(String line) throws Exception {
        Process other = start(Map.of(), "bash", "-c", "exec -a '" + line + "' sleep 1000");
        await().until(() ->
                Files.readString(Path.of("/proc/" + other.pid() + "/cmdline")).startsWith(line));
        assertThat(run("kill", register(host(), other.pid(), "2999-01-01 00:00:00 +0000")))
                .as(err)
                .isZero();
        assertThat(other.waitFor()).isEqualTo(137);
    }

    @Test
    void aJobDoesNotKillTheWorkerThatRunsIt() throws Exception {
        long parent = ProcessHandle.current().parent().orElseThrow().pid();
        String id = register(host(), parent, "2999-01-01 00:00:00 +0000");
        redis.call("HSET", namespace + ":worker:" + id + ":java", "pid", Long.toString(parent));
        try (Worker worker =
                resque.workerBuilder("other").module(new KillJobs()).start()) {
            String attributes = namespace + ":worker:" + worker.ids().get(0) + ":java";
            for (String each : List.of("host", "boot", "pidns")) {
                Object value = redis.call("HGET", attributes, each);
                redis.call(
                        "HSET",
                        namespace + ":worker:" + id + ":java",
                        each,
                        new String((byte[]) value, StandardCharsets.UTF_8));
            }
        }
        assertThat(run("kill", id, "--force")).isEqualTo(ExitStatus.USAGE);
        assertThat(err).contains("it has started this very process, which would end with it");
    }

    @Test
    void anApplicationWithAWorkerInItIsKilledByForceOnly() throws Exception {
        Process application = start(
                Map.of(),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                KillJobs.class.getName(),
                SERVER.url(),
                namespace);
        await().atMost(LONG).until(() -> resque.inspector().counters().workers() == 2);
        String id = resque.inspector().workers().get(0).id();
        assertThat(run("kill", id)).isEqualTo(ExitStatus.USAGE);
        assertThat(err).contains("a part of the application", KillJobs.class.getName(), "--force");
        assertThat(application.isAlive()).isTrue();
        assertThat(run("kill", id, "--force")).as(err).isZero();
        assertThat(application.waitFor()).isEqualTo(137);
        assertNoWorkerIsLeft();
    }

    @Test
    void thisVeryProcessIsNotKilled() {
        try (Worker worker = resque.workerBuilder("q").module(new KillJobs()).start()) {
            assertThat(run("kill", worker.ids().get(0), "--force")).isEqualTo(ExitStatus.USAGE);
            assertThat(err).contains("it is of this very process");
        }
    }

    @Test
    void removeOfALiveJavaWorkerIsRefusedAndByForceItComesBack() throws Exception {
        Process process = busy(file());
        String id = working();
        Map<String, Object> before = redis.dump(namespace + ":");
        assertThat(run("remove", id)).isEqualTo(ExitStatus.USAGE);
        assertThat(out).isEmpty();
        assertThat(err).contains("lives", "resque kill " + id, "QUIT", "resque pause " + id, "--force");
        assertThat(redis.dump(namespace + ":")).isEqualTo(before);
        environment.put("REQUEUE_AFTER_WORKER_DEATH", "3");
        assertThat(run("remove", id, "--force")).as(err).isZero();
        assertThat(out).isEqualToNormalizingNewlines("** removed " + id + "\n");
        assertThat(err).contains("It lives: it registers anew");
        assertJobFailed(id);
        assertThat(resque.inspector().queueSize("q"))
                .as("it runs still, so it is not put back")
                .isZero();
        ProcessHandle.of(Long.parseLong(Files.readString(file()))).ifPresent(ProcessHandle::destroyForcibly);
        await().atMost(LONG).until(() -> resque.inspector().counters().workers() == 1);
        assertThat(process.isAlive()).isTrue();
        assertThat(resque.failures().count())
                .as("nothing is recorded a second time")
                .isOne();
    }
}
