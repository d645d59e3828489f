package com.example.springshop;

import static io.resque.spring.boot.test.ResqueAssert.assertThat;
import static org.mockito.Mockito.verify;

import io.resque.core.Resque;
import io.resque.spring.boot.ResqueWorkers;
import io.resque.spring.boot.test.ResqueTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

@ResqueTest
class WelcomeTest {
    @Autowired
    Resque resque;

    @Autowired
    ResqueWorkers workers;

    @MockitoBean
    Mailer mailer;

    @MockitoBean
    Cleanup.Store store;

    @Test
    void sendsAMail() {
        resque.enqueue("mail", "WelcomeMail", 42, "Chris");
        assertThat(resque).hasEnqueued("WelcomeMail").on("mail").with(42, "Chris");
        workers.drain();
        verify(mailer).send(42, "Welcome, Chris");
    }
}
