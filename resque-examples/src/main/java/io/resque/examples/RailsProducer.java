package io.resque.examples;

import io.resque.activejob.ActiveJob;
import io.resque.activejob.ActiveJobs;
import io.resque.activejob.ActiveMail;
import io.resque.activejob.codec.RubyDuration;
import io.resque.core.Resque;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;

/** Enqueues the jobs that a Rails application enqueues itself, for the same workers. */
final class RailsProducer {
    private RailsProducer() {}

    static List<String> produce(Resque resque) {
        ActiveJobs rails = ActiveJobs.on(resque).app("shop-app").locale("en").timeZone("UTC");
        Instant at = Instant.ofEpochSecond(2_000_000_000);
        return rails.enqueueAll(List.of(
                ActiveJob.of("WelcomeJob", 1),
                ActiveJob.of("WelcomeJob", "<b>&</b>", 1e15, 1.5, "\u2028"),
                ActiveJob.of(
                        "WelcomeJob",
                        at.atZone(ZoneId.of("UTC")),
                        RubyDuration.of(2, "days"),
                        LocalDate.of(2024, 2, 29)),
                ActiveJob.of("WelcomeJob", new BigDecimal("1.10")),
                ActiveMail.of("UserMailer", "welcome", rails.gid("Person", 3)).toJob()));
    }
}
