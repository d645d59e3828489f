package io.resque.cli;

import io.resque.api.spi.JobSerializer;
import io.resque.core.Resque;
import io.resque.core.ResqueBuilder;
import io.resque.launcher.Environment;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** A command that connects to Redis. */
@Command(mixinStandardHelpOptions = true)
abstract class ResqueCommand implements Callable<Integer> {
    Environment environment = new Environment(Map.of());

    @Option(
            names = {"-r", "--redis"},
            paramLabel = "URL",
            description =
                    "redis://host:port/db, unix:///path or host:port; in place of REDIS_BACKEND, REDIS_BACKEND_DB and REDIS_URL")
    @Nullable
    String url;

    @Option(
            names = {"-N", "-n", "--namespace"},
            paramLabel = "NAME",
            description = "the prefix of all keys; otherwise as PREFIX says, or resque")
    @Nullable
    String namespace;

    @Option(names = "--json", description = "prints JSON, for programs")
    boolean json;

    @Spec
    @Nullable
    CommandSpec spec;

    @ParentCommand
    @Nullable
    TopOptions top;

    private @Nullable Progress shown;

    @Override
    public final Integer call() throws Exception {
        check();
        ResqueBuilder builder = environment.resque();
        String at = url();
        String in = namespace == null && top != null ? top.namespace : namespace;
        if (at != null) {
            builder.url(at);
        }
        if (in != null) {
            builder.namespace(in);
        }
        prepare(builder);
        CommandLine line = Objects.requireNonNull(spec).commandLine();
        Terminal terminal = Terminal.of(environment);
        try (Progress progress =
                        new Progress(line.getErr(), terminal.progress(), "Waiting for Redis: resque " + spec.name());
                Resque resque = builder.build()) {
            shown = progress;
            JobSerializer serializer = resque.serializer();
            Console console = new Console(line.getOut(), json ? serializer : null, terminal.columns(), progress);
            int status = run(resque, console, serializer);
            progress.end();
            if (looks()) {
                resque.inspector().keyFindings(queues()).forEach(finding -> warn(finding.text()));
            }
            return status;
        }
    }

    private @Nullable String url() {
        return url == null && top != null ? top.url : url;
    }

    /** Whether an option says where Redis is. */
    final boolean isToldWhere() {
        return url() != null;
    }

    /** Refuses by {@link #mistake} what the command line says, before anything is connected. */
    void check() {}

    /** A mistake on the command line. */
    final ParameterException mistake(String sentence) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), sentence);
    }

    /** Gets the settings before they are used. */
    void prepare(ResqueBuilder builder) {}

    /** Whether the command shows content of Redis, so that it must also name keys of the wrong type. */
    boolean looks() {
        return false;
    }

    /** The queues that the command line names, announced or not. */
    String[] queues() {
        return new String[0];
    }

    /** Prints a line on standard error. */
    final void warn(String text) {
        if (shown != null) {
            shown.end();
        }
        Objects.requireNonNull(spec).commandLine().getErr().println(Console.clean(text));
    }

    /** Runs the command. Returns its {@link ExitStatus}. */
    abstract int run(Resque resque, Console console, JobSerializer serializer) throws Exception;
}
