package io.resque.api;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A kind of job: its name, its queue, and the type of its arguments. Producer and worker share one constant, so the
 * compiler checks both. Immutable and thread-safe.
 *
 * <pre>{@code
 * record Welcome(long user, String name, Optional<String> locale) {}
 *
 * static final JobType<Welcome> WELCOME = JobType.of("WelcomeMail", "mail", Welcome.class);
 *
 * resque.enqueue(WELCOME, new Welcome(42, "Chris", Optional.empty())); // {"class":"WelcomeMail","args":[42,"Chris",null]}
 * resque.workerBuilder("mail").register(WELCOME, (welcome, context) -> greet(welcome.name())).start();
 * }</pre>
 *
 * <p>The components of the record are the arguments in their order, as Ruby has them, or with {@link #asMap} the members
 * of one map, as PHP has them. A worker reads both. A component is a {@link String}, a boolean, an integer, a float or
 * double, an enum, which is sent by its name, a record, which is sent as a map, a {@link List}, a {@link Map} with
 * string keys, an {@link Object}, which is any JSON value, or an {@link Optional} of one of these. Only an
 * {@code Optional} can be null or absent in a payload. {@link #argument} adds other classes.
 *
 * @param <A> the type of the arguments
 */
public final class JobType<A> {
    /** Deeper than JSON may nest; what nests deeper is refused when it is enqueued. */
    private static final int MAX_DEPTH = 200;

    private final String jobClass;
    private final String queue;
    private final @Nullable Class<A> record;
    private final @Nullable RecordShape shape;
    private final boolean map;
    private final Map<Class<?>, Function<Object, @Nullable Object>> writers;
    private final Map<Class<?>, Function<Object, ?>> readers;
    private final @Nullable Function<? super A, ? extends List<? extends @Nullable Object>> write;
    private final @Nullable Function<? super JobArguments, ? extends A> read;
    private final @Nullable Retry retry;
    private final List<Limit> limits;
    private final @Nullable Unique unique;

    private JobType(
            String jobClass,
            String queue,
            @Nullable Class<A> record,
            @Nullable RecordShape shape,
            boolean map,
            Map<Class<?>, Function<Object, @Nullable Object>> writers,
            Map<Class<?>, Function<Object, ?>> readers,
            @Nullable Function<? super A, ? extends List<? extends @Nullable Object>> write,
            @Nullable Function<? super JobArguments, ? extends A> read,
            @Nullable Retry retry,
            @Nullable Unique unique,
            List<Limit> limits) {
        this.jobClass = named(jobClass, "jobClass");
        this.queue = named(queue, "queue");
        this.record = record;
        this.shape = shape;
        this.map = map;
        this.writers = writers;
        this.readers = readers;
        this.write = write;
        this.read = read;
        this.retry = retry;
        this.limits = limits;
        this.unique = unique;
    }

    private static <R> JobType<R> ofRecord(
            String jobClass,
            String queue,
            Class<R> record,
            @Nullable RecordShape shape,
            boolean map,
            Map<Class<?>, Function<Object, @Nullable Object>> writers,
            Map<Class<?>, Function<Object, ?>> readers,
            @Nullable Retry retry,
            @Nullable Unique unique,
            List<Limit> limits) {
        return new JobType<>(jobClass, queue, record, shape, map, writers, readers, null, null, retry, unique, limits);
    }

    private static String named(String name, String what) {
        if (Objects.requireNonNull(name, what).isBlank()) {
            throw new IllegalArgumentException("The " + what + " of a JobType is empty; give it a name");
        }
        return name;
    }

    /**
     * Creates a type whose arguments are the components of a record.
     *
     * @param <R> the record
     * @param jobClass the name in the payload, such as Ruby's {@code Acme::Mail} or PHP's {@code Acme\Mail}
     * @param queue name of the queue that {@code enqueue} puts these jobs on
     * @param record its class; its constructor may be private, unless the record is in a module that does not open its
     *     package
     * @return the type
     * @throws IllegalArgumentException if a name is empty
     * @throws ConfigurationException if a component has a type that cannot be sent even with a converter, such as an array or a
     *     {@code Map} whose keys are no strings. A class that only lacks a converter is refused later: when the job is registered, or
     *     enqueued
     */
    public static <R extends Record> JobType<R> of(String jobClass, String queue, Class<R> record) {
        if (!Objects.requireNonNull(record, "record").isRecord()) {
            throw new ConfigurationException(
                    record.getName() + " is no record; a JobType needs one, such as record Welcome(long user) {}");
        }
        JobType<R> type = ofRecord(
                jobClass, queue, record, new RecordShape(record), false, Map.of(), Map.of(), null, null, List.of());
        type.refuse(type.shape == null ? null : type.shape.broken());
        return type;
    }

    /**
     * Creates a type whose arguments two functions write and read, such as for a data class of Kotlin.
     *
     * @param <A> the type of the arguments
     * @param jobClass the name in the payload
     * @param queue name of the queue that {@code enqueue} puts these jobs on
     * @param write gives the arguments as {@code enqueue} accepts them; must be thread-safe
     * @param read makes the value of the arguments of a job; must be thread-safe. The job fails with the exception that it throws
     * @return the type
     * @throws IllegalArgumentException if a name is empty
     */
    public static <A> JobType<A> of(
            String jobClass,
            String queue,
            Function<? super A, ? extends List<? extends @Nullable Object>> write,
            Function<? super JobArguments, ? extends A> read) {
        return new JobType<>(
                jobClass,
                queue,
                null,
                null,
                false,
                Map.of(),
                Map.of(),
                Objects.requireNonNull(write, "write"),
                Objects.requireNonNull(read, "read"),
                null,
                null,
                List.of());
    }

    /**
     * Checks that an argument of a type can be sent and read, with the rules for the components of a record: for a framework whose jobs
     * are methods.
     *
     * @param place what has the type, for the message, such as {@code Welcome.send, parameter 1}
     * @param type its type
     * @throws ConfigurationException if it cannot be sent even with a converter, as {@link #of(String, String, Class)} says
     */
    public static void checkArgument(String place, Type type) {
        String broken = new RecordShape(place, type).broken();
        if (broken != null) {
            throw new ConfigurationException(broken);
        }
    }

    /**
     * The same type with its arguments as one map, as php-resque's workers read them:
     * {@code "args":[{"user":42,"name":"Chris","locale":null}]}.
     *
     * @return a type
     * @throws IllegalStateException if this type has functions in place of a record
     */
    public JobType<A> asMap() {
        return ofRecord(jobClass, queue, recordFor("asMap"), shape, true, writers, readers, retry, unique, limits);
    }

    /**
     * The same type with a converter for a class, which is used in producers, workers and child processes. A type that has
     * converters uses none of {@code Resque.builder().argument}.
     *
     * @param <T> the class
     * @param <J> the JSON value; {@code from} gets an integer as a {@link Long}, or as a {@link java.math.BigInteger} if
     *     it is too large for that, and no null
     * @param type exactly this class, at any depth in the record; not one of JSON's own
     * @param to gives a JSON value, such as {@code Instant::toString}; must be thread-safe
     * @param from the way back, such as {@code Instant::parse}; must be thread-safe. The job fails with the exception that it throws
     * @return a type
     * @throws IllegalArgumentException if values of the class are sent as they are
     * @throws IllegalStateException if this type has functions in place of a record
     */
    public <T, J> JobType<A> argument(
            Class<T> type, Function<? super T, ? extends @Nullable J> to, Function<? super J, ? extends T> from) {
        Class<A> known = recordFor("argument");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(to, "to");
        Objects.requireNonNull(from, "from");
        if (RecordShape.isJson(type)) {
            throw new IllegalArgumentException(type.getTypeName()
                    + " is sent as JSON as it is, so that no converter is asked; give one for a class of yours");
        }
        Map<Class<?>, Function<Object, @Nullable Object>> moreWriters = new LinkedHashMap<>(writers);
        moreWriters.put(type, value -> to.apply(type.cast(value)));
        Map<Class<?>, Function<Object, ?>> moreReaders = new LinkedHashMap<>(readers);
        moreReaders.put(type, reader(from));
        return ofRecord(jobClass, queue, known, shape, map, moreWriters, moreReaders, retry, unique, limits);
    }

    /**
     * The same type with a policy for failed runs. Workers apply it that register this type.
     *
     * @param policy when a job that failed runs again
     * @return a type
     */
    public JobType<A> retry(Retry policy) {
        return new JobType<>(
                jobClass,
                queue,
                record,
                shape,
                map,
                writers,
                readers,
                write,
                read,
                Objects.requireNonNull(policy, "policy"),
                unique,
                limits);
    }

    /**
     * The same type, of which no job is enqueued, or run, while an equal job is there. {@link #spec} gives the option to each job; workers that
     * register this type also apply {@link Unique#whileRunning} to jobs that other programs have enqueued.
     *
     * @param option when and how long equal jobs are kept away
     * @return a type
     */
    public JobType<A> unique(Unique option) {
        return new JobType<>(
                jobClass,
                queue,
                record,
                shape,
                map,
                writers,
                readers,
                write,
                read,
                retry,
                Objects.requireNonNull(option, "option"),
                limits);
    }

    /**
     * Which equal jobs are kept away.
     *
     * @return empty if none is
     */
    public Optional<Unique> unique() {
        return Optional.ofNullable(unique);
    }

    /**
     * The policy for failed runs.
     *
     * @return empty if a failed run is the end of a job
     */
    public Optional<Retry> retry() {
        return Optional.ofNullable(retry);
    }

    /**
     * The same type with one more limit. Workers apply it that register this type.
     *
     * @param limit how many of its jobs may run at a time, or may begin in a period
     * @return a type
     */
    public JobType<A> limit(Limit limit) {
        List<Limit> more = new ArrayList<>(limits);
        more.add(Objects.requireNonNull(limit, "limit"));
        return new JobType<>(
                jobClass, queue, record, shape, map, writers, readers, write, read, retry, unique, List.copyOf(more));
    }

    /**
     * The limits of its jobs.
     *
     * @return in the order in which they were given; unmodifiable
     */
    public List<Limit> limits() {
        return limits;
    }

    @SuppressWarnings("unchecked") // a value of another class is a ClassCastException, which fails the job
    private static <T, J> Function<Object, T> reader(Function<? super J, ? extends T> from) {
        return json -> from.apply((J) json);
    }

    private Class<A> recordFor(String method) {
        if (record == null) {
            throw new IllegalStateException(
                    method + " is for a JobType of a record; \"" + jobClass + "\" has its own functions");
        }
        return record;
    }

    /**
     * The name in the payload.
     *
     * @return never empty
     */
    public String jobClass() {
        return jobClass;
    }

    /**
     * The queue that {@code enqueue} puts these jobs on. A worker runs them from any queue.
     *
     * @return never empty
     */
    public String queue() {
        return queue;
    }

    /**
     * A job of this type, to be enqueued with an id, or on another queue.
     *
     * @param value the arguments
     * @return the job
     * @throws InvalidJobException if a component that is no Optional is null, or a converter threw
     * @throws ConfigurationException if this type has converters, and a component has another class that JSON does not have
     */
    public JobSpec spec(A value) {
        Objects.requireNonNull(value, "value");
        JobSpec job = new JobSpec(jobClass, new ArrayList<>(write == null ? written(value) : write.apply(value)));
        return unique == null ? job : job.withUnique(unique);
    }

    /**
     * Jobs of this type, one for each value.
     *
     * @param values the arguments of each job
     * @return the jobs, in the order of the values
     * @throws InvalidJobException as {@link #spec}
     * @throws ConfigurationException as {@link #spec}
     */
    public List<JobSpec> specs(List<? extends A> values) {
        List<JobSpec> jobs = new ArrayList<>(values.size());
        for (A value : values) {
            jobs.add(spec(value));
        }
        return jobs;
    }

    private List<@Nullable Object> written(A value) {
        if (!writers.isEmpty()) {
            check(Set.of(), Set.of());
        }
        Map<String, @Nullable Object> components;
        try {
            components = RecordShape.values((Record) value);
        } catch (InvalidJobException e) {
            throw new InvalidJobException("Arguments of \"" + jobClass + "\": " + e.getMessage(), e);
        }
        components.replaceAll((name, component) -> written(component, 0));
        return map ? List.of(components) : new ArrayList<>(components.values());
    }

    /** Without converters of this type, nothing is written here: those of the Resque may have another form of a record. */
    private @Nullable Object written(@Nullable Object value, int depth) {
        if (value == null || writers.isEmpty() || depth > MAX_DEPTH) {
            return value;
        }
        Class<?> type = value instanceof Enum<?> constant ? constant.getDeclaringClass() : value.getClass();
        Function<Object, @Nullable Object> writer = writers.get(type);
        if (writer != null) {
            try {
                return writer.apply(value);
            } catch (RuntimeException e) {
                throw new InvalidJobException(
                        "The converter of " + type.getName() + " for \"" + jobClass + "\" threw a "
                                + e.getClass().getName(),
                        e);
            }
        }
        if (value instanceof Optional<?> optional) {
            return written(optional.orElse(null), depth);
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> copy = new ArrayList<>(list.size());
            list.forEach(element -> copy.add(written(element, depth + 1)));
            return copy;
        }
        Map<?, ?> members =
                value instanceof Record nested ? RecordShape.values(nested) : value instanceof Map<?, ?> m ? m : null;
        if (members != null) {
            Map<@Nullable Object, @Nullable Object> copy = new LinkedHashMap<>();
            members.forEach((name, member) -> copy.put(name, written(member, depth + 1)));
            return copy;
        }
        return value instanceof Enum<?> constant ? constant.name() : value;
    }

    private void check(Set<Class<?>> converters, Set<Class<?>> oneWay) {
        if (shape != null) {
            refuse(readers.isEmpty() ? shape.problem(converters, oneWay) : shape.problem(readers.keySet(), Set.of()));
        }
    }

    private void refuse(@Nullable String problem) {
        if (problem != null) {
            throw new ConfigurationException("Arguments of \"" + jobClass + "\": " + problem);
        }
    }

    /**
     * What this library, and implementations of {@link JobRegistry} and {@link JobArguments}, need of a type. Applications call {@link
     * #spec} and {@link JobArguments#as(JobType)}.
     *
     * @return a view without state of its own
     */
    public Codec codec() {
        return new Codec();
    }

    /** Checks and reads the arguments of a type. Thread-safe. */
    public final class Codec {
        private Codec() {}

        /**
         * Takes a record apart, as it is sent within other arguments.
         *
         * @param value the record
         * @return its components by name, in their order; may be changed
         * @throws InvalidJobException if a component that is no Optional is null, or its accessor threw
         */
        public static Map<String, @Nullable Object> components(Record value) {
            return RecordShape.values(value);
        }

        /**
         * Checks that each component can be sent and read. A worker calls this when a job is registered.
         *
         * @param converters the classes that {@code Resque.builder().argument} can write and read; neither these nor the
         *     others count if this type has converters
         * @param oneWay the classes that it can only write
         * @throws ConfigurationException if a component has a class that JSON does not have, and no converter both ways; the
         *     message names it
         */
        public void check(Set<Class<?>> converters, Set<Class<?>> oneWay) {
            JobType.this.check(converters, oneWay);
        }

        /**
         * Checks that a process without the converters of {@code Resque.builder().argument} reads and writes the same as the others.
         *
         * @param converted the names of the classes of these converters; they do not count if this type has converters
         * @throws ConfigurationException if the record holds one of the classes; the message names it
         */
        public void checkWithout(Set<String> converted) {
            if (shape != null && readers.isEmpty()) {
                refuse(shape.problemWithout(converted));
            }
        }

        /**
         * Makes a value of the arguments of a job, for {@link JobArguments#as(JobType)}.
         *
         * @param args the arguments
         * @param records reads a record
         * @return the value
         * @throws JobArgumentException if the arguments do not fit
         */
        public A read(JobArguments args, RecordReader records) {
            A value = record != null ? records.read(record, map, readers) : read == null ? null : read.apply(args);
            if (value == null) {
                throw new JobArgumentException(
                        "The function that reads the arguments of \"" + jobClass + "\" gave null");
            }
            return value;
        }
    }

    /** Reads the arguments of one job as a record, for {@code Codec.read}. */
    @FunctionalInterface
    public interface RecordReader {
        /**
         * Reads the record.
         *
         * @param <R> the record
         * @param record its class
         * @param map decides where the only argument is a map that also fits the first component, and all other components are
         *     Optionals: if true, the map holds the components by name; if false, it is the first component. Any other single map holds
         *     the components, whatever this says. An empty list as the only argument, by which PHP sends nothing, is a map without
         *     members, unless it fits the first component in the same way
         * @param converters those of the type, which give the value of a class for its JSON value; if there are none, those
         *     of the worker are used
         * @return the record
         * @throws JobArgumentException if the arguments do not fit
         */
        <R> R read(Class<R> record, boolean map, Map<Class<?>, Function<Object, ?>> converters);
    }

    /** The name and the queue. */
    @Override
    public String toString() {
        return jobClass + " on " + queue;
    }
}
