package io.resque.launcher.cli;

import io.resque.launcher.Environment;
import io.resque.launcher.WorkerProcess;
import picocli.CommandLine.Command;

/** What {@code bin/resque} runs. */
@Command(name = "resque")
public final class Main {
    private Main() {}

    /**
     * Runs a command, or the worker if none is named.
     *
     * @param args as on the command line
     */
    public static void main(String[] args) {
        System.exit(WorkerProcess.run(new Environment(System.getenv())));
    }
}
