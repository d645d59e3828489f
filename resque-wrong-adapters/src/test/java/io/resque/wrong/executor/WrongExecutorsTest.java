package io.resque.wrong.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.resque.api.spi.JobExecutorProvider;
import io.resque.core.InThreadExecutorProvider;
import io.resque.tck.JobExecutorTck;
import io.resque.tck.KitRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The kit finds what is wrong with an executor, and says which rule it breaks. */
class WrongExecutorsTest {
    /** What the kit said of each, to be read by people: {@code target/wrong-adapters.txt}. */
    private static final List<String> VERDICTS = new ArrayList<>();

    /** Most of the time of a wrong executor goes by in waiting. */
    private static final ExecutorService THREADS = Executors.newFixedThreadPool(8);

    private static final ThreadLocal<@Nullable JobExecutorProvider> JUDGED = new ThreadLocal<>();

    @AfterAll
    static void tellVerdicts() throws IOException {
        THREADS.shutdownNow();
        Files.write(Path.of("target/wrong-adapters.txt"), VERDICTS);
    }

    /** The kit as an adapter runs it; nested, so that it is found by nobody but this test. */
    static class Kit extends JobExecutorTck {
        @Override
        protected JobExecutorProvider provider() {
            JobExecutorProvider wrong = JUDGED.get();
            if (wrong == null) {
                throw new IllegalStateException("The kit asks for its adapter in the thread of the test");
            }
            return wrong;
        }
    }

    private static List<KitRun.Broken> judge(JobExecutorProvider executor, Predicate<Set<String>> chosen) {
        JUDGED.set(executor);
        try {
            return KitRun.of(Kit.class, chosen);
        } finally {
            JUDGED.remove();
        }
    }

    @TestFactory
    Stream<DynamicTest> isFound() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Wrong wrong : WrongExecutors.all()) {
            Future<List<KitRun.Broken>> verdict =
                    THREADS.submit(() -> judge(wrong, held -> held.contains(wrong.rule())));
            tests.add(dynamicTest(wrong.rule() + " " + wrong.label(), () -> assertFound(wrong, verdict.get())));
        }
        return tests.stream();
    }

    private static void assertFound(Wrong wrong, List<KitRun.Broken> broken) {
        VERDICTS.add(wrong.rule() + " " + wrong.label());
        broken.forEach(failed -> VERDICTS.add("    " + failed.test() + ": "
                + failed.message().lines().limit(5).map(String::strip).collect(Collectors.joining(" ~ "))));
        assertThat(broken)
                .as("a test that holds %s must fail, and its message must hold: %s", wrong.rule(), wrong.says())
                .anyMatch(failed -> failed.rules().equals(Set.of(wrong.rule()))
                        && failed.message().replaceAll("\\s+", " ").contains(wrong.says()));
        assertThat(broken)
                .as("each failure begins with its rules and says what should have been")
                .allSatisfy(
                        failed -> assertThat(failed.message()).matches("(?s)W-\\d{3}: .*(xpect|must|not within).*"));
    }

    @Test
    void theRightExecutorIsFoundRight() {
        assertThat(judge(new InThreadExecutorProvider(), held -> true)).isEmpty();
    }

    @Test
    void everyRuleThatAnExecutorMustKeepIsBrokenByOne() throws IOException {
        Set<String> rules = Pattern.compile("(?m)^\\| (W-0\\d\\d) \\| MUST \\|")
                .matcher(Files.readString(Path.of("../spec/wire-format.md")))
                .results()
                .map(row -> row.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(rules).as("the rules that the kit for executors holds").contains("W-001", "W-009");
        WrongExecutors.all().forEach(wrong -> rules.remove(wrong.rule()));
        assertThat(rules).as("rules without a wrong executor").isEmpty();
    }
}
