package io.resque.cli;

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
        description = "Removes jobs from a queue: those of a class, with these arguments or this id, or all.",
        footer = {"  resque dequeue mail WelcomeMail 42 '\"Chris\"'", "  resque dequeue mail --all"})
final class DequeueCommand extends ResqueCommand {
    @Parameters(index = "0", paramLabel = "QUEUE")
    private String queue = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "CLASS")
    private @Nullable String jobClass;

    @Parameters(index = "2..*", paramLabel = "JSON", description = "only jobs with exactly these arguments")
    private List<String> args = List.of();

    @Option(names = "--id", paramLabel = "ID", description = "only the job of this id or token")
    private @Nullable String id;

    @Option(names = "--all", description = "all jobs of the queue")
    private boolean all;

    @Override
    void check() {
        if (jobClass == null && (!all || id != null)) {
            throw mistake("Name the class of the jobs to take off " + queue + ", or say --all for the whole queue");
        }
        if (jobClass != null && all) {
            throw mistake("--all is for the whole queue; leave it out, or leave out the class " + jobClass);
        }
    }

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
        console.does(() -> "Removing jobs from " + Console.clean(queue));
        if (jobClass == null) {
            String all = Console.grouped(resque.inspector().queueSize(queue));
            console.does(() -> "Removing all " + all + " jobs from " + Console.clean(queue));
            removed = resque.clearQueue(queue);
        } else {
            JobMatch match = JobMatch.of(jobClass);
            if (id != null) {
                match = match.withId(id);
            }
            if (!args.isEmpty()) {
                match = match.withArgs(Console.parse(serializer, args).toArray());
            }
            removed = resque.dequeue(queue, match, match.ofActiveJob());
        }
        if (console.isJson()) {
            console.json(Map.of("removed", removed));
        } else {
            console.line("Removed " + Console.count(removed, "job") + " from " + queue);
        }
        return removed == 0 ? ExitStatus.NO : ExitStatus.OK;
    }
}
