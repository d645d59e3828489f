package io.resque.cli;

import io.resque.api.WorkerInfo;
import io.resque.api.spi.JobSerializer;
import io.resque.core.Resque;
import java.util.List;
import picocli.CommandLine.Command;

@Command(
        name = "list",
        description = "Lists the registered workers in Ruby's words; 'resque workers' tells more.",
        footer = "  resque list")
final class ListCommand extends ResqueCommand {
    @Override
    int run(Resque resque, Console console, JobSerializer serializer) {
        List<WorkerInfo> workers = resque.inspector().workers().stream()
                .filter(WorkerInfo::registered)
                .toList();
        if (console.isJson()) {
            console.json(workers.stream().map(WorkersCommand::tree).toList());
        } else if (workers.isEmpty()) {
            console.line("None");
        } else {
            workers.forEach(worker -> console.line(worker.id() + " (" + state(worker) + ")"));
        }
        return ExitStatus.OK;
    }

    /** Ruby knows these two states only. */
    private static String state(WorkerInfo worker) {
        return worker.state() == WorkerInfo.State.WORKING ? "working" : "idle";
    }
}
