package io.resque.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What the build of the distribution runs. */
@Command(
        name = "help-files",
        hidden = true,
        mixinStandardHelpOptions = true,
        description =
                "Writes man pages and the completion of bash into a folder: man/man1 and bash-completion/completions.",
        footer = "  resque help-files share")
final class HelpFilesCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FOLDER")
    private Path folder = Path.of("");

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        CommandLine top = Objects.requireNonNull(spec).commandLine().getParent();
        Path pages = Files.createDirectories(folder.resolve("man/man1"));
        Path completions = Files.createDirectories(folder.resolve("bash-completion/completions"));
        String name = top.getCommandName();
        Files.writeString(pages.resolve(name + ".1"), ManPage.of(top));
        for (CommandLine command : top.getSubcommands().values()) {
            if (!command.getCommandSpec().usageMessage().hidden()) {
                Files.writeString(pages.resolve(name + "-" + command.getCommandName() + ".1"), ManPage.of(command));
            }
        }
        Files.writeString(completions.resolve(name), AutoComplete.bash(name, top));
        return ExitStatus.OK;
    }
}
