package io.resque.cli;

import io.resque.api.QueuedJob;
import io.resque.api.spi.JobSerializer;
import io.resque.core.Resque;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "peek", description = "Shows the payloads that wait on a queue, the next one first.")
final class PeekCommand extends ResqueCommand {
    @Parameters(paramLabel = "QUEUE")
    private String queue = "";

    @Option(names = "--offset", description = "how many to leave out at the head", defaultValue = "0")
    private long offset;

    @Option(
            names = "--limit",
            description = "how many to show at most, ${DEFAULT-VALUE} if not given",
            defaultValue = "10")
    private int limit;

    @Override
    int run(Resque resque, Console console, JobSerializer serializer) {
        List<String> payloads = new ArrayList<>();
        for (QueuedJob job : resque.inspector().peek(queue, offset, limit)) {
            payloads.add(new String(job.raw(), StandardCharsets.UTF_8));
        }
        if (console.isJson()) {
            console.json(payloads);
        } else {
            payloads.forEach(console::line);
        }
        return payloads.isEmpty() ? Main.NO : Main.OK;
    }
}
