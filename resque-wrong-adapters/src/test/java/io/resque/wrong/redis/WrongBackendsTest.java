package io.resque.wrong.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.resque.api.spi.QueueBackendProvider;
import io.resque.tck.Feature;
import io.resque.tck.KitRun;
import io.resque.tck.QueueBackendTck;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The kit finds what is wrong with an adapter, and says which rule it breaks. */
class WrongBackendsTest {
    /** Side by side, since most of the time of a wrong adapter goes by in waiting. */
    private static final ExecutorService THREADS = Executors.newFixedThreadPool(8);

    /** What the kit said of each, to be read by people: {@code target/wrong-adapters.txt}. */
    private static final List<String> VERDICTS = new ArrayList<>();

    private static final ThreadLocal<@Nullable Wrong> JUDGED = new ThreadLocal<>();

    @AfterAll
    static void tellVerdicts() throws IOException {
        THREADS.shutdownNow();
        Files.write(Path.of("target/wrong-adapters.txt"), VERDICTS);
        System.out.println("Resque kit: " + VERDICTS.size() + " adapters that are wrong were judged");
    }

    /** The kit as an adapter runs it; nested, so that it is found by nobody but this test. */
    static class Kit extends QueueBackendTck {
        @Override
        protected QueueBackendProvider provider() {
            return judged();
        }

        @Override
        protected Set<Feature> features() {
            return judged().features();
        }

        private static Wrong judged() {
            Wrong wrong = JUDGED.get();
            if (wrong == null) {
                throw new IllegalStateException("The kit asks for its adapter in the thread of the test");
            }
            return wrong;
        }
    }

    /** The longest, and so the first. */
    private static final Future<List<KitRun.Broken>> RIGHT = THREADS.submit(() -> {
        Set<String> rules = new TreeSet<>();
        WrongBackends.all().forEach(wrong -> rules.addAll(wrong.rules()));
        return judge(Wrong.calls("nothing", String.join(" ", rules), (real, command) -> real.call(command)));
    });

    private static List<KitRun.Broken> judge(Wrong wrong) {
        JUDGED.set(wrong);
        try {
            return KitRun.of(Kit.class, held -> !Collections.disjoint(held, wrong.rules()));
        } finally {
            JUDGED.remove();
        }
    }

    @TestFactory
    Stream<DynamicTest> isFound() {
        List<DynamicTest> tests = new ArrayList<>();
        Wrong.Rights rights = rights();
        for (Wrong wrong : WrongBackends.all()) {
            if (wrong.rights() != Wrong.Rights.ANY && wrong.rights() != rights) {
                System.out.println("Resque kit: left out \"" + wrong.name() + "\", which is "
                        + (rights == Wrong.Rights.ASKED ? "not wrong from Redis 7 on" : "wrong only from Redis 7 on"));
                continue;
            }
            Future<List<KitRun.Broken>> verdict = THREADS.submit(() -> judge(wrong));
            tests.add(dynamicTest(wrong.name(), () -> {
                List<KitRun.Broken> broken = verdict.get();
                VERDICTS.add(wrong.name() + "\n" + table(broken));
                for (String rule : wrong.rules()) {
                    assertThat(broken)
                            .as("a test that holds %s must fail", rule)
                            .anyMatch(failed -> failed.rules().equals(Set.of(rule)));
                }
                assertThat(broken)
                        .as("each failure begins with its rules and says what should have been")
                        .allSatisfy(failed -> assertThat(failed.message())
                                .matches("(?s)W-\\d{3}: .*(xpect|must|not within|Exception).*")
                                .doesNotContainPattern("^W-[^:]*:\\s*Expecting code to raise")
                                .as("a script must be wrong, not broken")
                                .doesNotContain("Error compiling script", "attempt to ", "bad argument"));
            }));
        }
        return tests.stream();
    }

    private static Wrong.Rights rights() {
        try (RedisServer server = RedisServer.start();
                RespClient client = server.client()) {
            return client.number("EVAL", "return redis.acl_check_cmd and 1 or 0", 0) == 1
                    ? Wrong.Rights.ASKED
                    : Wrong.Rights.NOT_ASKED;
        }
    }

    private static String table(List<KitRun.Broken> broken) {
        return broken.stream()
                .map(failed ->
                        failed.test() + ": " + failed.message().lines().limit(4).collect(Collectors.joining(" ~ ")))
                .collect(Collectors.joining("\n"));
    }

    @Test
    void theRightAdapterIsFoundRight() throws Exception {
        assertThat(RIGHT.get()).isEmpty();
    }

    @Test
    void noTickIsLostOnAServerThatCannotBeAskedForRights() {
        assertThat(judge(Wrong.script("cannot ask for rights", "W-627", "tick_recurring", Mutation.never("asks"))))
                .isEmpty();
    }

    @Test
    void everyRuleThatAnAdapterMustKeepIsBrokenByOne() throws IOException {
        Set<String> rules = Pattern.compile(
                        "(?m)^\\| (W-[13-9]\\d\\d) \\| MUST(?:, delayed|, retries|, unique|, history)?(?:, keys)? \\|")
                .matcher(Files.readString(Path.of("../spec/wire-format.md")))
                .results()
                .map(row -> row.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        WrongBackends.all().forEach(wrong -> rules.removeAll(wrong.rules()));
        rules.remove("W-980"); // a test of the kit itself has wrong providers
        assertThat(rules).as("rules without a wrong adapter").isEmpty();
    }

    @Test
    void everyMutationPointIsUsed() throws IOException {
        Set<String> points = new TreeSet<>();
        try (DirectoryStream<Path> scripts = Files.newDirectoryStream(
                Path.of("../resque-backend-redis/src/main/resources/io/resque/backend/redis"), "*.lua")) {
            for (Path script : scripts) {
                Pattern.compile("(?m) --@(\\w+)$")
                        .matcher(Files.readString(script))
                        .results()
                        .forEach(point -> points.add(script.getFileName() + " " + point.group(1)));
            }
        }
        assertThat(points).as("the points, to be sure that some are found").contains("step.lua still");
        WrongBackends.all();
        points.removeAll(WrongScript.usedPoints());
        assertThat(points).as("lines that are marked but broken by no adapter").isEmpty();
    }
}
