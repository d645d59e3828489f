package io.resque.launcher.internal.frame;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.ConfigurationException;
import io.resque.api.Enqueuer;
import io.resque.api.InvalidJobException;
import io.resque.api.JobFailure;
import io.resque.api.JobIdTakenException;
import io.resque.api.JobSpec;
import io.resque.api.ResqueException;
import io.resque.api.Retry;
import io.resque.api.Unique;
import io.resque.api.spi.JobExecutorHost;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobRequest;
import io.resque.launcher.internal.support.ThrownText;
import java.io.IOException;
import java.net.ProtocolException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The messages about a job that have more than one part: how one side writes them and the other side reads them. */
public final class JobMessages {
    /** The ways to enqueue, as texts and not as an enum, which a child would have to load. */
    public static final String ONE = "one";

    public static final String ONE_TRACKED = "one tracked";
    public static final String ALL = "all";
    public static final String ALL_TRACKED = "all tracked";

    private JobMessages() {}

    private static final String AT = "at";
    private static final String IN = "in";

    /**
     * The tree of ENQUEUE.
     *
     * @param due the instant at which the jobs are due, or their delay; null for now
     */
    public static List<?> enqueue(String method, String queue, List<JobSpec> jobs, @Nullable Object due) {
        List<List<?>> parts = new ArrayList<>(jobs.size());
        for (JobSpec job : jobs) {
            parts.add(Arrays.asList(
                    job.jobClass(),
                    job.args(),
                    job.id().orElse(null),
                    job.metadata(),
                    job.retry().isPresent() ? job.retry().get().toTree() : null,
                    job.unique().isPresent() ? job.unique().get().toTree() : null));
        }
        return Arrays.asList(method, queue, parts, due(due));
    }

    private static @Nullable List<?> due(@Nullable Object due) {
        if (due instanceof Instant at) {
            return List.of(AT, at.getEpochSecond(), at.getNano());
        }
        return due instanceof Duration in ? List.of(IN, in.getSeconds(), in.getNano()) : null;
    }

    /** The enqueuer for what {@link #due} has written. */
    private static Enqueuer later(@Nullable Object due, Enqueuer enqueuer) throws IOException {
        if (due == null) {
            return enqueuer;
        } else if (due instanceof List<?> parts
                && parts.size() == 3
                && parts.get(1) instanceof Number seconds
                && parts.get(2) instanceof Number nanos) {
            if (AT.equals(parts.get(0))) {
                return enqueuer.at(Instant.ofEpochSecond(seconds.longValue(), nanos.longValue()));
            } else if (IN.equals(parts.get(0))) {
                return enqueuer.in(Duration.ofSeconds(seconds.longValue(), nanos.longValue()));
            }
        }
        throw new ProtocolException("It asked for a time that cannot be read");
    }

    /**
     * Does what ENQUEUE asks for.
     *
     * @return the tree of the answer
     * @throws ProtocolException if it cannot be read
     */
    public static @Nullable Object enqueue(@Nullable Object asked, Enqueuer now) throws IOException {
        if (asked instanceof List<?> parts
                && parts.size() == 4
                && parts.get(0) instanceof String method
                && parts.get(1) instanceof String queue
                && parts.get(2) instanceof List<?> all) {
            Enqueuer enqueuer = later(parts.get(3), now);
            List<JobSpec> jobs = new ArrayList<>(all.size());
            for (Object job : all) {
                jobs.add(job(job));
            }
            if (method.equals(ALL)) {
                return enqueuer.enqueueAll(queue, jobs);
            } else if (method.equals(ALL_TRACKED)) {
                List<@Nullable String> tokens = new ArrayList<>();
                for (Optional<String> token : enqueuer.enqueueAllTracked(queue, jobs)) {
                    tokens.add(token.orElse(null));
                }
                return tokens;
            } else if (jobs.size() == 1) {
                return method.equals(ONE_TRACKED)
                        ? enqueuer.enqueueTracked(queue, jobs.get(0)).orElse(null)
                        : enqueuer.enqueue(queue, jobs.get(0));
            }
        }
        throw new ProtocolException("It asked for something that cannot be read");
    }

    private static JobSpec job(@Nullable Object asked) throws IOException {
        if (asked instanceof List<?> parts
                && parts.size() == 6
                && parts.get(0) instanceof String jobClass
                && parts.get(1) instanceof List<?> args
                && (parts.get(2) == null || parts.get(2) instanceof String)
                && parts.get(3) instanceof Map<?, ?> members) {
            Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
            for (Map.Entry<?, ?> member : members.entrySet()) {
                metadata.put((String) member.getKey(), member.getValue());
            }
            return new JobSpec(
                    jobClass,
                    new ArrayList<>(args),
                    Optional.ofNullable((String) parts.get(2)),
                    metadata,
                    parts.get(4) == null ? Optional.empty() : Optional.of(Retry.ofTree(parts.get(4))),
                    parts.get(5) == null ? Optional.empty() : Optional.of(Unique.ofTree(parts.get(5))));
        }
        throw new ProtocolException("It asked for a job that cannot be read");
    }

    /**
     * Writes RUN.
     *
     * @param limit how long the job may run from when the child has it; null for no limit
     * @throws InvalidJobException if the arguments are too large
     */
    public static byte[] run(JobRequest job, @Nullable Duration limit) {
        Instant queuedAt = job.queuedAt();
        JobFailure last = job.lastFailure();
        return TreeWriter.frame(
                FrameType.RUN,
                Arrays.asList(
                        job.worker(),
                        job.queue(),
                        job.jobClass(),
                        job.id(),
                        job.args(),
                        job.metadata(),
                        queuedAt == null ? null : List.of(queuedAt.getEpochSecond(), queuedAt.getNano()),
                        limit == null ? null : limit.toMillis(),
                        job.attempt(),
                        last == null ? null : List.of(last.exception(), last.message()),
                        job.checkpoint()));
    }

    /** Reads RUN. The time limit begins now. */
    @SuppressWarnings("unchecked") // a child believes its worker
    public static JobRequest run(Frame run) throws IOException {
        List<?> parts = (List<?>) run.value();
        List<?> queuedAt = (List<?>) parts.get(6);
        Long limit = (Long) parts.get(7);
        List<?> last = (List<?>) parts.get(9);
        return new JobRequest(
                (String) parts.get(0),
                (String) parts.get(1),
                (String) parts.get(2),
                (String) parts.get(3),
                (List<@Nullable Object>) parts.get(4),
                (Map<String, @Nullable Object>) parts.get(5),
                queuedAt == null ? null : Instant.ofEpochSecond((Long) queuedAt.get(0), (Integer) queuedAt.get(1)),
                limit == null ? null : Instant.now().plusMillis(limit),
                (Integer) parts.get(8),
                last == null ? null : new JobFailure((String) last.get(0), (String) last.get(1)),
                parts.get(10));
    }

    /**
     * Does what PROGRESS says.
     *
     * @throws ProtocolException if it cannot be read
     */
    public static void progress(@Nullable Object told, JobRequest job, JobExecutorHost host) throws IOException {
        if (told instanceof List<?> parts
                && parts.size() == 3
                && parts.get(0) instanceof Number done
                && parts.get(1) instanceof Number total
                && parts.get(2) instanceof String text) {
            host.progress(job, done.longValue(), total.longValue(), text);
        } else {
            throw new ProtocolException("It sent a progress that cannot be read");
        }
    }

    /**
     * Writes COMPLETED, VETOED or FAILED.
     *
     * @throws InvalidJobException if a result is too large, or holds a value that is not of JSON
     */
    public static byte[] outcome(JobOutcome outcome) {
        if (outcome instanceof JobOutcome.Completed completed) {
            return TreeWriter.frame(FrameType.COMPLETED, completed.result());
        }
        if (outcome instanceof JobOutcome.Failed failed) {
            try {
                return TreeWriter.frame(
                        FrameType.FAILED,
                        List.of(failed.exception(), failed.message(), failed.frames(), failed.superclasses()));
            } catch (InvalidJobException e) {
                return TreeWriter.frame(
                        FrameType.FAILED,
                        List.of(
                                failed.exception(),
                                "(its message is too large to tell)",
                                List.of(),
                                failed.superclasses()));
            }
        }
        return TreeWriter.frame(FrameType.VETOED, null);
    }

    /**
     * Reads COMPLETED, VETOED or FAILED.
     *
     * @throws ProtocolException if the frame is none of these, or its parts are not those of an outcome
     */
    public static JobOutcome outcome(Frame frame) throws IOException {
        switch (frame.type) {
            case FrameType.COMPLETED:
                return new JobOutcome.Completed(frame.value());
            case FrameType.VETOED:
                return new JobOutcome.Vetoed();
            case FrameType.FAILED:
                return failure(frame.value());
            default:
                throw new ProtocolException("It sent a frame of the unknown type " + frame.type);
        }
    }

    private static JobOutcome failure(@Nullable Object value) throws IOException {
        if (value instanceof List<?> parts
                && parts.size() == 4
                && parts.get(0) instanceof String exception
                && parts.get(1) instanceof String message
                && parts.get(2) instanceof List<?> lines
                && parts.get(3) instanceof List<?> superclasses) {
            return new JobOutcome.Failed(exception, message, texts(lines), texts(superclasses));
        }
        throw new ProtocolException("It sent a failure that cannot be read");
    }

    /**
     * Reads LEFT_BEHIND.
     *
     * @throws ProtocolException if it cannot be read
     */
    public static List<String> leftBehind(@Nullable Object told) throws IOException {
        if (told instanceof List<?> values && values.size() % 2 == 0) {
            return texts(values);
        }
        throw new ProtocolException("It told of things left behind in a way that cannot be read");
    }

    private static List<String> texts(List<?> values) {
        List<String> texts = new ArrayList<>(values.size());
        for (Object value : values) {
            texts.add(String.valueOf(value));
        }
        return texts;
    }

    /** Writes REFUSAL. */
    public static byte[] refusal(Throwable thrown) {
        return TreeWriter.frame(
                FrameType.REFUSAL, Arrays.asList(thrown.getClass().getName(), ThrownText.message(thrown)));
    }

    /** Reads REFUSAL: an exception of the same class, if it is one of this library. */
    public static RuntimeException refusal(Frame refusal) throws IOException {
        List<?> parts = (List<?>) refusal.value();
        String type = String.valueOf(parts.get(0));
        String message = String.valueOf(parts.get(1));
        switch (type) {
            case "io.resque.api.InvalidJobException":
                return new InvalidJobException(message);
            case "io.resque.api.JobIdTakenException":
                return new JobIdTakenException(message);
            case "io.resque.api.ConfigurationException":
                return new ConfigurationException(message);
            case "io.resque.api.BackendException":
                return new BackendException(message);
            case "io.resque.api.BackendUnavailableException":
                return new BackendUnavailableException(message, new IOException("seen by the worker"), true);
            default:
                return new ResqueException("In the worker: " + type + ": " + message);
        }
    }
}
