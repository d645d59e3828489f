package io.resque.core.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.resque.api.InvalidJobException;
import io.resque.api.JobSpec;
import io.resque.core.CoreRedis;
import io.resque.core.Resque;
import io.resque.core.ResqueBuilder;
import io.resque.tck.WireRule;
import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ArgumentRulesTest {
    private static final String LONE = "\ud83d";
    private static final String WAY_OUT = ", which JSON does not have; send %s, or register a "
            + "converter by Resque.builder().argument(%s.class, …)";

    private final CoreRedis redis = new CoreRedis();

    enum Colour {
        RED,
        GREEN {
            @Override
            public String toString() {
                return "grass";
            }
        }
    }

    record Point(int x, int y) {}

    record Place(String name, Object at) {}

    @AfterEach
    void clear() {
        redis.clear();
    }

    private void refused(Consumer<Resque> enqueue, String message) {
        try (Resque resque = redis.builder().build()) {
            assertThatThrownBy(() -> enqueue.accept(resque))
                    .isInstanceOf(InvalidJobException.class)
                    .hasMessage(message);
        }
        assertThat(redis.dump()).isEmpty();
    }

    static Stream<Arguments> queueNames() {
        String blank = " begins or ends with a blank, which Ruby's workers cut off; leave it out";
        return Stream.of(
                Arguments.of(null, "null is empty; give a name such as \"default\""),
                Arguments.of("", "\"\" is empty; give a name such as \"default\""),
                Arguments.of(
                        "high,low",
                        "\"high,low\" holds a comma, which separates queues in worker ids and in QUEUE; use another "
                                + "character"),
                Arguments.of(" high", "\" high\"" + blank),
                Arguments.of("high\n", "\"high\n\"" + blank),
                Arguments.of(" ", "\" \"" + blank),
                Arguments.of("q" + LONE, "\"q" + LONE + "\" holds half of a surrogate pair, which has no UTF-8"));
    }

    @ParameterizedTest
    @MethodSource("queueNames")
    @WireRule("W-253")
    void queueNamesThatAreNone(@Nullable String queue, String problem) {
        String message = "The queue name " + problem;
        refused(resque -> resque.enqueue(queue, "My_Job", 1), message);
        refused(resque -> resque.enqueueAll(queue, List.of(JobSpec.of("My_Job"))), message);
        refused(resque -> resque.enqueueTracked(queue, "My_Job", 1), message);
    }

    @Test
    @WireRule("W-253")
    void classNamesThatAreNone() {
        String empty = " is empty; give that of the job to run";
        refused(resque -> resque.enqueue("default", "", 1), "The class name \"\"" + empty);
        refused(resque -> resque.enqueueTracked("default", " \t", 1), "The class name \" \t\"" + empty);
        refused(
                resque -> resque.enqueue("default", "My" + LONE + "Job", 1),
                "The class name \"My" + LONE + "Job\" holds half of a surrogate pair, which has no UTF-8");
    }

    static Stream<Arguments> values() {
        Object holdsItself = holdingItself();
        return Stream.of(
                Arguments.of("ab" + LONE, "", surrogate(2)),
                Arguments.of("\ude00\ud83d", "", surrogate(0)),
                Arguments.of(Map.of("k" + LONE, 1), "", surrogate(1)),
                Arguments.of(Double.NaN, "", "is NaN, which JSON does not have; send null or a string"),
                Arguments.of(Float.NaN, "", "is NaN, which JSON does not have; send null or a string"),
                Arguments.of(
                        Double.NEGATIVE_INFINITY, "", "is -Infinity, which JSON does not have; send null or a string"),
                Arguments.of(
                        Float.POSITIVE_INFINITY, "", "is Infinity, which JSON does not have; send null or a string"),
                Arguments.of(Map.of(7, "x"), "", "has the key 7, which is no String; JSON has no other keys"),
                Arguments.of(nullKey(), "", "has the key null, which is no String; JSON has no other keys"),
                Arguments.of(
                        Map.of("a", Arrays.asList(0, null, Map.of("b", Double.NaN))),
                        "[\"a\"][2][\"b\"]",
                        "is NaN, which JSON does not have; send null or a string"),
                Arguments.of(
                        Map.of("a", List.of(0, 1, Map.of(true, 1))),
                        "[\"a\"][2]",
                        "has the key true, which is no String; JSON has no other keys"),
                Arguments.of(List.of(List.of("", "x" + LONE)), "[0][1]", surrogate(1)),
                Arguments.of(
                        holdsItself,
                        "",
                        "nests deeper than 97 levels, which a Ruby worker cannot take; send it "
                                + "flatter, or as a string of JSON"),
                type(new Date(0), "java.util.Date", "Date"),
                Arguments.of(new int[] {1}, "", "is a int[]" + wayOut("a List", "int[]")),
                Arguments.of(new String[] {"a"}, "", "is a java.lang.String[]" + wayOut("a List", "String[]")),
                type(new BigDecimal("1.5"), "java.math.BigDecimal", "BigDecimal"),
                type('c', "java.lang.Character", "Character"),
                type(new StringBuilder("x"), "java.lang.StringBuilder", "StringBuilder"),
                type(Instant.EPOCH, "java.time.Instant", "Instant"),
                Arguments.of(
                        new Place("x", Instant.EPOCH),
                        "[\"at\"]",
                        "is a java.time.Instant" + wayOut("an id, a string or a Map", "Instant")),
                Arguments.of(
                        new Place(null, 1),
                        "",
                        "cannot be sent: Place.name is null, and a worker would refuse it; a value that can be absent is"
                                + " an Optional"));
    }

    private static String wayOut(String send, String simpleName) {
        return WAY_OUT.formatted(send, simpleName);
    }

    private static Arguments type(Object value, String name, String simpleName) {
        return Arguments.of(value, "", "is a " + name + wayOut("an id, a string or a Map", simpleName));
    }

    private static String surrogate(int at) {
        return "holds half of a surrogate pair at index " + at + ", which has no UTF-8; repair the text";
    }

    private static Object holdingItself() {
        List<Object> list = new ArrayList<>() {
            private static final long serialVersionUID = 1L;

            @Override
            public String toString() {
                return "a list that holds itself";
            }
        };
        list.add(list);
        return list;
    }

    private static Map<String, Object> nullKey() {
        Map<String, Object> map = new HashMap<>();
        map.put(null, 1);
        return map;
    }

    @ParameterizedTest(name = "{2}")
    @MethodSource("values")
    @WireRule("W-253")
    void valuesThatJsonDoesNotHave(Object value, String path, String problem) {
        String message = "Argument 1 of My_Job" + path + " " + problem;
        refused(resque -> resque.enqueue("default", "My_Job", 0, value), message);
        refused(
                resque -> resque.enqueueAll("default", List.of(JobSpec.of("Good_Job"), JobSpec.of("My_Job", 0, value))),
                message);
        refused(resque -> resque.enqueueTracked("default", "My_Job", 0, value), message);
    }

    @Test
    void setsAndStreamsAreNoLists() {
        refused(
                resque -> resque.enqueue("default", "My_Job", new TreeSet<>(Set.of(1))),
                "Argument 0 of My_Job is a java.util.TreeSet" + wayOut("a List", "TreeSet"));
    }

    private static Object lists(int levels) {
        Object value = List.of();
        for (int i = 1; i < levels; i++) {
            value = List.of(value);
        }
        return value;
    }

    private static Object maps(int levels) {
        Object value = Map.of();
        for (int i = 1; i < levels; i++) {
            value = i % 2 == 0 ? Map.of("k", value) : List.of(value);
        }
        return value;
    }

    @Test
    void nestsAsDeepAsARubyWorkerCanTake() {
        try (Resque resque = redis.builder().build()) {
            assertThat(resque.enqueue("default", "My_Job", lists(97))).isTrue();
            assertThat(resque.enqueue("default", "My_Job", 1, maps(97))).isTrue();
        }
        assertThat(redis.queue("default"))
                .first()
                .isEqualTo("{\"class\":\"My_Job\",\"args\":[" + "[".repeat(97) + "]".repeat(97) + "]}");
    }

    @Test
    @WireRule("W-253")
    void nestsNoDeeper() {
        String deep =
                " of My_Job nests deeper than 97 levels, which a Ruby worker cannot take; send it flatter, or as a "
                        + "string of JSON";
        refused(resque -> resque.enqueue("default", "My_Job", lists(98)), "Argument 0" + deep);
        refused(resque -> resque.enqueue("default", "My_Job", 1, maps(98)), "Argument 1" + deep);
    }

    @Test
    void whatHasAConverterIsSentAsThatGives() {
        try (Resque resque = redis.builder()
                .argument(Colour.class, Colour::name)
                .argument(Point.class, point -> Arrays.asList(point.x(), null, Map.of("y", point.y())))
                .argument(Instant.class, Instant::toString)
                .argument(Date.class, date -> null)
                .build()) {
            resque.enqueue(
                    "default",
                    "My_Job",
                    Colour.RED,
                    Colour.GREEN,
                    new Point(1, 2),
                    Map.of("at", List.of(Instant.EPOCH)),
                    new Date(0));
        }
        assertThat(redis.queue("default"))
                .containsExactly("{\"class\":\"My_Job\",\"args\":[\"RED\",\"GREEN\",[1,null,{\"y\":2}],"
                        + "{\"at\":[\"1970-01-01T00:00:00Z\"]},null]}");
    }

    @Test
    void aRecordIsSentAsAMapAnEnumByItsNameAndAnOptionalAsItsValue() {
        try (Resque resque = redis.builder().build()) {
            resque.enqueue(
                    "default",
                    "My_Job",
                    new Place("é", new Point(1, 2)),
                    Colour.GREEN,
                    Optional.of(List.of(Colour.RED)),
                    Optional.empty());
        }
        assertThat(redis.queue("default"))
                .containsExactly("{\"class\":\"My_Job\",\"args\":[{\"name\":\"é\",\"at\":{\"x\":1,\"y\":2}},"
                        + "\"GREEN\",[\"RED\"],null]}");
    }

    @Test
    void converterIsForExactlyItsClass() {
        ResqueBuilder builder = redis.builder().argument(Date.class, Date::getTime);
        try (Resque resque = builder.build()) {
            resque.enqueue("default", "My_Job", new Date(5));
            assertThat(catchThrowableOfType(
                            InvalidJobException.class, () -> resque.enqueue("default", "My_Job", new Timestamp(5))))
                    .hasMessage("Argument 0 of My_Job is a java.sql.Timestamp"
                            + wayOut("an id, a string or a Map", "Timestamp"));
        }
        assertThat(redis.queue("default")).containsExactly("{\"class\":\"My_Job\",\"args\":[5]}");
    }

    @Test
    void converterMustGiveAJsonValue() {
        refusedWith(
                redis.builder().argument(Point.class, point -> Colour.GREEN).argument(Colour.class, Colour::name),
                new Point(1, 2),
                "Argument 0 of My_Job[\"p\"] is a io.resque.core.internal.wire.ArgumentRulesTest$Point whose converter gives a "
                        + "io.resque.core.internal.wire.ArgumentRulesTest$Colour; it must give a JSON value");
        refusedWith(
                redis.builder().argument(Colour.class, colour -> colour),
                Colour.GREEN,
                "Argument 0 of My_Job[\"p\"] is a io.resque.core.internal.wire.ArgumentRulesTest$Colour whose converter gives a "
                        + "io.resque.core.internal.wire.ArgumentRulesTest$Colour; it must give a JSON value");
        refusedWith(
                redis.builder().argument(Point.class, point -> Double.NaN),
                new Point(1, 2),
                "Argument 0 of My_Job[\"p\"] is NaN, which JSON does not have; send null or a string");
    }

    @Test
    void converterThatThrowsIsNamed() {
        IllegalStateException boom = new IllegalStateException("no unit");
        InvalidJobException refusal = refusedWith(
                redis.builder().argument(Point.class, point -> {
                    throw boom;
                }),
                new Point(1, 2),
                "Argument 0 of My_Job[\"p\"] is a io.resque.core.internal.wire.ArgumentRulesTest$Point whose converter threw "
                        + "java.lang.IllegalStateException: no unit");
        assertThat(refusal).hasCause(boom);
    }

    private InvalidJobException refusedWith(ResqueBuilder builder, Object value, String message) {
        try (Resque resque = builder.build()) {
            InvalidJobException refusal = catchThrowableOfType(
                    InvalidJobException.class, () -> resque.enqueue("default", "My_Job", Map.of("p", value)));
            assertThat(refusal).hasMessage(message);
            assertThat(redis.dump()).isEmpty();
            return refusal;
        }
    }

    @Test
    void whatIsEnqueuedIsWhatStoodThereAtTheCall() {
        List<Object> list = new ArrayList<>(List.of(1));
        JobSpec job = new JobSpec("My_Job", List.of(list));
        JobSpec checked = new ArgumentRules(Map.of(), Map.of()).check(job);
        list.add(2);
        assertThat(checked.args()).isEqualTo(List.of(List.of(1)));
    }

    @Test
    void resultsFollowTheSameRules() {
        ArgumentRules rules = new ArgumentRules(Map.of(), Map.of());
        assertThat(rules.result(Map.of("a", 1.5f))).isEqualTo(Map.of("a", 1.5));
        assertThatThrownBy(() -> rules.result(Map.of("a", List.of(Instant.EPOCH))))
                .isInstanceOf(InvalidJobException.class)
                .hasMessage(
                        "The result[\"a\"][0] is a java.time.Instant" + wayOut("an id, a string or a Map", "Instant"));
    }
}
