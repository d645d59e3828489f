package io.resque.activejob;

import io.resque.activejob.codec.ArgumentCodec;
import io.resque.activejob.codec.ArgumentCodecException;
import io.resque.activejob.codec.GlobalId;
import io.resque.activejob.codec.ObjectSerializer;
import io.resque.activejob.codec.Target;
import io.resque.api.ConfigurationException;
import io.resque.api.Enqueuer;
import io.resque.api.InvalidJobException;
import io.resque.api.JobInfo;
import io.resque.api.JobSpec;
import io.resque.api.ResqueListener;
import io.resque.api.spi.JsonRules;
import io.resque.core.RecurringJobs;
import io.resque.core.Resque;
import io.resque.core.Schedule;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Enqueues jobs that a Rails worker runs through ActiveJob. Immutable and thread-safe, if its {@link Enqueuer} is.
 *
 * <pre>{@code
 * ActiveJobs rails = ActiveJobs.on(resque).target(Target.RAILS_7_1).app("shop");
 * rails.enqueue(ActiveJob.of("ReportJob", rails.gid("Account", 7)).with("locale", "de").queue("low"));
 * }</pre>
 *
 * <p>Each job is written as Rails writes it: a plain Resque job of the class {@link #WRAPPER} with one argument, the job hash. So listeners,
 * converters, limits and errors are those of {@link Enqueuer}. What a Rails worker of the target would refuse is refused here before
 * anything is written. Not known here: whether Rails has the job class, its {@code queue_as} and its callbacks.
 */
public final class ActiveJobs {
    /** The class that each job of ActiveJob has in Redis, whatever its own class is. */
    public static final String WRAPPER = "ActiveJob::QueueAdapters::ResqueAdapter::JobWrapper";

    private static final String DEFAULT_QUEUE = "default";

    /** As Rails spells a locale; Java has an underscore. */
    private static final Pattern LOCALE = Pattern.compile("[A-Za-z0-9]+(-[A-Za-z0-9]+)*");

    private final Enqueuer enqueuer;
    private final ArgumentCodec codec;
    private final Names names;
    private final Clock clock;
    private final Supplier<String> ids;

    /** What an application is called, and how it calls things. */
    private record Names(
            @Nullable String app,
            String queuePrefix,
            @Nullable String locale,
            @Nullable String timeZone) {}

    private ActiveJobs(Enqueuer enqueuer, ArgumentCodec codec, Names names, Clock clock, Supplier<String> ids) {
        this.enqueuer = enqueuer;
        this.codec = codec;
        this.names = names;
        this.clock = clock;
        this.ids = ids;
    }

    /**
     * Begins the jobs of ActiveJob that a worker runs.
     *
     * @return without a handler
     */
    public static ActiveJobHandlers handlers() {
        return new ActiveJobHandlers();
    }

    /**
     * Writes for Rails 7.1 and later, without a queue prefix, with the locale and the time zone that are the defaults of the worker.
     *
     * @param enqueuer a {@link Resque}, or the context of a running job
     * @return what enqueues
     */
    public static ActiveJobs on(Enqueuer enqueuer) {
        return new ActiveJobs(
                Objects.requireNonNull(enqueuer, "enqueuer"),
                ArgumentCodec.builder().build(),
                new Names(null, "", null, null),
                Clock.systemUTC(),
                () -> UUID.randomUUID().toString());
    }

    /**
     * A listener that refuses plain jobs of classes that are ActiveJob's, as {@code resque.enqueue("low", "NightlyJob")} would write them. A
     * Rails worker takes such a job, counts it as processed, and neither runs it nor records a failure. With the listener, {@code enqueue}
     * throws an {@link InvalidJobException} and writes nothing, and a recurring job that names the class itself becomes a failure record
     * each time that it is fired.
     *
     * @param jobClasses names of job classes in Ruby
     * @return the listener, for {@link Resque#listen}; thread-safe
     */
    public static ResqueListener refusing(String... jobClasses) {
        Set<String> names = Set.of(jobClasses);
        return new ResqueListener() {
            @Override
            public void beforeEnqueue(JobInfo job) {
                if (names.contains(job.jobClass())) {
                    throw new InvalidJobException("The class " + job.jobClass()
                            + " is ActiveJob's: a Rails worker drops a plain job of it without a word; enqueue it by"
                            + " ActiveJobs.enqueue(ActiveJob.of(…)), and a recurring one by ActiveJobs.putRecurring");
                }
            }
        };
    }

    /** For tests: with a clock and ids of their own. */
    ActiveJobs with(Clock otherClock, Supplier<String> otherIds) {
        return new ActiveJobs(enqueuer, codec, names, otherClock, otherIds);
    }

    private ActiveJobs with(ArgumentCodec other) {
        return new ActiveJobs(enqueuer, other, names, clock, ids);
    }

    private ActiveJobs with(Names other) {
        return new ActiveJobs(enqueuer, codec, other, clock, ids);
    }

    /**
     * The same for another version of Rails.
     *
     * @param version the oldest version that a worker of these jobs has
     * @return what enqueues
     */
    public ActiveJobs target(Target version) {
        return with(codec.toBuilder().target(version).build());
    }

    /**
     * The same with a serializer for objects of the application.
     *
     * @param serializer the serializer
     * @return what enqueues
     * @throws IllegalArgumentException as {@link ArgumentCodec.Builder#serializer}
     */
    public ActiveJobs serializer(ObjectSerializer<?> serializer) {
        return with(codec.toBuilder().serializer(serializer).build());
    }

    /**
     * The same with the name of the Rails application, for {@link #gid}.
     *
     * @param name its dashed name, such as {@code shop-app} for {@code ShopApp::Application}; in Ruby {@code GlobalID.app}
     * @return what enqueues
     * @throws ConfigurationException if the name has other characters than letters, digits and {@code -}
     */
    public ActiveJobs app(String name) {
        if (!LOCALE.matcher(name).matches()) {
            throw new ConfigurationException("The name of the Rails application is \"" + JsonRules.forLog(name)
                    + "\"; give what GlobalID.app says in Ruby: letters, digits and -, such as shop-app for ShopApp");
        }
        return with(new Names(name, names.queuePrefix, names.locale, names.timeZone));
    }

    /**
     * The same with a prefix for the names of all queues, {@code default} too: {@code queue_name_prefix} of Rails, followed by {@code _}.
     *
     * @param prefix the prefix; empty for none
     * @return what enqueues
     */
    public ActiveJobs queuePrefix(String prefix) {
        return queuePrefix(prefix, "_");
    }

    /**
     * The same with a prefix for the names of all queues.
     *
     * @param prefix {@code queue_name_prefix} of Rails; empty for none
     * @param delimiter {@code queue_name_delimiter} of Rails
     * @return what enqueues
     */
    public ActiveJobs queuePrefix(String prefix, String delimiter) {
        Objects.requireNonNull(delimiter, "delimiter");
        return with(new Names(names.app, prefix.isEmpty() ? "" : prefix + delimiter, names.locale, names.timeZone));
    }

    /**
     * The same with the locale in which the jobs run.
     *
     * @param name the locale as Rails spells it, such as {@code pt-BR}; one that the application has, otherwise its worker fails each job
     * @return what enqueues
     * @throws ConfigurationException if it is spelt otherwise, such as by {@link java.util.Locale#toString}
     */
    public ActiveJobs locale(String name) {
        if (!LOCALE.matcher(name).matches()) {
            throw new ConfigurationException("The locale is \"" + JsonRules.forLog(name)
                    + "\", which a Rails worker refuses; give it as Rails spells it, such as pt-BR");
        }
        return with(new Names(names.app, names.queuePrefix, name, names.timeZone));
    }

    /**
     * The same with the time zone in which the jobs run.
     *
     * @param name a name of Rails, such as {@code Berlin}, or of the time zone database, such as {@code Europe/Berlin}
     * @return what enqueues
     * @throws ConfigurationException if neither Rails nor the database has it, such as {@code +02:00}
     */
    public ActiveJobs timeZone(String name) {
        if (ArgumentCodec.zone(name).isEmpty()) {
            throw new ConfigurationException("The time zone is \"" + JsonRules.forLog(name)
                    + "\", which a Rails worker refuses; give the name of a place, such as Europe/Berlin, or UTC");
        }
        return with(new Names(names.app, names.queuePrefix, names.locale, name));
    }

    /**
     * The name of a record of the application, to be given as an argument. A Rails worker looks the record up when it runs the job, in its
     * own database, whatever the name of the application is; if it is gone by then, the job fails with {@code
     * ActiveJob::DeserializationError}.
     *
     * @param model name of the class in Ruby
     * @param ids the id of the record, or the parts of a composite one; each is written as its text
     * @return the name
     * @throws ConfigurationException if {@link #app} was not called
     * @throws ArgumentCodecException if the model has no name of a Ruby class, or the id is empty
     */
    public GlobalId gid(String model, Object... ids) {
        if (names.app == null) {
            throw new ConfigurationException("A GlobalID needs the name of the Rails application; call"
                    + " ActiveJobs.on(…).app(name) with what GlobalID.app says in Ruby");
        }
        return GlobalId.of(names.app, model, ids);
    }

    /**
     * Enqueues a job, or delays it if it has a time.
     *
     * @param job the job
     * @return its job id; empty if a listener vetoed it
     * @throws ArgumentCodecException if Rails could not read an argument; nothing was written
     * @throws InvalidJobException as {@link Enqueuer#enqueue(String, JobSpec)}, or with a time as {@link Enqueuer#at}; nothing was written
     * @throws ConfigurationException if the job has a time, and the backend does not support delayed jobs; nothing was written
     * @throws io.resque.api.BackendException if Redis does not take it
     */
    public Optional<String> enqueue(ActiveJob job) {
        Ready ready = ready(job, clock.instant());
        return ready.on(enqueuer).enqueue(ready.place.queue, ready.spec) ? Optional.of(ready.jobId) : Optional.empty();
    }

    /**
     * Enqueues many jobs, those of one queue in their order, with one round trip for about a thousand of them. The arguments of all are
     * written as JSON before the first job is sent.
     *
     * @param jobs the jobs
     * @return their job ids, in order, also of jobs that a listener vetoed
     * @throws ArgumentCodecException if Rails could not read an argument; nothing was written
     * @throws InvalidJobException as {@link #enqueue}; of the jobs of other queues and times some may be written
     * @throws ConfigurationException as {@link #enqueue}
     * @throws io.resque.api.BackendException if Redis stopped taking them; the message says how many of a queue it had taken
     */
    public List<String> enqueueAll(List<ActiveJob> jobs) {
        Instant now = clock.instant();
        List<String> jobIds = new ArrayList<>();
        Map<Place, List<JobSpec>> places = new LinkedHashMap<>();
        for (ActiveJob job : jobs) {
            Ready ready = ready(job, now);
            jobIds.add(ready.jobId);
            places.computeIfAbsent(ready.place, place -> new ArrayList<>()).add(ready.spec);
        }
        places.forEach((place, specs) -> place.on(enqueuer).enqueueAll(place.queue, specs));
        return jobIds;
    }

    /**
     * Enqueues a mail, on the queue {@code default} with the prefix: {@code deliver_later} of Rails. For another queue or a later time give
     * {@link ActiveMail#toJob} to {@link #enqueue}.
     *
     * @param mail the mail
     * @return its job id; empty if a listener vetoed it
     * @throws ArgumentCodecException as {@link #enqueue}
     * @throws InvalidJobException as {@link #enqueue}
     * @throws io.resque.api.BackendException if Redis does not take it
     */
    public Optional<String> deliverLater(ActiveMail mail) {
        return enqueue(mail.toJob());
    }

    /**
     * Writes a recurring job, or changes the one of this name, as {@link RecurringJobs#put(String, Schedule, String, JobSpec)} does. It holds
     * the wrapper and the job hash: a Rails worker runs it, while an entry that names the job class itself vanishes there without a failure.
     * Each time that a scheduler of this library fires it, the job gets a new id and the time of enqueueing; a scheduler of Ruby, which fires
     * {@link Schedule#sharedWithRuby} ones, leaves both null.
     *
     * @param name its name; not blank
     * @param schedule when it is due
     * @param job the job; without a time and an id of its own
     * @return whether something was written; false if the same stands there already
     * @throws ArgumentCodecException if Rails could not read an argument; nothing was written
     * @throws InvalidJobException as {@link RecurringJobs#put(String, Schedule, String, JobSpec)}, or if the job has a time or an id; nothing
     *     was written
     * @throws ConfigurationException if the enqueuer is no {@link Resque}
     * @throws io.resque.api.BackendException as there
     */
    public boolean putRecurring(String name, Schedule schedule, ActiveJob job) {
        if (!(enqueuer instanceof Resque resque)) {
            throw new ConfigurationException(
                    "Only ActiveJobs.on(resque) can write the recurring job \"" + JsonRules.forLog(name) + "\"");
        }
        if (job.due != null || job.delay != null || job.jobId != null) {
            throw new InvalidJobException("The recurring job \"" + JsonRules.forLog(name)
                    + "\" has a time or a job id of its own; its schedule gives the time, and each firing a new id");
        }
        String queue = queue(job);
        Map<String, @Nullable Object> hash =
                JobHash.of(job, codec, queue, null, null, null, names.locale, names.timeZone);
        return resque.schedules().put(name, schedule, queue, JobSpec.of(WRAPPER, hash));
    }

    private String queue(ActiveJob job) {
        return names.queuePrefix + (job.queue == null ? DEFAULT_QUEUE : job.queue);
    }

    private Ready ready(ActiveJob job, Instant now) {
        String queue = queue(job);
        String jobId = job.jobId == null ? ids.get() : job.jobId;
        Instant due = due(job, now);
        Map<String, @Nullable Object> hash =
                JobHash.of(job, codec, queue, jobId, now, due, names.locale, names.timeZone);
        // The second that Rails and resque-scheduler take; core would take the next one.
        Instant second = due == null ? null : Instant.ofEpochSecond(due.getEpochSecond());
        return new Ready(new Place(queue, second), JobSpec.of(WRAPPER, hash), jobId);
    }

    private static @Nullable Instant due(ActiveJob job, Instant now) {
        if (job.delay == null) {
            return job.due;
        }
        try {
            return now.plus(job.delay);
        } catch (DateTimeException | ArithmeticException e) {
            throw new InvalidJobException(
                    "A job of " + job.jobClass + " is to wait for " + job.delay
                            + ", which is beyond all times; give less",
                    e);
        }
    }

    private record Place(String queue, @Nullable Instant second) {
        Enqueuer on(Enqueuer enqueuer) {
            return second == null ? enqueuer : enqueuer.at(second);
        }
    }

    private record Ready(Place place, JobSpec spec, String jobId) {
        Enqueuer on(Enqueuer enqueuer) {
            return place.on(enqueuer);
        }
    }
}
