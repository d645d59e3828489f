package io.resque.examples;

import io.resque.api.JobRegistry;
import io.resque.api.JobType;
import io.resque.api.Limit;
import io.resque.core.Resque;
import io.resque.core.Worker;
import java.time.Duration;

/** The snippets of {@code docs/limits.md}. */
final class LimitsGuide {
    private LimitsGuide() {}

    record Welcome(long user) {}

    static final JobType<Welcome> WELCOME = JobType.of("WelcomeMail", "mail", Welcome.class)
            .limit(Limit.of(1).by(job -> String.valueOf(job.args().get(0)))) // one at a time for each user
            .limit(Limit.of(20).named("smtp")); // with all other jobs that use this name

    static Worker work(Resque resque) {
        return resque.workerBuilder("mail")
                .register("WelcomeMail", () -> context -> send())
                .limit("WelcomeMail", Limit.of(5)) // five at a time
                .limit("WelcomeMail", Limit.rate(100, Duration.ofMinutes(1))) // a hundred in any minute
                .start();
    }

    static void register(JobRegistry jobs) { // the method of a JobModule
        jobs.register("Charge", () -> context -> send()).limit("Charge", Limit.of(2));
    }

    private static void send() {
        System.out.println("A mail");
    }
}
