package io.resque.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.DontPerformException;
import io.resque.api.HistoryMark;
import io.resque.api.spi.JobSerializerProvider;
import io.resque.api.spi.Payload;
import io.resque.core.Resque;
import io.resque.launcher.Environment;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandsTest {
    private static final RedisServer SERVER = RedisServer.forTests();

    private final String namespace = "cli" + UUID.randomUUID();
    private final Environment environment = new Environment(Map.of("REDIS_BACKEND", SERVER.url(), "PREFIX", namespace));
    private final Resque resque =
            Resque.builder().url(SERVER.url()).namespace(namespace).build();
    private String out = "";
    private String err = "";

    @AfterEach
    void close() {
        resque.close();
    }

    private int run(String... args) {
        return run(environment, args);
    }

    private int run(Environment environment, String... args) {
        StringWriter printed = new StringWriter();
        StringWriter errors = new StringWriter();
        int status = Main.run(environment, new PrintWriter(printed, true), new PrintWriter(errors, true), args);
        out = printed.toString();
        err = errors.toString();
        return status;
    }

    @Test
    void aClassIsAlsoThatOfAJobOfActiveJob() {
        String wrapper = "ActiveJob::QueueAdapters::ResqueAdapter::JobWrapper";
        Map<String, Object> job = Map.of("job_class", "WelcomeJob", "job_id", "id-1", "arguments", List.of(42));
        resque.enqueue("rails", wrapper, job);
        resque.enqueue("rails", "WelcomeJob", 42);
        assertThat(run("dequeue", "rails", "WelcomeJob", "43")).isEqualTo(ExitStatus.NO);
        assertThat(run("dequeue", "rails", "WelcomeJob", "42")).isZero();
        assertThat(out).contains("Removed 2 jobs");

        resque.in(Duration.ofHours(1)).enqueue("rails", wrapper, job);
        assertThat(run("delayed", "list", "WelcomeJob")).isZero();
        assertThat(out).contains("WelcomeJob");
        assertThat(run("delayed", "now", "WelcomeJob", "--id", "id-1")).isZero();

        resque.workerBuilder("rails").register("Other", () -> context -> {}).drain();
        assertThat(run("failed", "list", "--reset-attempts")).isEqualTo(ExitStatus.USAGE);
        assertThat(run("failed", "retry", "--class", "WelcomeJob", "--reset-attempts"))
                .isZero();
        assertThat(resque.inspector().peek("rails", 0, 1).get(0).args().toString())
                .contains("executions=0", "exception_executions={}");
    }

    @Test
    void aRedisBehindAUnixDomainSocketIsReachedByVariablesAndByTheOption() throws IOException {
        Path folder = Files.createTempDirectory("s"); // the path of a socket must be short
        Path socket = folder.resolve("r.sock");
        try (RedisServer server =
                        RedisServer.start("--unixsocket", socket.toString(), "--maxmemory-policy", "noeviction");
                RespClient client = server.client()) {
            Environment php = new Environment(Map.of("REDIS_BACKEND", "unix://" + socket, "REDIS_BACKEND_DB", "2"));
            assertThat(run(php, "enqueue", "a", "Job")).as(err).isZero();
            client.call("SELECT", "2");
            assertThat(client.number("LLEN", "resque:queue:a")).isOne();
            assertThat(run(new Environment(Map.of()), "queues", "-r", "unix://" + socket + "?db=2"))
                    .isZero();
            assertThat(out).contains("a      1");
            assertThat(run(php, "doctor")).as(out).isZero();
            assertThat(out).contains("Redis answers", "a: 1 job");
            server.kill();
            assertThat(run(php, "queues")).isEqualTo(ExitStatus.REDIS);
            assertThat(err).contains("unix://" + socket + "?db=2");
        } finally {
            Files.deleteIfExists(socket);
            Files.delete(folder);
        }
    }

    /** As in php-resque, which asks for a user and does not send it. A user of an ACL goes into REDIS_URL. */
    @Test
    void theUserOfRedisBackendIsNotSentAndThatOfRedisUrlIs() {
        try (RedisServer server = RedisServer.start("--requirepass", "s3cret");
                RespClient client = server.client()) {
            client.call("ACL", "SETUSER", "jo", "on", ">pw", "~*", "+@all");
            String at = "@127.0.0.1:" + server.port();
            assertThat(run(new Environment(Map.of("REDIS_BACKEND", "redis://any:s3cret" + at)), "queues"))
                    .as(err)
                    .isZero();
            assertThat(run(new Environment(Map.of("REDIS_URL", "redis://jo:pw" + at)), "queues"))
                    .as(err)
                    .isZero();
            Environment acl = new Environment(Map.of("REDIS_BACKEND", "redis://jo:pw" + at));
            assertThat(run(acl, "queues")).isEqualTo(ExitStatus.REDIS);
            assertThat(err).contains("WRONGPASS", "names the user \"jo\", which is not sent", "in REDIS_URL");
            assertThat(run(acl, "queues", "-r", "redis://jo:wrong" + at)).isEqualTo(ExitStatus.REDIS);
            assertThat(err).contains("WRONGPASS").doesNotContain("REDIS_BACKEND");
            assertThat(run(acl, "-r", "redis://jo:wrong" + at, "queues")).isEqualTo(ExitStatus.REDIS);
            assertThat(err).contains("WRONGPASS").doesNotContain("REDIS_BACKEND");
        }
    }

    private void work() {
        resque.workerBuilder("*")
                .register("Good", () -> context -> context.result("fine"))
                .register("Bad", () -> context -> {
                    throw new IllegalStateException("b\u001b[31mad");
                })
                .register("Not", () -> context -> {
                    throw new DontPerformException("no");
                })
                .drain();
    }

    @Test
    void jobsThatWaitForALimitAreShownAndCanBeRemoved() {
        RespClient redis = SERVER.client();
        String limited = namespace + ":java:limited:class:Good";
        assertThat(run("limits")).isZero();
        redis.call("HSET", namespace + ":java:limits", "class:Good", 2);
        redis.call(
                "RPUSH", limited, "1:q{\"class\":\"Good\",\"args\":[1]}", "5:other{\"class\":\"Good\",\"args\":[2]}");
        assertThat(run("limits")).isZero();
        assertThat(out).containsPattern("class:Good +2 +0 +2");
        assertThat(run("limits", "--json")).isZero();
        assertThat(out).contains("{\"limit\":\"class:Good\",\"slots\":2,\"running\":0,\"waiting\":2}");
        assertThat(run("limits", "class:Good", "--limit", "1")).isZero();
        assertThat(out).contains("q", "\"args\":[1]").doesNotContain("other");
        assertThat(run("limits", "class:Good", "--json")).isZero();
        assertThat(out).contains("\"queue\":\"other\"");
        assertThat(run("limits", "none")).isEqualTo(ExitStatus.NO);
        run("doctor");
        assertThat(out)
                .contains("2 jobs wait for class:Good: 0 of 2 slots are taken; start a worker that has this limit");
        assertThat(run("dequeue", "q", "Good")).isZero();
        assertThat(redis.texts("LRANGE", limited, 0, -1)).containsExactly("5:other{\"class\":\"Good\",\"args\":[2]}");
        redis.call("SADD", namespace + ":queues", "other");
        assertThat(run("remove-queue", "other", "--force")).isZero();
        assertThat(redis.number("EXISTS", limited)).isZero();
    }

    @Test
    void aDeployIsMarkedInTheHistory() {
        assertThat(run("mark", " v42 \u00c4")).isZero();
        assertThat(out).isEqualTo("Marked v42 \u00c4" + System.lineSeparator());
        assertThat(run("mark", "v43", "--json")).isZero();
        assertThat(out).contains("{\"marked\":\"v43\"}");
        assertThat(resque.history().last(Duration.ofHours(1)).marks())
                .extracting(HistoryMark::text)
                .containsExactly("v42 \u00c4", "v43");
        assertThat(run("mark", "two\nlines")).isEqualTo(ExitStatus.USAGE);
        assertThat(err).contains("A mark must be one line of 1 to 200 characters");
    }

    @Test
    void aJobIsEnqueuedFollowedAndDone() {
        assertThat(run("enqueue", "q", "Good", "42", "\"x\"", "{\"a\":[1.5]}", "--track"))
                .isZero();
        assertThat(out).matches("Queued job [0-9a-f]{32}\\R");
        String token = out.strip().substring("Queued job ".length());
        assertThat(run("peek", "q")).isZero();
        assertThat(out).startsWith("{\"class\":\"Good\",\"args\":[42,\"x\",{\"a\":[1.5]}],\"id\":\"" + token);
        assertThat(run("status", token)).isZero();
        assertThat(out).isEqualToIgnoringNewLines("Status of " + token + " is: WAITING");
        work();
        assertThat(run("status", token, "--follow")).isZero();
        assertThat(out).contains("Press [break] to stop", "is: COMPLETE, result fine");
        assertThat(run("status", token, "--json")).isZero();
        assertThat(out)
                .contains("\"status\":\"COMPLETE\"", "\"result\":\"fine\"", "\"updated_at\":\"20", "\"queued_at\":\"20")
                .doesNotContain("\"updated\"", "\"started\"");
        String told = resque.enqueueTracked("mail", "Good", "x").orElseThrow();
        try (RespClient redis = SERVER.client()) {
            redis.call(
                    "SET",
                    namespace + ":job:" + told + ":status",
                    "{\"status\":2,\"updated\":5,\"started\":5,\"result\":null}");
            redis.call(
                    "SET",
                    namespace + ":java:progress:" + told,
                    "{\"updated\":7,\"progress\":{\"done\":3,\"total\":10,\"text\":\"invoices\",\"lines\":[\"a\",\"b\"],\"logged\":9}}");
        }
        assertThat(run("status", told)).isZero();
        assertThat(out).isEqualToNormalizingNewlines("  a\n  b\nStatus of " + told + " is: RUNNING, 3/10 invoices\n");
        assertThat(run("status", told, "--json")).isZero();
        assertThat(out)
                .contains(
                        "\"progress\":{\"done\":3,\"total\":10,\"text\":\"invoices\",\"lines\":[\"a\",\"b\"],\"logged\":9,");
        resque.removeQueue("mail");
        assertThat(run("status", "unknown")).isEqualTo(ExitStatus.NO);
        assertThat(out).isEqualToIgnoringNewLines("Resque is not tracking the status of this job.");
    }

    @Test
    void followTellsAFailureByItsStatus() {
        run("enqueue", "q", "Bad", "--track");
        String token = out.strip().substring("Queued job ".length());
        work();
        assertThat(run("status", token, "-f")).isEqualTo(ExitStatus.FAILED);
    }

    @Test
    void queuesAndDequeue() {
        for (int i = 0; i < 3; i++) {
            run("enqueue", "mail", "Good", Integer.toString(i));
        }
        run("enqueue", "low", "Bad");
        assertThat(run("queues")).isZero();
        assertThat(out).isEqualToNormalizingNewlines("QUEUE  JOBS  STATE\nlow    1\nmail   3\n");
        assertThat(run("queues", "--json")).isZero();
        assertThat(out).isEqualToIgnoringNewLines("{\"low\":1,\"mail\":3}");
        assertThat(run("dequeue", "mail", "Good", "1")).isZero();
        assertThat(out).isEqualToIgnoringNewLines("Removed 1 job from mail");
        assertThat(run("dequeue", "mail", "Good", "1")).isEqualTo(ExitStatus.NO);
        assertThat(run("dequeue", "mail")).isEqualTo(ExitStatus.USAGE);
        assertThat(err).contains("--all");
        assertThat(resque.inspector().queueSize("mail")).isEqualTo(2);
        assertThat(run("dequeue", "mail", "--all")).isZero();
        assertThat(resque.inspector().queueSize("mail")).isZero();
    }

    @Test
    void failuresAreListedRetriedAndRemoved() {
        run("enqueue", "q", "Bad", "1");
        run("enqueue", "q", "Bad", "2");
        work();
        assertThat(run("failed")).isZero();
        assertThat(out)
                .contains("java.lang.IllegalStateException", "b\\u001b[31mad")
                .doesNotContain("\u001b");
        assertThat(run("failed", "list", "--json", "--limit", "1")).isZero();
        assertThat(out).contains("\"args\":[2],\"metadata\":{}").doesNotContain("\"args\":[1]");
        assertThat(run("failed", "retry")).isEqualTo(ExitStatus.USAGE);
        assertThat(run("failed", "retry", "--class", "Other")).isEqualTo(ExitStatus.NO);
        assertThat(run("failed", "retry", "--class", "Bad")).isZero();
        assertThat(resque.inspector().queueSize("q")).isEqualTo(2);
        assertThat(run("failed", "remove", "--retried")).isZero();
        assertThat(out).isEqualToIgnoringNewLines("Removed 2 failures");
        assertThat(run("failed", "clear")).isEqualTo(ExitStatus.NO);
    }

    @Test
    void aRetryOfAPartSaysSoByItsStatus() {
        for (String[] which : new String[][] {{"--all"}, {"--class", "Bad"}}) {
            try (RespClient redis = SERVER.client()) {
                redis.call("DEL", namespace + ":failed");
                for (String queue : new String[] {"q", ""}) { // no job goes onto a queue without a name
                    String job = "{\"payload\":{\"class\":\"Bad\",\"args\":[]},\"queue\":\"" + queue + "\"}";
                    redis.call("RPUSH", namespace + ":failed", job);
                }
            }
            String[] command = Stream.concat(Stream.of("failed", "retry"), Stream.of(which))
                    .toArray(String[]::new);
            assertThat(run(command)).as(out + err).isEqualTo(ExitStatus.NO);
            assertThat(out).isEqualToIgnoringNewLines("Retried 1 failure");
            assertThat(err).contains("1 of 2 failures were not retried; 'resque failed' shows them");
        }
        assertThat(run("failed", "clear")).isZero();
    }

    @Test
    void jsonIsPrintedAlsoIfThereIsNoSuchWorker() {
        assertThat(run("pause", "no:1:q", "--json")).isEqualTo(ExitStatus.NO);
        assertThat(out).isEqualToIgnoringNewLines("{\"paused\":[]}");
        assertThat(err).startsWith("There is no worker no:1:q");
        assertThat(run("resume", "no:1:q", "--json")).isEqualTo(ExitStatus.NO);
        assertThat(out).isEqualToIgnoringNewLines("{\"resumed\":[]}");
        assertThat(run("kill", "no:1:q", "--json")).isEqualTo(ExitStatus.NO);
        assertThat(out).isEqualToIgnoringNewLines("{\"killed\":false,\"removed\":[]}");
        assertThat(err).startsWith("There is no worker no:1:q");
    }

    @Test
    void listAndRemoveSpeakAsRubys() {
        assertThat(run("list")).isZero();
        assertThat(out).isEqualToNormalizingNewlines("None\n");
        try (RespClient redis = SERVER.client()) {
            String job = "{\"class\":\"com.example.J\",\"args\":[1]}";
            redis.call("SADD", namespace + ":workers", "other:1:a,b", "vm:11425:jq");
            redis.call(
                    "SET",
                    namespace + ":worker:vm:11425:jq",
                    "{\"queue\":\"jq\",\"run_at\":\"2026-01-01T00:00:00Z\",\"payload\":" + job + "}");
            redis.call("HSET", namespace + ":workers:heartbeat", "silent:1:q", "2026-01-01T00:00:00+00:00");
            assertThat(run("list")).isZero();
            assertThat(out).isEqualToNormalizingNewlines("other:1:a,b (idle)\nvm:11425:jq (working)\n");
            assertThat(run("list", "--json")).isZero();
            assertThat(out).contains("\"id\":\"other:1:a,b\"", "\"state\":\"WORKING\"");
            assertThat(run("remove", "other:1:a,b")).isZero();
            assertThat(out).isEqualToNormalizingNewlines("** removed other:1:a,b\n");
            assertThat(run("remove", "nope:1:q")).isEqualTo(ExitStatus.NO);
            assertThat(out).isEmpty();
            assertThat(err).startsWith("There is no worker nope:1:q");
            assertThat(run("remove")).isEqualTo(ExitStatus.USAGE);
            assertThat(run("remove", "vm:11425:jq", "--json")).isZero();
            assertThat(out).isEqualToIgnoringNewLines("{\"removed\":true}");
            assertThat(redis.texts("LRANGE", namespace + ":failed", 0, -1))
                    .singleElement()
                    .asString()
                    .matches("\\{\"failed_at\":\"[0-9/: ]+ UTC\",\"payload\":\\Q" + job
                            + "\\E,\"exception\":\"Resque::DirtyExit\",\"error\":\"Job still being processed\","
                            + "\"backtrace\":\\[],\"worker\":\"vm:11425:jq\",\"queue\":\"jq\"}");
            assertThat(run("remove", "silent:1:q")).isZero();
            assertThat(redis.keys(namespace + ":*")).containsExactly(namespace + ":failed");
        }
    }

    @Test
    void rubysOptionsMayStandBeforeTheCommand() {
        try (RespClient redis = SERVER.client()) {
            redis.call("SADD", namespace + ":workers", "h:1:q");
            Environment nowhere = new Environment(Map.of("REDIS_URL", "redis://localhost:1"));
            assertThat(run(nowhere, "-r", SERVER.url(), "-N", namespace, "list"))
                    .isZero();
            assertThat(out).isEqualToNormalizingNewlines("h:1:q (idle)\n");
            assertThat(run(nowhere, "-r", "localhost:1", "list", "-r", SERVER.url(), "-N", namespace))
                    .isZero();
            assertThat(run(nowhere, "-N", namespace)).isEqualTo(ExitStatus.USAGE);
            assertThat(err).contains("A worker takes no options", "REDIS_URL", "PREFIX");
            assertThat(run("help")).isZero();
            assertThat(out).contains("remove", "kill", "list");
        }
    }

    @Test
    void aJobIsEnqueuedByAnIdOfTheCallersOnce() {
        assertThat(run("enqueue", "q", "Good", "--id", "order-1")).isZero();
        assertThat(out).isEqualToNormalizingNewlines("Queued job order-1\n");
        assertThat(run("enqueue", "q", "Good", "--id", "order-1", "--track")).isEqualTo(ExitStatus.USAGE);
        assertThat(err).startsWith("The id \"order-1\" is that of another job");
        assertThat(run("status", "order-1")).isZero();
        assertThat(resque.inspector().queueSize("q")).isOne();
    }

    @Test
    void workersStatsAndDoctor() {
        assertThat(run("doctor", "--strict")).as(out).isZero();
        run("enqueue", "q", "Good");
        assertThat(run("doctor")).as(out).isZero();
        assertThat(run("doctor", "--strict")).as("nobody works the queue").isEqualTo(ExitStatus.NO);
        assertThat(out)
                .contains(
                        "ok  connection",
                        "q: 1 job; no worker takes jobs from this queue",
                        "ok  version      " + SERVER.version(),
                        "policy is noeviction");
        try (var worker = resque.workerBuilder("idle")
                .register("Good", () -> context -> {})
                .start()) {
            assertThat(run("workers")).isZero();
            assertThat(out).contains(worker.ids().get(0) + "  idle");
            assertThat(run("workers", "--json", "--prune")).isZero();
            assertThat(out)
                    .startsWith("{\"pruned\":[],\"workers\":[{\"id\":")
                    .contains("\"state\":\"IDLE\"", "\"heartbeat_at\":\"20");
            assertThat(run("workers", "--json")).isZero();
            assertThat(out).startsWith("[{\"id\":");
        }
        assertThat(run("stats")).isZero();
        assertThat(out).contains("pending = 1", "workers = 0");
        resque.pauseAll();
        assertThat(run("doctor", "--json", "--strict")).isEqualTo(ExitStatus.NO);
        assertThat(out).contains("{\"ok\":false,\"check\":\"pause\"");
    }

    @Test
    void whatIsLargeIsShownInPart() {
        Environment small =
                new Environment(Map.of("REDIS_BACKEND", SERVER.url(), "PREFIX", namespace, "MAX_PAYLOAD", "100000"));
        String large = "{\"class\":\"Good\",\"args\":[\"" + "x".repeat(2_000_000) + "\"]}";
        try (RespClient redis = SERVER.client()) {
            for (int i = 0; i < 3; i++) {
                redis.call("RPUSH", namespace + ":queue:q", large);
            }
            redis.call("SADD", namespace + ":queues", "q");
            redis.call("RPUSH", namespace + ":failed", "{\"payload\":" + large + ",\"queue\":\"q\"}");
        }
        resque.enqueue("q", "Good", "y".repeat(20_000));
        assertThat(run(small, "peek", "q")).isZero();
        assertThat(out.lines().limit(3))
                .allMatch(line -> line.startsWith("{\"class\":\"OversizePayload\",\"args\":[],\"size\":2000028,"));
        assertThat(out).endsWith("… (10028 more characters)\n").hasSizeLessThan(30_000);
        assertThat(run(small, "peek", "q", "--json")).isZero();
        assertThat(out).hasSizeLessThan(30_000);
        assertThat(run(small, "failed")).isZero();
        assertThat(out).contains("OversizePayload").hasSizeLessThan(10_000);
        assertThat(run(small, "doctor", "--strict")).isEqualTo(ExitStatus.NO);
        assertThat(out).contains("q: 4 jobs").doesNotContain("nobody can read");

        try (Resque worker = small.resque().build()) {
            worker.workerBuilder("q").register("Good", () -> context -> {}).drain();
        }
        assertThat(run(small, "doctor", "--strict")).isEqualTo(ExitStatus.NO);
        assertThat(out).contains("!!  oversize").contains("3 payloads were too large for their workers");
        assertThat(run(small, "failed", "retry", "--class", "OversizePayload"))
                .as("one record is too large itself")
                .isEqualTo(ExitStatus.NO);
        assertThat(out).isEqualTo("Retried 3 failures\n");
        assertThat(err).contains("1 of 4 failures were not retried");
        assertThat(run(small, "queues")).isZero();
        assertThat(out).contains("q      3");
        assertThat(run(small, "dequeue", "q", "Good")).isEqualTo(ExitStatus.NO);
        assertThat(run(small, "failed", "clear")).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "queue:odd, string",
        "worker:vm:1:q, hash",
        "failed, string",
        "workers, string",
        "queues, string",
        "workers:heartbeat, string"
    })
    void aKeyOfAnotherKindIsNamedAndEverythingElseIsShown(String name, String kind) {
        String key = namespace + ":" + name;
        String sentence = key + " is a " + kind + ", not a ";
        try (RespClient redis = SERVER.client()) {
            resque.enqueue("q", "Good", 1);
            redis.call("SADD", namespace + ":queues", "odd");
            redis.call("SADD", namespace + ":workers", "vm:1:q");
            redis.call("RPUSH", namespace + ":failed", "{\"payload\":{\"class\":\"Bad\",\"args\":[]},\"queue\":\"q\"}");
            redis.call("DEL", key);
            redis.call(kind.equals("hash") ? new Object[] {"HSET", key, "a", "b"} : new Object[] {"SET", key, "b"});

            assertThat(run("doctor", "--strict")).as(out).isEqualTo(ExitStatus.NO);
            assertThat(out).containsOnlyOnce(sentence).contains("not a key of this kind", "connection", "failures");
            if (!name.equals("queues")) {
                assertThat(out).contains("q: 1 job");
            }
            assertThat(err).isEmpty();
            String[][] commands = {
                {"stats"},
                {"queues"},
                {"workers"},
                {"failed", "list"},
                {"peek", "q"},
                {"peek", "odd"},
                {"dequeue", "odd", "J"}
            };
            for (String[] command : commands) {
                assertThat(run(command)).as(String.join(" ", command)).isIn(ExitStatus.OK, ExitStatus.NO);
                assertThat(err)
                        .as(String.join(" ", command))
                        .startsWith(sentence)
                        .contains("not a key of this kind")
                        .hasLineCount(1);
            }
            assertThat(run("stats")).isZero();
            assertThat(out).contains("pending = " + (name.equals("queues") ? 0 : 1));
            assertThat(run("failed", "list")).isZero();
            assertThat(out.contains("Bad")).isEqualTo(!name.equals("failed"));
            redis.deleteKeys(namespace + ":");
        }
    }

    @Test
    void jesquesDelayedJobsAreShownAndDequeued() {
        try (RespClient redis = SERVER.client()) {
            redis.call("SADD", namespace + ":queues", "dq");
            redis.call(
                    "ZADD",
                    namespace + ":queue:dq",
                    "1795944835754",
                    "{\"class\":\"JEcho\",\"args\":[\"later\"],\"vars\":null}");
            assertThat(run("doctor")).as(out).isZero();
            assertThat(out).contains("dq: 1 job");
            assertThat(run("peek", "dq")).isZero();
            assertThat(out).contains("later");
            assertThat(run("dequeue", "dq", "JEcho")).isZero();
            assertThat(err).isEmpty();
            redis.deleteKeys(namespace + ":");
        }
    }

    @Test
    void doctorAndPruneAgreeOnWhoIsDead() {
        String worker = "elsewhere:17:low";
        try (RespClient redis = SERVER.client()) {
            redis.call("SADD", namespace + ":workers", worker);
            redis.call(
                    "HSET",
                    namespace + ":workers:heartbeat",
                    worker,
                    Instant.now()
                            .minusSeconds(100)
                            .truncatedTo(ChronoUnit.SECONDS)
                            .toString());
        }
        assertThat(run("doctor", "--strict")).as(out).isZero();
        Environment soon = new Environment(Map.of(
                "REDIS_BACKEND", SERVER.url(), "PREFIX", namespace, "DEAD_AFTER", "60", "HEARTBEAT_INTERVAL", "20"));
        assertThat(run(soon, "doctor", "--strict")).isEqualTo(ExitStatus.NO);
        assertThat(out)
                .contains(
                        worker + " had its last heartbeat 10", "s ago: it is dead; recover it: resque workers --prune");
        assertThat(run(soon, "workers", "--prune")).isZero();
        assertThat(out).contains("Pruned " + worker);
        assertThat(run(soon, "doctor", "--strict")).as(out).isZero();
    }

    @Test
    void doctorTellsOfStatusesThatNobodyWillEndAndRemovesThem() {
        assertThat(run("doctor")).as(out).isZero();
        assertThat(out).contains("ok  statuses", "0 of jobs that are in no queue and that no worker has");
        String key = namespace + ":job:%s:status";
        try (RespClient redis = SERVER.client()) {
            long old = Instant.now().getEpochSecond() - 300;
            for (int i = 0; i < 5; i++) {
                redis.call("SET", key.formatted("t" + i), "{\"status\":1,\"updated\":" + old + "}");
            }
            assertThat(run("doctor")).as(out).isZero();
            run("doctor", "--older-than", "200");
            assertThat(out)
                    .contains(
                            "!!  statuses",
                            "5 of jobs that are in no queue and that no worker has;"
                                    + " resque doctor --remove-lost-statuses, or Resque.removeLostStatuses, removes them: t0, t1, t2, …");
            assertThat(run("doctor", "--older-than", "200", "--remove-lost-statuses"))
                    .as(out)
                    .isZero();
            assertThat(out).contains("ok  statuses", "5 of jobs", "were removed: t0, t1, t2, …");
            assertThat(redis.keys(key.formatted("*"))).isEmpty();
            assertThat(run("doctor", "--older-than", "59")).isEqualTo(ExitStatus.USAGE);
            assertThat(err).contains("--older-than must be a whole number of at least 60 seconds, was \"59\"");
        }
    }

    @Test
    void aBrokenProviderOnTheClassPathStopsNoCommand(@TempDir Path broken) throws IOException {
        Path services = Files.createDirectories(broken.resolve("META-INF/services"));
        Files.writeString(services.resolve(JobSerializerProvider.class.getName()), "com.acme.NoSuchProvider\n");
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {broken.toUri().toURL()}, before)) {
            Thread.currentThread().setContextClassLoader(loader);
            Environment named = new Environment(
                    Map.of("REDIS_BACKEND", SERVER.url(), "PREFIX", namespace, "RESQUE_SERIALIZER", "gson"));
            assertThat(run(named, "enqueue", "q", "Good", "1")).as(err).isZero();
            assertThat(run("peek", "q", "--json")).isEqualTo(ExitStatus.USAGE);
            assertThat(err)
                    .contains("com.acme.NoSuchProvider", "or choose one that works, of gson", "RESQUE_SERIALIZER=gson")
                    .doesNotContain("builder()");
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    @Test
    void whatAPersonIsToLookAtIsNoReasonToRestartAPod() {
        String dead = "elsewhere:17:low";
        try (RespClient redis = SERVER.client()) {
            redis.call("RPUSH", namespace + ":failed", "{\"payload\":{\"class\":\"Bad\",\"args\":[]},\"queue\":\"q\"}");
            redis.call("SADD", namespace + ":queues", "q");
            redis.call("RPUSH", namespace + ":queue:q", "nobody can read this");
            redis.call("SADD", namespace + ":workers", dead);
            redis.call("HSET", namespace + ":workers:heartbeat", dead, "2020-01-01T00:00:00Z");
        }
        resque.pauseAll();
        assertThat(run("doctor")).as(out).isEqualTo(ExitStatus.OK);
        assertThat(out).contains("!!  failures", "!!  pause", "!!  queue", "!!  worker");
        assertThat(run("doctor", "--strict")).isEqualTo(ExitStatus.NO);
        assertThat(run("doctor", "-r", "127.0.0.1:1")).isEqualTo(ExitStatus.REDIS);
        assertThat(run("doctor", "-r", "htp://x")).isEqualTo(ExitStatus.USAGE);
    }

    @Test
    void aReplicaTakesNoJobSoNoWorkerOfItIsReady() {
        try (RedisServer primary = RedisServer.start();
                RedisServer replica =
                        RedisServer.start("--replicaof", primary.host(), Integer.toString(primary.port()))) {
            assertThat(run("doctor", "-r", replica.url())).isEqualTo(ExitStatus.NO);
            assertThat(out).contains("!!  role", "this is a replica");
        }
    }

    @Test
    void doctorTellsOfARedisThatWouldThrowJobsAway() {
        try (RedisServer evicting = RedisServer.start("--maxmemory-policy", "allkeys-lru")) {
            assertThat(run("doctor", "-r", evicting.url(), "--strict")).isEqualTo(ExitStatus.NO);
            assertThat(out).contains("!!  memory", "allkeys-lru", "set it to noeviction", "no append-only file");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "enqueue q Good nojson | 2 | a string needs quotes: '\"nojson\"'",
                "queues -r 127.0.0.1:1 | 3 | Cannot reach Redis at 127.0.0.1:1/0",
                "queues -r htp://x     | 2 | is not a Redis URL",
                "enqueue q             | 2 | Missing required parameter: 'CLASS'",
                "nonsense              | 2 | There is no command \"nonsense\"",
                "enqeue q Job          | 2 | There is no command \"enqeue\"; did you mean enqueue",
                "failed lst            | 2 | failed knows no action \"lst\"; did you mean list? The actions are list, retry",
                "failed --limit -1     | 2 | --limit must be a whole number from 0 to 2147483647, was \"-1\"",
                "failed --offset -1    | 2 | --offset must be a whole number from 0 to 9223372036854775807, was \"-1\"",
                "failed --limit ten    | 2 | --limit must be a whole number from 0 to 2147483647, was \"ten\"",
                "peek q --limit -1     | 2 | --limit must be a whole number from 0",
                "peek q --offset -5    | 2 | --offset must be a whole number from 0",
                "failed --limt 3       | 2 | resque failed has no option \"--limt\"; did you mean --limit",
                "doctor --older-than x | 2 | --older-than must be a whole number of at least 60 seconds, was \"x\"",
                "queues extra          | 2 | resque queues takes no argument \"extra\" here",
                "help nonsense         | 2 | There is no command \"nonsense\"",
                "pause                 | 2 | Name the queue or the worker to pause, or say --all",
                "resume a:1:q --all    | 2 | Name the queue or the worker to resume, or say --all for all workers of the namespace, not both",
                "pause a:1:q           | 1 | There is no worker a:1:q",
                "remove-queue none     | 1 | There is no queue none",
                "work                  | 2 | QUEUE is not set",
                "work --limit          | 2 | A worker takes no options, but work was given \"--limit\": set REDIS_URL",
            })
    void aMistakeIsToldInASentence(String line, int status, String message) {
        assertThat(run(line.split(" "))).as(out + err).isEqualTo(status);
        assertThat(err).contains(message).doesNotContain("\tat ", "Usage").hasLineCount(err.contains("Try '") ? 2 : 1);
    }

    @Test
    void aMistakeShowsHowToGetHelpAndEscapesWhatItRepeats() {
        assertThat(run("queues", "--\u001b[2Jx\u009b\u202e\n")).isEqualTo(ExitStatus.USAGE);
        assertThat(err)
                .isEqualToNormalizingNewlines("resque queues has no option \"--\\u001b[2Jx\\u009b\\u202e\\n\"\n"
                        + "Try 'resque queues --help'\n");
        assertThat(run("x".repeat(200_000))).isEqualTo(ExitStatus.USAGE);
        assertThat(err).hasSizeLessThan(2_000);
        assertThat(run("enqueue", "q", "Good", "1".repeat(5_000))).isEqualTo(ExitStatus.USAGE);
        assertThat(err)
                .contains("is not JSON that can be sent: A number of 5000 characters; at most 1000 are read")
                .hasSizeLessThan(2_000);
        assertThat(run("enqueue", "q", "Good", "[1,")).isEqualTo(ExitStatus.USAGE);
        assertThat(err).contains("The argument [1, is not JSON that can be sent: Not valid JSON at line 1");
    }

    @Test
    void jsonHasNoCharacterThatChangesATerminal() {
        try (RespClient redis = SERVER.client()) {
            String odd = "a\u009bb\u202ec\u2028d\u200fe\ufeff\udb40\udc01é";
            redis.call("SADD", namespace + ":queues", odd);
            assertThat(run("queues", "--json")).isZero();
            assertThat(out)
                    .isEqualToIgnoringNewLines("{\"a\\u009bb\\u202ec\\u2028d\\u200fe\\ufeff\\udb40\\udc01é\":0}");
            assertThat(resque.serializer().decode(Payload.ofText(out.strip()))).isEqualTo(Map.of(odd, 0L));
            redis.deleteKeys(namespace + ":");
        }
    }

    @Test
    void aQueueIsRemovedWithItsJobsOnlyIfThatIsSaid() {
        run("enqueue", "old", "Good");
        assertThat(run("remove-queue", "old")).isEqualTo(ExitStatus.USAGE);
        assertThat(err).contains("The queue old holds 1 job; say --force to remove them with it");
        assertThat(resque.inspector().queueSize("old")).isOne();
        assertThat(run("remove-queue", "old", "--force")).isZero();
        assertThat(out).isEqualToNormalizingNewlines("Removed the queue old with 1 job\n");
        assertThat(resque.inspector().queues()).isEmpty();
        run("enqueue", "old", "Good");
        run("dequeue", "old", "--all");
        assertThat(run("remove-queue", "old", "--json")).isZero();
        assertThat(out).contains("\"removed\":true", "\"jobs\":0");
        assertThat(resque.inspector().queues()).isEmpty();
    }

    @Test
    void aPruneThatCouldNotRecoverAWorkerSaysSoByItsStatus() {
        try (RespClient redis = SERVER.client()) {
            redis.call("SADD", namespace + ":workers", "gone:1:q");
            redis.call("HSET", namespace + ":workers:heartbeat", "gone:1:q", "2020-01-01T00:00:00+00:00");
            redis.call(
                    "SET",
                    namespace + ":worker:gone:1:q",
                    "{\"queue\":\"q\",\"run_at\":\"2020-01-01T00:00:00Z\",\"payload\":{\"class\":\"J\",\"args\":[]}}");
            redis.call("SET", namespace + ":failed", "no list");
            assertThat(run("workers", "--prune")).isEqualTo(ExitStatus.NO);
            assertThat(err).contains("The dead worker gone:1:q could not be recovered");
            assertThat(run("workers", "--prune", "--json")).isEqualTo(ExitStatus.NO);
            assertThat(out).startsWith("{\"pruned\":[],\"workers\":[{\"id\":\"gone:1:q\"");
            redis.call("DEL", namespace + ":failed");
            redis.call("SADD", namespace + ":workers", "away:2:q");
            redis.call("HSET", namespace + ":workers:heartbeat", "away:2:q", "2020-01-01T00:00:00+00:00");
            assertThat(run("workers", "--prune")).isZero();
            assertThat(out).contains("Pruned gone:1:q", "Pruned away:2:q");
            redis.call("SADD", namespace + ":workers", "gone:1:q");
            redis.call("HSET", namespace + ":workers:heartbeat", "gone:1:q", "2020-01-01T00:00:00+00:00");
            assertThat(run("workers", "--prune", "--json")).isZero();
            assertThat(out).isEqualToIgnoringNewLines("{\"pruned\":[\"gone:1:q\"],\"workers\":[]}");
            redis.deleteKeys(namespace + ":");
        }
    }

    @Test
    void whatIsWrongWithAnAdapterIsToldInVariables() {
        Environment unknown = new Environment(Map.of("REDIS_BACKEND", SERVER.url(), "RESQUE_BACKEND", "jedi"));
        assertThat(run(unknown, "queues")).isEqualTo(ExitStatus.USAGE);
        assertThat(err).contains("No backend named \"jedi\"").doesNotContain("builder()", "-Dresque");
        Environment memory = new Environment(Map.of("RESQUE_BACKEND", "jedis", "REDIS_URL", "redis://127.0.0.1:1"));
        assertThat(run(memory, "queues")).isEqualTo(ExitStatus.REDIS);
        Environment small =
                new Environment(Map.of("REDIS_BACKEND", SERVER.url(), "PREFIX", namespace, "MAX_PAYLOAD", "16384"));
        assertThat(run(small, "enqueue", "q", "Good", "\"" + "x".repeat(20_000) + "\""))
                .isEqualTo(ExitStatus.USAGE);
        assertThat(err)
                .contains("raise the largest payload (max-payload, MAX_PAYLOAD)")
                .doesNotContain("Builder");
    }

    @Test
    void aTableFitsTheColumnsThatAreSaid() {
        try (RespClient redis = SERVER.client()) {
            for (String name : new String[] {"WelcomeMail", "x".repeat(200_000)}) {
                redis.call(
                        "RPUSH",
                        namespace + ":failed",
                        "{\"failed_at\":\"2026/11/30 12:30:00 UTC\",\"payload\":{\"class\":\"" + name
                                + "\",\"args\":[]},\"exception\":\"java.lang.IllegalStateException\",\"error\":\"the mail server"
                                + " does not answer\",\"queue\":\"mail\"}");
            }
            Environment narrow =
                    new Environment(Map.of("REDIS_BACKEND", SERVER.url(), "PREFIX", namespace, "COLUMNS", "80"));
            assertThat(run(narrow, "failed")).isZero();
            assertThat(out.lines())
                    .hasSize(3)
                    .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
            assertThat(out).contains("2026/11/30 12:30:00 UTC", "Exception");
            assertThat(run("failed")).isZero();
            assertThat(out.lines().filter(line -> line.contains("WelcomeMail")))
                    .singleElement()
                    .asString()
                    .endsWith("the mail server does not answer")
                    .hasSizeLessThan(250);
            redis.deleteKeys(namespace + ":");
        }
    }
}
