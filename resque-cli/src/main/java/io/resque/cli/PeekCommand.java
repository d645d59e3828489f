package io.resque.cli;

import io.resque.api.QueuedJob;
import io.resque.api.spi.JobSerializer;
import io.resque.core.Resque;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "peek",
        description =
                "Shows the payloads that wait on a queue, the next one first. Long payloads are cut. With --json they are whole, and"
                        + " together they have 16 MB at most.",
        footer = {"  resque peek mail --limit 5", "  resque peek mail --offset 100"})
final class PeekCommand extends ResqueCommand {
    /** So many characters of a payload are shown. */
    private static final int MOST = 10_000;

    @Parameters(paramLabel = "QUEUE")
    private String queue = "";

    @Mixin
    private Page page = new Page();

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
        int limit = page.limit();
        List<QueuedJob> jobs;
        do { // a page of large jobs is shorter
            jobs = resque.inspector().peek(queue, page.offset() + shown, limit - shown);
            for (QueuedJob job : jobs) {
                String text = new String(job.raw(), StandardCharsets.UTF_8);
                if (console.isJson()) {
                    payloads.add(text);
                } else {
                    console.line(cut(text));
                }
            }
            shown += jobs.size();
        } while (!jobs.isEmpty() && shown < limit && !console.isJson());
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
