package io.resque.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.shelf.ShelfBackendProvider;
import com.example.shelf.Skeleton;
import com.example.timed.TimedExecutorProvider;
import io.resque.api.ConfigurationException;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobExecutorHost;
import io.resque.api.spi.JobExecutorProvider;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobRequest;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.QueueBackendProvider;
import io.resque.tck.Feature;
import io.resque.tck.JobExecutorTck;
import io.resque.tck.QueueBackendTck;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The POM, the reports and the statement in docs/write-an-adapter.md are those of the build and of the kit. */
class GuideTest {
    private static final Path GUIDE = Path.of("../docs/write-an-adapter.md");

    @TempDir
    Path folder;

    /** The kits are nested, so that the build does not run them as tests. */
    static class SkeletonTckTest extends QueueBackendTck {
        @Override
        protected QueueBackendProvider provider() {
            return new SkeletonProvider();
        }

        @Override
        protected Set<Feature> features() {
            return Set.of();
        }

        @Override
        protected String url() {
            return "shelf:skeleton";
        }
    }

    private static final class SkeletonProvider implements QueueBackendProvider {
        @Override
        public String name() {
            return "shelf";
        }

        @Override
        public int portsVersion() {
            return PORTS_VERSION;
        }

        @Override
        public Optional<String> scheme() {
            return Optional.of("shelf");
        }

        @Override
        public QueueBackend open(BackendConfig config) {
            if (!config.url().startsWith("shelf:")) {
                throw new ConfigurationException("The URL must begin with shelf:");
            }
            return new Skeleton();
        }
    }

    static class ShelfBackendTckTest extends QueueBackendTck {
        @Override
        protected QueueBackendProvider provider() {
            return new ShelfBackendProvider();
        }

        @Override
        protected Set<Feature> features() {
            return Set.of();
        }

        @Override
        protected String url() {
            return "shelf:half";
        }
    }

    static class TimedExecutorTckTest extends JobExecutorTck {
        @Override
        protected JobExecutorProvider provider() {
            return new TimedExecutorProvider();
        }
    }

    static class BlindExecutorTckTest extends JobExecutorTck {
        @Override
        protected JobExecutorProvider provider() {
            return new BlindExecutorProvider();
        }
    }

    /** ServiceLoader finds it. */
    public static final class BlindExecutorProvider implements JobExecutorProvider {
        @Override
        public String name() {
            return "blind";
        }

        @Override
        public int portsVersion() {
            return PORTS_VERSION;
        }

        @Override
        public JobExecutor open(JobExecutorHost host) {
            return new BlindExecutor(new TimedExecutorProvider().open(host));
        }
    }

    /** Sees no veto. */
    private record BlindExecutor(JobExecutor right) implements JobExecutor {
        @Override
        public JobOutcome run(JobRequest request) throws InterruptedException {
            JobOutcome outcome = right.run(request);
            return outcome instanceof JobOutcome.Vetoed ? new JobOutcome.Completed(null) : outcome;
        }

        @Override
        public void cancel(JobRequest request) {
            right.cancel(request);
        }

        @Override
        public void close() {
            right.close();
        }
    }

    /** Runs a kit, and returns what it prints. */
    private String printed(Class<?> kit) {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            LauncherFactory.create()
                    .execute(LauncherDiscoveryRequestBuilder.request()
                            .selectors(DiscoverySelectors.selectClass(kit))
                            .configurationParameter("resque.kit.folder", folder.toString())
                            .configurationParameter("resque.kit.adapter.version", "1.0")
                            .build());
        } finally {
            System.setOut(before);
        }
        return printed.toString(StandardCharsets.UTF_8).replace("GuideTest$", "");
    }

    private static final Pattern NUMBER = Pattern.compile("(?<![-\\w])\\d[\\d.-]*(?:SNAPSHOT)?(?=\\W)");

    /** The numbers of tests, versions and dates change; the rest must be as the guide shows it. */
    private static List<String> lines(String text) {
        return NUMBER.matcher(text).replaceAll("n").lines().toList();
    }

    /** The block of the guide that begins with a line; the guide may leave lines out. */
    private static List<String> shown(String first) throws IOException {
        String guide = Files.readString(GUIDE);
        int at = guide.indexOf("\n" + first);
        assertThat(at).as("the guide must show: %s", first).isPositive();
        return lines(guide.substring(at + 1, guide.indexOf("\n```", at) + 1));
    }

    @Test
    void theReportsAreThoseOfTheKit() throws IOException {
        assertThat(lines(printed(SkeletonTckTest.class)))
                .containsSubsequence(shown("Resque kit: SkeletonTckTest: "))
                .noneMatch(line -> line.startsWith("  broken"));
        assertThat(lines(printed(ShelfBackendTckTest.class)))
                .containsSubsequence(shown("Resque kit: ShelfBackendTckTest: "))
                .noneMatch(line -> line.startsWith("  broken"));
    }

    @Test
    void aStatementSaysWhichRuleIsBroken() throws IOException {
        printed(TimedExecutorTckTest.class);
        assertThat(Files.readString(folder.resolve("timed.md")))
                .contains("**Compatible**: no test failed", "| W-004 | MUST | held |");
        assertThat(Files.readString(folder.resolve("timed.json"))).contains("\"compatible\": true");

        assertThat(printed(BlindExecutorTckTest.class)).contains("\n  broken: W-004, W-010\n");
        String broken = Files.readString(folder.resolve("blind.md"));
        assertThat(broken).contains("**Not compatible**: ");
        assertThat(lines(broken)).containsSubsequence(shown("# Statement of the compatibility kit: blind"));
        assertThat(Files.readString(folder.resolve("blind.json"))).contains("\"compatible\": false");
    }

    /** CI runs that project; only the adapter that it judges is no part of the guide. */
    @Test
    void thePomIsThatOfTheOutsideProject() throws IOException {
        String pom = Files.readString(Path.of("../resque-tck/src/it/outside/pom.xml"))
                .replaceFirst("(?s) *<!-- The adapter that is judged here.*?</dependency>\n", "");
        assertThat(String.join("\n", shown("<project xmlns")))
                .isEqualTo(String.join("\n", lines(pom.substring(pom.indexOf("<project xmlns"))))
                        .strip());
    }
}
