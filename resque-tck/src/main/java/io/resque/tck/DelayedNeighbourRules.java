package io.resque.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.spi.DelayedItem;
import io.resque.api.spi.DelayedMove;
import io.resque.api.spi.DelayedPage;
import io.resque.api.spi.DelayedPage.Stray.Kind;
import io.resque.api.spi.DelayedSweep;
import io.resque.api.spi.Effect;
import io.resque.api.spi.ForeignLocks;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Tests of delayed items beside what other libraries do and leave behind. */
@NeedsFeature(Feature.DELAYED_JOBS)
abstract class DelayedNeighbourRules extends DelayedBench {
    private static final ForeignLocks LOCKS = new ForeignLocks("");

    DelayedNeighbourRules(QueueBackendTck kit) {
        super(kit);
    }

    // Other schedulers

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-668")
    void nothingIsMovedBesideASchedulerOfAnotherLibrary() {
        ForeignLocks prefixed = new ForeignLocks("MyApp");
        Map<String, ForeignLocks> locks = new TreeMap<>(Map.of(
                namespace + ":resque_scheduler_master_lock",
                LOCKS,
                "resque_scheduler_leader_lock",
                LOCKS,
                namespace + ":MyApp:resque_scheduler_master_lock",
                prefixed));
        locks.forEach((lock, looked) -> {
            seed(PAST, item(1));
            redis.call("SET", key(lock), "host:1", "PX", 500_000);
            Map<String, Object> before = everything();
            ForeignLocks.Holder holder = new ForeignLocks.Holder(key(lock), "host:1");
            DelayedPage page = items().due("", looked, 10, MUCH);
            assertThat(page.holder())
                    .as("the look must name who holds %s", lock)
                    .isEqualTo(holder);
            assertThat(page.items()).as("a look finds nothing to move then").isEmpty();
            DelayedMove.Answer answer = items().move("", List.of(toQueue(PAST, 1)), looked);
            assertThat(answer.holder())
                    .as("the move must name who holds %s", lock)
                    .isEqualTo(holder);
            assertThat(answer.outcomes()).isEmpty();
            assertThat(everything())
                    .as("nothing must be moved while %s is held", lock)
                    .isEqualTo(before);
            assertThat(redis.number("PTTL", key(lock)))
                    .as("the lock must be left as it is")
                    .isBetween(400_000L, 500_000L);

            assertThat(items().due("", null, 10, MUCH).items())
                    .as("a caller that asks for no lock is not kept back by one")
                    .hasSize(1);
            assertThat(move(toQueue(PAST, 1))).containsExactly(DelayedMove.State.MOVED);
            redis.call("DEL", key(lock));
        });
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-668")
    void aLockOfOursOrOfAnotherPrefixIsNoHindrance() {
        seed(PAST, item(1));
        redis.call("SET", key(namespace + ":resque_scheduler_master_lock"), ForeignLocks.OURS);
        redis.call("SET", key("resque_scheduler_leader_lock"), ForeignLocks.OURS);
        redis.call("SET", key(namespace + ":MyApp:resque_scheduler_master_lock"), "host:1");
        assertThat(items().due("", LOCKS, 10, MUCH).items())
                .as("these locks are held by schedulers of ours, and by one of another prefix")
                .hasSize(1);
        assertThat(states(items().move("", List.of(toQueue(PAST, 1)), LOCKS))).containsExactly(DelayedMove.State.MOVED);
    }

    // Entries behind which nothing can be moved

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-669")
    void entriesWithoutItemsHideNoOtherItem() {
        strays();
        Map<String, Object> before = everything();
        DelayedPage page = items().due("", null, 100, MUCH);
        assertThat(page.items())
                .as("what can be moved must be found all the same")
                .isEqualTo(at(PAST, item(1)));
        assertThat(page.strays())
                .as("each entry behind which nothing can be moved, with its kind")
                .containsExactlyInAnyOrder(
                        stray("" + (PAST - 3), Kind.EMPTY),
                        stray("" + (PAST - 2), Kind.NOT_A_LIST),
                        stray("999999999.5", Kind.NOT_A_SECOND),
                        stray("abc", Kind.NOT_A_SECOND),
                        stray("0" + PAST, Kind.NOT_A_SECOND));
        assertThat(walk(items(), 0, FAR, 1)).as("a walk comes past them").isEqualTo(at(PAST, item(1)));
        assertThat(everything()).as("reading must write nothing").isEqualTo(before);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-669")
    void entriesWithoutItemsAreRemoved() {
        strays();
        DelayedPage page = items().due("", null, 100, MUCH);
        Map<DelayedPage.Stray, List<Effect>> all = new LinkedHashMap<>();
        page.strays()
                .forEach(stray -> all.put(stray, stray.kind() == Kind.EMPTY ? List.of() : List.of(fails(FAILURE))));
        assertThat(items().discard(page.place(), all)).isEqualTo(all.keySet());
        assertThatPayloads(failed())
                .as("the effects of each entry must be written once")
                .containsExactly(FAILURE, FAILURE, FAILURE, FAILURE);
        assertThat(text("delayed:" + (PAST - 2)))
                .as("what stands in the place of a list must be left")
                .isEqualTo("something else");
        redis.call("DEL", key("delayed:" + (PAST - 2)));
        assertThat(redis.texts("ZRANGE", key(SCHEDULE), 0, -1)).containsExactly("1000000000");
        assertThat(walk(items(), 0, FAR, 10))
                .as("items behind a fraction must go to the next whole second")
                .isEqualTo(at(PAST, item(1), item(5), item(6)));
        assertThat(items().discard(page.place(), all))
                .as("what has been removed is not removed again")
                .isEmpty();
        assertThat(failed()).hasSize(4);
    }

    @Test
    @WireRule("W-656")
    void itemsBehindANumberOutsideOfAllSecondsAreNotLost() throws Exception {
        for (long far : new long[] {1_000_000_000_000_000_000L, -1_000_000_000_000_000_000L}) {
            seed(far, item(1));
            Map<DelayedPage.Stray, List<Effect>> strays = new LinkedHashMap<>();
            items().page("", Long.MIN_VALUE, Long.MAX_VALUE, 10, MUCH)
                    .strays()
                    .forEach(stray -> strays.put(stray, List.of()));
            assertThat(new BackgroundCall<>(() -> items().discard("", strays)).soon())
                    .as("what is no second must be removed")
                    .isEqualTo(strays.keySet());
            List<DelayedItem> found = walk(items(), Long.MIN_VALUE, Long.MAX_VALUE, 10);
            assertThat(found)
                    .as("the item behind %d must stand at some second", far)
                    .extracting(DelayedItem::item)
                    .containsExactly(item(1));
            assertThat(move(new DelayedMove(found.get(0).second(), item(1), null)))
                    .containsExactly(DelayedMove.State.MOVED);
        }
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-669")
    void manyEntriesOfOneScoreHideNoItem() {
        for (int i = 0; i < 9; i++) {
            redis.call("ZADD", key(SCHEDULE), 1, (i % 2 == 0 ? "0x" : "stray") + i);
        }
        redis.call("ZADD", key(SCHEDULE), 1, PAST);
        redis.call("RPUSH", key("delayed:" + PAST), item(1).text(), item(2).text());
        seed(PAST + 1, item(3));
        for (int count = 1; count < 12; count++) {
            assertThat(walk(items(), 0, FAR, count))
                    .as("a walk in pages of %d comes past them", count)
                    .extracting(DelayedItem::item)
                    .containsExactly(item(1), item(2), item(3));
        }
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-669")
    void anEntryThatHasItemsByNowStays() {
        seed(PAST, item(1));
        seed(PAST + 1, item(2));
        Map<DelayedPage.Stray, List<Effect>> seen = Map.of(
                stray("" + PAST, Kind.EMPTY), List.of(),
                stray("" + (PAST + 1), Kind.NOT_A_LIST), List.of(fails(FAILURE)));
        assertThat(items().discard("", seen))
                .as("these entries are no longer what they were")
                .isEmpty();
        assertDelayed("they stay", Map.of(PAST, List.of(item(1)), PAST + 1, List.of(item(2))));
        assertThat(failed()).isEmpty();
        redis.call("SET", key("failed"), "something else");
        redis.call("ZADD", key(SCHEDULE), 1, "abc");
        assertThat(items().discard("", Map.of(stray("abc", Kind.NOT_A_SECOND), List.of(fails(FAILURE)))))
                .as("its failure cannot be recorded, so the entry must not be removed")
                .isEmpty();
        assertThat(redis.number("ZCOUNT", key(SCHEDULE), seconds() + 50, seconds() + 60))
                .as("the entry must be due again a minute later")
                .isOne();
    }

    /** One item at {@link #PAST}, and entries of all kinds. Two items stand behind a fraction. */
    private void strays() {
        redis.call("ZADD", key(SCHEDULE), PAST - 3, "" + (PAST - 3));
        redis.call("ZADD", key(SCHEDULE), PAST - 2, "" + (PAST - 2));
        redis.call("SET", key("delayed:" + (PAST - 2)), "something else");
        redis.call("ZADD", key(SCHEDULE), "999999999.5", "999999999.5");
        redis.call("RPUSH", key("delayed:999999999.5"), item(5).text(), item(6).text());
        redis.call("ZADD", key(SCHEDULE), 1, "abc");
        redis.call("ZADD", key(SCHEDULE), 2, "0" + PAST);
        seed(PAST, item(1));
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-671")
    void aSweepFindsWhatOthersHaveLeftAndRepairsIt() {
        leaveBehind();
        Map<String, Object> before = everything();
        assertThat(sweep(false))
                .as(
                        "seconds without items, lists that the schedule lacks, members of sets whose list does not hold the item")
                .containsExactly(2L, 1L, 3L);
        assertThat(everything()).as("a look must write nothing").isEqualTo(before);
        assertThat(sweep(true)).as("all of it must be repaired").containsExactly(2L, 1L, 3L);
        Map<String, Object> after = delayedKeys();
        assertThat(after.remove(key("delayed:last_enqueued_at")))
                .as("Ruby's times of recurring jobs must stay")
                .isEqualTo(Map.of("job", "2026-11-28 20:52:20 -0500"));
        redis.call("DEL", key("delayed:last_enqueued_at"));
        assertDelayed(
                "the items must stand as before",
                Map.of(PAST, List.of(item(1)), FAR, List.of(item(1), item(2)), FAR + 1, List.of(item(3))));
        assertThat(sweep(true)).as("nothing is left").containsExactly(0L, 0L, 0L);
    }

    private List<Long> sweep(boolean repair) {
        long[] found = new long[3];
        String from = "";
        for (int steps = 0; from != null; steps++) {
            assertThat(steps).as("a sweep must come to its end").isLessThan(1_000);
            DelayedSweep step = items().sweep(from, repair);
            found[0] += step.emptySeconds();
            found[1] += step.unscheduledSeconds();
            found[2] += step.staleMarks();
            from = step.next();
        }
        return List.of(found[0], found[1], found[2]);
    }

    /** Two seconds without items, one that the schedule lacks, and three members of sets too many. */
    private void leaveBehind() {
        seed(PAST, item(1));
        seed(FAR, item(1), item(2));
        seed(FAR + 1, item(3));
        redis.call("HSET", key("delayed:last_enqueued_at"), "job", "2026-11-28 20:52:20 -0500");
        redis.call("ZREM", key(SCHEDULE), FAR + 1);
        redis.call("ZADD", key(SCHEDULE), PAST - 1, PAST - 1);
        redis.call("ZADD", key(SCHEDULE), FAR + 7, FAR + 7);
        redis.call("SADD", key("timestamps:" + item(2).text()), "delayed:" + PAST);
        redis.call("SADD", key("timestamps:" + item(9).text()), "delayed:" + FAR, "delayed:" + (FAR + 50));
    }
}
