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
                Language.UNKNOWN,
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
                0,
                Optional.empty(),
                "java.io.IOException",
                "secret",
                List.of(),
                "",
                Optional.empty(),
                raw.getBytes());
    }

    private static WorkerInfo worker(Optional<QueuedJob> job, boolean paused, Map<String, String> attributes) {
        return worker("h:1:q", "", job, paused, attributes);
    }

    private static WorkerInfo worker(String id, String startedAtText) {
        return worker(id, startedAtText, Optional.empty(), false, Map.of());
    }

    private static WorkerInfo worker(
            String id, String startedAtText, Optional<QueuedJob> job, boolean paused, Map<String, String> attributes) {
        return new WorkerInfo(
                id,
                "h",
                "1",
                List.of("q"),
                true,
                startedAtText,
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
    void aDigestIsThatOfTheBytes() {
        assertThat(queued("mail", "{}").digest())
                .isEqualTo("44136fa355b3678a1146ad16f7e8649e")
                .isEqualTo(queued("low", "{}").digest())
                .isNotEqualTo(queued("mail", "[]").digest());
    }

    @Test
    void aReferenceNamesOneRecord() {
        FailureRef ref = FailureRef.of(failed("a-b_failed", 3, "{}"));
        assertThat(ref).hasToString("3-44136fa355b3678a1146ad16f7e8649e-a-b_failed");
        assertThat(FailureRef.parse(ref.toString())).isEqualTo(ref);
        for (String text :
                List.of("", "3", "3-44136f-failed", "-1-44136fa355b3678a1146ad16f7e8649e-failed", ref.digest())) {
            assertThatThrownBy(() -> FailureRef.parse(text))
                    .as(text)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("names no failure");
        }
        assertThatThrownBy(() -> FailureRef.of(failed("failed", -1, "{}")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theFormOfItsStartShowsTheLanguageOfAWorker() {
        assertThat(worker(Optional.empty(), false, Map.of("boot", "b")).language())
                .isEqualTo(Language.JAVA);
        Map<String, Language> starts = Map.of(
                "2026-11-29T08:34:07.214+0000", Language.JAVA,
                "2026-11-22 15:45:24 +0000", Language.RUBY,
                "2026-11-22T10:39:54-05:00", Language.PHP,
                "Sun Nov 22 16:39:53 CET 2026", Language.PHP,
                "1795362201", Language.NODE,
                "2026-11-29 08:31:31.599161006 +0000 UTC m=+0.001610368", Language.GO,
                "2026-11-29 08:38:32 UTC", Language.UNKNOWN, // Perl
                "2026 Nov 29 09:31:36 +01:00", Language.UNKNOWN, // .NET
                "x", Language.UNKNOWN,
                "", Language.UNKNOWN);
        starts.forEach((text, language) ->
                assertThat(worker("h:1:q", text).language()).as(text).isEqualTo(language));
        assertThat(worker("h:1-0:JAVA_DYNAMIC_QUEUES,q", "").language()).isEqualTo(Language.JAVA);
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
