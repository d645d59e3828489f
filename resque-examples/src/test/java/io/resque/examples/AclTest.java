package io.resque.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.resque.api.BackendException;
import io.resque.api.FailureFilter;
import io.resque.api.Finding;
import io.resque.api.JobSpec;
import io.resque.api.JobState;
import io.resque.api.Retry;
import io.resque.api.Unique;
import io.resque.core.Resque;
import io.resque.core.ResqueBuilder;
import io.resque.core.ResqueHttp;
import io.resque.core.Schedule;
import io.resque.core.Worker;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each ACL user of SECURITY.md has enough rights for its program, and no right that the program does not need. */
@Timeout(60)
class AclTest {
    /** Rights that only Jedis needs: Lettuce gets invalidation messages on the connection on which it reads. */
    private static final List<String> OF_JEDIS = List.of("+client|id", "+subscribe");

    private final RedisServer server = RedisServer.start();
    private final RespClient admin = server.client();

    @AfterEach
    void close() {
        admin.close();
        server.close();
    }

    /** The rules of a user, read from the file, so that test and file cannot differ. */
    private static List<String> rules(String user) throws IOException {
        String text = Files.readString(Path.of("..", "SECURITY.md"));
        Matcher rule = Pattern.compile("(?m)^ACL SETUSER " + user + " ((?:[^\\n]*\\\\\\n)*[^\\n]*)$")
                .matcher(text);
        assertThat(rule.find()).as("the rule of " + user).isTrue();
        return List.of(rule.group(1).replace("\\\n", " ").strip().split("\\s+"));
    }

    private Resque as(String user, String backend) throws IOException {
        return builder(user, backend).build();
    }

    private ResqueBuilder builder(String user, String backend) throws IOException {
        Object[] words = new Object[3 + rules(user).size()];
        words[0] = "ACL";
        words[1] = "SETUSER";
        words[2] = user;
        System.arraycopy(rules(user).toArray(), 0, words, 3, words.length - 3);
        admin.call(words);
        return Resque.builder()
                .url("redis://" + user + ":secret@" + server.host() + ":" + server.port())
                .backend(backend)
                .serializer("gson")
                .heartbeatInterval(Duration.ofSeconds(1))
                .deadAfter(Duration.ofSeconds(3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"jedis", "lettuce"})
    void aWholeLifeWithTheLeastOfRights(String backend) throws Exception {
        try (Resque producer = as("producer", backend);
                Resque workers = builder("worker", backend)
                        .maxPayload(16_384)
                        .failureLimit(1_000)
                        .history(true)
                        .build();
                Resque operator = as("operator", backend)) {
            producer.enqueue("q", "Good", 1);
            producer.enqueueAll("q", List.of(JobSpec.of("Good"), JobSpec.of("Bad")));
            producer.enqueue("q", "Good", "x".repeat(20_000));
            JobSpec unique = JobSpec.of("Good", 7).withUnique(Unique.whileQueued(Duration.ofHours(1)));
            assertThat(List.of(producer.enqueue("unique", unique), producer.enqueue("unique", unique)))
                    .containsExactly(true, false);
            String token = producer.enqueueTracked("q", "Good", "x").orElseThrow();
            producer.enqueueTracked("q", JobSpec.of("Good").withId("ours"));
            assertThat(producer.status(token).orElseThrow().state()).isEqualTo(JobState.WAITING);
            dead();
            admin.call("SET", "resque:pruning_dead_workers_in_progress", "a Ruby worker, a while ago", "EX", 45);
            Worker worker = workers.workerBuilder("q", "*")
                    .register("Good", () -> context -> {})
                    .register("Bad", () -> context -> {
                        throw new IllegalStateException("bad");
                    })
                    .concurrency(20)
                    .start();
            await().until(() -> producer.status(token).orElseThrow().state() == JobState.COMPLETE);
            await().until(() -> operator.failures().count() == 3);
            due(producer);
            strays();
            await("delayed jobs").until(() -> operator.delayed().count() == 1);
            await("entries that are no seconds").until(() -> operator.failures().count() == 6);
            producer.enqueue("later", "Good");
            await().until(() -> operator.inspector().counters().processed() == 10);
            await("a new queue that Redis tells of").until(() -> isNeeded("+client|tracking"));
            assertThat(worker.redisError()).isEmpty();
            admin.call("SADD", "resque:queues", "delayed");
            admin.call("ZADD", "resque:queue:delayed", "1", "{\"class\":\"Good\",\"args\":[]}");
            assertThat(metrics(workers))
                    .contains(
                            "resque_up 1\n",
                            "resque_queue_head_age_seconds",
                            "resque_jobs_in_queue{queue=\"delayed\"} 1");
            assertThat(operator.inspector().workers()).hasSize(20);
            recurring(workers, operator);
            operator.history().mark("v42");
            assertThat(operator.history().last(Duration.ofHours(1)).samples()).isNotEmpty();
            assertThat(worker.stop(Duration.ofSeconds(10))).isTrue();

            assertThat(operator.failures().retryAll(FailureFilter.all())).isEqualTo(3);
            assertThat(operator.failures().remove(operator.failures().oldest(FailureFilter.all(), 0, 1)))
                    .isEqualTo(1);
            assertThat(operator.failures().clear())
                    .as("with the item that is no job, and two entries that are no seconds")
                    .isEqualTo(5);
            strays();
            assertThat(operator.delayed().clear())
                    .as("with the job behind a fraction")
                    .isEqualTo(2);
            assertThat(admin.number("EXISTS", "resque:delayed_queue_schedule")).isZero();
            assertThat(operator.inspector().peek("q", 0, 10)).isNotEmpty();
            assertThat(operator.inspector().server()).containsKey("redis_version");
            assertThat(operator.removeLostStatuses(Duration.ofHours(1), Duration.ofMinutes(1))
                            .stopped())
                    .isEmpty();
            leftBehind();
            assertThat(operator.repair(Duration.ofHours(1)))
                    .anyMatch(finding -> finding.check() == Finding.Check.DELAYED
                            && finding.text().startsWith("repaired: "))
                    .noneMatch(finding -> finding.text().startsWith("does not tell"));
            operator.pauseAll();
            operator.resumeAll();
            assertThat(operator.dequeueClasses("q", List.of("Bad"))).isPositive();
            operator.removeQueue("q");
            assertThat(operator.inspector().peek("delayed", 0, 10)).hasSize(1);
            assertThat(operator.dequeueClasses("delayed", List.of("Good"))).isEqualTo(1);
            assertThat(operator.inspector().foreignKeys()).isEmpty();
            assertThat(operator.recoverDeadWorkers()).isEmpty();
        }
        dead();
        try (Resque requeues =
                builder("worker", backend).requeueAfterWorkerDeath(3).build()) {
            assertThat(requeues.recoverDeadWorkers()).containsExactly("vm:1:q");
        }
        for (String user : List.of("producer", "worker", "operator")) {
            List<String> needed = new ArrayList<>(rules(user));
            if (backend.equals("lettuce")) {
                needed.removeAll(OF_JEDIS);
            }
            assertThat(needed).as("the rights of " + user).allMatch(this::isNeeded);
        }
    }

    /** An application writes its recurring jobs with the rights of its worker, which fires them, and an operator changes them. */
    private static void recurring(Resque workers, Resque operator) {
        workers.schedules().put("a", Schedule.every("1s"), "q", "Good");
        await("a recurring job").until(() -> workers.scheduler().countFired() >= 1);
        for (Resque each : List.of(workers, operator)) {
            each.schedules().put("b", Schedule.every("1d").sharedWithRuby(), "q", "Good");
            assertThat(each.schedules().pause("a")).isTrue();
            assertThat(each.schedules().resume("a")).isTrue();
            assertThat(each.schedules().trigger("a")).isTrue();
            assertThat(each.schedules().list()).hasSize(2);
            assertThat(each.schedules().remove("b")).isTrue();
        }
        assertThat(operator.schedules().remove("a")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"jedis", "lettuce"})
    void aWorkerRetriesWithTheLeastOfRights(String backend) throws Exception {
        try (Resque producer = as("producer", backend);
                Resque workers = builder("worker", backend).build()) {
            producer.enqueue("retried", "Bad");
            workers.workerBuilder("retried")
                    .register("Bad", () -> context -> {
                        throw new IllegalStateException("bad");
                    })
                    .retry("Bad", Retry.limit(2).delays(Duration.ZERO, Duration.ofDays(1)))
                    .drain();
            assertThat(admin.text("GET", "resque:stat:java:retried")).isEqualTo("2");
            assertThat(admin.number("ZCARD", "resque:delayed_queue_schedule")).isOne();
        }
    }

    /** A job that is delayed, and two items that are due, of which one is no job. */
    private void due(Resque producer) {
        producer.in(Duration.ofDays(1)).enqueue("q", "Good");
        for (String item : List.of("no JSON", "{\"class\":\"Good\",\"args\":[],\"queue\":\"q\"}")) {
            admin.call("RPUSH", "resque:delayed:7", item);
            admin.call("ZADD", "resque:delayed_queue_schedule", "7", "7");
        }
    }

    /** Entries that other libraries left: no whole second, with a job, and a second whose key is no list. */
    private void strays() {
        admin.call("RPUSH", "resque:delayed:1700000000.5", "{\"class\":\"Good\",\"args\":[],\"queue\":\"q\"}");
        admin.call("SET", "resque:delayed:8", "something else");
        admin.call("ZADD", "resque:delayed_queue_schedule", "1700000000.5", "1700000000.5", "8", "8");
    }

    /** A note of a job that does not stand at its second. */
    private void leftBehind() {
        admin.call("RPUSH", "resque:delayed:4000000000", "{\"class\":\"Good\",\"args\":[],\"queue\":\"q\"}");
        admin.call("ZADD", "resque:delayed_queue_schedule", "4000000000", "4000000000");
        admin.call("SADD", "resque:timestamps:gone", "delayed:4000000000");
    }

    private static String metrics(Resque resque) throws Exception {
        try (ResqueHttp http = ResqueHttp.open(resque, new InetSocketAddress("127.0.0.1", 0))) {
            URI uri = URI.create("http://127.0.0.1:" + http.address().getPort() + "/metrics");
            return HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    /** Whether the program has used its right to a command. */
    private boolean isNeeded(String rule) {
        boolean command = rule.matches("\\+[a-z|]+");
        String stats = admin.text("INFO", "commandstats");
        return !command
                || stats.contains("cmdstat_" + rule.substring(1) + ":")
                || stats.contains("cmdstat_" + rule.substring(1).replaceFirst("\\|.*", "") + ":"); // before Redis 7
    }

    /** Writes a worker that died long ago with a job. */
    private void dead() {
        admin.call("SADD", "resque:workers", "vm:1:q");
        admin.call(
                "SET",
                "resque:worker:vm:1:q",
                "{\"queue\":\"q\",\"run_at\":\"2020-01-01T00:00:00Z\",\"payload\":{\"class\":\"Good\",\"args\":[]}}");
        admin.call("HSET", "resque:workers:heartbeat", "vm:1:q", "2020-01-01T00:00:00+00:00");
    }

    @ParameterizedTest
    @ValueSource(strings = {"producer", "worker", "operator"})
    void nothingElseIsAllowed(String user) throws Exception {
        as(user, "jedis").close();
        try (RespClient client =
                RespClient.connect("redis://" + user + ":secret@" + server.host() + ":" + server.port())) {
            for (Object[] words : new Object[][] {
                {"FLUSHALL"}, {"CONFIG", "GET", "*"}, {"KEYS", "*"}, {"GET", "another:key"}, {"RPUSH", "another", "x"}
            }) {
                assertThatThrownBy(() -> client.call(words))
                        .as(user + " " + words[0])
                        .hasMessageContaining("NOPERM");
            }
        }
        try (Resque elsewhere = Resque.builder()
                .url("redis://" + user + ":secret@" + server.host() + ":" + server.port())
                .backend("jedis")
                .serializer("gson")
                .namespace("another")
                .build()) {
            assertThatThrownBy(() -> elsewhere.enqueue("q", "Good"))
                    .isInstanceOf(BackendException.class)
                    .hasMessageContaining("grant the ACL user this command and the keys of the namespace")
                    .hasMessageNotContaining("secret");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"jedis", "lettuce"})
    void aProducerIsNoWorkerAndNoOperator(String backend) throws Exception {
        try (Resque producer = as("producer", backend)) {
            assertThatThrownBy(() -> producer.workerBuilder("q")
                            .register("Good", () -> context -> {})
                            .start())
                    .isInstanceOf(BackendException.class)
                    .hasMessageContaining("grant the ACL user this command");
            assertThatThrownBy(() -> producer.removeQueue("q"))
                    .isInstanceOf(BackendException.class)
                    .hasMessageContaining("grant the ACL user this command");
        }
    }
}
