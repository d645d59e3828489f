package io.resque.cli;

import io.resque.api.spi.JobSerializer;
import io.resque.core.Resque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "pause",
        description = {
            "Tells workers to take no more jobs: from one queue, or all workers of the namespace, or those of one process of this machine."
                    + " Jobs that run go on.",
            "Only workers of Java obey the pause of a queue. --all sets pause-all-workers, which workers of Ruby and Java obey."
                    + " A worker gets the signal USR2."
        },
        footer = {"  resque pause mail", "  resque pause --all", "  resque pause web1-jvm:4711:mail"})
class PauseCommand extends ResqueCommand {
    /** The id of a worker has the form host:pid:queues. Anything else is a queue. */
    private static final Pattern WORKER = Pattern.compile("[^:]+:\\d+(-[^:]*)?:.*");

    @Parameters(
            arity = "0..1",
            paramLabel = "QUEUE|ID",
            description = "a queue; or a worker, as 'resque list' shows it: host:pid:queues")
    private @Nullable String target;

    @Option(names = "--all", description = "all workers of the namespace, on every machine")
    private boolean all;

    /** Whether this command pauses; the other lets go on. */
    boolean pauses() {
        return true;
    }

    @Override
    void check() {
        if (all == (target != null)) {
            String verb = pauses() ? "pause" : "resume";
            throw mistake("Name the queue or the worker to " + verb + ", or say --all for all workers of the namespace"
                    + (all ? ", not both" : ""));
        }
    }

    @Override
    int run(Resque resque, Console console, JobSerializer serializer) {
        String did = pauses() ? "paused" : "resumed";
        if (target == null) {
            if (pauses()) {
                resque.pauseAll();
            } else {
                resque.resumeAll();
            }
            print(console, did, "all", "** " + did + " all workers");
            return ExitStatus.OK;
        }
        return WORKER.matcher(target).matches()
                ? worker(target, did, resque, console)
                : queue(target, did, resque, console);
    }

    private int queue(String queue, String did, Resque resque, Console console) {
        boolean changed = pauses() ? resque.pauseQueue(queue) : resque.resumeQueue(queue);
        if (!changed && !pauses()) {
            print(console, did, List.of(), null);
            warn("The queue " + queue + " is not paused; 'resque queues' shows which are");
            return ExitStatus.NO;
        }
        print(console, did, List.of(queue), "** " + did + " the queue " + queue);
        if (pauses() && !resque.inspector().queues().containsKey(queue)) {
            warn("There is no queue " + queue + " yet; it is paused from its first job on");
        } else if (!pauses() && resque.inspector().pausedAll()) {
            warn("All workers of the namespace are paused, so they take no job yet; to end that: resque resume --all");
        }
        return ExitStatus.OK;
    }

    private int worker(String id, String did, Resque resque, Console console) {
        Optional<List<String>> told = pauses()
                ? resque.registeredWorkers().pause(id)
                : resque.registeredWorkers().resume(id);
        if (told.isEmpty()) {
            print(console, did, List.of(), null);
            warn("There is no worker " + id + "; 'resque list' shows all workers");
            return ExitStatus.NO;
        }
        if (told.get().isEmpty()) {
            print(console, did, List.of(), null);
            warn("The process of the worker " + id + " has ended; 'resque workers --prune' recovers its job");
            return ExitStatus.NO;
        }
        print(console, did, told.get(), "** " + did + " " + String.join(" ", told.get()));
        if (!pauses() && resque.inspector().pausedAll()) {
            warn("All workers of the namespace are paused, so it takes no job yet; to end that: resque resume --all");
        }
        return ExitStatus.OK;
    }

    private static void print(Console console, String did, Object which, @Nullable String line) {
        if (console.isJson()) {
            console.json(Map.of(did, which));
        } else if (line != null) {
            console.line(line);
        }
    }
}
