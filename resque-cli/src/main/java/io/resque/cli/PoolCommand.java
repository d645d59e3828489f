package io.resque.cli;

import io.resque.api.ConfigurationException;
import io.resque.launcher.Environment;
import io.resque.launcher.WorkerPool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "pool",
        mixinStandardHelpOptions = true,
        description = "Runs workers for the lists of queues in a file of resque-pool; docs/operations.md says more.",
        footer = {
            "  resque pool --config resque-pool.yml",
            "  APP_INCLUDE=com.acme.MyJobs CLASSPATH=/opt/acme/jobs.jar resque pool"
        })
final class PoolCommand implements Callable<Integer> {
    private static final List<String> FILES = List.of("resque-pool.yml", "config/resque-pool.yml");
    private static final List<String> ENVIRONMENTS = List.of("RACK_ENV", "RAILS_ENV", "RESQUE_ENV");

    private final Environment environment;

    @ParentCommand
    private @Nullable TopOptions top;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "the file; otherwise RESQUE_POOL_CONFIG, resque-pool.yml or config/resque-pool.yml")
    private @Nullable String config;

    @Option(
            names = {"-E", "--environment"},
            paramLabel = "NAME",
            description =
                    "the environment whose lists win over the others; otherwise RACK_ENV, RAILS_ENV or RESQUE_ENV")
    private @Nullable String name;

    @Option(
            names = {"-a", "--appname"},
            paramLabel = "NAME",
            description = "the name in the title of the process; otherwise the name of the folder")
    private @Nullable String application;

    @Option(
            names = "--process-each",
            description = "a list of n becomes n worker processes, not one process with n jobs at once")
    private boolean processEach;

    @Option(
            names = "--term-graceful-wait",
            description = "at TERM the pool leaves when all jobs have ended, as at QUIT")
    private boolean termWaits;

    @Option(
            names = "--term-graceful",
            description = "at TERM the pool leaves at once, and each worker after its jobs, as at INT")
    private boolean termLeaves;

    @Option(names = "--term-immediate", description = "at TERM all workers end at once; this is the default")
    private boolean termEnds;

    @Option(
            names = {"-d", "--daemon", "-p", "--pidfile", "-o", "--stdout", "-e", "--stderr"},
            arity = "0..1",
            hidden = true)
    private @Nullable String shells;

    PoolCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        Objects.requireNonNull(top).refuse();
        if (shells != null) {
            throw new ConfigurationException(
                    "There are no --daemon, --pidfile, --stdout and --stderr; set BACKGROUND=1 and"
                            + " PIDFILE=…, and send the output to a file by > and 2>");
        }
        if ((termWaits ? 1 : 0) + (termLeaves ? 1 : 0) + (termEnds ? 1 : 0) > 1) {
            throw new ConfigurationException(
                    "TERM can do one thing only; give one of --term-graceful-wait, --term-graceful, --term-immediate");
        }
        WorkerPool pool = new WorkerPool(environment, new PoolFile(file(), environmentName()));
        if (name != null) {
            ENVIRONMENTS.forEach(variable -> pool.variable(variable, name));
        }
        pool.name(application == null ? folder() : application);
        if (processEach) {
            pool.processEach();
        }
        if (termWaits) {
            pool.termWaits();
        }
        if (termLeaves) {
            pool.termLeaves();
        }
        return pool.run();
    }

    private Path file() {
        if (config != null) {
            return Path.of(config);
        }
        return environment
                .variable("RESQUE_POOL_CONFIG")
                .or(() -> FILES.stream()
                        .filter(each -> Files.exists(Path.of(each)))
                        .findFirst())
                .map(Path::of)
                .orElseThrow(() -> new ConfigurationException("There is no " + String.join(" and no ", FILES)
                        + " here; name the pool file: resque pool --config FILE"));
    }

    private @Nullable String environmentName() {
        if (name != null) {
            return name;
        }
        return ENVIRONMENTS.stream()
                .flatMap(variable -> environment.variable(variable).stream())
                .findFirst()
                .orElse(null);
    }

    private static String folder() {
        Path last = Path.of("").toAbsolutePath().getFileName();
        return last == null ? "" : last.toString();
    }
}
