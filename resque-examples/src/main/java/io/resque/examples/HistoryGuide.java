package io.resque.examples;

import io.resque.api.RunTimes;
import io.resque.api.Throughput;
import io.resque.core.HistoryPeriod;
import io.resque.core.Resque;
import java.time.Duration;

/** The snippets of {@code docs/history.md}. */
final class HistoryGuide {
    private HistoryGuide() {}

    static Resque open(String url) {
        return Resque.builder().url(url).history(true).build();
    }

    static void read(Resque resque) {
        HistoryPeriod hour = resque.history().last(Duration.ofHours(1));
        for (Throughput each : hour.throughput()) {
            System.out.println(each.to() + " " + each.perSecond() + " jobs a second" + (each.reset() ? ", reset" : ""));
        }
        hour.samples().forEach(sample -> System.out.println(sample.at() + " mail: " + sample.length("mail")));
        hour.stalledSince("mail").ifPresent(since -> System.out.println("no job was taken since " + since));
        for (RunTimes times : resque.history().runTimes(Duration.ofHours(8))) {
            System.out.println(times.jobClass() + " " + times.mean() + ", 95 % within " + times.within(0.95));
        }
        resque.history().mark("v42");
    }
}
