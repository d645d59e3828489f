package io.resque.cli;

import io.resque.api.FailedJob;
import io.resque.api.FailureFilter;
import io.resque.api.spi.JobSerializer;
import io.resque.core.FailedJobs;
import io.resque.core.Resque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "failed",
        description = "Lists, retries or removes the failures that match the options, or clears all.",
        footer = {
            "  resque failed --queue mail",
            "  resque failed retry --class WelcomeMail --no-retried",
            "  resque failed remove --retried"
        })
final class FailedCommand extends ResqueCommand {
    private static final String LIST = "list";
    private static final String RETRY = "retry";
    private static final String REMOVE = "remove";
    private static final String CLEAR = "clear";

    static final class Known extends ArrayList<String> {
        private static final long serialVersionUID = 1L;

        Known() {
            super(List.of(LIST, RETRY, REMOVE, CLEAR));
        }
    }

    @Parameters(
            arity = "0..1",
            paramLabel = "ACTION",
            completionCandidates = Known.class,
            description = "${COMPLETION-CANDIDATES}; list if none is named",
            defaultValue = LIST)
    private String action = LIST;

    @Option(names = "--class", paramLabel = "CLASS", description = "failures of jobs of this class")
    private @Nullable String jobClass;

    @Option(names = "--queue", paramLabel = "QUEUE", description = "failures of jobs of this queue")
    private @Nullable String queue;

    @Option(names = "--exception", paramLabel = "CLASS", description = "failures by an exception of this class")
    private @Nullable String exception;

    @Option(names = "--retried", description = "failures that were retried already")
    private boolean retried;

    // Not the negation of the other option, which the completion would not know.
    @Option(names = "--no-retried", description = "failures that were not retried yet")
    private boolean notRetried;

    @Option(
            names = "--reset-attempts",
            description = "retry: sets the counted attempts of a job of ActiveJob back to none")
    private boolean resets;

    @Option(names = "--all", description = "retries or removes all failures")
    private boolean all;

    @Mixin
    private Page page = new Page();

    @Override
    void check() {
        if (!new Known().contains(action)) {
            throw mistake(Actions.unknown("failed", action, new Known()));
        }
        if (retried && notRetried) {
            throw mistake("--retried and --no-retried leave no failure; leave one of them out");
        }
        if (resets && !action.equals(RETRY)) {
            throw mistake("--reset-attempts belongs to retry; leave it out");
        }
        boolean everything = filter().isUnconditional();
        if (everything && !all && (action.equals(RETRY) || action.equals(REMOVE))) {
            throw mistake("Say which failures to " + action
                    + ", by --class, --queue, --exception, --retried or --no-retried, or say --all for every one");
        }
        if (!everything && action.equals(CLEAR)) {
            throw mistake("clear removes every failure; with a filter use: resque failed remove");
        }
    }

    @Override
    boolean looks() {
        return true;
    }

    @Override
    int run(Resque resque, Console console, JobSerializer serializer) {
        FailureFilter filter = filter();
        FailedJobs failures = resets ? resque.failures().resettingAttempts() : resque.failures();
        if (action.equals(LIST)) {
            list(console, failures, filter);
            return ExitStatus.OK;
        }
        String did = action.equals(RETRY) ? "Retried " : "Removed ";
        AtomicLong done = new AtomicLong();
        // To count what matches a condition all records are read, which a removal need not wait for.
        boolean isCounted = action.equals(RETRY) || filter.isUnconditional();
        long matching = isCounted ? failures.count(filter) : 0;
        String all = Console.grouped(matching);
        String of = isCounted ? " of " + all : "";
        console.does(() -> action.equals(CLEAR)
                ? "Removing all " + all + " failures"
                : did + Console.grouped(done.get()) + of + " failures");
        long changed = switch (action) {
            case RETRY -> failures.retryAll(filter, done::set);
            case REMOVE -> failures.removeAll(filter, done::set);
            default -> failures.clear();
        };
        if (console.isJson()) {
            console.json(Map.of(action.equals(RETRY) ? "retried" : "removed", changed));
        } else {
            console.line(did + Console.count(changed, "failure"));
        }
        if (action.equals(RETRY) && changed < matching) {
            warn(Console.grouped(matching - changed) + " of " + Console.grouped(matching)
                    + " failures were not retried; 'resque failed' shows them");
            return ExitStatus.NO;
        }
        return changed == 0 ? ExitStatus.NO : ExitStatus.OK;
    }

    private FailureFilter filter() {
        FailureFilter filter = FailureFilter.all();
        if (jobClass != null) {
            filter = filter.innerClass(jobClass);
        }
        if (queue != null) {
            filter = filter.queue(queue);
        }
        if (exception != null) {
            filter = filter.exception(exception);
        }
        return retried || notRetried ? filter.retried(retried) : filter;
    }

    private void list(Console console, FailedJobs failures, FailureFilter filter) {
        console.does(() -> "Reading failures");
        if (console.isJson()) {
            console.json(failures.newest(filter, page.offset(), page.limit()).stream()
                    .map(FailedCommand::tree)
                    .toList());
            return;
        }
        Table table =
                Table.of("FAILED AT", "QUEUE", "CLASS", "EXCEPTION", "ERROR").tail(3);
        List<FailedJob> found;
        int shown = 0;
        do { // a page of large records is shorter
            found = failures.newest(filter, page.offset() + shown, page.limit() - shown);
            found.forEach(failure -> row(table, failure));
            shown += found.size();
        } while (!found.isEmpty() && shown < page.limit());
        console.table(table);
    }

    private static void row(Table table, FailedJob failure) {
        table.row(
                failure.failedAtText(),
                failure.queue(),
                failure.innerClass(),
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
