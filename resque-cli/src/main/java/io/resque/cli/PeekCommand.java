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

@Command(
        name = "peek",
        description =
                "Shows the payloads that wait on a queue, the next one first. Long payloads are cut. With --json they are whole, and"
                        + " together they have 16 MB at most.")
final class PeekCommand extends ResqueCommand {
    /** So many characters of a payload are shown. */
    private static final int MOST = 10_000;

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
    boolean looks() {
        return true;
    }

    @Override
    String[] queues() {
        return new String[] {queue};
    }

    @Override
    int run(Resque resque, Console console, JobSerializer serializer) {
        List<String> payloads = new ArrayList<>();
        int shown = 0;
        List<QueuedJob> page;
        do { // a page of large jobs is shorter
            page = resque.inspector().peek(queue, offset + shown, limit - shown);
            for (QueuedJob job : page) {
                String text = new String(job.raw(), StandardCharsets.UTF_8);
                if (console.isJson()) {
                    payloads.add(text);
                } else {
                    console.line(cut(text));
                }
            }
            shown += page.size();
        } while (!page.isEmpty() && shown < limit && !console.isJson());
        if (console.isJson()) {
            console.json(payloads);
        }
        return shown == 0 ? ExitStatus.NO : ExitStatus.OK;
    }

    private static String cut(String text) {
        return text.length() <= MOST
                ? text
                : text.substring(0, MOST) + "… (" + (text.length() - MOST) + " more characters)";
    }
}
