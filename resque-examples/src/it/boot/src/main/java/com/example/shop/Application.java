package com.example.shop;

import io.resque.spring.boot.ResqueJob;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.stereotype.Component;

/** The whole application: nothing here or elsewhere joins Resque and Spring. */
@SpringBootApplication
public class Application {
    public static void main(String[] args) {
        SpringApplication.run(Application.class, args);
    }

    @Component
    static class Mailer {
        private final Outbox outbox;

        Mailer(Outbox outbox) {
            this.outbox = outbox;
        }

        @ResqueJob(value = "WelcomeMail", queue = "mail")
        String send(long user, String name) {
            return outbox.put("Welcome, " + name + ", user " + user);
        }
    }

    /** Closes slowly, as a pool of connections does. */
    @Component
    static class Outbox implements AutoCloseable {
        private final AtomicBoolean isClosed = new AtomicBoolean();

        String put(String mail) {
            if (isClosed.get()) {
                throw new IllegalStateException("the outbox is closed");
            }
            return mail;
        }

        @Override
        public void close() throws InterruptedException {
            isClosed.set(true);
            Thread.sleep(300);
        }
    }
}
