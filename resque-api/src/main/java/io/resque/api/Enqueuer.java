package io.resque.api;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Puts jobs on queues. An application's {@code Resque} is one, and so is the {@link JobContext} of a running job, so code that only
 * enqueues can ask for this type.
 *
 * <p>The name of a method says what it does: {@code enqueue}, then {@code All} for many jobs, {@code Tracked} for jobs with a status,
 * {@code Async} for a call that does not wait until the jobs are written. A job is a {@link JobSpec}, or a {@link JobType} with its
 * value, which also names the queue; a single job can also be given as class and arguments.
 *
 * <p><b>Names and arguments.</b> A queue has a name that a worker can ask for: 1 to 1,000 characters without comma, control
 * characters, {@code *}, {@code ?}, {@code [} and {@code ]}, with no {@code !} at its beginning and no blanks at its ends. Arguments
 * are null, {@link String}, {@link Boolean}, integers of any size, {@link Double}, {@link List}, {@link java.util.Map} with string
 * keys, a record, which is sent as a map, an enum, which is sent by its name, an {@link Optional} of these, or a value of a class with
 * a registered converter. The payload has Ruby's bytes: {@code {"class":"My_Job","args":[1,"x"]}}. A PHP worker knows only one
 * argument: give it one map.
 *
 * <p><b>Later.</b> {@code at} and {@code in} return an enqueuer whose methods, the same as here, delay each job: it is written now, in the
 * keys of resque-scheduler, and a scheduler puts it on its queue when it is due, so never early by the clock of Redis. The scheduler of any
 * worker of this library does so ({@code WorkerBuilder.scheduler}), or one of resque-scheduler or node-resque. {@code in} goes by the clock
 * of this JVM: if that is behind the clock of Redis, a job is early by the difference.
 *
 * <p><b>Listeners</b> hear {@code beforeEnqueue} before anything is written, and can veto a job; then it is not enqueued, and no
 * exception is thrown. They hear {@code afterEnqueue} once the job is on its queue. For a
 * job that is delayed they hear {@code beforeSchedule} and {@code afterSchedule} instead, and what {@link
 * ResqueListener#beforeDelayedEnqueue} says when a scheduler puts it on its queue.
 *
 * <p><b>Errors.</b> Each method throws {@link InvalidJobException} if a name, an id or an argument cannot be sent. Then nothing was
 * written, except by a method with a stream. If Redis does not take a job, the methods without {@code Async} throw {@link
 * BackendException}; {@link BackendUnavailableException#maybeApplied} says whether the job may be on the queue all the same. If Redis
 * takes the job, but refuses to announce its queue, that is a warning in the log: workers of {@code *} or another pattern do not see
 * the queue until it is announced.
 */
public interface Enqueuer {
    /**
     * An enqueuer whose jobs are due at an instant. A fraction of a second is rounded up. If the instant has passed by the clock of
     * Redis, a job goes straight onto its queue. Where jobs run at once ({@code ResqueBuilder.inline}), a delayed job does so, too, as
     * in resque-scheduler. Nothing is written by this method; a later {@code at} or {@code in} replaces it.
     *
     * <p>The methods of the enqueuer also throw {@link InvalidJobException} if the instant is further away than {@code
     * ResqueBuilder.maxDelay}, or if a job with its queue has more than {@code ResqueBuilder.maxDelayedJob} bytes; and {@link
     * ConfigurationException} if the backend does not support delayed jobs. Nothing was written then.
     *
     * @param due when the jobs are due
     * @return an enqueuer, to be used as long as this one
     * @throws UnsupportedOperationException if this enqueuer cannot delay jobs; those of this library can
     */
    default Enqueuer at(Instant due) {
        throw new UnsupportedOperationException(getClass().getName() + " cannot delay jobs");
    }

    /**
     * An enqueuer whose jobs are due some time after the call that enqueues them, by the clock of this JVM; see {@link #at}.
     *
     * @param delay how long; zero or less for now
     * @return an enqueuer, to be used as long as this one
     * @throws UnsupportedOperationException if this enqueuer cannot delay jobs; those of this library can
     */
    default Enqueuer in(Duration delay) {
        throw new UnsupportedOperationException(getClass().getName() + " cannot delay jobs");
    }

    /**
     * Enqueues a job that is due at an instant: resque-scheduler's {@code enqueue_at}. The same as {@code at(due).enqueue(…)}.
     *
     * @param due when the job is due, see {@link #at}
     * @param queue name of the queue
     * @param jobClass name of the class that runs the job, in any language
     * @param args its arguments; for a single argument that is null write {@code (Object) null}
     * @return true: the job is delayed, or on the queue; false if a listener vetoed it
     * @throws InvalidJobException if {@code enqueue} would refuse the job, the instant is too far away, or the job has too many bytes, see
     *     {@link #at}; nothing was written
     * @throws ConfigurationException if the backend does not support delayed jobs; nothing was written
     * @throws BackendException as {@link #enqueue(String, String, Object...)}
     * @throws UnsupportedOperationException if this enqueuer cannot delay jobs; those of this library can
     */
    default boolean enqueueAt(Instant due, String queue, String jobClass, @Nullable Object... args) {
        return at(due).enqueue(queue, jobClass, args);
    }

    /**
     * Enqueues a job that is due after some time: resque-scheduler's {@code enqueue_in}. The same as {@code in(delay).enqueue(…)}.
     *
     * @param delay how long, see {@link #in}
     * @param queue name of the queue
     * @param jobClass name of the class that runs the job, in any language
     * @param args its arguments; for a single argument that is null write {@code (Object) null}
     * @return true: the job is delayed, or on the queue; false if a listener vetoed it
     * @throws InvalidJobException as {@link #enqueueAt}; nothing was written
     * @throws ConfigurationException if the backend does not support delayed jobs; nothing was written
     * @throws BackendException as {@link #enqueue(String, String, Object...)}
     * @throws UnsupportedOperationException if this enqueuer cannot delay jobs; those of this library can
     */
    default boolean enqueueIn(Duration delay, String queue, String jobClass, @Nullable Object... args) {
        return in(delay).enqueue(queue, jobClass, args);
    }

    /**
     * Puts a job on a queue.
     *
     * @param queue name of the queue
     * @param jobClass the name under which the job's worker has registered it: for {@code register("Mail", …)} this name, for {@code
     *     register(Mail.class)} the simple name of the class; in Ruby and PHP the name of the class
     * @param args its arguments; for a single argument that is null write {@code (Object) null}
     * @return true: the job is on the queue; false if a listener vetoed it
     */
    default boolean enqueue(String queue, String jobClass, @Nullable Object... args) {
        return enqueue(queue, JobSpec.of(jobClass, args));
    }

    /**
     * Puts a job on a queue.
     *
     * @param queue name of the queue
     * @param job the job; it has no id of its own, since it is not tracked
     * @return true: the job is on the queue; false if a listener vetoed it
     */
    boolean enqueue(String queue, JobSpec job);

    /**
     * Puts a typed job on the queue of its type.
     *
     * @param <A> the type of the arguments
     * @param type the type, as its workers have it
     * @param value the arguments
     * @return true: the job is on the queue; false if a listener vetoed it
     */
    default <A> boolean enqueue(JobType<A> type, A value) {
        return enqueue(type.queue(), type.spec(value));
    }

    /**
     * Puts a job on a queue and tracks it: {@code Resque.status} tells its state, and {@code Resque.awaitEnd} waits for its end.
     *
     * <pre>{@code
     * String token = resque.enqueueTracked("mail", "Mail", 42).orElseThrow(); // empty only if a listener vetoed the job
     * Optional<JobStatus> end = resque.awaitEnd(token, Duration.ofMinutes(5));
     * end.map(JobStatus::state); // COMPLETE; FAILED; WAITING or RUNNING if the time was over
     * resque.failures().newest(FailureFilter.all().token(token), 0, 1); // why it failed
     * }</pre>
     *
     * <p>The payload has php-resque's members {@code id} and
     * {@code queue_time}. The status is written together with the job, so a worker never finds a tracked job without its status. If
     * Redis refuses the job, it has no status either.
     *
     * @param queue name of the queue
     * @param jobClass the name under which the job's worker has registered it, as for {@link #enqueue(String, String, Object...)}
     * @param args its arguments; for a single argument that is null write {@code (Object) null}
     * @return the token of the status, 32 hexadecimal digits; empty if a listener vetoed the job
     */
    default Optional<String> enqueueTracked(String queue, String jobClass, @Nullable Object... args) {
        return enqueueTracked(queue, JobSpec.of(jobClass, args));
    }

    /**
     * Puts a job on a queue and tracks it. The caller can choose its id, by {@link JobSpec#withId}. After a {@link BackendException}
     * the caller can try again with the same id: the job is enqueued once.
     *
     * @param queue name of the queue
     * @param job the job
     * @return the token of the status, which is the job's id if it has one; empty if a listener vetoed the job
     * @throws JobIdTakenException if there is a status under this id; nothing was written
     */
    Optional<String> enqueueTracked(String queue, JobSpec job);

    /**
     * Puts a typed job on the queue of its type and tracks it. For an id that you choose, give {@code type.spec(value).withId(id)} to
     * {@link #enqueueTracked(String, JobSpec)}.
     *
     * @param <A> the type of the arguments
     * @param type the type, as its workers have it
     * @param value the arguments
     * @return the token of the status; empty if a listener vetoed the job
     */
    default <A> Optional<String> enqueueTracked(JobType<A> type, A value) {
        return enqueueTracked(type.queue(), type.spec(value));
    }

    /**
     * Puts many jobs on a queue, in their order, with one round trip for about a thousand of them. All are checked before the first is
     * written. Listeners hear {@code beforeEnqueue} for each job, and jobs that they veto are left out. When all jobs are written,
     * listeners hear {@code afterEnqueue} for each.
     *
     * @param queue name of the queue
     * @param jobs the jobs; none has an id of its own
     * @return the number of jobs put on the queue
     * @throws BackendException if Redis stopped taking them; the message says how many it had taken
     */
    long enqueueAll(String queue, List<JobSpec> jobs);

    /**
     * Puts many typed jobs on the queue of their type, as {@link #enqueueAll(String, List)} does.
     *
     * @param <A> the type of the arguments
     * @param type the type, as its workers have it
     * @param values the arguments of each job
     * @return the number of jobs put on the queue
     */
    default <A> long enqueueAll(JobType<A> type, List<? extends A> values) {
        return enqueueAll(type.queue(), type.specs(values));
    }

    /**
     * Puts a stream of jobs on a queue, a thousand at a time, so that the jobs need not fit into memory together. While Redis
     * gets a thousand jobs, the calling thread takes the next thousand from the stream and checks them. Listeners hear of
     * each thousand as of a list. If this method throws, it may have taken up to a thousand more jobs from the stream than
     * the message names. There is no such method for tracked jobs, since their tokens must fit into memory all the same.
     *
     * @param queue name of the queue
     * @param jobs the jobs, in order; not closed here
     * @return the number of jobs put on the queue
     * @throws InvalidJobException if a name or an argument cannot be sent
     * @throws BackendException if Redis stopped taking them. Both messages say how many jobs were on the
     *     queue before the thousand that failed
     */
    long enqueueAll(String queue, Stream<JobSpec> jobs);

    /**
     * Puts a stream of typed jobs on the queue of their type, as {@link #enqueueAll(String, Stream)} does.
     *
     * @param <A> the type of the arguments
     * @param type the type, as its workers have it
     * @param values the arguments of each job
     * @return the number of jobs put on the queue
     */
    default <A> long enqueueAll(JobType<A> type, Stream<? extends A> values) {
        return enqueueAll(type.queue(), values.map(type::spec));
    }

    /**
     * Puts many jobs on a queue, as {@link #enqueueAll(String, List)} does, and tracks each. Jobs and statuses are written together,
     * a few hundred at a time. Some of the jobs can have an id that the caller chose.
     *
     * @param queue name of the queue
     * @param jobs the jobs; no two of them have the same id
     * @return for each job, in order, the token of its status; empty for a job that a listener vetoed
     * @throws JobIdTakenException if there is a status under the id of a job; the message names the id, and says how many jobs before
     *     it are on the queue
     * @throws BackendException if Redis stopped taking them; the message says how many it had taken
     */
    List<Optional<String>> enqueueAllTracked(String queue, List<JobSpec> jobs);

    /**
     * Puts many typed jobs on the queue of their type, as {@link #enqueueAllTracked(String, List)} does.
     *
     * @param <A> the type of the arguments
     * @param type the type, as its workers have it
     * @param values the arguments of each job
     * @return as there
     */
    default <A> List<Optional<String>> enqueueAllTracked(JobType<A> type, List<? extends A> values) {
        return enqueueAllTracked(type.queue(), type.specs(values));
    }

    /**
     * Puts a job on a queue, and does not wait until it is written; see {@link #enqueueAllAsync(String, List)}.
     *
     * @param queue name of the queue
     * @param jobClass the name under which the job's worker has registered it, as for {@link #enqueue(String, String, Object...)}
     * @param args its arguments; for a single argument that is null write {@code (Object) null}
     * @return completes with true when the job is on the queue; with false if a listener vetoed it; exceptionally, with the
     *     {@link BackendException} as the cause, if Redis did not take the job
     * @throws InvalidJobException at once, if a name or an argument cannot be sent
     */
    default CompletableFuture<Boolean> enqueueAsync(String queue, String jobClass, @Nullable Object... args) {
        return enqueueAsync(queue, JobSpec.of(jobClass, args));
    }

    /**
     * Puts a job on a queue, and does not wait until it is written; see {@link #enqueueAllAsync(String, List)}.
     *
     * @param queue name of the queue
     * @param job the job; it has no id of its own, since it is not tracked
     * @return completes with true when the job is on the queue; with false if a listener vetoed it; exceptionally, with the
     *     {@link BackendException} as the cause, if Redis did not take the job
     * @throws InvalidJobException at once, if a name or an argument cannot be sent
     */
    CompletableFuture<Boolean> enqueueAsync(String queue, JobSpec job);

    /**
     * Puts a typed job on the queue of its type, as {@link #enqueueAsync(String, JobSpec)} does.
     *
     * @param <A> the type of the arguments
     * @param type the type, as its workers have it
     * @param value the arguments
     * @return as there
     */
    default <A> CompletableFuture<Boolean> enqueueAsync(JobType<A> type, A value) {
        return enqueueAsync(type.queue(), type.spec(value));
    }

    /**
     * Puts a job on a queue and tracks it, and does not wait until it is written; see {@link #enqueueAllAsync(String, List)}.
     *
     * @param queue name of the queue
     * @param jobClass the name under which the job's worker has registered it, as for {@link #enqueue(String, String, Object...)}
     * @param args its arguments; for a single argument that is null write {@code (Object) null}
     * @return completes with the token of the status when the job is on the queue; with an empty one if a listener vetoed it;
     *     exceptionally, with the {@link BackendException} as the cause, if Redis did not take the job
     * @throws InvalidJobException at once, if a name or an argument cannot be sent
     */
    default CompletableFuture<Optional<String>> enqueueTrackedAsync(
            String queue, String jobClass, @Nullable Object... args) {
        return enqueueTrackedAsync(queue, JobSpec.of(jobClass, args));
    }

    /**
     * Puts a job on a queue and tracks it, and does not wait until it is written; see {@link #enqueueAllAsync(String, List)}.
     *
     * @param queue name of the queue
     * @param job the job
     * @return completes with the token of the status when the job is on the queue; with an empty one if a listener vetoed it;
     *     exceptionally, with the {@link BackendException} as the cause if Redis did not take the job, or with a {@link
     *     JobIdTakenException} if there is a status under its id
     * @throws InvalidJobException at once, if a name, an id or an argument cannot be sent
     */
    CompletableFuture<Optional<String>> enqueueTrackedAsync(String queue, JobSpec job);

    /**
     * Puts a typed job on the queue of its type, as {@link #enqueueTrackedAsync(String, JobSpec)} does.
     *
     * @param <A> the type of the arguments
     * @param type the type, as its workers have it
     * @param value the arguments
     * @return as there
     */
    default <A> CompletableFuture<Optional<String>> enqueueTrackedAsync(JobType<A> type, A value) {
        return enqueueTrackedAsync(type.queue(), type.spec(value));
    }

    /**
     * Puts many jobs on a queue, and does not wait until they are written. Before this method returns, it checks and encodes the
     * jobs, and listeners hear {@code beforeEnqueue}. A background thread then writes the jobs of all calls in batches; the jobs
     * of one queue keep the order of the calls. This method blocks while four megabytes or more are not yet written; an interrupt
     * does not end this wait. A job that runs in a child process always waits: its worker writes the jobs, and the future is complete
     * when the method returns.
     *
     * <p>Until the future completes, its jobs are only in the memory of this JVM. {@code Resque.close} writes them, and so does the end
     * of the JVM, which waits for ten seconds at most ({@code ResqueBuilder.flushOnExit}). A crash, {@code kill -9} and
     * {@link Runtime#halt} lose them. While the JVM ends, this method returns only when the jobs are written. If Redis is away,
     * the future completes with an error, and the jobs are not tried again; the log reports the first of several such errors.
     * To cancel or complete the future changes nothing for the jobs.
     *
     * <p>A job of another {@code enqueue} method can come onto the queue before jobs that this method has taken and not yet
     * written.
     *
     * @param queue name of the queue
     * @param jobs the jobs, in order; none has an id of its own
     * @return completes with the number of jobs when they are on the queue and listeners have heard {@code afterEnqueue}. If
     *     Redis did not take them, or the {@code Resque} was closed, completes with a
     *     {@link java.util.concurrent.CompletionException} whose cause is the {@link BackendException} that
     *     {@link #enqueueAll(String, List)} would throw. If a listener throws in {@code afterEnqueue}, completes with its
     *     exception, although the jobs are on the queue. The thread that writes completes the future, unless there is nothing to
     *     write. So an action that depends on the future can enqueue further jobs, but must not wait for another future of this
     *     method: it would wait for ever
     */
    CompletableFuture<Long> enqueueAllAsync(String queue, List<JobSpec> jobs);

    /**
     * Puts many typed jobs on the queue of their type, as {@link #enqueueAllAsync(String, List)} does.
     *
     * @param <A> the type of the arguments
     * @param type the type, as its workers have it
     * @param values the arguments of each job
     * @return as there
     */
    default <A> CompletableFuture<Long> enqueueAllAsync(JobType<A> type, List<? extends A> values) {
        return enqueueAllAsync(type.queue(), type.specs(values));
    }

    /**
     * Puts many jobs on a queue and tracks each, and does not wait until they are written; see {@link #enqueueAllAsync(String, List)}.
     *
     * @param queue name of the queue
     * @param jobs the jobs; no two of them have the same id
     * @return completes with the tokens that {@link #enqueueAllTracked(String, List)} returns, or with the exception that it would throw
     */
    CompletableFuture<List<Optional<String>>> enqueueAllTrackedAsync(String queue, List<JobSpec> jobs);

    /**
     * Puts many typed jobs on the queue of their type, as {@link #enqueueAllTrackedAsync(String, List)} does.
     *
     * @param <A> the type of the arguments
     * @param type the type, as its workers have it
     * @param values the arguments of each job
     * @return as there
     */
    default <A> CompletableFuture<List<Optional<String>>> enqueueAllTrackedAsync(
            JobType<A> type, List<? extends A> values) {
        return enqueueAllTrackedAsync(type.queue(), type.specs(values));
    }
}
