package io.resque.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.JobState;
import io.resque.api.spi.DelayedMove;
import io.resque.api.spi.Effect;
import io.resque.api.spi.ForeignLocks;
import io.resque.api.spi.Payload;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.RecurringEntries;
import io.resque.api.spi.RecurringTick;
import io.resque.api.spi.StatusChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tests of recurring jobs: their ticks. */
@NeedsFeature(Feature.RECURRING_JOBS)
abstract class RecurringTickRules extends RecurringBench {
    private static final String LOOK =
            "return {redis.call('LLEN', KEYS[1]), tonumber(redis.call('HGET', KEYS[2], 'a'))}";

    RecurringTickRules(QueueBackendTck kit) {
        super(kit);
    }

    @Test
    @WireRule("W-625")
    void aTickSetsTheLastRunAndPushes() {
        seed("a", ENTRY, null);
        push("high", OTHER);
        assertThat(states(tick("a", ENTRY, null, FIRST), tick("a", ENTRY, FIRST, SECOND)))
                .as("entry and last run are the expected ones, also for the second tick")
                .containsOnly(RecurringTick.State.MADE);
        assertThatPayloads(queue("high"))
                .as("each tick must append its payload")
                .containsExactly(OTHER, JOB, JOB);
        assertThat(stands("a")).contains(shown("a", ENTRY, SECOND, false));
        RecurringTick other =
                new RecurringTick("a", ENTRY, SECOND, THIRD, new DelayedMove.ToQueue("low", OTHER), List.of());
        assertThat(states(other)).containsExactly(RecurringTick.State.MADE);
        assertThatPayloads(queue("low")).containsExactly(OTHER);
        assertThat(judge.queues()).as("the queue must be announced").containsExactlyInAnyOrder("high", "low");
        onKeys(() -> assertThat(everything().keySet())
                .as("Ruby's schedulers need not load the entry")
                .doesNotContain(key(CHANGED)));
    }

    @Test
    @WireRule("W-981")
    void eachTickHasItsAnswer() {
        seed("a", ENTRY, FIRST);
        states(tick("none", ENTRY, null, SECOND), tick("a", ENTRY, FIRST, SECOND), tick("a", ENTRY, FIRST, THIRD));
    }

    @Test
    @WireRule("W-625")
    void aTickOfAnotherEntryOrLastRunIsNotMade() {
        seed("a", ENTRY, FIRST);
        seed("new", ENTRY, null);
        seed("paused", ENTRY, FIRST);
        entries().pause("", "paused");
        Map<String, Object> before = everything();
        assertThat(states(
                        tick("a", CHANGE, FIRST, SECOND),
                        tick("a", ENTRY, SECOND, THIRD),
                        tick("a", ENTRY, null, SECOND),
                        tick("new", ENTRY, FIRST, SECOND),
                        tick("none", ENTRY, null, SECOND),
                        tick("paused", ENTRY, FIRST, SECOND)))
                .as("the entry or the last run is another one, or the entry is paused")
                .containsOnly(RecurringTick.State.GONE);
        assertThat(everything()).as("nothing must be written").isEqualTo(before);
        assertThat(states(tick("none", ENTRY, null, SECOND), tick("a", ENTRY, FIRST, SECOND)))
                .as("a tick that is not made keeps no other from being made")
                .containsExactly(RecurringTick.State.GONE, RecurringTick.State.MADE);
        assertThat(entries().tick("", List.of(), null)).isEmpty();
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-625")
    void noTickIsMadeWhileAnotherLibraryHoldsItsLock() {
        seed("a", ENTRY, FIRST);
        seed("b", ENTRY, FIRST);
        ForeignLocks holding = new ForeignLocks("", true);
        List<String> locks =
                List.of(key(namespace + ":resque_scheduler_master_lock"), key("resque_scheduler_leader_lock"));
        for (String lock : locks) {
            redis.call("SET", lock, "web-1:4711");
            Map<String, Object> before = everything();
            assertThat(states(entries()
                            .tick(
                                    "",
                                    List.of(tick("a", ENTRY, FIRST, SECOND), tick("b", ENTRY, FIRST, SECOND)),
                                    holding)))
                    .as("%s is held, so its holder may fire the entries", lock)
                    .containsExactly(RecurringTick.State.GONE, RecurringTick.State.GONE);
            assertThat(everything()).as("nothing must be written").isEqualTo(before);
            redis.call("DEL", lock);
        }
        assertThat(states(entries().tick("", List.of(tick("a", ENTRY, FIRST, SECOND)), holding)))
                .containsExactly(RecurringTick.State.MADE);
        assertThat(locks)
                .as("the tick must take the locks, so that no other library fires the entry as well")
                .allMatch(lock -> ForeignLocks.OURS.equals(redis.text("GET", lock)));
        assertThat(states(entries().tick("", List.of(tick("a", ENTRY, SECOND, THIRD)), holding)))
                .as("the locks are ours")
                .containsExactly(RecurringTick.State.MADE);
        redis.call("SET", locks.get(0), "web-1:4711");
        assertThat(states(tick("b", ENTRY, FIRST, SECOND)))
                .as("a tick that is asked for without locks looks at none")
                .containsExactly(RecurringTick.State.MADE);
    }

    @Test
    @WireRule("W-620")
    void theNewestTicksAreNoted() {
        seed("a", ENTRY, null);
        assertThat(entries().made("", "a")).isEmpty();
        long before = entries().find("", "a").now();
        states(new RecurringTick("a", ENTRY, null, FIRST, null, List.of()));
        assertThat(entries().made("", "a"))
                .as("a look that writes the first last run is no tick")
                .isEmpty();
        String last = FIRST;
        for (int i = 10; i < 22; i++) {
            String next = "2026-11-29 03:00:" + i + " +0000";
            RecurringTick tick = tick("a", ENTRY, last, next);
            states(i == 20 ? new RecurringTick("a", ENTRY, last, next, null, List.of()) : tick);
            states(tick);
            last = next;
        }
        List<RecurringTick.Made> made = entries().made("", "a");
        long after = entries().find("", "a").now();
        assertThat(made)
                .as("the newest ten come, the newest first, each once")
                .extracting(RecurringTick.Made::lastRun)
                .isEqualTo(IntStream.iterate(21, i -> i > 11, i -> i - 1)
                        .mapToObj(i -> "2026-11-29 03:00:" + i + " +0000")
                        .toList());
        assertThat(made)
                .as("the clock is that of the backend")
                .allMatch(tick -> tick.second() >= before && tick.second() <= after);
        assertThat(made).extracting(RecurringTick.Made::pushed).startsWith(true, false, true);
        assertThat(entries().made("", "b")).isEmpty();
        entries().remove("", "a", ENTRY, false);
        seed("a", ENTRY, null);
        assertThat(entries().made("", "a"))
                .as("another entry of the name has no ticks")
                .isEmpty();
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-620")
    void aTickIsMadeAlsoIfItCannotBeNoted() {
        seed("a", ENTRY, FIRST);
        redis.call("SET", key(NOTES), "something else");
        assertThat(states(tick("a", ENTRY, FIRST, SECOND))).containsExactly(RecurringTick.State.MADE);
        assertThat(text(NOTES)).as("a key of another type is left alone").isEqualTo("something else");
        assertThat(entries().made("", "a")).isEmpty();
        redis.call("DEL", key(NOTES));
        states(tick("a", ENTRY, SECOND, THIRD));
        assertThat(redis.text("HGET", key(NOTES), "a")).matches(THIRD.replace("+", "\\+") + " \\d+ 1");
    }

    @Test
    @WireRule("W-626")
    void severalSchedulersMakeEachTickOnce() throws Exception {
        Payload counting = Payload.ofText("{\"every\":\"1s\",\"class\":\"A\",\"queue\":\"high\"}");
        seed("a", counting, "0");
        List<BackgroundCall<List<String>>> schedulers = IntStream.range(0, 4)
                .mapToObj(i -> open(patientUrl()))
                .map(other -> new BackgroundCall<>(() -> count(entries(other), counting)))
                .toList();
        onKeys(() -> {
            while (!schedulers.stream().allMatch(BackgroundCall::isDone)) {
                List<?> seen = RespValues.asList(redis.call("EVAL", LOOK, 2, key("queue:high"), key(LAST_RUNS)));
                assertThat(seen.get(0))
                        .as("nobody must see a last run without its job, or a job without its last run")
                        .isEqualTo(seen.get(1));
            }
        });
        List<String> made = new ArrayList<>();
        for (BackgroundCall<List<String>> scheduler : schedulers) {
            made.addAll(scheduler.soon());
        }
        List<String> all =
                IntStream.rangeClosed(1, 200).mapToObj(String::valueOf).toList();
        assertThat(made)
                .as("each of 200 ticks must be made by one of four schedulers")
                .containsExactlyInAnyOrderElementsOf(all);
        assertThatPayloads(queue("high"))
                .as("each tick must push its job once, in order")
                .containsExactlyElementsOf(all.stream().map(Payload::ofText).toList());
    }

    /** Makes the ticks 1 to 200, and returns those that this caller has made. */
    private static List<String> count(RecurringEntries entries, Payload entry) {
        List<String> made = new ArrayList<>();
        while (true) {
            String last = find(entries, "a").orElseThrow().lastRun();
            if ("200".equals(last)) {
                return made;
            }
            String next = String.valueOf(Integer.parseInt(String.valueOf(last)) + 1);
            RecurringTick tick = new RecurringTick(
                    "a", entry, last, next, new DelayedMove.ToQueue("high", Payload.ofText(next)), List.of());
            if (entries.tick("", List.of(tick), null).get(0).state() == RecurringTick.State.MADE) {
                made.add(next);
            }
        }
    }

    @Test
    @WireRule("W-627")
    void aTickCanPushNothingAndHaveEffects() {
        runs("t1");
        seed("a", ENTRY, FIRST);
        List<Effect> ends =
                List.of(fails(FAILURE), new Effect.ChangeStatus(new StatusChange("t1", JobState.FAILED, null, null)));
        RecurringTick tick = new RecurringTick("a", ENTRY, FIRST, SECOND, null, ends);
        assertThat(states(tick, tick)).containsExactly(RecurringTick.State.MADE, RecurringTick.State.GONE);
        assertThatPayloads(failed())
                .as("the effects of a tick must be written once, and only if it is made")
                .containsExactly(FAILURE);
        assertThat(judge.status("t1")).isEqualTo(JobState.FAILED.code());
        assertThat(judge.counter("failed")).as("no worker has taken a job").isZero();
        assertThat(judge.queues()).as("nothing is pushed").isEmpty();
        assertThat(stands("a")).contains(shown("a", ENTRY, SECOND, false));
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-627")
    void aTickThatCannotBeWrittenKeepsOnlyItself() {
        seed("a", ENTRY, FIRST);
        seed("b", ENTRY, FIRST);
        redis.call("SET", key("queue:low"), "something else");
        redis.call("SET", key("failed"), "something else");
        RecurringTick low =
                new RecurringTick("a", ENTRY, FIRST, SECOND, new DelayedMove.ToQueue("low", JOB), List.of());
        RecurringTick effect = new RecurringTick("a", ENTRY, FIRST, SECOND, null, List.of(fails(FAILURE)));
        String expected = FIRST;
        for (Map.Entry<String, RecurringTick> each :
                Map.of("queue:low", low, "failed", effect).entrySet()) {
            String next = expected.equals(FIRST) ? SECOND : THIRD;
            List<RecurringTick.Outcome> outcomes =
                    entries().tick("", List.of(each.getValue(), tick("b", ENTRY, expected, next)), null);
            expected = next;
            assertThat(states(outcomes))
                    .as("%s is of another type, so only its tick must be refused", each.getKey())
                    .containsExactly(RecurringTick.State.REFUSED, RecurringTick.State.MADE);
            assertThat(outcomes.get(0).refusal()).as("the reason names the key").contains(key(each.getKey()));
            assertThat(text(each.getKey()))
                    .as("a key of another type is left alone")
                    .isEqualTo("something else");
            assertThat(stands("a")).as("the tick is still due").contains(shown("a", ENTRY, FIRST, false));
        }
        assertThat(judge.queues()).containsExactly("high");
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-627")
    void aTickThatMayNotBeWrittenIsStillDue() {
        try (RedisServer own = RedisServer.start();
                RespClient client = own.client()) {
            client.call("ACL", "SETUSER", "app", "on", ">pw", "~*", "+@all", "-rpush");
            QueueBackend other = open("redis://app:pw@127.0.0.1:" + own.port() + "/0");
            RecurringTick effect = new RecurringTick("effect", ENTRY, FIRST, SECOND, null, List.of(fails(FAILURE)));
            for (String name : List.of("new", "push", "effect")) {
                client.call("HSET", key(ENTRIES), name, ENTRY.text());
            }
            client.call("HSET", key(LAST_RUNS), "push", FIRST, "effect", FIRST);
            Map<String, Object> before = client.dump(namespace + ":");
            List<RecurringTick.Outcome> outcomes = entries(other)
                    .tick(
                            "",
                            List.of(tick("new", ENTRY, null, SECOND), tick("push", ENTRY, FIRST, SECOND), effect),
                            null);
            assertThat(states(outcomes))
                    .as("the user may not append to a list, so each tick must be refused")
                    .containsOnly(RecurringTick.State.REFUSED);
            assertThat(outcomes)
                    .as("the reason must say that a right is missing")
                    .allMatch(outcome -> String.valueOf(outcome.refusal()).startsWith("NOPERM"));
            assertThat(client.dump(namespace + ":"))
                    .as("a tick that is refused must write nothing")
                    .isEqualTo(before);
        }
    }
}
