package io.resque.wrong.executor;

import static io.resque.wrong.executor.Wrong.context;
import static io.resque.wrong.executor.Wrong.executor;
import static io.resque.wrong.executor.Wrong.failure;
import static io.resque.wrong.executor.Wrong.host;
import static io.resque.wrong.executor.Wrong.job;
import static io.resque.wrong.executor.Wrong.outcome;
import static io.resque.wrong.executor.Wrong.request;

import io.resque.api.DontPerformException;
import io.resque.api.Enqueuer;
import io.resque.api.InvalidJobException;
import io.resque.api.Job;
import io.resque.api.JobArgumentException;
import io.resque.api.JobArguments;
import io.resque.api.JobContext;
import io.resque.api.JobSpec;
import io.resque.api.JobType;
import io.resque.api.ResqueListener;
import io.resque.api.UnknownJobException;
import io.resque.api.spi.JobExecutorHost;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobRequest;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Payload;
import io.resque.wrong.executor.Wrong.Changed;
import io.resque.wrong.executor.Wrong.Steps;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.math.BigInteger;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All executors that are wrong. */
final class WrongExecutors {
    private static final String CLASSES = "the class of what was thrown";
    private static final String NO_OUTCOME = "must give an outcome, but threw";

    private WrongExecutors() {}

    static List<Wrong> all() {
        return Stream.of(
                        values(),
                        questions(),
                        metadata(),
                        results(),
                        steps(),
                        failures(),
                        later(),
                        converters(),
                        deaths(),
                        vetoes(),
                        names(),
                        enqueueing(),
                        hearing(),
                        limited(),
                        WrongMeetings.all())
                .flatMap(List::stream)
                .toList();
    }

    /** Executors that are right for small values in ASCII. */
    private static List<Wrong> limited() {
        return List.of(
                request(
                        "classes in ASCII",
                        "W-001",
                        "must be found by its name",
                        r -> new JobRequest(
                                r.worker(),
                                r.queue(),
                                r.jobClass().replaceAll("[^\\x00-\\x7f]", "?"),
                                r.id(),
                                r.args(),
                                r.metadata(),
                                r.queuedAt(),
                                r.deadline())),
                arguments("texts of 64 KB at most", "whether Echo gives its argument back", args -> {
                    List<@Nullable Object> cut = new ArrayList<>(args);
                    cut.replaceAll(arg ->
                            arg instanceof String text && text.length() > 65_535 ? text.substring(0, 65_535) : arg);
                    return cut;
                }),
                outcome(
                        "results of 64 levels at most",
                        "W-001",
                        "whether Echo gives its argument back",
                        outcome -> outcome instanceof JobOutcome.Completed done
                                        && String.valueOf(done.result()).contains("]}".repeat(32))
                                ? new JobOutcome.Failed("java.lang.IllegalStateException", "too deep", List.of())
                                : outcome),
                context("null is no result", "W-001", "a result, then null", real -> new ChangedContext(real) {
                    @Override
                    public void result(@Nullable Object value) {
                        if (value != null) {
                            super.result(value);
                        }
                    }
                }),
                context("drops checkpoints", "W-013", "must be given to the worker", real -> new ChangedContext(real) {
                    @Override
                    public void checkpoint(@Nullable Object cursor) {}
                }),
                context(
                        "tells only checkpoints that are something",
                        "W-013",
                        "must be given to the worker",
                        real -> new ChangedContext(real) {
                            @Override
                            public void checkpoint(@Nullable Object cursor) {
                                if (cursor != null) {
                                    super.checkpoint(cursor);
                                }
                            }
                        }),
                context(
                        "hides a refusal of a checkpoint",
                        "W-013",
                        "must be thrown to the job",
                        real -> new ChangedContext(real) {
                            @Override
                            public void checkpoint(@Nullable Object cursor) {
                                try {
                                    super.checkpoint(cursor);
                                } catch (RuntimeException e) {
                                    // the job does not hear of it
                                }
                            }
                        }),
                context(
                        "loses the checkpoint of the runs before",
                        "W-013",
                        "the checkpoint of its request",
                        real -> new ChangedContext(real) {
                            @Override
                            public Optional<Object> lastCheckpoint() {
                                return Optional.empty();
                            }
                        }),
                context("drops the lines that a job logs", "W-014", "in its order", real -> new ChangedContext(real) {
                    @Override
                    public void log(String line) {}
                }),
                told(
                        "messages of one line",
                        "the message of what was thrown, of any characters",
                        (e, message) -> message.lines().findFirst().orElse("")),
                told(
                        "messages in ASCII",
                        "the message of what was thrown, of any characters",
                        (e, message) -> message.replaceAll("[^\\x00-\\x7f]", "?")),
                told(
                        "messages without control characters",
                        "the message of what was thrown, of any characters",
                        (e, message) -> message.replace("\u0000", "")),
                told(
                        "messages of 1,000 characters at most",
                        "the message of what was thrown, of any characters",
                        (e, message) -> message.substring(0, Math.min(1_000, message.length()))),
                enqueuesMany(
                        "drops the id that a job chooses",
                        "the id that the job has chosen",
                        real -> new ChangedEnqueuer(real) {
                            @Override
                            public Optional<String> enqueueTracked(String queue, JobSpec job) {
                                enqueuer.enqueueTracked(
                                        queue,
                                        new JobSpec(job.jobClass(), job.args(), Optional.empty(), job.metadata()));
                                return job.id();
                            }
                        }),
                enqueues(
                        "drops the metadata that a job gives",
                        "the metadata that the job gives",
                        (real, q, job) -> real.enqueue(q, new JobSpec(job.jobClass(), job.args(), job.id(), Map.of()))),
                enqueues("drops metadata that is null", "the metadata that the job gives", (real, q, job) -> {
                    Map<String, @Nullable Object> some = new LinkedHashMap<>(job.metadata());
                    some.values().removeIf(value -> value == null);
                    return real.enqueue(q, new JobSpec(job.jobClass(), job.args(), job.id(), some));
                }),
                enqueues(
                        "queues in ASCII",
                        "queue, class and arguments of what",
                        (real, q, job) -> real.enqueue(q.replaceAll("[^\\x00-\\x7f]", "?"), job)),
                executor(
                        "has no outcome for a veto",
                        "W-981",
                        "must give an outcome, but gave null",
                        real -> new Changed(real) {
                            @Override
                            @SuppressWarnings("NullAway")
                            public JobOutcome run(JobRequest request) throws InterruptedException {
                                JobOutcome outcome = real.run(request);
                                return outcome instanceof JobOutcome.Vetoed ? null : outcome;
                            }
                        }));
    }

    // W-001

    private static List<Wrong> values() {
        return List.of(
                request(
                        "loses the id",
                        "W-001",
                        "expected: \"completed with \"é q Context abc\"",
                        r -> new JobRequest(
                                r.worker(),
                                r.queue(),
                                r.jobClass(),
                                null,
                                r.args(),
                                r.metadata(),
                                r.queuedAt(),
                                r.deadline())),
                context(
                        "swaps queue and class",
                        "W-001",
                        "but was: \"completed with \"Context q no id\"",
                        real -> new ChangedContext(real) {
                            @Override
                            public String queue() {
                                return real.jobClass();
                            }

                            @Override
                            public String jobClass() {
                                return real.queue();
                            }
                        }),
                arguments("stringifies arguments", "Echo gives its arguments as its result", args -> {
                    List<@Nullable Object> texts = new ArrayList<>();
                    args.forEach(arg -> texts.add(String.valueOf(arg)));
                    return texts;
                }),
                arguments("integers become doubles", "Echo gives its arguments as its result", args -> {
                    List<@Nullable Object> doubles = new ArrayList<>();
                    args.forEach(arg -> doubles.add(
                            arg instanceof Long || arg instanceof BigInteger ? ((Number) arg).doubleValue() : arg));
                    return doubles;
                }),
                arguments(
                        "leaves null out",
                        "Echo gives its arguments as its result",
                        args -> args.stream().filter(arg -> arg != null).toList()),
                arguments(
                        "no arguments become an empty map",
                        "no arguments",
                        args -> args.isEmpty() ? List.of(Map.of()) : args),
                converting("casts instead of converting", "an Integer, then a record", (real, tree, type) -> tree),
                converting(
                        "makes 0 of what does not fit",
                        "an argument that does not fit or is absent",
                        (real, tree, type) -> {
                            try {
                                return real.convert(tree, type);
                            } catch (JobArgumentException e) {
                                return 0;
                            }
                        }));
    }

    private static Wrong arguments(
            String label, String says, Function<List<@Nullable Object>, List<@Nullable Object>> change) {
        return request(label, "W-001", says, r -> withArguments(r, change.apply(r.args())));
    }

    private static JobRequest withArguments(JobRequest r, List<@Nullable Object> args) {
        return new JobRequest(
                r.worker(), r.queue(), r.jobClass(), r.id(), args, r.metadata(), r.queuedAt(), r.deadline());
    }

    private interface Convert {
        @Nullable
        Object convert(JobSerializer real, @Nullable Object tree, Type type);
    }

    private static Wrong converting(String label, String says, Convert convert) {
        return host(label, "W-001", says, host -> new ChangedHost(host) {
            @Override
            public JobSerializer serializer() {
                JobSerializer right = real.serializer();
                return new JobSerializer() {
                    @Override
                    public Payload encode(@Nullable Object tree) {
                        return right.encode(tree);
                    }

                    @Override
                    public @Nullable Object decode(Payload payload) {
                        return right.decode(payload);
                    }

                    @Override
                    public @Nullable Object convert(@Nullable Object tree, Type type) {
                        return convert.convert(right, tree, type);
                    }
                };
            }
        });
    }

    private static List<Wrong> questions() {
        return List.of(
                asks("gives null where a type is wanted", "whose only argument is null", (real, call, args) -> {
                    boolean null0 = call.getName().equals("get") && args[0].equals(0) && real.get(0) == null;
                    return null0 && args.length == 2 ? null : call.invoke(real, args);
                }),
                asks("refuses null as JSON", "whose only argument is null", (real, call, args) -> {
                    Object value = call.invoke(real, args);
                    if (value == null) {
                        throw new JobArgumentException("null");
                    }
                    return value;
                }),
                asks("an absent argument is an empty Optional", "whose only argument is null", (real, call, args) -> {
                    boolean absent = call.getName().equals("get") && args[0].equals(1) && real.size() == 1;
                    return absent ? Optional.empty() : call.invoke(real, args);
                }),
                asks("gives null for a key where a type is wanted", "whose only argument is {", (real, call, args) -> {
                    boolean ofKey = call.getName().equals("get") && args[0] instanceof String && args.length == 2;
                    return ofKey && real.get((String) args[0]) == null ? null : call.invoke(real, args);
                }),
                asks("a list that can be changed", "there must be none", (real, call, args) -> {
                    Object value = call.invoke(real, args);
                    return call.getName().equals("asList") ? new ArrayList<>((List<?>) value) : value;
                }),
                asks("a map that can be changed", "there must be none", (real, call, args) -> {
                    Object value = call.invoke(real, args);
                    return call.getName().equals("asMap") ? new LinkedHashMap<>((Map<?, ?>) value) : value;
                }),
                asks("lists inside that can be changed", "there must be none", (real, call, args) -> {
                    Object value = call.invoke(real, args);
                    boolean list = call.getName().equals("get") && value instanceof List;
                    return list ? new ArrayList<>((List<?>) value) : value;
                }),
                request("cuts typed arguments to size", "W-001", "must fail, since these arguments do not fit", r -> {
                    boolean more = r.jobClass().equals("Welcome") && r.args().size() > 3;
                    return more ? withArguments(r, r.args().subList(0, 3)) : r;
                }),
                request("rounds typed arguments", "W-001", "must fail, since these arguments do not fit", r -> {
                    List<@Nullable Object> args = new ArrayList<>(r.args());
                    args.replaceAll(arg -> arg instanceof Double number ? (Object) number.longValue() : arg);
                    return r.jobClass().equals("Welcome") ? withArguments(r, args) : r;
                }),
                request("null is an empty text", "W-001", "must fail, since these arguments do not fit", r -> {
                    List<@Nullable Object> args = new ArrayList<>(r.args());
                    args.replaceAll(arg -> arg == null ? "" : arg);
                    return r.jobClass().equals("Welcome") && args.size() == 2 ? withArguments(r, args) : r;
                }),
                outcome(
                        "does not name the component",
                        "W-001",
                        "must name the component",
                        outcome -> outcome instanceof JobOutcome.Failed f
                                ? new JobOutcome.Failed(f.exception(), "It does not fit", f.frames())
                                : outcome));
    }

    private interface Answer {
        @Nullable
        Object to(JobArguments real, Method call, Object[] args) throws ReflectiveOperationException;
    }

    /** Changes what the arguments answer to the questions of a job. */
    private static Wrong asks(String label, String says, Answer answer) {
        return context(label, "W-001", says, real -> new ChangedContext(real) {
            @Override
            public JobArguments args() {
                return (JobArguments) Proxy.newProxyInstance(
                        JobArguments.class.getClassLoader(),
                        new Class<?>[] {JobArguments.class},
                        (proxy, call, args) -> {
                            try {
                                return answer.to(real.args(), call, args);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
            }
        });
    }

    // W-011

    private static List<Wrong> metadata() {
        return List.of(
                metadata("loses the metadata", "must see the metadata", r -> Map.of(), JobRequest::queuedAt),
                metadata(
                        "sorts the metadata",
                        "must see the metadata",
                        r -> new TreeMap<>(r.metadata()),
                        JobRequest::queuedAt),
                metadata(
                        "leaves out metadata that is null",
                        "must see the metadata",
                        r -> {
                            Map<String, @Nullable Object> some = new LinkedHashMap<>(r.metadata());
                            some.values().removeIf(value -> value == null);
                            return some;
                        },
                        JobRequest::queuedAt),
                metadata("loses when it was enqueued", "must see the metadata", JobRequest::metadata, r -> null),
                metadata(
                        "rounds when it was enqueued",
                        "must see the metadata",
                        JobRequest::metadata,
                        r -> r.queuedAt() == null ? null : r.queuedAt().truncatedTo(ChronoUnit.SECONDS)),
                executor("keeps the metadata for the next job", "W-011", "after one that had some", real -> {
                    Map<String, @Nullable Object> kept = new LinkedHashMap<>();
                    return new Changed(real) {
                        @Override
                        public JobOutcome run(JobRequest request) throws InterruptedException {
                            kept.putAll(request.metadata());
                            return real.run(with(request, kept, request.queuedAt()));
                        }
                    };
                }));
    }

    private static Wrong metadata(
            String label,
            String says,
            Function<JobRequest, Map<String, @Nullable Object>> metadata,
            Function<JobRequest, @Nullable Instant> queuedAt) {
        return request(label, "W-011", says, r -> with(r, metadata.apply(r), queuedAt.apply(r)));
    }

    private static JobRequest with(JobRequest r, Map<String, @Nullable Object> metadata, @Nullable Instant queuedAt) {
        return new JobRequest(r.worker(), r.queue(), r.jobClass(), r.id(), r.args(), metadata, queuedAt, r.deadline());
    }

    private static List<Wrong> results() {
        return List.of(
                outcome("loses the result", "W-001", "the same must come back", outcome -> completed(outcome, null)),
                outcome(
                        "gives the result as text",
                        "W-001",
                        "the same must come back",
                        outcome ->
                                completed(outcome, outcome instanceof JobOutcome.Completed c ? "" + c.result() : null)),
                outcome(
                        "gives true where there is no result",
                        "W-001",
                        "a job that gives no result",
                        outcome -> outcome.equals(new JobOutcome.Completed(null)) ? completed(outcome, true) : outcome),
                context("the first result counts", "W-001", "a result, then a list", real -> new ChangedContext(real) {
                    private boolean given;

                    @Override
                    public void result(@Nullable Object value) {
                        if (!given) {
                            super.result(value);
                        }
                        given = true;
                    }
                }),
                host(
                        "does not copy the result",
                        "W-001",
                        "a list that the job changes later",
                        host -> new ChangedHost(host) {
                            @Override
                            public @Nullable Object toTree(@Nullable Object value) {
                                real.toTree(value);
                                return value;
                            }
                        }),
                context(
                        "drops a result that is refused",
                        "W-001",
                        "then a result that is refused",
                        real -> new ChangedContext(real) {
                            @Override
                            public void result(@Nullable Object value) {
                                try {
                                    super.result(value);
                                } catch (InvalidJobException e) {
                                    super.result(null);
                                    throw e;
                                }
                            }
                        }));
    }

    private static JobOutcome completed(JobOutcome outcome, @Nullable Object result) {
        return outcome instanceof JobOutcome.Completed ? new JobOutcome.Completed(result) : outcome;
    }

    // W-002

    private static List<Wrong> steps() {
        return List.of(
                job("skips setUp", "W-002", "the steps that must run when all is well", job -> new Steps(job) {
                    @Override
                    public void setUp(JobContext context) {}
                }),
                job("skips tearDown", "W-002", "the steps that must run when all is well", job -> new Steps(job) {
                    @Override
                    public void tearDown(JobContext context) {}
                }),
                job("tears down first", "W-002", "the steps that must run when all is well", job -> new Steps(job) {
                    @Override
                    public void perform(JobContext context) throws Exception {
                        real.tearDown(context);
                        real.perform(context);
                    }

                    @Override
                    public void tearDown(JobContext context) {}
                }),
                job(
                        "skips tearDown after a failure",
                        "W-002",
                        "the steps that must run when perform throws",
                        job -> new Steps(job) {
                            private boolean failed = true;

                            @Override
                            public void perform(JobContext context) throws Exception {
                                real.perform(context);
                                failed = false;
                            }

                            @Override
                            public void tearDown(JobContext context) throws Exception {
                                if (!failed) {
                                    real.tearDown(context);
                                }
                            }
                        }),
                job(
                        "tears down what was not set up",
                        "W-002",
                        "the steps that must run when setUp throws",
                        job -> new Steps(job) {
                            @Override
                            public void setUp(JobContext context) throws Exception {
                                try {
                                    real.setUp(context);
                                } catch (Exception e) {
                                    real.tearDown(context);
                                    throw e;
                                }
                            }
                        }),
                job(
                        "performs what was not set up",
                        "W-002",
                        "the steps that must run when setUp throws",
                        job -> new Steps(job) {
                            @Override
                            public void setUp(JobContext context) throws Exception {
                                try {
                                    real.setUp(context);
                                } catch (Exception e) {
                                    real.perform(context);
                                    throw e;
                                }
                            }
                        }),
                job(
                        "reports the last failure",
                        "W-002",
                        "[perform, tearDown] throw, and the failure must be the first",
                        job -> new Steps(job) {
                            @Override
                            public void perform(JobContext context) throws Exception {
                                try {
                                    real.perform(context);
                                } finally {
                                    real.tearDown(context);
                                }
                            }

                            @Override
                            public void tearDown(JobContext context) {}
                        }),
                job(
                        "hides that tearDown failed",
                        "W-002",
                        "[tearDown] must fail, since it throws",
                        job -> new Steps(job) {
                            @Override
                            public void tearDown(JobContext context) {
                                try {
                                    real.tearDown(context);
                                } catch (Exception e) {
                                    // hidden
                                }
                            }
                        }),
                host("keeps the instance", "W-002", "must see in the second run", host -> new ChangedHost(host) {
                    private final Map<String, Optional<Job>> made = new ConcurrentHashMap<>();

                    @Override
                    public Optional<Job> create(String jobClass) throws Exception {
                        if (!made.containsKey(jobClass)) {
                            made.put(jobClass, real.create(jobClass));
                        }
                        return made.getOrDefault(jobClass, Optional.empty());
                    }
                }),
                job("tears down on another thread", "W-002", "on 2 threads", job -> new Steps(job) {
                    @Override
                    public void tearDown(JobContext context) throws Exception {
                        elsewhere(() -> real.tearDown(context));
                    }
                }));
    }

    private interface Step {
        void run() throws Exception;
    }

    private static void elsewhere(Step step) throws Exception {
        List<Exception> thrown = Collections.synchronizedList(new ArrayList<>());
        Thread thread = new Thread(() -> {
            try {
                step.run();
            } catch (Exception e) {
                thrown.add(e);
            }
        });
        thread.start();
        thread.join();
        if (!thrown.isEmpty()) {
            throw thrown.get(0);
        }
    }

    // W-003

    private static List<Wrong> failures() {
        return List.of(
                failure("swallows exceptions", "must fail, since it throws", failed -> new JobOutcome.Completed(null)),
                failure(
                        "calls it a death",
                        "must fail, since it throws",
                        failed -> new JobOutcome.Died(failed.message())),
                told("drops the message", "the message of what was thrown", (e, message) -> e),
                told(
                        "the class before the message",
                        "the message of what was thrown",
                        (e, message) -> e + ": " + message),
                told(
                        "no message is \"null\"",
                        "so it must be its class",
                        (e, message) -> message.equals(e) ? "null" : message),
                told(
                        "no message is empty",
                        "so it must be its class",
                        (e, message) -> message.equals(e) ? "" : message),
                failure(
                        "tells the simple class",
                        CLASSES,
                        failed -> new JobOutcome.Failed(
                                failed.exception().replaceAll(".*[.$]", ""), failed.message(), failed.frames())),
                failure(
                        "wraps what was thrown",
                        CLASSES,
                        failed -> new JobOutcome.Failed(
                                "java.util.concurrent.ExecutionException", failed.message(), failed.frames())),
                job(
                        "asks for the message too early",
                        "W-003",
                        "an exception whose getMessage throws",
                        job -> new Steps(job) {
                            @Override
                            public void perform(JobContext context) throws Exception {
                                try {
                                    real.perform(context);
                                } catch (RuntimeException e) {
                                    e.getMessage();
                                    throw e;
                                }
                            }
                        }),
                frames("drops the frames", "the stack of what was thrown", (executor, frames) -> List.of()),
                frames("its own frames last", "the innermost frame must come first", (executor, frames) -> {
                    List<String> turned = new ArrayList<>(frames);
                    Collections.reverse(turned);
                    return turned;
                }),
                frames("tells frames of its own", "no frame must be the executor's own", (executor, frames) -> {
                    List<String> more = new ArrayList<>(frames);
                    more.add(executor.getClass().getName() + ".run(Wrong.java:1)");
                    return more;
                }));
    }

    private static Wrong told(String label, String says, BinaryOperator<String> message) {
        return failure(
                label,
                says,
                failed -> new JobOutcome.Failed(
                        failed.exception(), message.apply(failed.exception(), failed.message()), failed.frames()));
    }

    private static Wrong frames(String label, String says, BiFunction<Object, List<String>, List<String>> change) {
        return executor(label, "W-003", says, real -> new Changed(real) {
            @Override
            public JobOutcome run(JobRequest request) throws InterruptedException {
                JobOutcome outcome = real.run(request);
                return outcome instanceof JobOutcome.Failed f
                        ? new JobOutcome.Failed(f.exception(), f.message(), change.apply(this, f.frames()))
                        : outcome;
            }
        });
    }

    /** What they do wrong shows when the job has ended, or has failed already. */
    private static List<Wrong> later() {
        return List.of(
                context(
                        "takes a result after the end",
                        "W-006",
                        "uses the context of a job that has ended",
                        real -> new ChangedContext(real) {
                            @Override
                            public void result(@Nullable Object value) {
                                unless(() -> real.result(value));
                            }
                        }),
                context(
                        "enqueues after the end",
                        "W-006",
                        "uses the context of a job that has ended",
                        real -> new ChangedContext(real) {
                            @Override
                            public boolean enqueue(String queue, JobSpec job) {
                                AtomicBoolean enqueued = new AtomicBoolean();
                                unless(() -> enqueued.set(real.enqueue(queue, job)));
                                return enqueued.get();
                            }
                        }),
                told("tells no exception of tearDown", "W-002", "must tell the exception that it suppressed"),
                told("tells no exception of onFailure", "W-010", "must tell the exception that it suppressed"),
                hears(
                        "calls afterPerform after a failure",
                        "when setUp throws",
                        listeners -> listeners.stream()
                                .<ResqueListener>map(listener -> new Passing(listener) {
                                    @Override
                                    public void onFailure(JobContext job, Throwable failure) throws Exception {
                                        real.afterPerform(job);
                                        real.onFailure(job, failure);
                                    }
                                })
                                .toList()),
                hears(
                        "fails a job whose listener does not proceed",
                        "does not call proceed, so the job must count as done",
                        listeners -> listeners.stream()
                                .<ResqueListener>map(WrongExecutors::proceeding)
                                .toList()));
    }

    private static void unless(Runnable call) {
        try {
            call.run();
        } catch (IllegalStateException e) {
            return;
        }
    }

    /** Leaves out what was thrown after the failure. */
    private static Wrong told(String label, String rule, String says) {
        return outcome(label, rule, says, outcome -> {
            if (!(outcome instanceof JobOutcome.Failed failed)) {
                return outcome;
            }
            List<String> first = failed.frames().stream()
                    .takeWhile(frame -> !frame.startsWith("Suppressed: "))
                    .toList();
            return new JobOutcome.Failed(failed.exception(), failed.message(), first);
        });
    }

    private static ResqueListener proceeding(ResqueListener listener) {
        return new Passing(listener) {
            @Override
            public void aroundPerform(JobContext job, Run run) throws Exception {
                AtomicBoolean proceeded = new AtomicBoolean();
                super.aroundPerform(job, () -> {
                    proceeded.set(true);
                    run.proceed();
                });
                if (!proceeded.get()) {
                    throw new IllegalStateException("The job did not run");
                }
            }
        };
    }

    private static List<Wrong> converters() {
        return List.of(
                host(
                        "ignores the converters of the host",
                        "W-001",
                        "a converter of JobExecutorHost.readers must make",
                        host -> new ChangedHost(host) {
                            @Override
                            public Map<Class<?>, Function<Object, ?>> readers() {
                                return Map.of();
                            }
                        }),
                asks(
                        "ignores the converters of the type",
                        "the converter of the job's type must make",
                        (real, call, args) -> call.getName().equals("as") && args[0] instanceof JobType<?> type
                                ? type.codec().read(real, unconverted(real))
                                : call.invoke(real, args)));
    }

    private static JobType.RecordReader unconverted(JobArguments args) {
        return new JobType.RecordReader() {
            @Override
            public <R> R read(Class<R> record, boolean map, Map<Class<?>, Function<Object, ?>> converters) {
                return args.size() == 1 && args.get(0) instanceof Long ? failed(record) : args.as(record);
            }
        };
    }

    private static <R> R failed(Class<R> record) {
        throw new JobArgumentException("No converter for a component of " + record.getName());
    }

    private static List<Wrong> deaths() {
        return List.of(
                failure("throws what the job threw", NO_OUTCOME, failed -> {
                    throw new IllegalStateException(failed.message());
                }),
                failure("dies from Errors", "run(Overflow[1]) " + NO_OUTCOME, failed -> {
                    if (failed.exception().endsWith("Error")) {
                        throw new Error(failed.exception());
                    }
                    return failed;
                }),
                failure("dies from what is neither", "run(Throwable[1]) " + NO_OUTCOME, failed -> {
                    if (failed.exception().equals("java.lang.Throwable")) {
                        throw new IllegalStateException("neither Exception nor Error");
                    }
                    return failed;
                }),
                executor(
                        "takes a job's interrupt for its own",
                        "W-003",
                        "run(Interrupted[1]) " + NO_OUTCOME,
                        real -> new Changed(real) {
                            @Override
                            public JobOutcome run(JobRequest request) throws InterruptedException {
                                JobOutcome outcome = real.run(request);
                                if (outcome instanceof JobOutcome.Failed failed
                                        && failed.exception().equals(InterruptedException.class.getName())) {
                                    throw new InterruptedException();
                                }
                                return outcome;
                            }
                        }),
                executor("runs nothing after a failure", "W-003", "the next job must run", real -> new Changed(real) {
                    private volatile boolean failed;

                    @Override
                    public JobOutcome run(JobRequest request) throws InterruptedException {
                        if (failed) {
                            return new JobOutcome.Died("before");
                        }
                        JobOutcome outcome = real.run(request);
                        failed = outcome instanceof JobOutcome.Failed;
                        return outcome;
                    }
                }),
                executor(
                        "gives nothing after a failure",
                        "W-003",
                        "must give an outcome, but gave null",
                        real -> new Changed(real) {
                            @Override
                            @SuppressWarnings("NullAway")
                            public JobOutcome run(JobRequest request) throws InterruptedException {
                                JobOutcome outcome = real.run(request);
                                return outcome instanceof JobOutcome.Failed ? null : outcome;
                            }
                        }),
                failure("a job that cannot be made kills it", "run(Unmade[]) " + NO_OUTCOME, failed -> {
                    if (failed.message().equals("cannot be made")) {
                        throw new IllegalStateException(failed.message());
                    }
                    return failed;
                }));
    }

    // W-004

    private static List<Wrong> vetoes() {
        return List.of(
                veto(
                        "a veto is a failure",
                        "so the outcome must be a veto",
                        new JobOutcome.Failed(DontPerformException.class.getName(), "not now", List.of())),
                veto("a veto is an end like any", "so the outcome must be a veto", new JobOutcome.Completed(null)),
                job(
                        "knows no veto of setUp",
                        "W-004",
                        "Steps[veto setUp] throws DontPerformException",
                        job -> new Steps(job) {
                            @Override
                            public void setUp(JobContext context) throws Exception {
                                unveto(() -> real.setUp(context));
                            }
                        }),
                job(
                        "knows no veto of tearDown",
                        "W-004",
                        "Steps[veto tearDown] throws DontPerformException",
                        job -> new Steps(job) {
                            @Override
                            public void tearDown(JobContext context) throws Exception {
                                unveto(() -> real.tearDown(context));
                            }
                        }),
                job(
                        "skips tearDown after a veto",
                        "W-004",
                        "the steps that must run when perform vetoes",
                        job -> new Steps(job) {
                            private boolean vetoed;

                            @Override
                            public void perform(JobContext context) throws Exception {
                                try {
                                    real.perform(context);
                                } catch (DontPerformException e) {
                                    vetoed = true;
                                    throw e;
                                }
                            }

                            @Override
                            public void tearDown(JobContext context) throws Exception {
                                if (!vetoed) {
                                    real.tearDown(context);
                                }
                            }
                        }),
                job("a veto hides a failure", "W-004", "must fail, since it throws", job -> new Steps(job) {
                    @Override
                    public void perform(JobContext context) throws Exception {
                        try {
                            real.perform(context);
                        } finally {
                            real.tearDown(context);
                        }
                    }

                    @Override
                    public void tearDown(JobContext context) {}
                }));
    }

    private static Wrong veto(String label, String says, JobOutcome instead) {
        return outcome(label, "W-004", says, outcome -> outcome instanceof JobOutcome.Vetoed ? instead : outcome);
    }

    private static void unveto(Step step) throws Exception {
        try {
            step.run();
        } catch (DontPerformException e) {
            throw new IllegalStateException(e);
        }
    }

    // W-005

    private static List<Wrong> names() {
        return List.of(
                host(
                        "loads what is not registered",
                        "W-005",
                        "NeverLoaded\" is not registered",
                        host -> new ChangedHost(host) {
                            @Override
                            public Optional<Job> create(String jobClass) throws Exception {
                                Optional<Job> job = real.create(jobClass);
                                try {
                                    return job.isPresent() ? job : Optional.of(make(jobClass));
                                } catch (ReflectiveOperationException | ClassCastException e) {
                                    return Optional.empty();
                                }
                            }
                        }),
                host(
                        "names in any case",
                        "W-005",
                        "\"echo\"[] must fail, since it is not registered",
                        host -> new ChangedHost(host) {
                            @Override
                            public Optional<Job> create(String jobClass) throws Exception {
                                Optional<Job> job = real.create(jobClass);
                                return job.isPresent() || jobClass.isEmpty()
                                        ? job
                                        : real.create(jobClass.substring(0, 1).toUpperCase(Locale.ROOT)
                                                + jobClass.substring(1));
                            }
                        }),
                host(
                        "strips names",
                        "W-005",
                        "\"Echo \"[] must fail, since it is not registered",
                        host -> new ChangedHost(host) {
                            @Override
                            public Optional<Job> create(String jobClass) throws Exception {
                                return real.create(jobClass.strip());
                            }
                        }),
                host(
                        "an unknown name is nothing to do",
                        "W-005",
                        "\"Unknown\"[] must fail, since it is not registered",
                        host -> new ChangedHost(host) {
                            @Override
                            public Optional<Job> create(String jobClass) throws Exception {
                                return real.create(jobClass).or(() -> Optional.of(context -> {}));
                            }
                        }),
                outcome(
                        "does not quote the name",
                        "W-005",
                        "the message must quote the name",
                        outcome -> outcome instanceof JobOutcome.Failed f
                                ? new JobOutcome.Failed(f.exception(), "No such job", f.frames())
                                : outcome),
                outcome(
                        "tells another class of failure",
                        "W-005",
                        "\"Unknown\" is not registered",
                        outcome -> outcome instanceof JobOutcome.Failed f
                                        && f.exception().equals(UnknownJobException.class.getName())
                                ? new JobOutcome.Failed("java.lang.ClassNotFoundException", f.message(), f.frames())
                                : outcome));
    }

    private static Job make(String jobClass) throws ReflectiveOperationException {
        Constructor<?> constructor = Class.forName(jobClass).getDeclaredConstructor();
        constructor.setAccessible(true);
        return (Job) constructor.newInstance();
    }

    // W-006

    private static List<Wrong> hearing() {
        return List.of(
                hears("tells no listener", "must do, in this order", listeners -> List.of()),
                hears("tells one listener", "must do, in this order", listeners -> listeners.subList(0, 1)),
                hears("tells the last first", "must do, in this order", listeners -> {
                    List<ResqueListener> turned = new ArrayList<>(listeners);
                    Collections.reverse(turned);
                    return turned;
                }),
                hears(
                        "hides what beforePerform throws",
                        "must fail, since it throws",
                        listeners ->
                                listeners.stream().map(WrongExecutors::deaf).toList()),
                hears(
                        "takes a veto of afterPerform for a failure",
                        "so the outcome must be a veto",
                        listeners ->
                                listeners.stream().map(WrongExecutors::strict).toList()),
                proceeds("ignores a second proceed", "calls proceed twice, but completed", (host, job) -> {}),
                proceeds("runs the job again", "calls proceed twice, but completed", (host, job) -> {
                    Job again = host.create(job.jobClass()).orElseThrow();
                    again.setUp(job);
                    again.perform(job);
                    again.tearDown(job);
                }),
                proceeds("runs the job again, then fails it", "when listener 1 calls proceed twice", (host, job) -> {
                    host.create(job.jobClass()).orElseThrow().perform(job);
                    throw new IllegalStateException("a second proceed");
                }));
    }

    private static Wrong hears(String label, String says, UnaryOperator<List<ResqueListener>> change) {
        return host(label, "W-010", says, host -> new ChangedHost(host) {
            @Override
            public List<ResqueListener> listeners() {
                return change.apply(real.listeners());
            }
        });
    }

    private interface Again {
        void proceed(JobExecutorHost host, JobContext job) throws Exception;
    }

    /** Does something else when a listener proceeds a second time. */
    private static Wrong proceeds(String label, String says, Again again) {
        return host(label, "W-010", says, host -> new ChangedHost(host) {
            @Override
            public List<ResqueListener> listeners() {
                return real.listeners().stream()
                        .<ResqueListener>map(listener -> new Passing(listener) {
                            @Override
                            public void aroundPerform(JobContext job, Run run) throws Exception {
                                AtomicBoolean begun = new AtomicBoolean();
                                super.aroundPerform(job, () -> {
                                    if (begun.compareAndSet(false, true)) {
                                        run.proceed();
                                    } else {
                                        again.proceed(host, job);
                                    }
                                });
                            }
                        })
                        .toList();
            }
        });
    }

    /** Passes on each event. */
    private static class Passing implements ResqueListener {
        final ResqueListener real;

        Passing(ResqueListener real) {
            this.real = real;
        }

        @Override
        public void beforePerform(JobContext job) throws Exception {
            real.beforePerform(job);
        }

        @Override
        public void aroundPerform(JobContext job, Run run) throws Exception {
            real.aroundPerform(job, run);
        }

        @Override
        public void afterPerform(JobContext job) throws Exception {
            real.afterPerform(job);
        }

        @Override
        public void onFailure(JobContext job, Throwable failure) throws Exception {
            real.onFailure(job, failure);
        }
    }

    /** Tells all but what {@code beforePerform} throws. */
    private static ResqueListener deaf(ResqueListener listener) {
        return new Passing(listener) {
            @Override
            public void beforePerform(JobContext job) throws Exception {
                try {
                    real.beforePerform(job);
                } catch (IllegalStateException e) {
                    return;
                }
            }
        };
    }

    /** Takes a veto of {@code afterPerform} for a failure. */
    private static ResqueListener strict(ResqueListener listener) {
        return new Passing(listener) {
            @Override
            public void afterPerform(JobContext job) throws Exception {
                unveto(() -> real.afterPerform(job));
            }
        };
    }

    private static List<Wrong> enqueueing() {
        return List.of(
                enqueues("enqueues nothing", "enqueue must tell that the job was written", (real, q, job) -> false),
                enqueues("says so, but enqueues nothing", "queue, class and arguments of what", (real, q, job) -> true),
                enqueues(
                        "loses arguments on the way",
                        "queue, class and arguments of what",
                        (real, q, job) -> real.enqueue(
                                q, new JobSpec(job.jobClass(), job.args().subList(0, 1)))),
                enqueues(
                        "says always that it was written",
                        "a listener vetoed it",
                        (real, q, job) -> real.enqueue(q, job) || true),
                enqueuesMany("takes one of many", "each method of Enqueuer", real -> new ChangedEnqueuer(real) {
                    @Override
                    public long enqueueAll(String queue, List<JobSpec> jobs) {
                        return enqueuer.enqueueAll(queue, jobs.subList(0, 1));
                    }
                }),
                enqueuesMany(
                        "loses the token of a tracked job",
                        "each method of Enqueuer",
                        real -> new ChangedEnqueuer(real) {
                            @Override
                            public Optional<String> enqueueTracked(String queue, JobSpec job) {
                                enqueuer.enqueueTracked(queue, job);
                                return Optional.empty();
                            }
                        }),
                enqueuesMany(
                        "does not track what it does not wait for",
                        "each method of Enqueuer",
                        real -> new ChangedEnqueuer(real) {
                            @Override
                            public CompletableFuture<List<Optional<String>>> enqueueAllTrackedAsync(
                                    String queue, List<JobSpec> jobs) {
                                return enqueuer.enqueueAllAsync(queue, jobs).thenApply(written -> List.of());
                            }
                        }),
                enqueues("hides a refusal", "must fail, since it throws", (real, q, job) -> {
                    try {
                        return real.enqueue(q, job);
                    } catch (InvalidJobException e) {
                        return false;
                    }
                }),
                enqueues("tells another class of refusal", "what enqueue throws must reach the job", (real, q, job) -> {
                    try {
                        return real.enqueue(q, job);
                    } catch (InvalidJobException e) {
                        throw new IllegalStateException(e);
                    }
                }));
    }

    private interface Enqueue {
        boolean enqueue(Enqueuer real, String queue, JobSpec job);
    }

    private static Wrong enqueues(String label, String says, Enqueue enqueue) {
        return host(label, "W-006", says, host -> new ChangedHost(host) {
            @Override
            public Enqueuer enqueuer() {
                return new ChangedEnqueuer(real.enqueuer()) {
                    @Override
                    public boolean enqueue(String queue, JobSpec job) {
                        return enqueue.enqueue(enqueuer, queue, job);
                    }
                };
            }
        });
    }

    private static Wrong enqueuesMany(String label, String says, UnaryOperator<Enqueuer> change) {
        return host(label, "W-006", says, host -> new ChangedHost(host) {
            @Override
            public Enqueuer enqueuer() {
                return change.apply(real.enqueuer());
            }
        });
    }
}
