package io.resque.launcher.internal.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.ConfigurationException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpAddressTest {
    @ParameterizedTest
    @CsvSource({
        "9447, 127.0.0.1:9447",
        "0, 127.0.0.1:0",
        "0.0.0.0:9447, 0.0.0.0:9447",
        "localhost:80, localhost:80",
        "[::1]:65535, [::1]:65535",
    })
    void aPortAloneIsForThisMachine(String text, String address) {
        HttpAddress read = HttpAddress.of(text, 1);
        assertThat(read).hasToString(address);
        assertThat(read.socket().isUnresolved()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost:9447",
                ":9447",
                "*:9447",
                "::1:9447",
                "65536",
                "99999999999",
                "-1",
                "9447/live",
                "a b:1",
                "host:",
                "true",
                "0.0.0.0"
            })
    void anythingElseIsRefusedWithTheWayOut(String text) {
        assertThatThrownBy(() -> HttpAddress.of(text, 1))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("RESQUE_HTTP is \"" + text + "\"; it must be a port, such as 9447");
    }

    @Test
    void aNameThatIsNoneIsRefused() {
        assertThatThrownBy(() -> HttpAddress.of("no-such-host.invalid:1", 1))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("there is no address of that name");
    }

    @Test
    void eachOfSeveralWorkersHasItsOwn() {
        WorkerSettings settings = new WorkerSettings(new EnvironmentReader(
                Map.of("QUEUE", "q", "COUNT", "3", "RESQUE_HTTP", "9447", "HEARTBEAT_FILE", "/run/beat")));
        Map<String, String> first = new HashMap<>();
        settings.giveOwn(1, first);
        assertThat(first)
                .containsOnly(Map.entry("RESQUE_HTTP", "127.0.0.1:9447"), Map.entry("HEARTBEAT_FILE", "/run/beat.1"));
        Map<String, String> third = new HashMap<>();
        settings.giveOwn(3, third);
        assertThat(third)
                .containsOnly(Map.entry("RESQUE_HTTP", "127.0.0.1:9449"), Map.entry("HEARTBEAT_FILE", "/run/beat.3"));
        assertThatThrownBy(() -> HttpAddress.of("65534", 3))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("each of 3 workers takes a port of its own");
        assertThat(HttpAddress.of("65533", 3).ofWorker(3)).hasToString("127.0.0.1:65535");
        assertThat(HttpAddress.of("0", 3).ofWorker(3)).hasToString("127.0.0.1:0");
        assertThat(HttpAddress.of("0", 70_000)).as("more than there are ports").hasToString("127.0.0.1:0");
    }
}
