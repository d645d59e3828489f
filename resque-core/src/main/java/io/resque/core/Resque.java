package io.resque.core;

import io.resque.api.ConfigurationException;
import io.resque.api.Enqueuer;
import io.resque.api.Finding;
import io.resque.api.JobMatch;
import io.resque.api.JobSpec;
import io.resque.api.JobStatus;
import io.resque.api.Listeners;
import io.resque.api.QueuedJob;
import io.resque.api.ResqueListener;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Payload;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.WriteDeferral;
import io.resque.core.internal.enqueue.QueueCleaner;
import io.resque.core.internal.fleet.DeadWorkers;
import io.resque.core.internal.settings.SettingReader;
import io.resque.core.internal.status.EndWatch;
import io.resque.core.internal.status.StatusFollower;
import io.resque.core.internal.status.StatusUpdates;
import io.resque.core.internal.subscription.QueueList;
import io.resque.core.internal.support.ListenerChain;
import io.resque.core.internal.wire.QueueNames;
import io.resque.core.internal.worker.ResqueClosing;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The entry point: it enqueues jobs, follows their statuses, and removes jobs and queues. {@link Enqueuer} has the rules of all methods
 * whose names begin with {@code enqueue}. {@link #workerBuilder(String...)} begins a worker. {@link #inspector()} shows queues, workers
 * and counters. {@link #failures()} shows, retries and removes failed jobs. {@link #delayed()} shows and changes delayed jobs, {@link
 * #schedules()} writes recurring jobs, and {@link #scheduler()} puts both onto their queues when they are due. Thread-safe; an application needs one object for each Redis.
 *
 * <pre>{@code
 * try (Resque resque = Resque.connect("redis://localhost:6379/0")) {
 *     resque.enqueue("default", "My_Job", 1, "x");
 *     Worker worker = resque.workerBuilder("default").register("My_Job", MyJob::new).start();
 *     worker.join(); // until another thread stops it
 * }
 * }</pre>
 */
public final class Resque implements Enqueuer, Listeners, AutoCloseable {
    private final QueueBackend backend;
    private final JobSerializer serializer;
    private final ListenerChain listeners;
    private final Enqueuer enqueuer;
    private final Function<WriteDeferral, Enqueuer> deferring;
    private final QueueCleaner cleaner;
    private final StatusUpdates statuses;
    private final EndWatch ends;
    private final DeadWorkers deadWorkers;
    private final RegisteredWorkers registeredWorkers;
    private final Inspector inspector;
    private final FailedJobs failures;
    private final Supplier<DelayedJobs> delayed;
    private final Supplier<Scheduler> scheduler;
    private final Supplier<RecurringJobs> schedules;
    private final Supplier<History> history;
    private final Function<QueueList, WorkerBuilder> workers;
    private final Probes probes;
    private final ResqueClosing closing;

    Resque(
            QueueBackend backend,
            JobSerializer serializer,
            ListenerChain listeners,
            Enqueuer enqueuer,
            Function<WriteDeferral, Enqueuer> deferring,
            QueueCleaner cleaner,
            StatusUpdates statuses,
            EndWatch ends,
            DeadWorkers deadWorkers,
            RegisteredWorkers registeredWorkers,
            Inspector inspector,
            FailedJobs failures,
            Supplier<DelayedJobs> delayed,
            Supplier<Scheduler> scheduler,
            Supplier<RecurringJobs> schedules,
            Supplier<History> history,
            Function<QueueList, WorkerBuilder> workers,
            Probes probes,
            ResqueClosing closing) {
        this.backend = backend;
        this.serializer = serializer;
        this.listeners = listeners;
        this.enqueuer = enqueuer;
        this.deferring = deferring;
        this.cleaner = cleaner;
        this.statuses = statuses;
        this.ends = ends;
        this.deadWorkers = deadWorkers;
        this.registeredWorkers = registeredWorkers;
        this.inspector = inspector;
        this.failures = failures;
        this.delayed = delayed;
        this.scheduler = scheduler;
        this.schedules = schedules;
        this.history = history;
        this.workers = workers;
        this.probes = probes;
        this.closing = closing;
    }

    /**
     * Opens the Redis at a URL, with the one backend and the one serializer that are on the class path. Does not
     * connect before the first command.
     *
     * @param url {@code redis://user:password@host:port/db?namespace=resque}, {@code rediss://…} for TLS,
     *     {@code unix:///path?db=0}, {@code host:port}, or {@code memory:} for a store in this JVM, which needs
     *     io.resque:resque-backend-memory
     * @return to be closed by the caller
     * @throws io.resque.api.ConfigurationException if the URL cannot be read, or the class path has no adapter or several to
     *     choose from
     */
    public static Resque connect(String url) {
        return builder().url(url).build();
    }

    /**
     * Begins a {@link Resque} with more settings than the URL.
     *
     * @return a new builder
     */
    public static ResqueBuilder builder() {
        return new ResqueBuilder();
    }

    /** Delays jobs until an instant, as {@link Enqueuer#at} says. */
    @Override
    public Enqueuer at(Instant due) {
        return enqueuer.at(due);
    }

    /** Delays jobs, as {@link Enqueuer#in} says. */
    @Override
    public Enqueuer in(Duration delay) {
        return enqueuer.in(delay);
    }

    /**
     * An enqueuer whose writes are put off when the deferral says so, such as until a transaction has committed.
     *
     * @param deferral says when jobs are written, in place of that of {@link ResqueBuilder#deferral}
     * @return an enqueuer with the rules of {@link WriteDeferral}, to be used as long as this
     */
    public Enqueuer deferring(WriteDeferral deferral) {
        return deferring.apply(Objects.requireNonNull(deferral, "deferral"));
    }

    /** Puts a job on a queue, as {@link Enqueuer#enqueue(String, JobSpec)} says. */
    @Override
    public boolean enqueue(String queue, JobSpec job) {
        return enqueuer.enqueue(queue, job);
    }

    /** Puts a job on a queue and tracks it, as {@link Enqueuer#enqueueTracked(String, JobSpec)} says. */
    @Override
    public Optional<String> enqueueTracked(String queue, JobSpec job) {
        return enqueuer.enqueueTracked(queue, job);
    }

    /** Puts many jobs on a queue, as {@link Enqueuer#enqueueAll(String, List)} says. */
    @Override
    public long enqueueAll(String queue, List<JobSpec> jobs) {
        return enqueuer.enqueueAll(queue, jobs);
    }

    /** Puts a stream of jobs on a queue, as {@link Enqueuer#enqueueAll(String, Stream)} says. */
    @Override
    public long enqueueAll(String queue, Stream<JobSpec> jobs) {
        return enqueuer.enqueueAll(queue, jobs);
    }

    /** Puts many jobs on a queue and tracks each, as {@link Enqueuer#enqueueAllTracked(String, List)} says. */
    @Override
    public List<Optional<String>> enqueueAllTracked(String queue, List<JobSpec> jobs) {
        return enqueuer.enqueueAllTracked(queue, jobs);
    }

    /** Puts a job on a queue without waiting until it is written, as {@link Enqueuer#enqueueAsync(String, JobSpec)} says. */
    @Override
    public CompletableFuture<Boolean> enqueueAsync(String queue, JobSpec job) {
        return enqueuer.enqueueAsync(queue, job);
    }

    /**
     * Puts a job on a queue and tracks it, without waiting until it is written, as {@link Enqueuer#enqueueTrackedAsync(String, JobSpec)}
     * says.
     */
    @Override
    public CompletableFuture<Optional<String>> enqueueTrackedAsync(String queue, JobSpec job) {
        return enqueuer.enqueueTrackedAsync(queue, job);
    }

    /** Puts many jobs on a queue without waiting until they are written, as {@link Enqueuer#enqueueAllAsync(String, List)} says. */
    @Override
    public CompletableFuture<Long> enqueueAllAsync(String queue, List<JobSpec> jobs) {
        return enqueuer.enqueueAllAsync(queue, jobs);
    }

    /**
     * Puts many jobs on a queue and tracks each, without waiting until they are written, as {@link Enqueuer#enqueueAllTrackedAsync(String,
     * List)} says.
     */
    @Override
    public CompletableFuture<List<Optional<String>>> enqueueAllTrackedAsync(String queue, List<JobSpec> jobs) {
        return enqueuer.enqueueAllTrackedAsync(queue, jobs);
    }

    /**
     * The status of a tracked job, also of a job that PHP enqueued.
     *
     * @param token from {@link #enqueueTracked}, or php-resque's token, after its prefix and {@code _} if it has one
     * @return empty if nothing is known of it: never tracked, expired a day after its end, or no longer tracked
     * @throws io.resque.api.BackendException if Redis did not answer
     */
    public Optional<JobStatus> status(String token) {
        return statuses.findWithProgress(Objects.requireNonNull(token, "token"));
    }

    /**
     * Waits until a tracked job has ended or the time is over, and reports each change of its status. That the time is over is no
     * exception: then the state of the returned status is not final. {@link #awaitEnd} does the same without reports; {@link #whenEnded}
     * returns a future in place of blocking. Reads the status again 50 ms after a change, and then ever less often, down to once a second.
     * It does not see a state that comes and goes between two reads. Blocks the calling thread.
     *
     * @param token as for {@link #status}
     * @param timeout the longest time to wait; with zero it reads the status once
     * @param onChange called in this thread with the first status, and with each status that differs from the last one; if it
     *     throws, this method throws the same exception
     * @return the last status: its state is final, or any state if the timeout has passed. Empty if the token is unknown, or as
     *     soon as the status is gone, for example after {@link #stopTracking} or {@link #clearQueue}
     * @throws InterruptedException if this thread was interrupted
     * @throws io.resque.api.BackendException if Redis did not answer, or this was closed
     */
    public Optional<JobStatus> follow(String token, Duration timeout, Consumer<? super JobStatus> onChange)
            throws InterruptedException {
        Objects.requireNonNull(timeout, "timeout");
        Objects.requireNonNull(onChange, "onChange");
        return new StatusFollower(() -> status(token)).follow(timeout, onChange);
    }

    /**
     * Waits until a tracked job has ended, or the time is over: {@link #follow} without a report of the changes. Blocks the calling
     * thread. That the time is over is no exception: then the state of the returned status is not final.
     *
     * <pre>{@code
     * boolean complete = resque.awaitEnd(token, Duration.ofMinutes(5))
     *         .filter(status -> status.state() == JobState.COMPLETE)
     *         .isPresent();
     * }</pre>
     *
     * @param token as for {@link #status}
     * @param timeout the longest time to wait; with zero it reads the status once
     * @return as {@link #follow}
     * @throws InterruptedException if this thread was interrupted
     * @throws io.resque.api.BackendException if Redis did not answer, or this was closed
     */
    public Optional<JobStatus> awaitEnd(String token, Duration timeout) throws InterruptedException {
        return follow(token, timeout, status -> {});
    }

    /**
     * Returns a future of the status of a tracked job: it completes when the job has ended or the time is over, and blocks no thread of the
     * caller. That the time is over is no exception: then the state of the status is not final. A thread of this {@code Resque}, {@code
     * resque-ends}, reads the statuses of all jobs that are waited for, each as often as {@link #follow} does, as far as one thread can.
     * That thread also runs the actions that depend on the future, so these must be quick.
     *
     * @param token as for {@link #status}
     * @param timeout the longest time to wait; with zero it reads the status once
     * @return completes with the status of a job that has ended; with any status if the timeout has passed; with an empty one if the
     *     token is unknown, or as soon as the status is gone. Completes with a {@link io.resque.api.BackendException} if Redis did not
     *     answer, or this was closed. If the caller cancels or completes it, the reading ends
     */
    public CompletableFuture<Optional<JobStatus>> whenEnded(String token, Duration timeout) {
        Objects.requireNonNull(token, "token");
        return ends.await(() -> statuses.find(token), Objects.requireNonNull(timeout, "timeout"));
    }

    /**
     * Removes the status of a job, as php-resque's {@code stop} does. The job stays: it runs without a status.
     *
     * @param token as for {@link #status}
     * @return whether there was a status
     * @throws io.resque.api.BackendException if Redis did not answer
     */
    public boolean stopTracking(String token) {
        return statuses.remove(Objects.requireNonNull(token, "token"));
    }

    /**
     * Removes lost statuses, as {@link Inspector#lostStatuses} describes them. Searches twice, and removes a status only if it has not
     * changed since.
     *
     * @param olderThan as for {@link Inspector#lostStatuses}
     * @param time as for {@link Inspector#lostStatuses}
     * @return the statuses that were removed
     * @throws IllegalArgumentException if {@code olderThan} is less than a minute, or {@code time} less than a second
     * @throws UnsupportedOperationException if the statuses are kept in a store that cannot list them
     * @throws io.resque.api.BackendException if Redis did not answer
     */
    public LostStatuses removeLostStatuses(Duration olderThan, Duration time) {
        return inspector.removeLostStatuses(olderThan, time);
    }

    /**
     * Looks for faults as {@link Inspector#diagnose(Duration)} does, and removes the lost statuses, as {@link #removeLostStatuses} does,
     * for up to five minutes; for as long, it mends what other libraries have left behind of delayed jobs: seconds without jobs, jobs whose
     * second no scheduler sees, and notes of jobs that are not there. It repairs nothing else: call {@link #recoverDeadWorkers} for dead workers, and {@link #failures} for failed
     * jobs.
     *
     * @param olderThan a status that was written later is not removed; at least a minute
     * @return the findings, as there; the finding about statuses says what was removed
     * @throws IllegalArgumentException if {@code olderThan} is less than a minute
     * @throws io.resque.api.BackendException if Redis did not answer
     */
    public List<Finding> repair(Duration olderThan) {
        return inspector.repair(olderThan);
    }

    /**
     * Adds a listener to this and to all its workers, running ones included. It hears in this process. If a worker runs its jobs in child
     * processes, a listener that must hear there, such as in {@code beforePerform}, comes from a {@link io.resque.api.JobModule}.
     *
     * @param listener the listener
     */
    @Override
    public void listen(ResqueListener listener) {
        listeners.listen(Objects.requireNonNull(listener, "listener"));
    }

    /** Removes the first listener that is equal to this one, as {@link Listeners#stopListening} says. */
    @Override
    public boolean stopListening(ResqueListener listener) {
        return listeners.stopListening(listener);
    }

    /**
     * Tells all workers of this namespace, of every language and on every machine, to take no more jobs: Ruby's {@code
     * pause-all-workers}. Running jobs go on. A paused worker of this library looks once a second whether it can go on.
     *
     * @throws io.resque.api.BackendException if Redis did not answer
     */
    public void pauseAll() {
        backend.workers().pause(true);
    }

    /**
     * Tells all workers to go on after {@link #pauseAll}. A worker that was paused alone, as by {@link Worker#pause}, stays paused.
     *
     * @throws io.resque.api.BackendException if Redis did not answer
     */
    public void resumeAll() {
        backend.workers().pause(false);
    }

    /**
     * Pauses one queue: the workers of this library take no job from it until {@link #resumeQueue}, on every machine. Jobs that run go on,
     * and other queues are worked. The queue need not exist, and {@link #removeQueue} does not end the pause. Workers of Ruby, PHP and
     * Node know no such pause, and go on taking jobs from the queue.
     *
     * @param queue its name
     * @return false if it was paused already
     * @throws io.resque.api.InvalidJobException if no worker can ask for a queue of this name
     * @throws io.resque.api.BackendException if Redis did not answer
     */
    public boolean pauseQueue(String queue) {
        QueueNames.check(queue);
        return backend.queues().pause(queue);
    }

    /**
     * Ends the pause of a queue. Workers notice within about a second.
     *
     * @param queue its name
     * @return false if it was not paused
     * @throws io.resque.api.BackendException if Redis did not answer
     */
    public boolean resumeQueue(String queue) {
        return backend.queues().resume(QueueNames.known(queue));
    }

    /**
     * Removes all jobs that match, equal ones included, in whatever language they were enqueued, and the statuses of tracked jobs. The
     * other jobs keep their order. Workers can run meanwhile: each job is either removed and counted, or runs; none is lost. A
     * payload that cannot be read matches nothing and stays.
     *
     * <p>Reads the whole queue, in several steps. It can miss jobs that are pushed during the call. If more than fifty jobs are put back at
     * the head of the queue between two steps, it can miss as many others. If Redis stops answering, some jobs may have been removed; the
     * statuses of these may be left.
     *
     * @param queue its name
     * @param match removes every job that this matches
     * @param more removes every job that one of these matches, too
     * @return the number of jobs removed, duplicates included; 0 if a listener vetoed the removal
     * @throws io.resque.api.InvalidJobException if {@code enqueue} would refuse a class or an argument; nothing was removed
     * @throws io.resque.api.BackendException if Redis did not answer
     */
    public long dequeue(String queue, JobMatch match, JobMatch... more) {
        Objects.requireNonNull(match, "match");
        return cleaner.matching(
                queue, Stream.concat(Stream.of(match), Stream.of(more)).toList());
    }

    /**
     * Removes one job, by its bytes, from the queue in which it was seen, with its locks, and with its status if it is tracked. Of several equal
     * jobs, only the nearest to the head is removed, and locks and status stay. Atomic, except that the status goes after the job: if
     * Redis stops answering in between, it may be left. Listeners hear of the job as for {@link #dequeue(String, JobMatch, JobMatch...)}, unless
     * the payload cannot be read. A job in whose place {@code OversizePayload} stands has other bytes, so it is not found.
     *
     * @param job as {@link Inspector#peek} or {@link Inspector#find} returned it
     * @return false if a worker has taken it, it is gone, or a listener vetoed the removal
     * @throws io.resque.api.BackendException if Redis did not answer
     */
    public boolean dequeue(QueuedJob job) {
        return cleaner.one(job.queue(), Payload.of(job.raw()));
    }

    /**
     * Removes all jobs of some classes, whatever their arguments, as {@link #dequeue} does. To remove only the jobs with given
     * arguments, call {@code dequeue(queue, JobMatch.of(jobClass).withArgs(…))}.
     *
     * @param queue its name
     * @param jobClasses names of classes, at least one; not arguments of jobs
     * @return the number of jobs removed, as for {@link #dequeue}
     * @throws IllegalArgumentException if there is no name
     * @throws io.resque.api.InvalidJobException if {@code enqueue} would refuse a name; nothing was removed
     * @throws io.resque.api.BackendException if Redis did not answer
     */
    public long dequeueClasses(String queue, Collection<String> jobClasses) {
        if (jobClasses.isEmpty()) {
            throw new IllegalArgumentException(
                    "dequeueClasses was given no class; to remove all jobs of a queue, call clearQueue");
        }
        return cleaner.matching(queue, jobClasses.stream().map(JobMatch::of).toList());
    }

    /**
     * Removes all jobs that a queue holds now, readable or not, with their statuses. The queue stays announced; {@link
     * #removeQueue} removes that, too. Works from the head on in several steps: a worker can take a job in between, and runs it. No
     * listener hears of it. If Redis stops answering, some jobs have been removed; the statuses of the last of them may be left.
     *
     * @param queue its name
     * @return the number of jobs removed
     * @throws io.resque.api.BackendException if Redis did not answer
     */
    public long clearQueue(String queue) {
        return cleaner.all(queue);
    }

    /**
     * Removes a queue: its jobs, as {@link #clearQueue} does, then its announcement. A later push announces it anew. If a
     * tracked job is pushed at the last moment, it is removed, but its status may stay.
     *
     * @param queue its name
     * @return the number of jobs removed
     * @throws io.resque.api.BackendException if Redis did not answer
     */
    public long removeQueue(String queue) {
        return cleaner.queue(queue);
    }

    /**
     * The failures of all languages, to look at, retry and remove.
     *
     * @return a view without state of its own
     */
    public FailedJobs failures() {
        return failures;
    }

    /**
     * The delayed jobs of all languages, to look at, remove, move to another time and enqueue now.
     *
     * @return a view without state of its own
     * @throws ConfigurationException if the backend does not support delayed jobs
     */
    public DelayedJobs delayed() {
        return delayed.get();
    }

    /**
     * The recurring jobs, to write, look at, remove, pause and trigger.
     *
     * @return a view without state of its own
     * @throws ConfigurationException if the backend does not support recurring jobs
     */
    public RecurringJobs schedules() {
        return schedules.get();
    }

    /**
     * The scheduler of this {@code Resque}, which puts delayed and recurring jobs onto their queues. It runs while a worker runs; {@code
     * scheduler().start()} runs it without one.
     *
     * @return the same scheduler on each call, closed with this
     * @throws ConfigurationException if the backend does not support delayed jobs
     */
    public Scheduler scheduler() {
        return scheduler.get();
    }

    /**
     * The history: counters, queues, workers and run times of the last days, and marks.
     *
     * @return a view; closed with this
     * @throws ConfigurationException if the backend keeps no history
     */
    public History history() {
        return history.get();
    }

    /**
     * The serializer of this {@code Resque}, which was chosen or found on the class path.
     *
     * @return the serializer, which is thread-safe
     */
    public JobSerializer serializer() {
        return serializer;
    }

    /**
     * Shows queues, workers and counters.
     *
     * @return a view without state of its own
     */
    public Inspector inspector() {
        return inspector;
    }

    /**
     * Removes, kills, pauses and resumes registered workers on request.
     *
     * @return a view without state of its own
     */
    public RegisteredWorkers registeredWorkers() {
        return registeredWorkers;
    }

    /**
     * Begins a worker for some queues.
     *
     * @param queues their names, the most urgent first: while a queue holds a job, the queues behind it wait. As in Ruby,
     *     {@code *} stands for all other queues in the order of their names; {@code mail_*}, {@code ?} and {@code [ab]} are
     *     patterns for names; {@code !low} excludes a queue. If the list has a pattern or an exclusion, the worker takes jobs
     *     only from announced queues, and notices a new queue within a second. One text can hold several entries, as
     *     {@code QUEUE} does: {@code "critical,mail_*"}
     * @return a builder; nothing happens before its {@code start}
     * @throws io.resque.api.ConfigurationException if no queue is named, or a name is not allowed
     */
    public WorkerBuilder workerBuilder(String... queues) {
        return workers.apply(QueueList.of(queues));
    }

    /**
     * Begins a worker by settings, such as {@code queues} and {@code concurrency}: {@link WorkerBuilder#configure} lists them.
     *
     * @param settings values by their keys; {@code queues} must be one of them
     * @return a builder; nothing happens before its {@code start}
     * @throws io.resque.api.ConfigurationException if no queue is named, or as {@link WorkerBuilder#configure}
     */
    public WorkerBuilder workerBuilder(Map<String, String> settings) {
        SettingReader from = SettingReader.ofKeys(settings);
        QueueList queues = from.value("queues", QueueList::of)
                .orElseThrow(() -> new ConfigurationException(
                        "The setting \"queues\" of a worker is missing; name its queues, such as critical,low or *"));
        return workers.apply(queues).readOthers(from);
    }

    /**
     * Cleans up after dead workers of all languages. The job of each becomes a failure record,
     * {@code Resque::PruneDeadWorkerDirtyExit}, and its status {@code FAILED}; with {@link ResqueBuilder#requeueAfterWorkerDeath} the job
     * goes back to the head of its queue instead. The same step removes the registration of the worker and its own counters. A
     * {@code Resque} with workers also does this without a call: when its first worker starts, and after each heartbeat. After
     * Redis was away, it waits for one more heartbeat, so that living workers can renew theirs first.
     *
     * <p>These workers are dead, registered or not; {@link io.resque.api.WorkerInfo#life} says the same:
     *
     * <ul>
     *   <li>a worker whose heartbeat, by the clock of Redis, is older than {@link ResqueBuilder#deadAfter}: 300 seconds by
     *       default, as in Ruby
     *   <li>a worker of this library whose process has ended, if it was registered on this machine, since its last start and
     *       in the PID namespace of this process
     *   <li>a registered worker of another library that writes no heartbeat, such as PHP's, if its id names this host and no
     *       process here has its pid; not if {@link ResqueBuilder#recoverByPid} is false, or this process runs in a container
     * </ul>
     *
     * <p>Workers of this object are never dead. If a living worker is taken for dead, for example after a long time without
     * Redis, it runs its job to the end, but does not record the outcome a second time.
     *
     * <p>Many threads and processes can call this at once: one of them recovers each worker. Blocks for a few round trips, and a
     * few more for each dead worker. If Redis refuses to recover a worker, the log says so, and the worker stays as it was. If
     * Redis stops answering, some workers have been recovered and the others have not; if statuses are kept in another store, the
     * status of the last job may still say that it runs. This call locks Ruby's pruning out for a minute, since Ruby could record
     * the same jobs again. If another program has begun to prune less than ten seconds ago, this call leaves the dead workers to
     * that program.
     *
     * @return the ids of the workers that this call recovered, sorted
     * @throws io.resque.api.BackendException if Redis did not answer; another call recovers the others
     */
    public List<String> recoverDeadWorkers() {
        return deadWorkers.recover().recovered();
    }

    /**
     * The state of the workers of this {@code Resque}, as this process knows it; for health checks, since it never waits for
     * Redis. {@link ResqueHttp} shows it to probes.
     *
     * @return the state at this moment
     */
    public Health health() {
        return probes.health().get();
    }

    Probes probes() {
        return probes;
    }

    /**
     * Makes the end of the JVM close this {@code Resque}: Ctrl-C, SIGTERM, {@link System#exit}, or the end of the last thread.
     * Running jobs have {@link WorkerBuilder#stopTimeout} to end; then they are interrupted. A job that called {@code System.exit}
     * never returns, so it is recorded at once as a failure, {@code Resque::DirtyExit}. Then the jobs of {@code enqueueAsync} are
     * written, for ten seconds at most; the log says how many were not written. A second signal changes nothing.
     * {@code kill -9} and {@link Runtime#halt} leave no time for this: a recovery of dead workers then deals with running jobs.
     *
     * <p>Can be called at any time, and again. {@link #close} undoes it. Does nothing after {@code close}, or if the JVM has
     * begun to end.
     *
     * @return this
     */
    public Resque closeOnExit() {
        closing.closeOnExit();
        return this;
    }

    /** Removes the namespace of a {@link ServerTrial}. */
    void removeTrial() {
        backend.removeTrial();
    }

    /**
     * Stops the workers of this {@code Resque} as {@link Worker#close} does, all at once, each within its own
     * {@link WorkerBuilder#stopTimeout}, and ends each {@link WorkerBuilder#drain}. Then writes the jobs of {@code enqueueAsync} for
     * {@link WorkerBuilder#DEFAULT_STOP_TIMEOUT} at most; the futures of jobs that are not written by then complete with an error. Then
     * closes the connections. An interrupt of the calling thread does not cut this short. Closing again does nothing. Afterwards every
     * method that needs Redis throws {@link io.resque.api.BackendException}.
     *
     * <p>If a job, or a listener in a worker's thread, closes the {@code Resque} of its own worker, this method returns at once.
     * The job goes on, and its outcome is written when it ends; then another thread closes the connections.
     */
    @Override
    public void close() {
        closing.close();
    }
}
