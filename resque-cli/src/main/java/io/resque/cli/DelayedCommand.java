package io.resque.cli;

import io.resque.api.DelayedJob;
import io.resque.api.JobMatch;
import io.resque.api.QueuedJob;
import io.resque.api.spi.JobSerializer;
import io.resque.core.DelayedJobs;
import io.resque.core.Resque;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "delayed",
        description = {
            "Lists delayed jobs, removes them, enqueues them now, moves them to another time, or clears all.",
            "Jobs of all languages are found by class, arguments, id and time. Times are shown in UTC."
        },
        footer = {
            "  resque delayed list Reminder --to 2026-12-24T08:00:00Z",
            "  resque delayed now Reminder 42",
            "  resque delayed reschedule Reminder --in 2h",
            "  resque delayed remove Reminder",
            "  resque delayed clear --force"
        })
final class DelayedCommand extends DelayedJobsCommand {
    private static final String LIST = "list";
    private static final String REMOVE = "remove";
    private static final String NOW = "now";
    private static final String RESCHEDULE = "reschedule";
    private static final String CLEAR = "clear";

    /** So many characters of an item that is no job are shown. */
    private static final int MOST = 1_000;

    static final class Known extends ArrayList<String> {
        private static final long serialVersionUID = 1L;

        Known() {
            super(List.of(LIST, REMOVE, NOW, RESCHEDULE, CLEAR));
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

    @Option(names = "--from", paramLabel = "INSTANT", description = "only jobs that are due then or later")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "INSTANT", description = "only jobs that are due then or earlier")
    private @Nullable String to;

    @Mixin
    private Due due = new Due();

    @Option(names = "--force", description = "of clear: removes the jobs, none of which will run")
    private boolean force;

    @Mixin
    private Page page = new Page();

    private Instant first = Instant.MIN;
    private Instant last = Instant.MAX;

    @Override
    void check() {
        if (!new Known().contains(action)) {
            throw mistake(Actions.unknown("delayed", action, new Known())
                    + "; to look for a class use: resque delayed list CLASS");
        }
        due.check();
        checkRange();
        if (action.equals(CLEAR) && (jobClass != null || id != null)) {
            throw mistake(
                    "clear removes delayed jobs of every class; to remove those of one class use: resque delayed remove "
                            + (jobClass == null ? "CLASS --id " + id : jobClass));
        }
        boolean changes = !action.equals(LIST) && !action.equals(CLEAR);
        check(action, changes, action.equals(REMOVE) ? "; to remove all jobs use: resque delayed clear" : "");
        if (action.equals(RESCHEDULE) != due.isGiven()) {
            throw mistake(
                    due.isGiven()
                            ? "--at and --in are for reschedule; to find jobs by their time use --from and --to"
                            : "Say when the jobs are to be due, by --at or --in, such as --in 2h; to put them onto their queues"
                                    + " use: resque delayed now");
        }
        if (force && !action.equals(CLEAR)) {
            throw mistake("--force is for clear; leave it out, " + action + " needs none");
        }
    }

    private void checkRange() {
        Instant begin = due.instant("--from", from);
        Instant end = due.instant("--to", to);
        first = begin == null ? first : begin;
        last = end == null ? last : end;
        if (first.isAfter(last)) {
            throw mistake("--from " + from + " is later than --to " + to + ", so no job is between them");
        }
    }

    @Override
    int run(Resque resque, Console console, JobSerializer serializer) {
        DelayedJobs jobs =
                from == null && to == null ? resque.delayed() : resque.delayed().between(first, last);
        JobMatch match = match(serializer);
        if (match == null) {
            return action.equals(LIST) ? list(console, jobs, null, serializer) : clear(console, jobs);
        }
        return action.equals(LIST) ? list(console, jobs, match, serializer) : change(console, jobs, match);
    }

    private int change(Console console, DelayedJobs jobs, JobMatch match) {
        Map<String, Object> tree = new LinkedHashMap<>();
        long changed;
        String did;
        if (action.equals(REMOVE)) {
            console.does(() -> "Removing delayed jobs of " + Console.clean(match.jobClass()));
            changed = jobs.remove(match, match.ofActiveJob());
            tree.put("removed", changed);
            did = "Removed " + Console.count(changed, "delayed job");
        } else if (action.equals(NOW)) {
            console.does(() -> "Enqueueing delayed jobs of " + Console.clean(match.jobClass()));
            changed = jobs.enqueueNow(match, match.ofActiveJob());
            tree.put("queued", changed);
            did = "Put " + Console.count(changed, "delayed job")
                    + (changed == 1 ? " onto its queue" : " onto their queues");
        } else {
            Instant instant = due.at();
            console.does(() -> "Moving delayed jobs of " + Console.clean(match.jobClass()));
            changed = jobs.reschedule(instant, match, match.ofActiveJob());
            tree.put("rescheduled", changed);
            tree.put("due_at", Due.second(instant).toString());
            did = "Moved " + Console.count(changed, "delayed job") + " to " + Due.second(instant);
        }
        if (console.isJson()) {
            console.json(tree);
        } else {
            console.line(did);
        }
        return changed == 0 ? ExitStatus.NO : ExitStatus.OK;
    }

    private int clear(Console console, DelayedJobs jobs) {
        console.does(() -> "Counting delayed jobs");
        long count = jobs.count();
        if (count > 0 && !force) {
            throw mistake((count == 1 ? "1 job is" : count + " jobs are") + " delayed"
                    + (from == null && to == null ? "" : " between these times")
                    + ", and will not run once " + (count == 1 ? "it is" : "they are")
                    + " removed; say --force to remove " + (count == 1 ? "it" : "them"));
        }
        console.does(() -> "Removing " + Console.grouped(count) + " delayed jobs");
        long removed = jobs.clear();
        if (console.isJson()) {
            console.json(Map.of("removed", removed));
        } else {
            console.line("Removed " + Console.count(removed, "delayed job"));
        }
        return removed == 0 ? ExitStatus.NO : ExitStatus.OK;
    }

    private int list(Console console, DelayedJobs jobs, @Nullable JobMatch match, JobSerializer serializer) {
        console.does(() -> "Reading delayed jobs");
        // Those that match can only be counted by reading all jobs.
        @Nullable Long count = match == null ? Long.valueOf(jobs.count()) : null;
        List<DelayedJob> found = (match == null ? jobs.jobs() : jobs.find(match, match.ofActiveJob()))
                .skip(page.offset())
                .limit(page.limit() + 1L)
                .toList();
        boolean more = found.size() > page.limit();
        List<DelayedJob> shown = more ? found.subList(0, page.limit()) : found;
        if (console.isJson()) {
            Map<String, @Nullable Object> tree = new LinkedHashMap<>();
            tree.put("count", count);
            tree.put("jobs", shown.stream().map(DelayedCommand::tree).toList());
            console.json(tree);
            return ExitStatus.OK;
        }
        if (!shown.isEmpty()) {
            Table table = Table.of("DUE AT", "QUEUE", "CLASS", "ARGUMENTS").tail(2);
            shown.forEach(job -> row(table, job, serializer));
            console.table(table);
        }
        console.line(summary(count, shown.size(), more));
        return ExitStatus.OK;
    }

    private String summary(@Nullable Long count, int shown, boolean more) {
        String all = jobClass == null ? "" : " of " + jobClass;
        if (shown == 0) {
            return page.offset() > 0 && (count == null || count > 0)
                    ? "No more delayed jobs" + all
                    : "No delayed jobs" + all + (from == null && to == null ? "" : " between these times");
        }
        long end = page.offset() + shown;
        String range = "Delayed jobs" + all + ": " + (page.offset() + 1) + " to " + end
                + (count == null ? "" : " of " + count);
        return more ? range + "; go on by --offset " + end : range;
    }

    private static void row(Table table, DelayedJob job, JobSerializer serializer) {
        QueuedJob said = job.job();
        boolean isJob = !said.jobClass().isEmpty();
        table.row(
                job.dueAt().toString(),
                said.queue(),
                isJob ? said.innerClass() : "(no job)",
                isJob ? Console.text(serializer, said.args()) : text(said));
    }

    private static String text(QueuedJob job) {
        String text = new String(job.raw(), StandardCharsets.UTF_8);
        return text.length() <= MOST ? text : text.substring(0, MOST) + "…";
    }

    static Map<String, @Nullable Object> tree(DelayedJob job) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        QueuedJob said = job.job();
        tree.put("due_at", job.dueAt().toString());
        tree.put("queue", said.queue());
        tree.put("class", said.jobClass());
        tree.put("args", said.args());
        tree.put("token", said.token().orElse(null));
        if (said.jobClass().isEmpty()) {
            tree.put("item", new String(said.raw(), StandardCharsets.UTF_8));
        }
        return tree;
    }
}
