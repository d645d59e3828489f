package io.resque.core;

import static io.resque.core.CoreRedis.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.FailedJob;
import io.resque.api.FailureFilter;
import io.resque.api.Job;
import io.resque.api.JobMatch;
import io.resque.api.Retry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What users of other libraries have reported of retries, done here. The table of {@code docs/retry.md} names the threads. */
@Timeout(60)
class RetryThreadsTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final CoreRedis redis = new CoreRedis();
    private final Resque resque = redis.builder().build();

    @AfterEach
    void clear() {
        resque.close();
        redis.clear();
    }

    private WorkerBuilder worker(Retry retry, Job job) {
        return resque.workerBuilder("q").register("A", () -> job).retry("A", retry);
    }

    private List<FailedJob> failures() {
        return resque.failures().oldest(FailureFilter.all(), 0, 10);
    }

    private List<String> keysOfRuby() {
        return redis.dump().keySet().stream()
                .filter(key -> key.contains("resque-retry:") || key.contains("java:retry"))
                .toList();
    }

    /** resque-retry 155 and 111: the key of a job whose arguments were changed was another one, and stayed for ever. */
    @Test
    void aJobThatChangesItsArgumentsLeavesNoKey() throws Exception {
        resque.enqueue("q", "A", Map.of("timestamp", "2019-01-10"));
        Job job = context -> {
            Map<?, ?> mine = context.args().get(0, HashMap.class);
            mine.clear();
            throw new IOException("no network");
        };
        worker(Retry.limit(2).fixed(HOUR), job).drain();
        assertThat(keysOfRuby()).hasSize(3);
        for (int i = 0; i < 2; i++) {
            resque.delayed().enqueueNow(JobMatch.of("A"));
            worker(Retry.limit(2).fixed(HOUR), job).drain();
        }
        assertThat(failures()).hasSize(1);
        assertThat(keysOfRuby()).isEmpty();
    }

    /** An exception of a careless author. */
    private static final class Careless extends Exception {
        private static final long serialVersionUID = 1L;
        private final boolean throwsToo;

        private Careless(boolean throwsToo) {
            this.throwsToo = throwsToo;
        }

        @Override
        public @Nullable String getMessage() {
            if (throwsToo) {
                throw new IllegalStateException("no message");
            }
            return null;
        }
    }

    /** sidekiq 2707 and 4138: an exception without a message was an error within the retry, and the job was lost. */
    @Test
    void anExceptionWithoutAMessageIsRetried() throws Exception {
        for (boolean throwsToo : new boolean[] {false, true}) {
            resque.enqueue("q", "A", throwsToo);
        }
        worker(Retry.limit(1).fixed(HOUR), context -> {
                    throw new Careless(context.args().get(0, boolean.class));
                })
                .drain();
        assertThat(resque.delayed().retries().count()).isEqualTo(2);
        assertThat(failures()).isEmpty();
    }

    /** sidekiq 1843 and 3952: a message was as large as the statement that failed; one that was no UTF-8 was retried for ever. */
    @Test
    void aMessageThatIsHugeOrNoTextIsKeptSmall() throws Exception {
        resque.enqueue("q", "A");
        worker(Retry.limit(1).fixed(HOUR), context -> {
                    throw new IOException("\uD800 INSERT " + "x".repeat(5_000_000));
                })
                .drain();
        assertThat(resque.delayed().retries().jobs().toList()).singleElement().satisfies(job -> {
            assertThat(job.job().raw()).hasSizeLessThan(1_000);
            assertThat(job.lastFailure().orElseThrow().message()).startsWith("? INSERT x");
        });
        redis.dump()
                .forEach((key, value) -> assertThat(value.toString()).as(key).hasSizeLessThan(5_000));
        resque.delayed().enqueueNow(JobMatch.of("A"));
        worker(Retry.limit(1).fixed(HOUR), context -> {}).drain();
        assertThat(failures()).isEmpty();
        assertThat(resque.delayed().count()).isZero();
    }

    /** sidekiq 4703: a dead job whose class was removed was lost when somebody retried it. */
    @Test
    void aFailureOfAClassThatIsGoneIsNotLost() throws Exception {
        resque.enqueue("q", "A", 1);
        worker(Retry.limit(1), context -> {
                    throw new IOException("no network");
                })
                .drain();
        resque.failures().retryAndRemoveAll(FailureFilter.all());
        resque.workerBuilder("q").register("B", () -> context -> {}).drain();
        assertThat(failures())
                .singleElement()
                .satisfies(failed -> assertThat(failed.jobClass()).isEqualTo("A"));
    }

    /** resque-retry 60 and 113: with a delay nothing was retried, since no scheduler ran. */
    @Test
    void aDelayNeedsNoOtherProcess() throws Exception {
        CountDownLatch runs = new CountDownLatch(2);
        resque.enqueue("q", "A");
        try (Worker worker = worker(Retry.limit(1).fixed(Duration.ofSeconds(1)), context -> {
                    runs.countDown();
                    throw new IOException("no network");
                })
                .start()) {
            assertThat(runs.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(worker.redisError()).isEmpty();
        }
        assertThat(failures()).hasSize(1);
    }

    /** resque-retry 47 and 12: each run that failed was one more failure. */
    @Test
    void aJobIsOneFailureHoweverOftenItFailed() throws Exception {
        List<Integer> attempts = Collections.synchronizedList(new ArrayList<>());
        resque.enqueue("q", "A");
        worker(Retry.limit(9), context -> {
                    attempts.add(context.attempt());
                    throw new IOException("no network");
                })
                .drain();
        assertThat(attempts).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(failures()).hasSize(1);
        assertThat(CLIENT.text("GET", redis.key("stat:failed"))).isEqualTo("1");
    }
}
