package io.resque.backend.lettuce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.ConfigurationException;
import io.resque.api.spi.BackendConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Redis behind a Unix domain socket: with netty's native transport, in a JVM of its own, and without. */
@Timeout(120)
class DomainSocketTest {
    @TempDir
    Path folder;

    @Test
    void withoutTheNativeTransportItIsRefusedAtOpeningByASentenceThatNamesIt() {
        LettuceBackendProvider provider = new LettuceBackendProvider();
        BackendConfig config = new BackendConfig("unix://:s3cret@/run/r.sock?db=3", "t");
        assertThatThrownBy(() -> provider.open(config))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("Lettuce cannot connect to the Unix domain socket /run/r.sock without netty's native"
                        + " transport; add io.netty:netty-transport-native-epoll with the classifier linux-x86_64 or"
                        + " linux-aarch_64 (on macOS netty-transport-native-kqueue), or take resque-backend-jedis, which"
                        + " needs none");
        assertThatThrownBy(() -> provider.openStatuses(config)).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void withItAllGoesByTheSocket() throws Exception {
        assertThat(run(DomainSocketMain.class)).startsWith("done").hasLineCount(1);
    }

    private String run(Class<?> main) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dio.lettuce.core.epoll=true",
                        "--enable-native-access=ALL-UNNAMED", // or Java 24 warns that netty loads a library
                        "-cp",
                        System.getProperty("java.class.path"),
                        main.getName())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(90, TimeUnit.SECONDS);
        process.destroyForcibly().waitFor();
        String printed = Files.readString(output);
        assertThat(ended).as(printed).isTrue();
        System.out.println(printed.strip());
        return printed;
    }
}
