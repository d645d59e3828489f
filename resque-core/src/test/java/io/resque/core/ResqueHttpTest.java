package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.resque.api.ConfigurationException;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** The port for probes and metrics, asked by a client over TCP. */
@Timeout(120)
class ResqueHttpTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** How many queues a page tells of. */
    private static final int MOST_QUEUES = 10_000;

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(LIMIT).build();
    private final WorkerFixture fixture = new WorkerFixture();
    private final ResqueHttp http = open(fixture.resque);

    @AfterEach
    void close() {
        http.close();
        fixture.close();
    }

    private static ResqueHttp open(Resque resque) {
        return ResqueHttp.open(resque, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private HttpResponse<String> get(String path) {
        return ask(http, path, "GET");
    }

    private HttpResponse<String> ask(ResqueHttp of, String path, String method) {
        URI uri = URI.create("http://127.0.0.1:" + of.address().getPort() + path);
        try {
            return client.send(
                    HttpRequest.newBuilder(uri)
                            .timeout(LIMIT)
                            .method(method, HttpRequest.BodyPublishers.noBody())
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private PrometheusText metrics() {
        return metrics(http);
    }

    private PrometheusText metrics(ResqueHttp of) {
        HttpResponse<String> response = ask(of, "/metrics", "GET");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("text/plain; version=0.0.4; charset=utf-8");
        return PrometheusText.read(response.body());
    }

    @Test
    void aWorkerIsReadyFromItsRegistrationToItsStop() throws Exception {
        assertThat(get("/live").statusCode()).isEqualTo(200);
        assertThat(get("/ready").statusCode()).isEqualTo(503);
        assertThat(get("/ready").body()).isEqualTo("no worker is registered\n");
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Worker worker = fixture.resque
                .workerBuilder("q")
                .concurrency(2)
                .register("Wait", () -> context -> {
                    running.countDown();
                    goOn.await();
                })
                .start();
        assertThat(get("/ready").statusCode()).isEqualTo(200);
        worker.pause();
        assertThat(get("/ready").statusCode()).as("paused, as it was told").isEqualTo(200);
        worker.resume();
        fixture.resque.enqueue("q", "Wait");
        assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();
        Health health = fixture.resque.health();
        assertThat(health.runningJobs()).isEqualTo(1);
        assertThat(health.lastHeartbeat()).isPresent();
        assertThat(health.loops()).hasSize(2).allMatch(Health.Loop::registered);
        assertThat(health.loops().stream().flatMap(loop -> loop.queue().stream()))
                .containsExactly("q");
        CompletableFuture<Boolean> stop = CompletableFuture.supplyAsync(() -> worker.stop(LIMIT));
        await().atMost(LIMIT).until(() -> get("/ready").statusCode() == 503);
        assertThat(get("/ready").body()).isEqualTo("the worker was told to stop\n");
        assertThat(get("/live").statusCode()).as("a job runs to its end").isEqualTo(200);
        goOn.countDown();
        assertThat(stop.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(get("/live").statusCode()).isEqualTo(200);
        assertThat(get("/ready").statusCode()).isEqualTo(503);
    }

    @Test
    void aSchedulerWithoutAWorkerIsReadyWhileRedisAnswersIt() {
        try (RedisServer own = RedisServer.start();
                Resque resque =
                        Resque.builder().url(own.url()).serializer("gson").build();
                ResqueHttp port = open(resque)) {
            assertThat(PrometheusText.read(ask(port, "/metrics/process", "GET").body())
                            .value("resque_process_scheduler_running"))
                    .isZero();
            resque.enqueueAt(Instant.now().plusSeconds(3_600), "q", "Job");
            try (RespClient redis = own.client()) {
                redis.call("ZADD", "resque:delayed_queue_schedule", 5, "5");
                redis.call("RPUSH", "resque:delayed:5", "{\"class\":\"Job\",\"args\":[],\"queue\":\"q\"}");
            }
            PrometheusText late = metrics(port);
            assertThat(late.value("resque_delayed_jobs")).isEqualTo(2);
            assertThat(late.value("resque_delayed_lateness_seconds")).isGreaterThan(1e9);
            Scheduler scheduler = resque.scheduler().start();
            await().atMost(LIMIT).until(() -> scheduler.countMoved() == 1);
            await().atMost(LIMIT)
                    .until(() -> ask(port, "/ready", "GET").statusCode() == 200); // at the end of its first turn
            PrometheusText process =
                    PrometheusText.read(ask(port, "/metrics/process", "GET").body());
            assertThat(process.value("resque_process_scheduler_running")).isEqualTo(1);
            assertThat(process.value("resque_process_delayed_jobs_total", "moved"))
                    .isEqualTo(1);
            assertThat(process.value("resque_process_scheduler_troubled")).isZero();
            assertThat(process.value("resque_process_scheduler_waiting")).isZero();
            own.kill();
            await().atMost(LIMIT).until(() -> ask(port, "/ready", "GET").statusCode() == 503);
            assertThat(ask(port, "/ready", "GET").body()).isEqualTo("Redis does not answer the scheduler\n");
            assertThat(ask(port, "/live", "GET").statusCode()).isEqualTo(200);
            assertThat(PrometheusText.read(ask(port, "/metrics/process", "GET").body())
                            .value("resque_process_scheduler_troubled"))
                    .isEqualTo(1);
            own.restart();
            await().atMost(LIMIT).until(() -> ask(port, "/ready", "GET").statusCode() == 200);
            scheduler.close();
            assertThat(ask(port, "/ready", "GET").body()).isEqualTo("no worker is registered\n");
        }
    }

    @Test
    void loopsThatAnErrorEndedAreNotLive() {
        Logger log = (Logger) LoggerFactory.getLogger(Worker.class);
        AppenderBase<ILoggingEvent> full = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                if (event.getFormattedMessage().contains("tries again")) {
                    throw new InternalError("no space left for logs");
                }
            }
        };
        try (RedisServer own = RedisServer.start();
                Resque resque =
                        Resque.builder().url(own.url()).serializer("gson").build();
                ResqueHttp port = open(resque)) {
            Worker worker = resque.workerBuilder("q")
                    .concurrency(2)
                    .register("Job", () -> context -> {})
                    .start();
            assertThat(ask(port, "/live", "GET").statusCode()).isEqualTo(200);
            log.setLevel(Level.WARN);
            full.start();
            log.addAppender(full);
            own.kill();
            await().dontCatchUncaughtExceptions()
                    .atMost(LIMIT)
                    .until(() -> ask(port, "/live", "GET").statusCode() == 503);
            await().dontCatchUncaughtExceptions().atMost(LIMIT).until(() -> !worker.isRunning());
            assertThat(ask(port, "/live", "GET").statusCode())
                    .as("what died is remembered")
                    .isEqualTo(503);
            assertThat(ask(port, "/live", "GET").body()).isEqualTo("2 of 2 loops do not turn; the log may say why\n");
            assertThat(resque.health().loops())
                    .allMatch(loop -> loop.state() == Health.State.DEAD && !loop.registered());
            assertThat(PrometheusText.read(ask(port, "/metrics/process", "GET").body())
                            .value("resque_process_loops", "dead"))
                    .isEqualTo(2);
        } finally {
            log.detachAppender(full);
            log.setLevel(null);
        }
    }

    @Test
    void metricsHaveTheNamesAndTypesOfTheCommonExporter() {
        fixture.resque.enqueue("mail", "Job", 1);
        fixture.resque.enqueue("mail", "Job", 2);
        fixture.redis.call("SET", fixture.key("stat:processed"), 7);
        fixture.redis.call("SET", fixture.key("stat:failed"), 2);
        fixture.redis.call("RPUSH", fixture.key("failed"), "{}");
        fixture.redis.call("SADD", fixture.key("failed_queues"), "mail_failed");
        fixture.redis.call("RPUSH", fixture.key("mail_failed"), "{}", "{}");
        fixture.redis.call("SADD", fixture.key("workers"), "php:1:mail", "ruby:2:mail");
        fixture.redis.call(
                "SET",
                fixture.key("worker:ruby:2:mail"),
                "{\"queue\":\"mail\",\"run_at\":\"2026-11-22T15:35:23Z\",\"payload\":{\"class\":\"R\",\"args\":[]}}");
        PrometheusText read = metrics();
        assertThat(read.types)
                .containsAllEntriesOf(Map.of(
                        "resque_up", "gauge",
                        "resque_scrapes_total", "counter",
                        "resque_failed_scrapes_total", "counter",
                        "resque_scrape_duration_seconds", "gauge",
                        "resque_job_executions_total", "counter",
                        "resque_failed_job_executions_total", "counter",
                        "resque_jobs_in_queue", "gauge",
                        "resque_jobs_in_failed_queue", "gauge",
                        "resque_workers", "gauge",
                        "resque_working_workers", "gauge"));
        assertThat(read.value("resque_up")).isEqualTo(1);
        assertThat(read.value("resque_job_executions_total")).isEqualTo(7);
        assertThat(read.value("resque_failed_job_executions_total")).isEqualTo(2);
        assertThat(read.value("resque_jobs_in_queue", "mail")).isEqualTo(2);
        assertThat(read.value("resque_jobs_in_failed_queue", "failed")).isEqualTo(1);
        assertThat(read.value("resque_jobs_in_failed_queue", "mail_failed")).isEqualTo(2);
        assertThat(read.value("resque_workers")).isEqualTo(2);
        assertThat(read.value("resque_working_workers")).isEqualTo(1);
        assertThat(read.value("resque_running_jobs", "mail")).isEqualTo(1);
        assertThat(read.value("resque_workers_by_state", "working")).isEqualTo(1);
        assertThat(read.value("resque_workers_by_state", "idle")).isEqualTo(1);
        assertThat(read.value("resque_queue_head_age_seconds", "mail")).isLessThan(20);
    }

    @Test
    void anEmptyRedisIsUpAndEverythingIsZero() {
        PrometheusText read = metrics();
        assertThat(read.value("resque_up")).isEqualTo(1);
        assertThat(read.value("resque_job_executions_total")).isZero();
        assertThat(read.value("resque_failed_job_executions_total")).isZero();
        assertThat(read.value("resque_workers")).isZero();
    }

    @Test
    void theAgeOfAHeadIsExactWhereThePayloadTellsIt() {
        long hourAgo = Instant.now().getEpochSecond() - 3600;
        fixture.push("php", "{\"class\":\"P\",\"args\":[{}],\"id\":\"x\",\"queue_time\":" + hourAgo + ".25}");
        fixture.push("odd", "{\"class\":\"P\",\"args\":[],\"queue_time\":\"soon\"}");
        fixture.push("text", "no JSON");
        fixture.push("large", "{\"class\":\"P\",\"args\":[\"" + "x".repeat(2_000_000) + "\"]}");
        fixture.redis.call("SADD", fixture.key("queues"), "php", "odd", "text", "large", "empty");
        PrometheusText read = metrics();
        assertThat(read.value("resque_queue_head_age_seconds", "php")).isBetween(3599.0, 3640.0);
        for (String queue : List.of("odd", "text", "large")) {
            assertThat(read.value("resque_queue_head_age_seconds", queue)).isLessThan(20);
        }
        assertThat(read.samples.get("resque_queue_head_age_seconds")).doesNotContainKey("empty");
        assertThat(read.value("resque_jobs_in_queue", "empty")).isZero();
    }

    @Test
    void namesOfQueuesMayBeAnything() {
        List<String> names = List.of(
                "a\"b",
                "back\\slash",
                "new\nline",
                "größe-日本-🙂",
                "}",
                " ",
                "\u0000\r\t",
                "x".repeat(1000),
                "x".repeat(1001));
        names.forEach(name -> {
            fixture.redis.call("SADD", fixture.key("queues"), name);
            fixture.push(name, "{\"class\":\"Job\",\"args\":[]}");
        });
        CoreRedis.CLIENT.call("SADD", fixture.key("queues").getBytes(StandardCharsets.UTF_8), new byte[] {(byte) 0xff});
        CoreRedis.CLIENT.call("SADD", fixture.key("queues").getBytes(StandardCharsets.UTF_8), new byte[] {(byte) 0xfe});
        Map<String, Double> lengths = metrics().samples.get("resque_jobs_in_queue");
        for (String name : names.subList(0, 7)) {
            assertThat(lengths).containsEntry(name, 1.0);
        }
        assertThat(lengths).containsEntry("x".repeat(200) + "…", 2.0).containsEntry("\uFFFD", 0.0);
    }

    @Test
    void aForeignTypeHidesNothingElse() {
        fixture.redis.call("RPUSH", fixture.key("failed_queues"), "a list");
        fixture.redis.call("ZADD", fixture.key("queue:delayed"), 1, "{}");
        fixture.redis.call("HSET", fixture.key("worker:odd:1:q"), "a", "b");
        fixture.redis.call("SADD", fixture.key("workers"), "odd:1:q", "two:parts");
        fixture.redis.call("SADD", fixture.key("queues"), "delayed");
        fixture.resque.enqueue("q", "Job");
        fixture.redis.call("SET", fixture.key("stat:processed"), "many");
        PrometheusText read = metrics();
        assertThat(read.value("resque_jobs_in_queue", "q")).isEqualTo(1);
        assertThat(read.value("resque_jobs_in_queue", "delayed")).isEqualTo(1);
        assertThat(read.value("resque_job_executions_total")).isZero();
        assertThat(read.value("resque_workers")).isEqualTo(2);
        assertThat(read.value("resque_jobs_in_failed_queue", "failed")).isZero();
    }

    @Test
    void aRightThatIsMissingHidesOnlyWhatItIsFor() {
        try (RedisServer own = RedisServer.start();
                RespClient admin = own.client()) {
            admin.call("ACL", "SETUSER", "metrics", "on", ">secret", "~*", "+@all", "-lindex");
            try (Resque resque = Resque.builder()
                            .url("redis://metrics:secret@" + own.host() + ":" + own.port())
                            .serializer("gson")
                            .build();
                    ResqueHttp port = open(resque)) {
                resque.enqueue("q", "Job");
                PrometheusText read = metrics(port);
                assertThat(read.value("resque_up")).isZero();
                assertThat(read.value("resque_failed_scrapes_total")).isEqualTo(1);
                assertThat(read.value("resque_jobs_in_queue", "q")).isEqualTo(1);
                assertThat(read.value("resque_workers")).isZero();
                assertThat(read.samples).doesNotContainKey("resque_queue_head_age_seconds");
            }
            admin.call("ACL", "SETUSER", "metrics", "+lindex", "-zrangebyscore");
            try (Resque resque = Resque.builder()
                            .url("redis://metrics:secret@" + own.host() + ":" + own.port())
                            .serializer("gson")
                            .build();
                    ResqueHttp port = open(resque)) {
                PrometheusText read = metrics(port);
                assertThat(read.value("resque_up"))
                        .as("a worker may have no scheduler")
                        .isEqualTo(1);
                assertThat(read.samples).doesNotContainKey("resque_delayed_jobs");
            }
        }
    }

    @Test
    void twoScrapersCostRedisOneLook() {
        assumeOwnRedis();
        metrics();
        long before = calls();
        for (int i = 0; i < 5; i++) {
            metrics();
            assertThat(get("/live").statusCode()).isEqualTo(200);
            get("/ready");
            get("/metrics/process");
        }
        assertThat(calls()).isEqualTo(before);
    }

    /** Other JVMs of a build run scripts on the same Redis, if it was given by a variable. */
    private static void assumeOwnRedis() {
        if (!CoreRedis.SERVER.isOurs()) {
            System.out.println("SKIPPED twoScrapersCostRedisOneLook: the Redis was given, and others may use it");
            Assumptions.abort("the Redis was given");
        }
    }

    /** How many scripts Redis has run. */
    private long calls() {
        return CoreRedis.CLIENT
                .text("INFO", "commandstats")
                .lines()
                .filter(line -> line.startsWith("cmdstat_smembers:") || line.startsWith("cmdstat_evalsha:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll(".*?calls=(\\d+),.*", "$1")))
                .sum();
    }

    @Test
    void tenThousandQueuesAndAThousandWorkersAreToldInOneReply() {
        List<Object> queues = new ArrayList<>(List.of("SADD", fixture.key("queues")));
        IntStream.range(0, MOST_QUEUES + 50).forEach(i -> queues.add(queue(i)));
        fixture.redis.call(queues.toArray());
        for (int i = 0; i < 1000; i++) {
            fixture.push(queue(i), "{\"class\":\"J\",\"args\":[" + i + "]}");
            fixture.redis.call("SADD", fixture.key("workers"), "elsewhere:" + i + ":" + queue(i));
        }
        PrometheusText read = metrics();
        assertThat(read.value("resque_up")).isEqualTo(1);
        assertThat(read.samples.get("resque_jobs_in_queue")).hasSize(MOST_QUEUES);
        assertThat(read.value("resque_queues_left_out")).isEqualTo(50);
        assertThat(read.samples.get("resque_queue_head_age_seconds")).hasSize(1000);
        assertThat(read.value("resque_workers")).isEqualTo(1000);
    }

    private static String queue(int number) {
        return "q%05d".formatted(number);
    }

    @Test
    void ownJobsAreCounted() throws Exception {
        fixture.resque.enqueue("q", "Good");
        fixture.resque.enqueue("q", "Bad");
        fixture.resque
                .workerBuilder("q")
                .register("Good", () -> context -> {})
                .register("Bad", () -> context -> {
                    throw new IllegalStateException("bad");
                })
                .drain();
        PrometheusText read = PrometheusText.read(get("/metrics/process").body());
        assertThat(read.value("resque_process_job_executions_total", "completed"))
                .isEqualTo(1);
        assertThat(read.value("resque_process_job_executions_total", "failed")).isEqualTo(1);
        assertThat(read.value("resque_process_live")).isEqualTo(1);
        assertThat(read.samples).doesNotContainKey("resque_up");
    }

    @Test
    void timesOfJobsAreHistogramsByQueueAndOutcome() {
        fixture.resque.enqueue("q", "Good");
        fixture.resque.enqueue("q", "Good");
        fixture.resque.enqueue("q", "Bad");
        fixture.resque.enqueue("x\"y", "Slow");
        fixture.push("q", "no JSON");
        WorkerBuilder worker = fixture.resque
                .workerBuilder("q", "x\"y")
                .register("Good", () -> context -> {})
                .register("Slow", () -> context -> new CountDownLatch(1).await(30, TimeUnit.MILLISECONDS))
                .register("Bad", () -> context -> {
                    throw new IllegalStateException("bad");
                });
        worker.drain();
        PrometheusText read = PrometheusText.read(get("/metrics/process").body());
        String name = "resque_process_job_seconds";
        assertThat(read.types).containsEntry(name, "histogram");
        assertThat(read.samples.get(name + "_count"))
                .containsOnly(
                        Map.entry("completed|q", 2.0),
                        Map.entry("failed|q", 1.0),
                        Map.entry("unreadable|q", 1.0),
                        Map.entry("completed|x\"y", 1.0));
        assertThat(read.samples.get(name + "_bucket")).hasSize(4 * 15);
        assertThat(read.value(name + "_bucket", "completed|x\"y|0.025")).isZero();
        assertThat(read.value(name + "_bucket", "completed|x\"y|10")).isOne();
        assertThat(read.value(name + "_sum", "completed|x\"y")).isBetween(0.03, 10.0);
        assertThat(metrics().samples).containsKey(name + "_count");
    }

    @Test
    void timesOfJobsNameAHundredQueuesAndAreCountedAsLongAsThePortIsOpen() {
        List<String> queues = IntStream.range(0, 120).mapToObj(i -> "q" + i).toList();
        queues.forEach(queue -> fixture.resque.enqueue(queue, "Good"));
        WorkerBuilder worker = fixture.resque.workerBuilder(queues.toArray(String[]::new));
        worker.register("Good", () -> context -> {}).drain();
        Map<String, Double> counts = metrics().samples.get("resque_process_job_seconds_count");
        assertThat(counts).hasSize(101).containsEntry("completed|q99", 1.0).containsEntry("completed|other", 20.0);
        ResqueHttp later = open(fixture.resque);
        assertThat(metrics(later).samples).doesNotContainKey("resque_process_job_seconds_count");
        later.close();
        http.close();
        assertThat(fixture.resque).extracting("listeners.ofJobs").isEqualTo(List.of());
    }

    @Test
    void whileRedisIsAwayTheWorkerIsLiveNotReadyAndMetricsSaySo() {
        try (RedisServer own = RedisServer.start();
                Resque resque = Resque.builder()
                        .url(own.url())
                        .serializer("gson")
                        .heartbeatInterval(Duration.ofSeconds(1))
                        .build();
                ResqueHttp port = open(resque)) {
            resque.workerBuilder("q").register("Job", () -> context -> {}).start();
            await().atMost(LIMIT).until(() -> ask(port, "/ready", "GET").statusCode() == 200);
            assertThat(metrics(port).value("resque_up")).isEqualTo(1);
            own.kill();
            await().atMost(LIMIT).until(() -> ask(port, "/ready", "GET").statusCode() == 503);
            assertThat(ask(port, "/ready", "GET").body()).isEqualTo("Redis has not answered for two heartbeats\n");
            assertThat(ask(port, "/live", "GET").statusCode()).isEqualTo(200);
            await().atMost(LIMIT).until(() -> metrics(port).value("resque_up") == 0);
            assertThat(metrics(port).value("resque_process_live")).isEqualTo(1);
            own.restart();
            await().atMost(LIMIT).until(() -> ask(port, "/ready", "GET").statusCode() == 200);
            await().atMost(LIMIT).until(() -> metrics(port).value("resque_up") == 1);
        }
    }

    @Test
    void onlyGetAndHeadAreAnswered() {
        for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH")) {
            HttpResponse<String> response = ask(http, "/metrics", method);
            assertThat(response.statusCode()).as(method).isEqualTo(405);
            assertThat(response.headers().firstValue("Allow")).contains("GET, HEAD");
        }
        HttpResponse<String> head = ask(http, "/live", "HEAD");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValue("Content-Length")).contains("3");
        assertThat(get("/live?x=1").statusCode()).isEqualTo(200);
        for (String path : List.of("/", "/liv", "/live/", "/..%2flive", "/%00", "/metrics/../x")) {
            HttpResponse<String> other = get(path);
            assertThat(other.statusCode()).as(path).isEqualTo(404);
            assertThat(other.body()).isEqualTo("There are: /live /metrics /metrics/process /ready\n");
        }
    }

    @Test
    void aNameOfAnotherHostIsRefusedOnLoopback() throws Exception {
        assertThat(raw("GET /live HTTP/1.1\r\nHost: evil.example:80\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 403");
        assertThat(raw("GET /live HTTP/1.1\r\nHost: [::1]:1\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200");
        assertThat(raw("GET /live HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 200");
    }

    @Test
    void theNameThatThePortWasGivenIsAnswered() throws Exception {
        InetSocketAddress named =
                new InetSocketAddress(InetAddress.getByAddress("probes.example", new byte[] {127, 0, 0, 1}), 0);
        try (ResqueHttp other = ResqueHttp.open(fixture.resque, named)) {
            for (String[] each : new String[][] {
                {"Probes.example:80", "200"},
                {"probes.example", "200"},
                {"127.0.0.1", "200"},
                {"a.probes.example", "403"}
            }) {
                assertThat(raw(other, "GET /live HTTP/1.1\r\nHost: " + each[0] + "\r\nConnection: close\r\n\r\n"))
                        .startsWith("HTTP/1.1 " + each[1]);
            }
        }
    }

    @Test
    void nonsenseGetsNoStackTrace() throws Exception {
        for (String request : List.of(
                "\r\n\r\n",
                "nonsense\r\n\r\n",
                "GET\r\n\r\n",
                "GET http://[ HTTP/1.1\r\n\r\n",
                "GET * HTTP/1.1\r\n\r\n",
                "GET /live HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                "GET /live HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
                "GET /live HTTP/9.9\r\n" + "X: y\r\n".repeat(1000) + "\r\n",
                "GET /" + "x".repeat(500_000) + " HTTP/1.1\r\n\r\n")) {
            assertThat(raw(request)).doesNotContain("at io.resque", "at sun.", "at java.");
        }
        assertThat(get("/live").statusCode()).isEqualTo(200);
    }

    private Socket connect() throws IOException {
        return connect(http);
    }

    private static Socket connect(ResqueHttp to) throws IOException {
        Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), to.address().getPort());
        socket.setSoTimeout((int) LIMIT.toMillis());
        return socket;
    }

    private String raw(String request) throws IOException {
        return raw(http, request);
    }

    private static String raw(ResqueHttp of, String request) throws IOException {
        try (Socket socket = connect(of)) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // a connection that was reset, with bytes unread
        }
    }

    @Test
    void clientsThatSendSlowlyKeepNobodyWaiting() throws IOException {
        List<Socket> slow = new ArrayList<>();
        try {
            for (String begun : List.of("G", "\r", "POST /live HTTP/1.1\r\nContent-Length: 9000\r\n\r\n")) {
                for (int i = 0; i < 10; i++) {
                    Socket socket = connect();
                    slow.add(socket);
                    socket.getOutputStream().write(begun.getBytes(StandardCharsets.US_ASCII)); // and no further byte
                }
            }
            assertThat(get("/live").statusCode()).isEqualTo(200);
            assertThat(metrics().value("resque_up")).isEqualTo(1);
            // Each is cut off in the end.
            for (Socket socket : slow) {
                assertThat(end(socket)).isTrue();
            }
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    private static boolean end(Socket socket) {
        try {
            socket.getInputStream().readAllBytes();
            return true;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void aScraperThatDoesNotReadKeepsNobodyWaiting() throws IOException {
        List<Object> queues = new ArrayList<>(List.of("SADD", fixture.key("queues")));
        IntStream.range(0, MOST_QUEUES).forEach(i -> queues.add("q".repeat(180) + i));
        fixture.redis.call(queues.toArray());
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 6; i++) {
                Socket socket = new Socket();
                socket.setReceiveBufferSize(1024);
                socket.connect(http.address());
                slow.add(socket);
                for (int j = 0; j < 20; j++) { // more than the buffers take
                    socket.getOutputStream().write("GET /metrics HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                }
            }
            assertThat(metrics().value("resque_up")).isEqualTo(1);
            assertThat(get("/live").statusCode()).isEqualTo(200);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void aPortThatIsTakenIsToldInASentence() {
        assertThatThrownBy(() -> ResqueHttp.open(fixture.resque, http.address()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(
                        "Nothing can listen on 127.0.0.1 port " + http.address().getPort())
                .hasMessageContaining("choose another port");
    }

    @Test
    void nothingIsLeftAfterClose() throws Exception {
        Set<Thread> before = threads();
        ResqueHttp other = open(fixture.resque);
        ask(other, "/metrics", "GET");
        try (Socket silent = new Socket(
                        InetAddress.getLoopbackAddress(), other.address().getPort());
                Socket slow = new Socket(
                        InetAddress.getLoopbackAddress(), other.address().getPort())) {
            slow.getOutputStream().write('G');
            ask(other, "/live", "GET");
            assertThat(threads()).filteredOn(thread -> !before.contains(thread)).allMatch(Thread::isDaemon);
            other.close();
            other.close();
            assertThat(end(silent)).isTrue();
            assertThat(end(slow)).isTrue();
        }
        await().atMost(LIMIT).untilAsserted(() -> assertThat(threads()).isSubsetOf(before));
        open(fixture.resque).close();
    }

    /** Those of the server and of ours. */
    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread ->
                        thread.getName().matches("HTTP-Dispatcher|idle-timeout-task|resque-http.*|resque-look"))
                .collect(Collectors.toSet());
    }

    @Test
    void threadsAreFewWhateverIsAsked() {
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        int most = 0;
        for (int i = 0; i < 300; i++) {
            answers.add(client.sendAsync(
                    HttpRequest.newBuilder(URI.create(
                                    "http://127.0.0.1:" + http.address().getPort() + "/metrics"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString()));
            if (i % 50 == 49) {
                answers.forEach(CompletableFuture::join);
                answers.clear();
            }
            most = Math.max(most, threads().size());
        }
        assertThat(most).isLessThanOrEqualTo(12); // two servers' at most, this test's and one that is ending
    }

    /** Its body and headers, after those of the request. */
    private static CompletableFuture<ResqueHttp.Reply> echo(ResqueHttp.Request request) {
        String text = request.method() + " " + request.uri() + " "
                + request.headers().get("X-asked") + " " + new String(request.body(), StandardCharsets.UTF_8);
        return CompletableFuture.supplyAsync(() -> new ResqueHttp.Reply(
                201,
                Map.of("X-Answer", "yes"),
                request.uri().getPath().equals("/empty") ? new byte[0] : text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void otherPagesStandBesideTheProbes() throws Exception {
        try (ResqueHttp both = ResqueHttp.open(
                fixture.resque, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), ResqueHttpTest::echo)) {
            URI root = URI.create("http://127.0.0.1:" + both.address().getPort());
            HttpRequest.Builder asking =
                    HttpRequest.newBuilder(root.resolve("/a?b")).timeout(LIMIT).header("X-Asked", "it");
            HttpResponse<String> post = client.send(
                    asking.POST(HttpRequest.BodyPublishers.ofString("body")).build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(post.statusCode()).isEqualTo(201);
            assertThat(post.body()).isEqualTo("POST /a?b [it] body");
            assertThat(post.headers().firstValue("X-Answer")).contains("yes");
            assertThat(ask(both, "/a", "HEAD").body()).isEmpty();
            assertThat(ask(both, "/empty", "GET").headers().firstValue("Transfer-Encoding"))
                    .isEmpty();
            assertThat(ask(both, "/live", "GET").body()).isEqualTo("ok\n");
            HttpResponse<String> tooLong = client.send(
                    asking.POST(HttpRequest.BodyPublishers.ofByteArray(new byte[(1 << 20) + 1]))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(tooLong.statusCode()).isEqualTo(413);
        }
    }
}
