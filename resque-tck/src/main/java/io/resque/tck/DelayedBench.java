package io.resque.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.spi.DelayedItem;
import io.resque.api.spi.DelayedItems;
import io.resque.api.spi.DelayedMove;
import io.resque.api.spi.DelayedPage;
import io.resque.api.spi.DelayedPush;
import io.resque.api.spi.Payload;
import io.resque.api.spi.QueueBackend;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The base class of the tests of delayed items: it writes them without the call under test, and reads them without the backend. */
abstract class DelayedBench extends BackendRules {
    static final String SCHEDULE = "delayed_queue_schedule";
    static final long MUCH = 1 << 20;
    static final Payload FAILURE = Payload.ofText("{\"error\":\"no job\"}");

    /** A second that is far away. */
    static final long FAR = 4_000_000_000L;

    /** A second that is further away, where no test looks. */
    private static final long ASIDE = 2 * FAR;

    /** A second that is past. */
    static final long PAST = 1_000_000_000L;

    DelayedBench(QueueBackendTck kit) {
        super(kit);
    }

    DelayedItems items() {
        return items(backend);
    }

    static DelayedItems items(QueueBackend backend) {
        return backend.delayed()
                .orElseThrow(() -> new AssertionError(
                        "the adapter declares " + Feature.DELAYED_JOBS + ", so delayed() must not be empty"));
    }

    /** The item of a job with this argument, as Ruby writes it for the queue {@code high}. */
    static Payload item(Object argument) {
        return Payload.ofText("{\"class\":\"A\",\"args\":[" + argument + "],\"queue\":\"high\"}");
    }

    /** The payload of the job of {@link #item}. */
    static Payload payload(Object argument) {
        return Payload.ofText("{\"class\":\"A\",\"args\":[" + argument + "]}");
    }

    static DelayedPush.Entry entry(long second, Object argument) {
        return new DelayedPush.Entry(second, item(argument), payload(argument));
    }

    /** A move of the job with this argument onto the queue {@code high}. */
    static DelayedMove toQueue(long second, Object argument) {
        return new DelayedMove(second, item(argument), new DelayedMove.ToQueue("high", payload(argument)));
    }

    long seconds() {
        return now().getEpochSecond();
    }

    /** Puts items at a second, which may be past. */
    void seed(long second, Payload... some) {
        if (hasKeys()) {
            seed(redis, second, some);
            return;
        }
        // A write would push what is due, so the items are written for later, and then put there.
        for (Payload item : some) {
            items().write(new DelayedPush("high", List.of(new DelayedPush.Entry(ASIDE, item, item))));
            items().change(
                            "",
                            List.of(new DelayedMove(ASIDE, item, new DelayedMove.ToSecond(second, item, null))),
                            null);
        }
    }

    void seed(RespClient client, long second, Payload... some) {
        for (Payload item : some) {
            client.call("RPUSH", key("delayed:" + second), item.toBytes());
            client.call("SADD", key("timestamps:" + item.text()), "delayed:" + second);
            client.call("ZADD", key(SCHEDULE), second, second);
        }
    }

    /** Checks that exactly these items stand there, and that the keys hold nothing else for delayed items. */
    void assertDelayed(String why, Map<Long, List<Payload>> expected) {
        if (!hasKeys()) {
            try (QueueBackend other = open(url())) {
                Map<Long, List<Payload>> found = new TreeMap<>();
                walk(items(other), Long.MIN_VALUE, Long.MAX_VALUE, 1_000)
                        .forEach(item -> found.computeIfAbsent(item.second(), absent -> new ArrayList<>())
                                .add(item.item()));
                assertThat(texts(found)).as(why).isEqualTo(texts(new TreeMap<>(expected)));
            }
            return;
        }
        assertThat(delayedKeys())
                .as("%s: each second must have its list, be in the schedule, and in the set of each of its items", why)
                .isEqualTo(keysOf(expected));
    }

    private Map<String, Object> keysOf(Map<Long, List<Payload>> items) {
        Map<String, Object> keys = new TreeMap<>();
        Map<String, String> schedule = new TreeMap<>();
        Map<String, Set<String>> seconds = new TreeMap<>();
        items.forEach((second, some) -> {
            schedule.put("" + second, "" + second);
            keys.put(key("delayed:" + second), some.stream().map(Payload::text).toList());
            some.forEach(item -> seconds.computeIfAbsent(key("timestamps:" + item.text()), absent -> new TreeSet<>())
                    .add("delayed:" + second));
        });
        keys.putAll(seconds);
        if (!schedule.isEmpty()) {
            keys.put(key(SCHEDULE), schedule);
        }
        return keys;
    }

    /** The keys of delayed items. */
    Map<String, Object> delayedKeys() {
        Map<String, Object> keys = new TreeMap<>(everything());
        keys.keySet().removeIf(name -> !name.startsWith(key("delayed")) && !name.startsWith(key("timestamps:")));
        return keys;
    }

    private static Map<Long, List<String>> texts(Map<Long, List<Payload>> items) {
        Map<Long, List<String>> texts = new TreeMap<>();
        items.forEach((second, some) ->
                texts.put(second, some.stream().map(Payload::text).toList()));
        return texts;
    }

    /** All items of these seconds, read page by page. */
    static List<DelayedItem> walk(DelayedItems items, long first, long last, int count) {
        List<DelayedItem> all = new ArrayList<>();
        String from = "";
        for (int pages = 0; from != null; pages++) {
            assertThat(pages).as("a walk must come to its end").isLessThan(1_000);
            DelayedPage page = items.page(from, first, last, count, MUCH);
            all.addAll(page.items());
            from = page.next();
        }
        return all;
    }

    static List<DelayedItem> at(long second, Payload... some) {
        return Arrays.stream(some).map(item -> new DelayedItem(second, item)).toList();
    }

    /** A move alone, and together with one of another kind, of an item that is not there: an adapter can send these in another way. */
    static List<List<DelayedMove>> aloneAndTogether(DelayedMove move) {
        return List.of(List.of(move), List.of(move, new DelayedMove(move.second(), item("\"not there\""), null)));
    }

    List<DelayedMove.State> move(DelayedMove... moves) {
        return states(items().move("", List.of(moves), null));
    }

    static List<DelayedMove.State> states(DelayedMove.Answer answer) {
        return answer.outcomes().stream().map(DelayedMove.Outcome::state).toList();
    }

    static DelayedPage.Stray stray(String entry, DelayedPage.Stray.Kind kind) {
        return new DelayedPage.Stray(Payload.ofText(entry), kind);
    }
}
