package io.resque.launcher.internal.child;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.Enqueuer;
import io.resque.api.InvalidJobException;
import io.resque.api.JobIdTakenException;
import io.resque.api.JobSpec;
import io.resque.api.ResqueException;
import io.resque.launcher.internal.frame.FrameType;
import io.resque.launcher.internal.frame.JobMessages;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Lets the worker enqueue, and waits until it has: the child may end with its job. */
final class ChildEnqueuer implements Enqueuer {
    /** So many jobs of a stream go to the worker at once, which writes as many at once. */
    private static final int PART = 1_000;

    private final ParentLink parent;
    /** Names of the classes whose converters only the worker has. */
    private final Set<String> converted;

    /** An instant or a delay; null if jobs go onto their queues now. */
    private final @Nullable Object due;

    ChildEnqueuer(ParentLink parent, Set<String> converted) {
        this(parent, converted, null);
    }

    private ChildEnqueuer(ParentLink parent, Set<String> converted, @Nullable Object due) {
        this.parent = parent;
        this.converted = converted;
        this.due = due;
    }

    @Override
    public Enqueuer at(Instant instant) {
        return new ChildEnqueuer(parent, converted, Objects.requireNonNull(instant, "due"));
    }

    @Override
    public Enqueuer in(Duration delay) {
        return new ChildEnqueuer(parent, converted, Objects.requireNonNull(delay, "delay"));
    }

    private @Nullable Object ask(String method, String queue, List<JobSpec> jobs) {
        return parent.ask(FrameType.ENQUEUE, JobMessages.enqueue(method, queue, jobs, due), converted);
    }

    @Override
    public boolean enqueue(String queue, JobSpec job) {
        return Boolean.TRUE.equals(ask(JobMessages.ONE, queue, List.of(job)));
    }

    @Override
    public Optional<String> enqueueTracked(String queue, JobSpec job) {
        return Optional.ofNullable((String) ask(JobMessages.ONE_TRACKED, queue, List.of(job)));
    }

    @Override
    public long enqueueAll(String queue, List<JobSpec> jobs) {
        Number written = (Number) ask(JobMessages.ALL, queue, jobs);
        return written == null ? 0 : written.longValue();
    }

    @Override
    public long enqueueAll(String queue, Stream<JobSpec> jobs) {
        ChildEnqueuer fixed = atAnInstant();
        Iterator<JobSpec> all = jobs.iterator();
        long written = 0;
        List<JobSpec> part = new ArrayList<>();
        do {
            part.clear();
            while (part.size() < PART && all.hasNext()) {
                part.add(all.next());
            }
            written += fixed.enqueuePart(queue, part, written); // at least once, for the name of the queue
        } while (all.hasNext());
        return written;
    }

    /** The parts of a stream are due together, although they are written one after another. */
    private ChildEnqueuer atAnInstant() {
        if (due instanceof Duration delay) {
            try {
                return new ChildEnqueuer(parent, converted, Instant.now().plus(delay));
            } catch (DateTimeException | ArithmeticException e) {
                return this; // the worker knows what to do with such a delay
            }
        }
        return this;
    }

    private long enqueuePart(String queue, List<JobSpec> part, long written) {
        String before = "; before these, " + written + " jobs of the stream were written";
        try {
            return enqueueAll(queue, part);
        } catch (InvalidJobException e) {
            throw new InvalidJobException(e.getMessage() + before, e);
        } catch (BackendUnavailableException e) {
            throw new BackendUnavailableException(e.getMessage() + before, e, e.maybeApplied() || written > 0);
        } catch (BackendException e) {
            throw new BackendException(e.getMessage() + before, e);
        }
    }

    @Override
    public List<Optional<String>> enqueueAllTracked(String queue, List<JobSpec> jobs) {
        List<?> tokens = (List<?>) ask(JobMessages.ALL_TRACKED, queue, jobs);
        List<Optional<String>> given = new ArrayList<>();
        if (tokens != null) {
            for (Object token : tokens) {
                given.add(Optional.ofNullable((String) token));
            }
        }
        return given;
    }

    @Override
    public CompletableFuture<Boolean> enqueueAsync(String queue, JobSpec job) {
        try {
            return CompletableFuture.completedFuture(enqueue(queue, job));
        } catch (ResqueException e) {
            return failed(e);
        }
    }

    @Override
    public CompletableFuture<Optional<String>> enqueueTrackedAsync(String queue, JobSpec job) {
        try {
            return CompletableFuture.completedFuture(enqueueTracked(queue, job));
        } catch (ResqueException e) {
            return failed(e);
        }
    }

    @Override
    public CompletableFuture<Long> enqueueAllAsync(String queue, List<JobSpec> jobs) {
        try {
            return CompletableFuture.completedFuture(enqueueAll(queue, jobs));
        } catch (ResqueException e) {
            return failed(e);
        }
    }

    @Override
    public CompletableFuture<List<Optional<String>>> enqueueAllTrackedAsync(String queue, List<JobSpec> jobs) {
        try {
            return CompletableFuture.completedFuture(enqueueAllTracked(queue, jobs));
        } catch (ResqueException e) {
            return failed(e);
        }
    }

    /** As in a worker: a job that cannot be sent is thrown, and the answer of Redis completes the future. */
    private static <T> CompletableFuture<T> failed(ResqueException refused) {
        if (refused instanceof BackendException || refused instanceof JobIdTakenException) {
            return CompletableFuture.failedFuture(new CompletionException(refused));
        }
        throw refused;
    }
}
