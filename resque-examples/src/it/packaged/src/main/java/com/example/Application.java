package com.example;

import io.resque.api.FailedJob;
import io.resque.api.FailureFilter;
import io.resque.api.QueuedJob;
import io.resque.core.Resque;
import io.resque.core.Worker;
import java.util.List;
import java.util.Map;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Runs three jobs in child JVMs, of which the second halts its own. The argument is the URL of a Redis. */
@Configuration(proxyBeanMethods = false)
public class Application {
    public static void main(String[] args) {
        SpringApplication.exit(SpringApplication.run(Application.class, args));
    }

    @Bean
    CommandLineRunner jobs() {
        return args -> {
            try (Resque resque = Resque.connect(args[0])) {
                resque.enqueue("q", "Echo", "one");
                resque.enqueue("q", "Halt");
                resque.enqueue("q", "Echo", "two");
                Worker worker = resque.workerBuilder(Map.of("queues", "q", "executor", "process", "until-empty", "true"))
                        .module(new Jobs())
                        .start();
                worker.join();
                check(resque);
            }
        };
    }

    private static void check(Resque resque) {
        List<QueuedJob> done = resque.inspector().peek("done", 0, 10);
        List<FailedJob> failures = resque.failures().oldest(FailureFilter.all(), 0, 10);
        String own = Long.toString(ProcessHandle.current().pid());
        boolean inChildren = done.stream().noneMatch(job -> String.valueOf(job.args().get(1)).equals(own));
        boolean died = failures.size() == 1
                && failures.get(0).exception().equals("Resque::DirtyExit")
                && failures.get(0).error().contains("ended with status 7");
        if (done.size() != 2 || !inChildren || !died) {
            throw new IllegalStateException("Done: " + done + "; failures: " + failures);
        }
        System.out.println("Two jobs have run in children, and one has died");
    }
}
