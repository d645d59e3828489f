package io.resque.cli;

import io.resque.api.DelayedJob;
import io.resque.api.JobFailure;
import io.resque.api.JobMatch;
import io.resque.api.QueuedJob;
import io.resque.api.spi.JobSerializer;
import io.resque.core.DelayedJobs;
import io.resque.core.Resque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "retry",
        description = {
            "Lists jobs that failed and wait to be retried, enqueues them now, or removes them.",
            "RUN is the number of the next run: 2 for the first retry. Times are shown in UTC."
        },
        footer = {
            "  resque retry list Charge",
            "  resque retry now Charge 42",
            "  resque retry remove Charge",
        })
final class RetryCommand extends DelayedJobsCommand {
    private static final String LIST = "list";
    private static final String NOW = "now";
    private static final String REMOVE = "remove";

    /** So many characters of a failure are shown in the table. */
    private static final int MOST = 100;

    static final class Known extends ArrayList<String> {
        private static final long serialVersionUID = 1L;

        Known() {
            super(List.of(LIST, NOW, REMOVE));
        }
    }

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "ACTION",
            completionCandidates = Known.class,
            description = "${COMPLETION-CANDIDATES}; list if none is named",
            defaultValue = LIST)
    private String action = LIST;

    @Mixin
    private Page page = new Page();

    @Override
    void check() {
        if (!new Known().contains(action)) {
            throw mistake(
                    Actions.unknown("retry", action, new Known())
                            + "; to look for a class use: resque retry list CLASS, and to retry a failure: resque failed retry");
        }
        check(action, !action.equals(LIST), "");
    }

    @Override
    int run(Resque resque, Console console, JobSerializer serializer) {
        DelayedJobs retries = resque.delayed().retries();
        JobMatch match = match(serializer);
        return match == null || action.equals(LIST)
                ? list(console, retries, match, serializer)
                : change(console, retries, match);
    }

    private int change(Console console, DelayedJobs retries, JobMatch match) {
        boolean removes = action.equals(REMOVE);
        console.does(() -> (removes ? "Removing" : "Enqueueing") + " retries of " + Console.clean(match.jobClass()));
        long changed =
                removes ? retries.remove(match, match.ofActiveJob()) : retries.enqueueNow(match, match.ofActiveJob());
        if (console.isJson()) {
            console.json(Map.of(removes ? "removed" : "queued", changed));
        } else if (removes) {
            console.line("Removed " + retries(changed));
        } else {
            console.line("Put " + retries(changed) + (changed == 1 ? " onto its queue" : " onto their queues"));
        }
        return changed == 0 ? ExitStatus.NO : ExitStatus.OK;
    }

    private static String retries(long count) {
        return Console.grouped(count) + (count == 1 ? " retry" : " retries");
    }

    private int list(Console console, DelayedJobs retries, @Nullable JobMatch match, JobSerializer serializer) {
        console.does(() -> "Reading delayed jobs");
        List<DelayedJob> found = (match == null ? retries.jobs() : retries.find(match, match.ofActiveJob()))
                .skip(page.offset())
                .limit(page.limit() + 1L)
                .toList();
        boolean more = found.size() > page.limit();
        List<DelayedJob> shown = more ? found.subList(0, page.limit()) : found;
        if (console.isJson()) {
            console.json(
                    Map.of("retries", shown.stream().map(RetryCommand::tree).toList()));
            return ExitStatus.OK;
        }
        if (!shown.isEmpty()) {
            Table table = Table.of("DUE AT", "RUN", "QUEUE", "CLASS", "ARGUMENTS", "LAST FAILURE")
                    .tail(2);
            shown.forEach(job -> row(table, job, serializer));
            console.table(table);
        }
        console.line(summary(shown.size(), more));
        return ExitStatus.OK;
    }

    private String summary(int shown, boolean more) {
        String all = jobClass == null ? "" : " of " + jobClass;
        if (shown == 0) {
            return (page.offset() > 0 ? "No more retries" : "No retries") + all;
        }
        long end = page.offset() + shown;
        String range = "Retries" + all + ": " + (page.offset() + 1) + " to " + end;
        return more ? range + "; go on by --offset " + end : range;
    }

    private static void row(Table table, DelayedJob job, JobSerializer serializer) {
        QueuedJob said = job.job();
        table.row(
                job.dueAt().toString(),
                Integer.toString(job.attempt() + 1),
                said.queue(),
                said.innerClass(),
                Console.text(serializer, said.args()),
                job.lastFailure().map(RetryCommand::text).orElse(""));
    }

    private static String text(JobFailure failure) {
        String text = failure.exception() + ": " + failure.message();
        return text.length() <= MOST ? text : text.substring(0, MOST) + "…";
    }

    private static Map<String, @Nullable Object> tree(DelayedJob job) {
        Map<String, @Nullable Object> tree = DelayedCommand.tree(job);
        tree.put("run", job.attempt() + 1);
        tree.put("exception", job.lastFailure().map(JobFailure::exception).orElse(null));
        tree.put("error", job.lastFailure().map(JobFailure::message).orElse(null));
        return tree;
    }
}
