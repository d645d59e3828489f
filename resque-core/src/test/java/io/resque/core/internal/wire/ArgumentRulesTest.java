package io.resque.core.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.resque.api.ConfigurationException;
import io.resque.api.InvalidJobException;
import io.resque.api.JobSpec;
import io.resque.api.JobType;
import io.resque.tck.WireRule;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ArgumentRulesTest {
    private static final String LONE = "\ud83d";
    private static final String WAY_OUT = ", which JSON does not have; send %s, or register a "
            + "converter by Resque.builder().argument(%s.class, …)";

    private final ArgumentRules rules = new ArgumentRules(Map.of(), Map.of());

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

    private static InvalidJobException refused(ThrowingCallable call, String message) {
        InvalidJobException refusal = catchThrowableOfType(InvalidJobException.class, call);
        assertThat(refusal).hasMessage(message);
        return refusal;
    }

    @Test
    @WireRule("W-253")
    void classNamesThatAreNone() {
        String empty = " is empty; give that of the job to run";
        String half = " holds half of a surrogate pair, which has no UTF-8";
        refused(() -> check(""), "The class name \"\"" + empty);
        refused(() -> check(" \t"), "The class name \" \\t\"" + empty);
        refused(() -> check("My" + LONE + "Job"), "The class name \"My" + LONE + "Job\"" + half);
        refused(() -> check(LONE), "The class name \"" + LONE + "\"" + half);
    }

    private List<Object> check(String jobClass, Object... args) {
        return rules.check(JobSpec.of(jobClass, args)).args();
    }

    @Test
    void idsThatAreNone() {
        String longest = "x".repeat(200);
        String half = " of a job holds half of a surrogate pair, which has no UTF-8";
        String ends = " of a job holds control characters, or blanks at its ends; leave them out";
        assertThatCode(() -> rules.checkId(longest)).doesNotThrowAnyException();
        assertThatCode(() -> rules.checkId("order 7")).doesNotThrowAnyException();
        refused(() -> rules.checkId(""), "The id \"\" of a job is empty; leave it out for one that is made here");
        refused(
                () -> rules.checkId(longest + "x"),
                "The id \"" + longest
                        + "x\" of a job has 201 characters, more than 200; give a shorter one, such as a hash");
        refused(() -> rules.checkId(" a"), "The id \" a\"" + ends);
        refused(() -> rules.checkId("a\nb"), "The id \"a\\nb\"" + ends);
        refused(() -> rules.checkId(LONE), "The id \"" + LONE + "\"" + half);
        refused(() -> rules.checkId("a" + LONE), "The id \"a" + LONE + "\"" + half);
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
                Arguments.of(new int[] {1}, "", "is an int[]" + wayOut("a List", "int[]")),
                Arguments.of(new String[] {"a"}, "", "is a java.lang.String[]" + wayOut("a List", "String[]")),
                Arguments.of(
                        new BigDecimal("1.5"),
                        "",
                        "is a java.math.BigDecimal, whose digits Ruby's and PHP's workers would lose; send its"
                                + " toPlainString(), or its doubleValue(), or register a converter by"
                                + " Resque.builder().argument(BigDecimal.class, …)"),
                Arguments.of(
                        new AtomicLong(1),
                        "",
                        "is a java.util.concurrent.atomic.AtomicLong"
                                + wayOut("its longValue() or doubleValue()", "AtomicLong")),
                Arguments.of('c', "", "is a java.lang.Character" + wayOut("its toString()", "Character")),
                Arguments.of(
                        new StringBuilder("x"),
                        "",
                        "is a java.lang.StringBuilder" + wayOut("its toString()", "StringBuilder")),
                Arguments.of(
                        new byte[] {1},
                        "",
                        "is a byte[]" + wayOut("a string, such as its Base64, or a List", "byte[]")),
                Arguments.of(Set.of(1), "", "is a java.util.Set, which JSON does not have; send a List"),
                Arguments.of(Stream.of(1), "", "is a java.util.stream.Stream, which JSON does not have; send a List"),
                Arguments.of(
                        (Runnable) () -> {},
                        "",
                        "is a lambda in io.resque.core.internal.wire.ArgumentRulesTest, which JSON does not have; send an"
                                + " id, a string or a Map"),
                Arguments.of(
                        new Object() {},
                        "",
                        "is an anonymous class in io.resque.core.internal.wire.ArgumentRulesTest, which JSON does not have;"
                                + " send an id, a string or a Map"),
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
        refused(() -> check("My_Job", 0, value), "Argument 1 of My_Job" + path + " " + problem);
    }

    static Stream<Arguments> kept() {
        return Stream.of(
                Arguments.of(null, null),
                Arguments.of(true, true),
                Arguments.of((byte) 1, (byte) 1),
                Arguments.of((short) 2, (short) 2),
                Arguments.of(3, 3),
                Arguments.of(4L, 4L),
                Arguments.of(BigInteger.TEN, BigInteger.TEN),
                Arguments.of("text", "text"),
                Arguments.of(0.1, 0.1),
                Arguments.of(0.1f, 0.1),
                Arguments.of(Map.of("k", List.of(1)), Map.of("k", List.of(1))));
    }

    @ParameterizedTest
    @MethodSource("kept")
    void valuesThatJsonHas(@Nullable Object value, @Nullable Object sent) {
        assertThat(check("My_Job", value)).containsExactly(sent);
    }

    @Test
    void classesThatJsonHasNeedNoConverter() {
        assertThat(Stream.of(
                        int.class,
                        Boolean.class,
                        String.class,
                        Double.class,
                        Float.class,
                        BigInteger.class,
                        ArrayList.class,
                        HashMap.class))
                .allMatch(ArgumentRules::isJson);
        assertThat(Stream.of(Object.class, Set.class, Date.class, BigDecimal.class))
                .noneMatch(ArgumentRules::isJson);
    }

    @Test
    void setsAndStreamsAreNoLists() {
        refused(
                () -> check("My_Job", new TreeSet<>(Set.of(1))),
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
        assertThat(check("My_Job", lists(97))).containsExactly(lists(97));
        assertThat(check("My_Job", 1, maps(97))).containsExactly(1, maps(97));
    }

    @Test
    @WireRule("W-253")
    void nestsNoDeeper() {
        String deep =
                " of My_Job nests deeper than 97 levels, which a Ruby worker cannot take; send it flatter, or as a "
                        + "string of JSON";
        refused(() -> check("My_Job", lists(98)), "Argument 0" + deep);
        refused(() -> check("My_Job", 1, maps(98)), "Argument 1" + deep);
    }

    private static List<Object> converted(Map<Class<?>, Function<Object, Object>> converters, Object... args) {
        return new ArgumentRules(converters, Map.of())
                .check(JobSpec.of("My_Job", args))
                .args();
    }

    @Test
    void whatHasAConverterIsSentAsThatGives() {
        assertThat(converted(
                        Map.of(
                                Colour.class,
                                colour -> ((Colour) colour).name(),
                                Point.class,
                                point -> Arrays.asList(((Point) point).x(), null, Map.of("y", ((Point) point).y())),
                                Instant.class,
                                Object::toString,
                                Date.class,
                                date -> null),
                        Colour.RED,
                        Colour.GREEN,
                        new Point(1, 2),
                        Map.of("at", List.of(Instant.EPOCH)),
                        new Date(0)))
                .containsExactly(
                        "RED",
                        "GREEN",
                        Arrays.asList(1, null, Map.of("y", 2)),
                        Map.of("at", List.of("1970-01-01T00:00:00Z")),
                        null);
    }

    @Test
    void aRecordIsSentAsAMapAnEnumByItsNameAndAnOptionalAsItsValue() {
        assertThat(converted(
                        Map.of(),
                        new Place("é", new Point(1, 2)),
                        Colour.GREEN,
                        Optional.of(List.of(Colour.RED)),
                        Optional.empty()))
                .containsExactly(Map.of("name", "é", "at", Map.of("x", 1, "y", 2)), "GREEN", List.of("RED"), null);
    }

    @Test
    void converterIsForExactlyItsClass() {
        Map<Class<?>, Function<Object, Object>> dates = Map.of(Date.class, date -> ((Date) date).getTime());
        assertThat(converted(dates, new Date(5))).containsExactly(5L);
        refused(
                () -> converted(dates, new Timestamp(5)),
                "Argument 0 of My_Job is a java.sql.Timestamp" + wayOut("an id, a string or a Map", "Timestamp"));
    }

    @Test
    void converterMustGiveAJsonValue() {
        refusedWith(
                Map.of(Point.class, point -> Colour.GREEN, Colour.class, Object::toString),
                new Point(1, 2),
                "Argument 0 of My_Job[\"p\"] is an io.resque.core.internal.wire.ArgumentRulesTest$Point whose converter gives an "
                        + "io.resque.core.internal.wire.ArgumentRulesTest$Colour; it must give a JSON value");
        refusedWith(
                Map.of(Colour.class, colour -> colour),
                Colour.GREEN,
                "Argument 0 of My_Job[\"p\"] is an io.resque.core.internal.wire.ArgumentRulesTest$Colour whose converter gives an "
                        + "io.resque.core.internal.wire.ArgumentRulesTest$Colour; it must give a JSON value");
        refusedWith(
                Map.of(Point.class, point -> Double.NaN),
                new Point(1, 2),
                "Argument 0 of My_Job[\"p\"] is NaN, which JSON does not have; send null or a string");
    }

    @Test
    void converterThatThrowsIsNamed() {
        IllegalStateException boom = new IllegalStateException("no unit");
        InvalidJobException refusal = refusedWith(
                Map.of(Point.class, point -> {
                    throw boom;
                }),
                new Point(1, 2),
                "Argument 0 of My_Job[\"p\"] is an io.resque.core.internal.wire.ArgumentRulesTest$Point whose converter threw "
                        + "java.lang.IllegalStateException: no unit");
        assertThat(refusal).hasCause(boom);
    }

    private static InvalidJobException refusedWith(
            Map<Class<?>, Function<Object, Object>> converters, Object value, String message) {
        return refused(() -> converted(converters, Map.of("p", value)), message);
    }

    @Test
    void whatIsEnqueuedIsWhatStoodThereAtTheCall() {
        List<Object> list = new ArrayList<>(List.of(1));
        JobSpec job = new JobSpec("My_Job", List.of(list));
        JobSpec checked = rules.check(job);
        list.add(2);
        assertThat(checked.args()).isEqualTo(List.of(List.of(1)));
    }

    @Test
    void resultsFollowTheSameRules() {
        assertThat(rules.result(Map.of("a", 1.5f))).isEqualTo(Map.of("a", 1.5));
        assertThatThrownBy(() -> rules.result(Map.of("a", List.of(Instant.EPOCH))))
                .isInstanceOf(InvalidJobException.class)
                .hasMessage(
                        "The result[\"a\"][0] is a java.time.Instant" + wayOut("an id, a string or a Map", "Instant"));
    }

    private static InvalidJobException refusedMetadata(Map<String, @Nullable Object> metadata, String message) {
        JobSpec job = JobSpec.of("My_Job", 1);
        ArgumentRules rules = new ArgumentRules(Map.of(), Map.of());
        return refused(() -> rules.withMetadata(job, metadata), "The metadata " + message);
    }

    private static Map<String, @Nullable Object> numbered(int members) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 1; i <= members; i++) {
            map.put("m" + i, i);
        }
        return map;
    }

    @Test
    void metadataFollowsTheSameRules() {
        JobSpec job = JobSpec.of("My_Job", 1)
                .withId("id")
                .withMetadata("b", Map.of("k", 0.5f))
                .withMetadata("a", null)
                .withMetadata("c", Instant.EPOCH);
        ArgumentRules converting = new ArgumentRules(Map.of(Instant.class, Object::toString), Map.of());
        JobSpec checked = converting.check(job);
        assertThat(checked.id()).contains("id");
        assertThat(checked.metadata())
                .containsExactly(
                        Map.entry("b", Map.of("k", 0.5)),
                        new AbstractMap.SimpleEntry<>("a", null),
                        Map.entry("c", "1970-01-01T00:00:00Z"));
        JobSpec other = rules.withMetadata(checked, numbered(16));
        assertThat(other.metadata()).isEqualTo(numbered(16)).hasSize(16);
        assertThat(other.id()).contains("id");
        assertThat(other.args()).containsExactly(1);
        assertThat(rules.withMetadata(other, Map.of()).metadata()).isEmpty();
    }

    @Test
    void metadataThatIsNone() {
        refusedMetadata(Map.of("", 1), "\"\" of My_Job has no name; give one, such as \"traceparent\"");
        refusedMetadata(nullKey(), "\"\" of My_Job has no name; give one, such as \"traceparent\"");
        refusedMetadata(
                Map.of("queue", 1),
                "\"queue\" of My_Job has a name that Resque libraries use themselves; choose another one");
        refusedMetadata(Map.of("a" + LONE, 1), "\"a" + LONE + "\" of My_Job " + surrogate(1));
        refusedMetadata(
                Map.of("a", List.of(Double.NaN)),
                "\"a\" of My_Job[0] is NaN, which JSON does not have; send null or a string");
        refusedMetadata(
                numbered(17),
                "\"m17\" of My_Job is one more than the 16 that a job may have; put several values into one Map, or into"
                        + " the arguments");
    }

    @Test
    void theMetadataOfAJobHasABound() {
        // {"m":"…","n":1}
        String fits = "x".repeat(Metadata.MAX_BYTES - 14);
        Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
        metadata.put("m", fits);
        metadata.put("n", 1);
        assertThat(rules.withMetadata(JobSpec.of("My_Job"), metadata).metadata())
                .isEqualTo(metadata);
        metadata.put("n", 12);
        refusedMetadata(
                metadata,
                "\"n\" of My_Job brings the metadata of this job to more than 8192 bytes of JSON; send less, or send it"
                        + " as an argument");
    }

    record Appointment(Instant at) {}

    @Test
    void aTypeNeedsConvertersBothWays() {
        JobType<Appointment> type = JobType.of("Appointment", "q", Appointment.class);
        Map<Class<?>, Function<Object, Object>> writers = Map.of(Instant.class, Object::toString);
        Map<Class<?>, Function<Object, ?>> readers = Map.of(Instant.class, text -> Instant.parse((String) text));
        ArgumentRules bothWays = new ArgumentRules(writers, readers);
        assertThatCode(() -> bothWays.check(type)).doesNotThrowAnyException();
        assertThat(bothWays.readers()).isEqualTo(readers);
        assertThatThrownBy(() -> new ArgumentRules(writers, Map.of()).check(type))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("java.time.Instant has a converter to JSON, but no way back");
        assertThatThrownBy(() -> rules.check(type))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("Appointment.at is a java.time.Instant, which JSON does not have");
    }
}
