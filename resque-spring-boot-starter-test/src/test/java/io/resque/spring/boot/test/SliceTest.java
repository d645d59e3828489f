package io.resque.spring.boot.test;

import static io.resque.spring.boot.test.ResqueAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.verify;

import io.resque.core.Resque;
import io.resque.spring.boot.ResqueWorkers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

/** The jobs alone. */
@ResqueTest(properties = "shop.name=test")
class SliceTest {
    @Autowired
    Resque resque;

    @Autowired
    ResqueWorkers workers;

    @Autowired
    ApplicationContext context;

    @MockitoBean
    Shop.Mailer mailer;

    @Test
    void onlyComponentsWithJobsAreThere() {
        assertThat(context.getBeansOfType(Shop.Welcome.class)).hasSize(1);
        assertThat(context.getBeansOfType(Shop.RealMailer.class)).isEmpty();
        assertThat(context.getEnvironment().getProperty("shop.name")).isEqualTo("test");
    }

    @RepeatedTest(2)
    void jobsWaitUntilTheyAreDrained() {
        resque.enqueue("mail", "WelcomeMail", 42, "Chris");
        assertThat(workers.running()).isEmpty();
        assertThat(resque)
                .hasEnqueued("WelcomeMail")
                .on("mail")
                .with(42, "Chris")
                .times(1);
        assertThat(workers.drain()).isEqualTo(2);
        verify(mailer).send("42 Chris");
        verify(mailer).send("counted 42");
        assertThat(resque).hasNothingEnqueued();
    }

    @Test
    void theMessageListsWhatWaits() {
        resque.enqueue("mail", "WelcomeMail", 42, "Chris");
        resque.enqueue("low", "Count", List.of(1, 2), Map.of("a", 1.5));
        assertThat(resque).hasEnqueued("Count").with(List.of(1, 2), Map.of("a", 1.5));
        assertThatThrownBy(() -> assertThat(resque).hasEnqueued("WelcomeMail").with(43, "Chris"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("Expected a job WelcomeMail with [43, Chris], but these wait:")
                .hasMessageContaining("WelcomeMail[42, Chris] on mail");
        assertThatThrownBy(() -> assertThat(resque).hasEnqueued("Other"))
                .hasMessageContaining("Count[[1, 2], {a=1.5}] on low");
        assertThatThrownBy(() -> assertThat(resque).hasNothingEnqueued()).hasMessageContaining("Expected no job");
        assertThatThrownBy(() -> assertThat(resque).times(3)).hasMessageContaining("it waits 2 times");
        assertThatThrownBy(() -> assertThat(resque).hasEnqueued("Count").on("mail"))
                .hasMessageContaining("on mail");
    }
}
