package io.resque.core.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the ids of all libraries are read. */
class WorkerIdTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "vm", "vm:1", "vm:1:", "vm:1:a,b", "vm:1-2:a:b", ":::", "a\nb:1:c\nd"})
    void isPrintedAsItWasRead(String id) {
        assertThat(WorkerId.parse(id)).hasToString(id);
    }

    @Test
    void hasThreePartsAndColonsBehindThemAreOfTheQueues() {
        WorkerId id = WorkerId.parse("vm:1:a:b,c");
        assertThat(id).isEqualTo(new WorkerId("vm", "1", "a:b,c"));
        assertThat(id.isWhole()).isTrue();
        assertThat(id.queueNames()).isEqualTo(List.of("a:b", "c"));
        assertThat(WorkerId.parse("vm:1").isWhole()).isFalse();
        assertThat(WorkerId.parse("vm:1").queueNames()).isEmpty();
        assertThat(WorkerId.parse("vm:1:").queueNames()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "vm:17:a, 17",
        "vm:17-3:a, 17",
        "vm:17-x-y:a, 17",
        "vm:017:a, 0",
        "vm:0:a, 0",
        "vm:x:a, 0",
        "vm:-1:a, 0",
        "vm:1234567890123456789:a, 0",
        "vm, 0"
    })
    void namesAPidAsGoworkerAndJesqueDo(String id, long pid) {
        assertThat(WorkerId.parse(id).pid()).isEqualTo(pid);
    }

    @Test
    void isOfTheProcessOfAnotherByHostAndPid() {
        WorkerId id = WorkerId.parse("vm:1:a");
        assertThat(id.isOfSameProcess(WorkerId.parse("vm:1:b,c"))).isTrue();
        assertThat(id.isOfSameProcess(WorkerId.parse("vm:1"))).isTrue();
        assertThat(id.isOfSameProcess(WorkerId.parse("vm:2:a"))).isFalse();
        assertThat(id.isOfSameProcess(WorkerId.parse("other:1:a"))).isFalse();
        assertThat(WorkerId.parse("vm").isOfSameProcess(WorkerId.parse("vm"))).isFalse();
    }
}
