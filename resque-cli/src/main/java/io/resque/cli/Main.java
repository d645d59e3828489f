package io.resque.cli;

import io.resque.api.BackendException;
import io.resque.api.ConfigurationException;
import io.resque.api.ResqueException;
import io.resque.api.spi.JsonRules;
import io.resque.launcher.Environment;
import io.resque.launcher.WorkerProcess;
import java.io.FileDescriptor;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;
import picocli.CommandLine.UnmatchedArgumentException;

/** What {@code bin/resque} runs: the worker, or a command. */
@Command(
        name = "resque",
        description = {
            "Runs jobs, or looks at queues, workers and failures. Without a command: work.",
            "'resque COMMAND --help' shows the options and variables of a command."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        subcommands = {
            Main.Work.class,
            PoolCommand.class,
            SchedulerCommand.class,
            EnqueueCommand.class,
            StatusCommand.class,
            QueuesCommand.class,
            LimitsCommand.class,
            PeekCommand.class,
            DequeueCommand.class,
            DelayedCommand.class,
            RetryCommand.class,
            RemoveQueueCommand.class,
            LocksCommand.class,
            WorkersCommand.class,
            ListCommand.class,
            PauseCommand.class,
            ResumeCommand.class,
            RemoveCommand.class,
            KillCommand.class,
            FailedCommand.class,
            ScheduleCommand.class,
            StatsCommand.class,
            MarkCommand.class,
            DoctorCommand.class,
            WebCommand.class,
            Main.VersionCommand.class,
            HelpFilesCommand.class,
            GenerateCompletion.class,
            HelpCommand.class
        },
        footerHeading = "%nExit status:%n",
        footer = {
            "  0  done; of status --follow: the job is complete",
            "  1  there is no such thing, or not all could be done;",
            "     of doctor: no job can be worked, or with --strict anything is wrong",
            "  2  the command or the environment says something that cannot be done",
            "  3  Redis did not answer, or refused",
            "  4  of status --follow: the job has failed"
        })
public final class Main extends TopOptions implements Callable<Integer> {
    /** So many names are suggested for a mistyped one. */
    private static final int MOST_SUGGESTED = 2;

    private static final String NO_COMMAND = "There is no command ";

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
        Output output = new Output(FileDescriptor.out);
        PrintWriter err = utf8(new Output(FileDescriptor.err));
        int status = run(environment, utf8(output), err, args);
        String lost = output.lost();
        if (lost != null) {
            err.println("The output could not be written: " + Console.clean(lost));
            status = status == ExitStatus.OK ? ExitStatus.NO : status;
        }
        System.exit(status);
    }

    /** Prints in UTF-8 whatever the locale, since the text may be anything that is in Redis. */
    private static PrintWriter utf8(Output to) {
        return new PrintWriter(to, true, StandardCharsets.UTF_8);
    }

    static int run(Environment environment, PrintWriter out, PrintWriter err, String... args) {
        CommandLine commands;
        try {
            Environment.refuseLostText(args);
            commands = commands(environment);
        } catch (ConfigurationException e) {
            err.println(Console.clean(String.valueOf(e.getMessage())));
            return ExitStatus.USAGE;
        }
        int status = commands.setOut(out)
                .setErr(err)
                .setParameterExceptionHandler((e, given) -> refuse(e))
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    String message = message(environment, e, command);
                    if (message == null) {
                        throw e;
                    }
                    command.getErr().println(Console.clean(message));
                    return e instanceof BackendException ? ExitStatus.REDIS : ExitStatus.USAGE;
                })
                .execute(args);
        out.flush();
        return status;
    }

    private static @Nullable String message(Environment environment, Exception e, CommandLine command) {
        if (e instanceof ResqueException failure) {
            boolean byOption = command.getCommand() instanceof ResqueCommand given && given.isToldWhere();
            return byOption ? String.valueOf(e.getMessage()) : environment.explain(failure);
        }
        return e instanceof IllegalArgumentException || e instanceof UnsupportedOperationException
                ? e.getMessage()
                : null;
    }

    static CommandLine commands(Environment environment) {
        CommandLine commands = new CommandLine(new Main(environment), new Commands(environment));
        HelpPages.addTo(commands, Terminal.of(environment));
        return commands;
    }

    /** Says what is wrong in a line, without the help, which would bury it. */
    private static int refuse(ParameterException e) {
        CommandLine command = e.getCommandLine();
        String sentence = String.valueOf(e.getMessage());
        if (e instanceof UnmatchedArgumentException unmatched) {
            sentence = unmatched(unmatched);
        } else if (sentence.startsWith("Unknown subcommand")) { // of help
            sentence = NO_COMMAND + Numbers.shown(String.valueOf(e.getValue()));
        }
        command.getErr().println(JsonRules.forLog(sentence));
        command.getErr().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'");
        return ExitStatus.USAGE;
    }

    private static String unmatched(UnmatchedArgumentException e) {
        CommandLine command = e.getCommandLine();
        String given = e.getUnmatched().get(0); // may be empty
        String name = command.getCommandSpec().qualifiedName();
        String sentence = e.isUnknownOption()
                ? name + " has no option " + Numbers.shown(given)
                : command.getParent() == null
                        ? NO_COMMAND + Numbers.shown(given)
                        : name + " takes no argument " + Numbers.shown(given) + " here";
        String meant = e.getSuggestions().stream()
                .filter(each -> e.isUnknownOption() || given.startsWith(each.substring(0, 1)))
                .filter(each -> !each.equals(given))
                .limit(MOST_SUGGESTED)
                .collect(Collectors.joining(" or "));
        return meant.isEmpty() ? sentence : sentence + "; did you mean " + meant + "?";
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
            if (type == SchedulerCommand.class) {
                return type.cast(new SchedulerCommand(environment));
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
                    "Runs the worker that QUEUE and the other variables describe. It takes no options: set REDIS_URL"
                            + " and PREFIX in place of --redis and --namespace. docs/operations.md says more.",
            mixinStandardHelpOptions = true,
            footer = {
                "  QUEUE=mail APP_INCLUDE=com.acme.MyJobs resque work",
                "  QUEUE=critical,low APP_INCLUDE=com.acme.MyJobs CLASSPATH=/opt/acme/jobs.jar resque"
            })
    static final class Work implements Callable<Integer> {
        @ParentCommand
        private @Nullable Main main;

        @Unmatched
        private List<String> given = new ArrayList<>();

        @Spec
        private @Nullable CommandSpec spec;

        @Override
        public Integer call() {
            if (!given.isEmpty()) {
                throw new ParameterException(
                        Objects.requireNonNull(spec).commandLine(),
                        "A worker takes no options, but work was given " + Numbers.shown(given.get(0)) + ": "
                                + INSTEAD);
            }
            return Objects.requireNonNull(main).work();
        }
    }

    @Command(
            name = "version",
            description = "Prints the version.",
            mixinStandardHelpOptions = true,
            footer = "  resque version")
    static final class VersionCommand implements Callable<Integer> {
        @Spec
        private @Nullable CommandSpec spec;

        @Override
        public Integer call() {
            CommandLine line = Objects.requireNonNull(spec).commandLine();
            line.getParent().printVersionHelp(line.getOut());
            return ExitStatus.OK;
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
