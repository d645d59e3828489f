package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.tck.RecordedCase;
import io.resque.tck.RecordedCases;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Plays the cases of a recording by our client, each in a namespace of its own, and keeps count. */
final class RecordedVerdicts {
    /** Makes the call of a case, and notes the differences that are not in keys, such as in what it returned. */
    @FunctionalInterface
    interface Play {
        void play(Bench bench) throws Exception;
    }

    /** A case at work: a client of ours on an empty namespace, what was recorded, and what was found different. */
    static final class Bench {
        final CoreRedis redis = new CoreRedis();
        final RecordedCase recorded;
        final Resque resque = redis.builder().build();
        final Set<String> differences = new TreeSet<>();
        private boolean keysCompared;

        private Bench(RecordedCase recorded) {
            this.recorded = recorded;
        }

        /** Puts the keys of a recording there. */
        void load(Object keys) {
            ((Map<?, ?>) keys).forEach((key, entry) -> {
                Object value = ((Map<?, ?>) entry).get("value");
                String name = redis.key(key.toString().substring("resque:".length()));
                switch (((Map<?, ?>) entry).get("type").toString()) {
                    case "list" -> ((List<?>) value).forEach(e -> CoreRedis.CLIENT.call("RPUSH", name, e));
                    case "set" -> ((List<?>) value).forEach(e -> CoreRedis.CLIENT.call("SADD", name, e));
                    default -> CoreRedis.CLIENT.call("SET", name, value);
                }
            });
        }

        void same(String what, Object theirs, Object ours) {
            if (!String.valueOf(theirs).equals(String.valueOf(ours))) {
                differences.add(what + " is " + ours + ", not " + theirs);
            }
        }

        void differs(String how) {
            differences.add(how);
        }

        /** Ruby's bytes must be ours; PHP spells JSON otherwise, so that what it says is compared. */
        void compareKeys(boolean bytes) {
            keysCompared = true;
            Map<?, ?> keys = (Map<?, ?>) (bytes ? recorded.get("expected", "keys") : recorded.get("keys"));
            differences.addAll(new RecordedKeys(bytes).differences(keys, "resque:", CoreRedis.CLIENT, redis.key("")));
            // The scheduler of a worker of ours writes them when its thread comes to that, and they expire.
            differences.removeAll(Set.of("java:schedule_look added", "java:schedulers added"));
        }

        /** The keys were looked at in another Redis. */
        void keysAreElsewhere() {
            keysCompared = true;
        }
    }

    /** Differences that we want, with the reason. Each must be found, and no other. */
    record Deliberate(String reason, List<String> differences) {
        static Deliberate of(String reason, String... differences) {
            return new Deliberate(reason, List.of(differences));
        }
    }

    private final String file;
    private final boolean ruby;
    private final Map<String, Play> plays = new TreeMap<>();
    private final Map<String, List<Deliberate>> deliberate = new TreeMap<>();
    private final Map<String, String> leftOut = new TreeMap<>();
    private final Map<String, String> told = new LinkedHashMap<>();
    private final Map<String, Set<String>> found = new TreeMap<>();
    private int passed;

    RecordedVerdicts(String file) {
        this.file = file;
        this.ruby = file.startsWith("ruby/");
    }

    /** How the cases of a name are played, and what they differ in; a difference may hold for one of them only. */
    RecordedVerdicts play(String name, Play play, Deliberate... differences) {
        plays.put(name, play);
        deliberate.put(name, List.of(differences));
        return this;
    }

    RecordedVerdicts leaveOut(String name, String why) {
        leftOut.put(name, why);
        return this;
    }

    Stream<DynamicTest> tests() {
        return RecordedCases.of(file).stream()
                .filter(recorded -> !leftOut.containsKey(name(recorded)))
                .map(recorded -> DynamicTest.dynamicTest(label(recorded), () -> judge(recorded)));
    }

    private static String label(RecordedCase recorded) {
        return recorded.get("impl") == null ? name(recorded) : name(recorded) + " (" + recorded.get("impl") + ")";
    }

    private void judge(RecordedCase recorded) throws Exception {
        String name = name(recorded);
        assertThat(plays).as("every case is played or left out by name").containsKey(name);
        Bench bench = new Bench(recorded);
        try {
            plays.get(name).play(bench);
            if (!bench.keysCompared) {
                bench.compareKeys(ruby);
            }
        } finally {
            bench.resque.close();
            bench.redis.clear();
        }
        Set<String> wanted = new TreeSet<>();
        deliberate.get(name).forEach(difference -> wanted.addAll(difference.differences));
        assertThat(wanted).as("differences that we want").containsAll(bench.differences);
        if (bench.differences.isEmpty()) {
            passed++;
        } else {
            told.put(
                    label(recorded),
                    String.join(", ", bench.differences) + ": "
                            + String.join(
                                    "; ",
                                    deliberate.get(name).stream()
                                            .map(Deliberate::reason)
                                            .toList()));
        }
        found.computeIfAbsent(name, any -> new TreeSet<>()).addAll(bench.differences);
    }

    /** Prints the table, and checks that every difference that is declared was seen. */
    void close() {
        List<RecordedCase> all = RecordedCases.of(file);
        List<RecordedCase> left =
                all.stream().filter(c -> leftOut.containsKey(name(c))).toList();
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                "%s: %d cases, %d passed, %d differ deliberately, %d left out",
                file, all.size(), passed, told.size(), left.size()));
        told.forEach((name, how) -> lines.add("  differs    " + name + ": " + how));
        left.forEach(c -> lines.add("  left out   " + label(c) + ": " + leftOut.get(name(c))));
        System.out.println(String.join("\n", lines));
        assertThat(passed + told.size() + left.size()).as("cases of " + file).isEqualTo(all.size());
        assertThat(left.size() * 10).as("at most a tenth is left out").isLessThanOrEqualTo(all.size());
        deliberate.forEach((name, differences) -> differences.forEach(difference -> assertThat(found.get(name))
                .as("%s: this difference is declared, but was not seen", name)
                .containsAll(difference.differences)));
    }

    /** As recorded: PHP's cases come in twos, one for each library. */
    private static String name(RecordedCase recorded) {
        return String.valueOf(recorded.get("name"));
    }
}
