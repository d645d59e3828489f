package io.resque.spring.boot.test;

import io.resque.core.Resque;
import io.resque.spring.boot.ResqueJob;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.stereotype.Component;

/** An application with a job, what it needs, and what has nothing to do with it. */
@SpringBootApplication
class Shop {
    @Component
    static class Welcome {
        private final Mailer mailer;
        private final Resque resque;

        Welcome(Mailer mailer, Resque resque) {
            this.mailer = mailer;
            this.resque = resque;
        }

        @ResqueJob(value = "WelcomeMail", queue = "mail")
        void send(long user, String name) {
            mailer.send(user + " " + name);
            resque.enqueue("low", "Count", user);
        }

        @ResqueJob(value = "Count", queue = "low")
        void count(long user) {
            mailer.send("counted " + user);
        }
    }

    interface Mailer {
        void send(String text);
    }

    @Component
    static class RealMailer implements Mailer {
        final List<String> sent = new ArrayList<>();

        @Override
        public void send(String text) {
            sent.add(text);
        }
    }
}
