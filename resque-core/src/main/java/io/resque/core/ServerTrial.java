package io.resque.core;

import io.resque.api.FailureFilter;
import io.resque.api.Finding;
import io.resque.api.Finding.Check;
import io.resque.api.Finding.Severity;
import io.resque.api.JobMatch;
import io.resque.api.JobSpec;
import io.resque.api.JobState;
import io.resque.api.JobStatus;
import io.resque.api.ResqueException;
import io.resque.api.Retry;
import io.resque.api.Unique;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Tries on a server what this library does there: each feature in turn, in a namespace of its own, which it removes afterwards. For a
 * server that lacks commands or has renamed them, a proxy, a rented Redis, or a user with few rights. Not tried are the death of a worker with
 * a job, jobs that wait for a limit, and the mending of what other libraries have left: LPUSH, TTL and SSCAN.
 */
public final class ServerTrial {
    private static final String QUEUE = "trial";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Resque resque;
    private final List<Finding> findings;

    private ServerTrial(Resque resque, List<Finding> findings) {
        this.resque = resque;
        this.findings = findings;
    }

    /**
     * Tries the server. Takes some seconds, since it also waits for jobs that are due.
     *
     * @param settings where the server is, and the adapters. Its namespace and some times are changed for the trial, so a caller builds
     *     nothing else from it afterwards
     * @return a finding for each feature, in order: that it works, or the error of the server. If no job can be enqueued or worked, that is
     *     {@link Severity#HOPELESS}
     * @throws io.resque.api.BackendUnavailableException if the server does not answer at all
     * @throws io.resque.api.ConfigurationException if the settings do not fit
     * @throws InterruptedException if the thread is interrupted. What the trial has written is removed before
     */
    public static List<Finding> run(ResqueBuilder settings) throws InterruptedException {
        // One slot of a cluster has all keys of a name in braces.
        String namespace = "{resque-trial-" + UUID.randomUUID() + "}";
        settings.namespace(namespace)
                .heartbeatInterval(Duration.ofSeconds(1))
                .deadAfter(Duration.ofSeconds(3))
                .failureLimit(1_000)
                .history(true);
        List<Finding> findings = new ArrayList<>();
        try (Resque resque = settings.build()) {
            new ServerTrial(resque, findings).tryAll();
        } finally {
            // A Resque writes until it is closed, so another one removes the keys.
            try (Resque cleaner = settings.history(false).build()) {
                new ServerTrial(cleaner, findings).attempt("cleaning up", Severity.WRONG, cleaner::removeTrial);
            }
        }
        return findings;
    }

    private void tryAll() throws InterruptedException {
        attempt("enqueueing", Severity.HOPELESS, this::enqueue);
        attempt("working", Severity.HOPELESS, this::work);
        attempt("waiting for a job", Severity.WRONG, this::waitForJobs);
        attempt("unique jobs", Severity.WRONG, this::unique);
        attempt("retries", Severity.WRONG, this::retry);
        attempt("delayed jobs", Severity.WRONG, this::delay);
        attempt("recurring jobs", Severity.WRONG, this::recur);
        attempt("limits", Severity.WRONG, this::limit);
        attempt("failure records", Severity.WRONG, this::failures);
        attempt("history", Severity.WRONG, this::history);
        attempt("looking at queues and workers", Severity.WRONG, this::look);
        attempt("recovery of dead workers", Severity.WRONG, resque::recoverDeadWorkers);
        attempt("pausing", Severity.WRONG, this::pause);
        attempt("removing jobs and queues", Severity.WRONG, this::remove);
    }

    /** A part of the trial. */
    private interface Part {
        void run() throws InterruptedException;
    }

    private void attempt(String what, Severity otherwise, Part part) throws InterruptedException {
        try {
            part.run();
            findings.add(new Finding(Check.COMMANDS, Severity.FINE, what + ": works"));
        } catch (ResqueException e) {
            findings.add(new Finding(Check.COMMANDS, otherwise, what + ": does not work: " + e.getMessage()));
        }
    }

    private static void must(boolean held, String otherwise) {
        if (!held) {
            throw new ResqueException(otherwise);
        }
    }

    private void enqueue() {
        resque.enqueue(QUEUE, "Good", 1);
        resque.enqueueAll(QUEUE, List.of(JobSpec.of("Good"), JobSpec.of("Bad")));
        String token = resque.enqueueTracked(QUEUE, "Good", 2).orElseThrow();
        must(
                resque.status(token).map(JobStatus::state).equals(Optional.of(JobState.WAITING)),
                "a tracked job has no status");
        must(
                resque.inspector().queueSize(QUEUE) == 4,
                "of four jobs, the queue has " + resque.inspector().queueSize(QUEUE));
    }

    private WorkerBuilder worker(String... queues) {
        return resque.workerBuilder(queues)
                .register("Good", () -> context -> {
                    context.progress(1, 2, "half");
                    context.log("a line");
                })
                .register("Bad", () -> context -> {
                    throw new IllegalStateException("as the trial wants it");
                });
    }

    private void work() throws InterruptedException {
        worker(QUEUE).drain();
        must(resque.inspector().queueSize(QUEUE) == 0, "a worker has left jobs in its queue");
        must(
                resque.failures().count() == 1,
                "one job must have failed, and " + resque.failures().count() + " have");
    }

    private void waitForJobs() throws InterruptedException {
        try (Worker worker = worker("waited", "*").start()) {
            mustEnd(resque.enqueueTracked("waited", "Good").orElseThrow());
            mustEnd(resque.enqueueTracked("new", "Good").orElseThrow());
            worker.stop(PATIENCE);
        }
    }

    private void mustEnd(String token) throws InterruptedException {
        JobState state = resque.awaitEnd(token, PATIENCE).map(JobStatus::state).orElse(JobState.WAITING);
        must(state == JobState.COMPLETE, "a job is " + state + " after " + PATIENCE.toSeconds() + " seconds");
    }

    private void unique() {
        JobSpec job = JobSpec.of("Good", 3).withUnique(Unique.whileQueued(Duration.ofMinutes(1)));
        must(resque.enqueue("unique", job) && !resque.enqueue("unique", job), "a unique job was enqueued twice");
        must(resque.inspector().locks().size() == 1, "the lock of a unique job is not found");
        must(
                resque.inspector().freeLock(resque.inspector().locks().get(0)),
                "the lock of a unique job cannot be freed");
    }

    private void retry() throws InterruptedException {
        resque.enqueue("retried", "Bad");
        worker("retried")
                .retry("Bad", Retry.limit(2).delays(Duration.ZERO, Duration.ofDays(1)))
                .drain();
        must(resque.delayed().retries().count() == 1, "the last retry is not there");
        resque.delayed().clear();
    }

    private void delay() throws InterruptedException {
        JobMatch match = JobMatch.of("Good").withArgs(4);
        resque.in(Duration.ofDays(1)).enqueue("delayed", "Good", 4);
        must(
                resque.delayed().reschedule(Instant.now().plus(Duration.ofDays(2)), match) == 1
                        && resque.delayed().enqueueNow(match) == 1,
                "a delayed job is not found");
        resque.in(Duration.ofDays(1)).enqueue("delayed", "Good", 4);
        must(resque.delayed().remove(match) == 1, "a delayed job cannot be removed");
        try (Worker worker = worker("delayed").start()) {
            mustEnd(resque.in(Duration.ofSeconds(1))
                    .enqueueTracked("delayed", "Good")
                    .orElseThrow());
            worker.stop(PATIENCE);
        }
    }

    private void recur() throws InterruptedException {
        CountDownLatch ticks = new CountDownLatch(2);
        RecurringJobs schedules = resque.schedules();
        try (Worker worker = resque.workerBuilder("recurring")
                .register("Tick", () -> context -> ticks.countDown())
                .start()) {
            schedules.put("tick", Schedule.every("1s"), "recurring", "Tick");
            schedules.put("shared", Schedule.every("1d").sharedWithRuby(), "recurring", "Tick");
            boolean ran = ticks.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            must(
                    schedules.pause("tick") && schedules.resume("tick") && schedules.trigger("tick"),
                    "a recurring job is not found");
            must(
                    schedules.list().size() == 2,
                    "of two recurring jobs there are " + schedules.list().size());
            must(schedules.remove("tick") && schedules.remove("shared"), "a recurring job cannot be removed");
            must(ran, "a recurring job does not run each second");
            worker.stop(PATIENCE);
        }
    }

    private void limit() throws InterruptedException {
        resque.enqueue("limited", "Good");
        worker("limited").limitQueue("limited", 1).drain();
        must(resque.inspector().queueSize("limited") == 0, "a job of a queue with a limit was not worked");
        resque.inspector().limits(10);
    }

    private void failures() {
        FailedJobs failures = resque.failures();
        must(failures.retryAll(FailureFilter.all()) > 0, "no failure can be retried");
        must(failures.remove(failures.oldest(FailureFilter.all(), 0, 1)) == 1, "no failure can be removed");
        failures.clear();
    }

    private void history() {
        resque.history().mark("trial");
        resque.history().last(Duration.ofHours(1));
        resque.history().runTimes(Duration.ofHours(1));
    }

    private void look() {
        Inspector inspector = resque.inspector();
        inspector.queues();
        inspector.peek(QUEUE, 0, 10);
        inspector.workers();
        inspector.counters();
        inspector.server();
        inspector.foreignKeys();
        resque.repair(Duration.ofHours(1));
    }

    private void pause() {
        resque.pauseAll();
        resque.resumeAll();
        resque.pauseQueue(QUEUE);
        must(resque.resumeQueue(QUEUE), "a paused queue cannot go on");
    }

    private void remove() {
        resque.enqueueAll("removed", List.of(JobSpec.of("Good", 5), JobSpec.of("Bad"), JobSpec.of("Bad")));
        must(resque.dequeue("removed", JobMatch.of("Good").withArgs(5)) == 1, "a job is not found by its arguments");
        must(resque.dequeueClasses("removed", List.of("Bad")) == 2, "jobs are not found by their class");
        resque.enqueue("removed", "Good", 6);
        must(resque.dequeue(resque.inspector().peek("removed", 0, 1).get(0)), "a job is not found at its place");
        resque.clearQueue("removed");
        resque.removeQueue("removed");
    }
}
