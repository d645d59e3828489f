package io.resque.tck;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The results of the tests of one run of the kit, and the verdicts on the rules that follow from them. */
final class Tally {
    /** A verdict on a rule. */
    enum Kind {
        HELD("held"),
        BROKEN("broken"),
        DOES_NOT_APPLY("does not apply"),
        NOT_JUDGED("not judged");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    /**
     * A verdict.
     *
     * @param words the kind, for a held rule also the features without which it was judged
     * @param why the tests that failed, or the reason; empty for a held rule
     */
    record Verdict(Kind kind, String words, String why) {}

    private final Set<String> held = new TreeSet<>();
    private final Map<String, Set<String>> broken = new TreeMap<>();
    private final Map<String, Set<Feature>> withoutFeature = new TreeMap<>();
    private final Map<String, Set<String>> notJudged = new TreeMap<>();
    private final TodoList todo = new TodoList();
    private int passed;
    private int failed;
    private int skipped;
    private @Nullable Object kit;

    /** The first instance of the author's test class, which knows the adapter. */
    synchronized void made(Object instance) {
        if (kit == null) {
            kit = instance;
        }
    }

    synchronized @Nullable Object kit() {
        return kit;
    }

    synchronized void passed(@Nullable Role role, Set<String> rules) {
        passed++;
        of(role, todo::passed);
        held.addAll(rules);
    }

    synchronized void failed(@Nullable Role role, Set<String> rules, Set<String> brokenRules, String test) {
        failed++;
        of(role, one -> todo.failed(one, brokenRules));
        brokenRules.forEach(
                rule -> broken.computeIfAbsent(rule, any -> new TreeSet<>()).add(test));
        for (String rule : rules) {
            if (!brokenRules.contains(rule)) {
                notJudged("a check of another rule failed before", Set.of(rule));
            }
        }
    }

    synchronized void skipped(@Nullable Role role, Set<String> rules, String reason) {
        skipped++;
        of(role, todo::skipped);
        notJudged(reason, rules);
    }

    synchronized void skipped(@Nullable Role role, Set<String> rules, Feature feature) {
        skipped++;
        of(role, todo::skipped);
        rules.forEach(rule -> withoutFeature
                .computeIfAbsent(rule, any -> EnumSet.noneOf(Feature.class))
                .add(feature));
    }

    synchronized void notMade(@Nullable Role role, Set<String> rules, String reason) {
        failed++;
        of(role, one -> todo.failed(one, Set.of()));
        notJudged(reason, rules);
    }

    /** A test has called methods that the adapter does not have. */
    synchronized void notWritten(@Nullable Role role, Set<String> rules, NotWritten failure) {
        failed++;
        of(role, one -> todo.notWritten(one, failure));
        notJudged(
                failure.roles().stream()
                        .map(Role::tag)
                        .collect(Collectors.joining(
                                ", ", "needs the role" + (failure.roles().size() > 1 ? "s " : " "), "")),
                rules);
    }

    private static void of(@Nullable Role role, Consumer<Role> note) {
        if (role != null) {
            note.accept(role);
        }
    }

    /** The checks of a test have passed, and its end failed. */
    synchronized void notEnded(@Nullable Role role, Set<String> rules) {
        failed++;
        of(role, one -> todo.failed(one, Set.of()));
        held.addAll(rules);
    }

    private void notJudged(String reason, Set<String> rules) {
        notJudged.computeIfAbsent(reason, any -> new TreeSet<>()).addAll(rules);
    }

    /** What the author of a backend has to do; empty for a kit without roles. */
    TodoList todo() {
        return todo;
    }

    synchronized int passed() {
        return passed;
    }

    synchronized int failed() {
        return failed;
    }

    synchronized int skipped() {
        return skipped;
    }

    /** The reasons for which rules were not judged, each with the rules; a test without a rule leaves an empty set. */
    synchronized Map<String, Set<String>> notJudged() {
        return new TreeMap<>(notJudged);
    }

    /**
     * The verdicts by the numbers of the rules. A rule is held if all its tests have passed that the features allow.
     *
     * @param all the rules of the kit, whether their tests were run or not
     * @param features the declared features; null if this kind of adapter has none
     */
    synchronized Map<String, Verdict> verdicts(Set<String> all, @Nullable Set<Feature> features) {
        Set<String> rules = new TreeSet<>(all);
        rules.addAll(held);
        rules.addAll(broken.keySet());
        rules.addAll(withoutFeature.keySet());
        notJudged.values().forEach(rules::addAll);
        Map<String, Verdict> verdicts = new TreeMap<>();
        rules.forEach(rule -> verdicts.put(rule, verdict(rule, features)));
        return verdicts;
    }

    private Verdict verdict(String rule, @Nullable Set<Feature> features) {
        Set<Feature> without = EnumSet.noneOf(Feature.class);
        without.addAll(withoutFeature.getOrDefault(rule, Set.of()));
        Set<String> failures = broken.get(rule);
        if (failures != null) {
            return new Verdict(Kind.BROKEN, Kind.BROKEN.words(), String.join(", ", failures));
        }
        Set<String> reasons = new TreeSet<>();
        notJudged.forEach((reason, rules) -> {
            if (rules.contains(rule)) {
                reasons.add(reason);
            }
        });
        if (!reasons.isEmpty()) {
            return new Verdict(Kind.NOT_JUDGED, Kind.NOT_JUDGED.words(), String.join("; ", reasons));
        }
        if (held.contains(rule)) {
            if (features != null && !features.contains(Feature.REDIS_KEYS)) {
                without.add(Feature.REDIS_KEYS); // each test looks through a port then, not at keys
            }
            return new Verdict(Kind.HELD, Kind.HELD.words() + withoutWords(without), "");
        }
        return without.isEmpty()
                ? new Verdict(Kind.NOT_JUDGED, Kind.NOT_JUDGED.words(), "no test of this rule was run")
                : new Verdict(
                        Kind.DOES_NOT_APPLY,
                        Kind.DOES_NOT_APPLY.words(),
                        "the adapter does not declare "
                                + String.join(
                                        ", ", without.stream().map(Enum::name).toList()));
    }

    private static String withoutWords(Set<Feature> without) {
        return without.isEmpty()
                ? ""
                : " without "
                        + String.join(", ", without.stream().map(Feature::mark).toList());
    }
}
