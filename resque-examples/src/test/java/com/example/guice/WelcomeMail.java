package com.example.guice;

import io.resque.api.Job;
import io.resque.api.JobContext;
import jakarta.inject.Inject;

final class WelcomeMail implements Job {
    private final Mailer mailer;

    @Inject
    WelcomeMail(Mailer mailer) {
        this.mailer = mailer;
    }

    @Override
    public void perform(JobContext context) {
        mailer.send(context.args().get(0, Long.class));
    }
}
