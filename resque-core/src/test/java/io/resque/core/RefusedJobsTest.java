package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.InvalidJobException;
import io.resque.api.JobSpec;
import io.resque.tck.WireRule;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each way to enqueue keeps the rules for names and arguments, and writes nothing of a job that it refuses. */
class RefusedJobsTest {
    private final CoreRedis redis = new CoreRedis();

    @AfterEach
    void clear() {
        redis.clear();
    }

    private void refused(String queue, String jobClass, Object argument, String message) {
        JobSpec job = JobSpec.of(jobClass, 0, argument);
        List<JobSpec> jobs = List.of(JobSpec.of("Good_Job"), job);
        try (Resque resque = redis.builder().build()) {
            assertThatThrownBy(() -> resque.enqueue(queue, jobClass, 0, argument))
                    .isInstanceOf(InvalidJobException.class)
                    .hasMessage(message);
            assertThatThrownBy(() -> resque.enqueueAll(queue, jobs))
                    .isInstanceOf(InvalidJobException.class)
                    .hasMessage(message);
            assertThatThrownBy(() -> resque.enqueueTracked(queue, jobClass, 0, argument))
                    .isInstanceOf(InvalidJobException.class)
                    .hasMessage(message);
        }
        assertThat(redis.dump()).isEmpty();
    }

    @Test
    @WireRule("W-253")
    void aQueueNameThatIsNone() {
        refused("", "My_Job", 1, "The queue name \"\" is empty; give a name such as \"default\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \t"})
    @WireRule("W-253")
    void aClassNameThatIsNone(String name) {
        refused(
                "default",
                name,
                1,
                "The class name \"" + name.replace("\t", "\\t") + "\" is empty; give that of the job to run");
    }

    @Test
    @WireRule("W-253")
    void aValueThatJsonDoesNotHave() {
        refused(
                "default",
                "My_Job",
                Map.of("a", List.of(0, Double.NaN)),
                "Argument 1 of My_Job[\"a\"][1] is NaN, which JSON does not have; send null or a string");
    }

    @Test
    void convertersOfTheBuilderAreUsed() {
        try (Resque resque = redis.builder()
                .argument(Instant.class, Instant::toString)
                .argument(Date.class, date -> null)
                .build()) {
            resque.enqueue("default", "My_Job", Map.of("at", List.of(Instant.EPOCH)), new Date(0));
        }
        assertThat(redis.queue("default"))
                .containsExactly("{\"class\":\"My_Job\",\"args\":[{\"at\":[\"1970-01-01T00:00:00Z\"]},null]}");
    }
}
