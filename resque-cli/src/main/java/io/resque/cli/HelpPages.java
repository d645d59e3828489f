package io.resque.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;
import picocli.CommandLine.Help.TextTable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The help of all commands: in groups, each with an example and its variables. The man pages show the same. */
final class HelpPages {
    private static final String VARIABLES = "variables";
    private static final int NAMES = 22;

    private static final Map<String, List<String>> GROUPS = new LinkedHashMap<>();

    static {
        GROUPS.put("Run jobs", List.of("work", "pool", "scheduler"));
        GROUPS.put(
                "Jobs and queues",
                List.of("enqueue", "status", "queues", "limits", "peek", "dequeue", "remove-queue", "locks"));
        GROUPS.put("Delayed and recurring jobs", List.of("delayed", "retry", "schedule"));
        GROUPS.put("Workers", List.of("workers", "list", "pause", "resume", "remove", "kill"));
        GROUPS.put("Failures", List.of("failed"));
        GROUPS.put("Overview", List.of("stats", "doctor", "web", "mark"));
        GROUPS.put("This program", List.of("help", "version", "generate-completion"));
    }

    private HelpPages() {}

    /** Gives all commands their help, for a terminal. */
    static void addTo(CommandLine top, Terminal terminal) {
        dress(top, terminal);
        top.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING, help -> "");
        top.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, HelpPages::groups);
        describe(top.getSubcommands().get("help"), "Shows this help, or that of a command.", "resque help enqueue");
        describe(
                top.getSubcommands().get("generate-completion"),
                "Prints the completion of bash and zsh.",
                "source <(resque generate-completion)");
        top.getSubcommands().values().forEach(command -> dress(command, terminal));
    }

    /** For the commands that picocli brings. */
    private static void describe(CommandLine command, String description, String example) {
        command.getCommandSpec()
                .usageMessage()
                .header(new String[0])
                .description(description)
                .footer("  " + example);
    }

    private static void dress(CommandLine command, Terminal terminal) {
        UsageMessageSpec usage = command.getCommandSpec().usageMessage();
        command.getCommandSpec().versionProvider(new Main.Version());
        usage.width(terminal.helpColumns());
        command.setColorScheme(Help.defaultColorScheme(terminal.colours() ? Ansi.ON : Ansi.OFF));
        if (usage.footerHeading().isEmpty()) {
            usage.footerHeading(usage.footer().length > 1 ? "%nExamples:%n" : "%nExample:%n");
        }
        List<String> keys = new ArrayList<>(command.getHelpSectionKeys());
        if (!keys.contains(VARIABLES)) { // those of the top are passed on
            keys.add(keys.indexOf(UsageMessageSpec.SECTION_KEY_FOOTER_HEADING), VARIABLES);
            command.setHelpSectionKeys(keys);
        }
        command.getHelpSectionMap().put(VARIABLES, HelpPages::variables);
    }

    /** The variables of a command. */
    static List<Variable> variables(CommandSpec command) {
        List<Variable> variables = new ArrayList<>();
        Object user = command.userObject();
        if (user instanceof Main.Work || user instanceof PoolCommand) {
            variables.addAll(Variable.OF_WORKERS);
        }
        if (user instanceof PoolCommand) {
            variables.addAll(Variable.OF_POOLS);
        }
        if (user instanceof SchedulerCommand) {
            variables.addAll(Variable.OF_SCHEDULERS);
        }
        if (user instanceof ResqueCommand || !variables.isEmpty()) {
            variables.addAll(Variable.OF_ALL);
        }
        return variables;
    }

    private static String variables(Help help) {
        List<Variable> variables = variables(help.commandSpec());
        if (variables.isEmpty()) {
            return "";
        }
        TextTable table = table(help, 32);
        for (Variable variable : variables) {
            for (String name : variable.names().split("(?<=,) ")) {
                boolean last = variable.names().endsWith(name);
                table.addRowValues(name, last ? variable.meaning() : "");
            }
        }
        return System.lineSeparator() + "Environment:" + System.lineSeparator() + table;
    }

    /** The groups of commands; of each command the first sentence and an example. */
    private static String groups(Help help) {
        StringBuilder text = new StringBuilder();
        GROUPS.forEach((group, names) -> {
            TextTable table = table(help, NAMES);
            for (String name : names) {
                CommandSpec command = help.commandSpec().subcommands().get(name).getCommandSpec();
                table.addRowValues(name, sentence(command));
                table.addRowValues("", example(command).replace("%%", "%"));
            }
            text.append(System.lineSeparator())
                    .append(group)
                    .append(':')
                    .append(System.lineSeparator())
                    .append(table);
        });
        return text.toString();
    }

    private static TextTable table(Help help, int names) {
        int width = help.commandSpec().usageMessage().width();
        TextTable table = TextTable.forColumns(
                help.colorScheme(), new Column(names, 2, Overflow.SPAN), new Column(width - names, 1, Overflow.WRAP));
        return table;
    }

    /** The groups of commands, in the order of the help. */
    static Map<String, List<String>> groups() {
        return GROUPS;
    }

    static String sentence(CommandSpec command) {
        String[] description = command.usageMessage().description();
        return description.length == 0
                ? ""
                : description[0].replaceFirst("(?<=[.:]) .*", "").replaceFirst(":$", ".");
    }

    /** The first example of a command. */
    static String example(CommandSpec command) {
        return command.usageMessage().footer()[0].strip();
    }
}
