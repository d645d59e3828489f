package io.resque.core.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.InvalidJobException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The hash of a job of ActiveJob, also where other programs have written odd things into it. */
class ActiveJobHashTest {
    private static final Instant NOW = Instant.parse("2033-05-18T03:33:20.1Z");

    private static Map<String, Object> payload(Object... members) {
        Map<String, Object> hash = new LinkedHashMap<>();
        hash.put("job_class", "A");
        for (int i = 0; i < members.length; i += 2) {
            hash.put((String) members[i], members[i + 1]);
        }
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("class", ActiveJobHash.WRAPPER);
        payload.put("args", List.of(hash));
        payload.put("id", "token");
        return payload;
    }

    private static ActiveJobHash hash(Object... members) {
        return Objects.requireNonNull(ActiveJobHash.of(payload(members)));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> inner(Map<?, ?> payload) {
        return (Map<String, Object>) ((List<?>) payload.get("args")).get(0);
    }

    @Test
    void isOneOnlyIfTheWrapperHasOneObjectWithAClass() {
        assertThat(hash().jobClass()).isEqualTo("A");
        assertThat(hash("job_class", "::A::B").jobClass()).isEqualTo("A::B");
        assertThat(ActiveJobHash.of("::" + ActiveJobHash.WRAPPER, List.of(Map.of("job_class", "A"))))
                .isNotNull();
        List<List<?>> others = List.of(
                List.of(),
                Collections.singletonList(null),
                List.of("A"),
                List.of(List.of()),
                List.of(Map.of()),
                List.of(Map.of("job_class", 5L)),
                List.of(Map.of("job_class", "")),
                List.of(Map.of("job_class", "::")),
                List.of(Map.of("job_class", "A"), Map.of("job_class", "A")));
        assertThat(others)
                .allSatisfy(args -> assertThat(ActiveJobHash.of(ActiveJobHash.WRAPPER, args))
                        .isNull());
        assertThat(ActiveJobHash.of("Other", List.of(Map.of("job_class", "A")))).isNull();
        assertThat(ActiveJobHash.of(Map.of("class", ActiveJobHash.WRAPPER))).isNull();
    }

    @Test
    void countersThatAreNoneCountNothing() {
        for (Object odd : Arrays.asList(null, "3", -1L, true, List.of(), Map.of(), Double.NaN)) {
            assertThat(hash("executions", odd).executions()).as("%s", odd).isZero();
            assertThat(hash("java_put_back", odd).timesPutBack()).as("%s", odd).isZero();
            assertThat(hash("exception_executions", Collections.singletonMap("[A]", odd))
                            .failedRuns("[A]"))
                    .isZero();
        }
        assertThat(hash("executions", 2.0).executions()).isEqualTo(2);
        assertThat(hash("executions", 1e30).executions()).isEqualTo(Integer.MAX_VALUE - 1);
        assertThat(hash("executions", 7L).failedRuns("[A]"))
                .as("without counters")
                .isEqualTo(7);
        assertThat(hash("executions", 7L, "exception_executions", List.of()).failedRuns("[A]"))
                .isZero();
        assertThat(hash("executions", 7L, "exception_executions", Map.of("[A]", 2L))
                        .failedRuns("[A]"))
                .isEqualTo(2);
    }

    @Test
    void theNextRunKeepsAllElse() {
        Map<String, Object> payload = payload("x", List.of(1L), "exception_executions", List.of(), "java_put_back", 3L);
        Map<String, Object> next =
                Objects.requireNonNull(ActiveJobHash.of(payload)).next(payload, "[A]", "q", NOW, null);
        assertThat(next).containsEntry("id", "token");
        assertThat(inner(next))
                .isEqualTo(Map.of(
                        "job_class",
                        "A",
                        "x",
                        List.of(1L),
                        "queue_name",
                        "q",
                        "executions",
                        1L,
                        "exception_executions",
                        Map.of("[A]", 1L),
                        "enqueued_at",
                        "2033-05-18T03:33:20.100000000Z"));
        assertThat(inner(hash().next(payload(), "[A]", "q", NOW, NOW.plusSeconds(1)))
                        .get("scheduled_at"))
                .isEqualTo("2033-05-18T03:33:21.100000000Z");
        assertThat(inner(hash().next(payload(), "[A]", "q", NOW, null)).containsKey("exception_executions"))
                .as("none is added")
                .isFalse();
    }

    @Test
    void aQueueThatNoWorkerCanHaveIsNone() {
        for (Object odd : Arrays.asList(null, "", " ", "a,b", "*", "!a", 5L, List.of(), "a".repeat(1_001), "\n")) {
            assertThat(hash("queue_name", odd).queueName()).as("%s", odd).isNull();
        }
        assertThat(hash("queue_name", "default").queueName()).isEqualTo("default");
    }

    @Test
    void onlyAContinuationIsACheckpoint() {
        Map<String, Object> begun = Map.of("completed", List.of("a"));
        Map<String, Object> current = Map.of("completed", List.of(), "current", Arrays.asList("b", null));
        assertThat(hash("continuation", Map.of("completed", List.of())).continuation())
                .isNull();
        assertThat(hash("continuation", begun).continuation()).isEqualTo(begun);
        assertThat(inner(hash().with(payload(), current))).containsEntry("resumptions", 0L);
        Map<String, Object> resumed = payload("continuation", begun, "resumptions", 4L);
        assertThat(inner(Objects.requireNonNull(ActiveJobHash.of(resumed)).with(resumed, current)))
                .containsEntry("resumptions", 5L)
                .containsEntry("continuation", current);
        for (Object odd : List.of(
                5L,
                "x",
                List.of(),
                Map.of(),
                Map.of("completed", List.of(1L)),
                Map.of("completed", List.of(), "current", "b"),
                Map.of("completed", List.of(), "current", List.of("b")),
                Map.of("completed", List.of(), "current", List.of(1L, 2L)))) {
            assertThatThrownBy(() -> hash().with(payload(), odd))
                    .as("%s", odd)
                    .isInstanceOf(InvalidJobException.class)
                    .hasMessageContaining("a continuation of Rails");
        }
    }

    @Test
    void aJobThatBeginsAnewHasNoRunBehindIt() {
        Map<String, Object> used =
                payload("executions", 4L, "exception_executions", Map.of("[A]", 5L), "resumptions", 2L);
        assertThat(inner(Objects.requireNonNull(ActiveJobHash.of(used)).anew(used)))
                .isEqualTo(Map.of(
                        "job_class", "A", "executions", 0L, "exception_executions", Map.of(), "resumptions", 0L));
    }
}
