package io.resque.cli;

import io.resque.api.ConfigurationException;
import io.resque.api.JobMatch;
import io.resque.api.spi.JobSerializer;
import io.resque.core.Resque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "dequeue",
        description = "Removes jobs from a queue: those of a class, with these arguments or this id, or all.")
final class DequeueCommand extends ResqueCommand {
    @Parameters(index = "0", paramLabel = "QUEUE")
    private String queue = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "CLASS")
    private @Nullable String jobClass;

    @Parameters(index = "2..*", paramLabel = "JSON", description = "only jobs with exactly these arguments")
    private List<String> args = List.of();

    @Option(names = "--id", description = "only the job of this id or token")
    private @Nullable String id;

    @Option(names = "--all", description = "all jobs of the queue")
    private boolean all;

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
        long removed;
        if (jobClass == null) {
            if (!all || id != null) {
                throw new ConfigurationException(
                        "Name the class of the jobs to take off " + queue + ", or say --all for the whole queue");
            }
            removed = resque.clearQueue(queue);
        } else {
            JobMatch match = JobMatch.of(jobClass);
            if (id != null) {
                match = match.withId(id);
            }
            if (!args.isEmpty()) {
                match = match.withArgs(Console.parse(serializer, args).toArray());
            }
            removed = resque.dequeue(queue, match);
        }
        if (console.isJson()) {
            console.json(Map.of("removed", removed));
        } else {
            console.line("Removed " + removed + (removed == 1 ? " job" : " jobs") + " from " + queue);
        }
        return removed == 0 ? ExitStatus.NO : ExitStatus.OK;
    }
}
