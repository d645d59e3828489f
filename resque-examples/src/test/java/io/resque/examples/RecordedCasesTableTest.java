package io.resque.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectNestedClass;

import io.resque.api.spi.JobSerializerProvider;
import io.resque.serialization.gson.GsonSerializerProvider;
import io.resque.tck.JobSerializerTck;
import io.resque.tck.RecordedCase;
import io.resque.tck.RecordedCases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs the kit's tests of recorded cases and counts them. Each case of the kit either has a test that passes, or is
 * listed in {@code left-out.txt} with a reason. The test of a recorded case has the name {@code <file>: <case>}.
 */
class RecordedCasesTableTest {
    /** Files whose cases are about the code above the ports. For each a test of core counts the cases. */
    private static final Map<String, String> BY_CORE = Map.of(
            "scheduler/cron.json", "internal/schedule/CronTest",
            "ruby/hooks.json", "RecordedHooksTest",
            "ruby/queue_patterns.json", "internal/subscription/QueuePatternsTest");

    private static final Path RECORDED = Path.of("../resque-tck/src/main/resources/io/resque/tck/recorded");

    static class ForSerializers extends JobSerializerTck {
        @Override
        protected JobSerializerProvider provider() {
            return new GsonSerializerProvider();
        }
    }

    @Test
    void eachRecordedCaseIsJudgedOrLeftOutForAReason() throws IOException {
        Map<String, Integer> tests = passedTests();
        List<String[]> leftOut = leftOut();
        System.out.println("Recorded cases:                 cases  tests  judged  not in Redis  left out");
        int all = 0;
        for (String file : RecordedCases.files()) {
            if (BY_CORE.containsKey(file)) {
                String test = BY_CORE.get(file);
                assertThat(Path.of("../resque-core/src/test/java/io/resque/core", test + ".java"))
                        .content()
                        .contains('"' + file + '"');
                System.out.printf(
                        "%-32s %4d by %s of resque-core%n",
                        file, RecordedCases.of(file).size(), test);
                continue;
            }
            int judged = 0;
            int elsewhere = 0;
            int run = 0;
            List<String> left = new ArrayList<>();
            for (RecordedCase recorded : RecordedCases.of(file)) {
                String test = file + ": " + recorded.name();
                boolean listed = leftOut.stream().anyMatch(line -> matches(line, file, recorded.name()));
                boolean tested = tests.containsKey(test);
                if (!tested && !listed && isNothingInRedis(recorded)) {
                    elsewhere++;
                    continue;
                }
                assertThat(tested)
                        .as("%s: must either have a test that passed, or be listed in left-out.txt", test)
                        .isNotEqualTo(listed);
                judged += listed ? 0 : 1;
                run += tests.getOrDefault(test, 0);
                if (listed) {
                    left.add(recorded.name());
                }
            }
            int cases = judged + elsewhere + left.size();
            all += cases;
            System.out.printf(
                    "%-32s %4d %6d %7d %13d %4d %s%n", file, cases, run, judged, elsewhere, left.size(), shown(left));
            assertThat(left.size() * 10)
                    .as("left out of " + file + ", in tenths")
                    .isLessThanOrEqualTo(cases);
        }
        assertThat(all).isGreaterThan(1_700);
        for (String[] line : leftOut) {
            assertThat(RecordedCases.of(line[0]))
                    .as(String.join(" | ", line))
                    .anyMatch(c -> matches(line, line[0], c.name()));
            System.out.println("left out: " + String.join(" | ", line));
        }
    }

    /** Whether a case has no keys and no bytes: it is about the code above the ports. */
    private static boolean isNothingInRedis(RecordedCase recorded) {
        return recorded.states().isEmpty() && recorded.get("raw") == null;
    }

    private static String shown(List<String> left) {
        return left.size() > 5 ? "" : String.join(", ", left);
    }

    private static boolean matches(String[] line, String file, String name) {
        return line[0].equals(file)
                && (line[1].endsWith("*")
                        ? name.startsWith(line[1].substring(0, line[1].length() - 1))
                        : name.equals(line[1]));
    }

    private static List<String[]> leftOut() throws IOException {
        return Files.readAllLines(RECORDED.resolve("left-out.txt")).stream()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split(" \\| "))
                .peek(line -> assertThat(line).as("file | case | reason").hasSize(3))
                .toList();
    }

    /** The number of tests that have passed, by case. */
    private static Map<String, Integer> passedTests() {
        Map<String, Integer> passed = new HashMap<>();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(
                                        selectClass(ForSerializers.class),
                                        selectNestedClass(
                                                List.of("com.example.socket.SocketBackendTckTest"),
                                                "io.resque.tck.QueueBackendTck$TheRecordings"))
                                .build(),
                        new TestExecutionListener() {
                            @Override
                            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                                if (test.isTest() && result.getStatus() == TestExecutionResult.Status.SUCCESSFUL) {
                                    passed.merge(test.getDisplayName().split(" \\| ")[0], 1, Integer::sum);
                                }
                            }
                        });
        return passed;
    }
}
