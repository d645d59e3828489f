package io.resque.cli;

import io.resque.api.JobProgress;
import io.resque.api.JobState;
import io.resque.api.JobStatus;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.WireTimes;
import io.resque.core.Resque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "status",
        description = "Shows the status of a tracked job, and what the job tells of itself.",
        footer = "  resque status 087df5819a790ac666c9608e2234b21e --follow")
final class StatusCommand extends ResqueCommand {
    @Parameters(paramLabel = "TOKEN", description = "as enqueue --track printed it")
    private String token = "";

    @Option(
            names = {"-f", "--follow"},
            description = "waits for the end of the job, and prints each change")
    private boolean follow;

    /** How many lines that the job has logged are printed. */
    private long printed;

    @Override
    int run(Resque resque, Console console, JobSerializer serializer) throws InterruptedException {
        console.does(() -> "Following " + Console.clean(token));
        if (follow && !console.isJson()) {
            console.line("Tracking status of " + token + ". Press [break] to stop.");
        }
        Optional<JobStatus> status =
                follow ? resque.follow(token, WireTimes.LONGEST, seen -> print(console, seen)) : resque.status(token);
        if (status.isEmpty()) {
            if (console.isJson()) {
                console.json(null);
            } else {
                console.line("Resque is not tracking the status of this job.");
            }
            return ExitStatus.NO;
        }
        if (!follow) {
            print(console, status.get());
        }
        return follow && status.get().state() == JobState.FAILED ? ExitStatus.FAILED : ExitStatus.OK;
    }

    private void print(Console console, JobStatus status) {
        JobProgress progress = status.progress().orElse(null);
        if (!console.isJson()) {
            if (progress != null) {
                printNewLines(console, progress);
            }
            Object result = status.result();
            console.line("Status of " + token + " is: " + status.state()
                    + (progress == null ? "" : shown(progress))
                    + (result == null ? "" : ", result " + result));
            return;
        }
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("token", token);
        tree.put("status", status.state().toString());
        tree.put("updated_at", status.updatedAt().toString());
        tree.put("queued_at", status.queuedAt().map(Object::toString).orElse(null));
        tree.put("result", status.result());
        tree.put("progress", progress == null ? null : tree(progress));
        console.json(tree);
    }

    /** Lines that were printed before are left out; of a later run, which counts anew, all are printed. */
    private void printNewLines(Console console, JobProgress progress) {
        long missing = progress.logged() < printed ? progress.logged() : progress.logged() - printed;
        List<String> lines = progress.lines();
        lines.subList((int) Math.max(0, lines.size() - missing), lines.size())
                .forEach(line -> console.line("  " + line));
        printed = progress.logged();
    }

    private static String shown(JobProgress progress) {
        String of = progress.total() > 0 ? "/" + progress.total() : "";
        String numbers = progress.done() > 0 || progress.total() > 0 ? ", " + progress.done() + of : "";
        return numbers + (progress.text().isEmpty() ? "" : (numbers.isEmpty() ? ", " : " ") + progress.text());
    }

    private static Map<String, Object> tree(JobProgress progress) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("done", progress.done());
        tree.put("total", progress.total());
        tree.put("text", progress.text());
        tree.put("lines", progress.lines());
        tree.put("logged", progress.logged());
        tree.put("updated_at", progress.updatedAt().toString());
        return tree;
    }
}
