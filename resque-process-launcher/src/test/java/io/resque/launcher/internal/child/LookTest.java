package io.resque.launcher.internal.child;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LookTest {
    @TempDir
    Path empty;

    @Test
    void withoutProcItSeesTheRest() {
        LeftBehind left = new LeftBehind(List.of(1L), new ProcFiles(empty.toString()));
        assertThat(left.look()).isEmpty();
        System.setProperty("left.behind", "yes");
        try {
            assertThat(left.look()).containsExactly("system-properties", "a changed system property (left.behind)");
        } finally {
            System.clearProperty("left.behind");
        }
    }

    @Test
    void procTellsOfThisProcess() {
        ProcFiles proc = new ProcFiles("/proc");
        boolean known = Files.isDirectory(Path.of("/proc/self/fd"));
        if (!known) {
            System.out.println("SKIPPED procTellsOfThisProcess: there is no /proc here");
        }
        Assumptions.assumeTrue(known);
        assertThat(proc.descriptors()).contains("0", "1", "2");
        assertThat(proc.residentBytes()).isBetween(10L << 20, 16L << 30);
        assertThat(proc.children()).isNotNull();
        assertThat(proc.name(Long.toString(ProcessHandle.current().pid()))).isEqualTo("java");
        assertThat(proc.name("0")).isEmpty();
    }
}
