package io.resque.activejob;

import io.resque.activejob.codec.ArgumentCodec;
import io.resque.activejob.codec.GlobalId;
import io.resque.activejob.codec.Target;
import io.resque.api.JobModule;
import io.resque.api.JobRegistry;
import io.resque.api.Limit;
import io.resque.api.Retry;
import io.resque.api.Unique;
import io.resque.api.WrappedJobs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of Rails' ActiveJob that a worker runs, by their {@code job_class}. Only these run: no class is loaded by a name from Redis. Not
 * thread-safe until it is given to a worker; a later change has no effect on that worker.
 *
 * <pre>{@code
 * resque.workerBuilder("default")
 *         .module(ActiveJobs.handlers()
 *                 .on("WelcomeJob", job -> welcome(job.args().get(0, Long.class)))
 *                 .retry("WelcomeJob", Retry.limit(4).polynomial()))
 *         .start();
 * }</pre>
 *
 * <p>For child JVMs write a {@link JobModule} that calls {@link #register} of such handlers, since a child can only make an object of a class
 * with a constructor without parameters.
 */
public final class ActiveJobHandlers implements JobModule {
    private final Map<String, ActiveJobHandler> handlers = new LinkedHashMap<>();
    private final Map<String, WrappedJobs.Policies> policies = new LinkedHashMap<>();
    private final Map<String, List<Class<? extends Throwable>>> discards = new LinkedHashMap<>();
    private final Map<String, Function<? super GlobalId, ?>> resolvers = new LinkedHashMap<>();
    private ArgumentCodec codec = ArgumentCodec.forTarget(Target.RAILS_7_1);
    private WrappedJobs.@Nullable PutBack putBack;

    ActiveJobHandlers() {}

    /**
     * Adds a handler.
     *
     * @param jobClass the class in Ruby, such as {@code Shop::WelcomeJob}; a mail of {@code deliver_later} has {@code
     *     ActionMailer::MailDeliveryJob}
     * @param handler runs the jobs, on several threads at once
     * @return this
     * @throws IllegalArgumentException if the name is empty, begins with a colon, or has a handler already
     */
    public ActiveJobHandlers on(String jobClass, ActiveJobHandler handler) {
        if (jobClass.isBlank() || jobClass.startsWith(":")) {
            throw new IllegalArgumentException(
                    "The job class is \"" + jobClass + "\"; give the class in Ruby, such as \"Shop::WelcomeJob\"");
        }
        if (handlers.putIfAbsent(jobClass, Objects.requireNonNull(handler, "handler")) != null) {
            throw new IllegalArgumentException("There is a handler for \"" + jobClass + "\" already");
        }
        policies.put(jobClass, WrappedJobs.Policies.NONE);
        return this;
    }

    /**
     * Gives a job a policy for its failed runs, as {@code retry_on} does. The runs count in the hash of the job, where Rails counts them, too: see
     * {@link Retry#countedAs}. The step that ends the failed run writes the next one. The death of a process counts under the rule for all
     * exceptions. A {@link Retry#jitter} only makes delays longer, as in Rails.
     *
     * @param jobClass a job with a handler
     * @param retry the policy; {@code Retry.limit(4)} is {@code attempts: 5} in Rails
     * @return this
     * @throws IllegalArgumentException if the job has no handler
     */
    public ActiveJobHandlers retry(String jobClass, Retry retry) {
        policies.put(jobClass, policies(jobClass).with(Objects.requireNonNull(retry, "retry")));
        return this;
    }

    /**
     * Ends a job without a failure if its handler throws one of these exceptions, or its arguments cannot be read and {@link
     * io.resque.activejob.codec.ArgumentCodecException} is one of them, as {@code discard_on} does. The log tells of it.
     *
     * @param jobClass a job with a handler
     * @param exceptions the classes; their subclasses count, too
     * @return this
     * @throws IllegalArgumentException if the job has no handler
     */
    @SafeVarargs
    public final ActiveJobHandlers discard(String jobClass, Class<? extends Throwable>... exceptions) {
        policies(jobClass);
        List<Class<? extends Throwable>> known = discards.computeIfAbsent(jobClass, name -> new ArrayList<>());
        for (Class<? extends Throwable> exception : exceptions) {
            known.add(Objects.requireNonNull(exception, "exception"));
        }
        return this;
    }

    /**
     * Adds a limit to a job. The function of its key is given {@code job_class}, {@code job_id} and {@code arguments} of the job as JSON values.
     *
     * @param jobClass a job with a handler
     * @param limit the limit
     * @return this
     * @throws IllegalArgumentException if the job has no handler
     */
    public ActiveJobHandlers limit(String jobClass, Limit limit) {
        policies.put(jobClass, policies(jobClass).with(Objects.requireNonNull(limit, "limit")));
        return this;
    }

    /**
     * Gives a job a lock while it runs. Two jobs are equal if they have the same {@code job_class} and equal {@code arguments}.
     *
     * @param jobClass a job with a handler
     * @param option {@link Unique#whileRunning}
     * @return this
     * @throws IllegalArgumentException if the job has no handler, or the option is another one
     */
    public ActiveJobHandlers unique(String jobClass, Unique option) {
        WrappedJobs.Policies known = policies(jobClass);
        if (option.kind() != Unique.Kind.WHILE_RUNNING || option.plugin().isPresent()) {
            throw new IllegalArgumentException("A handler can have a lock of Unique.whileRunning, was " + option.kind()
                    + "; the other kinds are taken where a job is enqueued");
        }
        policies.put(jobClass, known.with(option));
        return this;
    }

    /**
     * Puts a job without a handler back onto the tail of its queue after a delay, so that a worker of Rails can take it: a queue can then have jobs for Ruby and for
     * Java. By default such a job fails. A count in the hash of the job, {@code java_put_back}, says how often that was done.
     *
     * @param delay how long the job waits; at least a second
     * @param times how often at most; then the job fails with an {@link io.resque.api.UnknownJobException}
     * @return this
     * @throws IllegalArgumentException if the delay is shorter than a second or longer than 36,500 days, or {@code times} is less than 1
     */
    public ActiveJobHandlers putBackOthers(Duration delay, int times) {
        putBack = new WrappedJobs.PutBack(delay, times);
        return this;
    }

    /**
     * Reads arguments by another codec, such as one with serializers of the application.
     *
     * @param codec the codec
     * @return this
     */
    public ActiveJobHandlers codec(ArgumentCodec codec) {
        this.codec = Objects.requireNonNull(codec, "codec");
        return this;
    }

    /**
     * Makes objects of the GlobalIDs of one model, where a handler asks for an argument of another type than {@link GlobalId}. A GlobalID of another
     * application or model is never given to the function.
     *
     * @param app the name of the Rails application, such as {@code shop}
     * @param model the name of the model, such as {@code Person}
     * @param resolver gives the object; called on the thread of the job, at each request
     * @return this
     */
    public ActiveJobHandlers resolve(String app, String model, Function<? super GlobalId, ?> resolver) {
        resolvers.put(ActiveJobArguments.key(app, model), Objects.requireNonNull(resolver, "resolver"));
        return this;
    }

    private WrappedJobs.Policies policies(String jobClass) {
        WrappedJobs.Policies known = policies.get(Objects.requireNonNull(jobClass, "jobClass"));
        if (known == null) {
            throw new IllegalArgumentException("There is no handler for \"" + jobClass + "\"; call on first");
        }
        return known;
    }

    /** Registers one job that runs all jobs which have a handler. */
    @Override
    public void register(JobRegistry jobs) {
        ActiveJobRun run = new ActiveJobRun(Map.copyOf(handlers), copyOfDiscards(), codec, Map.copyOf(resolvers));
        jobs.registerWrapped(new WrappedJobs(policies, Optional.ofNullable(putBack)), () -> run);
    }

    private Map<String, List<Class<? extends Throwable>>> copyOfDiscards() {
        Map<String, List<Class<? extends Throwable>>> copy = new LinkedHashMap<>();
        discards.forEach((jobClass, classes) -> copy.put(jobClass, List.copyOf(classes)));
        return copy;
    }
}
