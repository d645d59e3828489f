package io.resque.launcher.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeftBehindLogTest {
    @TempDir
    Path proc;

    @Test
    void aMachineThatTellsLessIsNamedWithWhatItDoesNotTell() throws IOException {
        assertThat(LeftBehindLog.unseen(proc))
                .isEqualTo(
                        "A child that runs several jobs is not looked at for open files, processes, memory that a job has left behind:"
                                + " this machine does not tell of them in " + proc
                                + ". If your jobs may leave them, give each job a child of its own");
        Files.createDirectories(proc.resolve("self/fd"));
        Files.createFile(proc.resolve("self/status"));
        assertThat(LeftBehindLog.unseen(proc)).contains("not looked at for processes that a job");
        Files.createDirectory(proc.resolve("thread-self"));
        Files.createFile(proc.resolve("thread-self/children"));
        assertThat(LeftBehindLog.unseen(proc)).isNull();
    }
}
