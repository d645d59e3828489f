package io.resque.cli;

import io.resque.api.ConfigurationException;
import io.resque.api.FailedJob;
import io.resque.api.FailureFilter;
import io.resque.api.spi.JobSerializer;
import io.resque.core.FailedJobs;
import io.resque.core.Resque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "failed", description = "Lists, retries or removes the failures that match the options, or clears all.")
final class FailedCommand extends ResqueCommand {
    private enum Action {
        list,
        retry,
        remove,
        clear
    }

    @Parameters(
            arity = "0..1",
            paramLabel = "ACTION",
            description = "${COMPLETION-CANDIDATES}; list if none is named",
            defaultValue = "list")
    private Action action = Action.list;

    @Option(names = "--class", description = "failures of jobs of this class")
    private @Nullable String jobClass;

    @Option(names = "--queue", description = "failures of jobs of this queue")
    private @Nullable String queue;

    @Option(names = "--exception", description = "failures by an exception of this class")
    private @Nullable String exception;

    @Option(
            names = "--retried",
            description = "failures that were retried already, or with --no-retried were not",
            negatable = true)
    private @Nullable Boolean retried;

    @Option(names = "--all", description = "retries or removes all failures")
    private boolean all;

    @Option(names = "--offset", description = "how many of the newest to leave out", defaultValue = "0")
    private long offset;

    @Option(
            names = "--limit",
            description = "how many to list at most, ${DEFAULT-VALUE} if not given",
            defaultValue = "20")
    private int limit;

    @Override
    boolean looks() {
        return true;
    }

    @Override
    int run(Resque resque, Console console, JobSerializer serializer) {
        FailureFilter filter = filter();
        boolean everything = filter.isUnconditional();
        if (action == Action.list) {
            list(console, resque.failures(), filter);
            return ExitStatus.OK;
        }
        if (everything && !all && action != Action.clear) {
            throw new ConfigurationException("Say which failures to " + action
                    + ", by --class, --queue, --exception or --retried, or say --all for every one");
        }
        if (!everything && action == Action.clear) {
            throw new ConfigurationException("clear removes every failure; with a filter use: failed remove");
        }
        long changed = switch (action) {
            case retry -> resque.failures().retryAll(filter);
            case remove -> resque.failures().removeAll(filter);
            default -> resque.failures().clear();
        };
        if (console.isJson()) {
            console.json(Map.of(action == Action.retry ? "retried" : "removed", changed));
        } else {
            console.line((action == Action.retry ? "Retried " : "Removed ")
                    + changed
                    + (changed == 1 ? " failure" : " failures"));
        }
        return changed == 0 ? ExitStatus.NO : ExitStatus.OK;
    }

    private FailureFilter filter() {
        FailureFilter filter = FailureFilter.all();
        if (jobClass != null) {
            filter = filter.jobClass(jobClass);
        }
        if (queue != null) {
            filter = filter.queue(queue);
        }
        if (exception != null) {
            filter = filter.exception(exception);
        }
        return retried == null ? filter : filter.retried(retried);
    }

    private void list(Console console, FailedJobs failures, FailureFilter filter) {
        if (console.isJson()) {
            console.json(failures.newest(filter, offset, limit).stream()
                    .map(FailedCommand::tree)
                    .toList());
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("FAILED AT", "QUEUE", "CLASS", "EXCEPTION", "ERROR"));
        List<FailedJob> page;
        do { // a page of large records is shorter
            int shown = rows.size() - 1;
            page = failures.newest(filter, offset + shown, limit - shown);
            page.forEach(failure -> rows.add(row(failure)));
        } while (!page.isEmpty() && rows.size() <= limit);
        console.table(rows);
    }

    private static List<String> row(FailedJob failure) {
        return List.of(
                failure.failedAtText(),
                failure.queue(),
                failure.jobClass(),
                failure.exception(),
                failure.error()
                        + failure.retriedAtText()
                                .map(at -> " (retried " + at + ")")
                                .orElse(""));
    }

    private static Map<String, @Nullable Object> tree(FailedJob failure) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("failed_at", failure.failedAtText());
        tree.put("queue", failure.queue());
        tree.put("class", failure.jobClass());
        tree.put("args", failure.args());
        tree.put("metadata", failure.metadata());
        tree.put("exception", failure.exception());
        tree.put("error", failure.error());
        tree.put("backtrace", failure.backtrace());
        tree.put("worker", failure.worker());
        tree.put("retried_at", failure.retriedAtText().orElse(null));
        return tree;
    }
}
