package io.resque.core.internal.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.spi.DelayedItem;
import io.resque.api.spi.DelayedMove;
import io.resque.api.spi.DelayedPage;
import io.resque.api.spi.DelayedPush;
import io.resque.api.spi.Payload;
import io.resque.api.spi.RecurringEntries;
import io.resque.api.spi.RecurringEntry;
import io.resque.core.CoreRedis;
import io.resque.core.internal.wire.ItemShape;
import io.resque.core.internal.wire.PayloadReader;
import io.resque.core.internal.wire.PayloadShape;
import io.resque.tck.RespClient;
import io.resque.tck.WireRule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What resque-scheduler, node-resque and php-resque were recorded to do with delayed jobs, done by ours: the keys afterwards must be
 * the same. {@code recorded/deliberate.txt} lists the cases that differ, each with the rule that asks for it, and those of which only
 * the process of the other library has the operation.
 */
class RecordedDelayedTest {
    private static final RespClient CLIENT = CoreRedis.CLIENT;
    private static final String PREFIX = "resque:";
    private static final String SCHEDULE = "delayed_queue_schedule";
    private static final List<String> FILES = List.of(
            "delayed_api.json",
            "delayed_move.json",
            "delayed_move_redis_rb_5.json",
            "scheduler_web.json",
            "node.json",
            "php.json");

    private static final Map<String, int[]> COUNTS = new TreeMap<>();

    /** A line of the list: file, case, what it is (`theirs` or a rule), why. */
    private record Line(String file, String name, String what, String why) {}

    private static final List<Line> LINES = lines();

    private static List<Line> lines() {
        return text("deliberate.txt")
                .lines()
                .filter(line -> !line.startsWith("#") && !line.isBlank())
                .map(line -> line.split(" \\| ", 4))
                .map(parts -> new Line(parts[0], parts[1], parts[2], parts[3]))
                .toList();
    }

    private static String text(String name) {
        try (InputStream in = RecordedDelayedTest.class.getResourceAsStream("recorded/" + name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Map<?, ?>> cases(String file) {
        List<Map<?, ?>> cases = new ArrayList<>();
        Map<?, ?> recording = (Map<?, ?>) CoreRedis.JACKSON.decode(Payload.ofText(text(file)));
        ((List<?>) recording.get("cases")).forEach(each -> cases.add((Map<?, ?>) later(each)));
        return cases;
    }

    /** The seconds of the capture, which are past by now, as seconds that are still to come, where the call was for later. */
    private static Object later(Object tree) {
        if (!(tree instanceof Map<?, ?> recorded)
                || !String.valueOf(recorded.get("op")).matches("enqueue_?[iI]n.*")) {
            return tree;
        }
        String text = CoreRedis.JACKSON.encode(tree).text();
        return CoreRedis.JACKSON.decode(Payload.ofText(text.replaceAll("\\b1795(\\d{6})\\b", "3795$1")));
    }

    @TestFactory
    @WireRule({"W-681", "W-682"})
    Stream<DynamicTest> doesTheSame() {
        return FILES.stream()
                .flatMap(file -> cases(file).stream()
                        .map(recorded -> DynamicTest.dynamicTest(
                                file + ": " + recorded.get("name"), () -> judge(file, recorded))));
    }

    private static void judge(String file, Map<?, ?> recorded) {
        Line line = LINES.stream()
                .filter(each -> each.file().equals(file) && each.name().equals(recorded.get("name")))
                .findFirst()
                .orElse(null);
        int[] counts = COUNTS.computeIfAbsent(file, any -> new int[3]);
        if (line != null && line.what().equals("theirs")) {
            counts[1]++;
            return;
        }
        assertThat(commands(recorded))
                .as("a case without commands must be listed")
                .isNotEmpty();
        Map<String, Object> theirs = new TreeMap<>();
        ((Map<?, ?>) ((Map<?, ?>) recorded.get("expected")).get("keys"))
                .forEach((key, entry) -> put(theirs, key.toString(), (Map<?, ?>) entry));
        try (DueFixture due = new DueFixture()) {
            before(file, recorded).forEach((key, entry) -> load(due, key.toString(), (Map<?, ?>) entry));
            new Replay(due, file, commands(recorded)).play();
            Map<String, Object> ours = new TreeMap<>();
            due.redis
                    .dump()
                    .forEach((key, value) ->
                            ours.put(key.substring(due.redis.key("").length()), value));
            for (String lock : List.of("resque_scheduler_leader_lock", "resque:resque_scheduler_master_lock")) {
                theirs.remove(lock);
                ours.remove(lock);
            }
            if (line == null) {
                assertThat(ours).as("%s", recorded.get("inputs")).isEqualTo(theirs);
                counts[0]++;
            } else {
                assertThat(ours)
                        .as("%s is said to differ because of %s: %s", recorded.get("name"), line.what(), line.why())
                        .isNotEqualTo(theirs);
                if (line.what().equals("W-682")) {
                    assertThat(jobs(ours)).as("the same jobs in other bytes").isEqualTo(jobs(theirs));
                }
                counts[2]++;
            }
        }
    }

    /** The keys before a call. If they were not recorded, those that the call before it has left. */
    private static Map<?, ?> before(String file, Map<?, ?> recorded) {
        if (recorded.get("before") instanceof Map<?, ?> before) {
            return before;
        }
        boolean writes = commands(recorded).stream()
                .anyMatch(command -> command.get(0).matches("rpush|zadd|hset|set|zrangebyscore"));
        if (writes || commands(recorded).isEmpty()) {
            return Map.of();
        }
        List<Map<?, ?>> all = cases(file);
        List<Object> names = new ArrayList<>();
        all.forEach(each -> names.add(each.get("name")));
        int at = names.indexOf(recorded.get("name"));
        return at == 0 ? Map.of() : (Map<?, ?>) ((Map<?, ?>) all.get(at - 1).get("expected")).get("keys");
    }

    /** The class and arguments of all jobs, by their queues. */
    private static Map<String, Object> jobs(Map<String, Object> keys) {
        PayloadReader reader = new PayloadReader(CoreRedis.JACKSON);
        Map<String, Object> jobs = new TreeMap<>();
        keys.forEach((name, value) -> {
            if (name.startsWith("queue:")) {
                List<Object> read = new ArrayList<>();
                ((List<?>) value).forEach(payload -> {
                    PayloadShape.ReadJob job = reader.read(Payload.ofText(payload.toString()));
                    read.add(job.jobClass());
                    job.args().forEach(arg -> read.add(arg instanceof Number number ? number.doubleValue() : arg));
                });
                jobs.put(name, read);
            }
        });
        return jobs;
    }

    @AfterAll
    static void print() {
        LINES.stream()
                .filter(line -> line.what().equals("theirs"))
                .forEach(line ->
                        System.out.println("only theirs: " + line.file() + " " + line.name() + ": " + line.why()));
        System.out.println("Recorded delayed jobs:           cases  passed  only theirs  differ by a rule");
        for (String file : FILES) {
            int[] counts = COUNTS.getOrDefault(file, new int[3]);
            int all = cases(file).size();
            int judged = counts[0] + counts[1] + counts[2];
            System.out.printf("%-32s %5d %7d %12d %17d%n", file, all, counts[0], counts[1], counts[2]);
            if (judged > 0) { // a single test may have been asked for
                assertThat(all - judged).as("the rest of " + file).isZero();
            }
        }
        LINES.stream()
                .filter(line -> !line.what().equals("theirs"))
                .forEach(line -> System.out.println(
                        "differs by " + line.what() + ": " + line.file() + " " + line.name() + ": " + line.why()));
        for (Line line : LINES) {
            assertThat(cases(line.file()))
                    .as(line.toString())
                    .anyMatch(each -> line.name().equals(each.get("name")));
        }
    }

    private static void put(Map<String, Object> keys, String key, Map<?, ?> entry) {
        String name = key.substring(PREFIX.length());
        if (!key.startsWith(PREFIX)) {
            return; // only the recording program used it
        }
        Object value = entry.get("value");
        keys.put(
                name,
                switch (String.valueOf(entry.get("type"))) {
                    case "set" -> new TreeSet<>(texts(value));
                    case "list" -> texts(value);
                    case "zset" -> {
                        Map<String, String> scores = new TreeMap<>();
                        ((List<?>) value)
                                .forEach(pair -> scores.put(
                                        String.valueOf(((List<?>) pair).get(0)), score(((List<?>) pair).get(1))));
                        yield scores;
                    }
                    case "hash" -> {
                        Map<String, String> fields = new TreeMap<>();
                        ((Map<?, ?>) value).forEach((field, of) -> fields.put(field.toString(), String.valueOf(of)));
                        yield fields;
                    }
                    default -> String.valueOf(value);
                });
    }

    private static String score(Object recorded) {
        double score = Double.parseDouble(recorded.toString());
        return score == Math.rint(score)
                ? String.valueOf((long) score)
                : BigDecimal.valueOf(score).toPlainString();
    }

    private static List<String> texts(Object value) {
        return ((List<?>) value).stream().map(String::valueOf).toList();
    }

    private static void load(DueFixture due, String recorded, Map<?, ?> entry) {
        Map<String, Object> one = new LinkedHashMap<>();
        put(one, recorded, entry);
        one.forEach((name, value) -> {
            String key = due.redis.key(name);
            switch (String.valueOf(entry.get("type"))) {
                case "set" -> ((Iterable<?>) value).forEach(member -> CLIENT.call("SADD", key, member));
                case "list" -> ((Iterable<?>) value).forEach(element -> CLIENT.call("RPUSH", key, element));
                case "zset" -> ((Map<?, ?>) value).forEach((member, score) -> CLIENT.call("ZADD", key, score, member));
                case "hash" -> ((Map<?, ?>) value).forEach((field, of) -> CLIENT.call("HSET", key, field, of));
                default -> CLIENT.call("SET", key, value);
            }
        });
    }

    private static List<List<String>> commands(Map<?, ?> recorded) {
        List<List<String>> commands = new ArrayList<>();
        if (recorded.get("transcript") instanceof List<?> lines) {
            for (Object line : lines) {
                List<String> words = new ArrayList<>();
                for (Object word : (List<?>) line) {
                    String text = String.valueOf(word);
                    words.add(text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text);
                }
                words.set(0, words.get(0).toLowerCase(Locale.ROOT));
                commands.add(words);
            }
        }
        return commands;
    }

    /** Does through our ports, and by a pass, what the commands did. */
    private static final class Replay {
        private static final long MUCH = 1 << 20;

        private final DueFixture due;
        private final boolean isRuby;
        private final List<List<String>> commands;

        /** What was taken away, and waits for what the commands do with it. */
        private final List<DelayedItem> taken = new ArrayList<>();

        private boolean fromHead;

        Replay(DueFixture due, String file, List<List<String>> commands) {
            this.due = due;
            this.isRuby = file.startsWith("delayed");
            this.commands = commands;
        }

        void play() {
            boolean moves = commands.stream().anyMatch(command -> command.get(0).equals("zrangebyscore"));
            for (List<String> command : commands) {
                String key = command.size() > 1 ? command.get(1) : "";
                if (moves && command.get(0).equals("zrangebyscore")) {
                    due.pass();
                    return;
                }
                switch (command.get(0)) {
                    case "rpush" -> {
                        if (key.startsWith("delayed:")) {
                            delay(second(key), command.get(2));
                        } else {
                            push(key.substring("queue:".length()), command.get(2));
                        }
                    }
                    case "lrem" -> take(second(key), command.get(3));
                    case "lpop" -> head(second(key));
                    case "hdel" -> {
                        RecurringEntries entries = due.backend.recurring().orElseThrow();
                        Payload there = entries.find("", command.get(2)).entries().stream()
                                .map(RecurringEntry::config)
                                .findFirst()
                                .orElse(Payload.ofText("none"));
                        entries.remove("", command.get(2), there, true);
                    }
                    case "del" -> {
                        if (key.equals(SCHEDULE)) {
                            clear();
                        }
                    }
                    default -> {}
                }
            }
            assertReadable();
            flush(null);
        }

        private static long second(String key) {
            return Long.parseLong(key.substring("delayed:".length()));
        }

        private void take(long second, String item) {
            DelayedItem seen = new DelayedItem(second, Payload.ofText(item));
            if (!taken.contains(seen)) {
                taken.add(seen);
            }
        }

        private void head(long second) {
            flush(null);
            List<DelayedItem> first =
                    due.items.page("", second, second, 1, MUCH).items();
            taken.addAll(first);
            fromHead = true;
        }

        /** Takes away what is to be taken away, for this target. */
        private boolean flush(DelayedMove.Target target) {
            List<DelayedMove> moves = taken.stream()
                    .map(item -> new DelayedMove(item.second(), item.item(), target))
                    .toList();
            if (moves.isEmpty()) {
                return false;
            }
            if (fromHead) {
                due.items.move("", moves, null);
            } else {
                due.items.change("", moves, null);
            }
            taken.clear();
            return true;
        }

        private void push(String queue, String payload) {
            DelayedMove.ToQueue target = new DelayedMove.ToQueue(queue, Payload.ofText(payload));
            boolean wasDelayed = flush(target) || !before("queue:" + queue).isEmpty() && moved;
            moved |= wasDelayed;
            if (!wasDelayed) {
                due.items.write(new DelayedPush(
                        queue, List.of(new DelayedPush.Entry(0, Payload.ofText("none"), Payload.ofText(payload)))));
            }
        }

        private boolean moved;

        private List<String> before(String name) {
            return CLIENT.texts("LRANGE", due.redis.key(name), 0, -1);
        }

        private void delay(long second, String item) {
            Payload bytes = Payload.ofText(item);
            ReadItem read = ItemScanner.read(bytes);
            String queue = read.queue() == null ? "none" : read.queue();
            Payload payload = read.payload() == null ? bytes : read.payload();
            if (isRuby && read.problem() == null && !item.contains("\"x\":")) {
                @SuppressWarnings("unchecked") // the decoder makes no other maps
                Map<String, Object> tree = (Map<String, Object>) CoreRedis.GSON.decode(payload);
                assertThat(CoreRedis.GSON.encode(ItemShape.of(tree, queue)).text())
                        .as("our bytes are Ruby's")
                        .isEqualTo(item);
            }
            DelayedMove.ToQueue now = new DelayedMove.ToQueue(queue, payload);
            if (!flush(new DelayedMove.ToSecond(second, bytes, now)) && !moved) {
                due.items.write(new DelayedPush(queue, List.of(new DelayedPush.Entry(second, bytes, payload))));
                return;
            }
            moved = true;
        }

        private void clear() {
            for (DelayedPage page = due.items.page("", 0, Long.MAX_VALUE, 100, MUCH);
                    !page.items().isEmpty();
                    page = due.items.page("", 0, Long.MAX_VALUE, 100, MUCH)) {
                due.items.move(
                        "",
                        page.items().stream()
                                .map(item -> new DelayedMove(item.second(), item.item(), null))
                                .toList(),
                        null);
            }
        }

        /** Whatever stands there, the pages give it. */
        private void assertReadable() {
            List<String> pages = new ArrayList<>();
            for (String from = ""; from != null; ) {
                DelayedPage page = due.items.page(from, Long.MIN_VALUE, Long.MAX_VALUE, 2, MUCH);
                page.items()
                        .forEach(item ->
                                pages.add(item.second() + " " + item.item().text()));
                from = page.next();
            }
            List<String> keys = new ArrayList<>();
            for (String second : CLIENT.texts("ZRANGE", due.redis.key(SCHEDULE), 0, -1)) {
                if ("list".equals(CLIENT.text("TYPE", due.redis.key("delayed:" + second)))) {
                    before("delayed:" + second).forEach(item -> keys.add(second + " " + item));
                }
            }
            assertThat(pages).isEqualTo(keys);
        }
    }
}
