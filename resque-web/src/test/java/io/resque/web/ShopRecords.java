package io.resque.web;

import io.resque.api.JobSpec;
import io.resque.api.Limit;
import io.resque.api.Unique;
import io.resque.core.Resque;
import io.resque.core.Schedule;
import io.resque.core.Worker;
import io.resque.tck.RespClient;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** What a shop has in Redis: in the bytes that Ruby, PHP and Node write, and by our own client and worker. */
final class ShopRecords {
    static final String RUBYS_WORKER = "web-1:4120:mail,billing";
    static final String PHPS_WORKER = "web-2:911:images";
    static final String NODES_WORKER = "edge-1:77:search";
    static final String DEAD_WORKER = "web-3:2204:mail";
    static final String UNKNOWN_WORKER = "old-1:31:mail";

    private static final String WRAPPER = "ActiveJob::QueueAdapters::ResqueAdapter::JobWrapper";

    private final RespClient redis;
    private final String namespace;
    private final ZonedDateTime now = ZonedDateTime.now(ZoneOffset.UTC);

    ShopRecords(RespClient redis, String namespace) {
        this.redis = redis;
        this.namespace = namespace;
    }

    /** Writes all. The returned token has a status. */
    String write(Resque resque) {
        String token = java(resque); // first, since workers of ours remove dead workers when they start
        ruby();
        php();
        node();
        redis.call("INCRBY", key("stat:processed"), 184_233);
        redis.call("INCRBY", key("stat:failed"), 127);
        return token;
    }

    private String key(String name) {
        return namespace + ":" + name;
    }

    private String time(Duration ago, String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).format(now.minus(ago));
    }

    private String iso(Duration ago) {
        return time(ago, "yyyy-MM-dd'T'HH:mm:ss'Z'");
    }

    private double seconds(Duration ago) {
        return now.minus(ago).toEpochSecond() + 0.25;
    }

    private void push(String queue, String... payloads) {
        redis.call("SADD", key("queues"), queue);
        for (String payload : payloads) {
            redis.call("RPUSH", key("queue:" + queue), payload);
        }
    }

    private void worker(String id, String started, String job) {
        redis.call("SADD", key("workers"), id);
        redis.call("SET", key("worker:" + id + ":started"), started);
        redis.call("SET", key("stat:processed:" + id), 18_342);
        if (!job.isEmpty()) {
            redis.call("SET", key("worker:" + id), job);
        }
    }

    private void ruby() {
        for (int i = 0; i < 41; i++) {
            push(
                    "mail",
                    i % 3 > 0
                            ? "{\"class\":\"InvoiceMailer\",\"args\":[" + (4711 + i) + ",\"de\"]}"
                            : "{\"class\":\"" + WRAPPER
                                    + "\",\"args\":[{\"job_class\":\"WelcomeJob\",\"job_id\":\"0d1c-" + i
                                    + "\",\"provider_job_id\":null,\"queue_name\":\"mail\",\"priority\":null,\"arguments\":["
                                    + i
                                    + "],\"executions\":0,\"exception_executions\":{},\"locale\":\"en\",\"timezone\":\"UTC\",\"enqueued_at\":\""
                                    + iso(Duration.ofMinutes(4)) + "\"}]}");
        }
        String job = "{\"class\":\"InvoiceMailer\",\"args\":[4710,\"de\"]}";
        worker(
                RUBYS_WORKER,
                time(Duration.ofHours(31), "yyyy-MM-dd HH:mm:ss +0000"),
                "{\"queue\":\"mail\",\"run_at\":\"" + iso(Duration.ofSeconds(3)) + "\",\"payload\":" + job + "}");
        redis.call("HSET", key("workers:heartbeat"), RUBYS_WORKER, iso(Duration.ofSeconds(12)));
        worker(
                DEAD_WORKER,
                time(Duration.ofHours(40), "yyyy-MM-dd HH:mm:ss +0000"),
                "{\"queue\":\"mail\",\"run_at\":\"" + iso(Duration.ofHours(2)) + "\",\"payload\":" + job + "}");
        redis.call("HSET", key("workers:heartbeat"), DEAD_WORKER, iso(Duration.ofHours(2)));
        worker(UNKNOWN_WORKER, "Mon Nov 30 10:00:00 CST 2026", "");
        for (int i = 0; i < 5; i++) {
            redis.call(
                    "RPUSH",
                    key("failed"),
                    "{\"failed_at\":\"" + time(Duration.ofMinutes(90 - i), "yyyy/MM/dd HH:mm:ss 'UTC'")
                            + "\",\"payload\":{\"class\":\"InvoiceMailer\",\"args\":[" + (4600 + i)
                            + ",\"de\"]},\"exception\":\"Net::ReadTimeout\",\"error\":\"Net::ReadTimeout with #<TCPSocket:(closed)>\","
                            + "\"backtrace\":[\"/app/lib/mail/smtp.rb:112:in `deliver'\",\"/app/jobs/invoice_mailer.rb:18:in `perform'\"],"
                            + "\"worker\":\"" + RUBYS_WORKER + "\",\"queue\":\"mail\"}");
        }
        String item = "{\"class\":\"ReminderJob\",\"args\":[17],\"queue\":\"mail\"}";
        long due = now.plusMinutes(50).toEpochSecond();
        redis.call("RPUSH", key("delayed:" + due), item);
        redis.call("SADD", key("timestamps:" + item), "delayed:" + due);
        redis.call("ZADD", key("delayed_queue_schedule"), due, due);
    }

    private void php() {
        for (int i = 0; i < 7; i++) {
            push(
                    "images",
                    "{\"class\":\"Thumbnail\",\"args\":[{\"path\":\"\\/media\\/" + i
                            + ".jpg\",\"width\":320}],\"id\":\"f16b1c16dbd18a20e54ea83446c2596" + i
                            + "\",\"prefix\":\"\",\"queue_time\":" + seconds(Duration.ofMinutes(3)) + "}");
        }
        String job =
                "{\"class\":\"Thumbnail\",\"args\":[{\"path\":\"\\/media\\/x.jpg\"}],\"id\":\"8e724e7f376ff365e5248165dcdbe6f2\",\"prefix\":\"\",\"queue_time\":"
                        + seconds(Duration.ofMinutes(9)) + "}";
        String started = time(Duration.ofHours(5), "yyyy-MM-dd'T'HH:mm:ss+00:00");
        worker(
                PHPS_WORKER,
                started,
                "{\"queue\":\"images\",\"run_at\":\"" + time(Duration.ofSeconds(41), "yyyy-MM-dd'T'HH:mm:ss+00:00")
                        + "\",\"payload\":" + job + "}");
        for (int i = 0; i < 3; i++) {
            redis.call(
                    "RPUSH",
                    key("failed"),
                    "{\"failed_at\":\"" + time(Duration.ofMinutes(40 - i), "EEE MMM dd HH:mm:ss 'UTC' yyyy")
                            + "\",\"payload\":" + job
                            + ",\"exception\":\"RuntimeException\",\"error\":\"cannot read \\/media\\/x.jpg \\u2013 no such file\","
                            + "\"backtrace\":[\"#0 \\/app\\/lib\\/Resque\\/Job.php(194): Thumbnail->perform()\",\"#1 {main}\"],"
                            + "\"worker\":\"" + PHPS_WORKER + "\",\"queue\":\"images\"}");
        }
    }

    private void node() {
        push("search", "{\"class\":\"reindex\",\"queue\":\"search\",\"args\":[\"products\",{\"from\":1}]}");
        String day = "EEE MMM dd yyyy HH:mm:ss 'GMT+0000 (Coordinated Universal Time)'";
        worker(
                NODES_WORKER,
                String.valueOf(now.minusHours(9).toEpochSecond()),
                "{\"run_at\":\"" + time(Duration.ofSeconds(75), day)
                        + "\",\"worker\":\"edge-1:77\",\"payload\":{\"class\":\"reindex\",\"args\":[\"orders\"],\"queue\":\"search\"},\"queue\":\"search\"}");
        redis.call(
                "SET",
                key("worker:ping:edge-1:77"),
                "{\"time\":" + now.toEpochSecond() + ",\"name\":\"edge-1:77\",\"queues\":\"search\"}");
        redis.call(
                "RPUSH",
                key("failed"),
                "{\"worker\":\"edge-1:77\",\"queue\":\"search\",\"payload\":{\"class\":\"reindex\",\"queue\":\"search\",\"args\":[\"users\"]},"
                        + "\"exception\":\"TypeError\",\"error\":\"Cannot read properties of null (reading 'id')\","
                        + "\"backtrace\":[\"    at Worker.perform (/app/worker.js:11:42)\"],\"failed_at\":\""
                        + time(Duration.ofMinutes(22), day) + "\"}");
        long due = now.plusMinutes(5).toEpochSecond();
        String item = "{\"class\":\"reindex\",\"queue\":\"search\",\"args\":[\"users\"]}";
        redis.call("RPUSH", key("delayed:" + due), item);
        redis.call("SADD", key("timestamps:" + item), "delayed:" + due);
        redis.call("ZADD", key("delayed_queue_schedule"), due, due);
    }

    private String java(Resque resque) {
        for (int i = 0; i < 30; i++) {
            resque.enqueue("billing", "Charge", 1000 + i, "EUR");
        }
        resque.workerBuilder("billing")
                .register("Charge", () -> context -> {
                    int order = context.args().get(0, Integer.class);
                    if (order % 10 == 0) {
                        throw new IllegalStateException("The bank does not answer for order " + order);
                    }
                })
                .drain();
        for (int i = 0; i < 12; i++) {
            resque.enqueue("billing", "Charge", 2000 + i, "EUR");
            resque.in(Duration.ofMinutes(10L * (i + 1))).enqueue("billing", "SendReminder", Map.of("order", 2000 + i));
        }
        resque.schedules()
                .put("nightly report", Schedule.cron("0 3 * * *", ZoneId.of("Europe/Berlin")), "billing", "Report");
        resque.schedules().put("stock", Schedule.every("5m"), "search", "SyncStock", List.of("shop"));
        resque.enqueue("billing", JobSpec.of("Export", 7).withUnique(Unique.untilDone(Duration.ofHours(1))));
        String token = resque.enqueueTracked("reports", "Import").orElseThrow();
        resque.workerBuilder("reports")
                .register("Import", () -> context -> {
                    context.progress(30, 120, "lines");
                    context.result(Map.of("lines", 120));
                })
                .drain();
        return token;
    }

    /** A worker of ours whose first job runs until the latch is open, while the second waits for the limit. */
    static Worker limited(Resque resque, CountDownLatch end) {
        resque.enqueue("push", "Push", 1);
        resque.enqueue("push", "Push", 2);
        return resque.workerBuilder("push")
                .concurrency(2)
                .register("Push", () -> context -> end.await())
                .limit("Push", Limit.of(1))
                .start();
    }
}
