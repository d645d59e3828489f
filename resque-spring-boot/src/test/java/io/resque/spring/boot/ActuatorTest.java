package io.resque.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.core.Resque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.test.context.FilteredClassLoader;

/** The endpoint, the health indicator and the info, and when they are there. */
class ActuatorTest {
    @Test
    void theEndpointIsThereIfItIsExposed() {
        Runners.inMemory().run(context -> assertThat(context).doesNotHaveBean(ResqueEndpoint.class));
        Runners.inMemory()
                .withPropertyValues("management.endpoints.web.exposure.include=resque")
                .run(context -> assertThat(context).hasSingleBean(ResqueEndpoint.class));
        Runners.inMemory()
                .withPropertyValues(
                        "management.endpoints.web.exposure.include=resque", "management.endpoint.resque.access=NONE")
                .run(context -> assertThat(context).doesNotHaveBean(ResqueEndpoint.class));
    }

    @Test
    void partsCanBeTurnedOffOrBeAbsent() {
        Runners.inMemory()
                .run(context -> assertThat(context)
                        .hasSingleBean(ResqueHealthIndicator.class)
                        .hasSingleBean(ResqueInfoContributor.class));
        Runners.inMemory()
                .withPropertyValues("management.health.resque.enabled=false", "management.info.resque.enabled=false")
                .run(context -> assertThat(context)
                        .doesNotHaveBean(ResqueHealthIndicator.class)
                        .doesNotHaveBean(ResqueInfoContributor.class));
        Runners.inMemory()
                .withClassLoader(new FilteredClassLoader(
                        HealthIndicator.class.getPackageName(), "org.springframework.boot.actuate", "io.resque.web"))
                .run(context -> assertThat(context).hasNotFailed().hasSingleBean(Resque.class));
    }

    @Test
    void theEndpointShowsAndActs() {
        Runners.inMemory()
                .withBean(ResqueWorkersTest.Store.class)
                .withPropertyValues("management.endpoints.web.exposure.include=resque")
                .run(context -> {
                    Resque resque = context.getBean(Resque.class);
                    ResqueEndpoint endpoint = context.getBean(ResqueEndpoint.class);
                    assertThat(endpoint.act("pause", null)).containsEntry("pausedAll", true);
                    assertThat(endpoint.act("pause", "mail")).containsEntry("pausedQueues", Set.of("mail"));
                    resque.enqueue("mail", "WelcomeMail", 42);
                    ResqueEndpoint.View view = endpoint.view();
                    assertThat(view.queues()).containsEntry("mail", 1L);
                    assertThat(view.counters().pending()).isEqualTo(1);
                    assertThat(view.pausedAll()).isTrue();
                    assertThat(view.workers())
                            .singleElement()
                            .satisfies(worker -> assertThat(worker.queues()).containsExactly("low"));
                    assertThat(endpoint.act("resume", null)).containsEntry("pausedAll", false);
                    assertThat(endpoint.act("resume", "mail")).containsEntry("pausedQueues", Set.of());
                    assertThat(endpoint.act("prune", null)).isEqualTo(Map.of("recovered", List.of()));
                    assertThatThrownBy(() -> endpoint.act("delete", null))
                            .isInstanceOf(InvalidEndpointRequestException.class)
                            .hasMessageContaining("pause, resume or prune");
                });
    }

    @Test
    void theInfoNamesTheWorkers() {
        Runners.inMemory().withBean(ResqueWorkersTest.Store.class).run(context -> {
            Info.Builder builder = new Info.Builder();
            context.getBean(ResqueInfoContributor.class).contribute(builder);
            assertThat(builder.build().getDetails().get("resque")).asString().contains("workers={worker=[low]}");
        });
    }
}
