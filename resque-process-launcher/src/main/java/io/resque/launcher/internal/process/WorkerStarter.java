package io.resque.launcher.internal.process;

import io.resque.launcher.internal.pool.JavaOptions;
import io.resque.launcher.internal.support.OwnVariables;
import io.resque.launcher.internal.support.ProcessTitle;
import io.resque.launcher.internal.support.PublicNames;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Starts worker processes with the Java options, variables and numbers that each of them must have. */
final class WorkerStarter {
    private final WorkerSettings settings;
    private final boolean holdsOptions;
    private final List<String> ownOptions = ManagementFactory.getRuntimeMXBean().getInputArguments();
    private final List<String> workerOptions;

    /** For workers with these settings, whatever their queues. */
    WorkerStarter(WorkerSettings settings) {
        this.settings = settings;
        this.holdsOptions = settings.role.holdsOptions();
        this.workerOptions = holdsOptions
                ? EnvironmentReader.words(System.getenv().getOrDefault("RESQUE_JAVA_OPTS", ""))
                : List.of();
    }

    /**
     * Starts a worker.
     *
     * @param isOnly whether no other worker has the options that only one JVM can have
     */
    CrewProcess start(Crew crew, boolean isOnly, int failures, int number) throws IOException {
        // Without held options this JVM was started with the operator's options itself, and has what only one can have.
        boolean isFirst = holdsOptions && isOnly;
        List<String> options = new ArrayList<>(ownOptions);
        options.addAll(workerOptions);
        List<String> command = new ArrayList<>();
        command.add(new File(System.getProperty("java.home"), "bin/java").getPath());
        command.addAll(isFirst ? options : JavaOptions.forMany(options));
        command.addAll(List.of(
                "-D" + ProcessRole.SUPERVISED + "=true",
                "-cp",
                System.getProperty("java.class.path"),
                PublicNames.WORKER_PROCESS,
                ProcessTitle.PREFIX + crew.queues));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        Map<String, String> environment = builder.environment();
        JavaOptions.giveBack(ProcessRole.HELD, environment);
        if (!isFirst) {
            JavaOptions.keepForMany(environment);
        }
        environment.remove(OwnVariables.LAUNCHER);
        environment.put(
                OwnVariables.SUPERVISOR, Long.toString(ProcessHandle.current().pid()));
        environment.putAll(crew.variables);
        settings.giveOwn(number, environment);
        return new CrewProcess(builder.start(), crew, isFirst, failures, number);
    }

    /** The operator's options that only one JVM can have, without values. */
    List<String> optionsForOne() {
        Map<String, String> variables = new HashMap<>(System.getenv());
        JavaOptions.giveBack(ProcessRole.HELD, variables);
        List<String> options = JavaOptions.of(variables);
        options.addAll(holdsOptions ? workerOptions : ownOptions);
        return JavaOptions.namesForOne(options);
    }

    /** Whether the first worker has these options; otherwise this JVM has them, and no worker. */
    boolean givesThemToTheFirst() {
        return holdsOptions;
    }
}
