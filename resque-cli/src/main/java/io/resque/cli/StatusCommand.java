package io.resque.cli;

import io.resque.api.JobState;
import io.resque.api.JobStatus;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.WireTimes;
import io.resque.core.Resque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "status",
        description = "Shows the status of a tracked job.",
        footer = "  resque status 087df5819a790ac666c9608e2234b21e --follow")
final class StatusCommand extends ResqueCommand {
    @Parameters(paramLabel = "TOKEN", description = "as enqueue --track printed it")
    private String token = "";

    @Option(
            names = {"-f", "--follow"},
            description = "waits for the end of the job, and prints each change")
    private boolean follow;

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
        if (!console.isJson()) {
            Object result = status.result();
            console.line(
                    "Status of " + token + " is: " + status.state() + (result == null ? "" : ", result " + result));
            return;
        }
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("token", token);
        tree.put("status", status.state().toString());
        tree.put("updated_at", status.updatedAt().toString());
        tree.put("queued_at", status.queuedAt().map(Object::toString).orElse(null));
        tree.put("result", status.result());
        console.json(tree);
    }
}
