package io.resque.core.internal.schedule;

import static io.resque.core.CoreRedis.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.resque.api.BackendException;
import io.resque.api.JobState;
import io.resque.api.spi.DelayedItems;
import io.resque.api.spi.DelayedMove;
import io.resque.api.spi.DelayedPage;
import io.resque.api.spi.ForeignLocks;
import io.resque.api.spi.Payload;
import io.resque.api.spi.StatusChange;
import io.resque.core.CoreRedis;
import io.resque.tck.WireRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mockito.AdditionalAnswers;
import org.mockito.Mockito;

/** A pass over due items, on a real Redis. */
class DuePassTest {
    private static final long PAST = 1_000_000_000L;
    private static final long FAR = 4_000_000_000L;

    private final DueFixture due = new DueFixture();

    @AfterEach
    void close() {
        due.close();
    }

    private static String item(Object argument) {
        return "{\"class\":\"A\",\"args\":[" + argument + "],\"queue\":\"q\"}";
    }

    private static String payload(Object argument) {
        return "{\"class\":\"A\",\"args\":[" + argument + "]}";
    }

    private Map<?, ?> failure(int index) {
        return (Map<?, ?>) CoreRedis.GSON.decode(Payload.ofText(due.failed().get(index)));
    }

    @Test
    @WireRule("W-682")
    void everythingThatIsDueGoesOntoItsQueue() {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 250; i++) {
            due.seed(PAST + i / 100, item(i));
            expected.add(payload(i));
        }
        due.seed(PAST + 9, "{\"class\":\"B\", \"queue\" : \"other\",\"args\":[1.50,\"\\u00e9\"],\"id\":\"t\"}");
        due.seed(FAR, item("far"));
        PassResult result = due.pass();
        assertThat(due.redis.queue("q")).containsExactlyElementsOf(expected);
        assertThat(due.redis.queue("other"))
                .as("all other members stay byte for byte")
                .containsExactly("{\"class\":\"B\",\"args\":[1.50,\"\\u00e9\"],\"id\":\"t\"}");
        assertThat(result.moved()).isEqualTo(251);
        assertThat(result.failed()).isZero();
        assertThat(result.later()).isEqualTo(FAR);
        assertThat(due.redis.dump().keySet())
                .containsExactlyInAnyOrder(
                        due.redis.key("queues"),
                        due.redis.key("queue:q"),
                        due.redis.key("queue:other"),
                        due.redis.key("delayed:" + FAR),
                        due.redis.key("timestamps:" + item("far")),
                        due.redis.key("delayed_queue_schedule"));
        assertThat(due.pass().moved()).as("nothing is left to move").isZero();
    }

    @Test
    void aPassMakesTwoCallsForAHundredItems() {
        for (int i = 0; i < 300; i++) {
            due.seed(PAST + i, item(i));
        }
        due.pass(); // the server knows the scripts from now on
        for (int i = 0; i < 300; i++) {
            due.seed(PAST + i, item(i));
        }
        long before = calls();
        assertThat(due.pass().moved()).isEqualTo(300);
        assertThat(calls() - before).as("a look and a move for each hundred").isEqualTo(6);
    }

    private static long calls() {
        return Pattern.compile("cmdstat_evalsha:calls=(\\d+)")
                .matcher(String.valueOf(CLIENT.text("INFO", "commandstats")))
                .results()
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .sum();
    }

    @Test
    @WireRule("W-683")
    void whatIsNoJobBecomesAFailureWithItsBytes() {
        String noClass = "{\"args\":[1],\"queue\":\"q\"}";
        String noQueue = "{\"class\":\"A\",\"args\":[2]}";
        due.seed(PAST, item(1), "not json", noClass, "", noQueue, item(3));
        PassResult result = due.pass();
        assertThat(result.moved()).isEqualTo(2);
        assertThat(result.failed()).isEqualTo(4);
        assertThat(due.redis.queue("q")).as("no other job is kept back").containsExactly(payload(1), payload(3));
        assertThat(failure(0).get("payload"))
                .isEqualTo(Map.of("class", "UnreadablePayload", "args", List.of(), "raw", "not json"));
        assertThat(failure(0).get("queue")).isEqualTo("unknown");
        assertThat(failure(0).get("worker")).isEqualTo(DueFixture.SCHEDULER);
        assertThat(failure(0).get("exception")).isEqualTo("io.resque.api.MalformedPayloadException");
        assertThat(failure(1).get("payload"))
                .isEqualTo(Map.of("class", "UnreadablePayload", "args", List.of(), "raw", noClass));
        assertThat(failure(1).get("queue")).isEqualTo("q");
        assertThat(failure(2).get("payload"))
                .isEqualTo(Map.of("class", "UnreadablePayload", "args", List.of(), "raw", ""));
        assertThat(failure(3).get("payload")).isEqualTo(Map.of("class", "A", "args", List.of(2L)));
        assertThat(failure(3).get("error")).isEqualTo("The delayed item names no queue");
        assertThat(CLIENT.keys(due.redis.key("delayed*"))).isEmpty();
        assertThat(CLIENT.keys(due.redis.key("stat:*")))
                .as("no worker has taken these jobs, so nothing is counted")
                .isEmpty();
    }

    @Test
    @WireRule("W-684")
    void aQueueOfAnotherTypeFailsItsJobOnly() {
        CLIENT.call("SET", due.redis.key("queue:wrong"), "something else");
        due.backend.statuses().write(new StatusChange("t1", JobState.WAITING, null, null));
        due.seed(
                PAST,
                item(1),
                "{\"class\":\"A\",\"args\":[2],\"queue\":\"wrong\",\"id\":\"t1\"}",
                item(3),
                "{\"class\":\"A\",\"args\":[4],\"queue\":\"wrong\"}",
                item(5));
        due.seed(PAST + 1, item(6));
        PassResult result = due.pass();
        assertThat(due.redis.queue("q")).containsExactlyInAnyOrder(payload(1), payload(3), payload(5), payload(6));
        assertThat(result.failed()).isEqualTo(2);
        assertThat(failure(0).get("queue")).isEqualTo("wrong");
        assertThat(failure(0).get("error")).asString().contains(due.redis.key("queue:wrong"));
        assertThat(failure(0).get("payload")).isEqualTo(Map.of("class", "A", "args", List.of(2L), "id", "t1"));
        assertThat(failure(1).get("payload")).isEqualTo(Map.of("class", "A", "args", List.of(4L)));
        assertThat(due.backend.statuses().find("t1").orElseThrow().state())
                .as("the status of a tracked job ends")
                .isEqualTo(JobState.FAILED);
        assertThat(CLIENT.text("GET", due.redis.key("queue:wrong"))).isEqualTo("something else");
    }

    @Test
    @WireRule("W-684")
    void whatCannotEvenBeRecordedIsPutOff() {
        CLIENT.call("SET", due.redis.key("failed"), "something else");
        due.seed(PAST, "not json", item(2));
        PassResult result = due.pass();
        assertThat(due.redis.queue("q")).as("no other job is kept back").containsExactly(payload(2));
        assertThat(result.putOff()).isEqualTo(1);
        assertThat(due.items.page("", 0, FAR, 10, 1_000).items())
                .singleElement()
                .satisfies(item -> {
                    assertThat(item.item().text()).isEqualTo("not json");
                    assertThat(item.second()).isBetween(result.now() + 55, result.now() + 65);
                });
        CLIENT.call("DEL", due.redis.key("failed"));
        assertThat(due.pass().failed()).as("it is not due").isZero();
    }

    @Test
    @WireRule("W-684")
    void whatCannotEvenBePutOffStandsAndIsTold() {
        CLIENT.call("SET", due.redis.key("failed"), "something else");
        long now = due.items.due("", null, 1, 1).now();
        for (long second = now + 50; second < now + 90; second++) {
            CLIENT.call("SET", due.redis.key("delayed:" + second), "something else");
        }
        due.seed(PAST, "not json", item(1));
        due.seed(PAST + 1, item(2));
        PassResult result = due.pass();
        assertThat(result.stuck()).contains("is a string, not a list");
        assertThat(result.putOff()).isZero();
        assertThat(due.redis.queue("q")).as("other seconds are moved").containsExactly(payload(2));
        assertThat(CLIENT.texts("LRANGE", due.redis.key("delayed:" + PAST), 0, -1))
                .containsExactly("not json", item(1));
    }

    @Test
    @WireRule("W-685")
    void entriesThatAreNoSecondsAreTakenOutAndRecorded() {
        due.seed(PAST, item(1));
        CLIENT.call("ZADD", due.redis.key("delayed_queue_schedule"), 5, "abc", PAST - 1, "" + (PAST - 1), 7, "7");
        CLIENT.call("SET", due.redis.key("delayed:7"), "something else");
        CLIENT.call("ZADD", due.redis.key("delayed_queue_schedule"), "1000.5", "1000.5");
        CLIENT.call("RPUSH", due.redis.key("delayed:1000.5"), item(2));
        PassResult result = due.pass();
        assertThat(result.moved()).isEqualTo(2);
        assertThat(result.failed()).isEqualTo(3);
        assertThat(due.redis.queue("q"))
                .as("a job behind a fraction is not lost")
                .containsExactlyInAnyOrder(payload(1), payload(2));
        List<Object> raws = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            raws.add(((Map<?, ?>) failure(i).get("payload")).get("raw"));
        }
        assertThat(raws).containsExactlyInAnyOrder("abc", "1000.5", "7");
        assertThat(CLIENT.keys(due.redis.key("delayed_queue_schedule"))).isEmpty();
        assertThat(CLIENT.text("GET", due.redis.key("delayed:7"))).isEqualTo("something else");
    }

    @Test
    @WireRule("W-685")
    void anEntryThatCannotBeRemovedDoesNotSpin() {
        CLIENT.call("SET", due.redis.key("failed"), "something else");
        CLIENT.call("ZADD", due.redis.key("delayed_queue_schedule"), 5, "abc");
        due.seed(PAST, item(1));
        assertThat(due.pass().moved()).isEqualTo(1);
        assertThat(Double.parseDouble(
                        String.valueOf(CLIENT.text("ZSCORE", due.redis.key("delayed_queue_schedule"), "abc"))))
                .as("it is looked at again a minute later")
                .isGreaterThan(PAST);
        assertThat(due.pass().moved()).isZero();
    }

    @Test
    @WireRule("W-685")
    void anEntryThatMayNotBeRemovedKeepsNoJobBack() {
        CLIENT.call("ZADD", due.redis.key("delayed_queue_schedule"), 5, "abc");
        for (int i = 0; i < 150; i++) {
            due.seed(PAST + i, item(i));
        }
        PassResult result = due.passOf("-zscore");
        assertThat(result.moved()).isEqualTo(150);
        assertThat(result.stuck()).contains("grant the ACL user this command");
    }

    /** W-684 needs Redis 7: before that a script cannot ask for its rights. */
    private static void assumeThatScriptsCanAskForRights() {
        boolean ask = CLIENT.number("EVAL", "return redis.acl_check_cmd and 1 or 0", 0) == 1;
        if (!ask) {
            System.out.println("SKIPPED a test of missing rights: before Redis 7 a script cannot ask for them");
        }
        assumeTrue(ask);
    }

    @Test
    @WireRule("W-684")
    void aJobWhoseQueueMayNotBeWrittenStandsAndIsNoFailure() {
        assumeThatScriptsCanAskForRights();
        due.seed(PAST, item(1));
        PassResult result = due.passOf("-rpush");
        assertThat(result.stuck()).containsIgnoringCase("no permission");
        assertThat(result.failed()).isZero();
        assertThat(due.failed()).isEmpty();
        assertThat(CLIENT.texts("LRANGE", due.redis.key("delayed:" + PAST), 0, -1))
                .containsExactly(item(1));
        assertThat(due.pass().moved()).as("another scheduler may").isEqualTo(1);
    }

    @Test
    @WireRule("W-684")
    void aJobWhoseQueueMayNotBeAnnouncedStandsAndIsNoFailure() {
        assumeThatScriptsCanAskForRights();
        due.seed(PAST, item(1));
        PassResult result = due.passOf("-sadd");
        assertThat(result.stuck()).contains("SADD");
        assertThat(due.failed()).isEmpty();
        assertThat(CLIENT.texts("LRANGE", due.redis.key("delayed:" + PAST), 0, -1))
                .containsExactly(item(1));
        assertThat(due.pass().moved()).as("another scheduler may").isEqualTo(1);
    }

    @Test
    @WireRule("W-684")
    void aQueueThatMayNotBeWrittenKeepsNoOtherBack() {
        String other = "{\"class\":\"A\",\"args\":[],\"queue\":\"other\"}";
        due.seed(PAST, other);
        due.seed(PAST + 1, item(1));
        List<String> rights = new ArrayList<>(List.of("resetkeys"));
        for (String key : List.of("queue:q", "queues", "delayed*", "timestamps:*", "failed*")) {
            rights.add("~" + due.redis.key(key));
        }
        PassResult result = due.passOf(rights.toArray(String[]::new));
        assertThat(result.moved()).isEqualTo(1);
        assertThat(result.stuck()).contains("NOPERM");
        assertThat(due.failed()).isEmpty();
        assertThat(due.redis.queue("q")).containsExactly(payload(1));
        assertThat(due.pass().moved()).isEqualTo(1);
    }

    @Test
    @WireRule("W-684")
    void manyJobsWhoseQueueMayNotBeWrittenKeepNoLaterSecondBack() {
        for (int i = 0; i < 120; i++) {
            due.seed(PAST + i / 3, "{\"class\":\"A\",\"args\":[" + i + "],\"queue\":\"other\"}");
        }
        for (int i = 0; i < 150; i++) {
            due.seed(PAST + 100 + i, item(i));
        }
        List<String> rights = new ArrayList<>(List.of("resetkeys"));
        for (String key : List.of("queue:q", "queues", "delayed*", "timestamps:*", "failed*")) {
            rights.add("~" + due.redis.key(key));
        }
        PassResult result = due.passOf(rights.toArray(String[]::new));
        assertThat(result.moved()).isEqualTo(150);
        assertThat(result.stuck()).contains("NOPERM");
        assertThat(due.pass().moved()).as("another scheduler may").isEqualTo(120);
    }

    @Test
    @WireRule("W-688")
    void anItemThatIsTooLargeIsSetAsideAndKeepsNoOtherBack() {
        String large = item("\"" + "x".repeat((int) DueFixture.LARGEST) + "\"");
        due.seed(PAST, item(1), large, item(2));
        due.seed(PAST + 1, item(3));
        PassResult result = due.pass();
        assertThat(result.moved()).isEqualTo(3);
        assertThat(result.failed()).isEqualTo(1);
        assertThat(due.redis.queue("q")).containsExactlyInAnyOrder(payload(1), payload(2), payload(3));
        assertThat(CLIENT.keys(due.redis.key("timestamps:*"))).isEmpty();
        Map<?, ?> record = failure(0);
        assertThat(record.get("queue")).isEqualTo("q");
        assertThat(record.get("exception")).isEqualTo("Resque::OversizePayload");
        assertThat(record.get("payload")).isInstanceOfSatisfying(Map.class, standIn -> {
            assertThat(standIn.get("size")).isEqualTo((long) large.length());
            assertThat(CLIENT.text("HGET", (String) standIn.get("kept_in"), (String) standIn.get("kept_as")))
                    .as("no byte is lost")
                    .isEqualTo(large);
        });
    }

    @Test
    @WireRule("W-688")
    void anItemThatIsTooLargeAndCannotBeRecordedIsPutOff() {
        due.seed(PAST, item("\"" + "x".repeat((int) DueFixture.LARGEST) + "\""), item(2));
        CLIENT.call("SET", due.redis.key("failed"), "something else");
        assertThat(due.pass().failed()).isZero();
        assertThat(due.items.due("", null, 10, 1_000_000, DueFixture.LARGEST).strays())
                .as("it is not tried again at once")
                .isEmpty();
        CLIENT.call("DEL", due.redis.key("failed"));
        CLIENT.call("ZADD", due.redis.key("delayed_queue_schedule"), PAST + 1, PAST); // a minute later
        PassResult result = due.pass();
        assertThat(result.failed()).isEqualTo(1);
        assertThat(result.moved()).as("the one behind it").isEqualTo(1);
    }

    @Test
    @WireRule("W-688")
    void anItemThatIsTooLargeIsLeftToASchedulerThatHasTakenItsLockMeanwhile() {
        String large = item("\"" + "x".repeat((int) DueFixture.LARGEST) + "\"");
        due.seed(PAST, large, item(1));
        DelayedItems items = Mockito.mock(DelayedItems.class, AdditionalAnswers.delegatesTo(due.items));
        Mockito.doAnswer(call -> {
                    DelayedPage page =
                            due.items.due(call.getArgument(0), call.getArgument(1), 10, 1_000, DueFixture.LARGEST);
                    CLIENT.call("SET", due.redis.key("resque_scheduler_leader_lock"), "node:1");
                    return page;
                })
                .when(items)
                .due(Mockito.any(), Mockito.any(), Mockito.anyInt(), Mockito.anyLong(), Mockito.anyLong());
        PassResult result = DuePass.run(items, due.moves, new ForeignLocks(""), () -> true, due.counts);
        assertThat(result.failed()).isZero();
        assertThat(due.failed()).isEmpty();
        assertThat(CLIENT.texts("LRANGE", due.redis.key("delayed:" + PAST), 0, -1))
                .containsExactly(large, item(1));
    }

    @Test
    void aRefusalInTheMiddleOfAMoveIsNotRepeated() {
        due.seed(PAST, item(1), item(2));
        DelayedItems refused = Mockito.mock();
        Mockito.when(refused.due(Mockito.any(), Mockito.any(), Mockito.anyInt(), Mockito.anyLong(), Mockito.anyLong()))
                .thenReturn(due.items.due("", null, 10, 1_000));
        BackendException refusal = new BackendException(
                "Redis answered: ERR Error running script (call to f_1): @user_script:9: -NOPERM no permission for 'lpop'");
        Mockito.when(refused.move(Mockito.any(), Mockito.any(), Mockito.any())).thenThrow(refusal);
        assertThatThrownBy(() -> due.pass(refused)).isSameAs(refusal);
        Mockito.verify(refused).move(Mockito.any(), Mockito.any(), Mockito.any());
    }

    @Test
    void aQueueThatRefusesItsJobsCostsNoLookForEach() {
        CLIENT.call("SET", due.redis.key("queue:wrong"), "something else");
        String wrong = "{\"class\":\"A\",\"args\":[],\"queue\":\"wrong\"}";
        for (int i = 0; i < 90; i++) {
            due.seed(PAST, i % 3 == 0 ? item(i) : wrong);
        }
        due.pass(); // the server knows the scripts from now on
        for (int i = 0; i < 90; i++) {
            due.seed(PAST, i % 3 == 0 ? item(i) : wrong);
        }
        long before = calls();
        PassResult result = due.pass();
        assertThat(result.moved()).isEqualTo(30);
        assertThat(result.failed()).isEqualTo(60);
        assertThat(calls() - before)
                .as("a look, a move, a failure, the moves of all the others in two calls, and the last look")
                .isLessThanOrEqualTo(6);
    }

    @Test
    void aPassEndsWhereOthersMoveTheSameItems() {
        for (int i = 0; i < 150; i++) {
            due.seed(PAST + i, item(i));
        }
        DelayedItems late = Mockito.mock(DelayedItems.class, AdditionalAnswers.delegatesTo(due.items));
        Mockito.doAnswer(call -> {
                    List<DelayedMove> moves = call.getArgument(1);
                    return new DelayedMove.Answer(
                            moves.stream()
                                    .map(move -> new DelayedMove.Outcome(DelayedMove.State.GONE, null))
                                    .toList(),
                            null);
                })
                .when(late)
                .move(Mockito.any(), Mockito.any(), Mockito.any());
        assertThat(due.pass(late).moved()).isZero();
        Mockito.verify(late, Mockito.times(1))
                .due(Mockito.any(), Mockito.any(), Mockito.anyInt(), Mockito.anyLong(), Mockito.anyLong());
    }

    @Test
    void aPassIsStoppedAfterAPage() {
        for (int i = 0; i < 250; i++) {
            due.seed(PAST + i, item(i));
        }
        PassResult result = DuePass.run(due.items, due.moves, null, () -> due.counts.moved.get() < 200, due.counts);
        assertThat(due.counts.moved).hasValue(200);
        assertThat(result.moved()).isEqualTo(200);
        assertThat(due.redis.queue("q")).hasSize(200);
        assertThat(due.pass().moved()).isEqualTo(50);
    }

    @Test
    void aHeldLockEndsThePass() {
        due.seed(PAST, item(1));
        CLIENT.call("SET", due.redis.key("resque_scheduler_leader_lock"), "node:1");
        PassResult result = DuePass.run(due.items, due.moves, new ForeignLocks(""), () -> true, due.counts);
        assertThat(result.holder())
                .isEqualTo(new ForeignLocks.Holder(due.redis.key("resque_scheduler_leader_lock"), "node:1"));
        assertThat(result.moved()).isZero();
        assertThat(due.redis.queue("q")).isEmpty();
    }
}
