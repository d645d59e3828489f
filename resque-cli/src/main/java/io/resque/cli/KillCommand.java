package io.resque.cli;

import io.resque.api.spi.JobSerializer;
import io.resque.core.RegisteredWorkers;
import io.resque.core.Resque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "kill",
        description =
                "Kills the process of a worker on this machine and all processes that it has started, and removes the worker from Redis.",
        footer = "  resque kill web1-jvm:4711:mail")
final class KillCommand extends ResqueCommand {
    @Parameters(paramLabel = "ID", description = "as 'resque list' shows it")
    private String id = "";

    @Option(names = "--force", description = "also if the worker is a part of an application, which ends with it")
    private boolean force;

    @Override
    int run(Resque resque, Console console, JobSerializer serializer) {
        RegisteredWorkers workers = resque.registeredWorkers();
        Optional<List<String>> killed = workers.kill(id, force);
        if (killed.isEmpty()) {
            if (console.isJson()) {
                console.json(tree(false, List.of()));
            }
            warn("There is no worker " + id + "; 'resque list' shows all workers");
            return ExitStatus.NO;
        }
        List<String> ids = killed.get();
        if (!console.isJson()) {
            console.line(ids.isEmpty() ? "** worker " + id + " not running" : "** killed " + id);
        }
        List<String> removed = new ArrayList<>();
        for (String each : ids.isEmpty() ? List.of(id) : ids) {
            if (workers.remove(each, true) != RegisteredWorkers.Removal.UNKNOWN) {
                removed.add(each);
                if (!console.isJson()) {
                    console.line("** removed " + each);
                }
            }
        }
        if (console.isJson()) {
            console.json(tree(!ids.isEmpty(), removed));
        }
        return ExitStatus.OK;
    }

    private static Map<String, Object> tree(boolean killed, List<String> removed) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("killed", killed);
        tree.put("removed", removed);
        return tree;
    }
}
