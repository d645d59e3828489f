package io.resque.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.resque.api.BackendException;
import io.resque.api.JobState;
import io.resque.api.spi.DelayedItems;
import io.resque.api.spi.DelayedMove;
import io.resque.api.spi.DelayedPage;
import io.resque.api.spi.DelayedPage.Stray.Kind;
import io.resque.api.spi.Effect;
import io.resque.api.spi.ForeignLocks;
import io.resque.api.spi.Payload;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.StatusChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Tests of delayed items: taking them away from their seconds. */
@NeedsFeature(Feature.DELAYED_JOBS)
abstract class DelayedMoveRules extends DelayedBench {
    /** More than a script of Redis can hand over to one command. */
    private static final int MANY = 9_000;

    DelayedMoveRules(QueueBackendTck kit) {
        super(kit);
    }

    // Moving what is first

    @Test
    @WireRule("W-661")
    void theFirstItemOfASecondIsMoved() {
        seed(PAST, item(1), item(2), item(3));
        seed(PAST + 1, item(4));
        push("high", OTHER);
        assertThat(move(toQueue(PAST, 1), toQueue(PAST + 1, 4), toQueue(PAST, 2)))
                .as("each item is the first of its second when its move comes")
                .containsOnly(DelayedMove.State.MOVED);
        assertThatPayloads(queue("high"))
                .as("the payloads must be appended in the order of the moves")
                .containsExactly(OTHER, payload(1), payload(4), payload(2));
        assertDelayed("what was not moved stands where it was", Map.of(PAST, List.of(item(3))));
        assertThat(judge.queues()).as("the queue must be announced").containsExactly("high");
    }

    @Test
    @WireRule("W-661")
    void theOrderIsKeptBesideMovesOfAnotherKind() {
        seed(PAST, item(1), item(2), item(3), item(4));
        DelayedMove nowhere = new DelayedMove(PAST, item(2), null);
        assertThat(move(toQueue(PAST, 1), toQueue(PAST, 3), nowhere, toQueue(PAST, 3)))
                .as("a move that comes before its item is the first of its second is not made")
                .containsExactly(
                        DelayedMove.State.MOVED,
                        DelayedMove.State.GONE,
                        DelayedMove.State.MOVED,
                        DelayedMove.State.MOVED);
        assertThatPayloads(queue("high"))
                .as("the payloads must be appended in the order of the moves")
                .containsExactly(payload(1), payload(3));
        assertDelayed("what was not moved stands where it was", Map.of(PAST, List.of(item(4))));
    }

    @Test
    @WireRule("W-661")
    void movesOfOneSecondGoToSeveralQueues() {
        seed(PAST, item(1), item(2), item(3), item(4));
        seed(PAST + 1, item(5));
        DelayedMove low = new DelayedMove(PAST, item(2), new DelayedMove.ToQueue("low", payload(2)));
        assertThat(move(toQueue(PAST, 1), low, toQueue(PAST + 1, 5), toQueue(PAST, 3), toQueue(PAST + 1, 5)))
                .containsExactly(
                        DelayedMove.State.MOVED,
                        DelayedMove.State.MOVED,
                        DelayedMove.State.MOVED,
                        DelayedMove.State.MOVED,
                        DelayedMove.State.GONE);
        assertThat(judge.queues()).as("each queue must be announced").containsExactlyInAnyOrder("high", "low");
        assertThatPayloads(queue("low")).containsExactly(payload(2));
        assertThatPayloads(queue("high"))
                .as("the payloads must be appended in the order of the moves")
                .containsExactly(payload(1), payload(5), payload(3));
        assertDelayed("what was not moved stands where it was", Map.of(PAST, List.of(item(4))));
    }

    @Test
    @WireRule("W-661")
    void thousandsAreMovedAtOnce() {
        seed(PAST, IntStream.range(0, MANY).mapToObj(DelayedBench::item).toArray(Payload[]::new));
        assertThat(move(IntStream.range(0, MANY).mapToObj(i -> toQueue(PAST, i)).toArray(DelayedMove[]::new)))
                .as("%s items of one second, for one queue", MANY)
                .hasSize(MANY)
                .containsOnly(DelayedMove.State.MOVED);
        assertThat(queue("high")).hasSize(MANY);
        assertDelayed("all were taken away", Map.of());
    }

    @Test
    @WireRule("W-661")
    void noOtherItemIsMoved() {
        seed(PAST, item(1), item(2));
        assertThat(move(toQueue(PAST, 2), toQueue(PAST, 3), toQueue(PAST + 1, 1)))
                .as("the second item of a second, one that is not there, one of a second without items")
                .containsOnly(DelayedMove.State.GONE);
        assertThat(judge.queues())
                .as("a move that is not made announces nothing")
                .isEmpty();
        assertThatPayloads(queue("high")).isEmpty();
        assertDelayed("nothing was moved", Map.of(PAST, List.of(item(1), item(2))));
        assertThat(items().move("", List.of(), null).outcomes()).isEmpty();
    }

    @Test
    @WireRule("W-981")
    void eachMoveHasItsAnswer() {
        seed(PAST, item(1), item(2));
        items().move("", List.of(toQueue(PAST, 3), toQueue(PAST, 1), toQueue(PAST, 3)), null);
        items().change("", List.of(new DelayedMove(PAST, item(3), null), new DelayedMove(PAST, item(2), null)), null);
    }

    @Test
    @WireRule("W-661")
    void eachMoveAnnouncesItsQueue() {
        seed(PAST, item(1), item(2), item(3));
        DelayedMove other = new DelayedMove(PAST, item(2), new DelayedMove.ToQueue("low", payload(2)));
        assertThat(move(toQueue(PAST, 1), other, new DelayedMove(PAST, item(3), null)))
                .containsOnly(DelayedMove.State.MOVED);
        assertThat(judge.queues()).containsExactlyInAnyOrder("high", "low");
        assertThatPayloads(queue("low")).containsExactly(payload(2));
        assertThatPayloads(queue("high"))
                .as("a move without a target pushes nothing")
                .containsExactly(payload(1));
        assertDelayed("all were taken away", Map.of());
    }

    @Test
    @WireRule("W-662")
    void aMovedItemLeavesNothingBehind() {
        seed(PAST, item(1), item(2));
        seed(FAR, item(1));
        move(toQueue(PAST, 1));
        assertDelayed("its second holds another item", Map.of(PAST, List.of(item(2)), FAR, List.of(item(1))));
        move(toQueue(PAST, 2));
        assertDelayed("its second holds no other item", Map.of(FAR, List.of(item(1))));
        move(toQueue(FAR, 1));
        assertDelayed("nothing is delayed", Map.of());
        assertNoLaterSecond("its last item was moved");
        seed(FAR, item(1), item(2), item(1));
        assertThat(items().change(
                                "",
                                List.of(new DelayedMove(FAR, item(1), null), new DelayedMove(FAR, item(2), null)),
                                null))
                .as("two equal items and another one are taken away")
                .containsExactly(2L, 1L);
        assertNoLaterSecond("its last item was taken away");
    }

    private void assertNoLaterSecond(String why) {
        assertThat(items().due("", null, 10, MUCH).later())
                .as("%s, so a look must not name its second as the next later one", why)
                .isNull();
    }

    @Test
    @WireRule("W-663")
    void severalMoversMoveEachItemOnce() throws Exception {
        List<Payload> expected = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            seed(PAST + i / 100, item(i));
            expected.add(payload(i));
        }
        List<BackgroundCall<Integer>> movers = IntStream.range(0, 4)
                .mapToObj(i -> open(patientUrl()))
                .map(backend -> new BackgroundCall<>(() -> moveAll(items(backend))))
                .toList();
        int moved = 0;
        for (BackgroundCall<Integer> mover : movers) {
            moved += mover.soon();
        }
        assertThat(moved)
                .as("each of 300 items must be moved by one of four movers")
                .isEqualTo(300);
        assertThatPayloads(queue("high"))
                .as("each job must be in the queue once; the order within a second must be kept")
                .containsExactlyInAnyOrderElementsOf(expected);
        for (int second = 0; second < 3; second++) {
            List<Payload> ofSecond = expected.subList(100 * second, 100 * second + 100);
            assertThatPayloads(queue("high").stream().filter(ofSecond::contains).toList())
                    .as("jobs of one second must stay in their order")
                    .containsExactlyElementsOf(ofSecond);
        }
        assertDelayed("all were moved", Map.of());
    }

    private static int moveAll(DelayedItems items) {
        int moved = 0;
        for (DelayedPage page = items.due("", null, 17, MUCH);
                !page.items().isEmpty();
                page = items.due("", null, 17, MUCH)) {
            List<DelayedMove> moves = page.items().stream()
                    .map(item -> new DelayedMove(
                            item.second(),
                            item.item(),
                            new DelayedMove.ToQueue(
                                    "high", Payload.ofText(item.item().text().replace(",\"queue\":\"high\"", "")))))
                    .toList();
            moved += (int) states(items.move(page.place(), moves, null)).stream()
                    .filter(DelayedMove.State.MOVED::equals)
                    .count();
        }
        return moved;
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-664")
    void aTargetOfAnotherTypeKeepsOnlyItsOwnItem() {
        seed(PAST, item(1), item(2));
        redis.call("SET", key("queue:low"), "something else");
        redis.call("SET", key("delayed:" + FAR), "something else");
        DelayedMove.ToQueue low = new DelayedMove.ToQueue("low", payload(1));
        for (DelayedMove.Target target : List.of(low, new DelayedMove.ToSecond(FAR, item(1), null))) {
            seed(PAST + 1, item(3));
            String wrong = target == low ? "queue:low" : "delayed:" + FAR;
            List<DelayedMove.Outcome> outcomes = items().move(
                            "",
                            List.of(new DelayedMove(PAST, item(1), target), toQueue(PAST, 2), toQueue(PAST + 1, 3)),
                            null)
                    .outcomes();
            assertThat(outcomes.get(0).state())
                    .as("%s is of another type, so the move must be refused", wrong)
                    .isEqualTo(DelayedMove.State.REFUSED);
            assertThat(outcomes.get(0).refusal()).as("the reason names the key").contains(key(wrong));
            assertThat(outcomes.get(1).state())
                    .as("the item behind it is not the first of its second")
                    .isEqualTo(DelayedMove.State.GONE);
            assertThat(outcomes.get(2).state())
                    .as("an item of another second must be moved all the same")
                    .isEqualTo(DelayedMove.State.MOVED);
            assertThat(text(wrong)).as("a key of another type is left alone").isEqualTo("something else");
            assertThat(judge.queues())
                    .as("only the queue of the other move is announced")
                    .containsExactly("high");
        }
        redis.call("DEL", key("delayed:" + FAR));
        assertDelayed("the items stand where they were", Map.of(PAST, List.of(item(1), item(2))));
    }

    @Test
    @WireRule("W-665")
    void theEffectsOfAMoveAreWrittenWithIt() {
        runs("t1");
        seed(PAST, item(1), item(2));
        List<Effect> ends =
                List.of(fails(FAILURE), new Effect.ChangeStatus(new StatusChange("t1", JobState.FAILED, null, null)));
        assertThat(move(new DelayedMove(PAST, item(2), null, ends), new DelayedMove(PAST, item(1), null, ends)))
                .containsExactly(DelayedMove.State.GONE, DelayedMove.State.MOVED);
        assertThatPayloads(failed())
                .as("the effects of a move must be written once, and only if it is made")
                .containsExactly(FAILURE);
        assertThat(judge.status("t1")).isEqualTo(JobState.FAILED.code());
        assertThat(judge.counter("failed")).as("no worker has taken the job").isZero();
        assertThat(judge.counter("processed")).isZero();
        assertDelayed("the other item stands", Map.of(PAST, List.of(item(2))));
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-665")
    void anEffectThatCannotBeWrittenKeepsItsItem() {
        seed(PAST, item(1));
        seed(PAST + 1, item(2));
        redis.call("SET", key("failed"), "something else");
        List<DelayedMove.Outcome> outcomes = items().move(
                        "",
                        List.of(new DelayedMove(PAST, item(1), null, List.of(fails(FAILURE))), toQueue(PAST + 1, 2)),
                        null)
                .outcomes();
        assertThat(outcomes.get(0).state())
                .as("the list of failures is of another type, so the move must be refused")
                .isEqualTo(DelayedMove.State.REFUSED);
        assertThat(outcomes.get(0).refusal()).as("the reason names the key").contains(key("failed"));
        assertThat(outcomes.get(1).state()).isEqualTo(DelayedMove.State.MOVED);
        assertDelayed("the item stands where it was", Map.of(PAST, List.of(item(1))));
    }

    @Test
    @WireRule("W-666")
    void anItemGoesToAnotherSecond() {
        seed(PAST, item(1), item(2), item(3));
        seed(FAR, item(9));
        DelayedMove.ToQueue queue = new DelayedMove.ToQueue("high", payload(2));
        assertThat(move(
                        new DelayedMove(PAST, item(1), new DelayedMove.ToSecond(FAR, item(8), null)),
                        new DelayedMove(PAST, item(2), new DelayedMove.ToSecond(FAR + 1, item(2), queue)),
                        new DelayedMove(PAST, item(3), new DelayedMove.ToSecond(PAST, item(3), null))))
                .containsOnly(DelayedMove.State.MOVED);
        assertDelayed(
                "an item goes behind those that stand at its new second, also at the second that it had, and may have other bytes",
                Map.of(FAR, List.of(item(9), item(8)), FAR + 1, List.of(item(2)), PAST, List.of(item(3))));
        assertThatPayloads(queue("high")).as("no second is due for a queue").isEmpty();
        assertThat(move(
                        new DelayedMove(PAST, item(3), new DelayedMove.ToSecond(PAST + 1, item(4), null)),
                        new DelayedMove(FAR + 1, item(2), new DelayedMove.ToSecond(PAST + 2, item(2), queue))))
                .containsOnly(DelayedMove.State.MOVED);
        assertDelayed(
                "an item that has no queue for that is delayed even if its second is due",
                Map.of(FAR, List.of(item(9), item(8)), PAST + 1, List.of(item(4))));
        assertThatPayloads(queue("high"))
                .as("a job whose new second is due goes onto the queue instead")
                .containsExactly(payload(2));
    }

    // Taking items away wherever they stand

    @Test
    @WireRule("W-667")
    void itemsAreTakenAwayWhereverTheyStand() {
        seed(FAR, item(1), item(2), item(3), item(2), item(4));
        seed(FAR + 1, item(2));
        assertThat(items().change(
                                "",
                                List.of(
                                        new DelayedMove(FAR, item(2), null),
                                        new DelayedMove(FAR, item(5), null),
                                        new DelayedMove(FAR + 2, item(1), null)),
                                null))
                .as("the number of items that were taken away for each move")
                .containsExactly(2L, 0L, 0L);
        assertDelayed(
                "the other items must keep their order",
                Map.of(FAR, List.of(item(1), item(3), item(4)), FAR + 1, List.of(item(2))));
        assertThat(items().change("", List.of(toQueue(FAR, 4), toQueue(FAR, 1), toQueue(FAR + 1, 2)), null))
                .containsExactly(1L, 1L, 1L);
        assertDelayed("the last item of a second takes it along", Map.of(FAR, List.of(item(3))));
        assertThatPayloads(queue("high"))
                .as("a job that is taken away for a queue is pushed")
                .containsExactlyInAnyOrder(payload(1), payload(4), payload(2));
        assertThat(judge.queues()).containsExactly("high");
    }

    @Test
    @WireRule("W-667")
    void eachOfSeveralEqualItemsIsMoved() {
        seed(FAR, item(1), item(2), item(1), item(1));
        DelayedMove later = new DelayedMove(
                FAR, item(1), new DelayedMove.ToSecond(FAR + 9, item(7), null), List.of(fails(FAILURE)));
        assertThat(items().change("", List.of(later, later), null))
                .as("of two equal moves the first one is made")
                .containsExactly(3L, 0L);
        assertDelayed(
                "each of three equal items goes to the other second",
                Map.of(FAR, List.of(item(2)), FAR + 9, List.of(item(7), item(7), item(7))));
        assertThatPayloads(failed())
                .as("the effects must be written for each of them")
                .containsExactly(FAILURE, FAILURE, FAILURE);
        assertThat(items().change(
                                "",
                                List.of(new DelayedMove(FAR, item(2), new DelayedMove.ToSecond(FAR, item(2), null))),
                                null))
                .containsExactly(1L);
        assertThat(walk(items(), FAR, FAR, 10)).isEqualTo(at(FAR, item(2)));
    }

    @Test
    @WireRule("W-667")
    void manyItemsOfOneSecondAreTakenAway() {
        List<Payload> stay = new ArrayList<>();
        List<DelayedMove> moves = new ArrayList<>();
        List<Payload> all = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            all.add(item(i));
            if (i % 3 == 0) {
                moves.add(new DelayedMove(FAR, item(i), null));
            } else {
                stay.add(item(i));
            }
        }
        seed(FAR, all.toArray(Payload[]::new));
        assertThat(items().change("", moves, null))
                .as("each item was there once")
                .hasSize(334)
                .containsOnly(1L);
        assertDelayed("the other items must keep their order", Map.of(FAR, stay));
    }

    @Test
    @WireRule("W-667")
    void largeItemsAreTakenAway() {
        List<DelayedMove> moves = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            Payload item = item("\"" + "x".repeat(500_000) + "\"," + i);
            seed(FAR, item);
            moves.add(new DelayedMove(FAR, item, null));
        }
        assertThat(items().change("", moves, null))
                .as("each item was there once")
                .hasSize(12)
                .containsOnly(1L);
        assertDelayed("all were taken away", Map.of());
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-667")
    void aChangeThatCannotBeWrittenTakesNothingAway() {
        seed(FAR, item(1), item(2));
        redis.call("SET", key("queue:high"), "something else");
        Map<String, Object> before = everything();
        assertThat(catchThrowable(() ->
                        items().change("", List.of(new DelayedMove(FAR, item(2), null), toQueue(FAR, 1)), null)))
                .as("the queue is of another type, so change must throw a BackendException")
                .isInstanceOf(BackendException.class)
                .hasMessageContaining(key("queue:high"));
        assertThat(everything()).as("nothing must be taken away").isEqualTo(before);
        assertThat(items().change("", List.of(toQueue(FAR, 9)), null))
                .as("a target that is not needed is not looked at")
                .containsExactly(0L);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-670")
    void aFullServerLetsItemsStand() {
        try (RedisServer own = RedisServer.start();
                RespClient client = own.client();
                QueueBackend other = open(own.url())) {
            seed(client, PAST, item(1), item(2));
            client.call("ZADD", key(SCHEDULE), 1, "abc");
            List<Effect> failure = List.of(fails(FAILURE));
            items(other).due("", null, 1, MUCH);
            client.call("CONFIG", "SET", "maxmemory", 1);
            Map<String, Object> before = client.dump(namespace + ":");
            for (DelayedMove move : List.of(
                    toQueue(PAST, 1),
                    new DelayedMove(PAST, item(1), new DelayedMove.ToSecond(FAR, item(1), null)),
                    new DelayedMove(PAST, item(1), null, failure))) {
                refused(client, before, () -> items(other).move("", List.of(move), null));
                refused(client, before, () -> items(other).change("", List.of(move), null));
            }
            refused(
                    client,
                    before,
                    () -> items(other).discard("", Map.of(stray("abc", Kind.NOT_A_SECOND), failure), null));
            assertThat(items(other).change("", List.of(new DelayedMove(PAST, item(2), null)), null))
                    .as("what goes nowhere needs no memory")
                    .containsExactly(1L);
            assertThat(states(items(other).move("", List.of(new DelayedMove(PAST, item(1), null)), null)))
                    .containsExactly(DelayedMove.State.MOVED);
            client.call("CONFIG", "SET", "maxmemory", 0);
            assertThat(client.dump(namespace + ":").keySet()).containsExactly(key(SCHEDULE));
            assertThat(client.texts("ZRANGE", key(SCHEDULE), 0, -1)).containsExactly("abc");
        }
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-672")
    void whereItemsMayNotBeTakenAwayNoJobIsPushed() {
        try (RedisServer own = RedisServer.start();
                RespClient client = own.client()) {
            client.call("ACL", "SETUSER", "app", "on", ">pw", "~*", "+@all");
            QueueBackend other = open("redis://app:pw@127.0.0.1:" + own.port() + "/0");
            for (List<DelayedMove> moves : aloneAndTogether(toQueue(PAST, 1))) {
                mayNot(client, "ltrim lpop", () -> items(other).move("", moves, null));
                mayNot(client, "lrange lindex", () -> items(other).move("", moves, null));
                mayNot(client, "get", () -> items(other).move("", moves, new ForeignLocks("")));
            }
            mayNot(client, "get", () -> items(other).due("", new ForeignLocks(""), 10, MUCH));
            mayNot(client, "lrange", () -> items(other).due("", null, 10, MUCH));
            mayNot(client, "lrange", () -> items(other).change("", List.of(toQueue(PAST, 1)), null));
            mayNot(client, "lrem", () -> items(other).change("", List.of(toQueue(PAST, 1)), null));
            mayNot(client, "lset", () -> items(other).change("", List.of(toQueue(PAST, 1)), null));
            DelayedPage.Stray fraction = stray("5.5", Kind.NOT_A_SECOND);
            mayNot(client, "rpush", () -> items(other).discard("", Map.of(fraction, List.of()), null));
            client.call("FLUSHALL");
            seed(client, PAST, item(1));
            assertThat(states(items(other).move("", List.of(toQueue(PAST, 1)), null)))
                    .containsExactly(DelayedMove.State.MOVED);
            assertThat(client.texts("LRANGE", key("queue:high"), 0, -1))
                    .containsExactly(payload(1).text());
        }
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-664")
    void ontoAQueueThatMayNotBeAnnouncedNothingIsMoved() {
        try (RedisServer own = RedisServer.start();
                RespClient client = own.client()) {
            client.call("ACL", "SETUSER", "app", "on", ">pw", "~*", "+@all", "-sadd");
            seed(client, PAST, item(1));
            boolean asks = client.number("EVAL", "return redis.acl_check_cmd and 1 or 0", 0) == 1;
            Map<String, Object> before = client.dump(namespace + ":");
            try (QueueBackend other = open("redis://app:pw@127.0.0.1:" + own.port() + "/0")) {
                for (List<DelayedMove> moves : aloneAndTogether(toQueue(PAST, 1))) {
                    assertThat(states(items(other).move("", moves, null)))
                            .as("before Redis 7 a script cannot know that it may not announce the queue")
                            .startsWith(asks ? DelayedMove.State.REFUSED : DelayedMove.State.MOVED);
                    if (!asks) {
                        seed(client, PAST, item(1));
                    }
                }
            }
            if (asks) {
                assertThat(client.dump(namespace + ":"))
                        .as("the item must stand, and nothing be written")
                        .isEqualTo(before);
            }
        }
    }

    /** An adapter can need any of several rights. */
    private void mayNot(RespClient client, String rights, ThrowingCallable call) {
        client.call("FLUSHALL");
        seed(client, PAST, item(1));
        client.call("ZADD", key(SCHEDULE), "5.5", "5.5");
        client.call("RPUSH", key("delayed:5.5"), item(2).text());
        // Before Redis 7 a script cannot ask for its rights, and to try these would change something: the job can be in
        // its queue although its item stands.
        boolean asks =
                !rights.contains("ltrim") || client.number("EVAL", "return redis.acl_check_cmd and 1 or 0", 0) == 1;
        Map<String, Object> before = client.dump(namespace + ":");
        grant(client, "-", rights);
        assertThat(catchThrowable(call))
                .as("the user may not %s, so the call must throw a BackendException", rights)
                .isInstanceOf(BackendException.class);
        grant(client, "+", rights);
        Map<String, Object> after = client.dump(namespace + ":");
        if (asks) {
            assertThat(after)
                    .as("the user may not %s, so nothing must be written", rights)
                    .isEqualTo(before);
        } else {
            List<String> found = new ArrayList<>(client.texts("LRANGE", key("delayed:" + PAST), 0, -1));
            found.addAll(client.texts("LRANGE", key("queue:high"), 0, -1));
            assertThat(found)
                    .as("the user may not %s, so the item must stand, or its job must be in the queue", rights)
                    .containsAnyOf(item(1).text(), payload(1).text());
        }
    }

    private static void grant(RespClient client, String sign, String rights) {
        for (String right : rights.split(" ")) {
            client.call("ACL", "SETUSER", "app", sign + right);
        }
    }

    private void refused(RespClient client, Map<String, Object> before, ThrowingCallable call) {
        assertThat(catchThrowable(call))
                .as("the server is full, so the call must throw a BackendException")
                .isInstanceOf(BackendException.class);
        assertThat(client.dump(namespace + ":"))
                .as("the server refuses writes: nothing must be half done")
                .isEqualTo(before);
    }
}
