package com.example.springshop;

import io.resque.api.Job;
import io.resque.api.JobContext;
import io.resque.spring.boot.ResqueJob;
import org.springframework.context.annotation.Scope;
import org.springframework.stereotype.Component;

@ResqueJob(
        value = "Report",
        queue = "low",
        retries = 3,
        retryDelays = {"10s", "1m"})
@Component
@Scope("prototype")
class Report implements Job {
    @Override
    public void perform(JobContext context) {
        context.result(context.args().get(0, String.class).length());
    }
}
