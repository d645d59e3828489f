package io.resque.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The values that a user sees: copies, equality, and texts without secrets. */
class JobValuesTest {
    private static QueuedJob queued(String queue, String raw) {
        return new QueuedJob(
                queue,
                "Mail",
                List.of("secret"),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                raw.getBytes());
    }

    private static FailedJob failed(String list, long index, String raw) {
        return new FailedJob(
                list,
                index,
                "",
                Optional.empty(),
                "mail",
                "Mail",
                List.of("secret"),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                "java.io.IOException",
                "secret",
                List.of(),
                "",
                Optional.empty(),
                raw.getBytes());
    }

    private static WorkerInfo worker(Optional<QueuedJob> job, boolean paused, Map<String, String> attributes) {
        return new WorkerInfo(
                "h:1:q",
                "h",
                "1",
                List.of("q"),
                true,
                "",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                WorkerInfo.Life.ALIVE,
                job,
                Optional.empty(),
                paused,
                0,
                0,
                attributes);
    }

    @Test
    void queuedJobsAreEqualByQueueAndBytes() {
        QueuedJob job = queued("mail", "{}");
        assertThat(job).isEqualTo(queued("mail", "{}")).hasSameHashCodeAs(queued("mail", "{}"));
        assertThat(job)
                .isNotEqualTo(queued("low", "{}"))
                .isNotEqualTo(queued("mail", "[]"))
                .isNotEqualTo(null);
        assertThat(job.hashCode())
                .isNotEqualTo(queued("low", "{}").hashCode())
                .isNotEqualTo(queued("mail", "[]").hashCode());
        assertThat(job).hasToString("QueuedJob[Mail of mail, 2 bytes]");
        job.raw()[0] = 'x';
        assertThat(job.raw()).asString().isEqualTo("{}");
    }

    @Test
    void failedJobsAreEqualByListIndexAndBytes() {
        FailedJob job = failed("failed", 3, "{}");
        assertThat(job).isEqualTo(failed("failed", 3, "{}")).hasSameHashCodeAs(failed("failed", 3, "{}"));
        assertThat(job)
                .isNotEqualTo(failed("mail_failed", 3, "{}"))
                .isNotEqualTo(failed("failed", 4, "{}"))
                .isNotEqualTo(failed("failed", 3, "[]"))
                .isNotEqualTo(null);
        assertThat(job.hashCode()).isNotEqualTo(failed("failed", 4, "{}").hashCode());
        assertThat(job).hasToString("FailedJob[failed[3], Mail of mail, java.io.IOException]");
        job.raw()[0] = 'x';
        assertThat(job.raw()).asString().isEqualTo("{}");
    }

    @Test
    void aWorkerIsPausedOnlyWhileItRunsNoJob() {
        QueuedJob job = queued("mail", "{}");
        assertThat(worker(Optional.empty(), false, Map.of()).state()).isEqualTo(WorkerInfo.State.IDLE);
        assertThat(worker(Optional.empty(), true, Map.of()).state()).isEqualTo(WorkerInfo.State.PAUSED);
        assertThat(worker(Optional.of(job), true, Map.of()).state()).isEqualTo(WorkerInfo.State.WORKING);
        assertThat(worker(Optional.empty(), false, Map.of()).isOurs()).isFalse();
        assertThat(worker(Optional.empty(), false, Map.of("boot", "7")).isOurs())
                .isTrue();
    }

    @Test
    void statesHaveTheCodesOfPhp() {
        assertThat(Arrays.stream(JobState.values()).map(JobState::code)).containsExactly(1, 2, 3, 4);
        for (JobState state : JobState.values()) {
            assertThat(JobState.ofCode(state.code())).contains(state);
        }
        assertThat(JobState.ofCode(0)).isEmpty();
        assertThat(JobState.ofCode(5)).isEmpty();
        assertThat(Arrays.stream(JobState.values()).filter(JobState::isFinal))
                .containsExactly(JobState.FAILED, JobState.COMPLETE);
    }

    @Test
    void aMatchCopiesItsArguments() {
        List<Object> args = new ArrayList<>(List.of(1));
        JobMatch match = new JobMatch("Mail", null, args);
        args.add(2);
        assertThat(match.args()).containsExactly(1);
        assertThat(JobMatch.of("Mail")).isEqualTo(new JobMatch("Mail", null, null));
        assertThat(JobMatch.of("Mail").withArgs(1, null).withId("7"))
                .isEqualTo(new JobMatch("Mail", "7", Arrays.asList(1, null)));
        assertThatThrownBy(() -> JobMatch.of("Mail").withArgs((Object[]) null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("args is null; for one argument that is null write (Object) null");
    }

    @Test
    void aSpecCopiesItsArguments() {
        assertThat(JobSpec.of("Mail", 1, null).withId("7"))
                .isEqualTo(new JobSpec("Mail", Arrays.asList(1, null), Optional.of("7"), Map.of()));
    }

    @Test
    void backendErrorsSayWhatIsKnown() {
        IOException cause = new IOException();
        assertThat(new BackendException("x").isLasting()).isFalse();
        assertThat(new BackendUnavailableException("x", cause, true).maybeApplied())
                .isTrue();
        assertThat(new BackendUnavailableException("x", cause, false).maybeApplied())
                .isFalse();
    }

    static final class Plain implements Job {
        private Plain() {}

        @Override
        public void perform(JobContext context) {}
    }

    abstract static class Abstract implements Job {}

    static final class WithParameter implements Job {
        WithParameter(int number) {}

        @Override
        public void perform(JobContext context) {}
    }

    static final class Throwing implements Job {
        Throwing() throws IOException {
            throw new IOException("no disk");
        }

        @Override
        public void perform(JobContext context) {}
    }

    static final class WithError implements Job {
        WithError() {
            throw new AssertionError("wrong");
        }

        @Override
        public void perform(JobContext context) {}
    }

    @Test
    void aJobIsCreatedByItsConstructorWithoutParameters() throws Exception {
        assertThat(JobFactory.byConstructor(Plain.class)).isInstanceOf(Plain.class);
        assertThatThrownBy(() -> JobFactory.byConstructor(Abstract.class))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(Abstract.class.getName() + " is abstract; register a concrete class");
        assertThatThrownBy(() -> JobFactory.byConstructor(WithParameter.class))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith(WithParameter.class.getName() + " has no constructor without parameters;");
        assertThatThrownBy(() -> JobFactory.byConstructor(Throwing.class))
                .isInstanceOf(IOException.class)
                .hasMessage("no disk");
        assertThatThrownBy(() -> JobFactory.byConstructor(WithError.class))
                .isInstanceOf(AssertionError.class)
                .hasMessage("wrong");
    }

    @Test
    void theMetadataOfASpecStaysAsItWasGiven() {
        Map<String, Object> given = new HashMap<>(Map.of("a", 1));
        JobSpec job = new JobSpec("Mail", List.of(), Optional.empty(), given);
        given.put("b", 2);
        assertThat(job.metadata()).isEqualTo(Map.of("a", 1));
        assertThat(job.withMetadata("c", 3).metadata()).isEqualTo(Map.of("a", 1, "c", 3));
        assertThat(job.withId("id").metadata()).isEqualTo(Map.of("a", 1));
        assertThatThrownBy(() -> job.metadata().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void aRecurringJobRefusesNullForEachOptional() {
        List<Object> given =
                new ArrayList<>(List.of("nightly", Optional.empty(), Optional.empty(), Optional.empty(), "q"));
        given.addAll(List.of(JobSpec.of("A"), Misfire.SKIP, Optional.empty(), List.of(), true, false));
        given.addAll(List.of(Optional.empty(), Optional.empty(), Optional.empty()));
        RecordComponent[] components = RecurringJob.class.getRecordComponents();
        Constructor<?> constructor = RecurringJob.class.getConstructors()[0];
        for (int i = 0; i < components.length; i++) {
            if (components[i].getType() == Optional.class) {
                Object[] values = given.toArray();
                values[i] = null;
                assertThatThrownBy(() -> constructor.newInstance(values))
                        .hasRootCauseInstanceOf(NullPointerException.class)
                        .hasRootCauseMessage(components[i].getName());
            }
        }
    }
}
