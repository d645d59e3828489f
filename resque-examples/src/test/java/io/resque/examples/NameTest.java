package io.resque.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.backend.jedis.JedisBackendProvider;
import io.resque.backend.lettuce.LettuceBackendProvider;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A host name whose address changes, in a separate JVM with its own hosts file. */
@Timeout(120)
class NameTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path dir;

    @ParameterizedTest
    @ValueSource(classes = {JedisBackendProvider.class, LettuceBackendProvider.class})
    void allAddressesAreTriedAndAChangeIsFollowed(Class<?> provider) throws Exception {
        Path names = dir.resolve("names");
        try (RedisServer server = RedisServer.start();
                RespClient redis = server.client()) {
            is(names, "127.0.0.2", server.host());
            Process process =
                    probe(names, provider, "redis://redis.test:" + server.port() + "?timeout=20s&connectTimeout=5s");
            try (BufferedReader answers = process.inputReader(StandardCharsets.UTF_8);
                    PrintStream questions =
                            new PrintStream(process.getOutputStream(), true, StandardCharsets.US_ASCII)) {
                assertThat(ask(questions, answers)).isEqualTo("ok 0");
                is(names, "127.0.0.3");
                redis.call("CLIENT", "KILL", "TYPE", "normal");
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(ask(questions, answers))
                                .startsWith("Cannot reach Redis at redis.test:" + server.port() + "/0 ("));
                is(names, server.host());
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(ask(questions, answers)).isEqualTo("ok 0"));
            } finally {
                process.destroyForcibly();
            }
        }
    }

    private static void is(Path names, String... addresses) throws IOException {
        StringBuilder lines = new StringBuilder("127.0.0.1 localhost\n");
        for (String address : addresses) {
            lines.append(address).append(" redis.test\n");
        }
        Path whole = Files.writeString(names.resolveSibling("whole"), lines);
        Files.move(whole, names, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    private static Process probe(Path names, Class<?> provider, String url) throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djdk.net.hosts.file=" + names,
                        "-Dsun.net.inetaddr.ttl=0",
                        "-Dsun.net.inetaddr.negative.ttl=0",
                        "-cp",
                        System.getProperty("java.class.path"),
                        NameProbe.class.getName(),
                        provider.getName(),
                        url))
                .redirectError(Redirect.INHERIT)
                .start();
    }

    private static String ask(PrintStream questions, BufferedReader answers) {
        questions.println();
        try {
            return answers.readLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
