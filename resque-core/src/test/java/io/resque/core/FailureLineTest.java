package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.read.ListAppender;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A failing job is seen, whatever logs. */
class FailureLineTest {
    private static final class Boom {
        private Boom() {}

        static void now() {
            throw new IllegalStateException("bad", new IllegalArgumentException("why\nnot"));
        }
    }

    @Test
    void theLineOfAFailureHasItsStackTraceAndItsCause() {
        Logger logger = (Logger) LoggerFactory.getLogger(Worker.class);
        ListAppender<ILoggingEvent> events = new ListAppender<>();
        events.start();
        logger.setLevel(Level.WARN);
        logger.addAppender(events);
        try (WorkerFixture redis = new WorkerFixture()) {
            redis.resque.enqueue("q", "Bad");
            redis.resque
                    .workerBuilder("q")
                    .register("Bad", () -> context -> Boom.now())
                    .drain();
        } finally {
            logger.detachAppender(events);
            logger.setLevel(null);
        }
        assertThat(events.list).singleElement().satisfies(event -> {
            assertThat(event.getFormattedMessage())
                    .isEqualTo("Bad of q failed with java.lang.IllegalStateException: bad");
            IThrowableProxy thrown = event.getThrowableProxy();
            assertThat(thrown.getMessage()).isEqualTo("java.lang.IllegalStateException: bad");
            assertThat(thrown.getStackTraceElementProxyArray()[0].getStackTraceElement())
                    .satisfies(frame -> {
                        assertThat(frame.getClassName()).endsWith(Boom.class.getName());
                        assertThat(frame.getMethodName()).isEqualTo("now");
                        assertThat(frame.getFileName()).isEqualTo("FailureLineTest.java");
                        assertThat(frame.getLineNumber()).isPositive();
                    });
            assertThat(thrown.getCause().getMessage()).isEqualTo("java.lang.IllegalArgumentException: why\\nnot");
        });
    }

    /** A program without a provider of slf4j, with two jobs that fail. */
    static final class WithoutProvider {
        private WithoutProvider() {}

        public static void main(String[] args) {
            try (Resque resque = Resque.builder()
                    .url(args[0])
                    .namespace(args[1])
                    .backend("jedis")
                    .serializer("gson")
                    .build()) {
                resque.enqueue("mail", "Bad");
                resque.enqueue("mail", "Bad");
                resque.workerBuilder("mail")
                        .register("Bad", () -> context -> Boom.now())
                        .drain();
            }
        }
    }

    @Test
    void withoutAProviderOneLineOnStandardErrorSaysWhereFailuresAre() throws Exception {
        CoreRedis redis = new CoreRedis();
        String classes = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(each -> !each.contains("logback"))
                .collect(Collectors.joining(File.pathSeparator));
        Process process = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-cp",
                        classes,
                        WithoutProvider.class.getName(),
                        CoreRedis.SERVER.url(),
                        redis.namespace)
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(printed).isZero();
        assertThat(CoreRedis.CLIENT.number("LLEN", redis.key("failed"))).isEqualTo(2);
        assertThat(printed.lines().filter(line -> !line.startsWith("SLF4J")))
                .containsExactly(
                        "Resque: a job of mail failed with java.lang.IllegalStateException: bad. Failed jobs are in"
                                + " Redis: resque.failures() and \"bin/resque failed\" list them. Nothing is logged, for no slf4j"
                                + " provider is on the class path: add one, such as org.slf4j:slf4j-simple, to see each failure");
        redis.clear();
    }
}
