package io.resque.tck;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rule that the next check of the running test is for. A test begins with the first rule that it names, and says
 * when a check is for another one. So every check has a rule, and a failure breaks only this rule.
 */
final class Checking {
    private static final ThreadLocal<@Nullable Checking> NOW = new ThreadLocal<>();

    private final Set<String> rules;
    private String rule;

    private Checking(Set<String> rules) {
        this.rules = rules;
        rule = rules.iterator().next();
    }

    /** A test of these rules begins in this thread. */
    static void begin(Set<String> rules) {
        NOW.set(rules.isEmpty() ? null : new Checking(new LinkedHashSet<>(rules)));
    }

    /** The next checks are for this rule, which the running test must name. */
    static void rule(String rule) {
        Checking now = NOW.get();
        if (now != null && !now.rules.contains(rule)) {
            throw new IllegalArgumentException("The test names " + now.rules + ", and checks " + rule);
        }
        ruleIfNamed(rule);
    }

    /** The same for helpers of several tests. Does nothing if the running test does not name the rule. */
    static void ruleIfNamed(String rule) {
        Checking now = NOW.get();
        if (now != null && now.rules.contains(rule)) {
            now.rule = rule;
        }
    }

    /** The rule of the check that has just failed in a test of these rules; all of them if it is not known. */
    static Set<String> failed(Set<String> rules) {
        Checking now = NOW.get();
        return now != null && now.rules.equals(rules) ? Set.of(now.rule) : rules;
    }
}
