package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.api.DontPerformException;
import io.resque.api.FailureFilter;
import io.resque.api.Job;
import io.resque.api.JobContext;
import io.resque.api.JobModule;
import io.resque.api.JobState;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Payload;
import io.resque.tck.WireRule;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;
import org.slf4j.MDC;

class WorkerTest {
    private final WorkerFixture fixture = new WorkerFixture();
    private final Resque resque = fixture.resque;
    private final Queue<Object> seen = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        fixture.close();
    }

    /** Notes its steps, and throws where it is told to. */
    private final class Stepping implements Job {
        @Override
        public void setUp(JobContext context) throws Exception {
            step("setUp", context);
        }

        @Override
        public void perform(JobContext context) throws Exception {
            step("perform", context);
        }

        @Override
        public void tearDown(JobContext context) throws Exception {
            step("tearDown", context);
        }

        private void step(String step, JobContext context) throws Exception {
            seen.add(step);
            for (Object told : context.args().asList()) {
                if (told.equals(step)) {
                    throw new IllegalStateException("told to throw in " + step);
                }
                if (told.equals("veto " + step)) {
                    throw new DontPerformException("told to veto in " + step);
                }
            }
        }
    }

    private void workOff(int jobs) {
        Worker worker =
                resque.workerBuilder("q").register("Stepping", Stepping::new).start();
        fixture.awaitProcessed(jobs);
        assertThat(worker.stop(Duration.ofSeconds(5))).isTrue();
    }

    @Test
    void runsSetUpPerformTearDown() {
        resque.enqueue("q", "Stepping");
        workOff(1);
        assertThat(seen).containsExactly("setUp", "perform", "tearDown");
        assertThat(fixture.failures()).isEmpty();
    }

    @Test
    void tearsDownAfterAFailureButNotWhereSetUpFailed() {
        resque.enqueue("q", "Stepping", "perform");
        resque.enqueue("q", "Stepping", "setUp");
        workOff(2);
        assertThat(seen).containsExactly("setUp", "perform", "tearDown", "setUp");
        assertThat(fixture.failures()).hasSize(2);
    }

    /** Decoding it twice, for the job and for its failure record, takes more memory than there is. */
    @Test
    @WireRule("W-353")
    void aPayloadThatMemoryDoesNotSufficeForFailsAndNothingElse() {
        JobSerializer small = Mockito.spy(CoreRedis.GSON);
        Payload large = Payload.ofText("{\"class\":\"Large\",\"args\":[]}");
        Mockito.doThrow(new OutOfMemoryError("as if")).when(small).decode(large);
        try (Resque scarce = Resque.builder()
                .url(CoreRedis.SERVER.url())
                .namespace(fixture.namespace)
                .serializer(small)
                .build()) {
            fixture.push("q", large.text());
            scarce.enqueue("q", "Stepping");
            Worker worker = scarce.workerBuilder("q")
                    .register("Stepping", Stepping::new)
                    .start();
            fixture.awaitProcessed(2);
            assertThat(worker.stop(Duration.ofSeconds(5))).isTrue();
        }
        assertThat(fixture.failures())
                .singleElement()
                .asString()
                .contains("java.lang.OutOfMemoryError", "\"raw\":\"{\\\"class\\\":\\\"Large");
    }

    /** The first attempt at its failure record finds no memory, or the first at the payload itself. */
    @Test
    @WireRule("W-751")
    void aTrackedJobThatCouldNotBeRunIsNotLeftRunning() {
        JobSerializer scarce = Mockito.spy(CoreRedis.GSON);
        try (Resque tight = Resque.builder()
                .url(CoreRedis.SERVER.url())
                .namespace(fixture.namespace)
                .serializer(scarce)
                .build()) {
            String unrecorded = tight.enqueueTracked("q", "Stepping", "perform").orElseThrow();
            Mockito.doThrow(new OutOfMemoryError("as if"))
                    .doCallRealMethod()
                    .when(scarce)
                    .encode(Mockito.argThat(tree -> tree instanceof Map<?, ?> map && map.containsKey("failed_at")));
            Worker worker =
                    tight.workerBuilder("q").register("Stepping", Stepping::new).start();
            fixture.awaitProcessed(1);
            Mockito.doThrow(new OutOfMemoryError("as if"))
                    .doCallRealMethod()
                    .when(scarce)
                    .decode(Mockito.any());
            String unread = tight.enqueueTracked("q", "Stepping").orElseThrow();
            fixture.awaitProcessed(2);
            assertThat(worker.stop(Duration.ofSeconds(5))).isTrue();
            for (String token : List.of(unrecorded, unread)) {
                assertThat(tight.status(token).orElseThrow().state()).isEqualTo(JobState.FAILED);
            }
        }
        assertThat(fixture.failures()).hasSize(2);
    }

    @Test
    void whatAJobPutsIntoTheMdcIsGoneForTheNext() {
        resque.enqueue("q", "Tenant");
        resque.enqueue("q", "Tenant");
        try (Worker worker = resque.workerBuilder("q")
                .register("Tenant", () -> context -> {
                    seen.add(MDC.get("resque.worker") + " " + MDC.get("tenant"));
                    MDC.clear();
                    MDC.put("tenant", "a");
                })
                .start()) {
            fixture.awaitProcessed(2);
            String clean = worker.ids().get(0) + " null";
            assertThat(seen).containsExactly(clean, clean);
        }
    }

    @Test
    void theFailureOfPerformStandsWhenTearDownFailsToo() {
        resque.enqueue("q", "Stepping", "perform", "tearDown");
        workOff(1);
        assertThat(fixture.failures()).singleElement().asString().contains("\"error\":\"told to throw in perform\"");
    }

    @Test
    @WireRule({"W-353", "W-751"})
    void aVetoIsNoFailureWhereverItIsThrown() {
        List<String> tokens = new ArrayList<>();
        for (String step : List.of("setUp", "perform", "tearDown")) {
            tokens.add(resque.enqueueTracked("q", "Stepping", "veto " + step).orElseThrow());
        }
        workOff(3);
        assertThat(seen).containsExactly("setUp", "setUp", "perform", "tearDown", "setUp", "perform", "tearDown");
        assertThat(fixture.failures()).isEmpty();
        assertThat(fixture.redis.text("GET", fixture.key("stat:failed"))).isEqualTo("0");
        assertThat(tokens)
                .allSatisfy(token ->
                        assertThat(resque.status(token).orElseThrow().state()).isEqualTo(JobState.COMPLETE));
    }

    @Test
    @WireRule({"W-351", "W-353"})
    void whateverAJobThrowsFailsItAndNotTheWorker() {
        List<String> tokens = new ArrayList<>();
        for (String job : List.of("Throws", "Overflows", "TearsDownBadly", "Unregistered", "OutOfMemory", "Unlinked")) {
            tokens.add(resque.enqueueTracked("q", job).orElseThrow());
        }
        resque.enqueue("q", "Fine");
        Worker worker = resque.workerBuilder("q")
                .register("Throws", () -> context -> {
                    throw new IllegalStateException("boom", new java.io.IOException("disk"));
                })
                .register("Overflows", () -> context -> overflow(1))
                .register("TearsDownBadly", () -> new Job() {
                    @Override
                    public void perform(JobContext context) {}

                    @Override
                    public void tearDown(JobContext context) {
                        throw new IllegalArgumentException("cannot clean up");
                    }
                })
                .register("OutOfMemory", () -> context -> {
                    throw new OutOfMemoryError("Java heap space");
                })
                .register("Unlinked", () -> context -> {
                    throw new NoClassDefFoundError("com/example/Gone");
                })
                .register("Fine", () -> context -> seen.add("fine"))
                .start();
        fixture.awaitProcessed(7);
        assertThat(seen).containsExactly("fine");
        assertThat(worker.isRunning()).isTrue();
        List<String> failures = fixture.failures();
        failures.stream()
                .limit(4)
                .forEach(record -> System.out.println(
                        "Failure record: " + (record.length() > 700 ? record.substring(0, 700) + "…" : record)));
        assertThat(failures).hasSize(6);
        String id = worker.ids().get(0);
        assertThat(failures.get(0))
                .matches(
                        "\\{\"failed_at\":\"\\d{4}/\\d\\d/\\d\\d \\d\\d:\\d\\d:\\d\\d UTC\",\"payload\":\\{\"class\":\"Throws\","
                                + "\"args\":\\[],\"id\":\"[0-9a-f]{32}\",\"queue_time\":[0-9.]+},"
                                + "\"exception\":\"java.lang.IllegalStateException\",\"error\":\"boom\",\"backtrace\":\\[\"io\\.resque\\.core"
                                + "\\.WorkerTest\\.lambda[^\"]*\",\"Caused by: java.io.IOException: disk\",\"io[^\"]*\"],"
                                + "\"worker\":\"" + java.util.regex.Pattern.quote(id) + "\",\"queue\":\"q\"}");
        assertThat(failures.get(1)).contains("\"exception\":\"java.lang.StackOverflowError\"");
        assertThat(failures.get(2)).contains("\"error\":\"cannot clean up\"");
        assertThat(failures.get(3))
                .contains(
                        "\"exception\":\"io.resque.api.UnknownJobException\"",
                        "No job is registered for \\\"Unregistered\\\"");
        assertThat(failures.get(4)).contains("\"exception\":\"java.lang.OutOfMemoryError\"");
        assertThat(failures.get(5)).contains("\"exception\":\"java.lang.NoClassDefFoundError\"");
        assertThat(fixture.redis.text("GET", fixture.key("stat:failed"))).isEqualTo("6");
        assertThat(tokens)
                .allSatisfy(token ->
                        assertThat(resque.status(token).orElseThrow().state()).isEqualTo(JobState.FAILED));
    }

    private static int overflow(int depth) {
        return overflow(depth + 1) + 1;
    }

    @Test
    void drainsTheMoreUrgentQueueFirst() {
        for (int i = 0; i < 3; i++) {
            resque.enqueue("low", "Note", "low" + i);
            resque.enqueue("high", "Note", "high" + i);
        }
        resque.workerBuilder("high", "low").register("Note", () -> this::note).start();
        fixture.awaitProcessed(6);
        assertThat(seen).containsExactly("high0", "high1", "high2", "low0", "low1", "low2");
    }

    private void note(JobContext context) {
        seen.add(context.args().get(0));
    }

    @Test
    @WireRule("W-451")
    void runsAsManyJobsAtOnceAsItIsTold() throws Exception {
        CyclicBarrier all = new CyclicBarrier(4);
        for (int i = 0; i < 8; i++) {
            resque.enqueue("q", "Meet");
        }
        Worker worker = resque.workerBuilder("q")
                .register("Meet", () -> context -> {
                    all.await(10, TimeUnit.SECONDS);
                    seen.add(Thread.currentThread().getName());
                })
                .concurrency(4)
                .start();
        fixture.awaitProcessed(8);
        assertThat(fixture.failures()).isEmpty();
        assertThat(seen).allMatch(name -> name.toString().matches("resque-q-[1-4]"));
        String first = worker.ids().get(0);
        assertThat(first).endsWith(":" + ProcessHandle.current().pid() + ":q");
        assertThat(worker.ids()).containsExactly(first, first + ",thread-2", first + ",thread-3", first + ",thread-4");
        assertThat(fixture.redis.texts("SMEMBERS", fixture.key("workers")))
                .containsExactlyInAnyOrderElementsOf(worker.ids());
    }

    @Test
    void tellsTheLogWhichJobRuns() {
        String token = resque.enqueueTracked("q", "Log").orElseThrow();
        Worker worker = resque.workerBuilder("q")
                .register(
                        "Log",
                        () -> context -> seen.add(
                                MDC.getCopyOfContextMap() == null
                                        ? "no MDC binding"
                                        : Map.copyOf(MDC.getCopyOfContextMap())))
                .start();
        fixture.awaitProcessed(1);
        assertThat(seen)
                .containsExactly(Map.of(
                        "resque.worker",
                        worker.ids().get(0),
                        "resque.queue",
                        "q",
                        "resque.class",
                        "Log",
                        "resque.id",
                        token));
    }

    /** What a job asks for by name or as a whole. */
    record Order(String name, List<Integer> amounts, boolean express) {}

    @Test
    void aJobReadsItsArgumentsEnqueuesAnotherAndLeavesAResult() {
        String token = resque.enqueueTracked(
                        "q", "Shop", Map.of("name", "Chris", "amounts", List.of(1, 2), "express", true))
                .orElseThrow();
        resque.workerBuilder("q")
                .register("Shop", () -> context -> {
                    Order order = context.args().as(Order.class);
                    seen.add(order);
                    seen.add(context.enqueue("q", "Note", "from " + context.id().orElseThrow()));
                    context.result(Map.of("sum", 3L));
                })
                .register("Note", () -> this::note)
                .start();
        fixture.awaitProcessed(2);
        assertThat(seen).containsExactly(new Order("Chris", List.of(1, 2), true), true, "from " + token);
        assertThat(resque.status(token).orElseThrow().result()).isEqualTo(Map.of("sum", 3L));
        assertThat(fixture.redis.number("TTL", fixture.key("job:" + token + ":status")))
                .isBetween(86_300L, 86_400L);
    }

    @Test
    @WireRule("W-751")
    void theStatusGoesFromWaitingToRunningToComplete() throws Exception {
        CountDownLatch runs = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        String token = resque.enqueueTracked("q", "Slow").orElseThrow();
        assertThat(resque.status(token).orElseThrow().state()).isEqualTo(JobState.WAITING);
        resque.workerBuilder("q")
                .register("Slow", () -> context -> {
                    runs.countDown();
                    mayEnd.await(10, TimeUnit.SECONDS);
                })
                .start();
        assertThat(runs.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(resque.status(token).orElseThrow().state()).isEqualTo(JobState.RUNNING);
        mayEnd.countDown();
        await().until(() -> resque.status(token).orElseThrow().state() == JobState.COMPLETE);
    }

    /** A module, as another process could load it. */
    static final class Module implements JobModule {
        @Override
        public void register(io.resque.api.JobRegistry jobs) {
            jobs.register("Made", Made.class);
        }
    }

    /** A job that only a container can make. */
    static final class Made implements Job {
        private final Queue<Object> notes;

        Made(Queue<Object> notes) {
            this.notes = notes;
        }

        @Override
        public void perform(JobContext context) {
            notes.add("made by a container");
        }
    }

    @Test
    void aContainerMayMakeTheJobsOfAModule() {
        resque.enqueue("q", "Made");
        resque.workerBuilder("q")
                .module(new Module())
                .factory(type -> type == Made.class ? new Made(seen) : null)
                .start();
        fixture.awaitProcessed(1);
        assertThat(seen).containsExactly("made by a container");
    }

    static final class WithoutStack implements Job {
        WithoutStack() {
            throw new StackOverflowError("no stack left");
        }

        @Override
        public void perform(JobContext context) {}
    }

    static final class WithoutFile implements Job {
        WithoutFile() throws IOException {
            throw new IOException("no file");
        }

        @Override
        public void perform(JobContext context) {}
    }

    @Test
    @WireRule("W-353")
    void whatAConstructorThrowsIsTheFailureOfTheJob() {
        for (Class<? extends Job> type : List.of(WithoutStack.class, WithoutFile.class)) {
            resque.enqueue("q", type.getSimpleName());
            resque.workerBuilder("q").register(type.getSimpleName(), type).drain();
        }
        assertThat(resque.failures().oldest(FailureFilter.all(), 0, 2))
                .extracting(failure -> failure.exception() + ": " + failure.error())
                .containsExactly("java.lang.StackOverflowError: no stack left", "java.io.IOException: no file");
    }

    @Test
    @WireRule("W-413")
    void pausesWhenAllWorkersAreToldTo() {
        fixture.redis.call("SET", fixture.key("pause-all-workers"), " True ");
        resque.enqueue("q", "Note", 1);
        resque.workerBuilder("q").register("Note", () -> this::note).start();
        long calls = evalCalls();
        await().until(() -> evalCalls() >= calls + 1);
        assertThat(fixture.redis.number("LLEN", fixture.key("queue:q"))).isEqualTo(1);
        fixture.redis.call("DEL", fixture.key("pause-all-workers"));
        fixture.awaitProcessed(1);
        assertThat(seen).containsExactly(1L);
    }

    private long evalCalls() {
        String stats = fixture.redis.text("INFO", "commandstats");
        java.util.regex.Matcher calls =
                java.util.regex.Pattern.compile("cmdstat_evalsha:calls=(\\d+)").matcher(stats);
        return calls.find() ? Long.parseLong(calls.group(1)) : 0;
    }

    @Test
    void runsOnVirtualThreadsWhereJavaHasThem() {
        WorkerBuilder builder = resque.workerBuilder("q").register("Note", () -> context -> seen.add(isVirtual()));
        if (Runtime.version().feature() < 21) {
            assertThat(org.assertj.core.api.Assertions.catchThrowable(
                            () -> builder.virtualThreads().start()))
                    .hasMessageContaining("Virtual threads need Java 21");
            return;
        }
        resque.enqueue("q", "Note");
        builder.virtualThreads().concurrency(50).start();
        fixture.awaitProcessed(1);
        assertThat(seen).containsExactly(true);
    }

    private static Object isVirtual() throws ReflectiveOperationException {
        return Thread.class.getMethod("isVirtual").invoke(Thread.currentThread());
    }
}
