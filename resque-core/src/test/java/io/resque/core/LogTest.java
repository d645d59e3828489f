package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.resque.api.ResqueListener;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What is in the log of all classes, at every level, when names and messages are meant to do harm. */
class LogTest {
    private static final String HARM = "\n2026-01-01 INFO all is well\r\u001bc\u202e";
    private static final String SECRET = "s3cr3t-of-this-test";

    private final ListAppender<ILoggingEvent> events = new ListAppender<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Level before = root.getLevel();

    @BeforeEach
    void listen() {
        events.list = new CopyOnWriteArrayList<>(); // other threads log while a test reads
        events.start();
        root.setLevel(Level.TRACE);
        root.addAppender(events);
    }

    @AfterEach
    void leave() {
        root.detachAppender(events);
        root.setLevel(before);
    }

    /** Threads, messages, what a layout may print of the MDC, and thrown exceptions. */
    private List<String> texts() {
        return events.list.stream()
                .flatMap(event -> Stream.concat(
                        Stream.of(
                                event.getThreadName(),
                                event.getFormattedMessage(),
                                event.getThrowableProxy() == null
                                        ? ""
                                        : event.getThrowableProxy().getMessage()),
                        event.getMDCPropertyMap().values().stream()))
                .toList();
    }

    private static String job(String jobClass) {
        return Serializers.GSON
                .encode(Map.of("class", jobClass, "args", List.of("argument" + HARM)))
                .text();
    }

    @Test
    void namesAndMessagesFromOutsideStayOnTheirLine() {
        try (WorkerFixture redis = new WorkerFixture()) {
            String queue = "q" + HARM;
            redis.push(queue, job("Known" + HARM));
            redis.push(queue, job("Unknown" + HARM));
            redis.redis.call("SADD", redis.key("queues"), queue);
            redis.push(queue, "no job" + HARM);
            redis.redis.call("SADD", redis.key("workers"), "gone:1:" + queue);
            redis.redis.call("HSET", redis.key("workers:heartbeat"), "gone:1:" + queue, "2020-01-01T00:00:00+00:00");
            redis.resque
                    .workerBuilder("*")
                    .register("Known" + HARM, () -> context -> {
                        throw new IllegalStateException("boom" + HARM);
                    })
                    .start();
            redis.awaitProcessed(3);
        }
        assertThat(texts()).anyMatch(text -> text.contains("gone:1:"));
        assertThat(texts()).anyMatch(text -> text.contains("boom\\n2026-01-01 INFO all is well\\r\\u001bc\\u202e"));
        assertThat(texts())
                .filteredOn(text -> text.contains("all is well"))
                .isNotEmpty()
                .allSatisfy(text -> assertThat(text).doesNotContain("\n", "\r", "\u001b", "\u202e"));
    }

    @Test
    void nothingLongIsWrittenWhole() {
        String large = "n".repeat(200_000);
        try (WorkerFixture redis = new WorkerFixture()) {
            redis.push(large, "{\"class\":\"Known" + large + "\",\"args\":[\"" + large + "\"]}");
            redis.push(large, "{\"class\":\"Unknown" + large + "\",\"args\":[]}");
            redis.push(large, "no job" + large);
            redis.redis.call("SADD", redis.key("queues"), large);
            redis.push(large, "{\"class\":\"Known" + large + "\",\"args\":[],\"id\":\"" + large + "\"}");
            redis.redis.call("SADD", redis.key("workers"), "gone:1:" + large);
            redis.redis.call("HSET", redis.key("workers:heartbeat"), "gone:1:" + large, "2020-01-01T00:00:00+00:00");
            redis.resque.listen(new ResqueListener() {
                @Override
                public void workerExit(List<String> ids) {
                    throw new IllegalStateException(large, new IllegalStateException(large));
                }
            });
            redis.resque
                    .workerBuilder("*")
                    .register("Known" + large, () -> context -> {
                        throw new IllegalStateException(large.repeat(10));
                    })
                    .start();
            redis.awaitProcessed(4);
        }
        assertThat(texts()).anyMatch(text -> text.contains("gone:1:"));
        assertThat(texts()).anyMatch(text -> text.contains("… (1999000 more characters)"));
        assertThat(texts()).allSatisfy(text -> assertThat(text).hasSizeLessThan(20_000));
    }

    @Test
    void thePasswordIsInNoLogNoMessageAndNoToString() {
        try (RedisServer server = RedisServer.start("--requirepass", SECRET);
                RespClient redis = server.client()) {
            String url = server.url();
            assertThat(url).contains(SECRET);
            StringBuilder told = new StringBuilder();
            try (Resque resque = Resque.builder().url(url).serializer("gson").build()) {
                Worker worker = resque.workerBuilder("q")
                        .register("Known", () -> context -> {
                            throw new IllegalStateException("boom");
                        })
                        .start();
                resque.enqueue("q", "Known");
                await().until(() -> "1".equals(redis.text("GET", "resque:stat:failed")));
                told.append(resque).append(worker).append(resque.inspector()).append(resque.failures());
                told.append(redis.texts("LRANGE", "resque:failed", "0", "-1"));
                redis.call("CONFIG", "SET", "requirepass", "another");
                redis.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
                await().until(() -> worker.redisError().toString().contains("WRONGPASS"));
                told.append(worker.redisError());
                try {
                    resque.enqueue("q", "Known");
                } catch (RuntimeException e) {
                    told.append(e).append(e.getCause());
                }
                redis.call("CONFIG", "SET", "requirepass", SECRET);
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> worker.redisError().isEmpty());
            }
            assertThat(told.toString()).contains("WRONGPASS").doesNotContain(SECRET);
        }
        assertThat(texts()).isNotEmpty().noneMatch(text -> text.contains(SECRET));
    }
}
