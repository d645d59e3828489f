package io.resque.cli;

import io.resque.api.Enqueuer;
import io.resque.api.JobSpec;
import io.resque.api.spi.JobSerializer;
import io.resque.core.Resque;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "enqueue",
        description = "Puts a job on a queue, at once or later.",
        footer = {
            "  resque enqueue mail WelcomeMail 42 '\"Chris\"'",
            "  resque enqueue mail WelcomeMail 42 --track",
            "  resque enqueue mail Reminder 42 --in 2h",
            "  resque enqueue mail Reminder 42 --at 2026-12-24T08:00:00Z"
        })
final class EnqueueCommand extends ResqueCommand {
    @Parameters(index = "0", paramLabel = "QUEUE")
    private String queue = "";

    @Parameters(index = "1", paramLabel = "CLASS")
    private String jobClass = "";

    @Parameters(
            index = "2..*",
            paramLabel = "JSON",
            description = "its arguments, such as 42, '\"text\"' or '{\"a\":1}'")
    private List<String> args = List.of();

    @Option(names = "--track", description = "prints a token, by which status finds the job")
    private boolean track;

    @Option(
            names = "--id",
            paramLabel = "ID",
            description = "this token instead of a random one; refused while it has a status")
    private @Nullable String id;

    @Mixin
    private Due due = new Due();

    @Override
    void check() {
        due.check();
    }

    @Override
    int run(Resque resque, Console console, JobSerializer serializer) {
        Instant at = due.isGiven() ? due.at() : null; // may be one that enqueue refuses
        Enqueuer to = at == null ? resque : resque.at(at);
        Object[] values = Console.parse(serializer, args).toArray();
        Optional<String> token = Optional.empty();
        boolean queued;
        if (track || id != null) {
            JobSpec job = JobSpec.of(jobClass, values);
            token = to.enqueueTracked(queue, id == null ? job : job.withId(id));
            queued = token.isPresent();
        } else {
            queued = to.enqueue(queue, jobClass, values);
        }
        if (console.isJson()) {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("queued", queued);
            token.ifPresent(text -> tree.put("token", text));
            if (at != null) {
                tree.put("due_at", Due.second(at).toString());
            }
            console.json(tree);
        } else if (at == null || !Due.second(at).isAfter(Instant.now())) {
            console.line(token.map(text -> "Queued job " + text).orElse("Queued " + jobClass + " on " + queue)
                    + (at == null ? "" : ", since " + Due.second(at) + " has passed"));
        } else {
            console.line(token.map(text -> "Delayed job " + text).orElse("Delayed " + jobClass + " of " + queue)
                    + " until " + Due.second(at));
        }
        return queued ? ExitStatus.OK : ExitStatus.NO;
    }
}
