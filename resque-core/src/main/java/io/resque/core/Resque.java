package io.resque.core;

import io.resque.api.BackendUnavailableException;
import io.resque.api.ConfigurationException;
import io.resque.api.JobMatch;
import io.resque.api.JobSpec;
import io.resque.api.JobStatus;
import io.resque.api.Listeners;
import io.resque.api.ResqueListener;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.QueueBackend;
import io.resque.core.internal.enqueue.Producer;
import io.resque.core.internal.enqueue.QueueCleaner;
import io.resque.core.internal.fleet.DeadWorkers;
import io.resque.core.internal.settings.SettingReader;
import io.resque.core.internal.status.StatusFollower;
import io.resque.core.internal.status.StatusUpdates;
import io.resque.core.internal.subscription.QueueList;
import io.resque.core.internal.support.ListenerChain;
import io.resque.core.internal.worker.ResqueClosing;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The entry: enqueues jobs, reads their statuses, and starts workers. Thread-safe; a whole application needs one for each Redis.
 *
 * <pre>{@code
 * try (Resque resque = Resque.connect("redis://localhost:6379/0")) {
 *     resque.enqueue("default", "My_Job", 1, "x");
 * }
 * }</pre>
 */
public final class Resque implements AutoCloseable, Listeners {
    private final QueueBackend backend;
    private final JobSerializer serializer;
    private final ListenerChain listeners;
    private final Producer producer;
    private final QueueCleaner cleaner;
    private final StatusUpdates statuses;
    private final DeadWorkers deadWorkers;
    private final RegisteredWorkers registeredWorkers;
    private final Inspector inspector;
    private final Function<QueueList, WorkerBuilder> workers;
    private final Probes probes;
    private final ResqueClosing closing;

    Resque(
            QueueBackend backend,
            JobSerializer serializer,
            ListenerChain listeners,
            Producer producer,
            QueueCleaner cleaner,
            StatusUpdates statuses,
            DeadWorkers deadWorkers,
            RegisteredWorkers registeredWorkers,
            Inspector inspector,
            Function<QueueList, WorkerBuilder> workers,
            Probes probes,
            ResqueClosing closing) {
        this.backend = backend;
        this.serializer = serializer;
        this.listeners = listeners;
        this.producer = producer;
        this.cleaner = cleaner;
        this.statuses = statuses;
        this.deadWorkers = deadWorkers;
        this.registeredWorkers = registeredWorkers;
        this.inspector = inspector;
        this.workers = workers;
        this.probes = probes;
        this.closing = closing;
    }

    /**
     * Opens the Redis at a URL, with the one backend and the one serializer that are on the class path. Does not
     * connect before the first command.
     *
     * @param url {@code redis://user:password@host:port/db?namespace=resque}, {@code rediss://…} for TLS,
     *     {@code unix:///path?db=0}, {@code host:port}, or {@code memory:} for one in this JVM, with
     *     io.resque:resque-backend-memory
     * @return to be closed by the caller
     * @throws io.resque.api.ConfigurationException if the URL cannot be read, or there is no single adapter to choose
     */
    public static Resque connect(String url) {
        return builder().url(url).build();
    }

    /**
     * Chooses more than the URL.
     *
     * @return a new builder
     */
    public static ResqueBuilder builder() {
        return new ResqueBuilder();
    }

    /**
     * Puts a job on a queue, in Ruby's bytes: {@code {"class":"My_Job","args":[1,"x"]}}. For a PHP worker, which knows
     * one argument only, give one {@link java.util.Map}.
     *
     * @param queue name of the queue
     * @param jobClass name of the class that runs the job, in any language
     * @param args its arguments: null, {@link String}, {@link Boolean}, integers of any size, {@link Double},
     *     {@link List}, {@link java.util.Map} with string keys, or a value of a class with a registered converter
     * @return true: the job is on the queue; false if a listener vetoed it, and nothing was written. Where Redis takes
     *     the job and refuses only to announce its queue, which workers of all queues go by, that is a warning in the log
     * @throws io.resque.api.InvalidJobException if a name or an argument cannot be sent; nothing was written
     * @throws io.resque.api.BackendException if Redis did not take it; {@link BackendUnavailableException#maybeApplied}
     *     tells whether it may be on the queue all the same
     */
    public boolean enqueue(String queue, String jobClass, @Nullable Object... args) {
        return enqueue(queue, JobSpec.of(jobClass, args));
    }

    /**
     * As {@link #enqueue(String, String, Object...)}.
     *
     * @param queue name of the queue
     * @param job the job
     * @return true: the job is on the queue; false if a listener vetoed it
     */
    public boolean enqueue(String queue, JobSpec job) {
        return producer.enqueue(queue, job, listeners);
    }

    /**
     * Puts many jobs on a queue, in their order, with one round trip for about a thousand of them. All are checked
     * before the first is written. Listeners hear of each job; jobs that they veto are left out, and they hear
     * {@code afterEnqueue} once all are written.
     *
     * @param queue name of the queue
     * @param jobs the jobs
     * @return the number of jobs put on the queue
     * @throws io.resque.api.InvalidJobException if a name or an argument cannot be sent; nothing was written
     * @throws io.resque.api.BackendException if Redis stopped taking them; the message says how many it had taken
     */
    public long enqueueAll(String queue, List<JobSpec> jobs) {
        return producer.enqueueAll(queue, jobs, listeners);
    }

    /**
     * Puts a stream of jobs on a queue, a thousand at a time, so that it need not fit into memory. While a thousand are
     * being written, the next are taken from the stream and checked, always in this thread; listeners hear as for the
     * list. So if the stream breaks, up to a thousand more jobs were taken from it than the message names.
     *
     * @param queue name of the queue
     * @param jobs the jobs, in order; not closed here
     * @return the number of jobs put on the queue
     * @throws io.resque.api.InvalidJobException if a name or an argument cannot be sent
     * @throws io.resque.api.BackendException if Redis stopped taking them. Both messages say how many jobs were on the
     *     queue before the thousand that failed
     */
    public long enqueueAll(String queue, Stream<JobSpec> jobs) {
        return producer.enqueueAll(queue, Objects.requireNonNull(jobs, "jobs").iterator(), listeners);
    }

    /**
     * As {@link #enqueueAllAsync} with one job.
     *
     * @param queue name of the queue
     * @param job the job
     * @return ends with true once the job is on the queue, with false at once if a listener vetoed it
     * @throws io.resque.api.InvalidJobException if a name or an argument cannot be sent; nothing was written
     */
    public CompletionStage<Boolean> enqueueAsync(String queue, JobSpec job) {
        return enqueueAllAsync(queue, List.of(Objects.requireNonNull(job, "job")))
                .thenApply(jobs -> jobs > 0);
    }

    /**
     * Puts many jobs on a queue, and does not wait until they are written: a background thread writes the jobs of all calls for a
     * queue in batches, in the order of the calls. Before this returns, the jobs are checked and encoded, and listeners hear
     * {@code beforeEnqueue}. It blocks only while about four megabytes or more are not yet written; an interrupt does not end that.
     *
     * <p>Until the stage ends, the jobs are in this JVM only. They are written before {@link #close} returns, and before the JVM
     * ends, unless by a crash, {@code kill -9} or {@link Runtime#halt}; the end waits for ten seconds at
     * most ({@link ResqueBuilder#flushOnExit}). While the JVM ends, this returns only when the jobs are written. If Redis is away the stage
     * ends with an error, as {@code enqueue} does, and the job is not tried again; the log tells of the first of these. A
     * caller that must know waits for the stage; the other {@code enqueue} methods need no such care.
     * Their jobs may come before jobs that were handed over and are not yet written.
     *
     * @param queue name of the queue
     * @param jobs the jobs, in order
     * @return ends with the number of jobs once they are on the queue and listeners have heard {@code afterEnqueue}; with
     *     what {@link #enqueueAll(String, List)} throws, a {@link io.resque.api.BackendException}, as the cause of a
     *     {@link java.util.concurrent.CompletionException}, if Redis did not take them or this was closed; with the exception of a listener
     *     in {@code afterEnqueue} though the jobs are on the queue. Ends in the thread that writes, unless
     *     there is nothing to write: a stage that depends on it may enqueue further jobs, but must not wait for another stage,
     *     which would never end
     * @throws io.resque.api.InvalidJobException if a name or an argument cannot be sent; nothing was written
     */
    public CompletionStage<Long> enqueueAllAsync(String queue, List<JobSpec> jobs) {
        return producer.enqueueAllAsync(queue, jobs, listeners);
    }

    /**
     * Puts a job on a queue whose status can be asked for, with php-resque's fields: {@code id} and {@code queue_time}.
     * The status is written with the job, so a worker never finds one without the other.
     *
     * @param queue name of the queue
     * @param jobClass name of the class that runs the job
     * @param args its arguments, as for {@link #enqueue(String, String, Object...)}
     * @return the token for {@link #status}, 32 hexadecimal digits; empty if a listener vetoed the job
     * @throws io.resque.api.InvalidJobException if a name or an argument cannot be sent; nothing was written
     * @throws io.resque.api.BackendException if Redis did not take it; no status is left then, unless
     *     {@link BackendUnavailableException#maybeApplied} says that the job may be on the queue
     */
    public Optional<String> enqueueTracked(String queue, String jobClass, @Nullable Object... args) {
        return enqueueTracked(queue, JobSpec.of(jobClass, args));
    }

    /**
     * The same for a job that can have an id that the caller chose. After a {@code BackendException} the caller can try again with the
     * same id: the job is enqueued once.
     *
     * @param queue name of the queue
     * @param job the job
     * @return the token, which is the job's id if it has one; empty if a listener vetoed the job
     * @throws io.resque.api.JobIdTakenException if there is a status under this id; nothing was written
     */
    public Optional<String> enqueueTracked(String queue, JobSpec job) {
        return producer.enqueueTracked(queue, job, listeners);
    }

    /**
     * The status of a tracked job, also of a job that PHP enqueued.
     *
     * @param token from {@link #enqueueTracked}, or php-resque's token, after its prefix and {@code _} if it has one
     * @return empty if nothing is known of it: never tracked, expired a day after its end, or no longer tracked
     * @throws io.resque.api.BackendException if Redis did not answer
     */
    public Optional<JobStatus> status(String token) {
        return statuses.find(Objects.requireNonNull(token, "token"));
    }

    /**
     * Waits for a tracked job, and tells of each change that is seen on the way. Looks again after a twentieth of a
     * second, and more and more seldom, down to once a second, while nothing changes; states that come and go between
     * two looks are not seen. Blocks the calling thread.
     *
     * @param token as for {@link #status}
     * @param timeout how long to wait for the end; zero looks once
     * @param onChange called in this thread with the status found at first, and with each status that differs from the last
     *     one; an exception of it ends the waiting
     * @return the last status seen: final, or of whatever state at the timeout. Empty as soon as nothing is known of the
     *     token, at first or any more, such as after {@link #stopTracking} or {@link #dequeue(String)}
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
     * Removes the status of a job, php-resque's {@code stop}. The job itself is not touched: it is run as any other,
     * without a status.
     *
     * @param token as for {@link #status}
     * @return whether there was one
     * @throws io.resque.api.BackendException if Redis did not answer
     */
    public boolean stopTracking(String token) {
        return statuses.remove(Objects.requireNonNull(token, "token"));
    }

    /**
     * Removes the statuses that {@link Inspector#lostStatuses} finds when it looks twice, each only if it has not changed since.
     *
     * @param olderThan as there
     * @param time as there
     * @return the statuses that were removed
     */
    public LostStatuses removeLostStatuses(Duration olderThan, Duration time) {
        return inspector.removeLostStatuses(olderThan, time);
    }

    /**
     * Adds a listener to this and to all its workers, running ones included.
     *
     * @param listener the listener
     */
    @Override
    public void listen(ResqueListener listener) {
        listeners.listen(Objects.requireNonNull(listener, "listener"));
    }

    @Override
    public boolean stopListening(ResqueListener listener) {
        return listeners.stopListening(listener);
    }

    /**
     * Tells all workers of this namespace, of every language and on every machine, to take no more jobs, or to go on:
     * Ruby's {@code pause-all-workers}. Running jobs go on; ours look once a second.
     *
     * @param paused true to pause, false to go on
     * @throws io.resque.api.BackendException if Redis did not answer
     */
    public void pauseAll(boolean paused) {
        backend.workers().pause(paused);
    }

    /**
     * The queues that were announced, also if they are empty now.
     *
     * @return their names, sorted
     * @throws io.resque.api.BackendException if Redis did not answer
     */
    public List<String> queues() {
        return backend.queues().names().stream().sorted().toList();
    }

    /**
     * How many jobs wait on a queue.
     *
     * @param queue its name
     * @return 0 for an unknown queue
     * @throws io.resque.api.BackendException if Redis did not answer
     */
    public long size(String queue) {
        return cleaner.size(queue);
    }

    /**
     * Removes all jobs that a queue holds now, readable or not, with their statuses. The queue stays announced. Works
     * from the head on in several steps: a worker may take a job in between, and runs it. If Redis stops answering,
     * some jobs have been removed, and of the last ones perhaps not the statuses.
     *
     * @param queue its name
     * @return the number of jobs removed
     * @throws io.resque.api.BackendException if Redis did not answer
     */
    public long dequeue(String queue) {
        return cleaner.all(queue);
    }

    /**
     * Removes all jobs of some classes, as {@link #dequeue(String, JobMatch...)}.
     *
     * @param queue its name
     * @param jobClasses names of the classes; if there are none, nothing is removed
     * @return the number of jobs removed
     */
    public long dequeue(String queue, String... jobClasses) {
        return cleaner.matching(queue, QueueCleaner.ofClasses(jobClasses));
    }

    /**
     * Removes the jobs that match, in whatever language they were enqueued, and with a tracked job its status. The
     * other jobs keep their order. May be called while workers run: a job is either removed and counted, or run; none is
     * lost. A payload that cannot be read matches nothing and stays.
     *
     * <p>Takes several steps, which read the whole queue. Jobs pushed during the call may be missed; so may jobs next to
     * which many others are put back during the call. If Redis stops answering, some jobs may have been removed, and of these
     * perhaps not the statuses.
     *
     * @param queue its name
     * @param matches which jobs: each that one of these matches; if there are none, nothing is removed
     * @return the number of jobs removed, duplicates included
     * @throws io.resque.api.InvalidJobException if a class or an argument is none that could be enqueued; nothing was
     *     removed
     * @throws io.resque.api.BackendException if Redis did not answer
     */
    public long dequeue(String queue, JobMatch... matches) {
        return cleaner.matching(queue, List.of(matches));
    }

    /**
     * Removes a queue: its jobs, as {@link #dequeue(String)}, then its announcement. A later push announces it anew. Of a
     * job that is pushed in the very last moment the status may stay.
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
        return inspector.failures();
    }

    /**
     * What writes and reads payloads here: the serializer that was chosen, or found on the class path.
     *
     * @return good for any thread
     */
    public JobSerializer serializer() {
        return serializer;
    }

    /**
     * What queues, workers and counters hold.
     *
     * @return a view without state of its own
     */
    public Inspector inspector() {
        return inspector;
    }

    /**
     * Removes and kills registered workers by hand.
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
     *     {@code *} stands for all other queues in the order of their names, {@code mail_*}, {@code ?} and {@code [ab]} for
     *     queues that match, and {@code !low} excludes a queue; with any of these only queues that exist are looked at, and new
     *     queues are noticed within a second. One text may hold several, as {@code QUEUE} does: {@code "critical,mail_*"}
     * @return a builder; nothing happens before its {@code start}
     * @throws io.resque.api.ConfigurationException if no queue is named, or a name is not one
     */
    public WorkerBuilder worker(String... queues) {
        return workers.apply(QueueList.of(queues));
    }

    /**
     * Begins a worker by settings, such as {@code queues} and {@code concurrency}: see {@link WorkerBuilder#configure}.
     *
     * @param settings values by their keys; {@code queues} must be one of them
     * @return a builder; nothing happens before its {@code start}
     * @throws io.resque.api.ConfigurationException if no queue is named, or as {@link WorkerBuilder#configure}
     */
    public WorkerBuilder worker(Map<String, String> settings) {
        String queues = SettingReader.ofKeys(settings)
                .text("queues")
                .orElseThrow(() -> new ConfigurationException(
                        "The setting \"queues\" of a worker is missing; name its queues, such as critical,low or *"));
        return worker(queues).configure(settings);
    }

    /**
     * Cleans up after workers that have died: the job of each, of whatever language, becomes a failure
     * {@code Resque::PruneDeadWorkerDirtyExit} and its status {@code FAILED}, or with
     * {@link ResqueBuilder#requeueDeadJobs} goes back to the head of its queue; its registration and its own counters are
     * removed, in one step. A {@code Resque} with workers does this without being asked: when its first worker starts, and after each
     * heartbeat; after Redis was away, one heartbeat later, so that other workers have told first that they live.
     *
     * <p>A worker, registered or not, is dead if its heartbeat is older than 300 seconds by the clock of Redis, as in
     * Ruby, or than {@link ResqueBuilder#deadAfter}. A worker of this library is dead at once if it was registered since this
     * machine started, with its host name and in its PID namespace, and its process has ended. A worker of another library
     * without a heartbeat, such as PHP's, is dead at once if its id names this host and a pid that is gone, unless
     * {@link ResqueBuilder#recoverByPid} says otherwise. Workers of this object are never dead. {@link io.resque.api.WorkerInfo#life}
     * tells the same of each worker. If a worker is taken for dead and lives, such as after a long time without Redis, it runs its job
     * to the end; the outcome is not recorded a second time.
     *
     * <p>May be called from any thread, and by many processes at once: each worker is recovered by one of them. Blocks for
     * a few round trips, and one more for each dead worker. If Redis refuses to recover a worker, that is a warning in the log, and
     * the worker is left as it was. If Redis stops answering, some workers have been recovered and the others have not; of the last
     * one, a status that is kept in another store may still say that its job is running. Ruby's pruning, which
     * does not look twice, is locked out for a minute; if another program's pruning has begun less than ten seconds ago, this call
     * leaves the dead workers to it.
     *
     * @return the ids of the workers that this call recovered, sorted
     * @throws io.resque.api.BackendException if Redis did not answer; calling again goes on
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
     * Closes this when the JVM ends: by Ctrl-C, SIGTERM, {@link System#exit}, or because its last thread has ended. Running
     * jobs have {@link WorkerBuilder#stopTimeout} to end, then they are interrupted. A job that called {@code System.exit} itself
     * never comes back: it is recorded at once as a failure, {@code Resque::DirtyExit}. Then the jobs that were handed over to
     * {@code enqueueAsync} are written, for ten seconds at most; the log tells how many were not. A second signal changes
     * nothing. {@code kill -9} and {@link Runtime#halt} leave no time for this: then a running job is recovered as that of a
     * dead worker.
     *
     * <p>May be called at any time, and again. {@link #close} undoes it. Does nothing after {@code close}, or if the JVM has
     * begun to end.
     *
     * @return this
     */
    public Resque closeOnExit() {
        closing.closeOnExit();
        return this;
    }

    /**
     * Closes the workers that this made, as {@link Worker#close}, all at the same time, and ends a
     * {@link WorkerBuilder#drain}; writes the jobs that were handed over to be written, for {@link Worker#CLOSE_TIMEOUT} at
     * most, after which the stages of the rest end with an error; and closes the connections. No interrupt of the calling
     * thread cuts this short. Closing again does nothing. What needs Redis throws {@link io.resque.api.BackendException} from
     * then on.
     *
     * <p>A job, or a listener in a worker's thread, that closes the {@code Resque} of its own worker is not waited for: this
     * returns at once, the job goes on and is settled when it ends, and then a thread closes the rest.
     */
    @Override
    public void close() {
        closing.close();
    }
}
