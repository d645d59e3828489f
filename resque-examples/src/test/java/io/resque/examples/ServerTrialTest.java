package io.resque.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.Finding;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.QueueBackend;
import io.resque.backend.jedis.JedisBackendProvider;
import io.resque.core.Resque;
import io.resque.core.ServerTrial;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A trial of a server uses each command that this library needs, tells which features lack one, and leaves nothing behind. */
@Timeout(120)
class ServerTrialTest {
    private static List<Finding> run(String url, String backend) throws InterruptedException {
        return ServerTrial.run(Resque.builder().url(url).backend(backend).serializer("gson"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"jedis", "lettuce"})
    void everythingWorksAndNothingIsLeft(String backend) throws Exception {
        try (RedisServer server = RedisServer.start();
                RespClient admin = server.client()) {
            assertThat(run(server.url(), backend)).hasSize(15).allMatch(Finding::isFine);
            assertThat(admin.number("DBSIZE")).isZero();
            String stats = admin.text("INFO", "commandstats");
            TreeSet<String> unused = new TreeSet<>();
            Pattern.compile("\\+([a-z]+)(?:\\|[a-z]+)?(?=\\s)")
                    .matcher(Files.readString(Path.of("..", "SECURITY.md")))
                    .results()
                    .map(right -> right.group(1))
                    .filter(command ->
                            !stats.contains("cmdstat_" + command + ":") && !stats.contains("cmdstat_" + command + "|"))
                    .forEach(unused::add);
            if (backend.equals("lettuce")) {
                unused.remove("subscribe"); // only Jedis needs it
            }
            assertThat(unused).as("as its Javadoc says").containsExactly("lpush", "sscan", "ttl");
        }
    }

    @Test
    void aServerWithRenamedCommandsLacksTheFeaturesThatNeedThem() throws Exception {
        try (RedisServer server =
                RedisServer.start("--rename-command", "ZRANGEBYSCORE", "", "--rename-command", "HSCAN", "")) {
            List<Finding> findings = run(server.url(), "jedis");
            assertThat(findings.stream()
                            .filter(finding -> !finding.isFine())
                            .map(finding -> finding.text().split(":")[0]))
                    .containsExactly("retries", "delayed jobs", "recurring jobs");
            assertThat(findings).anyMatch(finding -> finding.text().equals("enqueueing: works"));
        }
    }

    @Test
    void aReplicaIsHopeless() throws Exception {
        try (RedisServer server = RedisServer.start();
                RespClient admin = server.client()) {
            admin.call("REPLICAOF", "127.0.0.1", "1");
            assertThat(run(server.url(), "jedis"))
                    .filteredOn(finding -> finding.severity() == Finding.Severity.HOPELESS)
                    .anyMatch(finding -> finding.text().startsWith("enqueueing: does not work: "));
        }
    }

    @Test
    void aNamespaceThatIsNoTrialStays() {
        try (RedisServer server = RedisServer.start();
                Resque resque = Resque.builder()
                        .url(server.url())
                        .backend("jedis")
                        .serializer("gson")
                        .build();
                QueueBackend backend = new JedisBackendProvider().open(new BackendConfig(server.url(), null))) {
            resque.enqueue("q", "Good");
            assertThatThrownBy(backend::removeTrial)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("This namespace is not that of a trial, and stays: resque:");
            assertThat(resque.inspector().queueSize("q")).isOne();
        }
    }
}
