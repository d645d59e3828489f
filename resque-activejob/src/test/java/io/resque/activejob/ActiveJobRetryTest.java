package io.resque.activejob;

import static io.resque.activejob.RailsRedis.hash;
import static io.resque.activejob.RailsRedis.hashOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.resque.api.FailedJob;
import io.resque.api.FailureFilter;
import io.resque.api.JobEnd;
import io.resque.api.JobFailure;
import io.resque.api.JobInfo;
import io.resque.api.ResqueListener;
import io.resque.api.Retry;
import io.resque.core.Resque;
import io.resque.tck.WireRule;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Retries of jobs of ActiveJob, which count in their hash. */
@Timeout(60)
class ActiveJobRetryTest {
    private static final Retry HOURLY =
            Retry.limit(2).fixed(Duration.ofHours(1)).countedAs("AppError");

    private final RailsRedis redis = new RailsRedis();
    private final Resque resque = redis.builder().build();
    private final List<JobEnd.Kind> ends = new ArrayList<>();
    private final List<String> givenUp = new ArrayList<>();

    @AfterEach
    void clear() {
        resque.close();
        redis.clear();
    }

    private void work(ActiveJobHandlers handlers) {
        ResqueListener listener = new ResqueListener() {
            @Override
            public void jobEnded(String worker, JobInfo job, JobEnd end) {
                ends.add(end.kind());
            }

            @Override
            public void gaveUp(String worker, JobInfo job, JobFailure last) {
                givenUp.add(job.innerClass() + ": " + last.message());
            }
        };
        resque.listen(listener);
        resque.workerBuilder("default", "slow").module(handlers).drain();
        resque.stopListening(listener);
    }

    private static ActiveJobHandlers failing(Retry retry) {
        return ActiveJobs.handlers()
                .on("FailJob", job -> {
                    throw new IOException("no network");
                })
                .retry("FailJob", retry);
    }

    @Test
    @WireRule("W-832")
    void theNextRunIsAnItemThatRailsCanRun() {
        Map<String, Object> given = hash("FailJob", 1L);
        given.put("trace_id", "abc");
        given.put("arguments", List.of(Map.of("_aj_serialized", "MoneySerializer", "x", 1L)));
        redis.push(given);
        work(failing(HOURLY));

        assertThat(redis.failures()).isEmpty();
        assertThat(redis.stat("processed")).isEqualTo(1);
        assertThat(redis.stat("failed")).isZero();
        assertThat(ends).containsExactly(JobEnd.Kind.RETRIED);
        assertThat(givenUp).isEmpty();
        Map<String, Object> next = hashOf(redis.delayed().get(0));
        assertThat(next)
                .containsEntry("executions", 1L)
                .containsEntry("exception_executions", Map.of("[AppError]", 1L));
        Instant due = Instant.parse((String) next.get("scheduled_at"));
        Instant now = Instant.parse((String) next.get("enqueued_at"));
        assertThat(Duration.between(now, due)).isBetween(Duration.ofHours(1), Duration.ofSeconds(3601));
        assertThat((String) next.get("scheduled_at")).hasSize(30);
        assertThat(redis.delayed().get(0)).endsWith(",\"queue\":\"default\"}");
        assertThat(RailsRedis.CLIENT.texts("ZRANGE", redis.key("delayed_queue_schedule"), 0, -1))
                .containsExactly(Long.toString(due.getEpochSecond()));
        Map<String, Object> rest = new LinkedHashMap<>(next);
        Map<String, Object> before = new LinkedHashMap<>(given);
        for (String changed : List.of("executions", "exception_executions", "enqueued_at", "scheduled_at")) {
            rest.remove(changed);
            before.remove(changed);
        }
        assertThat(rest).isEqualTo(before);
        assertThat(rest.keySet()).containsExactlyElementsOf(before.keySet());
    }

    @Test
    @WireRule({"W-833", "W-834"})
    void aJobThatHasUsedUpItsAttemptsIsAFailureAsRailsWritesIt() {
        Map<String, Object> given = hash("FailJob", 1L);
        given.put("executions", 2L);
        given.put("exception_executions", Map.of("[AppError]", 2L));
        redis.push(given);
        work(failing(HOURLY));

        assertThat(redis.delayed()).isEmpty();
        given.put("exception_executions", Map.of("[AppError]", 3L));
        assertThat(hashOf(redis.failures().get(0))).isEqualTo(given);
        assertThat(redis.stat("failed")).isEqualTo(1);
        assertThat(givenUp).containsExactly("FailJob: no network");
    }

    @Test
    @WireRule("W-833")
    void eachRuleHasItsCounter() {
        Retry retry = Retry.limit(1).on(FileNotFoundException.class, Retry.limit(3));
        Map<String, Object> given = hash("FailJob", 1L);
        given.put("exception_executions", Map.of("[java.io.FileNotFoundException]", 3L));
        redis.push(given);
        work(failing(retry));
        assertThat(hashOf(redis.failures().get(0)).get("exception_executions"))
                .isEqualTo(Map.of("[java.io.FileNotFoundException]", 3L, "[java.lang.Throwable]", 2L));
        assertThat(ends).containsExactly(JobEnd.Kind.RETRIED, JobEnd.Kind.FAILED);
    }

    @Test
    void polynomialDelaysAreThoseOfRails() {
        assertThat(Retry.limit(5).polynomial().rule().delays())
                .extracting(Duration::toSeconds)
                .containsExactly(3L, 18L, 83L, 258L, 627L);
        assertThat(Retry.limit(Integer.MAX_VALUE).polynomial().rule().delays()).hasSize(236);
        Retry read =
                Retry.ofTree(HOURLY.on("A", Retry.limit(1).countedAs("B", "C")).toTree());
        assertThat(read.rule().counter()).contains("[AppError]");
        assertThat(read.rules().get("A").counter()).contains("[B, C]");
    }

    @Test
    void jitterOnlyMakesADelayLonger() {
        for (int i = 0; i < 20; i++) {
            redis.push(hash("FailJob", i));
        }
        work(failing(Retry.limit(1).fixed(Duration.ofSeconds(1000)).jitter(0.15)));
        assertThat(redis.delayed()).hasSize(20).allSatisfy(item -> {
            Map<String, Object> next = hashOf(item);
            Duration wait = Duration.between(
                    Instant.parse((String) next.get("enqueued_at")), Instant.parse((String) next.get("scheduled_at")));
            assertThat(wait).isBetween(Duration.ofSeconds(1000), Duration.ofSeconds(1151));
        });
        assertThat(redis.delayed().stream()
                        .map(item -> hashOf(item).get("scheduled_at"))
                        .distinct()
                        .count())
                .isGreaterThan(2);
    }

    @Test
    void aRetryGoesToTheQueueOfTheJobOrOfItsPolicy() {
        Map<String, Object> given = hash("FailJob", 1L);
        given.put("queue_name", "other");
        redis.push(given);
        work(failing(HOURLY));
        assertThat(redis.delayed().get(0)).endsWith(",\"queue\":\"other\"}");
        redis.makeDue();
        RailsRedis.CLIENT.call("DEL", redis.key("delayed:1"), redis.key("delayed_queue_schedule"));
        redis.push(given);
        work(failing(HOURLY.queue("slow")));
        assertThat(hashOf(redis.delayed().get(0))).containsEntry("queue_name", "slow");
        given.put("queue_name", null);
        RailsRedis.CLIENT.deleteKeys(redis.key("delayed"));
        redis.push(given);
        work(failing(HOURLY));
        assertThat(hashOf(redis.delayed().get(0))).containsEntry("queue_name", "default");
    }

    @Test
    void aHandlerCanAskForAnotherRun() {
        redis.push(hash("AgainJob"));
        List<Integer> runs = new ArrayList<>();
        ActiveJobHandlers handlers = ActiveJobs.handlers().on("AgainJob", job -> {
            runs.add(job.executions());
            if (job.executions() == 1) {
                throw job.retryIn(Duration.ZERO);
            } else if (job.executions() == 2) {
                throw job.retryIn(Duration.ofMinutes(5), "slow");
            }
        });
        work(handlers);
        assertThat(runs).containsExactly(1, 2);
        assertThat(hashOf(redis.delayed().get(0)))
                .containsEntry("executions", 2L)
                .containsEntry("exception_executions", Map.of())
                .containsEntry("queue_name", "slow");
        redis.makeDue();
        work(handlers);
        assertThat(runs).containsExactly(1, 2, 3);
        assertThat(redis.failures()).isEmpty();
        assertThat(ends).containsExactly(JobEnd.Kind.RETRIED, JobEnd.Kind.RETRIED, JobEnd.Kind.COMPLETED);
    }

    /** Otherwise the next run would pass over the rate. */
    @Test
    void aTurnInARateIsThatOfOneRun() {
        String turn = ",\"java_retry\":{\"attempt\":0,\"turn\":true";
        String job = RailsRedis.payload(hash("FailJob"));
        redis.push("default", job.substring(0, job.length() - 1) + turn + "}}");
        work(failing(HOURLY));
        assertThat(redis.delayed())
                .hasSize(1)
                .allSatisfy(item -> assertThat(item).doesNotContain("java_retry"));

        RailsRedis.CLIENT.deleteKeys(redis.key("delayed"));
        redis.push(
                "default",
                job.substring(0, job.length() - 1) + turn + ",\"policy\":{\"limit\":7,\"delays\":[1000000]}}}");
        work(failing(HOURLY));
        assertThat(redis.delayed())
                .singleElement()
                .satisfies(item -> assertThat(item)
                        .contains("\"java_retry\":{\"policy\":{\"limit\":7,\"delays\":[1000000]}}")
                        .contains("[java.lang.Throwable]"));
    }

    @Test
    void aDiscardedJobIsNoFailure() {
        redis.push(hash("FailJob"));
        work(failing(HOURLY).discard("FailJob", IOException.class));
        assertThat(redis.failures()).isEmpty();
        assertThat(redis.delayed()).isEmpty();
        assertThat(redis.stat("processed")).isEqualTo(1);
    }

    @Test
    void aRetriedFailureHasItsAttemptsAgainIfThatIsWanted() {
        Map<String, Object> given = hash("FailJob", 1L);
        given.put("executions", 2L);
        given.put("exception_executions", Map.of("[AppError]", 2L));
        redis.push(given);
        work(failing(HOURLY));
        FailedJob failure = resque.failures()
                .newest(FailureFilter.all().activeJobId((String) given.get("job_id")), 0, 9)
                .get(0);
        assertThat(resque.failures().retryAndRemove(failure)).isTrue();
        work(failing(HOURLY)); // as Ruby's page does: no attempt is left
        assertThat(hashOf(redis.failures().get(0)).get("exception_executions")).isEqualTo(Map.of("[AppError]", 4L));

        assertThat(resque.failures()
                        .resettingAttempts()
                        .retryAll(FailureFilter.all().innerClass("FailJob")))
                .isEqualTo(1);
        assertThat(hashOf(redis.list("queue:default").get(0)))
                .contains(entry("executions", 0L), entry("exception_executions", Map.of()));
        work(failing(HOURLY));
        assertThat(redis.delayed()).hasSize(1);
    }

    /** Its keys would be made of the hash, which is another one in each run. */
    @Test
    void nothingIsWrittenForRubysResqueRetry() {
        redis.push(hash("FailJob"));
        work(failing(HOURLY));
        assertThat(RailsRedis.CLIENT.keys(redis.key("*retry*"))).isEmpty();
    }

    @Test
    void rubyAndJavaCountOnWhereTheOtherStopped() {
        List<Integer> runs = new ArrayList<>();
        ActiveJobHandlers handlers = ActiveJobs.handlers()
                .on("LiveRetryJob", job -> {
                    runs.add(job.executions());
                    throw new IllegalStateException("live");
                })
                .retry(
                        "LiveRetryJob",
                        Retry.limit(5).fixed(Duration.ofSeconds(1)).countedAs("AppError"));
        // As recorded of Rails 7.2: a second and a third run, each with one more of both counters.
        Map<String, Object> job = hash("LiveRetryJob");
        redis.push(job);
        for (int turn = 0; turn < 5; turn++) {
            if (turn % 2 == 0) {
                work(handlers);
                assertThat(redis.failures()).isEmpty();
                job = new LinkedHashMap<>(hashOf(redis.delayed().get(0)));
                redis.makeDue();
                RailsRedis.CLIENT.deleteKeys(redis.key("delayed"));
            } else {
                job.put("executions", (Long) job.get("executions") + 1);
                job.put("exception_executions", Map.of("[AppError]", job.get("executions")));
            }
            assertThat(job)
                    .containsEntry("executions", turn + 1L)
                    .containsEntry("exception_executions", Map.of("[AppError]", turn + 1L));
            if (turn % 2 == 1) {
                redis.push(job);
            }
        }
        redis.push(job);
        work(handlers);
        assertThat(runs).containsExactly(1, 3, 5, 6);
        assertThat(hashOf(redis.failures().get(0)))
                .containsEntry("executions", 5L)
                .containsEntry("exception_executions", Map.of("[AppError]", 6L));
    }
}
