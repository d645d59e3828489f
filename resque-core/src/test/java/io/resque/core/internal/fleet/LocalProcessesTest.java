package io.resque.core.internal.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class LocalProcessesTest {
    @TempDir
    Path folder;

    private final LocalProcesses real = LocalProcesses.ofThisMachine();
    private FakeProc proc;

    @BeforeEach
    void aFolderLikeProc() throws IOException {
        proc = new FakeProc(folder);
    }

    private LocalProcesses faked() {
        return proc.processes();
    }

    @Test
    void attributesTellHostProcessAndItsStart() {
        Map<String, String> attributes = real.attributes();
        assertThat(attributes)
                .containsEntry("pid", Long.toString(ProcessHandle.current().pid()))
                .containsKey("host");
        assertThat(attributes.keySet()).isSubsetOf("host", "pid", "boot", "pidns", "start");
        assertThat(attributes.values()).noneMatch(String::isBlank);
        assertThat(real.attributes()).as("always the same").isEqualTo(attributes);
        assertThat(faked().attributes())
                .containsEntry("start", "123")
                .containsEntry("boot", "b1")
                .containsEntry("pidns", "pid:[4026531836]");
    }

    @Test
    void whoRunsIsNotGone() {
        long self = ProcessHandle.current().pid();
        assertThat(real.isGone(self, null)).isFalse();
        assertThat(real.isGone(self, real.attributes().get("start"))).isFalse();
    }

    @Test
    void whoHasEndedIsGone() throws Exception {
        Process process = new ProcessBuilder("true").start();
        process.waitFor();
        assertThat(real.isGone(process.pid(), null)).isTrue();
    }

    @Test
    void anotherProcessUnderThePidOfOneThatEndedIsNotIt() {
        assertThat(real.isGone(ProcessHandle.current().pid(), "1")).isTrue();
    }

    @Test
    void aZombieIsGone() throws Exception {
        assumeLinux();
        try (Zombie zombie = Zombie.start()) {
            assertThat(real.isGone(zombie.pid(), null)).isTrue();
            assertThat(ProcessHandle.of(zombie.pid()))
                    .as("Java takes it for a process")
                    .isPresent();
        }
    }

    private static void assumeLinux() {
        boolean linux = Files.exists(Path.of("/proc/self/stat"));
        if (!linux) {
            System.out.println("SKIPPED a test of LocalProcessesTest: no /proc here");
        }
        Assumptions.assumeTrue(linux);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Z", "X", "x"})
    void whatNobodyHasWaitedForIsGone(String state) throws IOException {
        proc.process(50, state, 1, 9);
        assertThat(faked().isGone(50, "9")).isTrue();
        assertThat(faked().isGone(50, null)).isTrue();
    }

    @Test
    void aProcessWhoseFirstThreadHasEndedRuns() throws IOException {
        proc.process(50, "Z", 2, 9);
        assertThat(faked().isGone(50, "9")).isFalse();
    }

    @Test
    void whatCannotBeReadIsNotGone() throws IOException {
        Files.createDirectories(proc.path("50/stat"));
        assertThat(faked().isGone(50, "9")).isFalse();
        assertThat(faked().isGone(51, "9")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"hidepid=2", "hidepid=invisible", "rw,hidepid=4,gid=7", "hidepid=ptraceable"})
    void whereProcessesAreHiddenNoneIsGone(String option) throws IOException {
        assertThat(faked().isGone(50, null)).isTrue();
        proc.mounts(option);
        assertThat(faked().isGone(50, null)).isFalse();
    }

    @Test
    void whereTheFirstProcessIsHiddenNoneIsGone() throws IOException {
        Files.move(proc.path("1"), proc.path("elsewhere"));
        assertThat(faked().isGone(50, null)).isFalse();
    }

    @Test
    void whereProcIsThatOfAnotherNamespaceNoneIsGone() {
        LocalProcesses nested = new LocalProcesses(folder, 5);
        assertThat(nested.isGone(50, null)).isFalse();
        assertThat(nested.attributes()).doesNotContainKey("start");
    }

    @Test
    void aPidWithinAContainerIsFound() throws IOException {
        assertThat(faked().isNested(702)).isFalse();
        proc.process(9000, "S", 1, 9);
        proc.pids(9000, "9000\t702");
        assertThat(faked().isNested(702)).isTrue();
        assertThat(faked().isNested(9000)).as("its pid here").isFalse();
        proc.pids(9000, "9000\t702\t4");
        assertThat(faked().isNested(4)).as("a container within a container").isTrue();
        assertThat(faked().isNested(702))
                .as("a process knows its innermost pid only")
                .isFalse();
    }

    @Test
    void whereTheKernelTellsNothingOfContainersAnyPidMayBeOfOne() throws IOException {
        Files.writeString(proc.path("1/status"), "Name:\tx\n");
        assertThat(faked().isNested(702)).isTrue();
    }

    @Test
    void withoutProcJavaTellsOfProcesses(@TempDir Path nothing) throws Exception {
        LocalProcesses elsewhere =
                new LocalProcesses(nothing, ProcessHandle.current().pid());
        Map<String, String> attributes = elsewhere.attributes();
        assertThat(attributes).containsEntry("pidns", "none").containsKeys("boot", "start");
        assertThat(elsewhere.isGone(ProcessHandle.current().pid(), attributes.get("start")))
                .isFalse();
        assertThat(elsewhere.isGone(ProcessHandle.current().pid(), "1")).isTrue();
        Process process = new ProcessBuilder("true").start();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(elsewhere.isGone(process.pid(), null)).isTrue();
        assertThat(elsewhere.isOutermost()).isFalse();
    }
}
