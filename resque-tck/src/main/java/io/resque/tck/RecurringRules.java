package io.resque.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.resque.api.BackendException;
import io.resque.api.spi.Payload;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.RecurringEntries;
import io.resque.api.spi.RecurringEntry;
import io.resque.api.spi.RecurringPage;
import io.resque.api.spi.RecurringTick;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Tests of recurring jobs: their entries. */
@NeedsFeature(Feature.RECURRING_JOBS)
abstract class RecurringRules extends RecurringBench {
    RecurringRules(QueueBackendTck kit) {
        super(kit);
    }

    // Writing and removing

    @Test
    @WireRule("W-621")
    void anEntryIsWrittenAsItIs() {
        assertThat(entries().put("high", "some name/\u00e9", null, ENTRY, false))
                .as("no entry of this name stands there, as expected")
                .isTrue();
        assertThat(stands("some name/\u00e9")).contains(shown("some name/\u00e9", ENTRY, null, false));
        assertThat(judge.queues()).as("an entry announces no queue").isEmpty();
        onKeys(() -> assertThat(everything().keySet())
                .as("Ruby's schedulers are not told, and nothing else is written")
                .containsExactly(key(ENTRIES)));
        assertThat(entries().put("high", "odd", null, ODD, true)).isTrue();
        assertThat(stands("odd").map(RecurringEntry::config))
                .as("an entry is any bytes")
                .contains(ODD);
        onKeys(() -> assertThat(everything().get(key(CHANGED)))
                .as("Ruby's schedulers are told of the entry that they must load")
                .isEqualTo(Set.of("odd")));
    }

    @Test
    @WireRule("W-622")
    void anEntryIsWrittenOnlyOverTheExpectedOne() {
        seed("a", ENTRY, FIRST);
        Map<String, Object> before = everything();
        assertThat(entries().put("high", "a", null, CHANGE, true))
                .as("another entry stands there than none")
                .isFalse();
        assertThat(entries().put("high", "a", CHANGE, ODD, true))
                .as("another entry stands there than the expected one")
                .isFalse();
        assertThat(entries().put("high", "b", ENTRY, CHANGE, true))
                .as("none stands there, but one is expected")
                .isFalse();
        assertThat(entries().put("high", "a", ENTRY, ENTRY, true))
                .as("an entry that has these bytes already stands there")
                .isTrue();
        assertThat(entries().put("high", "a", null, ENTRY, true))
                .as("what stands there is what was to be written, whatever was expected")
                .isTrue();
        assertThat(everything())
                .as("what is refused or unchanged must write nothing")
                .isEqualTo(before);
        assertThat(entries().put("high", "a", ENTRY, CHANGE, false)).isTrue();
        assertThat(stands("a")).as("a changed entry keeps its last run").contains(shown("a", CHANGE, FIRST, false));
    }

    @Test
    @WireRule("W-623")
    void anEntryIsRemovedWithAllThatBelongsToIt() {
        seed("a", ENTRY, FIRST);
        seed("b", ENTRY, FIRST);
        entries().pause("", "a");
        onKeys(() -> redis.call("HSET", key(LAST_RUNS), "of Ruby's process", FIRST));
        assertThat(entries().remove("", "a", OTHER, false))
                .as("another entry stands there than expected")
                .isFalse();
        assertThat(stands("a")).contains(shown("a", ENTRY, FIRST, true));
        assertThat(entries().remove("", "a", ENTRY, false))
                .as("there is such an entry")
                .isTrue();
        assertThat(stands("a")).isEmpty();
        assertThat(stands("b")).as("no other entry is removed").contains(shown("b", ENTRY, FIRST, false));
        onKeys(() -> assertThat(everything().keySet())
                .as("the pause goes with the entry, and Ruby's schedulers are not told")
                .containsExactlyInAnyOrder(key(ENTRIES), key(LAST_RUNS)));
        Map<String, Object> before = everything();
        for (String none : List.of("a", "of Ruby's process")) {
            assertThat(entries().remove("", none, ENTRY, true))
                    .as("there is no entry \"%s\"", none)
                    .isFalse();
        }
        assertThat(everything()).as("nothing must be written then").isEqualTo(before);
        assertThat(entries().put("high", "a", null, ENTRY, false)).isTrue();
        assertThat(stands("a"))
                .as("a new entry of this name has no last run, and is not paused")
                .contains(shown("a", ENTRY, null, false));
        entries().remove("", "b", ENTRY, true);
        onKeys(() -> assertThat(everything().get(key(CHANGED)))
                .as("Ruby's schedulers are told of the entry that they must drop")
                .isEqualTo(Set.of("b")));
    }

    // Reading

    @Test
    @WireRule("W-624")
    void pagesGoThroughAllEntries() {
        Map<String, RecurringEntry> all = new TreeMap<>();
        for (int i = 0; i < 700; i++) {
            Payload entry = Payload.ofText(ENTRY.text() + " ".repeat(i % 90));
            String lastRun = i % 3 == 0 ? FIRST : null;
            seed("e" + i, entry, lastRun);
            all.put("e" + i, shown("e" + i, entry, lastRun, i == 5));
        }
        entries().pause("", "e5");
        Map<String, Object> before = everything();
        for (int count : new int[] {1, 50, 1_000}) {
            assertThat(walk(count, MUCH))
                    .as("a walk by pages of about %s must give each entry with its last run", count)
                    .isEqualTo(all);
        }
        assertThat(entries().count()).as("the number of entries").isEqualTo(700);
        assertThat(entries().page("", 50, MUCH).entries())
                .as("a page of about 50 entries")
                .hasSizeLessThan(500);
        assertThat(find(entries(), "e5")).as("one entry").contains(all.get("e5"));
        assertThat(find(entries(), "none")).as("an entry that is not there").isEmpty();
        assertThat(everything()).as("reading must write nothing").isEqualTo(before);
    }

    @Test
    @WireRule("W-624")
    void aLargeEntryIsNamedWithoutItsBytes() {
        seed("small", ENTRY, FIRST);
        seed("large", Payload.ofText("x".repeat(ENTRY.size() + 1)), null);
        assertThat(walk(10, ENTRY.size()).values())
                .as("an entry of more bytes than are wanted has none")
                .containsExactly(
                        new RecurringEntry("large", null, ENTRY.size() + 1, null, false),
                        shown("small", ENTRY, FIRST, false));
        assertThat(find(entries(), "large").orElseThrow().config()).isNotNull();
        long now = now().getEpochSecond();
        assertThat(entries().page("", 10, MUCH).now())
                .as("a page must tell the backend's time")
                .isBetween(now, now().getEpochSecond());
    }

    private Map<String, RecurringEntry> walk(int count, int maxBytes) {
        Map<String, RecurringEntry> all = new TreeMap<>();
        String from = "";
        for (int pages = 0; from != null; pages++) {
            assertThat(pages).as("a walk must come to its end").isLessThan(5_000);
            RecurringPage page = entries().page(from, count, maxBytes);
            page.entries().forEach(entry -> all.put(entry.name(), entry));
            from = page.next();
        }
        return all;
    }

    // Pausing

    @Test
    @WireRule("W-628")
    void aPauseLastsUntilItIsEnded() {
        seed("a", ENTRY, FIRST);
        assertThat(entries().pause("", "none")).as("there is no such entry").isFalse();
        assertThat(entries().resume("", "a", FIRST, SECOND))
                .as("it is not paused")
                .isFalse();
        assertThat(stands("a")).contains(shown("a", ENTRY, FIRST, false));
        assertThat(entries().pause("", "a")).isTrue();
        assertThat(entries().pause("", "a")).as("it is paused already").isTrue();
        assertThat(stands("a")).contains(shown("a", ENTRY, FIRST, true));
        assertThat(states(tick("a", ENTRY, FIRST, SECOND))).containsExactly(RecurringTick.State.GONE);
        assertThat(entries().put("high", "a", ENTRY, CHANGE, false)).isTrue();
        assertThat(stands("a")).as("a changed entry stays paused").contains(shown("a", CHANGE, FIRST, true));
        assertThat(entries().resume("", "a", SECOND, THIRD))
                .as("another last run stands there than expected")
                .isFalse();
        assertThat(entries().resume("", "a", null, THIRD))
                .as("no last run is expected, and one stands there")
                .isFalse();
        assertThat(stands("a")).contains(shown("a", CHANGE, FIRST, true));
        assertThat(entries().resume("", "a", FIRST, THIRD)).isTrue();
        assertThat(stands("a"))
                .as("the end of a pause writes the last run, so that no tick of the pause is made")
                .contains(shown("a", CHANGE, THIRD, false));
        assertThat(states(tick("a", CHANGE, FIRST, SECOND), tick("a", CHANGE, THIRD, SECOND)))
                .containsExactly(RecurringTick.State.GONE, RecurringTick.State.MADE);
        onKeys(() -> assertThat(everything().keySet())
                .as("nothing is left of the pause")
                .containsExactlyInAnyOrder(key(ENTRIES), key(LAST_RUNS), key(NOTES), key("queues"), key("queue:high")));
    }

    // What Redis refuses

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-629")
    void keysOfAnotherTypeAreLeftAlone() {
        for (String wrong : List.of(ENTRIES, LAST_RUNS, CHANGED, PAUSED)) {
            seed("a", ENTRY, FIRST);
            redis.call("DEL", key(wrong));
            redis.call("SET", key(wrong), "something else");
            if (wrong.equals(PAUSED)) {
                assertThat(find(entries(), "a")).contains(shown("a", ENTRY, FIRST, false));
                isOfAnotherType(wrong, () -> entries().pause("", "a"));
            } else if (wrong.equals(LAST_RUNS)) {
                assertThat(walk(10, MUCH)).containsEntry("a", shown("a", ENTRY, null, false));
                List<RecurringTick.Outcome> outcomes =
                        entries().tick("", List.of(tick("a", ENTRY, null, SECOND)), null);
                assertThat(states(outcomes))
                        .as("the last run cannot be written, so the tick must be refused")
                        .containsExactly(RecurringTick.State.REFUSED);
                assertThat(outcomes.get(0).refusal()).contains(key(LAST_RUNS));
                entries().pause("", "a");
                isOfAnotherType(wrong, () -> entries().resume("", "a", null, SECOND));
                redis.call("DEL", key(PAUSED));
            } else {
                isOfAnotherType(wrong, () -> entries().put("high", "b", null, ENTRY, true));
                if (wrong.equals(CHANGED)) {
                    isOfAnotherType(wrong, () -> entries().remove("", "a", ENTRY, true));
                } else {
                    assertThat(walk(10, MUCH)).as("no entries can be read").isEmpty();
                    assertThat(entries().remove("", "a", ENTRY, false)).isFalse();
                    assertThat(states(tick("a", ENTRY, FIRST, SECOND))).containsExactly(RecurringTick.State.GONE);
                }
            }
            assertThat(text(wrong)).as("a key of another type is left alone").isEqualTo("something else");
            assertThat(judge.queues()).as("nothing is pushed").isEmpty();
            redis.deleteKeys(namespace + ":");
        }
        assertThat(new TreeSet<>(everything().keySet())).isEmpty();
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-629")
    void aFullServerWritesNothing() {
        try (RedisServer own = RedisServer.start();
                RespClient client = own.client();
                QueueBackend other = open(own.url())) {
            RecurringEntries full = entries(other);
            full.put("high", "a", null, ENTRY, false);
            full.put("high", "b", null, ENTRY, false);
            full.pause("", "b");
            client.call("CONFIG", "SET", "maxmemory", 1);
            refused(client, () -> full.put("high", "a", ENTRY, CHANGE, true));
            refused(client, () -> full.put("high", "c", null, ENTRY, false));
            refused(client, () -> full.remove("", "a", ENTRY, true));
            refused(client, () -> full.tick("", List.of(tick("a", ENTRY, null, FIRST)), null));
            refused(
                    client,
                    () -> full.tick(
                            "",
                            List.of(new RecurringTick("a", ENTRY, null, FIRST, null, List.of(fails(FAILURE)))),
                            null));
            refused(client, () -> full.resume("", "b", null, FIRST));
            assertThat(full.remove("", "b", ENTRY, false))
                    .as("a removal needs no memory")
                    .isTrue();
            client.call("CONFIG", "SET", "maxmemory", 0);
        }
    }

    private void isOfAnotherType(String wrong, ThrowingCallable call) {
        assertThat(refused(redis, call)).as("the message names the key").hasMessageContaining(key(wrong));
    }

    private Throwable refused(RespClient client, ThrowingCallable call) {
        Map<String, Object> before = client.dump(namespace + ":");
        Throwable refused = catchThrowable(call);
        assertThat(refused)
                .as("it cannot be written, so the call must throw a BackendException")
                .isInstanceOf(BackendException.class);
        assertThat(client.dump(namespace + ":")).as("nothing must be half done").isEqualTo(before);
        return refused;
    }
}
