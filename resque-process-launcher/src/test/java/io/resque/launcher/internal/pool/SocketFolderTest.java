package io.resque.launcher.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SocketFolderTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "t",
                "a long way/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/01234567"
            })
    void aSocketIsThereHoweverLongTheWay(String way, @TempDir Path temporary) throws IOException {
        Path place = Files.createDirectories(temporary.resolve(way));
        try (SocketFolder folder = SocketFolder.create(place);
                ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(folder.socket));
            SocketChannel.open(UnixDomainSocketAddress.of(folder.socket)).close();
            assertThat(place).isDirectoryRecursivelyContaining("glob:**/s");
        }
        assertThat(place).isEmptyDirectory();
    }
}
