package io.resque.examples;

import io.resque.activejob.ActiveJob;
import io.resque.activejob.ActiveJobs;
import io.resque.activejob.ActiveMail;
import io.resque.activejob.codec.ObjectSerializer;
import io.resque.activejob.codec.RubySymbol;
import io.resque.activejob.codec.Target;
import io.resque.core.Resque;
import io.resque.core.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The snippets of {@code docs/activejob.md} for enqueueing. */
final class ActiveJobGuide {
    private ActiveJobGuide() {}

    static ActiveJobs open(Resque resque) {
        ActiveJobs rails = ActiveJobs.on(resque).target(Target.RAILS_7_1).app("shop-app");
        rails.enqueue(ActiveJob.of("WelcomeJob", 42, RubySymbol.of("vip")).with("locale", "de"));
        return rails;
    }

    static void options(ActiveJobs rails) {
        Instant at = Instant.parse("2033-05-18T03:33:20Z");
        rails.enqueue(ActiveJob.of("ReportJob", rails.gid("Account", 7))
                .queue("low")
                .priority(5)
                .waitUntil(at));
        rails.enqueue(ActiveJob.of("ReportJob", rails.gid("Account", 8)).waitFor(Duration.ofHours(1)));
        List<String> ids = rails.enqueueAll(List.of(ActiveJob.of("WelcomeJob", 1), ActiveJob.of("WelcomeJob", 2)));

        rails.deliverLater(ActiveMail.of("UserMailer", "welcome", 42).param("who", rails.gid("Person", 7)));
        System.out.println(ids);
    }

    static void phrases(ActiveJobs rails) {
        // WelcomeJob.set(queue: :low, wait: 1.hour, priority: 5).perform_later(42, flag: true)
        rails.enqueue(ActiveJob.of("WelcomeJob", 42)
                .with("flag", true)
                .queue("low")
                .waitFor(Duration.ofHours(1))
                .priority(5));
        // ActiveJob.perform_all_later(WelcomeJob.new(1), WelcomeJob.new(:vip))
        rails.enqueueAll(List.of(ActiveJob.of("WelcomeJob", 1), ActiveJob.of("WelcomeJob", RubySymbol.of("vip"))));
        // UserMailer.with(who: Person.find(7)).welcome(42).deliver_later(queue: :slow)
        rails.enqueue(ActiveMail.of("UserMailer", "welcome", 42)
                .param("who", rails.gid("Person", 7))
                .toJob()
                .queue("slow"));
    }

    static void recurring(ActiveJobs rails) {
        Schedule nightly = Schedule.cron("30 2 * * *", ZoneId.of("Europe/Berlin"));
        rails.putRecurring("nightly", nightly, ActiveJob.of("NightlyJob").queue("low"));
    }

    /** An amount of money in cents. */
    record Money(long cents, String currency) {}

    static final class MoneySerializer implements ObjectSerializer<Money> {
        @Override
        public String name() {
            return "MoneySerializer";
        }

        @Override
        public Class<Money> type() {
            return Money.class;
        }

        @Override
        public Map<String, @Nullable Object> write(Money money) {
            return Map.of("cents", money.cents(), "currency", money.currency());
        }

        @Override
        public Money read(Map<String, @Nullable Object> members) {
            return new Money((Long) members.get("cents"), (String) members.get("currency"));
        }
    }

    static void own(ActiveJobs rails) {
        ActiveJobs withMoney = rails.serializer(new MoneySerializer());
        withMoney.enqueue(ActiveJob.of("PayJob", new Money(1250, "EUR")));
    }
}
