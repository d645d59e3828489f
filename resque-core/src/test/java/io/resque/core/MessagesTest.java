package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.ConfigurationException;
import io.resque.api.InvalidJobException;
import io.resque.api.Job;
import io.resque.api.JobMatch;
import io.resque.api.JobSpec;
import io.resque.api.spi.WireTimes;
import io.resque.tck.RedisServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user reads who made a mistake: what is wrong, and the way out. */
class MessagesTest {
    private final CoreRedis redis = new CoreRedis();

    private static void says(ThrowingCallable mistake, Class<? extends Throwable> type, String message) {
        assertThatThrownBy(mistake).isInstanceOf(type).hasMessage(message);
    }

    private static Job nothing() {
        return context -> {};
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "htp://x| \"htp://x\" is not a Redis URL: it begins with none of redis://, rediss://, tcp://, unix:// and redis-sentinel://.",
                "redis://host:port| \"redis://host:***\" is not a Redis URL: the port is not a number of up to five digits; a password ends with an @.",
                "redis://host:6379/first| \"redis://host:6379/first\" is not a Redis URL: the database is \"first\", not a number.",
                "redis://| \"redis://\" is not a Redis URL: it names no host.",
                "redis://me:secret@host:x| \"redis://***@host:x\" is not a Redis URL: the port is \"x\", not a number."
            })
    void wrongUrl(String url, String message) {
        says(
                () -> redis.builder().url(url).build(),
                ConfigurationException.class,
                message + " Use redis://user:password@host:port/db, rediss:// for TLS, or host:port");
    }

    @Test
    void emptyUrl() {
        says(
                () -> redis.builder().url(" ").build(),
                ConfigurationException.class,
                "The URL is empty. Give one such as redis://localhost:6379/0");
    }

    @Test
    void noRedisAtThePort() throws IOException {
        String endpoint = "127.0.0.1:" + EnqueueTest.closedPort();
        String message = "Cannot reach Redis at \\Q" + endpoint
                + "\\E/0 \\([^\\n]+\\); start it there, or give the URL of yours, redis://host:port/db";
        try (Resque resque = redis.builder().url("redis://" + endpoint).build()) {
            WorkerBuilder worker = resque.workerBuilder("default").register("My_Job", MessagesTest::nothing);
            for (ThrowingCallable call : List.<ThrowingCallable>of(
                    () -> resque.enqueue("default", "My_Job"), () -> resque.status("x"), worker::start)) {
                assertThatThrownBy(call)
                        .isInstanceOf(BackendUnavailableException.class)
                        .hasMessageMatching(message);
            }
        }
    }

    @Test
    void wrongPassword() {
        try (RedisServer secret = RedisServer.start("--requirepass", "open")) {
            String endpoint = "127.0.0.1:" + secret.port();
            String wayOut =
                    " — give the right password in the URL, redis://:password@host or redis://user:password@host";
            try (Resque resque =
                    redis.builder().url("redis://:hunter2@" + endpoint).build()) {
                assertThatThrownBy(() -> resque.enqueue("default", "My_Job"))
                        .isInstanceOf(BackendException.class)
                        .isNotInstanceOf(BackendUnavailableException.class)
                        .hasMessageStartingWith("Redis at " + endpoint + "/0 answered: WRONGPASS ")
                        .hasMessageEndingWith(wayOut)
                        .hasMessageNotContaining("hunter2");
            }
            try (Resque resque = redis.builder().url(endpoint).build()) {
                assertThatThrownBy(() -> resque.enqueue("default", "My_Job"))
                        .isInstanceOf(BackendException.class)
                        .hasMessageStartingWith("Redis at " + endpoint + "/0 answered: NOAUTH ")
                        .hasMessageEndingWith(wayOut);
            }
        }
    }

    @Test
    void noAdapters() throws IOException {
        try (URLClassLoader empty = new URLClassLoader(new URL[0], ClassLoader.getPlatformClassLoader())) {
            says(
                    () -> Resque.builder().classLoader(empty).build(),
                    ConfigurationException.class,
                    "No serializer is on the class path. Add io.resque:resque-serialization-gson or "
                            + "io.resque:resque-serialization-jackson; in a shaded jar, merge the files in META-INF/services");
            says(
                    () -> Resque.builder()
                            .classLoader(empty)
                            .serializer(CoreRedis.GSON)
                            .build(),
                    ConfigurationException.class,
                    "No backend is on the class path. Add io.resque:resque-backend-jedis or io.resque:resque-backend-lettuce; "
                            + "in a shaded jar, merge the files in META-INF/services");
        }
    }

    @Test
    void workerWithoutJobs() {
        try (Resque resque = redis.builder().build()) {
            says(
                    () -> resque.workerBuilder("high", "low").start(),
                    ConfigurationException.class,
                    "No job is registered, so every job in \"high,low\" would fail; register one: "
                            + "resque.workerBuilder(\"high,low\").register(\"My_Job\", MyJob::new)");
        }
        assertThat(redis.dump()).isEmpty();
    }

    @Test
    void workerWithOddSettings() {
        try (Resque resque = redis.builder().build()) {
            WorkerBuilder worker = resque.workerBuilder("default").register("My_Job", MessagesTest::nothing);
            says(() -> worker.concurrency(0), IllegalArgumentException.class, "concurrency must be at least 1, was 0");
            says(
                    () -> worker.stopTimeout(Duration.ofSeconds(-1)),
                    IllegalArgumentException.class,
                    "stopTimeout must not be less than zero, was PT-1S");
            says(
                    () -> worker.stopTimeout(WireTimes.LONGEST.plusSeconds(1)),
                    IllegalArgumentException.class,
                    "stopTimeout must be at most 36500 days, was PT876000H1S");
            says(() -> resque.dequeue("default", null), NullPointerException.class, "match");
            says(
                    () -> worker.register("My_Job", MessagesTest::nothing),
                    IllegalArgumentException.class,
                    "A job is registered for \"My_Job\" already");
            says(
                    () -> worker.register(" ", MessagesTest::nothing),
                    IllegalArgumentException.class,
                    "A job cannot be registered under an empty name");
            says(
                    resque::workerBuilder,
                    ConfigurationException.class,
                    "A worker needs a queue: name one, such as default, or * for all");
            says(
                    () -> resque.workerBuilder("!low"),
                    ConfigurationException.class,
                    "A worker needs a queue: name one, such as default, or * for all; exclusions " + "alone name none");
        }
    }

    @Test
    void aBuilderThatHasStartedAWorker() {
        try (Resque resque = redis.builder().build()) {
            WorkerBuilder worker = resque.workerBuilder("default").register("My_Job", MessagesTest::nothing);
            worker.drain();
            says(
                    worker::start,
                    IllegalStateException.class,
                    "This builder has started a worker of \"default\" already; begin another one by resque.workerBuilder(…), or "
                            + "give this one more concurrency");
        }
    }

    @Test
    void virtualThreadsNeedJava21() {
        if (Runtime.version().feature() >= 21) {
            System.out.println("SKIPPED virtualThreadsNeedJava21: this is Java " + Runtime.version());
            Assumptions.abort("this Java has virtual threads");
        }
        try (Resque resque = redis.builder().build()) {
            WorkerBuilder worker = resque.workerBuilder("default")
                    .register("My_Job", MessagesTest::nothing)
                    .virtualThreads();
            says(
                    worker::start,
                    ConfigurationException.class,
                    "Virtual threads need Java 21 or later; this is " + Runtime.version()
                            + ". Leave virtualThreads() out");
        }
        assertThat(redis.dump()).isEmpty();
    }

    @Test
    void oddDurations() {
        says(
                () -> redis.builder().statusExpiry(Duration.ofMillis(999)),
                IllegalArgumentException.class,
                "statusExpiry must be at least a second, was PT0.999S");
        says(
                () -> redis.builder().heartbeatInterval(Duration.ZERO),
                IllegalArgumentException.class,
                "heartbeatInterval must be at least a second, was PT0S");
        says(
                () -> redis.builder().heartbeatInterval(Duration.ofSeconds(61)),
                IllegalArgumentException.class,
                "heartbeatInterval must be at most a minute, was PT1M1S");
    }

    @Test
    void closedResque() {
        Resque resque = redis.builder().build();
        resque.close();
        resque.close();
        says(
                () -> resque.enqueue("default", "My_Job"),
                BackendException.class,
                "The connection to Redis at " + CoreRedis.SERVER.host() + ":" + CoreRedis.SERVER.port()
                        + "/0 has been closed, as Resque.close does it; open another by Resque.connect or Resque.builder()");
    }

    @Test
    void nullIsNamed() {
        try (Resque resque = redis.builder().build()) {
            WorkerBuilder worker = resque.workerBuilder("default");
            String array = "args is null; for one argument that is null write (Object) null";
            says(() -> resque.enqueue("default", "My_Job", (Object[]) null), NullPointerException.class, array);
            says(() -> JobMatch.of("My_Job").withArgs((Object[]) null), NullPointerException.class, array);
            says(() -> resque.enqueue("default", (JobSpec) null), NullPointerException.class, "job");
            says(
                    () -> resque.enqueueAll("default", (java.util.List<io.resque.api.JobSpec>) null),
                    NullPointerException.class,
                    "jobs");
            says(() -> resque.status(null), NullPointerException.class, "token");
            says(() -> resque.stopTracking(null), NullPointerException.class, "token");
            says(() -> resque.follow("x", null, status -> {}), NullPointerException.class, "timeout");
            says(() -> resque.follow("x", Duration.ZERO, null), NullPointerException.class, "onChange");
            says(() -> resque.inspector().peek(null, 0, 1), NullPointerException.class, "queue");
            says(() -> resque.inspector().worker(null), NullPointerException.class, "id");
            says(() -> resque.workerBuilder((String) null), NullPointerException.class, "queue");
            says(() -> worker.jobTimeout(null), NullPointerException.class, "jobTimeout");
            says(() -> worker.register(null, MessagesTest::nothing), NullPointerException.class, "jobClass");
            says(() -> redis.builder().statusExpiry(null), NullPointerException.class, "statusExpiry");
        }
    }

    /** Redis refuses such an expiry at the end of each job, and a worker would try for ever. */
    @Test
    void timesThatNobodyCanCount() {
        Duration tooLong = Duration.ofSeconds(Long.MAX_VALUE);
        String message = " must be at most 36500 days, was " + tooLong;
        says(() -> redis.builder().statusExpiry(tooLong), IllegalArgumentException.class, "statusExpiry" + message);
        says(() -> redis.builder().failureAge(tooLong), IllegalArgumentException.class, "failureAge" + message);
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                String.class,
                Integer.class,
                int.class,
                Double.class,
                BigInteger.class,
                ArrayList.class,
                Map.class
            })
    void aConverterThatWouldNeverBeAsked(Class<?> type) {
        says(
                () -> redis.builder().argument(type, value -> "x"),
                IllegalArgumentException.class,
                type.getTypeName()
                        + " is sent as JSON as it is, so that no converter is asked; register one for a class of yours");
    }

    @Test
    void anArrayAsAnArgument() {
        try (Resque resque = redis.builder().build()) {
            says(
                    () -> resque.enqueue("default", "My_Job", (Object) new int[] {1}),
                    InvalidJobException.class,
                    "Argument 0 of My_Job is an int[], which JSON does not have; send a List, or register a converter by "
                            + "Resque.builder().argument(int[].class, …)");
        }
    }
}
