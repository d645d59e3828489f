package io.resque.examples;

import io.resque.activejob.ActiveJobHandlers;
import io.resque.activejob.ActiveJobs;
import io.resque.activejob.codec.GlobalId;
import io.resque.api.JobModule;
import io.resque.api.JobRegistry;
import io.resque.api.Retry;
import io.resque.core.Resque;
import io.resque.core.Worker;
import java.io.IOException;
import java.time.Duration;

/** A worker beside the workers of a Rails application. As a module, its jobs can also run in child processes. */
public final class RailsWorker implements JobModule {
    @Override
    public void register(JobRegistry jobs) {
        handlers().register(jobs);
    }

    static ActiveJobHandlers handlers() {
        return ActiveJobs.handlers()
                .on(
                        "WelcomeJob",
                        job -> System.out.println("Welcome, " + job.args().get(0)))
                .on(
                        "ActionMailer::MailDeliveryJob",
                        job -> System.out.println(job.args().get(0, String.class) + "#"
                                + job.args().get(1, String.class) + " " + job.keywords()))
                .on(
                        "ReportJob",
                        job -> System.out.println("Report of " + job.args().get(0, GlobalId.class)))
                .retry("ReportJob", Retry.limit(4).polynomial().on(IOException.class, Retry.limit(9)))
                .putBackOthers(Duration.ofSeconds(2), 30); // the other jobs are for Ruby
    }

    /**
     * Runs until a signal ends it.
     *
     * @param args the URL of Redis
     * @throws InterruptedException if the thread is interrupted
     */
    public static void main(String[] args) throws InterruptedException {
        try (Resque resque = Resque.connect(args[0]).closeOnExit();
                Worker worker = resque.workerBuilder("default", "mailers")
                        .module(new RailsWorker())
                        .start()) {
            worker.join();
        }
    }
}
