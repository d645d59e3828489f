package io.resque.cli;

import io.resque.api.spi.JobSerializer;
import io.resque.core.Resque;
import java.util.Map;
import picocli.CommandLine.Command;

@Command(name = "queues", description = "Lists the queues and how many jobs wait on each.", footer = "  resque queues")
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
        Table table = Table.of("QUEUE", "JOBS");
        queues.forEach((name, size) -> table.row(name, size.toString()));
        console.table(table);
        return ExitStatus.OK;
    }
}
