package io.resque.activejob;

import io.resque.activejob.codec.Arguments;
import io.resque.activejob.codec.RubyClass;
import io.resque.api.InvalidJobException;
import io.resque.api.spi.JsonRules;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A job to enqueue for Rails: a class, its arguments, and what {@code set} says in Ruby. Immutable. Its arguments are checked when {@link
 * ActiveJobs} writes it; {@link io.resque.activejob.codec.ArgumentCodec} says which types they can have.
 *
 * <pre>{@code ActiveJob.of("WelcomeJob", 42).with("locale", "de").queue("low").waitFor(Duration.ofHours(1))}</pre>
 */
public final class ActiveJob {
    /** Classes of wrappers: a job of such a class holds the job of another class. */
    private static final Set<String> WRAPPERS =
            Set.of(ActiveJobs.WRAPPER, "::" + ActiveJobs.WRAPPER, "ActiveScheduler::ResqueWrapper");

    private static final int MOST_ID = 200;

    final String jobClass;
    final Arguments arguments;
    final @Nullable String queue;
    final @Nullable Integer priority;
    final @Nullable Instant due;
    final @Nullable Duration delay;
    final @Nullable String jobId;
    final Map<String, @Nullable Object> members;

    private ActiveJob(
            String jobClass,
            Arguments arguments,
            @Nullable String queue,
            @Nullable Integer priority,
            @Nullable Instant due,
            @Nullable Duration delay,
            @Nullable String jobId,
            Map<String, @Nullable Object> members) {
        this.jobClass = jobClass;
        this.arguments = arguments;
        this.queue = queue;
        this.priority = priority;
        this.due = due;
        this.delay = delay;
        this.jobId = jobId;
        this.members = Collections.unmodifiableMap(members);
    }

    /**
     * A job with positional arguments.
     *
     * @param jobClass name of the job class in Ruby, such as {@code Shop::WelcomeJob}
     * @param positional its arguments; for a single argument that is null write {@code (Object) null}
     * @return the job
     * @throws InvalidJobException if that is no name of a job class
     */
    public static ActiveJob of(String jobClass, @Nullable Object... positional) {
        return of(jobClass, Arguments.of(positional));
    }

    /**
     * A job with arguments.
     *
     * @param jobClass name of the job class in Ruby, such as {@code Shop::WelcomeJob}
     * @param arguments its arguments
     * @return the job
     * @throws InvalidJobException if that is no name of a job class
     */
    public static ActiveJob of(String jobClass, Arguments arguments) {
        if (WRAPPERS.contains(jobClass)) {
            throw new InvalidJobException("The job class is " + jobClass
                    + ", which is a wrapper; give the class of the job itself, such as WelcomeJob");
        }
        if (!RubyClass.of(jobClass).isConstant()) {
            throw new InvalidJobException("The job class \"" + JsonRules.forLog(jobClass)
                    + "\" is no name of a Ruby class; give the name that the Rails application has for it, such as"
                    + " Shop::WelcomeJob");
        }
        return new ActiveJob(
                jobClass, Objects.requireNonNull(arguments, "arguments"), null, null, null, null, null, Map.of());
    }

    /**
     * The same job with one more keyword argument.
     *
     * @param keyword its name
     * @param value its value
     * @return the job; a keyword of this name is replaced
     */
    public ActiveJob with(String keyword, @Nullable Object value) {
        return new ActiveJob(jobClass, arguments.with(keyword, value), queue, priority, due, delay, jobId, members);
    }

    /**
     * The same job for another queue. What {@code queue_as} says in its Ruby class is not known here.
     *
     * @param name name of the queue, without the prefix of {@link ActiveJobs#queuePrefix(String)}
     * @return the job; without this call the queue is {@code default}
     */
    public ActiveJob queue(String name) {
        Objects.requireNonNull(name, "name");
        return new ActiveJob(jobClass, arguments, name, priority, due, delay, jobId, members);
    }

    /**
     * The same job with a priority, which Resque passes over, and other libraries that read the same job do not.
     *
     * @param number the priority
     * @return the job
     */
    public ActiveJob priority(int number) {
        return new ActiveJob(jobClass, arguments, queue, number, due, delay, jobId, members);
    }

    /**
     * The same job, which is not to run before an instant; as in Rails, the second in which that is decides, so it can run up to a second
     * earlier. In the past: at once.
     *
     * @param at when it is due
     * @return the job
     */
    public ActiveJob waitUntil(Instant at) {
        Objects.requireNonNull(at, "at");
        return new ActiveJob(jobClass, arguments, queue, priority, at, null, jobId, members);
    }

    /**
     * The same job, which is not to run before some time has passed after it was enqueued; see {@link #waitUntil}.
     *
     * @param time how long; zero or less for now
     * @return the job
     */
    public ActiveJob waitFor(Duration time) {
        Objects.requireNonNull(time, "time");
        return new ActiveJob(jobClass, arguments, queue, priority, null, time, jobId, members);
    }

    /**
     * The same job with an id that the caller chooses. Nobody looks whether there is such a job already.
     *
     * @param id 1 to 200 characters, without control characters
     * @return the job; without this call the id is a random UUID
     * @throws InvalidJobException if the id is none
     */
    public ActiveJob jobId(String id) {
        if (id.isBlank()
                || id.length() > MOST_ID
                || id.chars().anyMatch(Character::isISOControl)
                || JsonRules.loneSurrogate(id) >= 0) {
            throw new InvalidJobException("The job id \"" + JsonRules.forLog(id)
                    + "\" is blank, longer than 200 characters, or holds control characters; leave it out for a UUID");
        }
        return new ActiveJob(jobClass, arguments, queue, priority, due, delay, id, members);
    }

    /**
     * The same job with one more member in its hash, for a Ruby class that overrides {@code deserialize}. Others ignore it.
     *
     * @param name the name of the member, none of ActiveJob's own
     * @param value a JSON value
     * @return the job; a member of this name is replaced
     * @throws InvalidJobException if ActiveJob has a member of this name
     */
    public ActiveJob member(String name, @Nullable Object value) {
        if (JobHash.MEMBERS.contains(Objects.requireNonNull(name, "name"))) {
            throw new InvalidJobException(
                    "The member \"" + JsonRules.forLog(name) + "\" is one of ActiveJob's own; choose another name");
        }
        Map<String, @Nullable Object> more = new LinkedHashMap<>(members);
        more.put(name, value);
        return new ActiveJob(jobClass, arguments, queue, priority, due, delay, jobId, more);
    }

    /** Leaves out the arguments: they may hold secrets. */
    @Override
    public String toString() {
        return "ActiveJob[" + jobClass + "]";
    }
}
