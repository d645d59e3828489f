package io.resque.core;

import io.resque.api.BackendUnavailableException;
import io.resque.api.JobSpec;
import io.resque.api.JobState;
import io.resque.api.JobStatus;
import io.resque.api.MalformedPayloadException;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Push;
import io.resque.api.spi.StatusChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
public final class Resque implements AutoCloseable {
    /** A chunk of a bulk push: so many jobs, or so many bytes, in one request. */
    private static final int CHUNK_JOBS = 1_000;

    private static final int CHUNK_BYTES = 1 << 20;

    private final Services services;
    private final Set<Worker> workers = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Resque(Services services) {
        this.services = services;
    }

    /**
     * Opens the Redis at a URL, with the one backend and the one serializer that are on the class path. Does not
     * connect before the first command.
     *
     * @param url {@code redis://user:password@host:port/db?namespace=resque}, {@code rediss://…} for TLS, or
     *     {@code host:port}
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
     * @return true: the job is on the queue
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
     * @return true: the job is on the queue
     */
    public boolean enqueue(String queue, JobSpec job) {
        services.arguments().checkQueue(queue);
        push(queue, List.of(encode(job)), List.of());
        return true;
    }

    /**
     * Puts many jobs on a queue, in their order, with one round trip for about a thousand of them. All are checked
     * before the first is written.
     *
     * @param queue name of the queue
     * @param jobs the jobs
     * @return the number of jobs put on the queue
     * @throws io.resque.api.InvalidJobException if a name or an argument cannot be sent; nothing was written
     * @throws io.resque.api.BackendException if Redis stopped taking them; the message says how many it had taken
     */
    public long enqueueAll(String queue, List<JobSpec> jobs) {
        services.arguments().checkQueue(queue);
        List<Payload> payloads = new ArrayList<>(jobs.size());
        jobs.forEach(job -> payloads.add(encode(job)));
        int written = 0;
        while (written < payloads.size()) {
            int end = written;
            for (int bytes = 0; end < payloads.size() && end - written < CHUNK_JOBS && bytes < CHUNK_BYTES; end++) {
                bytes += payloads.get(end).size();
            }
            try {
                push(queue, payloads.subList(written, end), List.of());
            } catch (BackendUnavailableException e) {
                int tried = e.maybeApplied() ? end : written;
                throw new BackendUnavailableException(
                        e.getMessage() + "; " + bulkProgress(written, tried, payloads.size()),
                        e,
                        e.maybeApplied() || written > 0);
            } catch (io.resque.api.BackendException e) {
                throw new io.resque.api.BackendException(
                        e.getMessage() + "; " + bulkProgress(written, written, payloads.size()), e);
            }
            written = end;
        }
        return written;
    }

    private static String bulkProgress(int written, int tried, int all) {
        return written + " of " + all + " jobs are on the queue"
                + (tried > written ? ", and the next " + (tried - written) + " may be" : "");
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
     * @throws io.resque.api.BackendException if Redis did not take it
     */
    public Optional<String> enqueueTracked(String queue, String jobClass, @Nullable Object... args) {
        services.arguments().checkQueue(queue);
        String token = services.tokens().next();
        Payload payload = services.serializer()
                .encode(PayloadShape.tracked(
                        services.arguments().check(JobSpec.of(jobClass, args)),
                        token,
                        services.clock().instant()));
        StatusChange waiting = new StatusChange(token, JobState.WAITING, null, null);
        if (services.statusRidesAlong()) {
            push(queue, List.of(payload), List.of(waiting));
        } else {
            services.statuses().write(waiting);
            push(queue, List.of(payload), List.of());
        }
        return Optional.of(token);
    }

    private Payload encode(JobSpec job) {
        return services.serializer()
                .encode(PayloadShape.plain(services.arguments().check(job)));
    }

    private void push(String queue, List<Payload> payloads, List<StatusChange> statuses) {
        services.backend().queues().push(new Push(queue, payloads, statuses));
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
     * The failures of all languages, to look at, retry and remove.
     *
     * @return a view without state of its own
     */
    public FailedJobs failures() {
        return new FailedJobs(services);
    }

    /**
     * What queues, workers and counters hold.
     *
     * @return a view without state of its own
     */
    public Inspector inspector() {
        return new Inspector(this, services);
    }

    /**
     * Begins a worker for some queues.
     *
     * @param queues their names, the most urgent first: as long as it holds a job, the others wait
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
