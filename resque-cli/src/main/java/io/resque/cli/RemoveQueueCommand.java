package io.resque.cli;

import io.resque.api.spi.JobSerializer;
import io.resque.core.Resque;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "remove-queue",
        description = {
            "Removes a queue from the list of queues; with --force its jobs, too.",
            "The next job for it announces it anew."
        },
        footer = {"  resque remove-queue old_mail", "  resque remove-queue old_mail --force"})
final class RemoveQueueCommand extends ResqueCommand {
    @Parameters(paramLabel = "QUEUE", description = "as 'resque queues' shows it")
    private String queue = "";

    @Option(names = "--force", description = "also a queue with jobs, which are removed")
    private boolean force;

    @Override
    boolean looks() {
        return true;
    }

    @Override
    String[] queues() {
        return new String[] {queue};
    }

    @Override
    int run(Resque resque, Console console, JobSerializer serializer) {
        long jobs = resque.inspector().queueSize(queue);
        boolean known = jobs > 0 || resque.inspector().queues().containsKey(queue);
        if (jobs > 0 && !force) {
            throw mistake("The queue " + queue + " holds " + Console.count(jobs, "job")
                    + "; say --force to remove them with it, or let a worker run them first");
        }
        console.does(() -> "Removing the queue " + Console.clean(queue));
        long removed = known ? resque.removeQueue(queue) : 0;
        if (console.isJson()) {
            console.json(Map.of("removed", known, "jobs", removed));
        } else if (known) {
            console.line("Removed the queue " + queue + " with " + Console.count(removed, "job"));
        } else {
            warn("There is no queue " + queue + "; 'resque queues' shows all queues");
        }
        return known ? ExitStatus.OK : ExitStatus.NO;
    }
}
