package io.resque.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same monkey and auditor with workers of Jesque, on a separate class path: for comparison, and to check that the
 * auditor also counts for another library. Only processes are killed here. After a cut connection, Jesque's workers did
 * not recover: for ten minutes they retry on a connection that Jedis 3.6.0 has marked as broken.
 */
class JesqueTest {
    /** The system property that names the folder of Jesque's jars; the profile {@code chaos} fills the folder. */
    private static final String JARS = "chaos.jesque";

    private static final Path SOURCE = Path.of("src/test/jesque/JesqueMain.java");
    private static final int WORKERS = 4;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void whatJesqueLoses() throws IOException {
        String jars = System.getProperty(JARS);
        if (jars == null) {
            System.out.println(
                    "SKIPPED whatJesqueLoses: no -D" + JARS + "=<folder of its jars>; mvn verify -Pchaos has it");
        }
        assumeTrue(jars != null, "no jars of Jesque");
        Path classes = Files.createDirectory(folder.resolve("classes"));
        List<String> classPath = Stream.concat(Stream.of(classes), files(Path.of(jars)).stream())
                .map(Path::toString)
                .toList();
        compile(classPath, classes);
        Slot.Starter starter = (name, line, queues) -> WorkerJvm.start(
                name,
                folder,
                classPath,
                "JesqueMain",
                List.of(Integer.toString(line.port()), "4", String.join(",", queues)));
        try (ChaosRun run = new ChaosRun(settings(), folder)) {
            Audit audit = run.runOthers("Jesque 2.2.0", Collections.nCopies(WORKERS, starter));
            System.out.println("chaos Jesque 2.2.0: "
                    + run.lengthOf("resque:inflight:*")
                    + " jobs are left in its lists of those in flight, where none of its workers looks again");
            assertThat(audit.jobs()).isPositive();
        }
    }

    private static ChaosSettings settings() {
        ChaosSettings chosen = ChaosSettings.chosen();
        return new ChaosSettings(chosen.seed(), 10_000, Duration.ofSeconds(20), 15, 0);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private static void compile(List<String> classPath, Path classes) {
        int code = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-cp",
                        String.join(System.getProperty("path.separator"), classPath),
                        "-d",
                        classes.toString(),
                        SOURCE.toString());
        assertThat(code).as("the exit status of the compiler for " + SOURCE).isZero();
    }
}
