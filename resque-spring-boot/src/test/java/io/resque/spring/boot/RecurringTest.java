package io.resque.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.api.RecurringJob;
import io.resque.core.Resque;
import io.resque.tck.RedisServer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Recurring jobs by annotation and by property. */
@Timeout(120)
class RecurringTest {
    static class Cleanup {
        @ResqueJob(value = "Cleanup", queue = "low")
        @ResqueRecurring(cron = "30 2 * * *", zone = "Europe/Berlin", name = "nightly")
        void cleanUp() {}
    }

    @Test
    void anAnnotationIsWrittenAtTheStart() {
        Runners.inMemory().withBean(Cleanup.class).run(context -> {
            assertThat(context).hasNotFailed();
            List<RecurringJob> all = context.getBean(Resque.class).schedules().list();
            assertThat(all).singleElement().satisfies(job -> {
                assertThat(job.name()).isEqualTo("nightly");
                assertThat(job.queue()).isEqualTo("low");
                assertThat(job.job().jobClass()).isEqualTo("Cleanup");
                assertThat(job.cron()).contains("30 2 * * * Europe/Berlin");
            });
        });
    }

    @Test
    void aPropertyIsWrittenAtTheStart() {
        Runners.inMemory()
                .withPropertyValues(
                        "resque.recurring.poll.every=15m",
                        "resque.recurring.poll.queue=low",
                        "resque.recurring.poll.job=Poll",
                        "resque.recurring.poll.args=a,b")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    RecurringJob job = context.getBean(Resque.class)
                            .schedules()
                            .find("poll")
                            .orElseThrow();
                    assertThat(job.every()).contains(Duration.ofMinutes(15));
                    assertThat(job.job().args()).isEqualTo(List.of("a", "b"));
                });
    }

    static class NoQueue {
        @ResqueJob("NoQueue")
        @ResqueRecurring(every = "15m")
        void perform() {}
    }

    static class Neither {
        @ResqueJob(value = "Neither", queue = "low")
        @ResqueRecurring
        void perform() {}
    }

    static class NoZone {
        @ResqueJob(value = "NoZone", queue = "low")
        @ResqueRecurring(cron = "30 2 * * *")
        void perform() {}
    }

    private static void assertRefused(Class<?> bean, String part) {
        Runners.inMemory()
                .withBean(bean)
                .run(context -> assertThat(context).getFailure().rootCause().hasMessageContaining(part));
    }

    @Test
    void whatCannotRecurIsRefused() {
        assertRefused(NoQueue.class, "needs a queue");
        assertRefused(Neither.class, "needs either cron or every");
        Runners.inMemory()
                .withBean(NoZone.class)
                .run(context -> assertThat(context).getFailure().hasStackTraceContaining("names no time zone"));
        Runners.inMemory()
                .withPropertyValues("resque.recurring.poll.every=15m")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("resque.recurring.poll needs the properties queue and job"));
    }

    @Test
    void whileRedisIsAwayItIsTriedAgain() {
        try (RedisServer server = RedisServer.start("--appendonly", "yes")) {
            server.kill();
            Runners.plain()
                    .withBean(Cleanup.class)
                    .withPropertyValues("resque.url=" + server.url())
                    .run(context -> {
                        assertThat(context).hasNotFailed();
                        server.restart();
                        Resque resque = context.getBean(Resque.class);
                        await().atMost(Duration.ofMinutes(1))
                                .ignoreExceptions()
                                .until(() -> resque.schedules().list().size() == 1);
                    });
        }
    }
}
