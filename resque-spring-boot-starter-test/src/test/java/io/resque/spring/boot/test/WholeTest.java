package io.resque.spring.boot.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.core.Resque;
import io.resque.spring.boot.ResqueWorkers;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

/** The whole application with a memory in place of Redis. */
@SpringBootTest
@AutoConfigureTestResque
class WholeTest {
    @Autowired
    Resque resque;

    @Autowired
    ResqueWorkers workers;

    @Autowired
    Shop.RealMailer mailer;

    @Test
    void theRealBeansAreUsed() {
        assertThat(workers.running()).isEmpty();
        resque.enqueue("mail", "WelcomeMail", 42, "Chris");
        workers.drain();
        assertThat(mailer.sent).containsExactly("42 Chris", "counted 42");
    }
}
