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
import picocli.CommandLine.Spec;

/** A command that needs Redis. */
@Command(mixinStandardHelpOptions = true)
abstract class ResqueCommand implements Callable<Integer> {
    Environment environment = new Environment(Map.of());

    @Option(
            names = {"-r", "--redis"},
            paramLabel = "URL",
            description =
                    "redis://host:port/db or host:port; in place of REDIS_BACKEND, REDIS_BACKEND_DB and REDIS_URL")
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

    @Override
    public final Integer call() throws Exception {
        ResqueBuilder builder = environment.resque();
        if (url != null) {
            builder.url(url);
        }
        if (namespace != null) {
            builder.namespace(namespace);
        }
        PrintWriter out = spec == null
                ? new PrintWriter(System.out, true)
                : spec.commandLine().getOut();
        try (Resque resque = builder.build()) {
            JobSerializer serializer = resque.serializer();
            return run(resque, new Console(out, json ? serializer : null), serializer);
        }
    }

    /** Does it; the result is the exit status. */
    abstract int run(Resque resque, Console console, JobSerializer serializer) throws Exception;
}
