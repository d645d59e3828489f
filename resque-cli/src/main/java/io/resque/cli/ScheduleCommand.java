package io.resque.cli;

import io.resque.api.InnerClass;
import io.resque.api.Misfire;
import io.resque.api.RecurringJob;
import io.resque.api.spi.JobSerializer;
import io.resque.core.RecurringJobs;
import io.resque.core.Resque;
import io.resque.core.Schedule;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "schedule",
        description = {
            "Lists, writes, removes, triggers, pauses or resumes recurring jobs.",
            "The list also has the recurring jobs that resque-scheduler keeps in Redis. Ruby fires these; Java does only with"
                    + " RESQUE_SCHEDULER_MODE=replace."
        },
        footer = {
            "  resque schedule",
            "  resque schedule put nightly reports Report --cron '30 2 * * * Europe/Berlin'",
            "  resque schedule put poll mail Poll --every 5m --skip-missed",
            "  resque schedule pause nightly"
        })
final class ScheduleCommand extends ResqueCommand {
    private static final String LIST = "list";
    private static final String PUT = "put";

    static final class Known extends ArrayList<String> {
        private static final long serialVersionUID = 1L;

        Known() {
            super(List.of(LIST, PUT, "remove", "trigger", "pause", "resume"));
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

    @Parameters(index = "1", arity = "0..1", paramLabel = "NAME", description = "of the recurring job; not for list")
    private @Nullable String name;

    @Parameters(index = "2", arity = "0..1", paramLabel = "QUEUE", description = "of its jobs, for put")
    private @Nullable String queue;

    @Parameters(index = "3", arity = "0..1", paramLabel = "CLASS", description = "of its jobs, for put")
    private @Nullable String jobClass;

    @Parameters(
            index = "4..*",
            paramLabel = "JSON",
            description = "arguments of its jobs, such as 42, '\"text\"' or '{\"a\":1}'")
    private List<String> args = List.of();

    @Option(
            names = "--cron",
            paramLabel = "EXPRESSION",
            description =
                    "minute, hour, day of the month, month and day of the week, such as '30 2 * * *'; then maybe a time zone")
    private @Nullable String cron;

    @Option(
            names = "--zone",
            paramLabel = "ZONE",
            description = "of --cron, or of a --first without a zone, such as Europe/Berlin or UTC")
    private @Nullable String zone;

    @Option(names = "--every", paramLabel = "PERIOD", description = "in place of --cron: 30s, 15m, 1h30m, 2d or 1w")
    private @Nullable String every;

    @Option(
            names = "--first",
            paramLabel = "TIME",
            description = "with --every: the first run, such as 2026-12-01T06:00:00Z or seconds since 1970")
    private @Nullable String first;

    @Option(names = "--skip-missed", description = "drops runs that were missed; otherwise the job runs once for them")
    private boolean skipMissed;

    @Option(
            names = "--skip",
            paramLabel = "LIMIT",
            description = "no run while the job of an earlier one waits or runs, for so long at most: 30m, 1h30m or 2d")
    private @Nullable String skip;

    @Option(names = "--description", paramLabel = "TEXT", description = "for people")
    private @Nullable String description;

    @Option(
            names = "--shared",
            description = "Ruby's scheduler fires it; Java's does only with RESQUE_SCHEDULER_MODE=replace")
    private boolean shared;

    private @Nullable Schedule schedule;

    @Override
    void check() {
        if (!new Known().contains(action)) {
            throw mistake(Actions.unknown("schedule", action, new Known()));
        }
        if (action.equals(PUT)) {
            checkPut();
            return;
        }
        if (action.equals(LIST) ? name != null : name == null) {
            throw mistake(
                    action.equals(LIST)
                            ? "list takes no name, but was given " + Numbers.shown(String.valueOf(name))
                            : "Say which recurring job to " + action + ": resque schedule " + action + " NAME");
        }
        if (queue != null || isTimed() || skipMissed || skip != null || shared || description != null) {
            throw mistake("Queue, class, arguments and options of a recurring job are for put; " + action
                    + " takes none of them");
        }
    }

    private boolean isTimed() {
        return cron != null || every != null || zone != null || first != null;
    }

    private void checkPut() {
        if (name == null || queue == null || jobClass == null) {
            throw mistake("put needs a name, a queue and a class: resque schedule put NAME QUEUE CLASS"
                    + " --cron EXPRESSION, or --every PERIOD");
        }
        if ((cron == null) == (every == null)) {
            throw mistake("Say when the job is due, by one of --cron and --every");
        }
        if (cron == null && first == null && zone != null || every == null && first != null) {
            throw mistake("--zone is for --cron or --first, and --first for --every");
        }
        try {
            schedule = schedule();
        } catch (IllegalArgumentException e) {
            throw mistake(String.valueOf(e.getMessage()));
        }
    }

    private Schedule schedule() {
        ZoneId given = zone == null ? null : Instants.zone("--zone", zone);
        Schedule made;
        if (cron != null) {
            made = given == null ? Schedule.cron(cron) : Schedule.cron(cron, given);
        } else {
            made = Schedule.every(String.valueOf(every));
        }
        if (first != null) {
            made = made.first(Instants.instant("--first", first, given));
        }
        made = skipMissed ? made.misfire(Misfire.SKIP) : made;
        made = skip == null ? made : made.skip(Instants.duration("--skip", skip));
        made = description == null ? made : made.description(description);
        return shared ? made.sharedWithRuby() : made;
    }

    @Override
    boolean looks() {
        return action.equals(LIST);
    }

    @Override
    int run(Resque resque, Console console, JobSerializer serializer) {
        RecurringJobs schedules = resque.schedules();
        if (action.equals(LIST)) {
            list(console, schedules.list());
            return ExitStatus.OK;
        }
        String which = Objects.requireNonNull(name);
        if (action.equals(PUT)) {
            return put(schedules, which, console, serializer);
        }
        Optional<RecurringJob> before = schedules.find(which);
        boolean done = switch (action) {
            case "remove" -> schedules.remove(which);
            case "trigger" -> schedules.trigger(which);
            case "pause" -> schedules.pause(which);
            default -> schedules.resume(which);
        };
        if (console.isJson()) {
            console.json(Map.of(past(), done));
        } else if (done) {
            console.line("The recurring job " + which + " was " + past());
        }
        if (!done) {
            warn(
                    before.isEmpty()
                            ? "There is no recurring job " + which + "; 'resque schedule' shows all"
                            : action.equals("resume")
                                    ? "The recurring job " + which + " is not paused"
                                    : "The recurring job " + which + " was not " + past());
        } else if (action.equals("pause")
                && before.filter(ScheduleCommand::isLeftToRuby).isPresent()) {
            warn("Ruby's scheduler knows no pauses: if it fires " + which + ", it does so all the same");
        }
        return done ? ExitStatus.OK : ExitStatus.NO;
    }

    private static boolean isLeftToRuby(RecurringJob job) {
        return !job.isFired() && !job.environments().equals(List.of("java"));
    }

    private String past() {
        return switch (action) {
            case "trigger" -> "triggered";
            default -> action + "d";
        };
    }

    private int put(RecurringJobs schedules, String which, Console console, JobSerializer serializer) {
        boolean written = schedules.put(
                which,
                Objects.requireNonNull(schedule),
                Objects.requireNonNull(queue),
                Objects.requireNonNull(jobClass),
                Console.parse(serializer, args).toArray());
        Optional<RecurringJob> stored = schedules.find(which);
        Optional<Instant> next = stored.flatMap(RecurringJob::nextRun);
        boolean isPaused = stored.filter(RecurringJob::isPaused).isPresent();
        if (console.isJson()) {
            Map<String, @Nullable Object> tree = new LinkedHashMap<>();
            tree.put("written", written);
            tree.put("paused", isPaused);
            tree.put("next_run", next.map(Object::toString).orElse(null));
            console.json(tree);
        } else {
            console.line("The recurring job " + which + (written ? " was written" : " stands there already")
                    + (isPaused
                            ? "; it is paused"
                            : next.map(at -> "; it is due at " + at).orElse("")));
        }
        return ExitStatus.OK;
    }

    private static void list(Console console, List<RecurringJob> jobs) {
        if (console.isJson()) {
            console.json(jobs.stream().map(ScheduleCommand::tree).toList());
            return;
        }
        Table table = Table.of("NAME", "DUE", "QUEUE", "CLASS", "LAST RUN", "NEXT RUN")
                .wrap();
        for (RecurringJob job : jobs) {
            table.row(
                    job.name(),
                    due(job),
                    orDash(job.queue()),
                    orDash(InnerClass.of(job.job().jobClass(), job.job().args())),
                    job.lastRun().map(Object::toString).orElse("-"),
                    next(job));
        }
        console.table(table);
    }

    private static String orDash(String text) {
        return text.isEmpty() ? "-" : text;
    }

    private static String due(RecurringJob job) {
        return job.every()
                .map(period -> "every " + Schedule.every(period))
                .or(job::cron)
                .orElse("-");
    }

    private static String next(RecurringJob job) {
        return job.nextRun()
                .map(Object::toString)
                .orElse(
                        job.problem().isPresent()
                                ? "cannot be fired: " + job.problem().get()
                                : job.isFired() ? "paused" : leftTo(job.environments()));
    }

    private static String leftTo(List<String> environments) {
        if (environments.equals(List.of(""))) {
            return "fired by nobody: its rails_env names no value";
        }
        return environments.isEmpty()
                ? "left to Ruby's scheduler"
                : "left to Ruby's scheduler where RAILS_ENV is " + String.join(" or ", environments);
    }

    private static Map<String, @Nullable Object> tree(RecurringJob job) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("name", job.name());
        tree.put("cron", job.cron().orElse(null));
        tree.put("zone", job.zone().map(Object::toString).orElse(null));
        tree.put("every", job.every().map(Object::toString).orElse(null));
        tree.put("queue", job.queue());
        tree.put("class", job.job().jobClass());
        tree.put("args", job.job().args());
        tree.put("metadata", job.job().metadata());
        tree.put("misfire", job.misfire() == Misfire.SKIP ? "skip" : "fire_once");
        tree.put("description", job.description().orElse(null));
        tree.put("environments", job.environments());
        tree.put("fired", job.isFired());
        tree.put("paused", job.isPaused());
        tree.put("last_run", job.lastRun().map(Object::toString).orElse(null));
        tree.put("next_run", job.nextRun().map(Object::toString).orElse(null));
        tree.put("problem", job.problem().orElse(null));
        return tree;
    }
}
