package io.resque.cli;

import io.resque.launcher.Environment;
import io.resque.launcher.SchedulerProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

@Command(
        name = "scheduler",
        mixinStandardHelpOptions = true,
        description = {
            "Runs a scheduler without a worker: it puts delayed and recurring jobs onto their queues when they are due.",
            "Each worker does so, too, unless SCHEDULER=false forbids it; any number of them can run. It takes no options: set REDIS_URL"
                    + " and PREFIX in place of --redis and --namespace. docs/operations.md says more."
        },
        footer = {"  resque scheduler", "  RESQUE_HTTP=9447 BACKGROUND=1 resque scheduler"})
final class SchedulerCommand implements Callable<Integer> {
    private final Environment environment;

    @ParentCommand
    private @Nullable TopOptions top;

    @Unmatched
    private List<String> given = new ArrayList<>();

    @Spec
    private @Nullable CommandSpec spec;

    SchedulerCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        TopOptions before = Objects.requireNonNull(top);
        if (!given.isEmpty() || before.url != null || before.namespace != null) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    "A scheduler takes no options"
                            + (given.isEmpty() ? "" : ", but was given " + Numbers.shown(given.get(0)))
                            + ": set REDIS_URL and PREFIX in place of --redis and --namespace");
        }
        return SchedulerProcess.run(environment);
    }
}
