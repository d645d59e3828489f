package io.resque.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobOutcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ClassArchiveTest {
    @TempDir
    Path scratch;

    private List<Path> archives() {
        Path folder = scratch.resolve("cache");
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JobExecutor open(String classPath, String... options) {
        return TestHost.of(new WorkJobs())
                .open(ProcessJobExecutor.builder()
                        .classPath(classPath)
                        .archives(scratch.resolve("cache"))
                        .javaOptions(options)
                        .build());
    }

    /** The archive that the child of a job uses. */
    private static String used(JobExecutor executor) throws InterruptedException {
        JobOutcome outcome = TestHost.run(executor, "Archive");
        return String.valueOf(((JobOutcome.Completed) outcome).result());
    }

    @Test
    void itIsMadeOnceAndUsedFromThenOn() throws Exception {
        String classPath = Jars.classPath(scratch);
        try (JobExecutor executor = open(classPath)) {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> archives().size() == 1
                            && archives().get(0).toString().endsWith(".jsa"));
            Path archive = archives().get(0);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(archive.getParent())))
                    .isEqualTo("rwx------");
            await().until(() -> used(executor).contains(archive.toString()));
            // As if no program had used it for long: another program must not remove an archive that this one uses.
            Files.setLastModifiedTime(archive, FileTime.fromMillis(0));
            try (JobExecutor second = open(classPath)) {
                assertThat(used(second)).contains(archive.toString());
                await().until(() -> Files.getLastModifiedTime(archive).toMillis() > 0);
            }
            assertThat(archives()).containsExactly(archive);
        }
    }

    @Test
    void withoutOneChildrenStartAllTheSame() throws Exception {
        try (JobExecutor folders = open(System.getProperty("java.class.path"))) {
            assertThat(used(folders)).isEqualTo("[]");
        }
        try (JobExecutor own = open(Jars.classPath(scratch), "-Xshare:off")) {
            assertThat(used(own)).isEqualTo("[]");
        }
        Path folder = Files.createDirectory(scratch.resolve("cache"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        try (JobExecutor open = open(Jars.classPath(scratch))) {
            assertThat(used(open)).isEqualTo("[]");
        }
        assertThat(archives()).as("made where anybody could change it").isEmpty();
    }
}
