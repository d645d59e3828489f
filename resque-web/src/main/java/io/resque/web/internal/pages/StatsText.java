package io.resque.web.internal.pages;

import io.resque.api.Counters;
import io.resque.api.spi.JsonRules;
import io.resque.web.internal.http.WebResponse;
import java.util.ArrayList;
import java.util.List;

/** Ruby's {@code /stats.txt}, line by line: scripts read it. A plus sign is before the numbers that only grow. */
final class StatsText {
    private StatsText() {}

    static WebResponse of(Instance instance) {
        Snapshot.View seen = instance.snapshot.view();
        Counters counters = seen.counters();
        List<String> lines = new ArrayList<>(List.of(
                "resque.pending=" + counters.pending(),
                "resque.processed+=" + counters.processed(),
                // As in Ruby: the records, not the counter
                "resque.failed+=" + instance.resque.failures().lists().getOrDefault("failed", 0L),
                "resque.workers=" + counters.workers(),
                "resque.working=" + counters.working()));
        seen.queues().forEach((queue, size) -> lines.add("queues." + JsonRules.onOneLine(queue) + "=" + size));
        return WebResponse.text(200, String.join("\n", lines));
    }
}
