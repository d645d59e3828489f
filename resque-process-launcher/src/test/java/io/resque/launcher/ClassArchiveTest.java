package io.resque.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobOutcome;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ClassArchiveTest {
    @TempDir
    Path scratch;

    /** The files that are no jars, no locks and not half made. */
    private List<Path> archives() {
        return files().stream().filter(file -> file.toString().endsWith(".jsa")).toList();
    }

    private List<Path> files() {
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
        return open(builder(classPath).javaOptions(options));
    }

    private ProcessJobExecutor.Builder builder(String classPath) {
        return ProcessJobExecutor.builder().classPath(classPath).archives(scratch.resolve("cache"));
    }

    private static JobExecutor open(ProcessJobExecutor.Builder builder) {
        return TestHost.of(new WorkJobs()).open(builder.build());
    }

    private void awaitArchives(int count) {
        await().atMost(Duration.ofSeconds(60)).until(() -> archives().size() == count);
    }

    private static boolean contains(Path file, String text) {
        try {
            return Files.readString(file).contains(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitUse(JobExecutor executor, String archive) {
        await().atMost(Duration.ofSeconds(60)).until(() -> used(executor).contains(archive));
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
            awaitArchives(1);
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
        try (JobExecutor own = open(Jars.classPath(scratch), "-Xshare:auto")) {
            assertThat(used(own)).isEqualTo("[]");
        }
        Path folder = Files.createDirectory(scratch.resolve("cache"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        try (JobExecutor open = open(Jars.classPath(scratch))) {
            assertThat(used(open)).isEqualTo("[]");
        }
        assertThat(files()).as("made where anybody could change it").isEmpty();
    }

    @Test
    void foldersArePackedAndPackedAgainWhenAFileInThemChanges() throws Exception {
        Path conf = Files.createDirectories(scratch.resolve("conf/empty/below"))
                .getParent()
                .getParent();
        Path file = Files.writeString(conf.resolve("setting.txt"), "first");
        String classPath = conf + File.pathSeparator + System.getProperty("java.class.path");
        try (JobExecutor executor = open(classPath)) {
            assertThat(TestHost.run(executor, "Resource", "/setting.txt"))
                    .isEqualTo(new JobOutcome.Completed("jar first"));
            assertThat(TestHost.run(executor, "Resource", "/empty/below"))
                    .as("a folder in it, for those who look through it")
                    .isEqualTo(new JobOutcome.Completed("jar "));
            awaitArchives(1);
            awaitUse(executor, archives().get(0).toString());
            Files.writeString(file, "the second");
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> TestHost.run(executor, "Resource", "/setting.txt")
                            .equals(new JobOutcome.Completed("jar the second")));
            awaitArchives(2);
        }
        try (JobExecutor without = open(builder(classPath).classArchive(false))) {
            assertThat(TestHost.run(without, "Resource", "/setting.txt"))
                    .isEqualTo(new JobOutcome.Completed("file the second"));
        }
    }

    @Test
    void aFileThatIsNoArchiveOrOnlyHalfOfOneIsReplaced() throws Exception {
        String classPath = Jars.classPath(scratch);
        try (JobExecutor executor = open(classPath)) {
            awaitUse(executor, "SharedArchiveFile");
        }
        Path archive = archives().get(0);
        long size = Files.size(archive);
        for (byte[] broken : List.of(
                new byte[0],
                "foreign".getBytes(StandardCharsets.UTF_8),
                Arrays.copyOf(Files.readAllBytes(archive), (int) size / 2))) {
            Files.write(archive, broken);
            try (JobExecutor executor = open(classPath)) {
                assertThat(TestHost.run(executor, "Noop")).isEqualTo(new JobOutcome.Completed(null));
                await().atMost(Duration.ofSeconds(60)).until(() -> Files.size(archive) > size / 2 + 1);
                assertThat(TestHost.run(executor, "Noop")).isEqualTo(new JobOutcome.Completed(null));
            }
        }
        assertThat(files())
                .as("nothing half made")
                .noneMatch(file -> file.toString().contains(".jsa."));
    }

    @Test
    void workersThatStartTogetherMakeOneAndAChangedJarAnother() throws Exception {
        String classPath = Jars.classPath(scratch);
        List<JobExecutor> workers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            workers.add(open(classPath));
        }
        awaitArchives(1);
        String first = archives().get(0).toString();
        for (JobExecutor worker : workers) {
            awaitUse(worker, first);
            worker.close();
        }
        assertThat(archives()).hasSize(1);
        Path jar = Path.of(classPath.split(File.pathSeparator)[0]);
        Files.setLastModifiedTime(jar, FileTime.fromMillis(1_600_000_000_000L));
        try (JobExecutor executor = open(classPath)) {
            awaitArchives(2);
            assertThat(TestHost.run(executor, "Noop")).isEqualTo(new JobOutcome.Completed(null));
        }
    }

    @Test
    void itHoldsTheClassesOfTheJobsByWhichItWasTrained() throws Exception {
        Path logs = Files.createDirectory(scratch.resolve("logs"));
        ProcessJobExecutor.Builder builder = builder(System.getProperty("java.class.path"))
                .trainedBy(3)
                .javaOptions("-Xlog:class+load:file=" + logs.resolve("%p") + "::filecount=0");
        try (JobExecutor executor = open(builder)) {
            for (int i = 0; i < 3; i++) {
                assertThat(archives()).as("made after three children").isEmpty();
                TestHost.run(executor, "Gson");
            }
            awaitUse(executor, "SharedArchiveFile");
        }
        try (JobExecutor executor = open(builder.standby(false))) {
            TestHost.run(executor, "Gson");
        }
        try (Stream<Path> all = Files.list(logs)) {
            assertThat(all).anyMatch(each -> contains(each, "com.google.gson.Gson source: shared objects file"));
        }
        assertThat(files()).noneMatch(file -> file.toString().contains(".list"));
    }
}
