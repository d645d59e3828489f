package io.resque.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.backend.memory.MemoryResque;
import io.resque.core.Resque;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The test in the README. */
class SignUpTest {
    @RegisterExtension
    MemoryResque memory = new MemoryResque();

    @Test
    void aSignUpSendsAWelcome() {
        try (Resque resque =
                Resque.builder().url(memory.url()).serializer("gson").build()) {
            resque.enqueue("mail", "WelcomeMail", 42, "Chris");
        }
        assertThat(memory.jobs("mail")).containsExactly("{\"class\":\"WelcomeMail\",\"args\":[42,\"Chris\"]}");
    }
}
