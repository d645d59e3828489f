package io.resque.launcher.internal.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class JvmPidFileTest {
    private static final String PID = Long.toString(ProcessHandle.current().pid());

    @TempDir
    Path folder;

    private Path file;
    private Path before;

    @BeforeEach
    void aFileOfAnEarlierWorker() throws IOException {
        file = folder.resolve("jvm.pid");
        before = folder.resolve("before");
        Files.writeString(file, "77");
        Files.createLink(before, file);
    }

    private void write(Path path) {
        JvmPidFile.at(path.toString()).write();
    }

    @Test
    void noReaderSeesAnEmptyFile() throws IOException {
        write(file);
        assertThat(file).hasContent(PID);
        assertThat(before).as("the file is replaced, and not emptied").hasContent("77");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).as("nothing else is left").containsExactlyInAnyOrder(file, before);
        }
    }

    @Test
    void everyUserMayReadItAsBefore() throws IOException {
        Path plain = Files.writeString(folder.resolve("plain"), "");
        write(file);
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(Files.getPosixFilePermissions(plain));
    }

    /** Such as {@code /dev/stdout}. */
    @Test
    void aFileBehindALinkIsWrittenInPlace() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        write(link);
        assertThat(link).isSymbolicLink().hasContent(PID);
        assertThat(before).hasContent(PID);
    }

    @Test
    void withoutAPlaceBesideItTheFileIsWrittenInPlace() throws IOException {
        Files.createDirectories(folder.resolve("jvm.pid." + PID + ".new/taken"));
        write(file);
        assertThat(file).hasContent(PID);
        assertThat(before).hasContent(PID);
    }

    @Test
    void aLinkAtTheNameBesideItIsNotFollowed() throws IOException {
        Path others = Files.writeString(folder.resolve("others"), "precious");
        Files.createSymbolicLink(folder.resolve("jvm.pid." + PID + ".new"), others);
        write(file);
        assertThat(file).isRegularFile().hasContent(PID);
        assertThat(Files.isSymbolicLink(file)).isFalse();
        assertThat(others).hasContent("precious");
    }

    @Test
    void theEndRemovesTheFileWithThisPidAlone() throws IOException {
        JvmPidFile.at(file.toString()).remove();
        assertThat(file).as("it holds another pid").exists();
        Files.writeString(file, PID);
        JvmPidFile.at(file.toString()).remove();
        assertThat(file).doesNotExist();
    }

    /** A link such as {@code /dev/stdout} belongs to the machine. */
    @Test
    void theEndLeavesALinkToTheFile() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        Files.writeString(file, PID);
        JvmPidFile.at(link.toString()).remove();
        assertThat(link).isSymbolicLink();
        assertThat(file).doesNotExist();
    }

    @Test
    @Timeout(60)
    void theEndDoesNotReadAPipe() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        JvmPidFile at = JvmPidFile.at(pipe.toString());
        Thread end = new Thread(at::remove, "end");
        end.setDaemon(true);
        end.start();
        end.join(Duration.ofSeconds(30).toMillis());
        assertThat(end.isAlive()).as("the end waits for a writer").isFalse();
        assertThat(pipe).exists();
    }
}
