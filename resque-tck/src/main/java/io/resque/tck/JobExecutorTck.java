package io.resque.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.resque.api.InvalidJobException;
import io.resque.api.JobArgumentException;
import io.resque.api.UnknownJobException;
import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobExecutorProvider;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobRequest;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.JobSerializerProvider;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The compatibility kit for a {@link JobExecutor}, wherever it runs jobs. To use it, add one class to the tests of the
 * executor:
 *
 * <pre>{@code
 * class MyExecutorTckTest extends JobExecutorTck {
 *     protected JobExecutorProvider provider() {
 *         return new MyExecutorProvider();
 *     }
 * }
 * }</pre>
 *
 * <p>The executor runs the jobs of {@link TckJobs}. A serializer must be on the class path; Redis is not needed.
 */
@Timeout(120)
@ExtendWith({RuleNumbers.class, KitReport.class})
public abstract class JobExecutorTck {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** How long a job has until its deadline. */
    private static final Duration SOON = Duration.ofMillis(100);

    /** Daemon threads, since a job of a wrong executor may never end. */
    private final ExecutorService threads = Executors.newCachedThreadPool(run -> {
        Thread thread = new Thread(run, "resque-kit-executor");
        thread.setDaemon(true);
        return thread;
    });

    private final List<JobExecutor> opened = new ArrayList<>();
    private TckHost host;
    private JobExecutor executor;

    /** Called by subclasses. */
    @SuppressWarnings("NullAway") // set before each test
    protected JobExecutorTck() {}

    /**
     * The executor under test.
     *
     * @return a provider; the kit calls this method for each test, and closes each executor that the provider opens
     */
    protected abstract JobExecutorProvider provider();

    /**
     * The serializer that converts the arguments of jobs. Override this method if there are several on the class path.
     *
     * @return the first one on the class path
     */
    protected JobSerializer serializer() {
        return ServiceLoader.load(JobSerializerProvider.class)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("The kit for executors needs a serializer: add"
                        + " io.resque:resque-serialization-gson to the test class path, or override serializer()"))
                .create();
    }

    @BeforeEach
    void open() {
        host = new TckHost(serializer());
        JobExecutorProvider provider = ProviderCalls.provider(this, this::provider);
        executor = ProviderCalls.opened(provider, "open(host)", () -> provider.open(host));
        opened.add(executor);
    }

    @AfterEach
    void close() {
        CleanUp cleanUp = new CleanUp();
        if (!opened.isEmpty()) {
            cleanUp.then(host::releaseAll);
        }
        cleanUp.then(threads::shutdown).then(this::awaitJobs);
        opened.forEach(one -> cleanUp.then(one::close));
        cleanUp.run();
    }

    /** A job that does not end keeps no other step of the clean-up from being done. */
    private void awaitJobs() {
        try {
            threads.awaitTermination(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    @WireRule("W-980")
    void isFoundByItsName() {
        ProviderCheck.isFound(JobExecutorProvider.class, ProviderCalls.provider(this, this::provider));
    }

    @Test
    @WireRule("W-981")
    void eachRunHasAnOutcome() {
        for (String jobClass : List.of("Steps", "Fail", "Veto", "Unknown")) {
            run(jobClass);
        }
    }

    private static JobRequest request(String worker, String jobClass, @Nullable Object... args) {
        return new JobRequest(worker, "q", jobClass, null, Arrays.asList(args), Map.of(), null, null);
    }

    private JobOutcome run(String jobClass, @Nullable Object... args) {
        return run(request("h:1:q", jobClass, args));
    }

    private JobOutcome run(JobRequest request) {
        return outcome(request, start(request));
    }

    private Future<JobOutcome> start(JobRequest request) {
        return threads.submit(() -> executor.run(request));
    }

    /** The outcome of a call of run; anything that run throws fails the test. */
    private static JobOutcome outcome(JobRequest request, Future<JobOutcome> running) {
        String call = "run(" + request.jobClass() + request.args() + ")";
        try {
            JobOutcome outcome = running.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            if (outcome == null) {
                throw new AssertionError(call + " must give an outcome, but gave null");
            }
            return outcome;
        } catch (ExecutionException e) {
            throw new AssertionError(call + " must give an outcome, but threw " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("not within " + LIMIT + ": " + call + " gives an outcome", e);
        } catch (InterruptedException e) {
            throw new AssertionError("Interrupted, so nobody knows the Exception or outcome of " + call, e);
        }
    }

    private JobOutcome.Failed failed(String jobClass, @Nullable Object... args) {
        return failedSince("it throws", jobClass, args);
    }

    private JobOutcome.Failed failedSince(String why, String jobClass, @Nullable Object... args) {
        return failedSince(why, request("h:1:q", jobClass, args));
    }

    private JobOutcome.Failed failedSince(String why, JobRequest request) {
        JobOutcome outcome = run(request);
        if (outcome instanceof JobOutcome.Failed failed) {
            return failed;
        }
        throw new AssertionError("\"" + request.jobClass() + "\"" + request.args() + " must fail, since " + why
                + ", but " + shown(outcome));
    }

    /** An outcome as text, which shows the classes of its values. */
    private static String shown(JobOutcome outcome) {
        if (outcome instanceof JobOutcome.Completed completed) {
            return completed(completed.result());
        }
        if (outcome instanceof JobOutcome.Failed failed) {
            return "failed with " + failed.exception() + ": " + failed.message();
        }
        return outcome instanceof JobOutcome.Died died ? "died: " + died.cause() : "was vetoed";
    }

    private static String completed(@Nullable Object result) {
        return "completed with " + JobSerializerTck.typed(result);
    }

    /** Starts jobs that run until the kit releases them, and waits until all of them run. */
    private Map<JobRequest, Future<JobOutcome>> startAll(JobRequest... requests) {
        Map<JobRequest, Future<JobOutcome>> running = new LinkedHashMap<>();
        for (JobRequest request : requests) {
            running.put(request, start(request));
        }
        Eventually.until(
                "all jobs run, each of another worker: " + running.keySet(),
                LIMIT,
                () -> host.notes().size() == requests.length
                        || running.values().stream().anyMatch(Future::isDone));
        running.forEach((request, future) -> {
            if (future.isDone()) {
                throw new AssertionError(
                        request + " must run until it is told to end, but " + shown(outcome(request, future)));
            }
        });
        return running;
    }

    // W-001

    @Test
    @WireRule("W-001")
    void argumentsAndResultsCrossAsTheyAre() {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("z", 1L);
        map.put("a", Arrays.asList("é😀\u2028", 1.5, true, null));
        @Nullable Object[] args = {1L, new BigInteger("18446744073709551616"), -0.0, null, "", map, List.of()};
        assertThat(shown(run("Echo", args)))
                .as("Echo gives its arguments as its result, and the same must come back")
                .isEqualTo(completed(Arrays.asList(args)));
        assertThat(shown(run("Echo"))).as("no arguments").isEqualTo(completed(List.of()));
    }

    @Test
    @WireRule("W-001")
    void argumentsAndResultsAreOfAnySize() {
        Object deep = "é";
        for (int level = 0; level < 90; level++) {
            deep = level % 2 == 0 ? List.of(deep) : Map.of("k", deep);
        }
        String text = "é\u0000\n".repeat(100_000);
        for (Object argument : List.of(text, deep)) {
            JobOutcome outcome = run("Echo", argument);
            assertThat(shown(outcome).equals(completed(List.of(argument))))
                    .as(
                            "whether Echo gives its argument back: a %s, of which the text has %s characters; it %s",
                            argument instanceof String ? "text" : "tree of 90 levels",
                            argument.toString().length(),
                            shortened(shown(outcome)))
                    .isTrue();
        }
    }

    private static String shortened(String text) {
        return text.length() > 200 ? text.substring(0, 200) + " …" : text;
    }

    @Test
    @WireRule("W-001")
    void aJobKnowsWhereItComesFrom() {
        assertThat(shown(run("Context")))
                .as("the job must see queue and class, and that its payload has no id")
                .isEqualTo(completed("q Context no id"));
        assertThat(shown(run(new JobRequest("h:1:q", "é q", "Context", "abc", List.of(), Map.of(), null, null))))
                .as("the job must see queue, class and id")
                .isEqualTo(completed("é q Context abc"));
        assertThat(shown(run(TckJobs.BEYOND_ASCII)))
                .as("the job \"%s\" must be found by its name, and see it", TckJobs.BEYOND_ASCII)
                .isEqualTo(completed("q " + TckJobs.BEYOND_ASCII + " no id"));
    }

    @Test
    @WireRule("W-001")
    void typedArgumentsAreMadeByTheWorkersSerializer() {
        Map<String, Object> order = new LinkedHashMap<>();
        order.put("id", 7L);
        order.put("name", "é");
        Map<String, Object> label = Map.of("text", "large");
        assertThat(shown(run("Typed", 41L, order, label)))
                .as("an Integer, then a record that is converted from a map, then an object of another class")
                .isEqualTo(completed(List.of(42L, 8L, "é", "large")));
        assertThat(shown(run("Named", order)))
                .as("one map as PHP sends it: its keys, one value, and the whole map as a record")
                .isEqualTo(completed(List.of(List.of("id", "name"), 8L, "é")));
        for (JobOutcome.Failed failed :
                List.of(failed("Typed", "x", order, label), failed("Typed", 41L, order, "large"), failed("Typed"))) {
            assertThat(failed.exception())
                    .as("an argument that does not fit or is absent must fail the job: " + failed.message())
                    .isEqualTo(JobArgumentException.class.getName());
        }
    }

    @Test
    @WireRule("W-001")
    void aTypedJobGetsItsArgumentsAsOneValue() {
        assertThat(shown(run("Welcome", 41L, "é", null)))
                .as("a typed job must get its arguments by their positions, and enqueue another one")
                .isEqualTo(completed(Arrays.asList(42L, "é", null, true)));
        assertThat(host.enqueued())
                .as("queue, class and arguments of what the typed job enqueued")
                .isEqualTo(List.of(List.of("q", "Welcome", List.of(42L, "é", "en"))));
        assertThat(shown(run("Welcome", Map.of("user", 41L, "name", "é", "locale", "fr"))))
                .as("a typed job must get its arguments from a map")
                .isEqualTo(completed(List.of(42L, "é", "fr", true)));
        assertThat(failed("Welcome", 41L).exception())
                .as("an argument that is absent must fail a typed job")
                .isEqualTo(JobArgumentException.class.getName());
    }

    @Test
    @WireRule("W-001")
    void aTypedJobFailsForArgumentsThatDoNotFit() {
        assertMisfit("name", 41L, null);
        assertMisfit("name", 41L, true);
        assertMisfit("user", "x", "é");
        assertMisfit("user", 1.5, "é");
        assertMisfit("user", new BigInteger("18446744073709551616"), "é");
        assertMisfit("name", Map.of("user", 41L));
        assertMisfit("", 41L, "é", "fr", "one more");
    }

    @Test
    @WireRule("W-001")
    void convertersMakeTheValuesOfTheirClasses() {
        assertThat(shown(run("Pay", 1250L)))
                .as("the converter of the job's type must make the argument of the typed job Pay")
                .isEqualTo(completed(1250L));
        if (!executor.forks()) {
            assertThat(shown(run("Price", 1250L)))
                    .as("a converter of JobExecutorHost.readers must make the argument that Price asks for")
                    .isEqualTo(completed(1250L));
        }
    }

    private void assertMisfit(String component, @Nullable Object... args) {
        JobOutcome.Failed failed = failedSince("these arguments do not fit " + TckJobs.WELCOME, "Welcome", args);
        assertThat(failed.exception())
                .as("the class of the failure of Welcome%s, its message is: %s", Arrays.asList(args), failed.message())
                .isEqualTo(JobArgumentException.class.getName());
        assertThat(failed.message())
                .as("the message about Welcome%s must name the component", Arrays.asList(args))
                .contains(component);
    }

    @Test
    @WireRule("W-001")
    void nullIsRefusedWhereAValueOfATypeIsWanted() {
        assertThat(shown(run("NullAt", (Object) null)))
                .as("what each call must give to a job whose only argument is null")
                .isEqualTo(completed(List.of(
                        "get(0) gives null",
                        "get(0, String) is refused",
                        "get(0, Object) is refused",
                        "get(0, Label) is refused",
                        "get(0, Optional<String>) gives Optional.empty",
                        "get(1, Optional<String>) is refused")));
        Map<String, @Nullable Object> order = new LinkedHashMap<>();
        order.put("id", 7L);
        order.put("name", null);
        assertThat(shown(run("NullOf", order)))
                .as("what each call must give to a job whose only argument is %s", order)
                .isEqualTo(completed(List.of(
                        "get(\"name\") gives null", "get(\"name\", String) is refused", "as(Order) is refused")));
    }

    @Test
    @WireRule("W-001")
    void aJobCannotChangeItsArguments() {
        for (Object argument :
                List.of(new ArrayList<>(List.of(1L)), new LinkedHashMap<>(Map.of("k", new ArrayList<>(List.of(1L)))))) {
            assertThat(shown(run("Change", argument)))
                    .as("the lists and maps that a job could change, given %s; there must be none", argument)
                    .isEqualTo(completed(List.of()));
        }
    }

    @Test
    @WireRule("W-001")
    void theLastResultCountsAsItWasWhenItWasGiven() {
        assertThat(shown(run("Results")))
                .as("a result, then a list that the job changes later, then a result that is refused")
                .isEqualTo(completed(List.of("last")));
        assertThat(shown(run("Steps"))).as("a job that gives no result").isEqualTo(completed(null));
        assertThat(shown(run("NullResult"))).as("a result, then null").isEqualTo(completed(null));
    }

    // W-011

    @Test
    @WireRule("W-011")
    void aJobSeesTheOtherMembersOfItsPayload() {
        Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
        metadata.put("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        metadata.put("baggage", null);
        metadata.put("app", Map.of("é", Arrays.asList(new BigInteger("18446744073709551616"), 1.5, true, null)));
        Instant queuedAt = Instant.parse("2026-11-22T15:35:23.461520Z");
        assertThat(shown(run(new JobRequest("h:1:q", "q", "Metadata", null, List.of(), metadata, queuedAt, null))))
                .as("the job must see the metadata, in their order, and when it was enqueued")
                .isEqualTo(completed(Arrays.asList(metadata, "2026-11-22T15:35:23.461520Z")));
        assertThat(shown(run("Metadata")))
                .as("a job without metadata after one that had some")
                .isEqualTo(completed(Arrays.asList(Map.of(), null)));
    }

    @Test
    @WireRule("W-013")
    void aJobKeepsCheckpointsAndSeesTheLastOne() {
        assertThat(shown(run("Checkpoint", 1L, null)))
                .as("the first run has no checkpoint of a run before")
                .isEqualTo(completed(null));
        assertThat(host.checkpoints())
                .as("what the job gives must be given to the worker, in its order")
                .isEqualTo(Arrays.asList(1L, null));
        Object cursor = Map.of("line", Arrays.asList(7L, "é", null));
        JobRequest second =
                new JobRequest("h:1:q", "q", "Checkpoint", null, List.of(), Map.of(), null, null, 1, null, cursor);
        assertThat(shown(run(second)))
                .as("the job must see the checkpoint of its request")
                .isEqualTo(completed(cursor));
        JobOutcome refused = run("Checkpoint", TckJobs.REFUSED);
        assertThat(refused instanceof JobOutcome.Failed failed ? failed.exception() : shown(refused))
                .as("the worker's refusal must be thrown to the job, which fails with it")
                .isEqualTo(InvalidJobException.class.getName());
    }

    @Test
    @WireRule("W-014")
    void whatAJobTellsIsGivenToTheWorker() {
        assertThat(shown(run("Tell", "é"))).isEqualTo(completed(null));
        assertThat(host.told())
                .as("what the job tells must be given to the worker, in its order")
                .containsExactly("0/10 ", "é", "3/10 half", "last");
    }

    // W-002

    @Test
    @WireRule("W-002")
    void setUpPerformAndTearDownRunInOrder() {
        assertThat(shown(run("Steps"))).isEqualTo(completed(null));
        assertSteps("all is well", "setUp", "perform", "tearDown");
    }

    private void assertSteps(String when, String... steps) {
        assertThat(host.notes()).as("the steps that must run when " + when).isEqualTo(List.of(steps));
        host.clear();
    }

    @Test
    @WireRule("W-002")
    void tearDownRunsAfterAFailureButNotWhereSetUpFailed() {
        assertFails("perform", "perform");
        assertSteps("perform throws", "setUp", "perform", "tearDown");
        assertFails("setUp", "setUp");
        assertSteps("setUp throws", "setUp");
        assertFails("tearDown", "tearDown");
        assertSteps("tearDown throws", "setUp", "perform", "tearDown");
    }

    @Test
    @WireRule("W-002")
    void theFirstFailureStands() {
        assertFails("perform", "perform", "tearDown");
        assertSteps("perform and tearDown throw", "setUp", "perform", "tearDown");
    }

    @Test
    @WireRule("W-002")
    void aLaterExceptionIsToldWithTheFirst() {
        assertTold(failed("Steps", "perform", "tearDown"), "told to throw in tearDown");
    }

    private static void assertTold(JobOutcome.Failed failed, String suppressed) {
        assertThat(failed.frames())
                .as("the frames of the failure \"%s\" must tell the exception that it suppressed", failed.message())
                .anyMatch(frame -> frame.contains(suppressed));
    }

    private void assertFails(String first, String... throwing) {
        assertThat(failed("Steps", (Object[]) throwing).message())
                .as("%s throw, and the failure must be the first exception", List.of(throwing))
                .isEqualTo("told to throw in " + first);
    }

    @Test
    @WireRule("W-002")
    void eachRunHasAnInstanceAndAThreadOfItsOwn() {
        for (String run : List.of("first", "second")) {
            assertThat(shown(run("Fields")))
                    .as("the calls that one instance must see in the %s run", run)
                    .isEqualTo(completed("[setUp, perform, tearDown] on 1 thread"));
        }
    }

    // W-003

    @Test
    @WireRule("W-003")
    void whatAJobThrowsIsToldWithClassAndMessage() {
        JobOutcome.Failed failed = failed("Fail", 7L);
        assertClass("java.lang.IllegalStateException", failed);
        assertThat(failed.message()).as("the message of what was thrown").isEqualTo("boom 7");
        for (String part : List.of("é😀\u2028\n zweite Zeile\u0000", "x".repeat(20_000))) {
            assertThat(failed("Fail", part).message())
                    .as("the message of what was thrown, of any characters, here of %s", part.length())
                    .isEqualTo("boom " + part);
        }
        assertThat(failed("Mute").message())
                .as("what was thrown has no message, so it must be its class")
                .isEqualTo("java.lang.IllegalStateException");
        assertThat(failed("Unmade").message())
                .as("an exception of the job's supplier must fail the job")
                .isEqualTo("cannot be made");
        assertClass(InvalidJobException.class.getName(), failed("BadResult"));
        assertThat(failed("BadMessage").exception())
                .as("the class of an exception whose getMessage throws")
                .isEqualTo("io.resque.tck.TckJobs$BadMessage");
    }

    private static void assertClass(String expected, JobOutcome.Failed failed) {
        assertThat(failed.exception())
                .as("the class of what was thrown, its message is: " + failed.message())
                .isEqualTo(expected);
    }

    @Test
    @WireRule("W-003")
    void theStackBeginsWithTheJobAndEndsWhereTheExecutorBegins() {
        List<String> frames = failed("Fail", 7L).frames();
        assertThat(frames).as("the stack of what was thrown").isNotEmpty();
        assertThat(frames.get(0)).as("the innermost frame must come first").startsWith("io.resque.tck.TckJobs.boom(");
        assertThat(frames)
                .as("no frame must be the executor's own")
                .noneMatch(frame -> frame.startsWith(executor.getClass().getName() + "."));
    }

    @Test
    @WireRule("W-003")
    void nothingThatAJobThrowsKeepsTheNextFromRunning() {
        Map<String, String> thrown = new LinkedHashMap<>();
        thrown.put("Fail", "java.lang.IllegalStateException");
        thrown.put("Interrupted", "java.lang.InterruptedException");
        thrown.put("Overflow", "java.lang.StackOverflowError");
        thrown.put("NoClass", "java.lang.NoClassDefFoundError");
        thrown.put("Throwable", "java.lang.Throwable");
        thrown.forEach((jobClass, exception) -> {
            assertClass(exception, failed(jobClass, 1L));
            assertThat(shown(run("Echo", 1L))).as("the next job must run").isEqualTo(completed(List.of(1L)));
        });
    }

    // W-004

    @Test
    @WireRule("W-004")
    void aVetoIsNoFailure() {
        assertVetoed("Veto");
        assertVetoed("Steps", "veto perform");
        assertSteps("perform vetoes", "setUp", "perform", "tearDown");
        assertVetoed("Steps", "veto setUp");
        assertSteps("setUp vetoes", "setUp");
        assertVetoed("Steps", "veto tearDown");
    }

    private void assertVetoed(String jobClass, @Nullable Object... args) {
        assertThat(shown(run(jobClass, args)))
                .as("%s%s throws DontPerformException, so the outcome must be a veto", jobClass, Arrays.asList(args))
                .isEqualTo("was vetoed");
    }

    @Test
    @WireRule("W-004")
    void aVetoHidesNoFailure() {
        assertFails("perform", "perform", "veto tearDown");
        assertFails("tearDown", "veto perform", "tearDown");
    }

    // W-005

    @Test
    @WireRule("W-005")
    void aNameThatIsNotRegisteredRunsNothing() {
        for (String name :
                List.of("Unknown", "io.resque.tck.NeverLoaded", TckJobs.class.getName(), "echo", "Echo ", "")) {
            JobOutcome.Failed failed = failedSince("it is not registered", name);
            assertThat(failed.exception())
                    .as("\"%s\" is not registered, so it must fail so; its message: %s", name, failed.message())
                    .isEqualTo(UnknownJobException.class.getName());
            assertThat(failed.message()).as("the message must quote the name").contains("\"" + name + "\"");
        }
    }

    // W-006

    @Test
    @WireRule("W-006")
    void aJobEnqueuesThroughItsHost() {
        assertThat(shown(run("Enqueue", "low")))
                .as("enqueue must tell that the job was written")
                .isEqualTo(completed(true));
        assertThat(host.enqueued())
                .as("queue, class and arguments of what the job enqueued")
                .isEqualTo(List.of(List.of("low", "Other", Arrays.asList(1L, null, List.of("é")))));
    }

    @Test
    @WireRule("W-006")
    void aJobEnqueuesManyAndTrackedJobsThroughItsHost() {
        List<String> tokens = List.of("Other", "own");
        assertThat(shown(run("EnqueueMany", "low")))
                .as("each method of Enqueuer must return what it returns in the host")
                .isEqualTo(completed(List.of("own", 2L, 2L, tokens, true, "own", 2L, tokens)));
        List<List<?>> all = new ArrayList<>();
        for (long number : new long[] {2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2}) {
            all.add(List.of("low", "Other", List.of(number)));
        }
        assertThat(host.enqueued())
                .as("each method of Enqueuer must give the host all jobs, in their order")
                .isEqualTo(all);
    }

    @Test
    @WireRule("W-006")
    void aJobEnqueuesWithAnIdAndMetadata() {
        assertThat(shown(run("EnqueueSpec")))
                .as("enqueue must tell that the job was written, and enqueueTracked return the id")
                .isEqualTo(completed(List.of(true, "own-1")));
        assertThat(host.enqueued())
                .as("queue, class and arguments of what the job enqueued")
                .isEqualTo(List.of(List.of("größe 🙂", "Other", List.of(1L)), List.of("low", "Other", List.of(2L))));
        assertThat(host.specs().get(1).id())
                .as("the id that the job has chosen for the job that it enqueues")
                .contains("own-1");
        Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
        metadata.put("traceparent", "00-é");
        metadata.put("baggage", null);
        assertThat(host.specs().get(0).metadata().toString())
                .as("the metadata that the job gives to the job that it enqueues, in their order")
                .isEqualTo(metadata.toString());
    }

    @Test
    @WireRule("W-006")
    void aJobSeesThatWhatItEnqueuesWasVetoedOrRefused() {
        assertThat(shown(run("Enqueue", TckJobs.GATE)))
                .as("enqueue must tell that a listener vetoed it")
                .isEqualTo(completed(false));
        assertThat(failed("Enqueue", TckJobs.REFUSED).exception())
                .as("what enqueue throws must reach the job")
                .isEqualTo(InvalidJobException.class.getName());
    }

    @Test
    @WireRule("W-006")
    void theContextOfAJobThatHasEndedDoesNothing() {
        String name = "kept " + UUID.randomUUID();
        run("Keep", name);
        String seen = shown(run("UseKept", name));
        String refused = completed(List.of("Keep " + name, "result is refused", "enqueue is refused"));
        assertThat(seen)
                .as("what a job sees that uses the context of a job that has ended: it can read it, and result and"
                        + " enqueue must throw an IllegalStateException")
                .isIn(executor.forks() ? List.of(refused, completed(List.of())) : List.of(refused));
        assertThat(host.enqueued())
                .as("the jobs that a context enqueued after its job had ended; there must be none")
                .isEmpty();
    }

    // W-007

    @Test
    @WireRule("W-007")
    void aCancelledJobSeesIt() {
        JobRequest request = request("h:1:q", "UntilCancelled", "a");
        Future<JobOutcome> running = startAll(request).get(request);
        cancel(request);
        assertCancelled(request, running);
        cancel(request);
    }

    /**
     * Waits until a job sees that it is cancelled. A job that does not is released after a while, and its result says
     * so.
     */
    private void assertCancelled(JobRequest request, Future<JobOutcome> running) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!running.isDone() && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(1_000_000);
        }
        host.releaseAll();
        assertThat(shown(outcome(request, running)))
                .as("the job was cancelled, and must see it")
                .isEqualTo(completed("cancelled"));
    }

    @Test
    @WireRule("W-007")
    void cancellingDoesNotWait() {
        JobRequest request = request("h:1:q", "UntilReleased", "a");
        startAll(request);
        cancel(request);
    }

    @Test
    @WireRule("W-007")
    void noOtherJobIsCancelled() {
        JobRequest ended = request("h:1:q", "UntilReleased", "b");
        host.release("b");
        outcome(ended, start(ended));
        host.clear();

        JobRequest other = request("h:0:q", "UntilCancelled", "a");
        JobRequest equal = request("h:1:q", "UntilReleased", "b");
        cancel(equal);
        Map<JobRequest, Future<JobOutcome>> running = startAll(other, equal);
        cancel(other);
        cancel(ended);
        assertCancelled(other, running.get(other));
        assertThat(shown(outcome(equal, running.get(equal))))
                .as(
                        "the kit has cancelled another job, an equal request that had ended, and this request before it ran;"
                                + " none of these cancels this run, so it must not see it")
                .isEqualTo(completed(List.of("q UntilReleased no id", List.of("b"))));
    }

    /** Calls cancel in another thread, so that a cancel that blocks fails the test. */
    private void cancel(JobRequest request) {
        Future<?> cancelled = threads.submit(() -> executor.cancel(request));
        try {
            cancelled.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("cancel must not throw, but threw " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("not within " + LIMIT + ": cancel returns; it must not wait for the job", e);
        } catch (InterruptedException e) {
            throw new AssertionError("Interrupted, so nobody knows the Exception or end of cancel", e);
        }
    }

    @Test
    @WireRule("W-007")
    void anInterruptOfTheCallerIsNotSwallowed() throws InterruptedException {
        JobRequest request = request("h:1:q", "UntilInterrupted", "a");
        AtomicReference<Thread> caller = new AtomicReference<>();
        Future<JobOutcome> running = threads.submit(() -> {
            caller.set(Thread.currentThread());
            return executor.run(request);
        });
        Eventually.until(
                "the job runs", LIMIT, () -> running.isDone() || host.notes().size() == 1);
        caller.get().interrupt();
        String ended;
        try {
            ended = shown(running.get(LIMIT.toSeconds(), TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            ended = "threw " + e.getCause().getClass().getName();
        } catch (TimeoutException e) {
            ended = "still runs";
        }
        assertThat(ended)
                .as("the thread that called run was interrupted while the job waited: run must end by an"
                        + " InterruptedException, or the job must be interrupted")
                .matches(".*InterruptedException.*");
    }

    // W-008

    @Test
    @WireRule("W-008")
    void jobsThatRunAtOnceHaveEachTheirOwn() {
        Map<JobRequest, Future<JobOutcome>> running = startAll(Stream.of("a", "b", "c", "d")
                .map(name -> new JobRequest(
                        "h:1:" + name, "q" + name, "UntilReleased", "id-" + name, List.of(name), Map.of(), null, null))
                .toArray(JobRequest[]::new));
        host.releaseAll();
        running.forEach((request, future) -> assertThat(shown(outcome(request, future)))
                .as("the result of %s, which ran with others: its own queue, id and arguments", request.args())
                .isEqualTo(completed(List.of(request.queue() + " UntilReleased " + request.id(), request.args()))));
    }

    @Test
    @WireRule("W-008")
    void manyRunAtOnceAndEachGetsItsOwnOutcome() {
        List<JobRequest> requests = new ArrayList<>();
        List<Future<JobOutcome>> outcomes = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            requests.add(request("h:" + i + ":q", i % 2 == 0 ? "Echo" : "Fail", (long) i));
            outcomes.add(start(requests.get(i)));
        }
        for (int i = 0; i < outcomes.size(); i++) {
            JobOutcome outcome = outcome(requests.get(i), outcomes.get(i));
            assertThat(shown(outcome))
                    .as("how job %s must end", i)
                    .isEqualTo(
                            i % 2 == 0
                                    ? completed(List.of((long) i))
                                    : "failed with java.lang.IllegalStateException: boom " + i);
        }
    }

    // W-009

    @Test
    @WireRule("W-009")
    void closingAgainDoesNothing() {
        run("Echo");
        for (String time : List.of("first", "second", "third")) {
            assertThatCode(() -> executor.close())
                    .as("the %s close must not throw", time)
                    .doesNotThrowAnyException();
        }
        opened.clear();
    }

    // W-010

    private void assertHeard(String when, String... events) {
        assertThat(host.notes())
                .as("what job and listeners must do, in this order, when " + when)
                .isEqualTo(List.of(events));
        host.clear();
    }

    @Test
    @WireRule("W-010")
    void listenersHearInTheirOrder() {
        assertThat(shown(run("Heard"))).isEqualTo(completed(null));
        assertHeard(
                "all is well",
                "before 1",
                "before 2",
                "around 1",
                "around 2",
                "setUp",
                "perform",
                "tearDown",
                "around back 2",
                "around back 1",
                "after 1",
                "after 2");
    }

    @Test
    @WireRule("W-010")
    void listenersHearOfAFailureAndCannotHideIt() {
        assertThat(failed("Heard", "perform", "failure 1").message())
                .as("the failure must be the job's, even if a listener's onFailure throws")
                .isEqualTo("told to throw in perform");
        assertHeard(
                "perform throws",
                "before 1",
                "before 2",
                "around 1",
                "around 2",
                "setUp",
                "perform",
                "tearDown",
                "failure 1",
                "failure 2");
    }

    @Test
    @WireRule("W-010")
    void whatAListenerThrowsIsTheFailureOfTheJob() {
        assertThat(failed("Heard", "before 2").message()).isEqualTo("told to throw in before 2");
        assertHeard("the second beforePerform throws", "before 1", "before 2", "failure 1", "failure 2");
        assertThat(failed("Heard", "after 1").message()).isEqualTo("told to throw in after 1");
        host.clear();
        assertThat(shown(run("Heard", "veto before 1")))
                .as("beforePerform throws DontPerformException, so the outcome must be a veto")
                .isEqualTo("was vetoed");
        assertHeard("the first beforePerform vetoes", "before 1");
        assertThat(shown(run("Heard", "veto after 1")))
                .as("afterPerform throws DontPerformException, so the outcome must be a veto")
                .isEqualTo("was vetoed");
        assertHeard(
                "the first afterPerform vetoes",
                "before 1",
                "before 2",
                "around 1",
                "around 2",
                "setUp",
                "perform",
                "tearDown",
                "around back 2",
                "around back 1",
                "after 1");
    }

    @Test
    @WireRule("W-010")
    void aFailureIsToldWithWhatItsListenersThrew() {
        assertTold(failed("Heard", "perform", "failure 1"), "told to throw in failure 1");
    }

    @Test
    @WireRule("W-010")
    void afterPerformIsNotCalledAfterAFailureOrAVeto() {
        failed("Heard", "setUp");
        assertHeard("setUp throws", "before 1", "before 2", "around 1", "around 2", "setUp", "failure 1", "failure 2");
        assertVetoed("Heard", "veto setUp");
        assertHeard("setUp vetoes", "before 1", "before 2", "around 1", "around 2", "setUp");
        assertVetoed("Heard", "veto around 2");
        assertHeard("the second aroundPerform vetoes", "before 1", "before 2", "around 1", "around 2");
        failedSince("it is not registered", "HeardNowhere");
        assertHeard(
                "no job is registered for the name",
                "before 1",
                "before 2",
                "around 1",
                "around 2",
                "failure 1",
                "failure 2");
    }

    @Test
    @WireRule("W-010")
    void aListenerThatDoesNotProceedLeavesTheJobDone() {
        assertThat(shown(run("Heard", "skip 1")))
                .as("aroundPerform of listener 1 does not call proceed, so the job must count as done")
                .isEqualTo(completed(null));
        assertHeard("listener 1 does not call proceed", "before 1", "before 2", "around 1", "after 1", "after 2");
    }

    @Test
    @WireRule("W-010")
    void aListenerThatProceedsAgainFailsTheJobAndDoesNotRunItAgain() {
        for (String listener : List.of("1", "2")) {
            failedSince("aroundPerform of listener " + listener + " calls proceed twice", "Heard", "twice " + listener);
            List<String> events = new ArrayList<>(
                    List.of("before 1", "before 2", "around 1", "around 2", "setUp", "perform", "tearDown"));
            if (listener.equals("1")) {
                events.add("around back 2");
            }
            events.addAll(List.of("failure 1", "failure 2"));
            assertHeard("listener " + listener + " calls proceed twice", events.toArray(String[]::new));
        }
    }

    // W-012

    private static JobRequest due(String jobClass, Duration limit, @Nullable Object... args) {
        Instant deadline = Instant.now().plus(limit);
        return new JobRequest("h:1:q", "q", jobClass, null, Arrays.asList(args), Map.of(), null, deadline);
    }

    @Test
    @WireRule("W-012")
    void aJobSeesThatItsDeadlineHasPassed() {
        assertThat(shown(run(due("UntilLate", SOON))))
                .as(
                        "the deadline was %s after the start: the job must see that it is cancelled, and is done, since it"
                                + " does not throw",
                        SOON)
                .isEqualTo(completed("cancelled"));
    }

    @Test
    @WireRule("W-012")
    void aDeadlineCanHavePassedBeforeTheJobBegins() {
        assertThat(shown(run(due("UntilLate", SOON.negated()))))
                .as("the deadline was %s before the start: the job must see that it is cancelled", SOON)
                .isEqualTo(completed("cancelled"));
    }

    @Test
    @WireRule("W-012")
    void aJobIsInterruptedAtItsDeadline() {
        JobOutcome.Failed failed = failedSince(
                "its deadline was " + SOON + " after the start, and must interrupt it", due("UntilInterrupted", SOON));
        assertThat(failed.exception())
                .as(
                        "the class of the failure of a job that throws after its deadline, its message is: %s",
                        failed.message())
                .isEqualTo(TimeoutException.class.getName());
    }

    @Test
    @WireRule("W-012")
    void aVetoAfterTheDeadlineIsAFailure() {
        JobOutcome.Failed failed = failedSince(
                "its deadline was " + SOON + " after the start, and it threw DontPerformException after that",
                due("VetoLate", SOON));
        assertThat(failed.exception())
                .as("the class of the failure of a job that vetoes after its deadline, it must be a TimeoutException")
                .isEqualTo(TimeoutException.class.getName());
    }

    @Test
    @WireRule("W-012")
    void theInterruptEndsWithTheJob() {
        for (String jobClass : List.of("UntilLate", "UntilInterrupted")) {
            JobRequest request = due(jobClass, SOON);
            AtomicBoolean interrupted = new AtomicBoolean();
            outcome(request, threads.submit(() -> {
                JobOutcome outcome = executor.run(request);
                interrupted.set(Thread.currentThread().isInterrupted());
                return outcome;
            }));
            assertThat(interrupted)
                    .as("whether the thread that called run(%s) is still interrupted; it must not be", jobClass)
                    .isFalse();
        }
    }

    @Test
    @WireRule("W-012")
    void aDeadlineThatHasNotPassedChangesNothing() {
        Duration later = Duration.ofHours(1);
        JobRequest request = due("UntilReleased", later, "a");
        Future<JobOutcome> running = startAll(request).get(request);
        host.releaseAll();
        assertThat(shown(outcome(request, running)))
                .as("the deadline is %s after the start, so the job must not see it", later)
                .isEqualTo(completed(List.of("q UntilReleased no id", List.of("a"))));
    }
}
