package io.resque.cli;

import io.resque.api.spi.JobSerializer;
import io.resque.core.Resque;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;

@Command(
        name = "queues",
        description = "Lists the queues, how many jobs wait on each, and which are paused.",
        footer = "  resque queues")
final class QueuesCommand extends ResqueCommand {
    @Override
    boolean looks() {
        return true;
    }

    @Override
    int run(Resque resque, Console console, JobSerializer serializer) {
        Map<String, Long> queues = resque.inspector().queues();
        if (console.isJson()) {
            console.json(queues);
            return ExitStatus.OK;
        }
        Set<String> paused = resque.inspector().pausedQueues();
        Table table = Table.of("QUEUE", "JOBS", "STATE");
        queues.forEach((name, size) -> table.row(name, size.toString(), paused.contains(name) ? "paused" : ""));
        console.table(table);
        return ExitStatus.OK;
    }
}
