package io.resque.cli;

import io.resque.api.BackendException;
import io.resque.api.ConfigurationException;
import io.resque.api.ResqueException;
import io.resque.launcher.Environment;
import io.resque.launcher.WorkerProcess;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Unmatched;

/** What {@code bin/resque} runs: the worker, or a command. */
@Command(
        name = "resque",
        description = "Runs jobs, or looks at queues, workers and failures. Without a command: work.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        subcommands = {
            Main.Work.class,
            PoolCommand.class,
            EnqueueCommand.class,
            StatusCommand.class,
            QueuesCommand.class,
            PeekCommand.class,
            DequeueCommand.class,
            WorkersCommand.class,
            ListCommand.class,
            RemoveCommand.class,
            KillCommand.class,
            FailedCommand.class,
            StatsCommand.class,
            DoctorCommand.class,
            GenerateCompletion.class,
            HelpCommand.class
        },
        footerHeading = "%nExit status:%n",
        footer = {
            "  0  done; of status --follow: the job is complete",
            "  1  there is no such thing, or doctor found something",
            "  2  the command or the environment says something that cannot be done",
            "  3  Redis did not answer, or refused",
            "  4  of status --follow: the job has failed"
        })
public final class Main extends TopOptions implements Callable<Integer> {
    private final Environment environment;

    private Main(Environment environment) {
        this.environment = environment;
    }

    /**
     * Runs a command, or the worker if none is named, and ends the JVM.
     *
     * @param args as on the command line
     */
    public static void main(String[] args) {
        Environment environment = new Environment(System.getenv());
        System.exit(run(environment, utf8(FileDescriptor.out), utf8(FileDescriptor.err), args));
    }

    /** Prints in UTF-8 whatever the locale, since the text may be anything that is in Redis. */
    private static PrintWriter utf8(FileDescriptor to) {
        return new PrintWriter(new FileOutputStream(to), true, StandardCharsets.UTF_8);
    }

    static int run(Environment environment, PrintWriter out, PrintWriter err, String... args) {
        try {
            Environment.refuseLostText(args);
        } catch (ConfigurationException e) {
            err.println(Console.clean(String.valueOf(e.getMessage())));
            return ExitStatus.USAGE;
        }
        return commands(environment)
                .setOut(out)
                .setErr(err)
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    if (!(e instanceof ResqueException)) {
                        throw e;
                    }
                    boolean byOption = command.getCommand() instanceof ResqueCommand given && given.isToldWhere();
                    String message =
                            byOption ? String.valueOf(e.getMessage()) : environment.explain((ResqueException) e);
                    command.getErr().println(Console.clean(message));
                    return e instanceof BackendException ? ExitStatus.REDIS : ExitStatus.USAGE;
                })
                .execute(args);
    }

    static CommandLine commands(Environment environment) {
        return new CommandLine(new Main(environment), new Commands(environment));
    }

    @Override
    public Integer call() {
        return work();
    }

    private int work() {
        refuse();
        return WorkerProcess.run(environment);
    }

    /** Creates the commands, and gives each of them the environment. */
    private record Commands(Environment environment) implements CommandLine.IFactory {
        @Override
        public <K> K create(Class<K> type) throws Exception {
            if (type == PoolCommand.class) {
                return type.cast(new PoolCommand(environment));
            }
            K created = CommandLine.defaultFactory().create(type);
            if (created instanceof ResqueCommand command) {
                command.environment = environment;
            }
            return created;
        }
    }

    @Command(
            name = "work",
            description =
                    "Runs the worker that QUEUE and the other variables describe; see docs/operations.md. It takes no options:"
                            + " set REDIS_URL and PREFIX in place of -r and -N.",
            mixinStandardHelpOptions = true)
    static final class Work implements Callable<Integer> {
        @ParentCommand
        private @Nullable Main main;

        @Unmatched
        private List<String> given = new ArrayList<>();

        @Override
        public Integer call() {
            if (!given.isEmpty()) {
                throw new ConfigurationException(
                        "A worker takes no options, but work was given \"" + given.get(0) + "\": " + INSTEAD);
            }
            return Objects.requireNonNull(main).work();
        }
    }

    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"resque " + (version == null ? "(unpackaged)" : version)};
        }
    }
}
