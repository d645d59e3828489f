package io.resque.core.internal.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.core.Resque;
import io.resque.core.internal.subscription.QueueList;
import io.resque.tck.WireRule;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessIdentityTest {
    private static final long PID = ProcessHandle.current().pid();

    private static String first(String host) {
        return new ProcessIdentity(null, PID, Map.of("host", host)).id(QueueList.of("high", "low"), 1);
    }

    @Test
    @WireRule("W-451")
    void isHostPidAndQueues() {
        assertThat(first("vm")).isEqualTo("vm-jvm:" + PID + ":high,low");
    }

    @Test
    @WireRule("W-451")
    void furtherThreadsAreMarkedByALastQueue() {
        ProcessIdentity ids = new ProcessIdentity(null, PID, Map.of("host", "vm"));
        assertThat(ids.id(QueueList.of("a", "a"), 2)).isEqualTo("vm-jvm:" + PID + ":a,a,thread-2");
        assertThat(ids.id(QueueList.of("a"), 17)).isEqualTo("vm-jvm:" + PID + ":a,thread-17");
    }

    @Test
    @WireRule("W-452")
    void noProcessStandsUnderTheNameOfItsHostWhateverItsCommandLine() {
        String host = LocalProcesses.ofThisMachine().attributes().get("host");
        assertThat(ProcessIdentity.under(PID, null).id(QueueList.of("q"), 1))
                .matches("[^:,\\s]+-jvm:" + PID + ":q")
                .doesNotStartWith(host + ":");
        assertThat(ProcessIdentity.under(1, null).id(QueueList.of("q"), 1)).matches("[^:,\\s]+-jvm:1:q");
    }

    @Test
    @WireRule("W-452")
    void theFirstPartCanBeNamed() {
        ProcessIdentity named = ProcessIdentity.under(77, "billing");
        assertThat(named.id(QueueList.of("q"), 1)).isEqualTo("billing:77:q");
        assertThat(named.attributes())
                .as("whose worker it is, is told by these")
                .isEqualTo(LocalProcesses.ofThisMachine().attributes());
    }

    @ParameterizedTest
    @CsvSource({"a:b, a-b", "'a,b', a-b", "'a b', a-b", "fe80::1, fe80--1", "host.local, host.local"})
    void hostNeverBreaksTheId(String host, String shown) {
        assertThat(first(host)).isEqualTo(shown + "-jvm:" + PID + ":high,low");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a:b", "a,b", "a b", "a\n", "a\u0000", "\ud800"})
    void aFirstPartThatWouldBreakTheIdIsRefused(String host) {
        try (Resque resque = Resque.builder()
                .url("redis://localhost:1")
                .backend("jedis")
                .serializer("gson")
                .build()) {
            assertThatThrownBy(() -> resque.workerBuilder("q").host(host))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(
                            "host must be a name without blanks, commas and colons, such as billing-jvm");
        }
    }
}
