package io.resque.cli;

import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The help of a command as a man page. */
final class ManPage {
    private static final int WIDE = 10_000;

    private final CommandSpec command;
    private final StringBuilder page = new StringBuilder();

    private ManPage(CommandSpec command) {
        this.command = command;
    }

    static String of(CommandLine command) {
        return new ManPage(command.getCommandSpec()).text();
    }

    private String text() {
        UsageMessageSpec usage = command.usageMessage();
        String name = command.qualifiedName("-");
        line(".TH \"" + escaped(name.toUpperCase(Locale.ROOT)) + "\" 1");
        section("NAME");
        line(escaped(name) + " \\- " + escaped(HelpPages.sentence(command)));
        section("SYNOPSIS");
        line(escaped(synopsis()));
        section("DESCRIPTION");
        for (String paragraph : usage.description()) {
            line(".PP");
            line(escaped(plain(paragraph)));
        }
        List<PositionalParamSpec> positionals = command.positionalParameters();
        List<OptionSpec> options = command.options();
        if (positionals.stream().anyMatch(each -> !each.hidden())) {
            section("ARGUMENTS");
            positionals.forEach(each -> add(each, each.paramLabel()));
        }
        section("OPTIONS");
        for (OptionSpec option : options) {
            String label = option.arity().max() == 0 ? "" : "=" + option.paramLabel();
            add(option, String.join(", ", option.names()) + label);
        }
        if (command.parent() == null) {
            commands();
        }
        List<Variable> variables = HelpPages.variables(command);
        if (!variables.isEmpty()) {
            section("ENVIRONMENT");
            variables.forEach(variable -> item(variable.names(), variable.meaning()));
        }
        section(command.parent() == null ? "EXIT STATUS" : "EXAMPLES");
        line(".nf");
        for (String footer : usage.footer()) {
            line(escaped(plain(footer)));
        }
        line(".fi");
        if (command.parent() != null) {
            section("SEE ALSO");
            line(".BR resque (1)");
        }
        return page.toString();
    }

    /** In one line, which the reader of the page breaks. */
    private String synopsis() {
        UsageMessageSpec usage = command.usageMessage();
        int width = usage.width();
        usage.width(WIDE);
        try {
            return new CommandLine.Help(command, CommandLine.Help.defaultColorScheme(Ansi.OFF))
                    .synopsis(0)
                    .strip();
        } finally {
            usage.width(width);
        }
    }

    private void commands() {
        HelpPages.groups().forEach((group, names) -> {
            section(group.toUpperCase(Locale.ROOT));
            for (String name : names) {
                CommandSpec each = command.subcommands().get(name).getCommandSpec();
                item(name, HelpPages.sentence(each));
                line(".RS");
                line(".nf");
                line(escaped(plain(HelpPages.example(each))));
                line(".fi");
                line(".RE");
            }
        });
    }

    private void add(ArgSpec argument, String name) {
        if (!argument.hidden()) {
            item(name, String.join(" ", argument.description()));
        }
    }

    private void item(String name, String text) {
        line(".TP");
        line("\\fB" + escaped(name) + "\\fR");
        line(escaped(text));
    }

    private void section(String name) {
        line(".SH " + (name.contains(" ") ? "\"" + name + "\"" : name));
    }

    private void line(String text) {
        page.append(text).append('\n');
    }

    /** The texts of the help are formats. */
    private static String plain(String text) {
        return String.format(text);
    }

    /** A line that begins with a dot or a quote would be a command of roff; a hyphen must be one that can be copied. */
    private static String escaped(String text) {
        String escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq");
        return escaped.startsWith(".") ? "\\&" + escaped : escaped;
    }
}
