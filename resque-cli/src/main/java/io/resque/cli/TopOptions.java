package io.resque.cli;

import io.resque.api.ConfigurationException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that stand before the name of a command, as in Ruby. The same options behind the name win. */
abstract class TopOptions {
    /** What to do instead where a command takes no options. */
    static final String INSTEAD =
            "set REDIS_URL and PREFIX in place of --redis and --namespace, QUEUE for its queues, or name a command, such as"
                    + " list";

    @Option(
            names = {"-r", "--redis"},
            paramLabel = "URL",
            description = "as the same option behind the name of a command")
    @Nullable
    String url;

    @Option(
            names = {"-N", "-n", "--namespace"},
            paramLabel = "NAME",
            description = "as the same option behind the name of a command")
    @Nullable
    String namespace;

    /** For a command that takes none of these options. */
    final void refuse() {
        if (url != null || namespace != null) {
            throw new ConfigurationException("A worker takes no options: " + INSTEAD);
        }
    }
}
