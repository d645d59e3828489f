package io.resque.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SocketFolderTest {
    @Test
    void whereAPathWouldBeTooLongForASocketItIsInTmp() {
        assertThat(SocketFolder.place("/var/tmp")).isEqualTo(Path.of("/var/tmp"));
        assertThat(SocketFolder.place("/" + "a".repeat(62))).isEqualTo(Path.of("/" + "a".repeat(62)));
        assertThat(SocketFolder.place("/" + "a".repeat(70))).isEqualTo(Path.of("/tmp"));
    }
}
