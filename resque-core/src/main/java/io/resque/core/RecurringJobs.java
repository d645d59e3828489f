package io.resque.core;

import io.resque.api.ConfigurationException;
import io.resque.api.Enqueuer;
import io.resque.api.InvalidJobException;
import io.resque.api.JobSpec;
import io.resque.api.JobType;
import io.resque.api.MadeTick;
import io.resque.api.RecurringJob;
import io.resque.api.Unique;
import io.resque.core.internal.schedule.NewEntry;
import io.resque.core.internal.schedule.RecurringBook;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes, shows and changes recurring jobs: jobs that schedulers put on their queues again and again, by a {@link Schedule}. They stand in
 * Redis, in the keys of resque-scheduler, until {@link #remove}. Thread-safe.
 *
 * <p>Any number of schedulers can run, in any number of processes ({@link Scheduler}); each tick is made once. A name is that of one
 * recurring job in the whole namespace. Those of resque-scheduler are shown, too, and can be removed and triggered. Ruby's scheduler fires
 * them, or in {@link io.resque.api.SchedulerMode#REPLACE} those of this library. One that stands only in a file or in the memory of a Ruby process cannot be
 * seen.
 *
 * <p>Each change is one step in Redis. All methods wait for Redis and throw {@link io.resque.api.BackendException} if it does not answer, or
 * refuses; then the change may have been made, if the exception says so ({@link io.resque.api.BackendUnavailableException#maybeApplied}).
 */
public final class RecurringJobs {
    private final RecurringBook book;
    private final Enqueuer enqueuer;

    RecurringJobs(RecurringBook book, Enqueuer enqueuer) {
        this.book = book;
        this.enqueuer = enqueuer;
    }

    /**
     * Writes a recurring job, or changes the one of this name. An application can call this at each start: what stands there already is not
     * written again.
     *
     * <p>A new job counts from now: its first tick is the next one of its schedule. A changed job keeps its last run and its pause. If its
     * timing is another one, its ticks count from now on, as those of a new job do. Listeners hear of each job when it is put on its queue,
     * and not of this call.
     *
     * @param name its name; not blank
     * @param schedule when it is due
     * @param queue name of the queue of its jobs
     * @param jobClass name of the class that runs the job, in any language
     * @param args its arguments; for a single argument that is null write {@code (Object) null}
     * @return whether something was written; false if the same stands there already
     * @throws InvalidJobException if {@code enqueue} would refuse the job, the name is blank or has no UTF-8, or all of it has more than
     *     64 KiB of JSON; nothing was written
     */
    public boolean put(String name, Schedule schedule, String queue, String jobClass, @Nullable Object... args) {
        return put(name, schedule, queue, JobSpec.of(jobClass, args));
    }

    /**
     * Writes a recurring job, as {@link #put(String, Schedule, String, String, Object...)} does.
     *
     * @param name its name; not blank
     * @param schedule when it is due
     * @param queue name of the queue of its jobs
     * @param job the job; it has no id, since each of its jobs would have the same, and no retry policy of its own: an entry has no place for
     *     that, so give the policy to the worker or the {@link JobType}. Its metadata is that of each job
     * @return whether something was written; false if the same stands there already
     * @throws InvalidJobException as there, or if the job has an id or a retry policy; nothing was written
     */
    public boolean put(String name, Schedule schedule, String queue, JobSpec job) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(queue, "queue");
        return book.put(
                name,
                new NewEntry(
                        schedule.timing,
                        queue,
                        schedule.skips == null
                                ? Objects.requireNonNull(job, "job")
                                : job.withUnique(
                                        Unique.untilDone(schedule.skips).key("recurring " + name)),
                        schedule.misfire,
                        schedule.description,
                        schedule.isShared));
    }

    /**
     * Writes a typed recurring job for the queue of its type, as {@link #put(String, Schedule, String, String, Object...)} does.
     *
     * @param <A> the type of the arguments
     * @param name its name; not blank
     * @param schedule when it is due
     * @param type the type, as its workers have it
     * @param value the arguments
     * @return whether something was written; false if the same stands there already
     * @throws InvalidJobException as there; nothing was written
     * @throws ConfigurationException as {@link JobType#spec}; nothing was written
     */
    public <A> boolean put(String name, Schedule schedule, JobType<A> type, A value) {
        return put(name, schedule, type.queue(), type.spec(value));
    }

    /**
     * All recurring jobs that stand in Redis, by their names, even if no scheduler can fire them. Reads a hundred at a time; if another process
     * writes or removes one meanwhile, that one can be missing.
     *
     * @return a list that the caller keeps; empty if there are none
     */
    public List<RecurringJob> list() {
        return book.list();
    }

    /**
     * One recurring job.
     *
     * @param name its name
     * @return empty if there is none
     */
    public Optional<RecurringJob> find(String name) {
        return book.find(Objects.requireNonNull(name, "name"));
    }

    /**
     * The ten newest ticks of a recurring job that schedulers of this library have made. Those that Ruby's scheduler made are not known, and
     * {@link #trigger} makes none.
     *
     * @param name its name
     * @return the newest first; empty if there is no such recurring job, or none was made yet
     */
    public List<MadeTick> ticks(String name) {
        return book.made(Objects.requireNonNull(name, "name"));
    }

    /**
     * Removes a recurring job, with its last run and its pause. Jobs that it has put on their queue stay there. If Ruby's scheduler fires it,
     * that is told to drop it.
     *
     * @param name its name
     * @return whether there was one
     */
    public boolean remove(String name) {
        return book.remove(Objects.requireNonNull(name, "name"));
    }

    /**
     * Puts the job of a recurring job on its queue now, as {@link Enqueuer#enqueue(String, JobSpec)} does, also if it is paused. Its ticks
     * stay as they are.
     *
     * @param name its name
     * @return whether the job is on its queue; false if there is no such recurring job, or a listener vetoed the job
     * @throws InvalidJobException if it cannot be fired; the message says why. Nothing was written
     */
    public boolean trigger(String name) {
        return book.trigger(Objects.requireNonNull(name, "name"), enqueuer::enqueue);
    }

    /**
     * Keeps a recurring job from being fired by schedulers of this library until {@link #resume}, also if it is written again meanwhile.
     * Ruby's schedulers do not know of pauses. Pausing again does nothing.
     *
     * @param name its name
     * @return whether there is such a recurring job
     */
    public boolean pause(String name) {
        return book.pause(Objects.requireNonNull(name, "name"));
    }

    /**
     * Ends a pause. Ticks of the pause are not made: the next tick is the first one after now. A period begins anew, unless its schedule has
     * a first instant.
     *
     * @param name its name
     * @return whether it was paused
     */
    public boolean resume(String name) {
        return book.resume(Objects.requireNonNull(name, "name"));
    }
}
