package io.resque.cli;

import io.resque.api.LimitUse;
import io.resque.api.QueuedJob;
import io.resque.api.spi.JobSerializer;
import io.resque.core.Resque;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "limits",
        description = {
            "Lists the limits that jobs wait for, or the jobs that wait for one limit, the longest first.",
            "A job goes back to its queue when a slot is free for it."
        },
        footer = {"  resque limits", "  resque limits class:WelcomeMail --limit 5"})
final class LimitsCommand extends ResqueCommand {
    /** So many limits are shown: a limit of a key has a name for each value. */
    private static final int MOST = 1_000;

    @Parameters(arity = "0..1", paramLabel = "LIMIT", description = "the full name of a limit, as the list shows it")
    private @Nullable String limit;

    @Mixin
    private Page page = new Page();

    @Override
    boolean looks() {
        return true;
    }

    @Override
    int run(Resque resque, Console console, JobSerializer serializer) {
        return limit == null ? limits(resque, console) : jobs(resque, console, limit);
    }

    private static int limits(Resque resque, Console console) {
        List<LimitUse> uses = resque.inspector().limits(MOST).stream()
                .sorted(Comparator.comparing(LimitUse::limit))
                .toList();
        if (console.isJson()) {
            console.json(uses.stream().map(LimitsCommand::tree).toList());
            return ExitStatus.OK;
        }
        Table table = Table.of("LIMIT", "SLOTS", "RUNNING", "WAITING");
        uses.forEach(use -> table.row(
                use.limit(),
                Integer.toString(use.jobs()),
                Integer.toString(use.running()),
                Long.toString(use.waiting())));
        console.table(table);
        return ExitStatus.OK;
    }

    private static Map<String, Object> tree(LimitUse use) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("limit", use.limit());
        tree.put("slots", use.jobs());
        tree.put("running", use.running());
        tree.put("waiting", use.waiting());
        return tree;
    }

    private int jobs(Resque resque, Console console, String name) {
        List<QueuedJob> jobs = resque.inspector().limited(name, page.offset(), page.limit());
        if (console.isJson()) {
            console.json(jobs.stream().map(LimitsCommand::tree).toList());
        } else {
            Table table = Table.of("QUEUE", "PAYLOAD");
            jobs.forEach(job -> table.row(job.queue(), text(job)));
            console.table(table);
        }
        return jobs.isEmpty() ? ExitStatus.NO : ExitStatus.OK;
    }

    private static Map<String, Object> tree(QueuedJob job) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("queue", job.queue());
        tree.put("payload", text(job));
        return tree;
    }

    private static String text(QueuedJob job) {
        return new String(job.raw(), StandardCharsets.UTF_8);
    }
}
