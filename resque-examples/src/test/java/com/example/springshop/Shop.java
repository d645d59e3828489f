package com.example.springshop;

import io.resque.api.Limit;
import io.resque.core.Resque;
import io.resque.spring.boot.AfterCommit;
import io.resque.spring.boot.WorkerBuilderCustomizer;
import java.time.Duration;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.transaction.annotation.Transactional;

/** With the other classes of this package, the snippets of docs/spring-boot.md. */
@SpringBootApplication
class Shop {
    record User(long id, String name) {}

    interface Users {
        void save(User user);
    }

    @Bean
    WorkerBuilderCustomizer limits() {
        return (name, builder) -> builder.limit("WelcomeMail", Limit.rate(100, Duration.ofMinutes(1)));
    }

    static class SignUp {
        private final Users users;
        private final Resque resque;

        SignUp(Users users, Resque resque) {
            this.users = users;
            this.resque = resque;
        }

        @Transactional
        public void signUp(User user) {
            users.save(user);
            AfterCommit.of(resque).enqueue("mail", "WelcomeMail", user.id(), user.name());
        }

        void enqueue() {
            resque.enqueue("mail", "WelcomeMail", 42, "Chris");
        }
    }
}
