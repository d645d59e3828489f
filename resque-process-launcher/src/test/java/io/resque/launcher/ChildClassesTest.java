package io.resque.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.Job;
import io.resque.api.JobContext;
import io.resque.api.JobModule;
import io.resque.api.JobRegistry;
import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each job in a child of its own pays for each class that the child loads. */
@Timeout(60)
class ChildClassesTest {
    /**
     * Of a child that runs an empty job. Java 17 loads 558 of its own, Java 25 659, both from folders; from jars, which have manifests,
     * Java 17 loads 564.
     */
    private static final int JAVAS = Runtime.version().feature() == 17 ? 566 : 668;

    private static final int OURS = 60;

    @TempDir
    Path scratch;

    /** A job without lambdas, which would bring many classes. */
    public static final class EmptyJob implements Job {
        /** A child needs it. */
        public EmptyJob() {}

        @Override
        public void perform(JobContext context) {
            // It only starts and ends.
        }
    }

    /** A module without lambdas. */
    public static final class EmptyModule implements JobModule {
        /** A child needs it. */
        public EmptyModule() {}

        @Override
        public void register(JobRegistry jobs) {
            jobs.register("Empty", EmptyJob.class);
        }
    }

    private List<String> loaded() throws IOException, InterruptedException {
        ProcessJobExecutor.Builder builder = ProcessJobExecutor.builder()
                .standby(false)
                .classArchive(false)
                .javaOptions("-Xlog:class+load:file=" + scratch.resolve("%p") + "::filecount=0");
        try (JobExecutor executor = TestHost.of(new EmptyModule()).open(builder.build())) {
            assertThat(TestHost.run(executor, "Empty")).isEqualTo(new JobOutcome.Completed(null));
        }
        try (Stream<Path> files = Files.list(scratch)) {
            return Files.readAllLines(files.findFirst().orElseThrow()).stream()
                    .map(line -> line.replaceFirst("^(\\[[^]]*\\])+ ?", "").replaceFirst(" source: .*", ""))
                    .toList();
        }
    }

    @Test
    void aChildLoadsFewClassesForAJob() throws Exception {
        List<String> all = loaded();
        List<String> ours =
                all.stream().filter(name -> name.startsWith("io.resque.")).toList();
        System.out.println(
                "A child loads " + ours.size() + " of our classes and " + (all.size() - ours.size()) + " of Java's");
        assertThat(ours).hasSizeLessThanOrEqualTo(OURS);
        assertThat(all.size() - ours.size()).as("%s", all).isLessThanOrEqualTo(JAVAS);
        assertThat(all)
                .as("each of these brings many more")
                .noneMatch(name -> name.matches("java\\.(nio\\.channels\\.spi|security\\.SecureRandom|util\\.Formatter"
                        + "|util\\.regex\\.Pattern|util\\.stream\\.|lang\\.invoke\\.InnerClassLambda).*"));
    }
}
