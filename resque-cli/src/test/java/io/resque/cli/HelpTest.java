package io.resque.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.resque.launcher.Environment;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What each command says of itself. */
class HelpTest {
    private static final Pattern NAME = Pattern.compile("`([A-Z][A-Z_]+)`");

    private String out = "";
    private String err = "";

    private int run(String... args) {
        return run(Map.of(), args);
    }

    private int run(Map<String, String> environment, String... args) {
        StringWriter printed = new StringWriter();
        StringWriter errors = new StringWriter();
        int status = Main.run(
                new Environment(environment), new PrintWriter(printed, true), new PrintWriter(errors, true), args);
        out = printed.toString();
        err = errors.toString();
        return status;
    }

    private static Stream<CommandSpec> commands() {
        return Main.commands(new Environment(Map.of())).getSubcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .filter(command -> !command.usageMessage().hidden());
    }

    @Test
    void theHelpOfAllNamesEachCommandInAGroupWithAnExample() {
        assertThat(run("help")).isZero();
        commands().forEach(command -> {
            assertThat(out.lines()).anyMatch(line -> line.startsWith("  " + command.name() + " "));
            assertThat(HelpPages.example(command)).contains("resque " + command.name());
            assertThat(out.replaceAll("\\s+", " "))
                    .contains(HelpPages.example(command).replaceAll("\\s+", " "));
        });
        assertThat(out).contains("Jobs and queues:", "Workers:", "Failures:", "Exit status:");
        assertThat(err).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void eachHelpFitsItsWidthAndNamesVariablesAndAnExample(CommandSpec command) {
        for (int width : new int[] {60, 80}) {
            assertThat(run(Map.of("COLUMNS", Integer.toString(width)), command.name(), "--help"))
                    .isZero();
            assertThat(out.lines().filter(line -> !line.contains("resque ") && !line.contains("://")))
                    .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(width));
        }
        assertThat(out.split("\\s+"))
                .as("no word is broken")
                .contains(Stream.of(command.usageMessage().description()[0].split("\\s+"))
                        .filter(word -> word.matches("[A-Za-z]+[.,:;]?"))
                        .toArray(String[]::new));
        assertThat(out).contains("Example").doesNotContain("\u001b");
        if (command.userObject() instanceof ResqueCommand) {
            assertThat(out).containsOnlyOnce("Environment:").contains("REDIS_URL", "PREFIX");
        }
    }

    /** Examples of commands can be read; those of work and pool begin with variables. */
    @ParameterizedTest
    @MethodSource("commands")
    void theExamplesCanBeRead(CommandSpec command) {
        for (String footer : command.usageMessage().footer()) {
            if (!footer.strip().startsWith("resque ")) {
                continue;
            }
            String[] words = footer.strip().replace("'", "").split(" ");
            assertThatCode(() -> Main.commands(new Environment(Map.of()))
                            .parseArgs(Arrays.copyOfRange(words, 1, words.length)))
                    .as(footer)
                    .doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"help", "version", "--help", "-h", "--version", "-V", "work --help", "help work", "list -V"})
    void whatANewcomerTriesIsAnswered(String line) {
        assertThat(run(line.split(" "))).as(err).isZero();
        assertThat(out).isNotBlank();
        assertThat(err).isEmpty();
    }

    /** The table of operations.md is the home of these facts. */
    @Test
    void theVariablesAreThoseOfTheDocuments() throws IOException {
        TreeSet<String> documented = new TreeSet<>();
        Files.readString(Path.of("../docs/operations.md"))
                .lines()
                .dropWhile(line -> !line.startsWith("| Variable"))
                .takeWhile(line -> line.startsWith("|"))
                .forEach(line ->
                        NAME.matcher(line.split("\\|")[1]).results().forEach(name -> documented.add(name.group(1))));
        TreeSet<String> shown = new TreeSet<>();
        Stream.of(Variable.OF_ALL, Variable.OF_WORKERS, Variable.OF_SCHEDULERS, Variable.OF_POOLS)
                .flatMap(List::stream)
                .forEach(variable -> shown.addAll(List.of(variable.names().split(", "))));
        assertThat(shown).isEqualTo(documented).hasSizeGreaterThan(40);
    }

    @Test
    void anOptionHasOneNameAndOneMeaningInAllCommands() {
        Map<String, String> meanings = new TreeMap<>();
        commands().forEach(command -> {
            for (OptionSpec option : command.options()) {
                assertThat(option.longestName()).matches("--[a-z]+(-[a-z]+)*");
                assertThat(option.hidden()
                                || option.arity().max() == 0
                                || option.paramLabel().matches("[A-Z]+"))
                        .as("%s %s", command.name(), option.paramLabel())
                        .isTrue();
                if (List.of("--redis", "--namespace", "--json", "--limit", "--help")
                        .contains(option.longestName())) {
                    String names = String.join(" ", option.names());
                    assertThat(meanings.merge(option.longestName(), names, (a, b) -> a))
                            .isEqualTo(names);
                }
            }
        });
        assertThat(meanings).hasSize(5);
    }

    @Test
    void coloursAreForATerminalAndNeverWithNoColor() {
        System.setProperty("resque.terminal", "err,out");
        try {
            assertThat(run(Map.of("TERM", "xterm"), "--help")).isZero();
            assertThat(out).contains("\u001b[");
            run(Map.of("TERM", "xterm", "NO_COLOR", "1"), "--help");
            assertThat(out).doesNotContain("\u001b");
            run(Map.of("TERM", "dumb"), "--help");
            assertThat(out).doesNotContain("\u001b");
        } finally {
            System.clearProperty("resque.terminal");
        }
        run(Map.of("TERM", "xterm", "CLICOLOR_FORCE", "1"), "--help");
        assertThat(out).doesNotContain("\u001b");
    }

    @Test
    void manPagesAndCompletionAreMadeOfTheHelp(@TempDir Path folder) throws IOException {
        assertThat(run("help-files", folder.toString())).as(err).isZero();
        String page = Files.readString(folder.resolve("man/man1/resque-failed.1"));
        assertThat(page)
                .startsWith(".TH \"RESQUE\\-FAILED\" 1\n.SH NAME\nresque\\-failed \\- Lists, retries or removes")
                .contains(".SH SYNOPSIS", "\\fB\\-\\-limit=NUMBER\\fR", "REDIS_URL", ".SH EXAMPLES");
        assertThat(Files.readString(folder.resolve("man/man1/resque.1")))
                .contains(".SH \"JOBS AND QUEUES\"", "remove\\-queue", ".SH \"EXIT STATUS\"");
        assertThat(Files.readString(folder.resolve("bash-completion/completions/resque")))
                .contains("complete -F", "remove-queue", "--retried", "--no-retried", "\"retry\"", "\"reschedule\"");
        try (Stream<Path> pages = Files.list(folder.resolve("man/man1"))) {
            assertThat(pages).hasSize((int) commands().count() + 1);
        }
    }
}
