package io.resque.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.spi.DelayedCount;
import io.resque.api.spi.DelayedItem;
import io.resque.api.spi.DelayedMove;
import io.resque.api.spi.DelayedPage;
import io.resque.api.spi.DelayedPage.Stray.Kind;
import io.resque.api.spi.DelayedSweep;
import io.resque.api.spi.Effect;
import io.resque.api.spi.ForeignLocks;
import io.resque.api.spi.Payload;
import io.resque.api.spi.QueueBackend;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Tests of delayed items beside what other libraries do and leave behind. */
@NeedsFeature(Feature.DELAYED_JOBS)
abstract class DelayedNeighbourRules extends DelayedBench {
    private static final ForeignLocks LOCKS = new ForeignLocks("");

    /** Where a foreign lock is noted. */
    private static final String SEEN = "java:seen_scheduler";

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
            redis.call("DEL", key(SEEN));
            for (List<DelayedMove> moves : aloneAndTogether(toQueue(PAST, 1))) {
                DelayedMove.Answer answer = items().move("", moves, looked);
                assertThat(answer.holder())
                        .as("the move must name who holds %s", lock)
                        .isEqualTo(holder);
                assertThat(answer.outcomes()).isEmpty();
                redis.call("DEL", key(SEEN));
            }
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

    private List<String> locks(String prefix) {
        return List.of(
                key(namespace + ":" + prefix + "resque_scheduler_master_lock"), key("resque_scheduler_leader_lock"));
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-673")
    void freeLocksAreTakenAndRenewedByWhoeverIsToHoldThem() {
        ForeignLocks held = new ForeignLocks("MyApp", true);
        List<String> locks = locks("MyApp:");
        List<Runnable> calls =
                List.of(() -> items().due("", held, 10, MUCH), () -> items().move("", List.of(toQueue(PAST, 1)), held));
        for (Runnable call : calls) {
            redis.call("DEL", locks.get(0), locks.get(1));
            for (int i = 0; i < 2; i++) { // takes them; then another one renews them
                seed(PAST, item(1));
                call.run();
                for (String lock : locks) {
                    assertThat(redis.text("GET", lock)).isEqualTo(ForeignLocks.OURS);
                    assertThat(redis.number("PTTL", lock))
                            .as("%s must expire", lock)
                            .isBetween(20_000L, 30_000L);
                    redis.call("PEXPIRE", lock, 5_000);
                }
            }
        }
        assertThatPayloads(queue("high"))
                .as("a lock that is ours keeps nothing back")
                .containsExactly(payload(1), payload(1));
        redis.call("DEL", locks.get(0), locks.get(1));
        assertThat(items().due("", new ForeignLocks("MyApp"), 10, MUCH).holder())
                .isNull();
        assertThat(redis.number("EXISTS", locks.get(0), locks.get(1)))
                .as("a caller that is not to hold them takes none")
                .isZero();
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-673")
    void noLockIsTakenFromItsHolderNorBesideOne() {
        ForeignLocks held = new ForeignLocks("", true);
        for (String lock : locks("")) {
            seed(PAST, item(1));
            redis.call("SET", lock, "host:1", "PX", 500_000);
            Map<String, Object> before = everything();
            ForeignLocks.Holder holder = new ForeignLocks.Holder(lock, "host:1");
            assertThat(items().due("", held, 10, MUCH).holder()).isEqualTo(holder);
            assertThat(items().move("", List.of(toQueue(PAST, 1)), held).holder())
                    .isEqualTo(holder);
            assertThat(everything())
                    .as("while %s is held, neither lock is taken, and nothing is moved", lock)
                    .isEqualTo(before);
            assertThat(redis.number("PTTL", lock)).isBetween(400_000L, 500_000L);
            redis.call("DEL", lock, key("delayed:" + PAST));
        }
        redis.call("RPUSH", locks("").get(0), "no lock");
        seed(PAST, item(2));
        assertThat(states(items().move("", List.of(toQueue(PAST, 2)), held))).containsExactly(DelayedMove.State.MOVED);
        assertThat(redis.texts("LRANGE", locks("").get(0), 0, -1))
                .as("a key of another type is no lock, and is left alone")
                .containsExactly("no lock");
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-674")
    void aForeignLockThatIsGoneCountsForAMomentAndEveryCallerKnows() {
        for (String lock : locks("")) {
            ForeignLocks.Holder holder = new ForeignLocks.Holder(lock, "host:1");
            for (boolean look : new boolean[] {true, false}) {
                seed(PAST, item(1));
                redis.call("SET", lock, "host:1");
                if (look) {
                    items().due("", LOCKS, 10, MUCH);
                } else {
                    items().move("", List.of(toQueue(PAST, 1)), LOCKS);
                }
                redis.call("DEL", lock);
                assertThat(redis.number("PTTL", key(SEEN)))
                        .as("it counts for ten seconds after it was seen")
                        .isBetween(5_000L, 10_000L);
                redis.call("PEXPIRE", key(SEEN), 6_000);
                try (QueueBackend other = open(url())) {
                    assertThat(items(other).due("", LOCKS, 10, MUCH).holder())
                            .as("a caller that has not seen it knows of it")
                            .isEqualTo(holder);
                    assertThat(items(other)
                                    .move("", List.of(toQueue(PAST, 1)), LOCKS)
                                    .holder())
                            .isEqualTo(holder);
                }
                assertThat(redis.number("PTTL", key(SEEN)))
                        .as("only the lock itself makes it longer")
                        .isBetween(1L, 6_000L);
                assertThat(items().due("", new ForeignLocks("", true), 10, MUCH).holder())
                        .as("a caller that is to hold the locks takes what is free")
                        .isNull();
                redis.call("DEL", key(SEEN), locks("").get(0), locks("").get(1));
                assertThat(states(items().move("", List.of(toQueue(PAST, 1)), LOCKS)))
                        .containsExactly(DelayedMove.State.MOVED);
            }
        }
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-678")
    void whatIsDueIsLeftToTheSchedulerOfAnotherLibrary() {
        for (String lock : locks("")) {
            seed(PAST, item(1), item(2));
            seed(FAR, item(1), item(2));
            redis.call("SET", lock, "host:1", "PX", 500_000);
            List<DelayedMove> moves = List.of(
                    new DelayedMove(PAST, item(2), null), new DelayedMove(FAR, item(2), null), toQueue(PAST, 1));
            assertThat(items().change("", moves, LOCKS))
                    .as("while %s is held, only what is not due is taken away", lock)
                    .containsExactly(0L, 1L, 0L);
            assertDelayedBeside("what is due stands where it stood", lock);
            redis.call("DEL", lock, key(SEEN));
            assertThat(items().change("", moves, LOCKS)).containsExactly(1L, 0L, 1L);
            redis.call("DEL", key("delayed:" + FAR), key("timestamps:" + item(1).text()), key(SCHEDULE));
        }
    }

    private void assertDelayedBeside(String why, String lock) {
        String holder = redis.text("GET", lock);
        redis.call("DEL", lock);
        assertDelayed(why, Map.of(PAST, List.of(item(1), item(2)), FAR, List.of(item(1))));
        redis.call("SET", lock, holder);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-678")
    void besideASchedulerOfAnotherLibraryNothingLeavesTheHeadOfASecond() {
        Payload large = item("\"" + "x".repeat(30_000) + "\"");
        seed(PAST, large, item(1));
        redis.call("ZADD", key(SCHEDULE), "999999999.5", "999999999.5");
        redis.call("RPUSH", key("delayed:999999999.5"), item(5).text());
        Map<DelayedPage.Stray, List<Effect>> strays = new LinkedHashMap<>();
        items().due("", null, 10, MUCH, 20_000).strays().forEach(stray -> strays.put(stray, List.of(fails(FAILURE))));
        assertThat(strays).hasSize(2);
        for (String lock : locks("")) {
            for (ForeignLocks looked : List.of(LOCKS, new ForeignLocks("", true))) {
                redis.call("SET", lock, "host:1");
                Map<String, Object> before = everything();
                for (Map.Entry<DelayedPage.Stray, List<Effect>> stray : strays.entrySet()) {
                    assertThat(items().discard("", Map.of(stray.getKey(), stray.getValue()), looked))
                            .as(
                                    "while %s is held, %s stays",
                                    lock, stray.getKey().kind())
                            .isEmpty();
                }
                redis.call("DEL", key(SEEN));
                assertThat(everything()).isEqualTo(before);
                redis.call("DEL", lock);
            }
        }
        assertThat(items().discard("", strays, LOCKS)).as("no lock is held").isEqualTo(strays.keySet());
        assertThatPayloads(failed()).containsExactly(FAILURE, FAILURE);
        assertThat(walk(items(), 0, FAR, 10)).isEqualTo(at(PAST, item(1), item(5)));
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
        assertThat(items().discard(page.place(), all, null)).isEqualTo(all.keySet());
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
        assertThat(items().discard(page.place(), all, null))
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
            assertThat(new BackgroundCall<>(() -> items().discard("", strays, null)).soon())
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
        assertThat(items().discard("", seen, null))
                .as("these entries are no longer what they were")
                .isEmpty();
        assertDelayed("they stay", Map.of(PAST, List.of(item(1)), PAST + 1, List.of(item(2))));
        assertThat(failed()).isEmpty();
        redis.call("SET", key("failed"), "something else");
        redis.call("ZADD", key(SCHEDULE), 1, "abc");
        assertThat(items().discard("", Map.of(stray("abc", Kind.NOT_A_SECOND), List.of(fails(FAILURE))), null))
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
    @WireRule("W-658")
    void anItemThatIsTooLargeIsNotReadAndCanBeSetAside() {
        Payload large = item("\"" + "x".repeat(30_000) + "\"");
        seed(PAST, item(1), large, item(2));
        assertThat(items().due("", null, 10, MUCH, 20_000).items())
                .as("those before it come first")
                .isEqualTo(at(PAST, item(1)));
        move(toQueue(PAST, 1));
        seed(PAST + 1, item(3));
        DelayedPage page = items().due("", null, 10, MUCH, 20_000);
        assertThat(page.items()).as("it hides no item of another second").isEqualTo(at(PAST + 1, item(3)));
        assertThat(page.strays()).singleElement().satisfies(stray -> {
            assertThat(stray.kind()).isEqualTo(Kind.TOO_LARGE);
            assertThat(stray.entry().text()).isEqualTo("" + PAST);
        });
        DelayedPage.Stray stray = page.strays().get(0);
        redis.call("SET", key("failed"), "something else");
        assertThat(items().discard("", Map.of(stray, List.of(fails(FAILURE))), null))
                .as("its failure cannot be recorded")
                .isEmpty();
        assertThat(Double.parseDouble(redis.text("ZSCORE", key(SCHEDULE), "" + PAST)))
                .as("its second must be due again a minute later")
                .isBetween(seconds() + 50.0, seconds() + 60.0);
        redis.call("DEL", key("failed"));
        assertThat(items().discard("", Map.of(stray, List.of(fails(FAILURE))), null))
                .containsExactly(stray);
        assertThatPayloads(failed()).containsExactly(FAILURE);
        assertThat(redis.texts("HVALS", key("java:oversize")))
                .as("its bytes are kept")
                .containsExactly(large.text());
        assertDelayed("nothing else is touched", Map.of(PAST, List.of(item(2)), PAST + 1, List.of(item(3))));
        assertThat(items().discard("", Map.of(stray, List.of(fails(FAILURE))), null))
                .as("what has been set aside is not set aside again")
                .isEmpty();
        assertThat(items().due("", null, 10, MUCH, 40_000).strays()).isEmpty();
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

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-657")
    void manyEntriesOfOneScoreAreAllCounted() {
        entriesOfOneScore();
        assertThat(countOf(7)).as("each other entry has one item").isEqualTo(1_250);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-671")
    void manyEntriesOfOneScoreAreAllSwept() {
        entriesOfOneScore();
        assertThat(sweep(false).get(0)).as("each other entry is empty").isEqualTo(1_250);
        assertThat(sweep(true).get(0)).isEqualTo(1_250);
        assertThat(sweep(true).get(0)).as("nothing is left").isZero();
        assertThat(countOf(7)).isEqualTo(1_250);
    }

    private void entriesOfOneScore() {
        for (int i = 0; i < 2_500; i++) {
            redis.call("ZADD", key(SCHEDULE), 7, FAR + i);
            if (i % 2 == 0) {
                redis.call("RPUSH", key("delayed:" + (FAR + i)), item(1).text());
            }
        }
    }

    private long countOf(long score) {
        long all = 0;
        String from = "";
        for (int parts = 0; from != null; parts++) {
            assertThat(parts).as("a count must come to its end").isLessThan(100);
            DelayedCount part = items().count(from, score, score);
            all += part.items();
            from = part.next();
        }
        return all;
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
