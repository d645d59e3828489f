package io.resque.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InnerClassTest {
    private static final String RAILS = "ActiveJob::QueueAdapters::ResqueAdapter::JobWrapper";

    @ParameterizedTest
    @ValueSource(
            strings = {
                RAILS,
                "::" + RAILS,
                "ActiveScheduler::ResqueWrapper",
                "Sidekiq::ActiveJob::Wrapper",
                "ActiveJob::QueueAdapters::SidekiqAdapter::JobWrapper"
            })
    void aWrappedJobIsKnownByItsOwnClass(String wrapper) {
        assertThat(InnerClass.of(wrapper, List.of(Map.of("job_class", "A::B", "arguments", List.of(1)))))
                .isEqualTo("A::B");
    }

    @Test
    void aMailIsKnownByMailerAndMethod() {
        for (String job : List.of(
                "ActionMailer::MailDeliveryJob",
                "ActionMailer::DeliveryJob",
                "ActionMailer::Parameterized::DeliveryJob")) {
            assertThat(InnerClass.of(
                            RAILS,
                            List.of(Map.of(
                                    "job_class", job, "arguments", List.of("UserMailer", "welcome", "deliver_now")))))
                    .isEqualTo("UserMailer#welcome");
            assertThat(InnerClass.of(RAILS, List.of(Map.of("job_class", job)))).isEqualTo(job);
            assertThat(InnerClass.of(RAILS, List.of(Map.of("job_class", job, "arguments", List.of("UserMailer", 1)))))
                    .isEqualTo(job);
        }
    }

    @Test
    void anyOtherJobIsKnownByTheClassOfItsPayload() {
        Map<String, String> named = Map.of("job_class", "Inner");
        assertThat(InnerClass.of("Mail", List.of(named))).isEqualTo("Mail");
        assertThat(InnerClass.of("", List.of(named))).isEmpty();
        for (List<?> args : List.of(
                List.of(),
                Arrays.asList((Object) null),
                List.of("text"),
                List.of(Map.of()),
                List.of(Map.of(1, 2)),
                List.of(Map.of("job_class", 7)),
                List.of(Map.of("job_class", " ")),
                List.of(Map.of("job_class", "x".repeat(501))),
                List.of(1, named))) {
            assertThat(InnerClass.of(RAILS, args)).as("%s", args).isEqualTo(RAILS);
        }
    }
}
