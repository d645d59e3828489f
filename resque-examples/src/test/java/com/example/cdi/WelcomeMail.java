package com.example.cdi;

import io.resque.api.Job;
import io.resque.api.JobContext;
import jakarta.inject.Inject;

public class WelcomeMail implements Job {
    @Inject
    Mailer mailer;

    @Override
    public void perform(JobContext context) {
        mailer.send(context.args().get(0, Long.class));
    }
}
