package io.resque.cli;

import io.resque.api.Counters;
import io.resque.api.spi.JobSerializer;
import io.resque.core.Resque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

@Command(
        name = "stats",
        description = "Shows the counters, whether all workers are paused, and the queues that are.",
        footer = "  resque stats --json")
final class StatsCommand extends ResqueCommand {
    @Override
    boolean looks() {
        return true;
    }

    @Override
    int run(Resque resque, Console console, JobSerializer serializer) {
        Counters counters = resque.inspector().counters();
        Map<String, Object> stats = new LinkedHashMap<>();
        stats.put("pending", counters.pending());
        stats.put("processed", counters.processed());
        stats.put("failed", counters.failed());
        stats.put("failures", counters.failures());
        stats.put("workers", counters.workers());
        stats.put("working", counters.working());
        stats.put("paused", resque.inspector().pausedAll());
        stats.put("paused_queues", List.copyOf(resque.inspector().pausedQueues()));
        if (console.isJson()) {
            console.json(stats);
        } else {
            stats.forEach((name, value) -> console.line(name + " = " + value));
        }
        return ExitStatus.OK;
    }
}
