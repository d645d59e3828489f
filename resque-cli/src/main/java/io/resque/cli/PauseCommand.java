package io.resque.cli;

import io.resque.api.spi.JobSerializer;
import io.resque.core.Resque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "pause",
        description = {
            "Tells workers to take no more jobs: all of the namespace, or those of one process of this machine. Jobs that run go on.",
            "--all sets pause-all-workers, which workers of Ruby and Java obey. A worker gets the signal USR2."
        },
        footer = {"  resque pause --all", "  resque pause web1-jvm:4711:mail"})
class PauseCommand extends ResqueCommand {
    @Parameters(arity = "0..1", paramLabel = "ID", description = "a worker, as 'resque list' shows it")
    private @Nullable String id;

    @Option(names = "--all", description = "all workers of the namespace, on every machine")
    private boolean all;

    /** Whether this command pauses; the other lets go on. */
    boolean pauses() {
        return true;
    }

    @Override
    void check() {
        if (all == (id != null)) {
            String verb = pauses() ? "pause" : "resume";
            throw mistake("Name the worker to " + verb + ", or say --all for all workers of the namespace"
                    + (all ? ", not both" : ""));
        }
    }

    @Override
    int run(Resque resque, Console console, JobSerializer serializer) {
        String did = pauses() ? "paused" : "resumed";
        if (id == null) {
            if (pauses()) {
                resque.pauseAll();
            } else {
                resque.resumeAll();
            }
            print(console, did, "all", "** " + did + " all workers");
            return ExitStatus.OK;
        }
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
