package io.resque.backend.jedis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.backend.redis.RedisBackend;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Steps of many workers in one call of the script. The kit tests steps of one worker. */
class StepScriptTest {
    private static final String TOKEN = "0123456789abcdef";
    private static final String RESERVE = "10";
    private static final String COUNTED = "10p";
    private static final String SETTLE = "00p";
    private static final String COUNTED_AND_FAILED = "10rpf";
    private static RedisServer server;
    private static RespClient redis;

    private final List<String> stepKeys = new ArrayList<>();
    private final List<String> stepArgs = new ArrayList<>();
    private int subscriptions = 1;
    private long max = Long.MAX_VALUE;
    private String script = "";

    @BeforeAll
    static void start() {
        server = RedisServer.start();
        redis = server.client();
    }

    @AfterAll
    static void stop() {
        redis.close();
        server.close();
    }

    @BeforeEach
    void empty() {
        redis.call("FLUSHALL");
        redis.call("CONFIG", "RESETSTAT");
    }

    private static void queue(String queue, String... payloads) {
        for (String payload : payloads) {
            redis.call("RPUSH", "r:queue:" + queue, payload);
        }
    }

    private static String job(int number) {
        return "{\"class\":\"A\",\"args\":[" + number + "]}";
    }

    private static String[] jobs(int first, int last) {
        String[] jobs = new String[last - first + 1];
        Arrays.setAll(jobs, i -> job(first + i));
        return jobs;
    }

    private static List<String> queued(String queue) {
        return redis.texts("LRANGE", "r:queue:" + queue, 0, -1);
    }

    private static String digits(int step) {
        return String.format("%016d", step);
    }

    private static void register(String id) {
        redis.call("HSET", "r:java:sessions", id, TOKEN + digits(0));
    }

    /** A step of a worker. Before its step 1 the worker is registered. */
    private void step(String id, int number, String settles, String what, String... failure) {
        if (number == 1) {
            register(id);
        }
        stepKeys.addAll(List.of("r:worker:" + id, "r:stat:processed:" + id));
        stepArgs.addAll(List.of(TOKEN, digits(number), id, settles, what));
        if (failure.length > 0) {
            stepKeys.addAll(List.of("r:" + failure[0], "r:stat:failed:" + id));
            stepArgs.addAll(List.of(failure[1], ""));
        }
    }

    /** The reply without the seconds. */
    private List<Object> call(RespClient client, int limit) throws IOException {
        List<Object> command = new ArrayList<>(List.of("EVAL", script.isEmpty() ? script() : script));
        List<String> keys = new ArrayList<>(List.of(
                "r:pause-all-workers",
                "r:stat:processed",
                "r:stat:failed",
                "r:failed_queues",
                "r:java:sessions",
                "r:java:oversize",
                "r:java:paused-queues"));
        List<Object> args = new ArrayList<>(List.of(limit, subscriptions));
        for (int i = 0; i < subscriptions; i++) {
            keys.addAll(List.of("r:queue:high", "r:queue:low"));
            args.addAll(List.of(2, ",\"payload\":", "}", max, "{\"queue\":\"high\",\"run_at\":\""));
            args.add("{\"queue\":\"low\",\"run_at\":\"");
        }
        keys.addAll(stepKeys);
        command.add(keys.size());
        command.addAll(keys);
        command.addAll(args);
        command.addAll(stepArgs);
        stepKeys.clear();
        stepArgs.clear();
        List<Object> answers = new ArrayList<>((List<?>) client.call(command.toArray()));
        answers.replaceAll(each -> each instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : each);
        answers.remove(0);
        return answers;
    }

    private List<Object> answers() throws IOException {
        return call(redis, 200_000);
    }

    private static String script() {
        return Pattern.compile("(?m)^ *-- with ((?:\\w+\\.lua ?)+)\n")
                .matcher(resource("step.lua"))
                .replaceAll(
                        line -> Matcher.quoteReplacement(Stream.of(line.group(1).split(" "))
                                .map(StepScriptTest::resource)
                                .collect(Collectors.joining())));
    }

    private static String resource(String name) {
        try (InputStream in = RedisBackend.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String held(String id) {
        String record = redis.text("GET", "r:worker:" + id);
        return record == null ? null : record.replaceFirst(".*\"payload\":(.*)}$", "$1");
    }

    private void takeFirst(int workers) throws IOException {
        takeFirst(workers, 1);
    }

    private void takeFirst(int workers, int number) throws IOException {
        for (int i = 0; i < workers; i++) {
            step("w" + i, number, "", RESERVE);
        }
        answers();
    }

    @Test
    void eachGetsTheNextJobOfTheFirstQueueThatHasOne() throws IOException {
        queue("high", jobs(0, 29));
        queue("low", jobs(30, 49));
        for (int i = 0; i < 60; i++) {
            step("w" + i, 1, "", RESERVE);
        }
        List<Object> answers = answers();
        for (int i = 0; i < 50; i++) {
            assertThat(answers.subList(2 * i, 2 * i + 2)).containsExactly(i < 30 ? 11L : 12L, job(i));
            assertThat(held("w" + i)).isEqualTo(job(i));
        }
        assertThat(answers.subList(100, answers.size())).hasSize(10).containsOnly(0L);
        assertThat(queued("high")).isEmpty();
        assertThat(queued("low")).isEmpty();

        queue("low", jobs(50, 99));
        for (int i = 0; i < 50; i++) {
            step("w" + i, 2, digits(1), COUNTED);
        }
        answers();
        for (int i = 0; i < 50; i++) {
            assertThat(held("w" + i)).isEqualTo(job(50 + i));
            assertThat(redis.text("GET", "r:stat:processed:w" + i)).isEqualTo("1");
        }
        assertThat(redis.text("GET", "r:stat:processed")).isEqualTo("50");
    }

    @Test
    void whatOneCannotSettleNeitherTouchesTheOthersNorTheOrder() throws IOException {
        queue("high", jobs(0, 12));
        redis.call("SET", "r:failed", "no list");
        takeFirst(5);
        for (int i = 0; i < 5; i++) {
            if (i == 3) {
                step("w3", 2, digits(1), COUNTED_AND_FAILED, "failed", "{}");
            } else {
                step("w" + i, 2, digits(1), COUNTED);
            }
        }
        List<Object> answers = answers();
        assertThat(answers.get(6)).isEqualTo(-2L);
        assertThat(answers.get(7).toString()).startsWith("WRONGTYPE r:failed is a string, not a list");
        answers.subList(6, 8).clear();
        assertThat(answers).containsExactly(11L, job(5), 11L, job(6), 11L, job(7), 11L, job(8));
        assertThat(held("w3")).as("it keeps its job").isEqualTo(job(3));
        assertThat(queued("high")).containsExactly(jobs(9, 12));
        assertThat(redis.text("GET", "r:stat:processed")).isEqualTo("4");
        assertThat(redis.keys("r:stat:*:w3")).isEmpty();

        redis.call("DEL", "r:failed");
        step("w3", 3, digits(1), COUNTED_AND_FAILED, "failed", "{}");
        assertThat(answers()).containsExactly(11L, job(9));
        assertThat(redis.texts("LRANGE", "r:failed", 0, -1)).containsExactly("{}");
        assertThat(redis.text("GET", "r:stat:processed")).isEqualTo("5");
    }

    @Test
    void manyFailuresInOneCallAskForTheTimeAndForTheirListOnce() throws IOException {
        queue("high", jobs(0, 59));
        takeFirst(30);
        redis.call("CONFIG", "RESETSTAT");
        for (int i = 0; i < 30; i++) {
            step("w" + i, 2, digits(1), COUNTED_AND_FAILED, "failed", "{}");
        }
        answers();
        assertThat(redis.texts("LRANGE", "r:failed", 0, -1)).hasSize(30);
        assertThat(redis.text("GET", "r:stat:failed")).isEqualTo("30");
        assertThat(redis.text("INFO", "commandstats"))
                .contains("cmdstat_type:calls=1,", "cmdstat_time:calls=1,", "cmdstat_rpush:calls=30,");
    }

    /** Five steps of one subscription, then five of another subscription of the same queues. The later steps of each are refused. */
    private void stepsOfTwoSubscriptions() {
        subscriptions = 2;
        redis.call("SET", "r:failed", "no list");
        for (int i = 0; i < 10; i++) {
            String id = "w" + i;
            String subscription = i < 5 ? "1" : "2";
            if (i % 5 < 3) {
                step(id, 2, digits(1), subscription + COUNTED.substring(1));
            } else {
                step(id, 2, digits(1), subscription + COUNTED_AND_FAILED.substring(1), "failed", "{}");
            }
        }
    }

    @Test
    void twoSubscriptionsOfOneQueuePutBackInItsOrderWhatTheyTookForOthers() throws IOException {
        queue("high", jobs(0, 24));
        takeFirst(10);
        stepsOfTwoSubscriptions();
        List<Object> answers = answers();
        assertThat(answers.stream().filter(answer -> answer.equals(-2L))).hasSize(4);
        List<String> taken = answers.stream()
                .filter(answer -> answer.toString().startsWith("{"))
                .map(Object::toString)
                .toList();
        assertThat(taken).hasSize(6);
        List<String> left = new ArrayList<>(List.of(jobs(10, 24)));
        left.removeAll(taken);
        assertThat(queued("high")).containsExactlyElementsOf(left);
    }

    @Test
    void twoSubscriptionsOfOneQueuePutBackInItsOrderWhatMayNotBeRecorded() throws IOException {
        queue("high", jobs(0, 24));
        takeFirst(10);
        stepsOfTwoSubscriptions();
        try (RespClient mayNot = without("mset")) {
            assertThatThrownBy(() -> call(mayNot, 200_000)).hasMessageContaining("can't run this command");
        }
        assertThat(queued("high")).containsExactly(jobs(10, 24));
    }

    @Test
    void whatWasTakenForOthersGoesBackWhateverIsRefusedBehindIt() throws IOException {
        queue("high", jobs(0, 25));
        takeFirst(11);
        stepsOfTwoSubscriptions();
        step("w10", 2, digits(1), SETTLE);
        try (RespClient mayNot = without("del")) {
            assertThatThrownBy(() -> call(mayNot, 200_000)).hasMessageContaining("can't run this command");
        }
        List<String> left = new ArrayList<>(List.of(jobs(11, 25)));
        for (String record : redis.keys("r:worker:*")) {
            left.remove(held(record.substring("r:worker:".length())));
        }
        assertThat(left).hasSize(9);
        assertThat(queued("high")).containsExactlyElementsOf(left);
        assertThat(redis.text("GET", "r:stat:processed")).as("seven have ended").isEqualTo("7");
    }

    @Test
    void lateLostAndHoldingOnesStandAmongOthers() throws IOException {
        queue("high", jobs(0, 9));
        takeFirst(4);
        redis.call("HDEL", "r:java:sessions", "w0");
        step("w0", 2, digits(1), COUNTED);
        step("w1", 2, "", RESERVE);
        redis.call("HSET", "r:java:sessions", "w2", TOKEN + digits(7));
        step("w2", 2, digits(1), COUNTED);
        step("w3", 2, digits(1), COUNTED);
        step("stranger", 1, "", RESERVE);
        redis.call("HSET", "r:java:sessions", "stranger", "another token 16" + digits(0));
        List<Object> answers = answers();
        assertThat(answers.get(4).toString()).matches("\\d{10}");
        answers.remove(4);
        assertThat(answers).containsExactly(-1L, 1L, digits(1), "r:queue:high", job(1), -1L, 11L, job(4), -1L);
        assertThat(redis.text("GET", "r:stat:processed")).isEqualTo("1");
        assertThat(queued("high")).containsExactly(jobs(5, 9));
    }

    @Test
    void whatIsNoJsonStandsAmongOthersAndIsKeptWhole() throws IOException {
        queue("high", job(0), "\u0000garbage é {", job(2));
        takeFirst(3);
        assertThat(held("w1")).isEqualTo("\"\\u0000garbage ?? {\"");
        step("w1", 2, "", RESERVE);
        assertThat(answers()).contains("\u0000garbage é {").doesNotContain(11L);
        queue("high", job(3), job(4), job(5));
        for (int i = 0; i < 3; i++) {
            step("w" + i, 3, digits(1), COUNTED);
        }
        assertThat(answers()).containsExactly(11L, job(3), 11L, job(4), 11L, job(5));
        assertThat(redis.text("HGET", "r:java:sessions", "w1")).doesNotContain("garbage");
    }

    @Test
    void largePayloadsLeaveTheStepsBehindForLater() throws IOException {
        String large = "{\"class\":\"A\",\"args\":[\"" + "x".repeat(1_000) + "\"]}";
        queue("high", job(0));
        for (int i = 0; i < 12; i++) {
            queue("high", large);
            step("w" + i, 1, "", RESERVE);
        }
        List<Object> answers = call(redis, 5_000);
        answers.removeIf(String.class::isInstance);
        assertThat(answers.subList(0, 9)).as("the first, and eight ahead").containsOnly(11L);
        assertThat(answers.subList(9, 12)).as("left for later").containsOnly(-3L);
        assertThat(queued("high")).hasSize(4).containsOnly(large);
        assertThat(redis.keys("r:worker:*")).hasSize(9);
        assertThat(redis.text("HGET", "r:java:sessions", "w11"))
                .as("a step that is left was not made")
                .isEqualTo(TOKEN + digits(0));

        for (int i = 9; i < 12; i++) {
            step("w" + i, 1, "", RESERVE);
        }
        assertThat(call(redis, 1_000)).as("one by one").containsExactly(11L, large, -3L, -3L);
        assertThat(queued("high")).hasSize(3);
    }

    @Test
    void aStepIsGivenAJobAlsoIfLittleRoomIsLeft() throws IOException {
        String large = "{\"class\":\"A\",\"args\":[\"" + "x".repeat(1_000) + "\"]}";
        queue("high", large, large, large, large);
        for (int i = 0; i < 4; i++) {
            step("w" + i, 1, "", RESERVE);
        }
        List<Object> answers = call(redis, 2_500);
        answers.removeIf(String.class::isInstance);
        assertThat(answers).as("of two and a half payloads, three").containsExactly(11L, 11L, 11L, -3L);
        assertThat(queued("high")).hasSize(1);
    }

    @Test
    void largePayloadsThatAreHeldLeaveTheStepsBehindForLaterToo() throws IOException {
        String large = "{\"class\":\"A\",\"args\":[\"" + "x".repeat(1_000_000) + "\"]}";
        queue("high", large, large, large, large, large, job(0));
        for (int i = 0; i < 5; i++) {
            step("w" + i, 1, "", RESERVE);
            answers();
        }
        for (int number = 2; number <= 3; number++) {
            for (int i = 0; i < 5; i++) {
                step("w" + i, number, "", RESERVE);
            }
            step("w5", number == 2 ? 1 : 2, "", RESERVE);
            List<Object> answers = answers();
            assertThat(answers.remove(4).equals(large)).isTrue();
            assertThat(answers).containsExactly(1L, digits(1), "r:queue:high", answers.get(3), -3L, -3L, -3L, -3L, -3L);
        }
        assertThat(queued("high")).containsExactly(job(0));
        for (int i = 1; i < 6; i++) {
            step("w" + i, 2, "", RESERVE);
            List<Object> answers = answers();
            assertThat(answers.get(0)).as("a step that is left was not made").isEqualTo(i < 5 ? 1L : 11L);
        }
    }

    private static RespClient without(String command) {
        redis.call("ACL", "SETUSER", "without-" + command, "on", ">pw", "~*", "+@all", "-" + command);
        return RespClient.connect(server.url().replace("redis://", "redis://without-" + command + ":pw@"));
    }

    @Test
    void whatIsTooLargeIsSetAsideForItsStepAlone() throws IOException {
        String large = "{\"class\":\"A\",\"args\":[\"" + "é".repeat(20_000) + "\"]}";
        queue("high", job(0), large, job(1), "x".repeat(30_000), job(2));
        max = 16_384;
        for (int i = 0; i < 5; i++) {
            register("w" + i);
            step("w" + i, 2 + i, "", RESERVE); // all sessions have the same token here
        }
        List<Object> answers = answers();
        assertThat(answers.get(1)).isEqualTo(job(0));
        assertThat(answers.get(5)).isEqualTo(job(1));
        assertThat(answers.get(9)).isEqualTo(job(2));
        for (int i : new int[] {1, 3}) {
            assertThat(answers.get(2 * i))
                    .as("what it is given is what it holds")
                    .isEqualTo(11L);
            assertThat(answers.get(2 * i + 1)).isEqualTo(held("w" + i));
        }
        assertThat(kept(answers.get(3))).isEqualTo(large);
        assertThat(kept(answers.get(7))).isEqualTo("x".repeat(30_000));
        assertThat((String) answers.get(3)).contains("\"size\":" + large.getBytes(StandardCharsets.UTF_8).length);
        assertThat(queued("high")).isEmpty();
    }

    @Test
    void whatIsHeldIsSetAsideWhereItWasTooLargeToArrive() throws IOException {
        String large = "{\"class\":\"A\",\"args\":[\"" + "x".repeat(40_000) + "\"]}";
        queue("high", large, "y".repeat(40_000));
        takeFirst(2);
        max = 16_384;
        for (int i = 0; i < 2; i++) {
            step("w" + i, 2 + i, "", RESERVE); // all sessions have the same token here
        }
        List<Object> answers = answers();
        assertThat(answers.get(0)).isEqualTo(1L);
        assertThat(answers.get(1))
                .as("still the number under which it was taken")
                .isEqualTo(digits(1));
        assertThat(kept(answers.get(4))).isEqualTo(large);
        assertThat(held("w0")).isEqualTo(answers.get(4));
        assertThat(kept(answers.get(9))).isEqualTo("y".repeat(40_000));
        List<Object> first = List.copyOf(answers);

        for (int i = 0; i < 2; i++) {
            step("w" + i, 4, "", RESERVE);
        }
        assertThat(answers()).as("once").isEqualTo(first);
        for (int i = 0; i < 2; i++) {
            step("w" + i, 5, digits(1), COUNTED);
        }
        assertThat(answers()).containsExactly(0L, 0L);
        assertThat(redis.number("HLEN", "r:java:oversize")).isEqualTo(2);
    }

    @Test
    void whatIsTooLargeStaysWhereItCannotBeSetAside() throws IOException {
        String large = "{\"class\":\"A\",\"args\":[\"" + "x".repeat(40_000) + "\"]}";
        queue("high", large, job(0));
        redis.call("RPUSH", "r:java:oversize", "somebody's");
        max = 16_384;
        step("w0", 1, "", RESERVE);
        assertThat(answers().get(0)).isEqualTo(-2L);
        step("w0", 2, "", RESERVE);
        assertThat((String) answers().get(1))
                .startsWith("WRONGTYPE a payload of 40025 bytes cannot be set aside in r:java:oversize");
        assertThat(queued("high")).containsExactly(large, job(0));
        assertThat(redis.texts("LRANGE", "r:java:oversize", 0, -1)).containsExactly("somebody's");

        redis.call("DEL", "r:java:oversize");
        step("w0", 3, "", RESERVE);
        try (RespClient mayNot = without("mset")) {
            assertThatThrownBy(() -> call(mayNot, 200_000)).hasMessageContaining("can't run this command");
        }
        assertThat(queued("high")).containsExactly(large, job(0));
        assertThat(redis.number("EXISTS", "r:java:oversize")).isZero();
    }

    private static String kept(Object standIn) {
        Matcher as = Pattern.compile("\"kept_in\":\"r:java:oversize\",\"kept_as\":\"(\\w+)\"")
                .matcher((String) standIn);
        assertThat(as.find()).as((String) standIn).isTrue();
        return redis.text("HGET", "r:java:oversize", as.group(1));
    }

    @Test
    void aRedisBefore62IsAskedOneByOne() throws IOException {
        queue("high", jobs(0, 11));
        for (int i = 0; i < 10; i++) {
            step("w" + i, 1, "", RESERVE);
        }
        script = script().replace("redis.pcall('LPOP', queue, few)", "redis.pcall('LPOP', queue, few, 'unknown')");
        assertThat(answers()).hasSize(20).endsWith(11L, job(9));
        assertThat(queued("high")).containsExactly(jobs(10, 11));
        assertThat(redis.text("INFO", "commandstats"))
                .contains("cmdstat_lpop:calls=11,")
                .containsPattern("cmdstat_lpop:.*rejected_calls=[01],failed_calls=[01]");
    }

    @Test
    void noJobIsLostWhereARightIsMissing() throws IOException {
        queue("high", jobs(0, 9));
        for (int i = 0; i < 5; i++) {
            step("w" + i, 1, "", RESERVE);
        }
        try (RespClient mayNot = without("mset")) {
            assertThatThrownBy(() -> call(mayNot, 200_000)).hasMessageContaining("can't run this command");
        }
        assertThat(queued("high")).containsExactly(jobs(0, 9));
        assertThat(redis.keys("r:worker:*")).isEmpty();

        takeFirst(5, 2);
        for (int i = 0; i < 5; i++) {
            step("w" + i, 3, digits(2), COUNTED);
        }
        try (RespClient mayNot = without("mset")) {
            assertThatThrownBy(() -> call(mayNot, 200_000)).hasMessageContaining("can't run this command");
        }
        assertThat(queued("high")).containsExactly(jobs(5, 9));
        for (int i = 0; i < 5; i++) {
            assertThat(held("w" + i)).as("it is still held").isEqualTo(job(i));
        }
        assertThat(redis.text("GET", "r:stat:processed"))
                .as("nothing was settled")
                .isEqualTo("0");
        step("w0", 4, digits(2), COUNTED);
        assertThat(answers()).containsExactly(11L, job(5));
        assertThat(redis.text("GET", "r:stat:processed")).isEqualTo("1");
    }

    @Test
    void noEffectIsWrittenTwiceWhereARightIsMissing() throws IOException {
        queue("high", jobs(0, 9));
        redis.call("SET", "r:stat:processed:w1", "9");
        redis.call("SET", "r:stat:processed:w2", "9");
        takeFirst(3);
        for (int number = 2; number <= 4; number++) {
            step("w0", number, digits(1), COUNTED_AND_FAILED, "failed", "{}");
            step("w1", number, digits(1), COUNTED_AND_FAILED, "failed", "[]");
            step("w2", number, digits(1), COUNTED);
            if (number < 4) {
                try (RespClient mayNot = without("mset")) {
                    assertThatThrownBy(() -> call(mayNot, 200_000)).hasMessageContaining("can't run this command");
                }
                assertThat(queued("high")).containsExactly(jobs(3, 9));
                assertThat(held("w2")).as("it is still held").isEqualTo(job(2));
                assertThat(redis.text("GET", "r:stat:processed:w2")).isEqualTo("9");
            }
        }
        assertThat(answers()).containsExactly(11L, job(3), 11L, job(4), 11L, job(5));
        assertThat(redis.texts("LRANGE", "r:failed", 0, -1)).containsExactly("{}", "[]");
        assertThat(redis.text("GET", "r:stat:failed")).isEqualTo("2");
        assertThat(redis.text("GET", "r:stat:failed:w0")).isEqualTo("1");
        assertThat(redis.text("GET", "r:stat:processed")).isEqualTo("3");
        assertThat(redis.text("GET", "r:stat:processed:w0")).isEqualTo("1");
        assertThat(redis.text("GET", "r:stat:processed:w1")).isEqualTo("10");
        assertThat(redis.text("GET", "r:stat:processed:w2")).isEqualTo("10");
    }

    @Test
    void noJobIsLostWhereNoSessionMayBeWritten() throws IOException {
        queue("high", jobs(0, 9));
        for (String counter : List.of("", ":w0", ":w1", ":w2")) {
            redis.call("SET", "r:stat:processed" + counter, "0");
        }
        takeFirst(4);
        for (boolean failed : new boolean[] {false, true}) {
            Map<String, Object> before = redis.dump("r:");
            for (int i = 0; i < 3; i++) {
                step("w" + i, 2, digits(1), COUNTED);
            }
            if (failed) {
                step("w3", 2, digits(1), COUNTED_AND_FAILED, "failed", "{}");
            }
            try (RespClient mayNot = without("hset")) {
                assertThatThrownBy(() -> call(mayNot, 200_000)).hasMessageContaining("can't run this command");
            }
            assertThat(redis.dump("r:")).isEqualTo(before);
        }
        for (int i = 0; i < 4; i++) {
            step("w" + i, 3, digits(1), COUNTED);
        }
        assertThat(answers()).containsExactly(11L, job(4), 11L, job(5), 11L, job(6), 11L, job(7));
        assertThat(redis.text("GET", "r:stat:processed")).isEqualTo("4");
    }

    @Test
    void anUnknownEffectIsRefusedBeforeTheFirstWrite() {
        queue("high", job(1));
        step("w0", 1, "", RESERVE);
        step("w1", 1, "", "10px");
        Map<String, Object> before = redis.dump("r:");
        assertThatThrownBy(this::answers)
                .hasMessageContaining("the effect x is unknown to this script; nothing was written");
        assertThat(redis.dump("r:")).isEqualTo(before);
    }

    @Test
    void countersThatSomebodySpoiledKeepNoJobFromBeingSettled() throws IOException {
        queue("high", jobs(0, 9));
        takeFirst(3);
        redis.call("SET", "r:stat:processed", "many");
        redis.call("SET", "r:stat:processed:w0", "some");
        redis.call("RPUSH", "r:stat:processed:w1", "a list");
        for (int i = 0; i < 3; i++) {
            step("w" + i, 2, digits(1), COUNTED);
        }
        assertThat(answers()).containsExactly(11L, job(3), 11L, job(4), 11L, job(5));
        assertThat(redis.text("GET", "r:stat:processed")).isEqualTo("many");
        assertThat(redis.text("GET", "r:stat:processed:w0")).isEqualTo("some");
        assertThat(redis.text("TYPE", "r:stat:processed:w1")).isEqualTo("list");
        assertThat(redis.text("GET", "r:stat:processed:w2")).isEqualTo("1");
    }
}
