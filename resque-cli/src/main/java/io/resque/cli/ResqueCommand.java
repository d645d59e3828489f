package io.resque.cli;

import io.resque.api.spi.JobSerializer;
import io.resque.core.Resque;
import io.resque.core.ResqueBuilder;
import io.resque.launcher.Environment;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
            names = {"-n", "-N", "--namespace"},
            description = "the prefix of all keys; otherwise as PREFIX says, or resque")
    @Nullable
    String namespace;

    @Option(names = "--json", description = "prints JSON")
    boolean json;

    @Spec
    @Nullable
    CommandSpec spec;

    @ParentCommand
    @Nullable
    TopOptions top;

    @Override
    public final Integer call() throws Exception {
        ResqueBuilder builder = environment.resque();
        String at = url();
        String in = namespace == null && top != null ? top.namespace : namespace;
        if (at != null) {
            builder.url(at);
        }
        if (in != null) {
            builder.namespace(in);
        }
        PrintWriter out = spec == null
                ? new PrintWriter(System.out, true)
                : spec.commandLine().getOut();
        try (Resque resque = builder.build()) {
            JobSerializer serializer = resque.serializer();
            int status = run(resque, new Console(out, json ? serializer : null), serializer);
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
        PrintWriter err = spec == null
                ? new PrintWriter(System.err, true)
                : spec.commandLine().getErr();
        err.println(Console.clean(text));
    }

    /** Runs the command. Returns its {@link ExitStatus}. */
    abstract int run(Resque resque, Console console, JobSerializer serializer) throws Exception;
}
