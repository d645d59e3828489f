package io.resque.core.internal.schedule;

import static io.resque.core.internal.schedule.RecurringFixture.ago;
import static io.resque.core.internal.schedule.RecurringFixture.entry;
import static io.resque.core.internal.schedule.RecurringFixture.now;
import static io.resque.core.internal.schedule.RecurringFixture.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.BackendUnavailableException;
import io.resque.api.DontCreateException;
import io.resque.api.JobInfo;
import io.resque.api.ResqueListener;
import io.resque.api.spi.ForeignLocks;
import io.resque.core.CapturedLog;
import io.resque.core.CoreRedis;
import io.resque.core.Worker;
import io.resque.tck.FaultProxy;
import io.resque.tck.WireRule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RecurringPassTest {
    private static final String JOB = "{\"class\":\"A\",\"args\":[1,\"x\"]}";
    private static final String HOURLY = entry("\"every\":\"1h\"", "");
    private static final Duration HOUR = Duration.ofHours(1);

    private final RecurringFixture fixture = new RecurringFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    private List<String> high() {
        return fixture.redis.queue("high");
    }

    @Test
    @WireRule("W-635")
    void aTickThatIsDueIsPushedAndItsLastRunWritten() {
        String lastRun = ago(HOUR.plusSeconds(5));
        fixture.seed("nightly/\u00e9", HOURLY, lastRun);
        RecurringResult result = fixture.pass();
        assertThat(result.fired()).isEqualTo(1);
        assertThat(high()).containsExactly(JOB);
        assertThat(CoreRedis.CLIENT.texts("SMEMBERS", fixture.redis.key("queues")))
                .containsExactly("high");
        Instant tick = LastRun.read(lastRun).plus(HOUR);
        assertThat(fixture.lastRun("nightly/\u00e9"))
                .as(
                        "the last run is the tick, and not the time at which it was made, so that the period does not drift")
                .isEqualTo(LastRun.text(tick));
        assertThat(result.next()).isEqualTo(tick.plus(HOUR));
        RecurringResult again = fixture.pass();
        assertThat(again.fired()).as("nothing is due").isZero();
        assertThat(again.next()).isEqualTo(tick.plus(HOUR));
        assertThat(high()).hasSize(1);
    }

    @Test
    @WireRule("W-634")
    void missedTicksAreFiredOnceOrSkipped() {
        String lastRun = ago(Duration.ofMinutes(200));
        fixture.seed("once", HOURLY, lastRun);
        fixture.seed("skip", entry("\"every\":\"1h\"", ",\"misfire\":\"skip\""), lastRun);
        RecurringResult result = fixture.pass();
        assertThat(List.of(result.fired(), result.skipped(), result.failed())).containsExactly(1L, 1L, 0L);
        assertThat(high()).as("three ticks were missed").containsExactly(JOB);
        String latest = LastRun.text(LastRun.read(lastRun).plus(HOUR.multipliedBy(3)));
        assertThat(fixture.lastRun("once"))
                .as("the latest of them is the last run")
                .isEqualTo(latest);
        assertThat(fixture.lastRun("skip")).isEqualTo(latest);
    }

    @Test
    @WireRule("W-634")
    void aTickOnTimeIsFiredAfterMissedOnes() {
        String lastRun = ago(HOUR.multipliedBy(3).plusSeconds(5));
        fixture.seed("once", HOURLY, lastRun);
        fixture.seed("skip", entry("\"every\":\"1h\"", ",\"misfire\":\"skip\""), lastRun);
        RecurringResult result = fixture.pass();
        assertThat(List.of(result.fired(), result.skipped())).containsExactly(3L, 1L);
        assertThat(high()).containsExactly(JOB, JOB, JOB);
        String latest = LastRun.text(LastRun.read(lastRun).plus(HOUR.multipliedBy(3)));
        assertThat(List.of(fixture.lastRun("once"), fixture.lastRun("skip"))).containsOnly(latest);
    }

    @Test
    @WireRule("W-633")
    void aNewEntryCountsFromItsCreation() {
        fixture.seed("new", HOURLY.replace("2020-01-01 00:00:00 +0000", ago(Duration.ofMinutes(59))), null);
        fixture.seed("due", HOURLY.replace("2020-01-01 00:00:00 +0000", ago(HOUR.plusSeconds(3))), null);
        fixture.seed(
                "old last run",
                HOURLY.replace("2020-01-01 00:00:00 +0000", ago(Duration.ofMinutes(59))),
                ago(HOUR.multipliedBy(9)));
        assertThat(fixture.pass().fired()).as("only one of them is old enough").isEqualTo(1);
        assertThat(fixture.lastRun("new")).isNull();
        assertThat(fixture.lastRun("due")).isNotNull();
    }

    @Test
    @WireRule("W-633")
    void aTimeFarAheadStopsNoEntryForEver() {
        String farAhead = LastRun.text(now().plus(Duration.ofDays(400)));
        String ahead = LastRun.text(now().plus(Duration.ofMinutes(30)));
        fixture.seed("far last run", HOURLY, farAhead);
        fixture.seed("far creation", HOURLY.replace("2020-01-01 00:00:00 +0000", farAhead), ago(HOUR.plusSeconds(5)));
        fixture.seed("far new", HOURLY.replace("2020-01-01 00:00:00 +0000", farAhead), null);
        fixture.seed("ahead", HOURLY, ahead);
        RecurringResult result = fixture.pass();
        assertThat(result.fired())
                .as("only the entry whose last run says so is due")
                .isEqualTo(1);
        assertThat(List.of(fixture.lastRun("far last run"), fixture.lastRun("far new")))
                .as("as if somebody had written them now")
                .containsOnly(LastRun.text(result.now()));
        assertThat(fixture.lastRun("ahead"))
                .as("the clock may have gone wrong just now, so ticks up to this time are not made again")
                .isEqualTo(ahead);
        assertThat(result.next()).isBefore(result.now().plus(HOUR).plusSeconds(1));
        fixture.lastRun("far last run", ago(HOUR.plusSeconds(5)));
        assertThat(fixture.pass().fired()).isEqualTo(1);
    }

    @Test
    @WireRule({"W-633", "W-637"})
    void anEntryOfRubysCountsFromTheFirstLook() {
        String rubys = "{\"every\":\"1s\",\"class\":\"R\",\"queue\":\"ruby\"}";
        fixture.seed("rubys", rubys, null);
        fixture.seed("odd", rubys, "yesterday");
        assertThat(fixture.pass().next())
                .as("only in Ruby's place are its entries fired")
                .isNull();
        assertThat(fixture.lastRun("rubys")).isNull();
        RecurringPass inItsPlace =
                fixture.scheduler(CoreRedis.SERVER.url(), new FiredEntries(new ForeignLocks("", true), null));
        RecurringResult first = run(inItsPlace);
        assertThat(first.fired()).isZero();
        assertThat(List.of(fixture.lastRun("rubys"), fixture.lastRun("odd"))).containsOnly(LastRun.text(first.now()));
        assertThat(first.next()).isEqualTo(first.now().plusSeconds(1));
        fixture.lastRun("rubys", ago(Duration.ofSeconds(1)));
        assertThat(run(inItsPlace).fired()).isPositive();
        assertThat(fixture.redis.queue("ruby")).contains("{\"class\":\"R\",\"args\":[]}");
    }

    @Test
    @WireRule("W-635")
    void whatCannotBeFiredIsReportedAndStopsNothing() {
        Map<String, String> bad = Map.of(
                "not json", "{",
                "null", "null",
                "a bad cron", "{\"cron\":\"99 * * * *\",\"class\":\"A\",\"queue\":\"q\"}",
                "half a pair", "{\"every\":\"1h\",\"class\":\"A\",\"queue\":\"\\ud800\"}",
                "a number", "{\"every\":30,\"class\":\"A\",\"queue\":\"q\"}",
                "no queue", "{\"every\":\"1h\",\"class\":\"A\"}",
                "large", "x".repeat(EntryReader.MOST_BYTES + 1));
        bad.forEach((name, entry) -> fixture.seed(name, entry, ago(HOUR)));
        fixture.seed("good", HOURLY, ago(HOUR.plusSeconds(5)));
        try (CapturedLog log = new CapturedLog(Worker.class)) {
            RecurringResult result = fixture.pass();
            assertThat(result.fired()).isEqualTo(1);
            assertThat(result.problems()).containsOnlyKeys(bad.keySet());
            assertThat(result.problems())
                    .containsEntry("null", "it is null, not an object")
                    .containsEntry("large", "it has 65537 bytes, more than the 65536 that are read");
            assertThat(fixture.pass().problems()).containsOnlyKeys(bad.keySet());
            assertThat(log.lines())
                    .filteredOn(line -> line.startsWith("WARN"))
                    .as("each is said once")
                    .hasSize(bad.size())
                    .contains("WARN The recurring job \"no queue\" cannot be fired: it names no queue");
        }
        fixture.seed("null", HOURLY, ago(HOUR.plusSeconds(5)));
        assertThat(fixture.pass().problems()).as("it was repaired").doesNotContainKey("null");
        assertThat(high()).hasSize(2);
        CoreRedis.CLIENT.call("DEL", fixture.redis.key("persistent_schedules"));
        assertThat(fixture.pass().problems()).as("they were removed").isEmpty();
    }

    @Test
    @WireRule("W-636")
    void aTickThatRedisRefusesBecomesAFailure() {
        CoreRedis.CLIENT.call("SET", fixture.redis.key("queue:high"), "something else");
        fixture.seed("a", HOURLY, ago(HOUR.plusSeconds(5)));
        fixture.seed("b", HOURLY.replace("\"high\"", "\"low\""), ago(HOUR.plusSeconds(5)));
        RecurringResult result = fixture.pass();
        assertThat(List.of(result.fired(), result.failed())).containsExactly(1L, 1L);
        assertThat(fixture.failed())
                .singleElement()
                .asString()
                .contains(
                        "\"payload\":" + JOB,
                        "\"exception\":\"io.resque.api.BackendException\"",
                        fixture.redis.key("queue:high"),
                        "\"worker\":\"" + RecurringFixture.SCHEDULER + "\"",
                        "\"queue\":\"high\"");
        assertThat(fixture.redis.queue("low")).containsExactly(JOB);
        assertThat(result.next())
                .as("soon, since more can be due")
                .isEqualTo(result.now().plusSeconds(1));
        assertThat(fixture.pass().failed()).as("the tick is settled").isZero();
    }

    @Test
    @WireRule("W-636")
    void aTickThatThisSchedulerMayNotPushIsLeftToOthers() {
        List<Object> user = new ArrayList<>(List.of("ACL", "SETUSER", "few", "on", ">pw", "+@all"));
        for (String key : List.of("persistent_schedules", "delayed:*", "java:*", "queues", "failed*", "queue:low")) {
            user.add("~" + fixture.redis.key(key));
        }
        CoreRedis.CLIENT.call(user.toArray());
        RecurringPass few = fixture.scheduler(
                CoreRedis.SERVER.url().replace("redis://", "redis://few:pw@"), FiredEntries.ONLY_OURS);
        fixture.seed("high", HOURLY, ago(HOUR.plusSeconds(5)));
        fixture.seed("low", HOURLY.replace("\"high\"", "\"low\""), ago(HOUR.plusSeconds(5)));
        try (CapturedLog log = new CapturedLog(Worker.class)) {
            RecurringResult result = run(few);
            assertThat(List.of(result.fired(), result.failed())).containsExactly(1L, 0L);
            assertThat(fixture.redis.queue("low")).containsExactly(JOB);
            assertThat(fixture.failed())
                    .as("another scheduler may have the right")
                    .isEmpty();
            assertThat(log.lines())
                    .filteredOn(line -> line.startsWith("WARN"))
                    .singleElement()
                    .asString()
                    .contains("\"high\"", "may not be pushed by this scheduler (NOPERM", "again in 60 seconds");
        }
        assertThat(fixture.pass().fired()).as("this one has the right").isEqualTo(1);
        assertThat(high()).containsExactly(JOB);
    }

    @Test
    @WireRule({"W-634", "W-636"})
    void aTickOnTimeBehindARefusedOneIsMadeByTheNextPass() {
        CoreRedis.CLIENT.call("SET", fixture.redis.key("queue:high"), "something else");
        fixture.seed("a", HOURLY, ago(HOUR.multipliedBy(3).plusSeconds(5)));
        assertThat(fixture.pass().failed()).isEqualTo(1);
        CoreRedis.CLIENT.call("DEL", fixture.redis.key("queue:high"));
        assertThat(fixture.pass().fired()).isEqualTo(1);
        assertThat(fixture.pass().fired()).isZero();
        assertThat(high()).containsExactly(JOB);
        assertThat(fixture.failed()).hasSize(1);
    }

    @Test
    @WireRule("W-635")
    void anEntryThatChangesDuringAPassIsLeftToTheNextPass() {
        fixture.seed("a", HOURLY, ago(HOUR.plusSeconds(5)));
        String changed = HOURLY.replace("[1,\"x\"]", "[2]");
        fixture.listen(new ResqueListener() {
            @Override
            public void beforeEnqueue(JobInfo job) {
                if (job.args().size() == 2) {
                    fixture.seed("a", changed, null);
                }
            }
        });
        RecurringResult result = fixture.pass();
        assertThat(result.fired()).as("the entry is another one by now").isZero();
        assertThat(result.next()).isEqualTo(result.now().plusSeconds(1));
        assertThat(high()).isEmpty();
        assertThat(fixture.pass().fired()).isEqualTo(1);
        assertThat(high()).containsExactly("{\"class\":\"A\",\"args\":[2]}");
    }

    @Test
    @WireRule("W-636")
    void aTickThatCannotEvenBeRecordedIsTriedAgainAMinuteLater() {
        CoreRedis.CLIENT.call("SET", fixture.redis.key("queue:high"), "something else");
        CoreRedis.CLIENT.call("SET", fixture.redis.key("failed"), "something else");
        String lastRun = ago(HOUR.plusSeconds(5));
        fixture.seed("a", HOURLY, lastRun);
        try (CapturedLog log = new CapturedLog(Worker.class)) {
            RecurringResult result = fixture.pass();
            assertThat(List.of(result.fired(), result.failed())).containsExactly(0L, 0L);
            assertThat(result.next()).isEqualTo(result.now().plus(RecurringPass.PUT_OFF));
            assertThat(fixture.pass().next()).isEqualTo(result.next());
            assertThat(log.lines())
                    .filteredOn(line -> line.startsWith("WARN"))
                    .singleElement()
                    .asString()
                    .contains("\"a\"", "can neither be pushed nor recorded as failed", "again in 60 seconds");
        }
        assertThat(fixture.lastRun("a")).as("the tick is still due").isEqualTo(lastRun);
    }

    @Test
    @WireRule("W-635")
    void listenersHearOfEachJob() {
        List<String> heard = new CopyOnWriteArrayList<>();
        fixture.listen(new ResqueListener() {
            @Override
            public void beforeSchedule(JobInfo job, Instant due) {
                heard.add("schedules " + due);
            }

            @Override
            public void afterSchedule(JobInfo job, Instant due) {
                heard.add("scheduled " + due + " " + job.metadata());
            }

            @Override
            public void beforeEnqueue(JobInfo job) {
                heard.add("before " + job.queue() + " " + job.jobClass() + " " + job.args());
            }

            @Override
            public Map<String, Object> metadata(JobInfo job) {
                return Map.of("trace", "t");
            }

            @Override
            public void afterEnqueue(JobInfo job) {
                heard.add("after " + fixture.redis.queue("high").size() + " " + job.metadata());
                throw new IllegalStateException("changes nothing");
            }
        });
        String lastRun = ago(HOUR.plusSeconds(5));
        fixture.seed("a", HOURLY, lastRun);
        assertThat(fixture.pass().fired()).isEqualTo(1);
        Instant tick = LastRun.read(lastRun).plus(HOUR);
        assertThat(heard)
                .containsExactly(
                        "schedules " + tick,
                        "before high A [1, x]",
                        "after 1 {trace=t}",
                        "scheduled " + tick + " {trace=t}");
        assertThat(high()).containsExactly("{\"class\":\"A\",\"args\":[1,\"x\"],\"trace\":\"t\"}");
    }

    @Test
    @WireRule("W-636")
    void aVetoSettlesTheTickAndAnExceptionIsAFailure() {
        fixture.listen(new ResqueListener() {
            @Override
            public void beforeEnqueue(JobInfo job) {
                if (job.queue().equals("high")) {
                    throw new DontCreateException("not today");
                } else if (job.queue().equals("low")) {
                    throw new AssertionError("a bug");
                }
            }

            @Override
            public void beforeSchedule(JobInfo job, Instant due) {
                if (job.queue().equals("never")) {
                    throw new DontCreateException("not at any time");
                }
            }
        });
        fixture.seed("vetoed before", HOURLY.replace("\"high\"", "\"never\""), ago(HOUR.plusSeconds(5)));
        fixture.seed("vetoed", HOURLY, ago(HOUR.plusSeconds(5)));
        fixture.seed("failed", HOURLY.replace("\"high\"", "\"low\""), ago(HOUR.plusSeconds(5)));
        fixture.seed("a bad queue", HOURLY.replace("\"high\"", "\"a,b\""), ago(HOUR.plusSeconds(5)));
        fixture.seed("good", HOURLY.replace("\"high\"", "\"other\""), ago(HOUR.plusSeconds(5)));
        RecurringResult result = fixture.pass();
        assertThat(List.of(result.fired(), result.skipped(), result.failed())).containsExactly(1L, 2L, 2L);
        assertThat(high()).isEmpty();
        assertThat(fixture.redis.queue("never")).isEmpty();
        assertThat(fixture.redis.queue("other")).hasSize(1);
        assertThat(fixture.failed())
                .hasSize(2)
                .anyMatch(record -> record.contains("\"error\":\"a bug\""))
                .anyMatch(record -> record.contains("holds a comma"));
        assertThat(fixture.pass().failed()).isZero();
    }

    @Test
    @WireRule("W-635")
    void aPausedEntryIsNotFired() {
        fixture.seed("a", HOURLY, ago(HOUR.plusSeconds(5)));
        assertThat(fixture.book.pause("a")).isTrue();
        assertThat(fixture.pass().next()).isNull();
        assertThat(fixture.book.resume("a")).isTrue();
        RecurringResult result = fixture.pass();
        assertThat(result.fired()).as("the ticks of the pause are settled").isZero();
        assertThat(result.next()).isAfter(now().plus(HOUR).minusSeconds(10));
        assertThat(high()).isEmpty();
    }

    @Test
    @WireRule("W-635")
    void severalHundredEntriesInOnePass() {
        for (int i = 0; i < 350; i++) {
            fixture.seed("e" + i, HOURLY, ago(HOUR.plusSeconds(5)));
        }
        assertThat(fixture.pass().fired()).isEqualTo(350);
        assertThat(high()).hasSize(350);
    }

    @Test
    @WireRule("W-635")
    void threePassesAtOnceMakeEachTickOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            CyclicBarrier begin = new CyclicBarrier(3);
            List<RecurringPass> schedulers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                schedulers.add(fixture.scheduler(CoreRedis.SERVER.url(), FiredEntries.ONLY_OURS));
            }
            for (int i = 0; i < 120; i++) {
                fixture.seed(
                        "e" + i,
                        entry("\"every\":\"1h\"", ",\"description\":\"" + i + "\"")
                                .replace("[1,\"x\"]", "[" + i + "]"),
                        null);
            }
            for (int round = 1; round <= 10; round++) {
                for (int i = 0; i < 120; i++) {
                    fixture.lastRun("e" + i, ago(HOUR.plusSeconds(3)));
                }
                List<Callable<Long>> passes = new ArrayList<>();
                for (RecurringPass scheduler : schedulers) {
                    passes.add(() -> {
                        begin.await(10, TimeUnit.SECONDS);
                        return run(scheduler).fired();
                    });
                }
                long fired = 0;
                for (Future<Long> pass : threads.invokeAll(passes)) {
                    fired += pass.get();
                }
                assertThat(fired)
                        .as("round %s: 120 ticks, each made by one of three", round)
                        .isEqualTo(120);
                List<String> pushed = new ArrayList<>(high());
                assertThat(pushed).hasSize(120 * round);
                assertThat(Collections.frequency(pushed, "{\"class\":\"A\",\"args\":[7]}"))
                        .isEqualTo(round);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    @WireRule("W-635")
    void aSchedulerThatDiesOrLosesItsConnectionNeitherLosesNorDoublesATick() {
        try (FaultProxy proxy = FaultProxy.to(CoreRedis.SERVER.host(), CoreRedis.SERVER.port())) {
            RecurringPass scheduler = fixture.scheduler(proxy.url(), FiredEntries.ONLY_OURS);
            run(scheduler); // the scripts are known to the server
            fixture.seed("a", HOURLY, ago(HOUR.plusSeconds(3)));
            proxy.cutBefore(command -> names(command, "delayed:last_enqueued_at", "queues"));
            assertThatThrownBy(() -> run(scheduler)).isInstanceOf(BackendUnavailableException.class);
            assertThat(high()).as("the request has not come to Redis").isEmpty();
            proxy.cutAfter(command -> names(command, "delayed:last_enqueued_at", "queues"));
            assertThatThrownBy(() -> run(scheduler)).isInstanceOf(BackendUnavailableException.class);
            assertThat(high())
                    .as("the request has come to Redis, the reply has not come back")
                    .hasSize(1);
            assertThat(run(scheduler).fired()).as("the tick was made").isZero();
            assertThat(fixture.pass().fired()).isZero();
            assertThat(high()).containsExactly(JOB);
        }
    }

    private boolean names(List<byte[]> command, String... keys) {
        List<String> words = command.stream().map(String::new).toList();
        return List.of(keys).stream().allMatch(key -> words.contains(fixture.redis.key(key)));
    }
}
