package io.resque.cli;

import io.resque.api.spi.JobSerializer;
import io.resque.core.Resque;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "mark",
        description =
                "Marks this moment in the history, such as a deploy. The charts of resque-web show it for eight days.",
        footer = "  resque mark v42")
final class MarkCommand extends ResqueCommand {
    @Parameters(paramLabel = "TEXT", description = "one line of at most 200 characters")
    private String text = "";

    @Override
    int run(Resque resque, Console console, JobSerializer serializer) {
        resque.history().mark(text);
        if (console.isJson()) {
            console.json(Map.of("marked", text.strip()));
        } else {
            console.line("Marked " + Console.clean(text.strip()));
        }
        return ExitStatus.OK;
    }
}
