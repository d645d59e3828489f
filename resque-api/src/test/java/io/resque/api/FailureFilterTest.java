package io.resque.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FailureFilterTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private static FailedJob failure(Optional<Instant> failedAt, Optional<String> retriedAtText) {
        return failure(failedAt, retriedAtText, "WelcomeMail", List.of(), List.of());
    }

    private static FailedJob failure(String jobClass, List<?> args, List<String> backtrace) {
        return failure(Optional.empty(), Optional.empty(), jobClass, args, backtrace);
    }

    private static FailedJob failure(
            Optional<Instant> failedAt,
            Optional<String> retriedAtText,
            String jobClass,
            List<?> args,
            List<String> backtrace) {
        return new FailedJob(
                "mail_failed",
                0,
                "",
                failedAt,
                "mail",
                jobClass,
                List.copyOf(args),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                0,
                Optional.empty(),
                "java.io.IOException",
                "",
                backtrace,
                "",
                retriedAtText,
                new byte[0]);
    }

    private static final FailedJob FAILURE = failure(Optional.of(NOON), Optional.empty());

    @Test
    void aFilterWithoutConditionsSelectsAll() {
        FailureFilter all = FailureFilter.all();
        assertThat(all.matches(FAILURE)).isTrue();
        assertThat(all.isUnconditional()).isTrue();
        assertThat(all.list()).isEmpty();
    }

    @Test
    void aListIsNoConditionForItsRecords() {
        FailureFilter list = FailureFilter.all().list("mail_failed");
        assertThat(list.list()).contains("mail_failed");
        assertThat(list.isUnconditional()).isTrue();
        assertThat(list.matches(FAILURE)).isTrue();
        assertThat(FailureFilter.all().list("failed").matches(FAILURE)).isFalse();
    }

    @Test
    void eachConditionSelects() {
        FailureFilter all = FailureFilter.all();
        assertThat(all.queue("mail").isUnconditional()).isFalse();
        assertThat(all.queue("mail").matches(FAILURE)).isTrue();
        assertThat(all.queue("low").matches(FAILURE)).isFalse();
        assertThat(all.jobClass("WelcomeMail").matches(FAILURE)).isTrue();
        assertThat(all.jobClass("Bill").matches(FAILURE)).isFalse();
        assertThat(all.exception("java.io.IOException").matches(FAILURE)).isTrue();
        assertThat(all.exception("IOException").matches(FAILURE)).isFalse();
        assertThat(all.where(failure -> failure.index() == 0).matches(FAILURE)).isTrue();
        assertThat(all.where(failure -> failure.index() == 1).matches(FAILURE)).isFalse();
        assertThat(all.where(failure -> true).isUnconditional()).isFalse();
    }

    @Test
    void aWrappedJobIsSelectedByItsInnerClass() {
        FailedJob wrapped = failure(
                "ActiveJob::QueueAdapters::ResqueAdapter::JobWrapper",
                List.of(Map.of("job_class", "Inner")),
                List.of());
        FailureFilter all = FailureFilter.all();
        assertThat(all.innerClass("Inner").matches(wrapped)).isTrue();
        assertThat(all.innerClass("WelcomeMail").matches(wrapped)).isFalse();
        assertThat(all.innerClass("WelcomeMail").matches(FAILURE)).isTrue();
        assertThat(all.text("inner").matches(wrapped)).isTrue();
    }

    @Test
    void aTextIsFoundAnywhereInUpperOrLowerCase() {
        FailedJob failure = failure("WelcomeMail", List.of(Map.of("user", "Ärger <1>")), List.of("a.rb:1", "B.rb:2"));
        FailureFilter all = FailureFilter.all();
        for (String text : List.of("welcomem", "IOEXC", "ÄRGER <1>", "user", "b.RB:2", "mail", "")) {
            assertThat(all.text(text).matches(failure)).as(text).isTrue();
        }
        for (String text : List.of("absent", ".*", "mail_failed")) {
            assertThat(all.text(text).matches(failure)).as(text).isFalse();
        }
    }

    @Test
    void timesAreExclusive() {
        FailureFilter all = FailureFilter.all();
        assertThat(all.failedBefore(NOON.plusNanos(1)).matches(FAILURE)).isTrue();
        assertThat(all.failedBefore(NOON).matches(FAILURE)).isFalse();
        assertThat(all.failedAfter(NOON.minusNanos(1)).matches(FAILURE)).isTrue();
        assertThat(all.failedAfter(NOON).matches(FAILURE)).isFalse();
        FailedJob unreadable = failure(Optional.empty(), Optional.empty());
        assertThat(all.failedBefore(Instant.MAX).matches(unreadable)).isFalse();
        assertThat(all.failedAfter(Instant.MIN).matches(unreadable)).isFalse();
    }

    @Test
    void aRetryIsACondition() {
        FailedJob retried = failure(Optional.empty(), Optional.of("2026/11/22 15:36:45"));
        assertThat(FailureFilter.all().retried(true).matches(retried)).isTrue();
        assertThat(FailureFilter.all().retried(false).matches(retried)).isFalse();
        assertThat(FailureFilter.all().retried(true).matches(FAILURE)).isFalse();
        assertThat(FailureFilter.all().retried(false).matches(FAILURE)).isTrue();
    }

    @Test
    void allConditionsMustHold() {
        FailureFilter both =
                FailureFilter.all().list("mail_failed").queue("mail").jobClass("WelcomeMail");
        assertThat(both.list()).contains("mail_failed");
        assertThat(both.matches(FAILURE)).isTrue();
        assertThat(both.exception("x").matches(FAILURE)).isFalse();
        assertThat(FailureFilter.all().queue("x").jobClass("WelcomeMail").matches(FAILURE))
                .isFalse();
    }
}
