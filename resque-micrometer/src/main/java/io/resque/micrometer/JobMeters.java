package io.resque.micrometer;

import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.resque.api.JobEnd;
import io.resque.api.JobInfo;
import io.resque.api.UnknownJobException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The jobs that workers of this process run. Thread-safe. */
final class JobMeters {
    private static final String NONE = "none";

    /** Ends of jobs that no worker has run, and whose class nobody has checked. */
    private static final Set<JobEnd.Kind> NOT_RUN = EnumSet.of(
            JobEnd.Kind.UNREADABLE, JobEnd.Kind.LIMITED, JobEnd.Kind.PUT_BACK, JobEnd.Kind.DROPPED, JobEnd.Kind.LOST);

    /** Ends after which the job waits on. */
    private static final Set<JobEnd.Kind> WAITS_ON = EnumSet.of(JobEnd.Kind.LIMITED, JobEnd.Kind.PUT_BACK);

    private final TagValues queues;
    private final TagValues classes;
    private final TagValues exceptions;
    private final Meters.Series<Ended, Timer> times;
    private final Meters.Series<Place, Timer> waits;
    private final Meters.Series<Place, LongTaskTimer> active;

    /** By worker, since a worker holds one job. */
    private final Map<String, Taken> running = new ConcurrentHashMap<>();

    private record Place(String queue, String jobClass) {
        Tags tags() {
            return Tags.of("queue", queue, "class", jobClass);
        }

        Place rest() {
            return new Place(TagValues.OTHER, TagValues.OTHER);
        }
    }

    private record Ended(Place place, JobEnd.Kind kind, String exception) {
        Tags tags() {
            return place.tags().and("outcome", kind.name().toLowerCase(Locale.ROOT), "exception", exception);
        }

        Ended rest() {
            return new Ended(place.rest(), kind, TagValues.OTHER);
        }
    }

    private record Taken(JobInfo job, Instant at, LongTaskTimer.Sample sample) {}

    JobMeters(Meters meters, TagValues queues, TagValues classes, TagValues exceptions) {
        this.queues = queues;
        this.classes = classes;
        this.exceptions = exceptions;
        this.times = new Meters.Series<>(
                key -> meters.timer("resque.job", "How long jobs of this process took.", key.tags()), Ended::rest);
        this.waits = new Meters.Series<>(
                key -> meters.timer(
                        "resque.job.wait",
                        "How long jobs with a queue_time waited until a worker of this process took them.",
                        key.tags()),
                Place::rest);
        this.active = new Meters.Series<>(
                key -> meters.active("resque.job.active", "Jobs that run in this process.", key.tags()), Place::rest);
    }

    void taken(String worker, JobInfo job) {
        Place place = new Place(queues.of(job.queue()), classes.ifKnown(job.innerClass()));
        Taken before = running.put(
                worker, new Taken(job, Instant.now(), active.of(place).start()));
        if (before != null) {
            before.sample.stop();
        }
    }

    void ended(String worker, JobInfo job, JobEnd end) {
        Taken taken = running.remove(worker);
        if (taken != null) {
            taken.sample.stop();
        }
        String exception = end.exception().orElse("");
        boolean isUnknown = NOT_RUN.contains(end.kind()) || exception.equals(UnknownJobException.class.getName());
        String jobClass = job.innerClass();
        Place place = new Place(queues.of(job.queue()), isUnknown ? classes.ifKnown(jobClass) : classes.of(jobClass));
        times.of(new Ended(place, end.kind(), exception.isEmpty() ? NONE : exceptions.of(simple(exception))))
                .record(end.took());
        if (taken != null && !WAITS_ON.contains(end.kind())) {
            job.queuedAt().ifPresent(since -> waits.of(place).record(positive(Duration.between(since, taken.at))));
        }
    }

    /** The clock of the producer may be ahead. */
    private static Duration positive(Duration wait) {
        return wait.isNegative() ? Duration.ZERO : wait;
    }

    /** Without the package, or Ruby's modules. */
    private static String simple(String exception) {
        int end = Math.max(exception.lastIndexOf('.'), exception.lastIndexOf(':'));
        return exception.substring(end + 1);
    }

    void close() {
        running.clear();
    }
}
