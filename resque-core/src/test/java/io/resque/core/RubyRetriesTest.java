package io.resque.core;

import static io.resque.core.CoreRedis.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.api.FailureFilter;
import io.resque.api.JobContext;
import io.resque.api.JobMatch;
import io.resque.api.Limit;
import io.resque.api.Retry;
import io.resque.api.RetryKeys;
import io.resque.api.spi.Payload;
import io.resque.tck.WireRule;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Our retries in the keys of Ruby's resque-retry, and retries of ours that Ruby's scheduler has moved. */
@Timeout(60)
class RubyRetriesTest {
    private static final Duration HOUR = Duration.ofHours(1);

    /** Of the arguments {@code ["io"]}. */
    private static final String IO = "A:5a258230180d9c643f761089d7e33b8b52288ed3";

    private final CoreRedis redis = new CoreRedis();
    private final Resque resque = redis.builder().build();
    private final List<Integer> attempts = Collections.synchronizedList(new ArrayList<>());
    private boolean succeeds;

    @AfterEach
    void clear() {
        resque.close();
        redis.clear();
    }

    private void run(JobContext job) throws Exception {
        attempts.add(job.attempt());
        if (!succeeds) {
            throw new IOException("no network");
        }
    }

    private void drain(Retry retry) throws InterruptedException {
        drain(resque, retry);
    }

    private void drain(Resque by, Retry retry) throws InterruptedException {
        by.workerBuilder("q").register("A", () -> this::run).retry("A", retry).drain();
    }

    private String text(String key) {
        return CLIENT.text("GET", redis.key(key));
    }

    private List<String> keysOfRetries() {
        return redis.dump().keySet().stream()
                .map(key -> key.substring(redis.key("").length()))
                .filter(key -> key.contains("resque-retry:") || key.contains("java:retry"))
                .sorted()
                .toList();
    }

    private String digest() {
        return keysOfRetries().stream()
                .filter(key -> key.startsWith("resque-retry:"))
                .findFirst()
                .orElseThrow()
                .substring("resque-retry:".length());
    }

    /** As a scheduler of Ruby does: the member that it does not know is gone. */
    private void movedByRuby() {
        resque.delayed().remove(JobMatch.of("B"));
        CLIENT.texts("ZRANGE", redis.key("delayed_queue_schedule"), 0, -1).forEach(second -> {
            for (String item : CLIENT.texts("LRANGE", redis.key("delayed:" + second), 0, -1)) {
                Map<?, ?> job = (Map<?, ?>) CoreRedis.JACKSON.decode(Payload.ofText(item));
                String stripped = CoreRedis.JACKSON
                        .encode(Map.of("class", job.get("class"), "args", job.get("args")))
                        .text();
                CLIENT.call("RPUSH", redis.key("queue:q"), stripped);
                CLIENT.call("DEL", redis.key("timestamps:" + item));
            }
            CLIENT.call("DEL", redis.key("delayed:" + second), redis.key("delayed_queue_schedule"));
        });
        CLIENT.call("SET", redis.key("java:retry_due:" + digest()), "1000", "KEEPTTL");
    }

    @Test
    @WireRule("W-695")
    void aRetryStandsInTheKeysOfRuby() throws Exception {
        resque.enqueue("q", "A", "io");
        drain(Retry.limit(2).fixed(HOUR));
        assertThat(keysOfRetries())
                .containsExactly("failure-resque-retry:" + IO, "java:retry_due:" + IO, "resque-retry:" + IO);
        assertThat(text("resque-retry:" + IO)).isEqualTo("0");
        Map<?, ?> failure = (Map<?, ?>) CoreRedis.JACKSON.decode(Payload.ofText(text("failure-resque-retry:" + IO)));
        assertThat(failure.get("exception")).isEqualTo("java.io.IOException");
        assertThat(failure.get("error")).isEqualTo("no network");
        assertThat(failure.get("queue")).isEqualTo("q");
        assertThat(failure.get("payload")).isEqualTo(Map.of("class", "A", "args", List.of("io")));
        assertThat(failure.get("failed_at").toString()).matches("\\d{4}/\\d\\d/\\d\\d \\d\\d:\\d\\d:\\d\\d");
        assertThat((List<?>) failure.get("backtrace")).isNotEmpty();
        assertThat(CLIENT.number("TTL", redis.key("resque-retry:" + IO))).isBetween(89_000L, 90_002L);
        resque.delayed().enqueueNow(JobMatch.of("A"));
        assertThat(keysOfRetries())
                .as("Ruby counts on from the number, and nobody can strip the payload any more")
                .containsExactly("failure-resque-retry:" + IO, "resque-retry:" + IO);
        drain(Retry.limit(2).fixed(Duration.ofDays(2)));
        assertThat(text("resque-retry:" + IO)).isEqualTo("1");
        assertThat(CLIENT.number("TTL", redis.key("resque-retry:" + IO)))
                .as("twice the delay after the retry, which is more than a day")
                .isBetween(6 * 86_400L - 60, 6 * 86_400L + 2);
        succeeds = true;
        resque.delayed().enqueueNow(JobMatch.of("A"));
        drain(Retry.limit(2).fixed(HOUR));
        assertThat(attempts).containsExactly(0, 1, 2);
        assertThat(keysOfRetries()).as("the job has ended").isEmpty();
    }

    @Test
    @WireRule("W-695")
    void aJobThatIsGivenUpLeavesNoKey() throws Exception {
        resque.enqueue("q", "A", "io");
        drain(Retry.limit(1));
        assertThat(attempts).containsExactly(0, 1);
        assertThat(keysOfRetries()).isEmpty();
    }

    @Test
    @WireRule("W-695")
    void aRetryThatRubyHasMovedCountsOn() throws Exception {
        Retry retry = Retry.limit(2).fixed(HOUR);
        resque.enqueue("q", "A", "io");
        drain(retry);
        movedByRuby();
        drain(retry);
        assertThat(text("resque-retry:" + IO)).as("the second run has failed").isEqualTo("1");
        movedByRuby();
        drain(retry);
        assertThat(resque.failures().count(FailureFilter.all()))
                .as("three runs, as the policy says")
                .isOne();
        assertThat(attempts).hasSize(3);
        assertThat(keysOfRetries()).isEmpty();
    }

    /** The member of the one delayed job. */
    private Map<?, ?> member() {
        String second = CLIENT.texts("ZRANGE", redis.key("delayed_queue_schedule"), 0, -1)
                .get(0);
        Map<?, ?> job = (Map<?, ?>)
                CoreRedis.JACKSON.decode(Payload.ofText(CLIENT.text("LINDEX", redis.key("delayed:" + second), 0)));
        return (Map<?, ?>) job.get("java_retry");
    }

    private void drainWithRate(Retry retry) {
        resque.workerBuilder("q")
                .register("A", () -> this::run)
                .retry("A", retry)
                .limit("A", Limit.rate(1, HOUR))
                .drain();
    }

    @Test
    @WireRule("W-695")
    void aRetryThatRubyHasMovedCountsOnAfterItHasWaitedForItsTurn() throws Exception {
        Retry retry = Retry.limit(1).fixed(HOUR);
        resque.enqueue("q", "A", "io");
        drainWithRate(retry);
        movedByRuby();
        drainWithRate(retry);
        assertThat(attempts).as("the rate is reached").hasSize(1);
        assertThat(member().get("attempt")).isEqualTo(1L);
        assertThat(member().get("ruby_args")).isEqualTo(IO.substring(2));
        assertThat(Long.parseLong(text("java:retry_due:" + IO)))
                .as("so that Ruby can move it again")
                .isGreaterThan(Instant.now().getEpochSecond());
        resque.delayed().enqueueNow(JobMatch.of("A"));
        drainWithRate(retry);
        assertThat(attempts).containsExactly(0, 1);
        assertThat(resque.failures().count(FailureFilter.all())).isOne();
        assertThat(keysOfRetries()).isEmpty();
    }

    @Test
    @WireRule("W-695")
    void aRetryThatRubyHasMovedCountsOnAfterItHasWaitedForItsClass() throws Exception {
        Retry retry = Retry.limit(1).fixed(HOUR);
        resque.enqueue("q", "A", "io");
        drain(retry);
        movedByRuby();
        resque.workerBuilder("q")
                .register("B", () -> this::run)
                .unknownJobs(UnknownJobs.waitFor(HOUR))
                .drain();
        assertThat(member().get("attempt")).isEqualTo(1L);
        assertThat(member().get("ruby_args")).isEqualTo(IO.substring(2));
        resque.delayed().enqueueNow(JobMatch.of("A"));
        drain(retry);
        assertThat(attempts).containsExactly(0, 1);
        assertThat(resque.failures().count(FailureFilter.all())).isOne();
        assertThat(keysOfRetries()).isEmpty();
    }

    @Test
    @WireRule("W-695")
    void anEqualJobThatIsNewCountsFromItsFirstRun() throws Exception {
        Retry retry = Retry.limit(2).fixed(HOUR);
        resque.enqueue("q", "A", "io");
        drain(retry);
        resque.enqueue("q", "A", "io");
        drain(retry);
        assertThat(text("resque-retry:" + IO))
                .as("the retry of the other job is not due yet")
                .isEqualTo("0");
        CLIENT.call("SET", redis.key("java:retry_due:" + IO), "1000", "KEEPTTL");
        resque.delayed().enqueueNow(JobMatch.of("A"));
        CLIENT.call("DEL", redis.key("queue:q"));
        resque.enqueue("q", "A", "io");
        drain(retry);
        assertThat(text("resque-retry:" + IO))
                .as("the retry of the other job was moved by ours, with its number")
                .isEqualTo("0");
    }

    @Test
    @WireRule("W-695")
    void aRetryThatIsTakenAwayLeavesNoKey() throws Exception {
        Retry retry = Retry.limit(2).fixed(HOUR);
        resque.enqueue("q", "A", "io");
        drain(retry);
        assertThat(resque.delayed().remove(JobMatch.of("A"))).isOne();
        assertThat(keysOfRetries()).isEmpty();
        resque.enqueue("q", "A", "io");
        drain(retry);
        assertThat(resque.delayed().clear()).isOne();
        assertThat(keysOfRetries()).isEmpty();
    }

    @Test
    @WireRule("W-695")
    void anotherTimeForARetryIsNoted() throws Exception {
        resque.enqueue("q", "A", "io");
        drain(Retry.limit(2).fixed(HOUR));
        Instant later = Instant.ofEpochSecond(Instant.now().getEpochSecond() + 7200);
        assertThat(resque.delayed().reschedule(later, JobMatch.of("A"))).isOne();
        assertThat(text("java:retry_due:" + IO)).isEqualTo(Long.toString(later.getEpochSecond()));
        assertThat(text("resque-retry:" + IO)).isEqualTo("0");
        resque.delayed().reschedule(Instant.EPOCH, JobMatch.of("A"));
        assertThat(text("java:retry_due:" + IO)).isNull();
    }

    @Test
    void withoutTheKeysAMoveTouchesNone() throws Exception {
        resque.enqueue("q", "A", "io");
        drain(Retry.limit(2).fixed(HOUR));
        String due = text("java:retry_due:" + IO);
        assertThat(due).isNotNull();
        try (Resque none = redis.builder().retryKeys(RetryKeys.NONE).build()) {
            Instant later = Instant.ofEpochSecond(Instant.now().getEpochSecond() + 7200);
            assertThat(none.delayed().reschedule(later, JobMatch.of("A"))).isOne();
            assertThat(text("java:retry_due:" + IO)).isEqualTo(due);
            assertThat(none.delayed().enqueueNow(JobMatch.of("A"))).isOne();
            assertThat(text("java:retry_due:" + IO)).isEqualTo(due);
            String item = CLIENT.text("LPOP", redis.key("queue:q")).replaceFirst("\\{", "{\"queue\":\"q\",");
            CLIENT.call("ZADD", redis.key("delayed_queue_schedule"), 1, 1);
            CLIENT.call("RPUSH", redis.key("delayed:1"), item);
            none.scheduler().start();
            await().until(() -> CLIENT.number("LLEN", redis.key("queue:q")) == 1);
        }
        assertThat(text("java:retry_due:" + IO)).isEqualTo(due);
    }

    @Test
    @WireRule("W-695")
    void theFailureIsSmall() throws Exception {
        resque.enqueue("q", "A", "io", "x".repeat(5000), "\u0001".repeat(300));
        drain(Retry.limit(2).fixed(HOUR));
        String failure = text("failure-resque-retry:" + digest());
        assertThat(failure).contains("\"args\":[]", "IOException").hasSizeLessThanOrEqualTo(4096);
    }

    @Test
    void theKeysAreAChoice() throws Exception {
        Retry retry = Retry.limit(2).fixed(HOUR);
        try (Resque none = redis.builder().retryKeys(RetryKeys.NONE).build();
                Resque young = redis.builder()
                        .configure(Map.of("retry-keys", "ruby-3.4"))
                        .build()) {
            resque.enqueue("q", "A", Map.of("a", 1));
            drain(none, retry);
            assertThat(keysOfRetries()).isEmpty();
            resque.enqueue("q", "A", Map.of("a", 1));
            drain(retry);
            assertThat(digest()).isEqualTo("A:74e70f6487a1f3bc358cf155058e625ad786257c");
            resque.delayed().clear();
            resque.enqueue("q", "A", Map.of("a", 1));
            drain(young, retry);
            assertThat(digest()).isEqualTo("A:342fb50929094725e6fa3d1f9d5c8dad72bf68e2");
        }
    }

    @Test
    void withoutTheKeysWhatAPayloadSaysOfThemWritesNothing() throws Exception {
        CLIENT.call("SET", redis.key("resque-retry:" + IO), "7");
        String again = "{\"class\":\"A\",\"args\":[\"io\"],\"java_retry\":{\"attempt\":1,\"ruby_args\":\""
                + IO.substring(2) + "\"}}";
        try (Resque none = redis.builder().retryKeys(RetryKeys.NONE).build()) {
            CLIENT.call("RPUSH", redis.key("queue:q"), again);
            drain(none, Retry.limit(3).fixed(HOUR));
            assertThat(keysOfRetries()).containsExactly("resque-retry:" + IO);
            CLIENT.call("RPUSH", redis.key("queue:q"), again);
            drain(none, Retry.limit(1));
            CLIENT.call("RPUSH", redis.key("queue:q"), again);
            succeeds = true;
            drain(none, Retry.limit(3));
        }
        assertThat(attempts).containsExactly(1, 1, 1);
        assertThat(text("resque-retry:" + IO)).isEqualTo("7");
    }
}
