package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.tck.WireRule;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerIdsTest {
    private static final String TITLED = "java -jar app.jar resque-3.0.0: x";
    private static final long PID = ProcessHandle.current().pid();

    private static String first(String host, String commandLine) {
        return new WorkerIds(host, commandLine).id(QueueList.of("high", "low"), 1);
    }

    @Test
    @WireRule("W-451")
    void isHostPidAndQueues() {
        assertThat(first("vm", TITLED)).isEqualTo("vm:" + PID + ":high,low");
    }

    @Test
    @WireRule("W-451")
    void furtherThreadsAreMarkedByALastQueue() {
        WorkerIds ids = new WorkerIds("vm", TITLED);
        assertThat(ids.id(QueueList.of("a", "a"), 2)).isEqualTo("vm:" + PID + ":a,a,thread-2");
        assertThat(ids.id(QueueList.of("a"), 17)).isEqualTo("vm:" + PID + ":a,thread-17");
    }

    @ParameterizedTest
    @ValueSource(strings = {"java resque-3.0.0: x", "resque-1", "/opt/resque-0.9/java -jar app.jar"})
    @WireRule("W-452")
    void keepsItsHostWhereRubyFindsItInPs(String commandLine) {
        assertThat(first("vm", commandLine)).startsWith("vm:");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "java -jar app.jar",
                "java -cp resque-core.jar Main",
                "java Resque-3.0.0",
                "resque:work",
                "java resque-3.0.0: x resque-web"
            })
    void standsAsideWhereRubyDoesNotFindIt(String commandLine) {
        assertThat(first("vm", commandLine)).isEqualTo("vm-jvm:" + PID + ":high,low");
    }

    @ParameterizedTest
    @CsvSource({"a:b, a-b", "'a,b', a-b", "'a b', a-b", "fe80::1, fe80--1", "host.local, host.local"})
    void hostNeverBreaksTheId(String host, String shown) {
        assertThat(first(host, TITLED)).isEqualTo(shown + ":" + PID + ":high,low");
    }

    @Test
    void attributesTellHostAndProcess() {
        Map<String, String> attributes = new WorkerIds("a:b", "").attributes();
        assertThat(attributes).containsEntry("host", "a:b").containsEntry("pid", Long.toString(PID));
        assertThat(attributes.keySet()).isSubsetOf("host", "pid", "boot", "pidns");
        assertThat(attributes.values()).noneMatch(String::isBlank);
    }

    @Test
    void ofThisProcessCarriesItsPid() {
        String id = WorkerIds.ofThisProcess().id(QueueList.of("q"), 1);
        assertThat(id).matches("[^:,\\s]+:" + PID + ":q");
    }
}
