package io.resque.examples;

import io.resque.api.Job;
import io.resque.api.JobContext;
import io.resque.api.JobMatch;
import io.resque.api.JobSpec;
import io.resque.api.JobStatus;
import io.resque.backend.jedis.JedisBackend;
import io.resque.core.Resque;
import io.resque.core.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.RedisClient;

/** The code in the README, so that it is compiled. A test compares it with the README. */
final class Quickstart {
    private Quickstart() {}

    static void firstScreen() throws InterruptedException {
        Resque resque = Resque.connect("redis://localhost:6379/0").closeOnExit();

        resque.enqueue("mail", "WelcomeMail", 42, "Chris"); // Ruby, PHP and Node could work this …

        Worker worker = resque.workerBuilder("mail", "low") // … and this works what they enqueue
                .register("WelcomeMail", WelcomeMail::new)
                .register("Ping", () -> context -> System.out.println("pong"))
                .concurrency(16)
                .start();

        worker.join();
    }

    static class WelcomeMail implements Job {
        @Override
        public void perform(JobContext context) {
            long user = context.args().get(0, Long.class);
            String name = context.args().get(1, String.class);
            System.out.println("Welcome, " + name + ", user " + user);
        }
    }

    static void tracked(Resque resque) {
        String token = resque.enqueueTracked("mail", "WelcomeMail", 42, "Chris").orElseThrow();
        JobStatus status = resque.status(token).orElseThrow(); // WAITING, RUNNING, FAILED or COMPLETE
        System.out.println(status.state() + " since " + status.updatedAt() + ", result " + status.result());
    }

    static void unqueued(Resque resque, String token) throws InterruptedException {
        resque.follow(token, Duration.ofMinutes(5), status -> System.out.println(status.state()));
        resque.dequeueClasses("mail", List.of("WelcomeMail", "Audit")); // two classes
        resque.dequeue("mail", JobMatch.of("WelcomeMail").withArgs(42, "Chris"));
        resque.dequeue("mail", JobMatch.of("WelcomeMail").withId(token));
    }

    static void many(Resque resque) {
        resque.enqueueAll(
                "mail", List.of(JobSpec.of("WelcomeMail", 42, "Chris"), JobSpec.of("WelcomeMail", 43, "Alex")));
        resque.enqueueAsync("mail", JobSpec.of("WelcomeMail", 44, "Kim"))
                .exceptionally(refused -> retryLater(44, refused));
    }

    static void later(Resque resque, Instant nextMonday) {
        resque.in(Duration.ofHours(1)).enqueue("mail", "Reminder", 42);
        resque.at(nextMonday).enqueue("mail", "Report"); // an Instant
        resque.delayed().remove(JobMatch.of("Reminder").withArgs(42));
    }

    private static boolean retryLater(long user, Throwable refused) {
        System.err.println("No welcome for user " + user + " yet: " + refused.getMessage());
        return false;
    }

    /** PHP sends one map; it reads well as a record. */
    record Welcome(long user, String name) {}

    static class PhpMail implements Job {
        @Override
        public void perform(JobContext context) {
            Welcome welcome = context.args().as(Welcome.class);
            context.result(Map.of("greeted", welcome.name()));
            context.enqueue("low", "Audit", welcome.user());
        }
    }

    static void tell(JobContext context, long done, long total, String name) {
        context.progress(done, total, "invoices"); // JobStatus.progress
        context.log("skipped an invoice of " + name); // the last 20 lines are kept
    }

    static Resque chosen(RedisClient client) {
        return Resque.builder()
                .backend(JedisBackend.using(client.getPool(), "resque")) // a client that you have already
                .serializer("jackson") // where several are on the class path
                .argument(Instant.class, Instant::toString, Instant::parse) // a class of yours as an argument
                .statusExpiry(Duration.ofHours(2))
                .build();
    }

    static Worker configured() {
        Resque resque = Resque.builder()
                .configureFromEnvironment() // REDIS_URL, PREFIX and others
                .configure(Map.of("dead-after", "200s", "failure-limit", "10000"))
                .build();
        Worker worker = resque.workerBuilder(Map.of("queues", "critical,low", "concurrency", "16", "start", "wait"))
                .register("WelcomeMail", WelcomeMail::new)
                .start();
        return worker;
    }

    static void stop(Worker worker) {
        worker.stop(Duration.ofSeconds(30));
    }
}
