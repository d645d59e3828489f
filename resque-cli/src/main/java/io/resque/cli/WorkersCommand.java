package io.resque.cli;

import io.resque.api.WorkerInfo;
import io.resque.api.spi.JobSerializer;
import io.resque.core.Resque;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "workers",
        description = "Lists the workers of all languages, and their jobs.",
        footer = {"  resque workers", "  resque workers --prune"})
final class WorkersCommand extends ResqueCommand {
    @Option(
            names = "--prune",
            description =
                    "first recovers dead workers: their jobs are recorded as failed; the status is 1 if one cannot be recovered")
    private boolean prune;

    @Override
    boolean looks() {
        return true;
    }

    @Override
    int run(Resque resque, Console console, JobSerializer serializer) {
        int status = prune ? prune(resque, console) : ExitStatus.OK;
        List<WorkerInfo> workers = resque.inspector().workers();
        if (console.isJson()) {
            console.json(workers.stream().map(WorkersCommand::tree).toList());
            return status;
        }
        Table table = Table.of("WORKER", "STATE", "JOB", "DONE", "FAILED", "HEARTBEAT");
        for (WorkerInfo worker : workers) {
            table.row(
                    worker.id(),
                    worker.state().name().toLowerCase(Locale.ROOT),
                    worker.job()
                            .map(job -> job.jobClass() + " of " + job.queue())
                            .orElse("-"),
                    Long.toString(worker.processed()),
                    Long.toString(worker.failed()),
                    worker.silence().map(WorkersCommand::ago).orElse("-"));
        }
        console.table(table);
        return status;
    }

    private int prune(Resque resque, Console console) {
        console.does(() -> "Recovering dead workers");
        List<String> recovered = resque.recoverDeadWorkers();
        if (!console.isJson()) {
            recovered.forEach(id -> console.line("Pruned " + id));
        }
        List<String> left = resque.inspector().deadWorkers();
        left.forEach(id ->
                warn("The dead worker " + id + " could not be recovered: Redis refused it, as the log says, or another"
                        + " program prunes at this moment; 'resque doctor' shows what is wrong"));
        return left.isEmpty() ? ExitStatus.OK : ExitStatus.NO;
    }

    private static String ago(Duration silence) {
        return Math.max(0, silence.toSeconds()) + " s ago";
    }

    static Map<String, @Nullable Object> tree(WorkerInfo worker) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("id", worker.id());
        tree.put("queues", worker.queues());
        tree.put("state", worker.state().toString());
        tree.put("queue", worker.job().map(job -> job.queue()).orElse(null));
        tree.put("class", worker.job().map(job -> job.jobClass()).orElse(null));
        tree.put("run_at", worker.runAt().map(Object::toString).orElse(null));
        tree.put("processed", worker.processed());
        tree.put("failed", worker.failed());
        tree.put("heartbeat", worker.heartbeatAt().map(Object::toString).orElse(null));
        tree.put("life", worker.life().toString());
        return tree;
    }
}
