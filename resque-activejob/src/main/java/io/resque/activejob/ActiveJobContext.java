package io.resque.activejob;

import io.resque.activejob.codec.ArgumentCodec;
import io.resque.activejob.codec.Arguments;
import io.resque.activejob.codec.GlobalId;
import io.resque.api.JobArgumentException;
import io.resque.api.JobContext;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.RetryLaterException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One run of a job of Rails' ActiveJob. Thread-safe while the job runs. Members that Rails did not write, or that cannot be read, are empty; only what the run
 * cannot do without is an error: the number of executions and the arguments.
 */
public final class ActiveJobContext {
    private final JobContext context;
    private final String jobClass;
    private final Map<?, ?> hash;
    private final int executions;
    private final ActiveJobArguments args;

    ActiveJobContext(
            JobContext context,
            String jobClass,
            Map<?, ?> hash,
            ArgumentCodec codec,
            Map<String, Function<? super GlobalId, ?>> resolvers) {
        this.context = context;
        this.jobClass = jobClass;
        this.hash = hash;
        this.executions = executions(hash.get("executions"));
        Arguments read = codec.read(hash.get("arguments"));
        this.args = new ActiveJobArguments(jobClass, read, resolvers);
    }

    private static int executions(@Nullable Object value) {
        if (value == null) {
            return 1;
        }
        if (value instanceof Number number && number.doubleValue() >= 0 && number.doubleValue() < Integer.MAX_VALUE) {
            return number.intValue() + 1;
        }
        throw new JobArgumentException("The member executions of a job of ActiveJob is a number of at least 0, was "
                + (value instanceof Number number ? number.toString() : JsonRules.kind(value)));
    }

    /**
     * The job as each job of a worker sees it: its queue, ways to enqueue jobs, progress and result.
     *
     * @return the context of the run
     */
    public JobContext resque() {
        return context;
    }

    /**
     * The class in Ruby.
     *
     * @return without colons before it
     */
    public String jobClass() {
        return jobClass;
    }

    /**
     * The {@code job_id}, which is the same in each run of the job.
     *
     * @return empty if there is none
     */
    public Optional<String> jobId() {
        return text("job_id");
    }

    /**
     * The {@code queue_name}, which is where a retry goes. The queue that the job was taken from is that of {@link #resque}.
     *
     * @return empty if there is none
     */
    public Optional<String> queueName() {
        return text("queue_name");
    }

    /**
     * The number of this run.
     *
     * @return 1 in the first run
     */
    public int executions() {
        return executions;
    }

    /**
     * How many runs failed, by the text under which Rails or a {@link io.resque.api.Retry} counts them, such as {@code [AppError]}.
     *
     * @return unmodifiable; empty if no run is counted
     */
    public Map<String, Integer> exceptionExecutions() {
        Map<String, Integer> counts = new LinkedHashMap<>();
        if (hash.get("exception_executions") instanceof Map<?, ?> map) {
            map.forEach((key, count) -> {
                if (count instanceof Number number) {
                    counts.put((String) key, number.intValue());
                }
            });
        }
        return Collections.unmodifiableMap(counts);
    }

    /**
     * When the job was enqueued, or its last retry was written.
     *
     * @return empty if that is not said
     */
    public Optional<Instant> enqueuedAt() {
        return time("enqueued_at");
    }

    /**
     * For when the job, or its last retry, was scheduled.
     *
     * @return empty if it was not
     */
    public Optional<Instant> scheduledAt() {
        return time("scheduled_at");
    }

    /**
     * The locale as Rails writes it, such as {@code pt-BR}. Nothing is done with it here.
     *
     * @return empty if there is none
     */
    public Optional<String> locale() {
        return text("locale");
    }

    /**
     * The time zone, of a name of Rails such as {@code Berlin} or one of IANA.
     *
     * @return empty if there is none, or its name is not known
     */
    public Optional<ZoneId> timeZone() {
        return text("timezone").flatMap(ArgumentCodec::zone);
    }

    /**
     * The priority, which means nothing to Resque.
     *
     * @return empty if there is none
     */
    public OptionalLong priority() {
        return hash.get("priority") instanceof Number number
                ? OptionalLong.of(number.longValue())
                : OptionalLong.empty();
    }

    /**
     * The arguments.
     *
     * @return positional ones and keywords
     */
    public ActiveJobArguments args() {
        return args;
    }

    /**
     * The keyword arguments.
     *
     * @return values as of {@link ArgumentCodec#read}; unmodifiable
     */
    public Map<String, @Nullable Object> keywords() {
        return args.keywords();
    }

    /**
     * Another member of the hash of the job, such as one that the class in Ruby adds by its method {@code serialize}. Members are kept when the job is
     * retried.
     *
     * @param name the member
     * @return a JSON value, unmodifiable; empty if the member is missing or null
     */
    public Optional<Object> member(String name) {
        return Optional.ofNullable(hash.get(name));
    }

    /**
     * Asks for another run, as {@code retry_job} does: the handler must throw what this gives.
     *
     * <pre>{@code throw job.retryIn(Duration.ofMinutes(5));}</pre>
     *
     * <p>The run counts in {@link #executions}, and under no exception, so nothing but the handler limits the number of runs. The step that ends this run writes the next
     * one. Listeners hear of a failed run that is retried.
     *
     * @param delay rounded up to whole seconds of Redis's clock; zero for at once
     * @return what ends this run
     * @throws IllegalArgumentException if it is negative or longer than 36,500 days
     */
    public RuntimeException retryIn(Duration delay) {
        return new RetryLaterException(new RetryLaterException.Wish(delay, Optional.empty()));
    }

    /**
     * The same as {@link #retryIn(Duration)} on another queue, which becomes that of the job.
     *
     * @param delay rounded up to whole seconds of Redis's clock; zero for at once
     * @param queue name of the queue
     * @return what ends this run
     * @throws IllegalArgumentException if the delay is negative or longer than 36,500 days, or the name is empty
     */
    public RuntimeException retryIn(Duration delay, String queue) {
        return new RetryLaterException(new RetryLaterException.Wish(delay, Optional.of(queue)));
    }

    /**
     * How far the runs before have come, of a job of {@code ActiveJob::Continuable}.
     *
     * @return {@link Continuation#start} if there were none, or the job has no steps
     */
    public Continuation continuation() {
        return Continuation.of(hash.get("continuation"));
    }

    /**
     * Keeps how far this run has come, where Rails looks for it. What {@link JobContext#checkpoint} says holds for it.
     *
     * @param continuation how far
     * @return the same continuation
     * @throws io.resque.api.InvalidJobException as {@link JobContext#checkpoint}
     * @throws io.resque.api.BackendException as {@link JobContext#checkpoint}
     */
    public Continuation checkpoint(Continuation continuation) {
        context.checkpoint(continuation.toTree());
        return continuation;
    }

    private Optional<String> text(String member) {
        return hash.get(member) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    private Optional<Instant> time(String member) {
        return text(member).flatMap(ActiveJobContext::instant);
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) { // Rails until 7.0 does not read it either
            return Optional.empty();
        }
    }
}
