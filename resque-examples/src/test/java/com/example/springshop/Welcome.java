package com.example.springshop;

import io.resque.spring.boot.ResqueJob;
import org.springframework.stereotype.Component;

@Component
class Welcome {
    private final Mailer mailer;

    Welcome(Mailer mailer) {
        this.mailer = mailer;
    }

    @ResqueJob(value = "WelcomeMail", queue = "mail")
    void send(long user, String name) {
        mailer.send(user, "Welcome, " + name);
    }
}
