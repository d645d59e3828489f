package io.resque.core.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.FailedJob;
import io.resque.api.spi.FailureList;
import io.resque.api.spi.Payload;
import io.resque.core.Serializers;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailureReaderTest {
    private static final String PYRES = "\"error\":\"type: <class 'ValueError'>\",\"backtrace\":";

    private final FailureReader reader = new FailureReader(Serializers.GSON);

    private FailedJob read(String json) {
        return reader.read(new FailureList("mail"), 3, Payload.ofText(json));
    }

    @Test
    void aRecordIsReadWithAllItsMembers() {
        FailedJob failure = read("{\"failed_at\":\"2026/11/22 15:36:45 UTC\","
                + "\"payload\":{\"class\":\"Mail\",\"args\":[1],\"id\":\"ab\",\"prefix\":\"p\"},"
                + "\"exception\":\"E\",\"error\":\"m\",\"backtrace\":[\"a\",7,\"b\"],\"worker\":\"vm:1:mail\","
                + "\"queue\":\"mail\",\"retried_at\":\"2026/11/23 15:36:45\"}");
        assertThat(failure.list()).isEqualTo("mail_failed");
        assertThat(failure.index()).isEqualTo(3);
        assertThat(failure.failedAtText()).isEqualTo("2026/11/22 15:36:45 UTC");
        assertThat(failure.failedAt()).contains(Instant.parse("2026-11-22T15:36:45Z"));
        assertThat(failure.queue()).isEqualTo("mail");
        assertThat(failure.jobClass()).isEqualTo("Mail");
        assertThat(failure.args()).containsExactly(1L);
        assertThat(failure.id()).contains("ab");
        assertThat(failure.token()).contains("p_ab");
        assertThat(failure.exception()).isEqualTo("E");
        assertThat(failure.error()).isEqualTo("m");
        assertThat(failure.backtrace()).containsExactly("a", "b");
        assertThat(failure.worker()).isEqualTo("vm:1:mail");
        assertThat(failure.retriedAtText()).contains("2026/11/23 15:36:45");
    }

    @Test
    void aRecordWithoutMembersIsReadAsEmpty() {
        for (String json : List.of("{}", "{", "[]", "{\"payload\":7,\"worker\":7,\"backtrace\":7}")) {
            FailedJob failure = read(json);
            assertThat(failure.jobClass()).isEmpty();
            assertThat(failure.args()).isEmpty();
            assertThat(failure.failedAt()).isEmpty();
            assertThat(failure.worker()).isEmpty();
            assertThat(failure.backtrace()).isEmpty();
            assertThat(failure.retriedAtText()).isEmpty();
            assertThat(failure.raw()).asString().isEqualTo(json);
        }
    }

    @Test
    void aBacktraceMayBeOneText() {
        assertThat(read("{\"backtrace\":\"a\\nb\"}").backtrace()).containsExactly("a", "b");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '\0',
            value = {
                "{\"Hostname\":\"vm\",\"Pid\":7,\"ID\":\"2\"}; vm:7-2",
                "{\"Hostname\":\"vm\",\"Pid\":7}; vm:7",
                "{\"Hostname\":\"vm\",\"ID\":\"2\"}; 2",
                "{\"Pid\":7,\"ID\":\"2\"}; 2",
            })
    void theWorkerOfGoworkerIsPutTogether(String worker, String id) {
        assertThat(read("{\"worker\":" + worker + "}").worker()).isEqualTo(id);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '\0',
            value = {
                "[\"Traceback (most recent call last):\",\"  File\",\"ValueError: no\",\"\"]; ValueError: no",
                "[\"Traceback (most recent call last):\",\"ValueError: no\"]; ValueError: no",
                "[\"Traceback (most recent call last):\",\"  File\"]; type: <class 'ValueError'>",
                "[\"Traceback (most recent call last):\",\"\"]; type: <class 'ValueError'>",
                "[\"Traceback (most recent call last):\"]; type: <class 'ValueError'>",
                "[\"ValueError: no\",\"again\"]; type: <class 'ValueError'>",
            })
    void theMessageOfPyresStandsInTheLastLine(String backtrace, String error) {
        assertThat(read("{" + PYRES + backtrace + "}").error()).isEqualTo(error);
    }

    @Test
    void anotherMessageStays() {
        assertThat(read("{\"error\":\"x\",\"backtrace\":[\"Traceback (most recent call last):\",\"E: no\"]}")
                        .error())
                .isEqualTo("x");
    }

    @Test
    void theTreeMayBeChanged() {
        reader.tree(Payload.ofText("{\"a\":1}")).put("b", 2);
    }
}
