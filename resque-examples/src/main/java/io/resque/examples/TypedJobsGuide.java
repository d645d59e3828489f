package io.resque.examples;

import io.resque.api.JobType;
import io.resque.core.Resque;
import io.resque.core.Worker;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The code in {@code docs/typed-jobs.md}, so that it is compiled. */
final class TypedJobsGuide {
    private TypedJobsGuide() {}

    record Welcome(long user, String name, Optional<String> locale) {}

    static final JobType<Welcome> WELCOME = JobType.of("WelcomeMail", "mail", Welcome.class);

    static String enqueue(Resque resque) {
        resque.enqueue(
                WELCOME,
                new Welcome(42, "Chris", Optional.empty())); // {"class":"WelcomeMail","args":[42,"Chris",null]}
        resque.enqueueAll(WELCOME, List.of(new Welcome(43, "Alex", Optional.of("fr"))));
        String token = resque.enqueueTracked(WELCOME, new Welcome(44, "Kim", Optional.empty()))
                .orElseThrow();
        resque.enqueueTracked(
                "urgent", WELCOME.spec(new Welcome(45, "Eve", Optional.empty())).withId("welcome-45"));
        return token;
    }

    static Worker work(Resque resque) {
        Worker worker = resque.workerBuilder("mail")
                .register(WELCOME, (welcome, context) -> System.out.println("Welcome, " + welcome.name()))
                .start();
        return worker;
    }

    /** A class that JSON does not have. */
    record Money(BigDecimal amount, String currency) {
        static Money parse(String text) {
            return new Money(new BigDecimal(text.substring(4)), text.substring(0, 3));
        }

        @Override
        public String toString() {
            return currency + " " + amount;
        }
    }

    record Appointment(Instant at, Money fee) {}

    static final JobType<Appointment> APPOINTMENT = JobType.of("Appointment", "calendar", Appointment.class)
            .argument(Instant.class, Instant::toString, Instant::parse)
            .argument(Money.class, Money::toString, Money::parse);

    /** Stands for a class that is no record. */
    record Greeting(String name, long times) {}

    static final JobType<Greeting> GREETING = JobType.of(
            "Greeting",
            "mail",
            greeting -> List.of(greeting.name(), greeting.times()),
            args -> new Greeting(args.get(0, String.class), args.get(1, Long.class)));
}
