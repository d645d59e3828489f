package io.resque.cli;

import io.resque.api.JobSpec;
import io.resque.api.spi.JobSerializer;
import io.resque.core.Resque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "enqueue",
        description = "Puts a job on a queue.",
        footer = {"  resque enqueue mail WelcomeMail 42 '\"Chris\"'", "  resque enqueue mail WelcomeMail 42 --track"})
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

    @Override
    int run(Resque resque, Console console, JobSerializer serializer) {
        Object[] values = Console.parse(serializer, args).toArray();
        Optional<String> token = Optional.empty();
        boolean queued;
        if (track || id != null) {
            JobSpec job = JobSpec.of(jobClass, values);
            token = resque.enqueueTracked(queue, id == null ? job : job.withId(id));
            queued = token.isPresent();
        } else {
            queued = resque.enqueue(queue, jobClass, values);
        }
        if (console.isJson()) {
            console.json(token.isPresent() ? Map.of("queued", queued, "token", token.get()) : Map.of("queued", queued));
        } else {
            console.line(token.map(text -> "Queued job " + text).orElse("Queued " + jobClass + " on " + queue));
        }
        return queued ? ExitStatus.OK : ExitStatus.NO;
    }
}
