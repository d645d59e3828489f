package io.resque.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.resque.api.ConfigurationException;
import io.resque.api.JobModule;
import io.resque.api.JobRegistry;
import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobOutcome;
import io.resque.launcher.internal.child.ChildMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that cannot run in a child, and children that do not become ready. */
@Timeout(60)
class StartTest {
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    @TempDir
    Path folder;

    /** Loads in the worker, fails in a child. */
    public static final class BadModule implements JobModule {
        /** A child needs it. */
        public BadModule() {
            if (System.getProperty("sun.java.command").startsWith(ChildMain.class.getName())) {
                throw new IllegalStateException("no database here");
            }
        }

        @Override
        public void register(JobRegistry jobs) {}
    }

    /** Not public, so no child can load it. */
    static final class HiddenModule implements JobModule {
        @Override
        public void register(JobRegistry jobs) {}
    }

    /** Its constructor needs an argument, which a child does not have. */
    public static final class MadeModule implements JobModule {
        /**
         * @param what anything
         */
        public MadeModule(String what) {}

        @Override
        public void register(JobRegistry jobs) {}
    }

    private static AbstractThrowableAssert<?, ?> refused(TestHost host, ProcessJobExecutor.Builder builder) {
        return assertThatThrownBy(() -> host.open(builder.build()).close()).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void whatOnlyThisProcessHasIsRefusedWithTheWayOut() {
        ProcessJobExecutor.Builder builder = ProcessJobExecutor.builder();
        refused(TestHost.withLocal("Mail"), builder)
                .hasMessageStartingWith(
                        "A child process cannot run \"Mail\", registered on the worker's builder or made by its"
                                + " JobFactory, which a child does not have. ")
                .hasMessageEndingWith("give it to the worker: .module(new MyJobs())");
        refused(TestHost.of(jobs -> {}), builder)
                .hasMessageContaining("a lambda in " + StartTest.class.getName() + ".");
        refused(TestHost.of(new HiddenModule()), builder).hasMessageContaining(HiddenModule.class.getName());
        refused(TestHost.of(new MadeModule("x")), builder).hasMessageContaining(MadeModule.class.getName());
    }

    @Test
    void aModuleThatCannotBeMadeThereIsNamed() {
        refused(TestHost.of(new BadModule()), ProcessJobExecutor.builder())
                .hasMessageContaining("BadModule")
                .hasMessageContaining("no database here");
    }

    @Test
    void wrongOptionsAreToldInTheWordsOfJava() {
        refused(TestHost.of(), ProcessJobExecutor.builder().javaOptions("-Xmx1x"))
                .hasMessageContaining("ended with status 1 before it was ready")
                .hasMessageContaining("-Xmx1x");
        refused(TestHost.of(), ProcessJobExecutor.builder().classPath(folder.toString()))
                .hasMessageStartingWith("A child process cannot load resque-process-launcher from the class path \""
                        + folder + "\": no entry holds it; this process has loaded it from ")
                .hasMessageContaining(".classPath(…)");
        refused(TestHost.of(), ProcessJobExecutor.builder().java(folder.resolve("none")))
                .hasMessageContaining("ended with status 127 before it was ready")
                .hasMessageContaining(folder.resolve("none").toString())
                .hasMessageContaining("Look at the executor's java");
        refused(
                        TestHost.of(),
                        ProcessJobExecutor.builder()
                                .java(folder.resolve("none"))
                                .pipes(false))
                .hasMessageContaining("none")
                .hasMessageEndingWith("; look at the executor's java, and at the folder for temporary files");
    }

    @Test
    void oneThatNeverSaysHelloIsKilled() throws IOException {
        refused(
                        TestHost.of(),
                        ProcessJobExecutor.builder()
                                .java(script("echo waiting for nothing; exec sleep 600"))
                                .startTimeout(Duration.ofMillis(700)))
                .hasMessageContaining("was not ready within 700 ms")
                .hasMessageContaining("waiting for nothing");
        assertThat(ProcessHandle.current()
                        .children()
                        .map(child -> child.info().commandLine().orElse("")))
                .noneMatch(line -> line.contains("sleep 600"));
    }

    @Test
    void strangersOnTheSocketAreSentAway() throws IOException {
        for (String kind : new String[] {"stranger", "wrong-token"}) {
            refused(
                            TestHost.of(),
                            ProcessJobExecutor.builder()
                                    .pipes(false)
                                    .java(bad(kind))
                                    .startTimeout(Duration.ofMillis(1500)))
                    .hasMessageContaining("was not ready within 1500 ms");
        }
    }

    @Test
    void whoIsInterruptedWhileAChildIsToSayHelloLeavesNoFileOpen() throws Exception {
        if (!OpenFiles.areKnown()) {
            System.out.println(
                    "SKIPPED whoIsInterruptedWhileAChildIsToSayHelloLeavesNoFileOpen: no /proc/self/fd here");
        }
        Assumptions.assumeTrue(OpenFiles.areKnown());
        Path java = bad("silent");
        List<String> before = OpenFiles.now();
        Thread thread = new Thread(() -> refused(
                        TestHost.of(), ProcessJobExecutor.builder().pipes(false).java(java))
                .hasMessageContaining("Interrupted"));
        thread.start();
        await().until(() -> Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("saysHello")));
        thread.interrupt();
        thread.join();
        await().untilAsserted(() -> assertThat(OpenFiles.now())
                .as("open files, before: %s", before)
                .hasSizeLessThanOrEqualTo(before.size()));
    }

    @Test
    void aJobWhoseChildrenDieBeforeTheyBeginIsTriedInOthers() throws Exception {
        Path java = bad("dies-before");
        JobExecutor executor = TestHost.of(new DirtyJobs())
                .open(ProcessJobExecutor.builder().java(java).build());
        try (executor) {
            JobOutcome outcome = TestHost.run(executor, "Good");
            assertThat(((JobOutcome.Died) outcome).cause()).endsWith("ended with status 42 before it began the job");
            replace(java, good());
            assertThat(TestHost.run(executor, "Good"))
                    .as("the good one comes to its turn")
                    .satisfies(next -> {
                        if (next instanceof JobOutcome.Died) {
                            assertThat(TestHost.run(executor, "Good")).isInstanceOf(JobOutcome.Completed.class);
                        }
                    });
        }
    }

    @Test
    void aJobDiesWithWhatWasPrintedWhenNoChildCanBeStartedAnyMore() throws Exception {
        Path java = good();
        JobExecutor executor = TestHost.of(new DirtyJobs())
                .open(ProcessJobExecutor.builder().java(java).standby(false).build());
        try (executor) {
            assertThat(TestHost.run(executor, "Good")).isInstanceOf(JobOutcome.Completed.class);
            replace(java, script("echo the disk is gone; exit 5"));
            assertThat(((JobOutcome.Died) TestHost.run(executor, "Good")).cause())
                    .contains("ended with status 5 before it was ready")
                    .contains("the disk is gone");
            replace(java, good());
            assertThat(TestHost.run(executor, "Good")).isInstanceOf(JobOutcome.Completed.class);
        }
    }

    @Test
    void theSocketIsForItsOwnerOnlyAndTheTokenIsInNoArgumentAndNoVariable() throws IOException {
        Path spy =
                script("read -r token; read -r socket; ls -ld \"$(dirname \"$socket\")\"; echo \"token of ${#token}\""
                        + "; case \"$* $(env)\" in *\"$token\"* | *\"$socket\"*) echo told to all;; esac; exit 5");
        refused(TestHost.of(), ProcessJobExecutor.builder().pipes(false).java(spy))
                .hasMessageContaining("drwx------")
                .hasMessageContaining("token of 32")
                .hasMessageNotContaining("told to all");
    }

    @Test
    void garbageInsteadOfAResultIsADeath() throws Exception {
        JobExecutor executor = TestHost.of(new DirtyJobs())
                .open(ProcessJobExecutor.builder().java(bad("garbage")).build());
        try (executor) {
            assertThat(((JobOutcome.Died) TestHost.run(executor, "Good")).cause())
                    .contains("could not be understood, and was killed: It sent a frame of the unknown type 99");
        }
    }

    @Test
    void aChildThatCannotOpenItsPipesGetsASocket() throws Exception {
        Path java = script("exec '" + JAVA + "' \"$@\" 4</");
        JobExecutor executor = TestHost.of(new DirtyJobs())
                .open(ProcessJobExecutor.builder().java(java).build());
        try (executor) {
            assertThat(TestHost.run(executor, "Good")).isInstanceOf(JobOutcome.Completed.class);
        }
    }

    private Path good() throws IOException {
        return script("exec '" + JAVA + "' \"$@\"");
    }

    private Path bad(String kind) throws IOException {
        return script("exec '" + JAVA + "' -XX:TieredStopAtLevel=1 -cp '" + System.getProperty("java.class.path") + "' "
                + BadChild.class.getName() + " " + kind);
    }

    private Path script(String line) throws IOException {
        Path script = Files.createTempFile(
                folder, "java", "", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.writeString(script, "#!/bin/sh\n" + line + "\n");
        return script;
    }

    /** Moves the script into place in one step: a shell must not read it half written. */
    private static void replace(Path old, Path by) throws IOException {
        Files.move(by, old, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
