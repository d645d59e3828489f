package io.resque.core.internal.http;

import io.resque.api.ResqueListener;
import io.resque.core.internal.fleet.ProcessVitals;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * The pages that Prometheus reads. The first ten metrics have the names and types of the exporter for Resque that most people run,
 * so their dashboards and alerts keep working. Thread-safe.
 */
public final class MetricsPages {
    /** Longer than Redis needs, shorter than Prometheus waits. */
    private static final long LONGEST_LOOK_MILLIS = 3_000;

    private final FleetLook look;
    private final HttpThreads threads;
    private final ProcessVitals vitals;
    private final Supplier<ProcessHealth> health;
    private final Supplier<Optional<SchedulerState>> scheduler;
    private final JobTimes times = new JobTimes();
    private final AtomicLong scrapes = new AtomicLong();
    private final AtomicLong failedScrapes = new AtomicLong();

    public MetricsPages(
            FleetLook look,
            HttpThreads threads,
            ProcessVitals vitals,
            Supplier<ProcessHealth> health,
            Supplier<Optional<SchedulerState>> scheduler) {
        this.look = look;
        this.threads = threads;
        this.vitals = vitals;
        this.health = health;
        this.scheduler = scheduler;
    }

    /** It must hear of the jobs of this process, as long as the pages are shown. */
    public ResqueListener listener() {
        return times;
    }

    /**
     * How the workers of this process are at one moment.
     *
     * @param live whether all loops turn
     * @param ready whether this process takes jobs
     * @param loops how many loops do what
     */
    public record ProcessHealth(boolean live, boolean ready, SortedMap<String, Long> loops) {}

    /**
     * How the scheduler of this process is at one moment.
     *
     * @param running whether it runs
     * @param troubled whether Redis keeps it from working
     * @param waiting whether it moves no delayed jobs, since the scheduler of another library does
     * @param delayed how many delayed jobs it is done with, by what became of them
     * @param fired how many recurring jobs it has put onto their queues
     */
    public record SchedulerState(
            boolean running, boolean troubled, boolean waiting, SortedMap<String, Long> delayed, long fired) {}

    /** Metrics of all workers and queues if Redis answers in time; of this process alone otherwise. */
    public CompletionStage<HttpPort.Reply> all() {
        CompletableFuture<FleetFigures> answer = look.look().copy();
        threads.later(LONGEST_LOOK_MILLIS, () -> answer.completeExceptionally(new TimeoutException("Redis is slow")));
        return answer.handle((fleet, failure) -> {
            boolean up = fleet != null && fleet.whole();
            MetricsText text = new MetricsText();
            scrape(text, up);
            if (fleet != null) {
                fleet(text, fleet);
            }
            process(text);
            return reply(text);
        });
    }

    public CompletionStage<HttpPort.Reply> ofProcess() {
        MetricsText text = new MetricsText();
        process(text);
        return CompletableFuture.completedFuture(reply(text));
    }

    private static HttpPort.Reply reply(MetricsText text) {
        return HttpPort.Reply.of(200, MetricsText.TYPE, text.bytes());
    }

    private void scrape(MetricsText text, boolean up) {
        text.gauge("resque_up", "Whether Redis could be looked at.", up ? 1 : 0);
        text.counter("resque_scrapes_total", "Scrapes so far.", scrapes.incrementAndGet());
        text.counter(
                "resque_failed_scrapes_total",
                "Scrapes for which not everything could be read.",
                up ? failedScrapes.get() : failedScrapes.incrementAndGet());
    }

    private static void fleet(MetricsText text, FleetFigures fleet) {
        text.gauge("resque_scrape_duration_seconds", "How long the last look at Redis took.", fleet.seconds());
        text.counter("resque_job_executions_total", "Jobs that were executed, failed ones too.", fleet.processed());
        text.counter("resque_failed_job_executions_total", "Jobs that failed.", fleet.failed());
        text.gauges("resque_jobs_in_queue", "Jobs in a queue.", "queue", fleet.lengths(), Double::sum);
        text.gauges(
                "resque_jobs_in_failed_queue", "Records in a failure list.", "queue", fleet.failures(), Double::sum);
        text.gauge("resque_workers", "Registered workers.", fleet.workers());
        text.gauge("resque_working_workers", "Registered workers that hold a job.", fleet.working());
        text.gauges(
                "resque_workers_by_state",
                "Registered workers by what they do: dead, working, paused or idle.",
                "state",
                fleet.states(),
                Double::sum);
        text.gauges(
                "resque_running_jobs",
                "Jobs that run, by the queue they are of.",
                "queue",
                fleet.running(),
                Double::sum);
        text.gauges(
                "resque_queue_head_age_seconds",
                "How long the job at the head of a queue has been waiting: since it was enqueued if it says so, otherwise since"
                        + " it was first seen there.",
                "queue",
                fleet.ages(),
                Double::max);
        FleetFigures.Delayed delayed = fleet.delayed();
        if (delayed != null) {
            text.gauge("resque_delayed_jobs", "Jobs that are delayed.", delayed.jobs());
            text.gauge(
                    "resque_delayed_lateness_seconds",
                    "How long the earliest delayed job has been due, by the clock of Redis; 0 if none is due.",
                    delayed.lateness());
        }
        text.gauge("resque_queues_left_out", "Queues that were too many to be told of.", fleet.queuesLeftOut());
        text.gauge("resque_workers_left_out", "Workers that were too many to be looked at.", fleet.workersLeftOut());
    }

    private void process(MetricsText text) {
        ProcessHealth now = health.get();
        text.gauge("resque_process_live", "Whether all loops of this process turn.", now.live() ? 1 : 0);
        text.gauge("resque_process_ready", "Whether this process takes jobs.", now.ready() ? 1 : 0);
        text.counters(
                "resque_process_job_executions_total",
                "Jobs whose end this process has written to Redis.",
                "outcome",
                new TreeMap<>(Map.of(
                        "completed", vitals.completed.sum(),
                        "failed", vitals.failed.sum(),
                        "retried", vitals.retried.sum(),
                        "dropped", vitals.dropped.sum())));
        times.write(text);
        text.gauges(
                "resque_process_loops",
                "Loops of the workers of this process, by what they do.",
                "state",
                now.loops(),
                Double::sum);
        scheduler.get().ifPresent(state -> scheduler(text, state));
        vitals.silence()
                .ifPresent(silence -> text.gauge(
                        "resque_process_heartbeat_age_seconds",
                        "How long ago the last heartbeat reached Redis.",
                        silence.toMillis() / 1000.0));
    }

    private static void scheduler(MetricsText text, SchedulerState now) {
        text.gauge(
                "resque_process_scheduler_running",
                "Whether this process puts delayed and recurring jobs onto their queues.",
                now.running() ? 1 : 0);
        text.gauge(
                "resque_process_scheduler_troubled",
                "Whether Redis keeps the scheduler of this process from working; the log says why.",
                now.troubled() ? 1 : 0);
        text.gauge(
                "resque_process_scheduler_waiting",
                "Whether the scheduler of this process moves no delayed jobs, since the scheduler of another library does.",
                now.waiting() ? 1 : 0);
        text.counters(
                "resque_process_delayed_jobs_total",
                "Delayed jobs with which the scheduler of this process is done: moved onto their queues, vetoed, failed; the latter two also count ticks of recurring jobs.",
                "outcome",
                now.delayed());
        text.counter(
                "resque_process_recurring_jobs_total",
                "Recurring jobs that this process has put onto their queues.",
                now.fired());
    }
}
