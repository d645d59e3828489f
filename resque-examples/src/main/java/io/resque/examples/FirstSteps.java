package io.resque.examples;

import io.resque.api.JobType;
import io.resque.api.Retry;
import io.resque.core.Resque;
import io.resque.core.Schedule;
import io.resque.core.Worker;
import java.time.Duration;

public class FirstSteps {
    record Welcome(long user, String name) {}

    static final JobType<Welcome> WELCOME = JobType.of("WelcomeMail", "mail", Welcome.class)
            .retry(Retry.limit(5).exponential(Duration.ofSeconds(10), Duration.ofHours(1)));

    public static void main(String[] args) throws InterruptedException {
        String url = args.length > 0 ? args[0] : "redis://localhost:6379";
        Resque resque = Resque.connect(url).closeOnExit();

        resque.enqueue(WELCOME, new Welcome(42, "Chris")); // now: {"class":"WelcomeMail","args":[42,"Chris"]}
        resque.in(Duration.ofSeconds(2)).enqueue(WELCOME, new Welcome(43, "Alex")); // later
        resque.schedules().put("nightly", Schedule.cron("30 2 * * * Europe/Berlin"), "mail", "Report"); // each night

        Worker worker = resque.workerBuilder("mail")
                .register(WELCOME, (welcome, context) -> System.out.println("Welcome, " + welcome.name()))
                .register("Report", () -> context -> System.out.println("The report of this night"))
                .concurrency(16)
                .start();
        worker.join();
    }
}
