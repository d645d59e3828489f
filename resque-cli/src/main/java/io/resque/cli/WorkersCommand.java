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
                    "first recovers dead workers: their jobs are recorded as failed, or with REQUEUE_AFTER_WORKER_DEATH go back to their queues; the status is 1 if one cannot be recovered")
    private boolean prune;

    @Override
    boolean looks() {
        return true;
    }

    @Override
    int run(Resque resque, Console console, JobSerializer serializer) {
        List<String> pruned = prune ? prune(resque, console) : List.of();
        int status = prune ? left(resque) : ExitStatus.OK;
        List<WorkerInfo> workers = resque.inspector().workers();
        if (console.isJson()) {
            List<?> trees = workers.stream().map(WorkersCommand::tree).toList();
            console.json(prune ? tree(pruned, trees) : trees);
            return status;
        }
        Table table = Table.of("WORKER", "STATE", "JOB", "DONE", "FAILED", "HEARTBEAT");
        for (WorkerInfo worker : workers) {
            table.row(
                    worker.id(),
                    worker.state().name().toLowerCase(Locale.ROOT),
                    worker.job()
                            .map(job -> job.innerClass() + " of " + job.queue())
                            .orElse("-"),
                    Long.toString(worker.processed()),
                    Long.toString(worker.failed()),
                    worker.silence().map(WorkersCommand::ago).orElse("-"));
        }
        console.table(table);
        return status;
    }

    private static List<String> prune(Resque resque, Console console) {
        console.does(() -> "Recovering dead workers");
        List<String> recovered = resque.recoverDeadWorkers();
        if (!console.isJson()) {
            recovered.forEach(id -> console.line("Pruned " + id));
        }
        return recovered;
    }

    /** Warns of each dead worker that is still there. */
    private int left(Resque resque) {
        List<String> left = resque.inspector().deadWorkers();
        left.forEach(id ->
                warn("The dead worker " + id + " could not be recovered: Redis refused it, as the log says, or another"
                        + " program prunes at this moment; 'resque doctor' shows what is wrong"));
        return left.isEmpty() ? ExitStatus.OK : ExitStatus.NO;
    }

    private static String ago(Duration silence) {
        return Math.max(0, silence.toSeconds()) + " s ago";
    }

    private static Map<String, Object> tree(List<String> pruned, List<?> workers) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("pruned", pruned);
        tree.put("workers", workers);
        return tree;
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
        tree.put("heartbeat_at", worker.heartbeatAt().map(Object::toString).orElse(null));
        tree.put("life", worker.life().toString());
        return tree;
    }
}
