package io.resque.backend.jedis.wrong;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectNestedClass;

import io.resque.tck.QueueBackendTck;
import io.resque.tck.WireRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/** Runs those groups of the kit that hold some rules, and tells what failed. */
final class KitRun {
    private static final Pattern PREFIX = Pattern.compile("^W-\\d{3}(?:, W-\\d{3})*: ");
    private static final Pattern NUMBER = Pattern.compile("W-\\d{3}");

    private KitRun() {}

    /** A test that failed, with the rules that its message begins with. */
    record Broken(String test, Set<String> rules, String message) {}

    static List<Broken> of(Class<? extends QueueBackendTck> kit, Set<String> rules) {
        Set<String> groups = new TreeSet<>();
        rules.forEach(rule -> groups.add(group(rule)));
        List<Broken> broken = new ArrayList<>();
        for (String group : groups) {
            EngineTestKit.engine("junit-jupiter")
                    .selectors(selectNestedClass(List.of(kit.getName()), QueueBackendTck.class.getName() + "$" + group))
                    .filters((PostDiscoveryFilter) test -> filter(test, rules))
                    .execute()
                    .allEvents()
                    .failed()
                    .stream()
                    .forEach(event -> broken.add(broken(event)));
        }
        return broken;
    }

    private static String group(String rule) {
        return switch (rule.charAt(2)) {
            case '1' -> rule.equals("W-120") ? "TheRecordings" : "TheQueues";
            case '3' -> "TheFailures";
            case '4' -> rule.compareTo("W-431") < 0 ? "TheReservations" : "TheRecovery";
            case '5' -> "TheRegistration";
            case '6' -> "TheStatistics";
            case '7' -> "TheStatuses";
            case '8' -> "TheConcurrency";
            default -> "TheFaults";
        };
    }

    /** Of the slow groups, those tests that hold one of the rules; of the others all. */
    private static FilterResult filter(TestDescriptor test, Set<String> rules) {
        if (!(test.getSource().orElse(null) instanceof MethodSource source)) {
            return FilterResult.included("a class");
        }
        WireRule mark = source.getJavaMethod().getAnnotation(WireRule.class);
        return FilterResult.includedIf(mark == null
                || Arrays.stream(mark.value()).anyMatch(rule -> rule.compareTo("W-8") < 0 || rules.contains(rule)));
    }

    private static Broken broken(Event event) {
        String message = event.getPayload(TestExecutionResult.class)
                .flatMap(TestExecutionResult::getThrowable)
                .map(failure -> String.valueOf(failure.getMessage()))
                .orElse("");
        Set<String> rules = new TreeSet<>();
        PREFIX.matcher(message)
                .results()
                .map(MatchResult::group)
                .forEach(prefix ->
                        NUMBER.matcher(prefix).results().map(MatchResult::group).forEach(rules::add));
        return new Broken(event.getTestDescriptor().getDisplayName(), rules, message);
    }
}
