package io.resque.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.api.spi.JobExecutor;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NothingLeftTest {
    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("resque-"))
                .count();
    }

    @Test
    void fiftyJobsLeaveNoFileNoProcessAndNoThread() throws InterruptedException {
        boolean proc = OpenFiles.areKnown();
        if (!proc) {
            System.out.println("SKIPPED fiftyJobsLeaveNoFileNoProcessAndNoThread: no /proc/self/fd here");
        }
        Assumptions.assumeTrue(proc);
        // Each kind of end happens once before the count, since loading classes and libraries opens files too.
        once(10);
        List<String> files = OpenFiles.now();
        long children = ProcessHandle.current().children().count();
        long threads = threads();
        once(50);
        await().untilAsserted(() -> {
            assertThat(OpenFiles.now()).as("open files, before: %s", files).hasSizeLessThanOrEqualTo(files.size());
            assertThat(ProcessHandle.current().children().count())
                    .as("children")
                    .isLessThanOrEqualTo(children);
            // The threads of the starter's pool end a little later.
            assertThat(threads()).as("threads").isLessThanOrEqualTo(threads);
        });
        assertThat(Thread.getAllStackTraces().keySet())
                .as("Java's own for delays would stay for ever, with the class loader of whoever came first")
                .noneMatch(thread -> thread.getName().equals("CompletableFutureDelayScheduler"));
    }

    private static void once(int jobs) throws InterruptedException {
        JobExecutor executor = TestHost.of(new DirtyJobs())
                .open(ProcessJobExecutor.builder().jobsPerFork(5).build());
        for (int i = 0; i < jobs; i++) {
            TestHost.run(executor, i % 10 == 9 ? "Exit" : "Good", 6L);
        }
        executor.close();
    }

    @Test
    void whatAKilledParentLeftIsRemovedLater() throws Exception {
        Path forgotten = Files.createTempDirectory("resque-1-");
        Files.createFile(forgotten.resolve("s"));
        Files.setLastModifiedTime(forgotten, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
        Path young = Files.createTempDirectory("resque-1-");
        try {
            once(1);
            assertThat(forgotten).doesNotExist();
            assertThat(young).exists();
        } finally {
            Files.delete(young);
        }
    }

    @Test
    void childrenEndWhenTheirParentIsKilled() throws IOException {
        Process parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ParentMain.class.getName())
                .redirectErrorStream(true)
                .start();
        try (BufferedReader reader = parent.inputReader()) {
            Set<Long> pids = new HashSet<>();
            // One child spins in a job, one is on standby.
            while (pids.size() < 2) {
                String line = reader.readLine();
                assertThat(line).as("the parent goes on").isNotNull();
                if (line.startsWith("child ")) {
                    pids.add(Long.parseLong(line.substring(6)));
                }
            }
            parent.destroyForcibly();
            await().atMost(Duration.ofSeconds(5))
                    .until(() ->
                            pids.stream().noneMatch(pid -> ProcessHandle.of(pid).isPresent()));
        } finally {
            parent.destroyForcibly();
        }
    }
}
