package io.resque.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.resque.api.BackendException;
import io.resque.api.JobIdTakenException;
import io.resque.api.JobState;
import io.resque.api.spi.DelayedCount;
import io.resque.api.spi.DelayedItem;
import io.resque.api.spi.DelayedPage;
import io.resque.api.spi.DelayedPush;
import io.resque.api.spi.Payload;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.StatusChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Tests of delayed items: writing and reading them. */
@NeedsFeature(Feature.DELAYED_JOBS)
abstract class DelayedRules extends DelayedBench {
    private static final Payload ODD = Payload.of(new byte[] {'{', (byte) 0xff, 0, '\n', '"', '\\', '}', (byte) 0xc3});

    DelayedRules(QueueBackendTck kit) {
        super(kit);
    }

    // Writing

    @Test
    @WireRule("W-651")
    void anItemStandsAtItsSecond() {
        long now = items().write(new DelayedPush("high", List.of(entry(FAR, 1))));
        assertThat(now).as("write must return the backend's time").isBetween(seconds() - 5, seconds());
        assertDelayed("one item", Map.of(FAR, List.of(item(1))));
        assertThat(judge.queues()).as("a delayed job announces no queue").isEmpty();
        assertThat(queue("high")).isEmpty();
        items().write(new DelayedPush("high", List.of(entry(FAR, 2), entry(FAR + 5, 1), entry(FAR, 1), entry(FAR, 3))));
        assertDelayed(
                "items of one second stand in the order in which they were written, also equal ones",
                Map.of(FAR, List.of(item(1), item(2), item(1), item(3)), FAR + 5, List.of(item(1))));
    }

    @Test
    @WireRule("W-651")
    void theBytesOfAnItemAreKept() {
        items().write(new DelayedPush("high", List.of(new DelayedPush.Entry(FAR, ODD, JOB))));
        assertThat(items().page("", FAR, FAR, 10, MUCH).items())
                .as("an item is any bytes")
                .containsExactly(new DelayedItem(FAR, ODD));
    }

    @Test
    @WireRule("W-652")
    void aSecondThatIsDueGoesStraightToTheQueue() {
        long now = seconds();
        push("high", OTHER);
        long decided = items().write(new DelayedPush(
                "high", List.of(entry(PAST, 1), entry(FAR, 2), entry(now, 3), entry(-1, 4), entry(0, 5))));
        assertThat(decided).as("the backend's time must decide").isBetween(now, seconds());
        assertThatPayloads(queue("high"))
                .as("jobs whose second is not later than the backend's time must be in their queue, in order")
                .containsExactly(OTHER, payload(1), payload(3), payload(4), payload(5));
        assertDelayed("only the job of a later second is delayed", Map.of(FAR, List.of(item(2))));
    }

    @Test
    @WireRule("W-652")
    void theBackendsClockDecides() {
        List<Payload> delayed = new ArrayList<>();
        List<Payload> pushed = new ArrayList<>();
        long second = 0;
        for (int i = 0; i < 3; i++) {
            second = seconds() + i;
            long decided = items().write(new DelayedPush("new", List.of(entry(second, i))));
            (second > decided ? delayed : pushed).add(second > decided ? item(i) : payload(i));
        }
        assertThatPayloads(queue("new"))
                .as("an item is delayed exactly if its second is later than the time that write returns")
                .containsExactlyElementsOf(pushed);
        assertThat(walk(items(), 0, FAR, 10)).extracting(DelayedItem::item).containsExactlyElementsOf(delayed);
        assertThat(judge.queues())
                .as("a queue is announced when a job is pushed onto it")
                .isEqualTo(pushed.isEmpty() ? Set.of() : Set.of("new"));
    }

    @Test
    @WireRule("W-653")
    void statusesAreWrittenWithTheItems() {
        StatusChange first = new StatusChange("t1", JobState.WAITING, null, null);
        StatusChange second = new StatusChange("t2", JobState.WAITING, null, null);
        items().write(new DelayedPush("high", List.of(entry(FAR, 1), entry(PAST, 2)), List.of(first, second), true));
        assertThat(List.of(judge.status("t1"), judge.status("t2"))).containsExactly(1, 1);
        assertDelayed("with its status", Map.of(FAR, List.of(item(1))));
        runs("t1");
        items().write(new DelayedPush("high", List.of(entry(FAR, 1)), List.of(first), false));
        assertThat(judge.status("t1"))
                .as("a push that is not onlyNew replaces a status")
                .isEqualTo(1);
    }

    @Test
    @WireRule("W-653")
    void nothingIsWrittenIfAStatusIsTaken() {
        runs("t2");
        Map<String, Object> before = everything();
        StatusChange first = new StatusChange("t1", JobState.WAITING, null, null);
        StatusChange second = new StatusChange("t2", JobState.WAITING, null, null);
        assertThat(catchThrowable(() -> items().write(new DelayedPush(
                        "high", List.of(entry(FAR, 1), entry(PAST, 2)), List.of(first, second), true))))
                .as("a push that is onlyNew must be refused if one of its statuses has a record")
                .isInstanceOf(JobIdTakenException.class);
        assertThat(everything()).as("nothing must be written then").isEqualTo(before);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-654")
    void aWriteIsDoneWholeOrNotAtAll() {
        for (String wrong : List.of("queue:high", SCHEDULE, "delayed:" + FAR)) {
            redis.deleteKeys(namespace + ":");
            redis.call("SET", key(wrong), "something else");
            Map<String, Object> before = everything();
            assertThat(catchThrowable(() -> items().write(new DelayedPush(
                            "high",
                            List.of(entry(PAST, 1), entry(FAR - 1, 2), entry(FAR, 3)),
                            List.of(new StatusChange("t1", JobState.WAITING, null, null)),
                            false))))
                    .as("%s is of another type, so the write must be refused", wrong)
                    .isInstanceOf(BackendException.class)
                    .hasMessageContaining(key(wrong));
            assertThat(everything()).as("%s: nothing must be written", wrong).isEqualTo(before);
            if (!wrong.equals("queue:high")) {
                assertThat(catchThrowable(() -> items().write(new DelayedPush("high", List.of(entry(FAR, 3))))))
                        .as("%s is of another type, so the write of one item must be refused", wrong)
                        .isInstanceOf(BackendException.class)
                        .hasMessageContaining(key(wrong));
                assertThat(everything())
                        .as("%s: nothing must be written", wrong)
                        .isEqualTo(before);
            }
        }
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-654")
    void aFullServerTakesNoDelayedItem() {
        try (RedisServer own = RedisServer.start();
                RespClient client = own.client();
                QueueBackend other = open(own.url())) {
            items(other).write(new DelayedPush("high", List.of(entry(FAR, 1))));
            client.call("CONFIG", "SET", "maxmemory", 1);
            Map<String, Object> before = client.dump(namespace + ":");
            for (long second : new long[] {PAST, FAR, FAR + 1}) {
                assertThat(catchThrowable(() -> items(other).write(new DelayedPush("high", List.of(entry(second, 2))))))
                        .as("the server is full, so the write must throw a BackendException")
                        .isInstanceOf(BackendException.class);
                assertThat(client.dump(namespace + ":"))
                        .as("the server refuses writes: nothing must be half done")
                        .isEqualTo(before);
            }
        }
    }

    // Reading

    @Test
    @WireRule("W-655")
    void dueItemsAreFoundTheEarliestFirst() {
        long now = seconds();
        seed(PAST + 5, item(3));
        seed(PAST, item(1), item(2), item(1));
        seed(FAR, item(9));
        seed(FAR + 1, item(9));
        Map<String, Object> before = everything();
        DelayedPage page = items().due("", null, 10, MUCH);
        assertThat(page.items())
                .as("due must return what is due: the earliest second first, each second in its order")
                .isEqualTo(List.of(
                        new DelayedItem(PAST, item(1)),
                        new DelayedItem(PAST, item(2)),
                        new DelayedItem(PAST, item(1)),
                        new DelayedItem(PAST + 5, item(3))));
        assertThat(page.now()).as("the backend's time").isBetween(now, seconds());
        assertThat(page.later()).as("the next second that is not due").isEqualTo(FAR);
        assertThat(page.next()).as("all due items were returned").isNull();
        assertThat(page.strays()).isEmpty();
        assertThat(page.holder()).isNull();
        assertThat(everything()).as("a look must write nothing").isEqualTo(before);
    }

    @Test
    @WireRule("W-655")
    void anItemIsDueWhenItsSecondHasCome() {
        long second = seconds() + 2;
        items().write(new DelayedPush("high", List.of(entry(second, 1))));
        DelayedPage page = items().due("", null, 10, MUCH);
        while (page.items().isEmpty()) {
            assertThat(page.now()).as("an item must be due in its second").isLessThan(second);
            assertThat(page.later()).as("the next second that is not due").isEqualTo(second);
            nextSecond();
            page = items().due("", null, 10, MUCH);
        }
        assertThat(page.now()).as("an item must not be due before its second").isGreaterThanOrEqualTo(second);
        assertThat(page.later()).as("nothing is delayed further").isNull();
        items().move(page.place(), List.of(toQueue(second, 1)), null);
        assertThat(items().due("", null, 10, MUCH).items()).isEmpty();
    }

    @Test
    @WireRule("W-655")
    void aLookIsBoundedByCountAndBytes() {
        for (int i = 10; i < 30; i++) {
            seed(PAST + i / 5, item(i));
        }
        int size = item(10).size();
        DelayedPage some = items().due("", null, 7, MUCH);
        assertThat(some.items()).as("at most 7 items").hasSize(7);
        assertThat(items().due(String.valueOf(some.next()), null, 7, MUCH).items())
                .as("those behind them are found from its next, also while they stand")
                .extracting(DelayedItem::item)
                .containsExactly(item(17), item(18), item(19), item(20), item(21), item(22), item(23));
        assertThat(items().due("", null, 20, MUCH).next())
                .as("20 items are due, and all were returned")
                .isNull();
        assertThat(items().due("", null, 20, 3L * size + 1).items())
                .as("as many items as fit into so many bytes")
                .hasSize(3);
        assertThat(items().due("", null, 20, 3L * size).items())
                .as("three items fit into exactly their bytes")
                .hasSize(3);
        assertThat(items().due("", null, 20, 1).items())
                .as("one item at least, even if it is larger")
                .containsExactly(new DelayedItem(PAST + 2, item(10)));
    }

    @Test
    @WireRule("W-656")
    void pagesGoThroughTheItemsOfAnySeconds() {
        List<DelayedItem> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            long second = i < 20 ? PAST + i / 10 : FAR + i / 4;
            seed(second, item(i % 3));
            all.add(new DelayedItem(second, item(i % 3)));
        }
        Map<String, Object> before = everything();
        for (int count : new int[] {1, 3, 7, 40, 100}) {
            assertThat(walk(items(), Long.MIN_VALUE, Long.MAX_VALUE, count))
                    .as("a walk by pages of %s must give each item once, in order", count)
                    .isEqualTo(all);
        }
        assertThat(walk(items(), PAST + 1, FAR + 6, 3))
                .as("only the items from the first second to the last one")
                .isEqualTo(all.stream()
                        .filter(item -> item.second() > PAST && item.second() <= FAR + 6)
                        .toList());
        assertThat(walk(items(), FAR + 6, PAST, 3)).isEmpty();
        assertThat(items().page("", FAR, FAR + 9, 10, 1).items())
                .as("one item at least, even if it is larger")
                .hasSize(1);
        assertThat(everything()).as("reading must write nothing").isEqualTo(before);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-658")
    void aPageHasTheStandInOfAnItemThatIsTooLarge() {
        Payload large = item("\"" + "x".repeat(5_000) + "\"");
        seed(PAST, item(1), large, item(2));
        seed(FAR, large, item(3));
        List<Payload> read = new ArrayList<>();
        for (String from = ""; from != null; ) {
            DelayedPage page = items().page(from, PAST, FAR, 2, MUCH, 4_000);
            page.items().forEach(item -> read.add(item.item()));
            from = page.next();
        }
        assertThat(read)
                .as("each item of the page stands once, a larger one by its stand-in")
                .hasSize(5);
        assertThatPayloads(List.of(read.get(0), read.get(2), read.get(4))).containsExactly(item(1), item(2), item(3));
        for (int i : new int[] {1, 3}) {
            assertThat(read.get(i).text())
                    .as("the stand-in says how large the item is")
                    .startsWith("{\"class\":\"OversizePayload\",\"args\":[],\"size\":" + large.size() + ",\"head\":")
                    .endsWith("\\\"queue\\\":\\\"high\\\"}\"}");
        }
        assertDelayed(
                "reading changes nothing",
                Map.of(PAST, List.of(item(1), large, item(2)), FAR, List.of(large, item(3))));
    }

    @Test
    @WireRule("W-657")
    void jobsAreCountedAndNotSeconds() {
        assertThat(count(Long.MIN_VALUE, Long.MAX_VALUE)).isZero();
        LongStream.range(0, 1_500)
                .forEach(i -> items().write(new DelayedPush("high", List.of(entry(FAR + i, 1), entry(FAR + i, 2)))));
        seed(PAST, item(1));
        assertThat(count(Long.MIN_VALUE, Long.MAX_VALUE)).as("all items").isEqualTo(3_001);
        assertThat(count(PAST, PAST)).as("the items of one second").isEqualTo(1);
        assertThat(count(FAR + 1, FAR + 1_200))
                .as("the items from the first second to the last one")
                .isEqualTo(2_400);
    }

    private long count(long first, long last) {
        long all = 0;
        String from = "";
        for (int parts = 0; from != null; parts++) {
            assertThat(parts).as("a count must come to its end").isLessThan(100);
            DelayedCount part = items().count(from, first, last);
            all += part.items();
            from = part.next();
        }
        return all;
    }
}
