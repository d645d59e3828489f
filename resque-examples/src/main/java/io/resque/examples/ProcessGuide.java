package io.resque.examples;

import io.resque.api.JobModule;
import io.resque.api.JobRegistry;
import io.resque.core.Resque;
import io.resque.core.Worker;
import io.resque.launcher.ProcessJobExecutor;
import java.time.Duration;

/** The README's worker, whose jobs run in child processes. */
final class ProcessGuide {
    private ProcessGuide() {}

    public static final class MailJobs implements JobModule {
        @Override
        public void register(JobRegistry jobs) {
            jobs.register("WelcomeMail", Quickstart.WelcomeMail::new);
        }
    }

    static Worker start(Resque resque) {
        Worker worker = resque.workerBuilder("mail")
                .module(new MailJobs()) // a public class, so that a child can load it
                .executor(ProcessJobExecutor.builder()
                        .jobsPerFork(10)
                        .javaOptions("-Xmx256m")
                        .build())
                .jobTimeout(Duration.ofMinutes(5))
                .start();
        return worker;
    }
}
