package io.resque.core.internal.fleet;

import static io.resque.api.WorkerInfo.Life.ALIVE;
import static io.resque.api.WorkerInfo.Life.DEAD;
import static io.resque.api.WorkerInfo.Life.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.WorkerInfo.Life;
import io.resque.api.spi.WorkerSnapshot;
import io.resque.tck.WireRule;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LivenessTest {
    /** As every Resque does it. */
    private static final RecoveryPolicy RUBYS = new RecoveryPolicy(RecoveryPolicy.DEAD_AFTER, 1, false, true);

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final Map<String, String> NONE = Map.of();

    @TempDir
    Path folder;

    private FakeProc proc;

    @BeforeEach
    void aMachine() throws IOException {
        proc = new FakeProc(folder);
        proc.process(50, "S", 3, 900);
    }

    private Life life(String id, @Nullable String heartbeat, Map<String, String> attributes) {
        return life(RUBYS, id, heartbeat, attributes);
    }

    private Life life(RecoveryPolicy policy, String id, @Nullable String heartbeat, Map<String, String> attributes) {
        return liveness(policy).of(new WorkerSnapshot(id, true, null, null, null, heartbeat, attributes, NOW));
    }

    private Liveness liveness(RecoveryPolicy policy) {
        LocalProcesses processes = proc.processes();
        return new Liveness(policy, "ours:1:q"::equals, processes.attributes(), processes);
    }

    private static String before(long seconds) {
        return NOW.minusSeconds(seconds).toString().replace("Z", "+00:00");
    }

    private Map<String, String> process(long pid, @Nullable String start) {
        Map<String, String> attributes = new HashMap<>(proc.processes().attributes());
        attributes.put("pid", Long.toString(pid));
        attributes.remove("start");
        if (start != null) {
            attributes.put("start", start);
        }
        return attributes;
    }

    @ParameterizedTest
    @CsvSource({"0,ALIVE", "300,ALIVE", "301,DEAD", "-3600,ALIVE"})
    @WireRule("W-457")
    void heartbeatCountsByTheClockOfRedis(long seconds, Life life) {
        assertThat(life("elsewhere:1:q", before(seconds), NONE)).isEqualTo(life);
        assertThat(life("vm:51:q", before(seconds), NONE))
                .as("no process, but a heartbeat")
                .isEqualTo(life);
    }

    @Test
    void ownWorkersLive() {
        assertThat(life("ours:1:q", before(1_000), NONE)).isEqualTo(ALIVE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"vm:50:q", "vm-jvm:50:q", "any:thing"})
    @WireRule("W-457")
    void oneOfThisMachineDiesWithItsProcessWhateverItsId(String id) {
        assertThat(life(id, before(0), process(50, "900"))).isEqualTo(ALIVE);
        assertThat(life(id, before(0), process(50, null)))
                .as("of an older version")
                .isEqualTo(ALIVE);
        assertThat(life(id, before(0), process(51, "900"))).isEqualTo(DEAD);
        assertThat(life(id, null, process(51, "900"))).isEqualTo(DEAD);
        assertThat(life(id, null, process(50, "900"))).as("heartbeat removed").isEqualTo(ALIVE);
    }

    @Test
    @WireRule("W-457")
    void theSamePidAfterARestartInPlaceIsAnotherProcess() {
        assertThat(life("pod-1-jvm:1:q", before(0), process(50, "899"))).isEqualTo(DEAD);
    }

    @Test
    @WireRule("W-457")
    void aZombieIsDead() throws IOException {
        proc.process(50, "Z", 1, 900);
        assertThat(life("vm-jvm:50:q", before(0), process(50, "900"))).isEqualTo(DEAD);
        assertThat(life("vm:50:q", null, NONE)).isEqualTo(DEAD);
    }

    @ParameterizedTest
    @ValueSource(strings = {"host", "boot", "pidns"})
    void processOfAnotherMachineStartOrContainerSaysNothing(String name) {
        Map<String, String> other = process(51, "900");
        other.put(name, "another");
        assertThat(life("vm-jvm:51:q", before(0), other)).isEqualTo(ALIVE);
        assertThat(life("vm:51:q", null, other)).isEqualTo(UNKNOWN);
        other.remove(name);
        assertThat(life("vm:51:q", null, other)).isEqualTo(UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource({
        "vm:51:q,DEAD",
        "vm:51-1:q,DEAD",
        "vm:51-poller:q,DEAD",
        "'vm:51-0:JAVA_DYNAMIC_QUEUES,q',DEAD",
        "vm:50:q,UNKNOWN",
        "vm:50-1:q,UNKNOWN",
        "vm:51,UNKNOWN",
        "vm:51-1,UNKNOWN",
        "elsewhere:51:q,UNKNOWN",
        "vm-jvm:51:q,UNKNOWN",
        "vm.local:51:q,UNKNOWN",
        "vm:0:q,UNKNOWN",
        "vm:-51:q,UNKNOWN",
        "vm:51+1:q,UNKNOWN",
        "vm:051:q,UNKNOWN",
        "vm:51x:q,UNKNOWN",
        "vm::q,UNKNOWN",
        "vm:9999999999999999999:q,UNKNOWN",
        "'',UNKNOWN"
    })
    @WireRule("W-460")
    void withoutATraceThePidOfThisHostCounts(String id, Life life) {
        assertThat(life(id, null, NONE)).isEqualTo(life);
    }

    @Test
    @WireRule("W-460")
    void aPidOfAContainerUnderTheSameHostNameSaysNothing() throws IOException {
        proc.process(9_000, "S", 1, 9);
        proc.pids(9_000, "9000\t702");
        assertThat(life("vm:702:q", null, NONE)).isEqualTo(UNKNOWN);
        assertThat(life("vm:702-1:q", null, NONE)).isEqualTo(UNKNOWN);
        assertThat(life("vm:703:q", null, NONE)).isEqualTo(DEAD);
        proc.namespace("pid:[4026532000]");
        assertThat(life("vm:703:q", null, NONE)).as("seen from a container").isEqualTo(UNKNOWN);
    }

    @Test
    @WireRule("W-460")
    void withoutPidsOnlyHeartbeatsAndWorkersOfOursCount() {
        RecoveryPolicy policy = new RecoveryPolicy(RecoveryPolicy.DEAD_AFTER, 1, false, false);
        assertThat(life(policy, "vm:51:q", null, NONE)).isEqualTo(UNKNOWN);
        assertThat(life(policy, "vm:51:q", before(301), NONE)).isEqualTo(DEAD);
        assertThat(life(policy, "vm:51:q", before(0), process(51, "900"))).isEqualTo(DEAD);
        assertThat(life(policy, "vm:51:q", null, process(51, "900"))).isEqualTo(DEAD);
    }

    @ParameterizedTest
    @ValueSource(strings = {"yesterday", "2026-11-29T08:34:07 IST", ""})
    void aHeartbeatThatNobodyCanReadSaysNothing(String heartbeat) {
        assertThat(life("vm:51:q", heartbeat, NONE)).isEqualTo(UNKNOWN);
    }

    @Test
    @WireRule("W-453")
    void anIdIsTakenOnlyIfNobodyLivesUnderIt() {
        Liveness liveness = liveness(RUBYS);
        assertThat(liveness.mayLive(seen(true, null, process(51, "900")))).isFalse();
        assertThat(liveness.mayLive(seen(false, null, process(51, "900")))).isFalse();
        assertThat(liveness.mayLive(seen(false, null, process(50, "900"))))
                .as("a neighbour has removed all traces but ours")
                .isTrue();
        assertThat(liveness.mayLive(seen(true, null, NONE))).isTrue();
        assertThat(liveness.mayLive(seen(false, null, NONE))).isFalse();
        assertThat(liveness.mayLive(seen(false, before(5), NONE))).isTrue();
        assertThat(liveness.mayLive(seen(true, "yesterday", NONE))).isFalse();
    }

    private static WorkerSnapshot seen(boolean registered, @Nullable String beat, Map<String, String> attributes) {
        return new WorkerSnapshot("vm-jvm:50:q", registered, null, null, null, beat, attributes, NOW);
    }

    @Test
    void oneLookAtAllProcessesIsEnoughForTheWorkersOfOneRead() throws IOException {
        Liveness liveness = liveness(RUBYS);
        Instant read = Instant.ofEpochSecond(1_000_000);
        assertThat(liveness.of(php(702, read))).isEqualTo(DEAD);
        proc.process(9000, "S", 1, 9);
        proc.pids(9000, "9000\t703");
        assertThat(liveness.of(php(703, read))).as("of the same read").isEqualTo(DEAD);
        assertThat(liveness.of(php(703, Instant.ofEpochSecond(1_000_000))))
                .as("of a later read in the same second, which may show a worker that is new")
                .isEqualTo(UNKNOWN);
    }

    private static WorkerSnapshot php(long pid, Instant readAt) {
        return new WorkerSnapshot("vm:" + pid + ":q", true, null, null, null, null, NONE, readAt);
    }
}
