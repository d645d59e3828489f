package io.resque.cli;

import io.resque.api.spi.JobSerializer;
import io.resque.core.RegisteredWorkers;
import io.resque.core.Resque;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "remove",
        description =
                "Removes a worker from Redis, as Ruby's command does. The job that it holds is recorded as failed; with REQUEUE_AFTER_WORKER_DEATH the job of a dead worker goes back to its queue.",
        footer = "  resque remove web1:4711:mail")
final class RemoveCommand extends ResqueCommand {
    @Parameters(paramLabel = "ID", description = "as 'resque list' shows it")
    private String id = "";

    @Option(names = "--force", description = "also a Java worker that lives, which registers again")
    private boolean force;

    @Override
    int run(Resque resque, Console console, JobSerializer serializer) {
        RegisteredWorkers.Removal removal = resque.registeredWorkers().remove(id, force);
        if (removal == RegisteredWorkers.Removal.COMES_BACK) {
            warn(
                    "It lives: it registers anew before its next job, within about two minutes. To end it, use: resque kill "
                            + id);
        }
        boolean removed = removal != RegisteredWorkers.Removal.UNKNOWN;
        if (console.isJson()) {
            console.json(Map.of("removed", removed));
        } else if (removed) {
            console.line("** removed " + id);
        } else {
            warn("There is no worker " + id + "; 'resque list' shows all workers");
        }
        return removed ? ExitStatus.OK : ExitStatus.NO;
    }
}
