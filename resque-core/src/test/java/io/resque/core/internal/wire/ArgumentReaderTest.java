package io.resque.core.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.resque.api.JobArgumentException;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Payload;
import io.resque.core.Serializers;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Type;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Trees as values of types, without a worker. */
class ArgumentReaderTest {
    private static final String INT = "an integer from -2147483648 to 2147483647";

    enum Colour {
        RED,
        GREEN {
            @Override
            public String toString() {
                return "grass";
            }
        }
    }

    enum Many {
        A1,
        A2,
        A3,
        A4,
        A5,
        A6,
        A7,
        A8,
        A9,
        A10,
        A11,
        A12,
        A13,
        A14,
        A15,
        A16,
        A17,
        A18,
        A19,
        A20,
        A21
    }

    record Point(int x, int y) {
        Point {
            if (x < 0) {
                throw new IllegalStateException("x is " + x);
            }
        }
    }

    record Tick() {}

    record Text(Optional<String> text) {}

    record Settings(Map<String, Object> values, Optional<Integer> version) {}

    record MaybeSettings(Optional<Map<String, Object>> values) {}

    record Tags(List<String> tags) {}

    record Wild(Optional<? extends List<String>> tags) {}

    record Doubles(double[] all) {}

    record Any(Object any) {}

    record Generic<T>(T value) {}

    record Pair(Map<String, Object> a, Map<String, Object> b) {}

    record Line(Point at) {}

    record Flag(boolean on) {}

    record Boxed(Boolean on) {}

    record Count(int n, Optional<String> unit) {}

    record Big(BigInteger n) {}

    record Name(String name) {}

    record Paint(Colour colour) {}

    record When(Instant at) {}

    record WhenAndWhere(Instant at, Optional<String> where) {}

    record All(
            List<? extends Integer> numbers,
            Collection<Point> points,
            Map<String, List<Integer>> sizes,
            Map<Integer, String> byNumber,
            List<Object> any,
            Object[] array) {}

    private static Object tree(String json) {
        return Serializers.GSON.decode(Payload.ofText(json));
    }

    private static ArgumentReader reader(Map<Class<?>, Function<Object, ?>> converters) {
        return new ArgumentReader("Job", converters, Serializers.GSON);
    }

    private static final ArgumentReader READER = reader(Map.of());
    private static final ArgumentReader WITH_TIMES =
            reader(Map.of(Instant.class, tree -> Instant.ofEpochSecond(((Map<?, ?>) tree).size())));

    private static <R> R read(Class<R> record, String json) {
        return READER.record(record, (List<?>) tree(json), false);
    }

    private static JobArgumentException refused(ThrowingCallable call, String message) {
        Throwable refusal = catchThrowable(call);
        assertThat(refusal).isInstanceOf(JobArgumentException.class).hasMessage(message);
        return (JobArgumentException) refusal;
    }

    static Stream<Arguments> alone() {
        Map<String, Object> one = Map.of("values", 1L);
        return Stream.of(
                // an object
                Arguments.of("[{\"values\":1}]", new Settings(one, Optional.empty())),
                Arguments.of("[{\"values\":1}]", new MaybeSettings(Optional.of(one))),
                Arguments.of("[{\"any\":1}]", new Any(Map.of("any", 1L))),
                Arguments.of("[{\"value\":1}]", new Generic<>(Map.of("value", 1L))),
                Arguments.of("[{\"x\":1,\"y\":2}]", new Line(new Point(1, 2))),
                Arguments.of("[{\"a\":{},\"b\":{\"c\":1}}]", new Pair(Map.of(), Map.of("c", 1L))),
                Arguments.of("[{\"tags\":[\"b\"]}]", new Tags(List.of("b"))),
                Arguments.of("[{\"tags\":[\"b\"]}]", new Wild(Optional.of(List.of("b")))),
                Arguments.of("[{\"on\":true}]", new Flag(true)),
                Arguments.of("[{\"on\":true}]", new Boxed(true)),
                Arguments.of("[{\"n\":1}]", new Count(1, Optional.empty())),
                Arguments.of("[{\"n\":1}]", new Big(BigInteger.ONE)),
                Arguments.of("[{\"name\":\"x\"}]", new Name("x")),
                Arguments.of("[{\"colour\":\"GREEN\"}]", new Paint(Colour.GREEN)),
                Arguments.of("[{\"text\":null}]", new Text(Optional.empty())),
                Arguments.of("[{\"text\":\"x\"}]", new Text(Optional.of("x"))),
                Arguments.of("[{\"more\":1}]", new Tick()),
                // an empty array
                Arguments.of("[[]]", new Tags(List.of())),
                Arguments.of("[[]]", new Wild(Optional.of(List.of()))),
                Arguments.of("[[]]", new Any(List.of())),
                Arguments.of("[[]]", new Text(Optional.empty())),
                Arguments.of("[[]]", new MaybeSettings(Optional.empty())),
                Arguments.of("[[]]", new Tick()),
                // nothing
                Arguments.of("[null]", new Text(Optional.empty())),
                Arguments.of("[null]", new Tick()),
                Arguments.of("[]", new Tick()),
                Arguments.of("[]", new Text(Optional.empty())),
                // others
                Arguments.of("[[\"a\"]]", new Tags(List.of("a"))),
                Arguments.of("[{\"values\":1},2]", new Settings(one, Optional.of(2))),
                Arguments.of("[1]", new Count(1, Optional.empty())),
                Arguments.of("[1,\"m\"]", new Count(1, Optional.of("m"))));
    }

    @ParameterizedTest
    @MethodSource("alone")
    void aValueAloneIsTheFirstComponentIfItCanBe(String json, Record record) {
        assertThat((Object) read(record.getClass(), json)).isEqualTo(record);
    }

    @Test
    void anArrayOfPrimitivesIsNoObjectButAnArray() {
        assertThat(read(Doubles.class, "[{\"all\":[1.5]}]").all()).containsExactly(1.5);
        assertThat(read(Doubles.class, "[[]]").all()).isEmpty();
        assertThat(read(Doubles.class, "[[1.5]]").all()).containsExactly(1.5);
    }

    @Test
    void whatAConverterTakesIsTheOnlyComponentOrAMemberOfAMap() {
        List<?> map = (List<?>) tree("[{\"at\":{\"a\":1}}]");
        assertThat(WITH_TIMES.record(When.class, map, false)).isEqualTo(new When(Instant.ofEpochSecond(1)));
        assertThat(WITH_TIMES.record(When.class, (List<?>) tree("[{\"at\":1,\"b\":2}]"), false))
                .isEqualTo(new When(Instant.ofEpochSecond(2)));
        assertThat(WITH_TIMES.record(WhenAndWhere.class, (List<?>) tree("[{\"at\":{\"a\":1,\"b\":2}}]"), false))
                .isEqualTo(new WhenAndWhere(Instant.ofEpochSecond(2), Optional.empty()));
    }

    @Test
    void nothingFromPhpIsAMapWithoutMembers() {
        String missing = "Argument 0 of Job has no \"values\", which Settings needs; it has []";
        refused(() -> read(Settings.class, "[[]]"), missing);
        refused(() -> read(Settings.class, "[null]"), "Argument 0 (values) of Job is null, not an object");
        refused(() -> READER.record(Settings.class, Collections.singletonList(null), true), missing);
        refused(() -> READER.record(Settings.class, List.of(List.of()), true), missing);
        assertThat(READER.record(Text.class, Collections.singletonList(null), true))
                .isEqualTo(new Text(Optional.empty()));
        assertThat(READER.record(Settings.class, (List<?>) tree("[{\"values\":{\"a\":1}}]"), true))
                .isEqualTo(new Settings(Map.of("a", 1L), Optional.empty()));
        refused(
                () -> READER.record(Count.class, Arrays.asList(null, "m"), true),
                "Argument 0 (n) of Job is null, not " + INT);
        refused(() -> read(Count.class, "[[],\"m\"]"), "Argument 0 (n) of Job is an array of 0, not " + INT);
    }

    @Test
    void argumentsAreCounted() {
        String rest = ") is missing: Point has 2 components, and only Optionals at its end can be left out";
        refused(() -> read(Point.class, "[]"), "Job was given 0 arguments, so that argument 0 (x" + rest);
        refused(() -> read(Point.class, "[1]"), "Job was given 1 argument, so that argument 1 (y" + rest);
        refused(() -> read(Point.class, "[1,2,3]"), "Job was given 3 arguments, more than the 2 components of Point");
        refused(() -> read(Tick.class, "[1]"), "Job was given 1 argument, more than the 0 components of Tick");
    }

    @Test
    void whatARecordThrowsIsTold() {
        JobArgumentException refused = refused(
                () -> read(Point.class, "[-1,0]"),
                "The arguments of Job: the constructor of Point threw java.lang.IllegalStateException: x is -1");
        assertThat(refused).hasCauseExactlyInstanceOf(IllegalStateException.class);
        refused(
                () -> read(Line.class, "[{\"x\":-1,\"y\":0}]"),
                "Argument 0 (at) of Job: the constructor of Point threw java.lang.IllegalStateException: x is -1");
    }

    /** The constructor of a record is looked up once for its class, so this loads a new class. */
    @Test
    void theConstructorIsFoundByItsTypes() throws ClassNotFoundException {
        ClassLoader loader = new ClassLoader(null) {
            @Override
            protected Class<?> findClass(String name) throws ClassNotFoundException {
                String file = name.replace('.', '/') + ".class";
                try (InputStream in = Objects.requireNonNull(
                        ArgumentReaderTest.class.getClassLoader().getResourceAsStream(file), file)) {
                    byte[] code = in.readAllBytes();
                    return defineClass(name, code, 0, code.length);
                } catch (IOException e) {
                    throw new ClassNotFoundException(name, e);
                }
            }
        };
        Class<?> point = loader.loadClass(Point.class.getName());
        assertThat(point).isNotEqualTo(Point.class);
        assertThat((Object) READER.record(point, List.of(1L, 2L), false)).hasToString("Point[x=1, y=2]");
    }

    private static final String GOOD =
            "[[1],[{\"x\":1,\"y\":2}],{\"m\":[3]},{\"4\":\"x\"},[null,{\"a\":[]}],[5.5,\"y\"]]";

    @Test
    void valuesInsideAreReadAsTheirTypes() {
        All all = read(All.class, GOOD);
        assertThat(List.copyOf(all.numbers())).isEqualTo(List.of(1));
        assertThat(all.points()).isEqualTo(List.of(new Point(1, 2)));
        assertThat(all.sizes()).isEqualTo(Map.of("m", List.of(3)));
        assertThat(all.byNumber()).as("by the serializer").isEqualTo(Map.of(4, "x"));
        assertThat(all.any()).isEqualTo(Arrays.asList(null, Map.of("a", List.of())));
        assertThat(all.array()).as("by the serializer").containsExactly(5.5, "y");
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                Arguments.of("[1]", "[7.5]", "Argument 0 (numbers[0]) of Job is a number, not " + INT),
                Arguments.of("[1]", "[1,[]]", "Argument 0 (numbers[1]) of Job is an array of 0, not " + INT),
                Arguments.of("[1]", "7", "Argument 0 (numbers) of Job is a number, not an array"),
                Arguments.of("\"y\":2", "\"y\":\"\"", "Argument 1 (points[0].y) of Job is an empty string, not " + INT),
                Arguments.of(
                        "{\"x\":1,\"y\":2}",
                        "true",
                        "Argument 1 (points[0]) of Job is a boolean, not an object for Point"),
                Arguments.of(
                        "{\"x\":1,\"y\":2}",
                        "{\"x\":1,\"why\":2}",
                        "Argument 1 (points[0]) of Job has no \"y\", which Point needs; it has [x, why]"),
                Arguments.of(
                        "[{\"x\":1,\"y\":2}]",
                        "{\"x\":1,\"y\":2}",
                        "Argument 1 (points) of Job is an object with [x, y], not an array"),
                Arguments.of("[3]", "[null]", "Argument 2 (sizes[\"m\"][0]) of Job is null, not " + INT),
                Arguments.of("{\"m\":[3]}", "[]", "Argument 2 (sizes) of Job is an array of 0, not an object"),
                Arguments.of(
                        "\"m\":[3]",
                        "\"" + "k".repeat(41) + "\":3",
                        "Argument 2 (sizes[\"" + "k".repeat(40) + "…\"]) of Job is a number, not an array"),
                Arguments.of("{\"4\":\"x\"}", "7", "Argument 3 (byNumber) of Job is a number, not an object"),
                Arguments.of(
                        "[5.5,\"y\"]",
                        "\"" + "é".repeat(40) + "\"",
                        "Argument 5 (array) of Job is a string of 40 characters, not a java.lang.Object[]"),
                Arguments.of(
                        "[5.5,\"y\"]",
                        "\"" + "é".repeat(41) + "\"",
                        "Argument 5 (array) of Job is a string of 41 characters, not a java.lang.Object[]"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void whatDoesNotFitIsNamed(String good, String bad, String message) {
        refused(() -> read(All.class, GOOD.replace(good, bad)), message);
    }

    @Test
    void whatIsWantedIsNamed() {
        refused(() -> read(Flag.class, "[7]"), "Argument 0 (on) of Job is a number, not a boolean");
        refused(() -> read(Boxed.class, "[7]"), "Argument 0 (on) of Job is a number, not a boolean");
        refused(() -> read(Name.class, "[7.0]"), "Argument 0 (name) of Job is a number, not a string");
        refused(
                () -> read(Paint.class, "[\"grass\"]"),
                "Argument 0 (colour) of Job is a string of 5 characters, not one of [RED, GREEN]");
        refused(() -> read(Generic.class, "[null]"), "Argument 0 (value) of Job is null, not a T");
        refused(() -> read(Any.class, "[1,2]"), "Job was given 2 arguments, more than the 1 components of Any");
        assertThat(read(Any.class, "[null]")).isEqualTo(new Any(null));
    }

    private static String names(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> "A" + i).collect(Collectors.joining(", "));
    }

    @Test
    void onlyTwentyNamesAreShown() {
        refused(
                () -> READER.value("It", "B", Many.class),
                "It of Job is a string of 1 character, not one of [" + names(20) + ", …]");
        String twenty = names(20).replace("A", "\"A").replace(",", "\":1,") + "\":1";
        refused(
                () -> READER.value("It", tree("{" + twenty + "}"), String.class),
                "It of Job is an object with [" + names(20) + "], not a string");
        refused(
                () -> READER.value("It", tree("{" + twenty + ",\"A21\":1}"), String.class),
                "It of Job is an object with [" + names(20) + ", …], not a string");
    }

    @Test
    void aValueIsNeverNullButAnElementOfObjectsCanBe() {
        assertThat(READER.value("It", "x", String.class)).isEqualTo("x");
        refused(() -> READER.value("It", null, Object.class), "It of Job is null, not a java.lang.Object");
        assertThat(READER.value("It", null, Optional.class)).isEqualTo(Optional.empty());
        assertThat(READER.value("It", "x", Optional.class)).isEqualTo(Optional.of("x"));
        assertThat(READER.value("It", List.of(1L), List.class)).isEqualTo(List.of(1L));
        assertThat(READER.list(Arrays.asList("x", null), Object.class)).containsExactly("x", null);
        assertThat(READER.list(List.of(1L, "2"), Integer.class)).containsExactly(1, 2);
        refused(
                () -> READER.list(List.of(1L, "x"), Integer.class),
                "Argument 1 of Job is a string of 1 character, not " + INT);
    }

    @Test
    void aConverterMustTakeWhatThereIs() {
        refused(
                () -> WITH_TIMES.value("It", "noon", Instant.class),
                "It of Job is a string of 4 characters, not what the converter of java.time.Instant takes");
        JobArgumentException notCast = refused(
                () -> WITH_TIMES.value("It", 7L, Instant.class),
                "It of Job is a number, not what the converter of java.time.Instant takes");
        assertThat(notCast).hasCauseInstanceOf(ClassCastException.class);
        JobArgumentException threw = refused(
                () -> reader(Map.of(Instant.class, tree -> Instant.parse((String) tree)))
                        .value("It", "noon", Instant.class),
                "It of Job: the converter of java.time.Instant, given a string of 4 characters, threw"
                        + " java.time.format.DateTimeParseException: Text 'noon' could not be parsed at index 0");
        assertThat(threw).hasCauseInstanceOf(java.time.format.DateTimeParseException.class);
        Map<Class<?>, Function<Object, ?>> nothing = new HashMap<>();
        nothing.put(Instant.class, tree -> null);
        refused(
                () -> reader(nothing).value("It", "noon", Instant.class),
                "It of Job: the converter of java.time.Instant gave null for a string of 4 characters");
    }

    /** Gives null, or refuses a value in its own words. */
    private static JobSerializer serializer(@Nullable JobArgumentException refusal) {
        return new JobSerializer() {
            @Override
            public Payload encode(@Nullable Object tree) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Object decode(Payload payload) {
                throw new UnsupportedOperationException();
            }

            @Override
            public @Nullable Object convert(@Nullable Object tree, Type type) {
                if (refusal != null) {
                    throw refusal;
                }
                return null;
            }
        };
    }

    @Test
    void ofASerializerOnlyTheExceptionIsKept() {
        JobArgumentException own = new JobArgumentException("in its words");
        String message = "It of Job is a string of 1 character, not a java.time.Instant";
        JobArgumentException refused = refused(
                () -> new ArgumentReader("Job", Map.of(), serializer(own)).value("It", "x", Instant.class), message);
        assertThat(refused).hasCause(own);
        refused(() -> new ArgumentReader("Job", Map.of(), serializer(null)).value("It", "x", Instant.class), message);
    }
}
