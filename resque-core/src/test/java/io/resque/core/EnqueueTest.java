package io.resque.core;

import static io.resque.core.CoreRedis.CLIENT;
import static io.resque.core.CoreRedis.GSON;
import static io.resque.core.CoreRedis.SERVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.entry;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doNothing;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.InvalidJobException;
import io.resque.api.JobSpec;
import io.resque.api.JobState;
import io.resque.api.JobStatus;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Payload;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.Queues;
import io.resque.api.spi.StatusChange;
import io.resque.api.spi.StatusRecord;
import io.resque.api.spi.StatusStore;
import io.resque.tck.FaultProxy;
import io.resque.tck.RecordedCase;
import io.resque.tck.RecordedCases;
import io.resque.tck.WireRule;
import java.io.IOException;
import java.lang.reflect.Type;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnqueueTest {
    private final CoreRedis redis = new CoreRedis();

    @AfterEach
    void clear() {
        redis.clear();
    }

    static Stream<Arguments> recorded() {
        return RecordedCases.of("ruby/enqueue_payloads.json").stream()
                .filter(recording -> recording.get("expected", "payload") != null)
                .flatMap(recording ->
                        Stream.of("gson", "jackson").map(serializer -> Arguments.of(recording, serializer)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("recorded")
    @WireRule("W-251")
    void pushesTheBytesThatRubyPushed(RecordedCase recording, String serializer) {
        Payload expected = recording.payload("expected", "payload");
        Map<?, ?> job = (Map<?, ?>) GSON.decode(expected);
        String queue = (String) recording.get("inputs", "queue");
        try (Resque resque = redis.builder().serializer(serializer).build()) {
            assertThat(resque.enqueue(queue, (String) job.get("class"), ((List<?>) job.get("args")).toArray()))
                    .isTrue();
        }
        assertThat((byte[]) CLIENT.call("LINDEX", redis.key("queue:" + queue), 0))
                .isEqualTo(expected.toBytes());
        assertThat(redis.dump())
                .containsOnly(
                        entry(redis.key("queues"), new TreeSet<>(Set.of(queue))),
                        entry(redis.key("queue:" + queue), List.of(expected.text())));
    }

    @Test
    void recordingsThatRubyCouldNotWriteAreTheOnlyOnesLeftOut() {
        assertThat(RecordedCases.of("ruby/enqueue_payloads.json").stream()
                        .filter(recording -> recording.get("expected", "payload") == null)
                        .map(RecordedCase::name))
                .containsExactly("infinity");
    }

    static Stream<Arguments> nativeValues() {
        Map<Object, String> values = new LinkedHashMap<>();
        values.put("x", "\"x\"");
        values.put("", "\"\"");
        values.put("é/<>&'\"\\\u2028😀", "\"é/<>&'\\\"\\\\\u2028😀\"");
        values.put(true, "true");
        values.put(false, "false");
        values.put((byte) -1, "-1");
        values.put((short) 300, "300");
        values.put(70_000, "70000");
        values.put(Long.MIN_VALUE, "-9223372036854775808");
        values.put(new BigInteger("123456789012345678901234567890"), "123456789012345678901234567890");
        values.put(1.0, "1.0");
        values.put(-0.0, "-0.0");
        values.put(1e15, "1.0e+15");
        values.put(0.00001, "1.0e-05");
        values.put(0.1f, "0.1");
        values.put(16777216f, "16777216.0");
        values.put(List.of(), "[]");
        values.put(Map.of(), "{}");
        values.put(Arrays.asList(1, null, List.of("a")), "[1,null,[\"a\"]]");
        values.put(Map.of("", Map.of("k", 1L)), "{\"\":{\"k\":1}}");
        return values.entrySet().stream()
                .flatMap(value -> Stream.of("gson", "jackson")
                        .map(serializer -> Arguments.of(value.getKey(), value.getValue(), serializer)));
    }

    @ParameterizedTest(name = "{1} {2}")
    @MethodSource("nativeValues")
    void writesEveryTypeThatJsonHas(Object value, String json, String serializer) {
        try (Resque resque = redis.builder().serializer(serializer).build()) {
            resque.enqueue("default", "My_Job", value, null);
        }
        assertThat(redis.queue("default")).containsExactly("{\"class\":\"My_Job\",\"args\":[" + json + ",null]}");
    }

    @Test
    void oneMapIsOneArgumentInItsOwnOrder() {
        Map<String, Object> args = new LinkedHashMap<>();
        args.put("z", 1);
        args.put("a", null);
        try (Resque resque = redis.builder().build()) {
            resque.enqueue("default", "My_Job", args);
            resque.enqueue("default", JobSpec.of("My_Job"));
        }
        assertThat(redis.queue("default"))
                .containsExactly(
                        "{\"class\":\"My_Job\",\"args\":[{\"z\":1,\"a\":null}]}", "{\"class\":\"My_Job\",\"args\":[]}");
    }

    @Test
    void namesMayHoldAnythingThatIsNotRefused() {
        try (Resque resque = redis.builder().build()) {
            resque.enqueue("mail box/é:x", "Acme\\Mail::Job", 1);
        }
        assertThat(redis.queue("mail box/é:x")).containsExactly("{\"class\":\"Acme\\\\Mail::Job\",\"args\":[1]}");
        assertThat(CLIENT.texts("SMEMBERS", redis.key("queues"))).containsExactly("mail box/é:x");
    }

    private static List<JobSpec> jobs(int count) {
        return IntStream.range(0, count).mapToObj(i -> JobSpec.of("My_Job", i)).toList();
    }

    @Test
    void manyJobsGoInOrderAndInThreeRequestsForTwoAndAHalfThousand() {
        try (FaultProxy proxy = FaultProxy.to(SERVER.url());
                Resque resque = redis.builder().url(proxy.url()).build()) {
            resque.enqueue("warm", "My_Job");
            int before = proxy.requests();
            assertThat(resque.enqueueAll("bulk", jobs(2_500))).isEqualTo(2_500);
            assertThat(proxy.requests() - before)
                    .as("an SADD and an RPUSH for each of three chunks")
                    .isEqualTo(6);
        }
        assertThat(redis.queue("bulk"))
                .isEqualTo(IntStream.range(0, 2_500)
                        .mapToObj(i -> "{\"class\":\"My_Job\",\"args\":[" + i + "]}")
                        .toList());
        assertThat(CLIENT.texts("SMEMBERS", redis.key("queues"))).contains("bulk");
    }

    @Test
    void largeJobsGoInRequestsOfAboutAMegabyte() {
        List<JobSpec> large = IntStream.range(0, 4)
                .mapToObj(i -> JobSpec.of("My_Job", i, "x".repeat(600_000)))
                .toList();
        try (FaultProxy proxy = FaultProxy.to(SERVER.url());
                Resque resque = redis.builder().url(proxy.url()).build()) {
            resque.enqueue("warm", "My_Job");
            int before = proxy.requests();
            assertThat(resque.enqueueAll("bulk", large)).isEqualTo(4);
            assertThat(proxy.requests() - before).isEqualTo(4);
        }
        assertThat(redis.queue("bulk")).hasSize(4);
    }

    @Test
    void noJobsWriteNothing() {
        try (Resque resque = redis.builder().build()) {
            assertThat(resque.enqueueAll("bulk", List.of())).isZero();
        }
        assertThat(redis.dump()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1_200, 2_499})
    @WireRule("W-253")
    void oneJobThatCannotBeSentKeepsAllFromBeingWritten(int at) {
        List<JobSpec> jobs = new ArrayList<>(jobs(2_500));
        jobs.set(at, JobSpec.of("Bad_Job", Double.NaN));
        try (Resque resque = redis.builder().build()) {
            assertThat(catchThrowableOfType(InvalidJobException.class, () -> resque.enqueueAll("bulk", jobs)))
                    .hasMessage("Argument 0 of Bad_Job is NaN, which JSON does not have; send null or a string");
        }
        assertThat(redis.dump()).isEmpty();
    }

    @Test
    void bulkThatBreaksInTheMiddleSaysHowFarItCame() {
        try (FaultProxy proxy = FaultProxy.to(SERVER.url());
                Resque resque = redis.builder().url(proxy.url()).build()) {
            proxy.cutBefore(request -> contains(request, "\"args\":[1000]"));
            BackendUnavailableException broken = catchThrowableOfType(
                    BackendUnavailableException.class, () -> resque.enqueueAll("bulk", jobs(2_500)));
            assertThat(broken).hasMessageEndingWith("; 1000 of 2500 jobs are on the queue, and the next 1000 may be");
            assertThat(broken.maybeApplied()).isTrue();
        }
        assertThat(redis.queue("bulk")).hasSize(1_000);
    }

    @Test
    void bulkThatCannotConnectWroteNothing() {
        try (FaultProxy proxy = FaultProxy.to(SERVER.url());
                Resque resque = redis.builder()
                        .url(proxy.url())
                        .serializer(new CuttingSerializer(proxy))
                        .build()) {
            BackendUnavailableException never =
                    catchThrowableOfType(BackendUnavailableException.class, () -> resque.enqueueAll("bulk", jobs(3)));
            assertThat(never).hasMessageEndingWith("; 0 of 3 jobs are on the queue");
            assertThat(never.maybeApplied()).isFalse();
        }
        assertThat(redis.dump()).isEmpty();
    }

    @Test
    void bulkOfWhichSomeWereWrittenIsNotToBeSentAgain() {
        Queues queues = mock(Queues.class);
        doNothing()
                .doThrow(new BackendUnavailableException("Away", new IOException(), false))
                .when(queues)
                .push(any());
        QueueBackend backend = mock(QueueBackend.class);
        when(backend.queues()).thenReturn(queues);
        when(backend.effects()).thenCallRealMethod();
        try (Resque resque = redis.builder().backend(backend).build()) {
            BackendUnavailableException broken = catchThrowableOfType(
                    BackendUnavailableException.class, () -> resque.enqueueAll("bulk", jobs(2_500)));
            assertThat(broken).hasMessage("Away; 1000 of 2500 jobs are on the queue");
            assertThat(broken.maybeApplied()).isTrue();
        }
    }

    @Test
    void streamIsTakenAThousandAtATime() {
        AtomicInteger ahead = new AtomicInteger();
        Stream<JobSpec> stream = IntStream.range(0, 2_500).mapToObj(i -> {
            ahead.set(Math.max(ahead.get(), i - redis.queue("bulk").size() / 1_000 * 1_000));
            return JobSpec.of("My_Job", i);
        });
        try (Resque resque = redis.builder().build()) {
            assertThat(resque.enqueueAll("bulk", stream)).isEqualTo(2_500);
            assertThat(resque.enqueueAll("none", Stream.empty())).isZero();
        }
        assertThat(ahead.get())
                .as("how far it was read ahead of what was written")
                .isLessThan(2_001);
        assertThat(redis.queue("bulk"))
                .hasSize(2_500)
                .startsWith("{\"class\":\"My_Job\",\"args\":[0]}")
                .endsWith("{\"class\":\"My_Job\",\"args\":[2499]}");
        assertThat(CLIENT.texts("SMEMBERS", redis.key("queues"))).containsExactly("bulk");
    }

    @Test
    void aThousandIsTakenWhileThoseBeforeAreBeingWritten() throws InterruptedException {
        CountDownLatch taken = new CountDownLatch(1_500);
        Queues queues = mock(Queues.class);
        doAnswer(push -> {
                    assertThat(taken.await(10, TimeUnit.SECONDS))
                            .as("the next were taken")
                            .isTrue();
                    return null;
                })
                .when(queues)
                .push(any());
        QueueBackend backend = mock(QueueBackend.class);
        when(backend.queues()).thenReturn(queues);
        when(backend.effects()).thenCallRealMethod();
        try (Resque resque = redis.builder().backend(backend).build()) {
            Stream<JobSpec> stream = jobs(2_500).stream().peek(job -> taken.countDown());
            assertThat(resque.enqueueAll("bulk", stream)).isEqualTo(2_500);
        }
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("resque-enqueue")) {
                thread.join(10_000);
                assertThat(thread.isAlive()).as("the thread goes on").isFalse();
            }
        }
    }

    @Test
    void streamThatCannotBeSentToItsEndSaysHowFarItCame() {
        Stream<JobSpec> stream =
                IntStream.range(0, 2_500).mapToObj(i -> JobSpec.of("My_Job", i == 1_700 ? Double.NaN : i));
        try (Resque resque = redis.builder().build()) {
            assertThat(catchThrowableOfType(InvalidJobException.class, () -> resque.enqueueAll("bulk", stream)))
                    .hasMessageStartingWith("Argument 0 of My_Job is NaN")
                    .hasMessageEndingWith("; before these, 1000 jobs of the stream were written");
        }
        assertThat(redis.queue("bulk")).hasSize(1_000);
    }

    @Test
    void streamThatBreaksInTheMiddleIsNotToBeSentAgain() {
        try (FaultProxy proxy = FaultProxy.to(SERVER.url());
                Resque resque = redis.builder().url(proxy.url()).build()) {
            proxy.cutBefore(request -> contains(request, "\"args\":[1000]"));
            BackendUnavailableException broken = catchThrowableOfType(
                    BackendUnavailableException.class, () -> resque.enqueueAll("bulk", jobs(2_500).stream()));
            assertThat(broken)
                    .hasMessageEndingWith("; 0 of 1000 jobs are on the queue, and the next 1000 may be"
                            + "; before these, 1000 jobs of the stream were written");
            assertThat(broken.maybeApplied()).isTrue();
        }
    }

    /** Refuses connections once the jobs have been written as JSON. */
    private record CuttingSerializer(FaultProxy proxy) implements JobSerializer {
        @Override
        public Payload encode(Object tree) {
            proxy.refuse(true);
            return GSON.encode(tree);
        }

        @Override
        public Object decode(Payload payload) {
            return GSON.decode(payload);
        }

        @Override
        public Object convert(Object tree, Type type) {
            return GSON.convert(tree, type);
        }
    }

    @Test
    void bulkOntoAKeyOfAnotherTypeIsRefusedByRedis() {
        CLIENT.call("SET", redis.key("queue:bulk"), "not a list");
        try (Resque resque = redis.builder().build()) {
            assertThat(catchThrowableOfType(BackendException.class, () -> resque.enqueueAll("bulk", jobs(3))))
                    .isNotInstanceOf(BackendUnavailableException.class)
                    .hasMessageContaining("WRONGTYPE")
                    .hasMessageEndingWith("; 0 of 3 jobs are on the queue");
        }
    }

    @Test
    @WireRule("W-106")
    void jobsWhoseQueueCannotBeAnnouncedAreQueuedAndTheLogSaysSo() {
        CLIENT.call("SET", redis.key("queues"), "not a set");
        try (CapturedLog log = new CapturedLog(Resque.class);
                Resque resque = redis.builder().build()) {
            assertThat(resque.enqueue("high", "My_Job")).isTrue();
            assertThat(resque.enqueueAll("high", jobs(2_500))).isEqualTo(2_500);
            assertThat(log.lines())
                    .hasSize(4)
                    .allSatisfy(line -> assertThat(line)
                            .startsWith("WARN The jobs are in the queue \"high\", but it could not be announced")
                            .contains("WRONGTYPE", redis.key("queues")));
        }
        assertThat(redis.queue("high")).hasSize(2_501);
    }

    private static boolean contains(List<byte[]> request, String text) {
        return request.stream().anyMatch(part -> new String(part, StandardCharsets.UTF_8).contains(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gson", "jackson"})
    @WireRule("W-252")
    void trackedJobHasTheFieldsOfPhp(String serializer) {
        Clock clock = Clock.fixed(Instant.ofEpochSecond(1_795_361_599, 461_520_000), ZoneOffset.UTC);
        String token;
        long before = CLIENT.number("EVAL", "return redis.call('TIME')[1]", 0);
        try (Resque resque = redis.builder().serializer(serializer).clock(clock).build()) {
            token = resque.enqueueTracked("default", "My_Job", Map.of("name", "Chris"))
                    .orElseThrow();
        }
        long after = CLIENT.number("EVAL", "return redis.call('TIME')[1]", 0);
        assertThat(token).matches("[0-9a-f]{32}");
        assertThat(redis.queue("default"))
                .containsExactly("{\"class\":\"My_Job\",\"args\":[{\"name\":\"Chris\"}],\"id\":\"" + token
                        + "\",\"queue_time\":1795361599.46152}");
        assertThat(CLIENT.texts("SMEMBERS", redis.key("queues"))).containsExactly("default");
        String status = CLIENT.text("GET", redis.key("job:" + token + ":status"));
        assertThat(status).matches("\\{\"status\":1,\"updated\":(\\d+),\"started\":\\1,\"result\":null}");
        assertThat(Long.parseLong(status.replaceAll(".*\"updated\":(\\d+).*", "$1")))
                .isBetween(before, after);
        assertThat(CLIENT.number("TTL", redis.key("job:" + token + ":status"))).isEqualTo(-1);
    }

    @Test
    @WireRule("W-252")
    void statusTravelsInTheRequestOfThePush() {
        try (FaultProxy proxy = FaultProxy.to(SERVER.url());
                Resque resque = redis.builder().url(proxy.url()).build()) {
            resque.enqueueTracked("default", "My_Job"); // loads the script
            int before = proxy.requests();
            resque.enqueueTracked("default", "My_Job");
            assertThat(proxy.requests() - before).isEqualTo(1);
            proxy.cutBefore(request -> contains(request, "Lost_Job"));
            assertThat(catchThrowableOfType(
                                    BackendUnavailableException.class,
                                    () -> resque.enqueueTracked("default", "Lost_Job"))
                            .maybeApplied())
                    .isTrue();
        }
        assertThat(redis.queue("default")).hasSize(2);
        assertThat(CLIENT.keys(redis.key("job:*"))).hasSize(2);
    }

    @Test
    void tokensDiffer() {
        try (Resque resque = redis.builder().build()) {
            assertThat(IntStream.range(0, 50)
                            .mapToObj(i ->
                                    resque.enqueueTracked("default", "My_Job").orElseThrow()))
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void refusedTrackedJobLeavesNoStatus() {
        try (Resque resque = redis.builder().build()) {
            assertThat(catchThrowableOfType(
                            InvalidJobException.class,
                            () -> resque.enqueueTracked("default", "My_Job", Double.POSITIVE_INFINITY)))
                    .hasMessage("Argument 0 of My_Job is Infinity, which JSON does not have; send null or a string");
        }
        assertThat(redis.dump()).isEmpty();
    }

    @Test
    void statusOfATrackedJobIsRead() {
        try (Resque resque = redis.builder().build()) {
            String token = resque.enqueueTracked("default", "My_Job").orElseThrow();
            JobStatus status = resque.status(token).orElseThrow();
            assertThat(status.state()).isEqualTo(JobState.WAITING);
            assertThat(status.queuedAt()).contains(status.updatedAt());
            assertThat(status.result()).isNull();
            assertThat(resque.status("0123456789abcdef0123456789abcdef")).isEmpty();
        }
    }

    @Test
    void statusesOfBothPhpVersionsAreRead() {
        seed("seed", "{\"status\":2,\"updated\":1795361600}");
        seed("waiting", "{\"status\":1,\"updated\":1795361599,\"started\":1795361599}");
        seed("done", "{\"status\":4,\"updated\":1795361601,\"started\":1795361599,\"result\":{\"sum\":3,\"a\":[1.5]}}");
        seed("failed", "{\"status\":3,\"updated\":1795361601,\"started\":1795361599,\"result\":null}");
        seed("pre_abc", "{\"status\":4,\"updated\":1795361601,\"started\":1795361599,\"result\":false}");
        seed("text", "{\"status\":\"2\",\"updated\":1795361600}");
        seed("unknown", "{\"status\":99,\"updated\":1795361600}");
        seed("broken", "gone");
        seed("odd", "{\"status\":4,\"updated\":1795361601,\"started\":1795361599,\"result\":no JSON}");
        Instant updated = Instant.ofEpochSecond(1_795_361_601);
        Optional<Instant> started = Optional.of(Instant.ofEpochSecond(1_795_361_599));
        try (Resque resque = redis.builder().build()) {
            assertThat(resque.status("seed"))
                    .contains(new JobStatus(JobState.RUNNING, updated.minusSeconds(1), Optional.empty(), null));
            assertThat(resque.status("waiting"))
                    .contains(new JobStatus(JobState.WAITING, updated.minusSeconds(2), started, null));
            assertThat(resque.status("done"))
                    .contains(new JobStatus(JobState.COMPLETE, updated, started, Map.of("sum", 3L, "a", List.of(1.5))));
            assertThat(resque.status("failed")).contains(new JobStatus(JobState.FAILED, updated, started, null));
            assertThat(resque.status("pre_abc")).contains(new JobStatus(JobState.COMPLETE, updated, started, false));
            assertThat(resque.status("text"))
                    .contains(new JobStatus(JobState.RUNNING, updated.minusSeconds(1), Optional.empty(), null));
            assertThat(resque.status("odd")).contains(new JobStatus(JobState.COMPLETE, updated, started, null));
            assertThat(resque.status("unknown")).isEmpty();
            assertThat(resque.status("broken")).isEmpty();
        }
    }

    private void seed(String token, String status) {
        CLIENT.call("SET", redis.key("job:" + token + ":status"), status);
    }

    @Test
    void nothingListensSoNothingWasApplied() throws IOException {
        try (Resque resque =
                redis.builder().url("redis://127.0.0.1:" + closedPort()).build()) {
            for (Runnable enqueue : List.<Runnable>of(
                    () -> resque.enqueue("default", "My_Job"),
                    () -> resque.enqueueTracked("default", "My_Job"),
                    () -> resque.enqueueAll("default", jobs(3)))) {
                assertThat(catchThrowableOfType(BackendUnavailableException.class, enqueue::run)
                                .maybeApplied())
                        .isFalse();
            }
        }
    }

    static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    @Test
    void storeApartGetsTheStatusBeforeThePush() {
        MemoryStatuses store = new MemoryStatuses();
        try (Resque resque = redis.builder().statusStore(store).build()) {
            String token = resque.enqueueTracked("default", "My_Job", 1).orElseThrow();
            assertThat(store.log).containsExactly("WAITING with 0 jobs on the queue");
            assertThat(resque.status(token).orElseThrow().state()).isEqualTo(JobState.WAITING);
            assertThat(redis.queue("default")).hasSize(1);
            assertThat(CLIENT.keys(redis.key("job:*"))).isEmpty();
        }
        assertThat(store.log).last().isEqualTo("closed");
    }

    @Test
    void storeApartThatFailsKeepsTheJobFromBeingPushed() {
        MemoryStatuses store = new MemoryStatuses();
        store.failing = true;
        try (Resque resque = redis.builder().statusStore(store).build()) {
            assertThat(catchThrowableOfType(
                            BackendException.class, () -> resque.enqueueTracked("default", "My_Job", 1)))
                    .hasMessage("The store is away");
        }
        assertThat(redis.dump()).isEmpty();
    }

    private final class MemoryStatuses implements StatusStore {
        private final List<String> log = new CopyOnWriteArrayList<>();
        private StatusChange last;
        private boolean failing;

        @Override
        public boolean write(StatusChange change) {
            if (failing) {
                throw new BackendException("The store is away");
            }
            log.add(change.state() + " with " + redis.queue("default").size() + " jobs on the queue");
            last = change;
            return true;
        }

        @Override
        public Optional<StatusRecord> find(String token) {
            return token.equals(last.token())
                    ? Optional.of(new StatusRecord(last.state(), Instant.EPOCH, null, null))
                    : Optional.empty();
        }

        @Override
        public boolean remove(String token) {
            return false;
        }

        @Override
        public void close() {
            log.add("closed");
        }
    }
}
