package io.resque.core;

import io.resque.api.BackendUnavailableException;
import io.resque.api.JobModule;
import io.resque.api.JobSpec;
import io.resque.api.JobStatus;
import io.resque.api.Listeners;
import io.resque.api.MalformedPayloadException;
import io.resque.api.ResqueListener;
import io.resque.api.spi.Payload;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The entry: enqueues jobs, tells how they stand, and makes workers. Thread-safe; one for each Redis is enough for a
 * whole application.
 *
 * <pre>{@code
 * try (Resque resque = Resque.connect("redis://localhost:6379/0")) {
 *     resque.enqueue("default", "My_Job", 1, "x");
 * }
 * }</pre>
 */
public final class Resque implements AutoCloseable, Listeners {
    private final Services services;
    private final Producer producer;
    private final Set<Worker> workers = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Resque(Services services, @Nullable JobModule inline) {
        this.services = services;
        this.producer = new Producer(services, inline == null ? null : new Inline(this, services, inline));
    }

    /**
     * Opens the Redis at a URL, with the one backend and the one serializer that are on the class path. Does not
     * connect before the first command.
     *
     * @param url {@code redis://user:password@host:port/db?namespace=resque}, {@code rediss://…} for TLS,
     *     {@code host:port}, or {@code memory:} for one in this JVM, with io.resque:resque-backend-memory
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
     * @param jobClass name of the class that shall run, in whatever language
     * @param args its arguments: null, {@link String}, {@link Boolean}, integers of any size, {@link Double},
     *     {@link List}, {@link java.util.Map} with string keys, or what a converter was registered for
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
        return enqueue(queue, job, services.events());
    }

    boolean enqueue(String queue, JobSpec job, Events events) {
        return producer.enqueue(queue, job, events);
    }

    /**
     * Puts many jobs on a queue, in their order, with one round trip for about a thousand of them. All are checked
     * before the first is written. Listeners hear of each; those that they veto are left out, and they hear
     * {@code afterEnqueue} once all are written.
     *
     * @param queue name of the queue
     * @param jobs the jobs
     * @return the number of jobs put on the queue
     * @throws io.resque.api.InvalidJobException if a name or an argument cannot be sent; nothing was written
     * @throws io.resque.api.BackendException if Redis stopped taking them; the message says how many it had taken
     */
    public long enqueueAll(String queue, List<JobSpec> jobs) {
        return producer.enqueueAll(queue, jobs, services.events());
    }

    /**
     * Puts a job on a queue whose status can be asked for, with php-resque's fields: {@code id} and {@code queue_time}.
     * The status is written with the job, so a worker never finds one without the other.
     *
     * @param queue name of the queue
     * @param jobClass name of the class that shall run
     * @param args its arguments, as for {@link #enqueue(String, String, Object...)}
     * @return the token for {@link #status}, 32 hexadecimal digits; empty if a listener vetoed the job
     * @throws io.resque.api.InvalidJobException if a name or an argument cannot be sent; nothing was written
     * @throws io.resque.api.BackendException if Redis did not take it; no status is left then, unless
     *     {@link BackendUnavailableException#maybeApplied} says that the job may be on the queue
     */
    public Optional<String> enqueueTracked(String queue, String jobClass, @Nullable Object... args) {
        return producer.enqueueTracked(queue, JobSpec.of(jobClass, args), services.events());
    }

    /**
     * How a tracked job stands, also one that PHP enqueued.
     *
     * @param token from {@link #enqueueTracked}, or php-resque's token, after its prefix and {@code _} if it has one
     * @return empty if nothing is known of it: never tracked, expired a day after its end, or no longer tracked
     * @throws io.resque.api.BackendException if Redis did not answer
     */
    public Optional<JobStatus> status(String token) {
        return services.statuses()
                .find(token)
                .map(record -> new JobStatus(
                        record.state(),
                        record.updated(),
                        Optional.ofNullable(record.started()),
                        readable(record.result())));
    }

    /** What another wrote as a result and is no JSON must not hide the state. */
    private @Nullable Object readable(@Nullable Payload result) {
        try {
            return result == null ? null : services.serializer().decode(result);
        } catch (MalformedPayloadException e) {
            return null;
        }
    }

    /**
     * Adds a listener to this and to all its workers, running ones included.
     *
     * @param listener the listener
     */
    @Override
    public void listen(ResqueListener listener) {
        services.events().listen(Objects.requireNonNull(listener, "listener"));
    }

    @Override
    public boolean stopListening(ResqueListener listener) {
        return services.events().stopListening(listener);
    }

    /**
     * Tells all workers of this namespace, of every language and on every machine, to take no more jobs, or to go on:
     * Ruby's {@code pause-all-workers}. Running jobs go on; ours look once a second.
     *
     * @param paused true to pause, false to go on
     * @throws io.resque.api.BackendException if Redis did not answer
     */
    public void pauseAll(boolean paused) {
        services.backend().workers().pause(paused);
    }

    /**
     * Begins a worker for some queues.
     *
     * @param queues their names, the most urgent first: as long as it holds a job, the others wait. As in Ruby,
     *     {@code *} stands for all others in the order of their names, {@code mail_*}, {@code ?} and {@code [ab]} for
     *     those that fit, and {@code !low} takes away; with any of these only queues that exist are looked at, and new
     *     ones are noticed within a second
     * @return a builder; nothing happens before its {@code start}
     * @throws io.resque.api.ConfigurationException if no queue is named, or a name is not one
     */
    public WorkerBuilder worker(String... queues) {
        return new WorkerBuilder(this, services, QueueList.of(queues));
    }

    void start(Worker worker) {
        workers.add(worker);
        worker.start();
        if (closed) { // meanwhile, and may not have seen this one
            worker.stop(Duration.ZERO);
        }
    }

    void stopped(Worker worker) {
        workers.remove(worker);
    }

    /**
     * Closes the workers that this made, which lets their running jobs end, and then the connections. Closing again
     * does nothing.
     */
    @Override
    public void close() {
        closed = true;
        workers.forEach(Worker::ask);
        workers.forEach(Worker::close);
        services.close();
    }
}
