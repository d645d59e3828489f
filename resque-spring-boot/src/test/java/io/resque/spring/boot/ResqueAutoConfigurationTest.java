package io.resque.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.api.ConfigurationException;
import io.resque.api.FailureSink;
import io.resque.api.Job;
import io.resque.api.JobInfo;
import io.resque.api.ResqueListener;
import io.resque.core.Resque;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** The bean {@link Resque}, and what it is made of. */
@Timeout(60)
class ResqueAutoConfigurationTest {
    @Test
    void anApplicationHasAResqueAndNoWorkerWithoutAJob() {
        Runners.inMemory().run(context -> {
            assertThat(context).hasNotFailed().hasSingleBean(Resque.class);
            assertThat(context.getBean(Resque.class).enqueue("mail", "WelcomeMail", 42))
                    .isTrue();
            assertThat(context.getBean(ResqueWorkers.class).running()).isEmpty();
            assertThat(context.getBean(ResqueWorkers.class).isRunning()).isTrue();
        });
    }

    @Test
    void itIsClosedWithTheContext() {
        List<Resque> seen = new ArrayList<>();
        Runners.inMemory().run(context -> seen.add(context.getBean(Resque.class)));
        assertThat(org.assertj.core.api.Assertions.catchThrowable(
                        () -> seen.get(0).enqueue("mail", "WelcomeMail")))
                .hasMessageContaining("closed");
    }

    @Test
    void anApplicationCanBuildItsOwn() {
        Runners.plain().withUserConfiguration(Own.class).run(context -> {
            assertThat(context).hasSingleBean(Resque.class);
            assertThat(context.getBean(Resque.class).enqueue("mail", "WelcomeMail"))
                    .isTrue();
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class Own {
        @Bean
        Resque own() {
            return Resque.connect("memory:own");
        }
    }

    @Test
    void propertiesReachTheBuilderAndCustomizersWin() {
        Runners.inMemory()
                .withPropertyValues(
                        "resque.namespace=shop",
                        "resque.failure-limit=7",
                        "resque.dead-after=200s",
                        "resque.max-payload=1MB",
                        "resque.failure-lists=by-queue",
                        "resque.retry-keys=ruby-3.4")
                .withBean(ResqueBuilderCustomizer.class, () -> builder -> builder.namespace("other"))
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBean(ResqueProperties.class).settings())
                            .contains(Map.entry("max-payload", "1048576"), Map.entry("dead-after", "PT3M20S"));
                });
    }

    @Test
    void aWrongSettingIsASentenceAndNoStackTrace() {
        Runners.inMemory().withPropertyValues("resque.dead-after=10s").run(context -> {
            assertThat(context).hasFailed();
            FailureAnalysis analysis = new ConfigurationFailureAnalyzer().analyze(context.getStartupFailure());
            assertThat(analysis).isNotNull();
            assertThat(analysis.getDescription()).contains("deadAfter");
            assertThat(analysis.getAction()).contains("resque.worker.");
        });
        Runners.inMemory()
                .withPropertyValues("resque.failure-lists=some")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(ConfigurationException.class)
                        .hasMessageContaining("failure-lists"));
    }

    @Test
    void afterCommitNeedsTransactions() {
        Runners.inMemory()
                .withPropertyValues("resque.after-commit=true")
                .withClassLoader(new FilteredClassLoader(TransactionSynchronizationManager.class))
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("add org.springframework:spring-tx"));
    }

    /** A listener that needs the bean would otherwise be a cycle. */
    record Counting(Resque resque, List<String> heard) implements ResqueListener {
        @Override
        public void afterEnqueue(JobInfo job) {
            heard.add("first " + job.jobClass() + " of " + resque.inspector().queueSize(job.queue()));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Listening {
        final List<String> heard = new CopyOnWriteArrayList<>();

        @Bean
        @Order(2)
        ResqueListener second() {
            return new ResqueListener() {
                @Override
                public void afterEnqueue(JobInfo job) {
                    heard.add("second");
                }
            };
        }

        @Bean
        @Order(1)
        ResqueListener first(Resque resque) {
            return new Counting(resque, heard);
        }

        @Bean
        FailureSink sink() {
            return failure -> heard.add("failed");
        }
    }

    @Test
    void listenersHearInTheirOrderAndSinksReceiveFailures() {
        Runners.inMemory()
                .withUserConfiguration(Listening.class)
                .withPropertyValues("resque.worker.queues=mail")
                .withBean(
                        WorkerBuilderCustomizer.class,
                        () -> (name, builder) -> builder.register("Fails", () -> fails()))
                .withPropertyValues("resque.worker.enabled=true")
                .run(context -> {
                    List<String> heard = context.getBean(Listening.class).heard;
                    context.getBean(Resque.class).enqueue("mail", "Fails");
                    await().atMost(Duration.ofMinutes(1)).until(() -> heard.size() == 3);
                    // A worker can fail the job before the producer's listeners hear that it was enqueued.
                    assertThat(heard)
                            .filteredOn(line -> !line.equals("failed"))
                            .satisfiesExactly(
                                    first -> assertThat(first).startsWith("first Fails"),
                                    second -> assertThat(second).isEqualTo("second"));
                    assertThat(heard).containsOnlyOnce("failed");
                });
    }

    private static Job fails() {
        return context -> {
            throw new IllegalStateException("on purpose");
        };
    }
}
