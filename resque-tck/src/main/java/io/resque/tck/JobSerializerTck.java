package io.resque.tck;

import static io.resque.tck.Checking.rule;
import static io.resque.tck.Checking.ruleIfNamed;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.resque.api.InvalidJobException;
import io.resque.api.JobArgumentException;
import io.resque.api.MalformedPayloadException;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.JobSerializerProvider;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.Payload;
import java.lang.reflect.Array;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The compatibility kit for a {@link JobSerializer}. To use it, add one class to the tests of the adapter, which
 * extends this class and returns the adapter's provider. The kit needs no Redis.
 */
@ExtendWith({RuleNumbers.class, KitReport.class})
public abstract class JobSerializerTck {
    private static final Pattern NUMBERS = Pattern.compile("\\d+");

    private JobSerializer serializer;

    /** Called by subclasses. */
    protected JobSerializerTck() {}

    /**
     * The adapter under test.
     *
     * @return a provider; the kit calls this method before each test
     */
    protected abstract JobSerializerProvider provider();

    @BeforeEach
    void createSerializer() {
        JobSerializerProvider provider = ProviderCalls.provider(this, this::provider);
        serializer = ProviderCalls.made(provider, "create()", provider::create);
    }

    @Test
    @WireRule("W-980")
    void isFoundByItsName() {
        ProviderCheck.isFound(JobSerializerProvider.class, ProviderCalls.provider(this, this::provider));
    }

    @Test
    @WireRule("W-981")
    void encodeGivesBytes() {
        for (Object tree : Arrays.asList(null, List.of(), "")) {
            assertThat(serializer.encode(tree))
                    .as("what encode returns for %s", typed(tree))
                    .isNotNull();
        }
    }

    // Recorded

    @TestFactory
    @WireRule({"W-203", "W-208"})
    Stream<DynamicTest> doublesAreLaidOutAsRubyDoes() {
        return recorded("ruby/float_format.json", 436, c -> {
            double value = Double.longBitsToDouble(Long.parseUnsignedLong((String) c.get("bits_hex"), 16));
            String text = (String) requireNonNull(c.get("json"));
            assertThat(written(value)).as("the text of the double %s", value).isEqualTo(text);
            rule("W-208");
            assertThat(read(text)).as("the value of %s", text).isEqualTo(value);
        });
    }

    @Test
    @WireRule("W-208")
    void aDecimalThatADoubleWouldChangeStaysExact() {
        for (String text :
                List.of("9007199254740993.0", "0.10000000000000001", "7e-324", "1e400", "1.00000000000000001")) {
            assertThat(read(text)).as(text).isEqualTo(new BigDecimal(text));
        }
        for (String text : List.of("9007199254740992.0", "0.1", "5e-324", "1e308", "1.000", "1795361599.46152")) {
            assertThat(read(text)).as(text).isEqualTo(Double.parseDouble(text));
        }
    }

    @TestFactory
    @WireRule({"W-206", "W-201", "W-202", "W-203", "W-204", "W-207", "W-208"})
    Stream<DynamicTest> whatRubyWroteIsReadAndWrittenBackToTheByte() {
        return recorded("ruby/enqueue_payloads.json", 31, c -> {
            Payload payload = c.payload("expected", "payload");
            if (payload == null) {
                assertThat(c.name()).as("the only one that Ruby refused").isEqualTo("infinity");
                return;
            }
            assertReads(payload);
            assertWritesBack(payload, payload.text());
        });
    }

    @TestFactory
    @WireRule({"W-206", "W-201", "W-202", "W-203", "W-204", "W-207", "W-208", "W-209", "W-212"})
    Stream<DynamicTest> whatRubyWroteWithOjIsReadAndDiffersInLargeDoublesOnly() {
        Map<String, String> rewritten = Map.of(
                "floats_large",
                "{\"class\":\"PlainJob\",\"args\":[1.0e+15,1.0e+16,1.2345678901234568e+17,1.0e+20,1.7976931348623157e+308]}",
                "floats_repr",
                "{\"class\":\"PlainJob\",\"args\":[0.30000000000000004,0.3333333333333333,0.6666666666666666,1.0e+100,"
                        + "9.007199254740992e+15,4.35,10000000.0,12345678.9]}");
        return recorded("ruby/enqueue_payloads_oj.json", 37, c -> {
            Payload payload = c.payload("expected", "payload");
            if (payload == null) {
                assertThat(c.name()).as("refused by Ruby").isIn("nan", "infinity");
            } else if (c.name().equals("invalid_utf8")) {
                rule("W-209");
                assertRefused(payload);
            } else {
                rule(payload.text().contains("[".repeat(50)) ? "W-212" : "W-206");
                assertReads(payload);
                assertWritesBack(payload, rewritten.getOrDefault(c.name(), payload.text()));
            }
        });
    }

    @TestFactory
    @WireRule({"W-206", "W-207", "W-208", "W-209", "W-212"})
    Stream<DynamicTest> elementsOfRubysQueuesGiveClassAndArguments() {
        return recorded("ruby/java_consume.json", 71, c -> {
            Payload payload = Payload.of(Base64.getDecoder().decode((String) c.get("inputs", "payload_base64")));
            if (Boolean.FALSE.equals(c.get("expected", "valid_utf8"))) {
                rule("W-209");
                assertRefused(payload);
                return;
            }
            rule(payload.text().contains("[".repeat(50)) ? "W-212" : "W-206");
            Map<?, ?> job = (Map<?, ?>) requireNonNull(read(payload));
            assertThat(job.get("class")).as("the class of the payload").isEqualTo(c.get("expected", "class"));
            assertSameTree(job.get("args"), c.get("expected", "args"));
            assertThat((List<?>) job.get("args"))
                    .as("the arguments of the payload")
                    .hasSize(((Number) requireNonNull(c.get("expected", "arg_count"))).intValue());
        });
    }

    @TestFactory
    @WireRule({"W-206", "W-207", "W-208", "W-209", "W-210", "W-211"})
    Stream<DynamicTest> whatOthersPushedToARubyWorkerIsReadOrRefused() {
        Set<String> refused =
                Set.of("lone_surrogate", "bom", "trailing_garbage", "not_json", "java_serialized", "truncated");
        return recorded("ruby/consume.json", 38, c -> {
            Payload payload = requireNonNull(c.payload("inputs", "payload"));
            if (refused.contains(c.name()) || isRefusedByTheKit(payload)) {
                rule(c.name().equals("lone_surrogate") ? "W-211" : c.name().equals("bom") ? "W-209" : "W-210");
                assertRefused(payload);
            } else if (c.name().equals("bigint")) {
                assertSameTree(
                        ((Map<?, ?>) requireNonNull(read(payload))).get("args"),
                        List.of(
                                new BigInteger("18446744073709551616"),
                                1000.0,
                                100.0,
                                0L,
                                -0.0,
                                1e-05,
                                new BigDecimal("123456789012345678901234567890.5")));
            } else {
                assertReads(payload);
            }
        });
    }

    @TestFactory
    @WireRule({"W-215", "W-206", "W-207", "W-208", "W-210"})
    Stream<DynamicTest> whatPhpAndNodeWroteIsReadWhole() {
        Set<Object> kinds = Set.of("queue-payload", "delayed-payload", "failure-record", "worker-state", "job-status");
        Set<String> notJson = Set.of("junk", "notjson", "");
        List<RecordedCase> cases = RecordedCases.of("php/golden-payloads.json").stream()
                .filter(c -> kinds.contains(c.get("kind")))
                .toList();
        assertThat(cases).as("recorded cases").hasSizeGreaterThanOrEqualTo(759);
        return cases.stream()
                .map(c -> dynamicTest("php/golden-payloads.json: " + c.name(), () -> {
                    Payload payload = requireNonNull(c.payload("raw"));
                    if (notJson.contains(payload.text())) {
                        rule("W-210");
                        assertRefused(payload);
                    } else {
                        assertReads(payload);
                    }
                }));
    }

    @TestFactory
    @WireRule({"W-215", "W-201", "W-202", "W-203", "W-204", "W-206", "W-207", "W-208"})
    Stream<DynamicTest> nodesListElementsAreReadAndWrittenBackToTheByte() {
        return elements("node/", payload -> {
            assertReads(payload);
            assertWritesBack(payload, payload.text());
        });
    }

    @TestFactory
    @WireRule({"W-215", "W-206", "W-207", "W-208"})
    Stream<DynamicTest> whatTheNeighboursKeepIsReadWhole() {
        return elements("neighbours/", this::assertReads);
    }

    /** One test for each JSON object in the recorded keys of a folder: in lists, in sorted sets and in workers' records. */
    private static Stream<DynamicTest> elements(String folder, Consumer<Payload> check) {
        List<DynamicTest> tests = new ArrayList<>();
        for (String file : RecordedCases.files()) {
            if (file.startsWith(folder)) {
                RecordedCases.of(file)
                        .forEach(c -> c.states()
                                .forEach((moment, keys) -> RecordedKeys.dump(keys)
                                        .forEach((name, value) -> texts(value)
                                                .filter(text -> text.startsWith("{"))
                                                .forEach(text -> tests.add(dynamicTest(
                                                        file + ": " + c.name() + " | " + moment + " " + name,
                                                        () -> check.accept(Payload.ofText(text))))))));
            }
        }
        assertThat(tests).as(folder).isNotEmpty();
        return tests.stream();
    }

    private static Stream<String> texts(Object value) {
        if (value instanceof String text) {
            return Stream.of(text);
        }
        return (value instanceof Map<?, ?> map ? map.keySet() : (Collection<?>) value)
                .stream().map(String::valueOf);
    }

    // Writing

    @Test
    @WireRule("W-201")
    void membersKeepTheirOrderAndNothingIsPadded() {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("z", null);
        tree.put("a", List.of(true, false, Map.of(), List.of()));
        tree.put("", "");
        assertThat(written(tree))
                .as("the text of %s", typed(tree))
                .isEqualTo("{\"z\":null,\"a\":[true,false,{},[]],\"\":\"\"}");
        assertThat(written(null)).as("the text of null").isEqualTo("null");
    }

    @Test
    @WireRule("W-202")
    void onlyQuoteBackslashAndControlCharactersAreEscaped() {
        Map<Character, String> shortForms =
                Map.of('\b', "\\b", '\f', "\\f", '\n', "\\n", '\r', "\\r", '\t', "\\t", '"', "\\\"", '\\', "\\\\");
        for (char c = 0; c < 0x3000; c++) {
            String escaped = shortForms.getOrDefault(c, c < ' ' ? String.format("\\u%04x", (int) c) : "" + c);
            assertThat(written(Map.of(c + "k", c + "v")))
                    .as("U+%04X", (int) c)
                    .isEqualTo("{\"" + escaped + "k\":\"" + escaped + "v\"}");
        }
    }

    @Test
    @WireRule("W-202")
    void textBeyondAsciiIsRawUtf8() {
        String text =
                "\\u2028 \u2028\\\u2029 \\\\u2029 \u007f \u00e9 \ufeff \ufffe \uffff \ud83d\ude00 </script> & ' /";
        String json = "\"" + text.replace("\\", "\\\\") + "\"";
        assertThat(serializer.encode(text).toBytes()).isEqualTo(json.getBytes(StandardCharsets.UTF_8));
        assertThat(written(Map.of(text, 1L))).isEqualTo("{" + json + ":1}");
        assertThat(read(json)).isEqualTo(text);
        String pairs = "\ud83d\ude00".repeat(20_000);
        for (String shifted : List.of(pairs, "x" + pairs)) {
            assertThat(serializer.encode(shifted).toBytes())
                    .isEqualTo(("\"" + shifted + "\"").getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    @WireRule("W-204")
    void integersAndDecimalsKeepTheirDigits() {
        List<Object> numbers = List.of(
                (byte) -1,
                (short) 300,
                70_000,
                Long.MIN_VALUE,
                Long.MAX_VALUE,
                new BigInteger("18446744073709551616"),
                new BigDecimal("123456789012345678901234567890.50"),
                new BigDecimal("1E+400"));
        assertThat(written(numbers))
                .as("the text of %s", typed(numbers))
                .isEqualTo("[-1,300,70000,-9223372036854775808,9223372036854775807,18446744073709551616,"
                        + "123456789012345678901234567890.50,1E+400]");
        BigInteger longest = BigInteger.TEN.pow(JsonRules.MAX_NUMBER_LENGTH - 1);
        assertThat(read(written(longest)))
                .as("an integer of %s digits, written and read again", JsonRules.MAX_NUMBER_LENGTH)
                .isEqualTo(longest);
        BigDecimal smallest = new BigDecimal("1.5e-" + (JsonRules.MAX_EXPONENT - 1));
        assertThat(read(written(smallest)))
                .as("the decimal %s, written and read again", smallest)
                .isEqualTo(smallest);
    }

    @TestFactory
    @WireRule("W-205")
    Stream<DynamicTest> whatHasNoJsonIsRefused() {
        List<Object> endless = new ArrayList<>();
        endless.add(endless);
        Map<@Nullable String, Object> nullKey = new LinkedHashMap<>();
        nullKey.put(null, 1L);
        Map<String, Object> refused = new LinkedHashMap<>();
        refused.put("NaN", Double.NaN);
        refused.put("Infinity", Double.POSITIVE_INFINITY);
        refused.put("-Infinity", Double.NEGATIVE_INFINITY);
        refused.put("a high surrogate alone", "a\ud83d");
        refused.put("a low surrogate alone", "\ude00b");
        refused.put("a pair the wrong way round", "\ude00\ud83d");
        refused.put("half of a pair in a key", Map.of("\ud83d", 1L));
        refused.put("a key that is a number", Map.of(1L, 1L));
        refused.put("a key that is null", nullKey);
        refused.put("a float", 1.5f);
        refused.put("a character", 'c');
        refused.put("an object", new Object());
        refused.put("an enum", JobState.QUEUED);
        refused.put("a string builder", new StringBuilder("x"));
        refused.put("a set", Set.of(1L));
        refused.put("an array", new long[] {1L});
        refused.put("an array of objects", new Object[] {1L});
        refused.put("an optional", Optional.of(1L));
        refused.put("a list in itself", endless);
        refused.put("too deep", nested(JsonRules.MAX_DEPTH + 1));
        refused.put("too deep in maps", nestedMaps(JsonRules.MAX_DEPTH + 1));
        refused.put("very deep", nested(100_000));
        refused.put("an integer too long to read", BigInteger.TEN.pow(JsonRules.MAX_NUMBER_LENGTH));
        refused.put("an exponent too large to read", new BigDecimal("1e" + (JsonRules.MAX_EXPONENT + 1)));
        refused.put("an enormous exponent", new BigDecimal(BigInteger.ONE, Integer.MIN_VALUE));
        return refused.entrySet().stream()
                .flatMap(entry -> Stream.of(
                        unwritable(entry.getKey(), entry.getValue()),
                        unwritable(entry.getKey() + " in a list", List.of(entry.getValue())),
                        unwritable(entry.getKey() + " in a map", Map.of("k", entry.getValue()))));
    }

    private DynamicTest unwritable(String what, Object tree) {
        return dynamicTest(
                what,
                () -> assertThatThrownBy(() -> serializer.encode(tree))
                        .as("encode of %s must throw an InvalidJobException", what)
                        .isInstanceOf(InvalidJobException.class)
                        .message()
                        .as("the message of the InvalidJobException for %s, which must be of one line", what)
                        .isNotBlank()
                        .doesNotContain("\n"));
    }

    private enum JobState {
        QUEUED
    }

    // Reading

    @TestFactory
    @WireRule({"W-206", "W-207", "W-208"})
    Stream<DynamicTest> jsonIsReadWhoeverWroteIt() {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put("null", null);
        values.put("true", true);
        values.put(" \t\r\n false \n", false);
        values.put("0", 0L);
        values.put("-0", 0L);
        values.put("-0.0", -0.0);
        values.put("0e5", 0.0);
        values.put("9223372036854775807", Long.MAX_VALUE);
        values.put("-9223372036854775808", Long.MIN_VALUE);
        values.put("9223372036854775808", new BigInteger("9223372036854775808"));
        values.put("-9223372036854775809", new BigInteger("-9223372036854775809"));
        values.put("1e3", 1000.0);
        values.put("1E+2", 100.0);
        values.put("1.5", 1.5);
        values.put("2.5e-3", 0.0025);
        values.put("0.10000000000000001", new BigDecimal("0.10000000000000001"));
        values.put("1e400", new BigDecimal("1e400"));
        values.put("1e-400", new BigDecimal("1e-400"));
        values.put("1.234567890123456789", new BigDecimal("1.234567890123456789"));
        values.put("\"\"", "");
        values.put("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t");
        values.put("\"\\u00e9\\u00E9\\u0000\\u2028\"", "\u00e9\u00e9\u0000\u2028");
        values.put("\"\\ud83d\\ude00\\uD83D\\uDE00\ud83d\ude00\"", "\ud83d\ude00\ud83d\ude00\ud83d\ude00");
        values.put("\"\u007f\u2028\ufeff\uffff\"", "\u007f\u2028\ufeff\uffff");
        values.put("[]", List.of());
        values.put("[ 1 , [ ] , { } ]", List.of(1L, List.of(), Map.of()));
        values.put("{ \"b\" : 1 , \"a\" : 2 }", ordered("b", 1L, "a", 2L));
        values.put("{\"a\":1,\"b\":2,\"a\":3}", ordered("a", 3L, "b", 2L));
        values.put("{\"a\":1,\"\\u0061\":{}}", Map.of("a", Map.of()));
        values.put("{\"\":1,\"\\n\":2,\"\\ud83d\\ude00\":3}", ordered("", 1L, "\n", 2L, "\ud83d\ude00", 3L));
        values.put("1".repeat(JsonRules.MAX_NUMBER_LENGTH), new BigInteger("1".repeat(JsonRules.MAX_NUMBER_LENGTH)));
        return values.entrySet().stream()
                .map(entry -> dynamicTest(
                        XmlText.safe(entry.getKey()), () -> assertSameTree(read(entry.getKey()), entry.getValue())));
    }

    @Test
    @WireRule("W-206")
    void nothingIsTooLong() {
        String text = "x".repeat(1_000_000);
        assertThat(read("{\"" + text + "\":\"" + text + "\"}")).isEqualTo(Map.of(text, text));
        assertThat((List<?>) read("[" + "1,".repeat(100_000) + "1]")).hasSize(100_001);
    }

    @Test
    @WireRule("W-206")
    void whatWasReadCanBeChanged() {
        for (String time : List.of("first", "second")) {
            Map<String, Object> object = objectOf(read("{\"a\":[1]}"));
            assertThat(written(object))
                    .as("the %s tree read from {\"a\":[1]}, written again", time)
                    .isEqualTo("{\"a\":[1]}");
            object.put("b", 2L);
            listOf(object.get("a")).add(2L);
            assertThat(written(object))
                    .as("the %s tree, written after it was changed", time)
                    .isEqualTo("{\"a\":[1,2],\"b\":2}");
        }
    }

    @TestFactory
    @WireRule({"W-210", "W-211", "W-213", "W-214"})
    Stream<DynamicTest> whatIsNotJsonIsRefused() {
        List<String> values = List.of(
                "",
                " ",
                "\n",
                "junk",
                "nul",
                "nulll",
                "True",
                "NULL",
                "TRUE",
                "False",
                "nUll",
                "1.2.3",
                "--1",
                "-+1",
                "1-1",
                "1e1.5",
                "1e--1",
                "2e+-3",
                "1\u0661",
                "1.\u0661",
                "1e\u0661",
                "\uff11",
                "\"\\u004\uff11\"",
                "\"\\u 041\"",
                "[1,,2]",
                "{\"a\":1,,\"b\":2}",
                "{\"a\"::1}",
                "[]\n[]",
                "\f[]",
                "\u000b[]",
                "[]\u0085",
                "\u3000[]",
                "[1]\u001c",
                "undefined",
                "NaN",
                "-NaN",
                "Infinity",
                "-Infinity",
                "+1",
                ".5",
                "1.",
                "1.e5",
                "-",
                "-.5",
                "01",
                "-01",
                "00",
                "1e",
                "1e+",
                "0x10",
                "1_000",
                "1f",
                "1L",
                "\u0661",
                "'single'",
                "\"open",
                "\"open\\",
                "\"open\\\"",
                "\"\\x41\"",
                "\"\\'\"",
                "\"\\\n\"",
                "\"\\u12\"",
                "\"\\u12G4\"",
                "\"\\u004\u0130\"",
                "\"\\u+123\"",
                "\"\\U0041\"",
                "\"a\nb\"",
                "\"a\tb\"",
                "\"a\u0000b\"",
                "\"a\u001fb\"",
                "[",
                "[1",
                "[1,",
                "[1,]",
                "[,1]",
                "[,]",
                "[1 2]",
                "[1;2]",
                "[1}",
                "]",
                "{",
                "{\"a\"",
                "{\"a\":",
                "{\"a\":1",
                "{\"a\":1,",
                "{\"a\":1,}",
                "{,}",
                "{\"a\"}",
                "{\"a\" 1}",
                "{\"a\"=1}",
                "{\"a\"=>1}",
                "{a:1}",
                "{'a':1}",
                "{1:1}",
                "{null:1}",
                "{\"a\":1;\"b\":2}",
                "{]",
                "}",
                "{\"a\n\":1}",
                "1 2",
                "1,2",
                "{} {}",
                "[]]",
                "{}}",
                "\"a\"\"b\"",
                "null null",
                "1 x",
                "[] \u0000",
                "\u0000",
                "[\u00a01]",
                "\u2028[]",
                "[] // c",
                "/* c */ []",
                "[/**/]",
                "# c\n[]",
                ")]}'\n[]",
                "\ufeff[]",
                "\ufeff",
                "\u0000[\u0000]",
                "\u0000\"\u0000a\u0000\"",
                "\"\\ud83d\"",
                "\"\\ude00\"",
                "\"\\ude00\\ud83d\"",
                "\"\\ud83dx\"",
                "\"\\ud83d\\ud83d\\ude00\"",
                "[\"\\uD83D\"]",
                "{\"\\ud83d\":1}",
                "{\"\\ude00\":1}",
                "{\"k\":\"\\udfff\"}",
                "1e999999999",
                "-1e999999999",
                "1e-999999999",
                "0e999999999",
                "1e99999999999999999999",
                "1e10000",
                "1e-10001",
                "1".repeat(JsonRules.MAX_NUMBER_LENGTH + 1),
                "1".repeat(10_000),
                "-" + "9".repeat(1_000_000),
                "0." + "1".repeat(10_000),
                "1e" + "0".repeat(10_000),
                "0".repeat(10_000));
        return values.stream()
                .map(text -> dynamicTest(shown(text), () -> {
                    rule(ruleAgainst(text));
                    assertRefused(Payload.ofText(text));
                }));
    }

    private static String ruleAgainst(String text) {
        if (text.matches("-?\\d+(\\.\\d+)?|[^eE]*[eE]-?\\d{5,}")
                && text.length() + (text.toLowerCase(Locale.ROOT).contains("e") ? 1_000 : 0)
                        > JsonRules.MAX_NUMBER_LENGTH) {
            return "W-213";
        }
        return text.matches("(?is).*\\\\ud[89a-f].*") ? "W-211" : "W-210";
    }

    @TestFactory
    @WireRule("W-210")
    Stream<DynamicTest> aPayloadCutShortAnywhereIsRefused() {
        String whole = "{\"class\":\"A\",\"args\":[1,-2.5e3,\"\\u00e9\\n\",true,null,{\"k\":[false]}]}";
        return IntStream.range(0, whole.length())
                .mapToObj(end -> whole.substring(0, end))
                .map(cut -> dynamicTest(shown(cut), () -> assertRefused(Payload.ofText(cut))));
    }

    @TestFactory
    @WireRule("W-209")
    Stream<DynamicTest> whatIsNotUtf8IsRefused() {
        return Stream.of(
                        "ff",
                        "22ff22",
                        "22c322",
                        "22c3a9",
                        "22c0af22",
                        "22eda0bd22",
                        "22f4908080 22",
                        "22e282 22",
                        "efbbbf5b5d",
                        "fffe5b005d00",
                        "feff005b005d",
                        "005b005d",
                        "5b005d00",
                        "0000005b0000005d")
                .map(hex -> hex.replace(" ", ""))
                .map(hex -> dynamicTest(
                        hex, () -> assertRefused(Payload.of(HexFormat.of().parseHex(hex)))));
    }

    @TestFactory
    @WireRule("W-212")
    Stream<DynamicTest> nestingHasALimitAndNoOtherEnd() {
        int max = JsonRules.MAX_DEPTH;
        List<DynamicTest> tests = new ArrayList<>();
        for (String[] level : new String[][] {{"[", "]"}, {"{\"a\":", "}"}, {"[{\"a\":", "}]"}}) {
            int levels = level[0].length() == 6 ? max / 2 : max;
            Function<Integer, String> nested = n -> level[0].repeat(n) + "1" + level[1].repeat(n);
            tests.add(dynamicTest(level[0] + " at the limit", () -> {
                Object tree = read(nested.apply(levels));
                assertThat(written(tree)).isEqualTo(nested.apply(levels));
            }));
            tests.add(dynamicTest(level[0] + " beyond", () -> assertRefused(Payload.ofText(nested.apply(levels + 1)))));
            tests.add(
                    dynamicTest(level[0] + " far beyond", () -> assertRefused(Payload.ofText(nested.apply(100_000)))));
            tests.add(dynamicTest(
                    level[0] + " never closed", () -> assertRefused(Payload.ofText(level[0].repeat(100_000)))));
        }
        return tests.stream();
    }

    @TestFactory
    @WireRule("W-214")
    Stream<DynamicTest> noMessageHoldsThePayload() {
        return Stream.of(
                        "hunter2",
                        "{\"hunter2\" 1}",
                        "{\"hunter2\":}",
                        "{\"hunter2\":\"\\ud83d\"}",
                        "[\"hunter2\" x]",
                        "[\"hunter2\"",
                        "\"hunter2",
                        "\"hunter2\\x\"",
                        "\"hunter2\" x",
                        "{\"hunter2\":[}",
                        "{\"hunter2\":1e99999}",
                        "\"hunter2\" hunter2",
                        "[hunter2]",
                        "{hunter2:1}")
                .map(text -> dynamicTest(text, () -> {
                    Throwable e = catchThrowable(() -> serializer.decode(Payload.ofText(text)));
                    assertThat(e).as("decode of %s must throw", text).isInstanceOf(MalformedPayloadException.class);
                    for (Throwable link = e; link != null; link = link.getCause()) {
                        assertThat(String.valueOf(link))
                                .as("no message of a refusal may quote the payload")
                                .doesNotContain("hunter2");
                    }
                    assertThat(e)
                            .as("the message must give the position in %s", text)
                            .hasMessageMatching("(?s).*\\d.*");
                }));
    }

    @TestFactory
    @WireRule("W-214")
    Stream<DynamicTest> thePositionIsThatOfTheFault() {
        return Stream.of("x", "tru", "[}", "1e99999", "\"\\x\"", "\"\\ud83d\"", "'a'", "1] x")
                .map(fault -> dynamicTest(shown(fault), () -> {
                    String near = "[1," + fault + "]";
                    String far = "[" + "1,".repeat(60) + fault + "]";
                    assertThat(numbersOfRefusal(far))
                            .as(
                                    "the numbers in the message for %s after 60 elements; one of them must be the position,"
                                            + " so they cannot be those for %s",
                                    shown(fault), shown(near))
                            .isNotEqualTo(numbersOfRefusal(near));
                }));
    }

    private List<String> numbersOfRefusal(String text) {
        Throwable e = catchThrowable(() -> serializer.decode(Payload.ofText(text)));
        assertThat(e)
                .as("decode of %s must throw a MalformedPayloadException", shown(text))
                .isInstanceOf(MalformedPayloadException.class);
        return NUMBERS.matcher(String.valueOf(e.getMessage()))
                .results()
                .map(MatchResult::group)
                .toList();
    }

    // Converting

    enum Size {
        SMALL,
        LARGE {
            @Override
            public String toString() {
                return "very large";
            }
        }
    }

    record Item(String name, int count, @Nullable Size size) {
        Item {
            if (count < 0) {
                throw new IllegalArgumentException("count must not be negative, was " + count);
            }
        }
    }

    record Order(long id, BigDecimal price, BigInteger serial, double rate, List<Item> items, boolean paid) {}

    static class Mail {
        public @Nullable String to;
        public int retries = 3;
        public @Nullable Map<String, Integer> headers;
    }

    @Test
    @WireRule("W-216")
    void aTreeBecomesRecordsAndClasses() {
        Object tree = read("{\"id\":9007199254740993,\"price\":19.90,\"serial\":18446744073709551616,\"rate\":2,"
                + "\"items\":[{\"name\":\"a\",\"count\":2,\"size\":\"LARGE\",\"colour\":\"unknown\"},"
                + "{\"name\":\"b\",\"count\":0,\"size\":null}],\"paid\":true,\"unknown\":{\"x\":[]}}");
        assertThat(serializer.convert(tree, Order.class))
                .isEqualTo(new Order(
                        9007199254740993L,
                        new BigDecimal("19.9"),
                        new BigInteger("18446744073709551616"),
                        2.0,
                        List.of(new Item("a", 2, Size.LARGE), new Item("b", 0, null)),
                        true));
        Mail mail = (Mail)
                requireNonNull(serializer.convert(read("{\"to\":\"x\",\"headers\":{\"h\":1},\"cc\":1}"), Mail.class));
        assertThat(mail.to).isEqualTo("x");
        assertThat(mail.retries).isEqualTo(3);
        assertThat(mail.headers).isEqualTo(Map.of("h", 1));
    }

    @Test
    @WireRule("W-216")
    void aTreeBecomesNumbersTextAndCollections() {
        assertThat(serializer.convert(5L, int.class)).isEqualTo(5);
        assertThat(serializer.convert(5L, Integer.class)).isEqualTo(5);
        assertThat(serializer.convert(-5L, short.class)).isEqualTo((short) -5);
        assertThat(serializer.convert(-128L, byte.class)).isEqualTo((byte) -128);
        assertThat(serializer.convert(5L, long.class)).isEqualTo(5L);
        assertThat(serializer.convert(5L, double.class)).isEqualTo(5.0);
        assertThat(serializer.convert(5L, BigInteger.class)).isEqualTo(BigInteger.valueOf(5));
        assertThat(serializer.convert(5L, BigDecimal.class)).isEqualTo(BigDecimal.valueOf(5));
        assertThat(serializer.convert(1.5, double.class)).isEqualTo(1.5);
        assertThat(serializer.convert(1.5, float.class)).isEqualTo(1.5f);
        assertThat(serializer.convert("12", int.class)).isEqualTo(12);
        assertThat(serializer.convert("x", String.class)).isEqualTo("x");
        assertThat(serializer.convert("", String.class)).isEqualTo("");
        assertThat(serializer.convert(true, boolean.class)).isEqualTo(true);
        assertThat(serializer.convert("LARGE", Size.class)).isEqualTo(Size.LARGE);
        assertThat(serializer.convert(List.of(1L, 2L), int[].class)).isEqualTo(new int[] {1, 2});
        assertThat(serializer.convert(List.of(1L, 2L), generic(List.class, Integer.class)))
                .isEqualTo(List.of(1, 2));
        assertThat(serializer.convert(List.of("SMALL"), generic(Set.class, Size.class)))
                .isEqualTo(Set.of(Size.SMALL));
        assertThat(serializer.convert(Map.of("1", 2L), generic(Map.class, Integer.class, Long.class)))
                .isEqualTo(Map.of(1, 2L));
        assertThat(serializer.convert(
                        Map.of("k", List.of(1L)), generic(Map.class, String.class, generic(List.class, Integer.class))))
                .isEqualTo(Map.of("k", List.of(1)));
        assertThat(serializer.convert(null, Item.class)).isNull();
        assertThat(serializer.convert(null, int.class)).isNull();
    }

    @Test
    @WireRule({"W-216", "W-217"})
    void aTreeStaysATreeWhereNoClassIsAskedFor() {
        Object tree = read("{\"@class\":\"java.util.Date\",\"@type\":\"java.net.URL\",\"$type\":\"x\",\"a\":[1,2.5,"
                + "1.234567890123456789,18446744073709551616,null,\"s\",[\"java.util.Date\",1]]}");
        rule("W-217");
        assertThat(serializer.convert(tree, Object.class))
                .as("what convert to Object makes of %s", typed(tree))
                .isInstanceOf(Map.class);
        assertThat(serializer.convert(List.of("java.util.Date", 5L), Object.class))
                .as("what convert to Object makes of a list that begins with the name of a class")
                .isEqualTo(List.of("java.util.Date", 5L));
        rule("W-216");
        assertSameTree(serializer.convert(tree, Object.class), tree);
        assertSameTree(serializer.convert(tree, Map.class), tree);
    }

    record Open(@Nullable Object one, List<@Nullable Object> list, Map<String, @Nullable Object> map) {}

    @TestFactory
    @WireRule("W-216")
    Stream<DynamicTest> nothingIsLostWhereAComponentIsAnObject() {
        return Stream.of(
                        1L,
                        1.0,
                        9007199254740993L,
                        new BigInteger("18446744073709551615"),
                        new BigDecimal("1.234567890123456789"),
                        1e300,
                        -0.0,
                        true,
                        "12",
                        List.of(1L, new BigInteger("18446744073709551615")),
                        ordered("b", 1L, "a", 1.0))
                .map(value -> dynamicTest(typed(value), () -> {
                    Map<String, Object> tree = ordered("one", value, "list", List.of(value), "map", Map.of("k", value));
                    Open open = (Open) requireNonNull(serializer.convert(tree, Open.class));
                    assertComponent("Object", typed(value), open.one());
                    assertComponent("List<Object>", typed(List.of(value)), open.list());
                    assertComponent("Map<String, Object>", typed(Map.of("k", value)), open.map());
                }));
    }

    private static void assertComponent(String type, String expected, @Nullable Object component) {
        assertThat(typed(component))
                .as("the component of the type %s that is made of %s must be the same", type, expected)
                .isEqualTo(expected);
    }

    /** The columns of the table in {@link JobSerializer#convert}. */
    private static final List<Type> COLUMNS = List.of(
            Object.class,
            String.class,
            Boolean.class,
            Byte.class,
            Short.class,
            Integer.class,
            Long.class,
            BigInteger.class,
            Float.class,
            Double.class,
            BigDecimal.class,
            Size.class,
            Item.class,
            Integer[].class,
            generic(List.class, Object.class),
            generic(Map.class, String.class, Object.class));

    private static final Map<Type, Class<?>> PRIMITIVES = Map.of(
            Boolean.class,
            boolean.class,
            Byte.class,
            byte.class,
            Short.class,
            short.class,
            Integer.class,
            int.class,
            Long.class,
            long.class,
            Float.class,
            float.class,
            Double.class,
            double.class);

    /** The cells of one value: every type that is not among the expected ones must be refused. */
    private record Row(Object tree, List<Object> expected) {
        static Row of(Object tree, Object... expected) {
            return new Row(tree, List.of(expected));
        }

        private @Nullable Object cell(Type column) {
            if (column == Object.class) {
                return tree;
            }
            if (column instanceof ParameterizedType generic) {
                return ((Class<?>) generic.getRawType()).isInstance(tree) ? tree : null;
            }
            return expected.stream()
                    .filter(value -> value.getClass() == column || value instanceof Size && column == Size.class)
                    .findFirst()
                    .orElse(null);
        }
    }

    /** The table in {@link JobSerializer#convert}. */
    private static List<Row> table() {
        return List.of(
                Row.of("x", "x"),
                Row.of("", ""),
                Row.of("true", "true"),
                Row.of("LARGE", "LARGE", Size.LARGE),
                Row.of("large", "large"),
                Row.of("very large", "very large"),
                Row.of("0", "0", (byte) 0, (short) 0, 0, 0L, big("0"), 0f, 0.0, decimal("0")),
                Row.of("12", "12", (byte) 12, (short) 12, 12, 12L, big("12"), 12f, 12.0, decimal("12")),
                Row.of("200", "200", (short) 200, 200, 200L, big("200"), 200f, 200.0, decimal("200")),
                Row.of("1.5", "1.5", 1.5f, 1.5, decimal("1.5")),
                Row.of(
                        "9007199254740993",
                        "9007199254740993",
                        9007199254740993L,
                        big("9007199254740993"),
                        decimal("9007199254740993")),
                Row.of("1e300", "1e300", 1e300, decimal("1e300")),
                Row.of("1e400", "1e400", decimal("1e400")),
                Row.of(" 12", " 12"),
                Row.of("+12", "+12"),
                Row.of("0x10", "0x10"),
                Row.of("1d", "1d"),
                Row.of("NaN", "NaN"),
                Row.of("Infinity", "Infinity"),
                Row.of(true, true),
                Row.of(false, false),
                Row.of(0L, (byte) 0, (short) 0, 0, 0L, big("0"), 0f, 0.0, decimal("0")),
                Row.of(1L, (byte) 1, (short) 1, 1, 1L, big("1"), 1f, 1.0, decimal("1")),
                Row.of(200L, (short) 200, 200, 200L, big("200"), 200f, 200.0, decimal("200")),
                Row.of(40_000L, 40_000, 40_000L, big("40000"), 40_000f, 40_000.0, decimal("40000")),
                Row.of(16_777_217L, 16_777_217, 16_777_217L, big("16777217"), 16_777_217.0, decimal("16777217")),
                Row.of(3_000_000_000L, 3_000_000_000L, big("3000000000"), 3e9f, 3e9, decimal("3000000000")),
                Row.of(9007199254740993L, 9007199254740993L, big("9007199254740993"), decimal("9007199254740993")),
                Row.of(big("18446744073709551615"), big("18446744073709551615"), decimal("18446744073709551615")),
                Row.of(1.0, 1f, 1.0, decimal("1")),
                Row.of(0.1, 0.1f, 0.1, decimal("0.1")),
                Row.of(0.123456789, 0.123456789, decimal("0.123456789")),
                Row.of(1e300, 1e300, decimal("1e300")),
                Row.of(1e-300, 1e-300, decimal("1e-300")),
                Row.of(decimal("1.234567890123456789"), decimal("1.234567890123456789")),
                Row.of(decimal("1e400"), decimal("1e400")),
                Row.of(decimal("1e-400"), decimal("1e-400")),
                Row.of(List.of(), (Object) new Integer[] {}),
                Row.of(List.of(1L), (Object) new Integer[] {1}),
                Row.of(List.of("x")),
                Row.of(Map.of()),
                Row.of(Map.of("a", 1L)),
                Row.of(Map.of("name", "a", "count", 1L), new Item("a", 1, null)));
    }

    private static BigInteger big(String text) {
        return new BigInteger(text);
    }

    private static BigDecimal decimal(String text) {
        return new BigDecimal(text);
    }

    @TestFactory
    @WireRule("W-216")
    Stream<DynamicTest> eachCellOfTheTableIsAsItSays() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Row row : table()) {
            for (Type column : COLUMNS) {
                boolean toItem =
                        column == Item.class && row.tree() instanceof Map<?, ?> map && !map.containsKey("name");
                if (toItem) {
                    continue; // the table leaves absent members of a record open
                }
                Object expected = row.cell(column);
                String cell = typed(row.tree()) + " as " + column.getTypeName();
                tests.add(dynamicTest(cell, () -> assertCell(cell, expected, row.tree(), column)));
                Class<?> primitive = PRIMITIVES.get(column);
                if (primitive != null) {
                    String small = typed(row.tree()) + " as " + primitive;
                    tests.add(dynamicTest(small, () -> assertCell(small, expected, row.tree(), primitive)));
                    String array = typed(List.of(row.tree())) + " as " + primitive + "[]";
                    tests.add(dynamicTest(
                            array,
                            () -> assertCell(
                                    array,
                                    expected == null ? null : List.of(expected),
                                    List.of(row.tree()),
                                    primitive.arrayType())));
                }
                String list = typed(List.of(row.tree())) + " as List<" + column.getTypeName() + ">";
                tests.add(dynamicTest(
                        list,
                        () -> assertCell(
                                list,
                                expected == null ? null : List.of(expected),
                                List.of(row.tree()),
                                generic(List.class, column))));
            }
        }
        return tests.stream();
    }

    @TestFactory
    @WireRule("W-216")
    Stream<DynamicTest> elementsAndMembersKeepTheirOrderAndAreConvertedEach() {
        List<String> texts = List.of("b", "aa", "c", "a", "Bb", "AaAa");
        List<DynamicTest> tests = new ArrayList<>();
        for (Class<?> collection : List.of(List.class, Set.class, Collection.class)) {
            Type type = generic(collection, String.class);
            tests.add(dynamicTest(
                    texts + " as " + type.getTypeName(),
                    () -> assertThat(List.copyOf((Collection<?>) requireNonNull(serializer.convert(texts, type))))
                            .as("the elements, in order, of what convert makes of %s as %s", texts, type.getTypeName())
                            .isEqualTo(texts)));
        }
        Map<String, Object> members = ordered("b", 1L, "aa", 2L, "c", 3L, "a", 4L, "Bb", 5L, "AaAa", 6L);
        tests.add(dynamicTest(
                members + " as Map<String, Long>",
                () -> assertThat(typed(serializer.convert(members, generic(Map.class, String.class, Long.class))))
                        .as("the members, in order, of what convert makes of %s", members)
                        .isEqualTo(typed(members))));
        tests.add(cell(null, Map.of("x", 1L), generic(Map.class, Integer.class, Long.class)));
        tests.add(cell(null, Arrays.asList(1L, null), int[].class));
        tests.add(cell(null, "AQID", byte[].class));
        tests.add(cell(null, "AQID", int[].class));
        tests.add(cell(Arrays.asList(1, null), Arrays.asList(1L, null), Integer[].class));
        tests.add(cell(Arrays.asList("a", null), Arrays.asList("a", null), generic(List.class, String.class)));
        tests.add(dynamicTest("the converted tree stays as it was", () -> {
            Map<String, Object> tree = objectOf(read("{\"name\":\"a\",\"count\":1,\"colour\":[1]}"));
            String before = typed(tree);
            serializer.convert(tree, Item.class);
            assertThat(typed(tree))
                    .as("a tree after it was converted, which must not change it")
                    .isEqualTo(before);
        }));
        return tests.stream();
    }

    private DynamicTest cell(@Nullable Object expected, Object tree, Type type) {
        String cell = typed(tree) + " as " + type.getTypeName();
        return dynamicTest(cell, () -> assertCell(cell, expected, tree, type));
    }

    private void assertCell(String cell, @Nullable Object expected, Object tree, Type type) {
        String came;
        try {
            came = "gave " + comparable(serializer.convert(tree, type));
        } catch (JobArgumentException e) {
            came = "was refused";
        }
        assertThat(came)
                .as("%s: the table of JobSerializer.convert says how it must be converted", cell)
                .isEqualTo(expected == null ? "was refused" : "gave " + comparable(expected));
    }

    /** A value as text with its class; arrays as lists, and decimals without zeros at their ends. */
    private static String comparable(@Nullable Object value) {
        if (value instanceof BigDecimal decimal) {
            return decimal.stripTrailingZeros() + " BigDecimal";
        }
        if (value instanceof List<?> list) {
            return list.stream().map(JobSerializerTck::comparable).collect(Collectors.joining(", ", "[", "]"));
        }
        if (value != null && value.getClass().isArray()) {
            return IntStream.range(0, Array.getLength(value))
                    .mapToObj(i -> comparable(Array.get(value, i)))
                    .collect(Collectors.joining(", ", "[", "]"));
        }
        return value instanceof Enum<?> constant ? constant.name() + " of an enum" : typed(value);
    }

    // Threads

    private static final int THREADS = 4;
    private static final int ROUNDS = 500;

    private interface Use {
        void of(List<Object> tree);
    }

    @Test
    @WireRule("W-220")
    void severalThreadsWriteAtOnce() {
        inThreads(tree -> {
            String text = "[" + tree.stream().map(String::valueOf).collect(Collectors.joining(",")) + "]";
            assertThat(written(tree))
                    .as("the text that encode must give for its own tree, while %s threads call it", THREADS)
                    .isEqualTo(text);
        });
    }

    @Test
    @WireRule("W-220")
    void severalThreadsReadAtOnce() {
        inThreads(tree -> {
            String text = "[" + tree.stream().map(String::valueOf).collect(Collectors.joining(",")) + "]";
            assertThat(read(text))
                    .as("the tree that decode must give for its own text, while %s threads call it", THREADS)
                    .isEqualTo(tree);
        });
    }

    @Test
    @WireRule("W-220")
    void severalThreadsConvertAtOnce() {
        inThreads(tree -> assertThat(serializer.convert(tree, long[].class))
                .as("the array that convert must give for its own tree, while %s threads call it", THREADS)
                .isEqualTo(tree.stream().mapToLong(Long.class::cast).toArray()));
    }

    /** Each thread uses trees that no other thread has, each of another length. */
    private static void inThreads(Use use) {
        CyclicBarrier start = new CyclicBarrier(THREADS);
        List<FutureTask<@Nullable Void>> tasks = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            long first = 1000L * thread;
            tasks.add(new FutureTask<>(() -> {
                start.await();
                for (int round = 0; round < ROUNDS; round++) {
                    List<Object> tree = new ArrayList<>();
                    for (long i = 0; i <= round % 40; i++) {
                        tree.add(first + i);
                    }
                    use.of(tree);
                }
                return null;
            }));
        }
        for (FutureTask<?> task : tasks) {
            Thread thread = new Thread(task, "resque-kit-serializer");
            thread.setDaemon(true);
            thread.start();
        }
        for (FutureTask<?> task : tasks) {
            try {
                task.get(60, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof AssertionError failed) {
                    throw failed;
                }
                throw new AssertionError(
                        "several threads must be able to use a serializer at once, but it threw " + e.getCause(),
                        e.getCause());
            } catch (TimeoutException e) {
                throw new AssertionError(
                        "not within 60 s: " + THREADS + " threads use a serializer " + ROUNDS + " times", e);
            } catch (InterruptedException e) {
                throw new AssertionError("Interrupted, so the kit does not know the Exception of the serializer", e);
            }
        }
    }

    @TestFactory
    @WireRule("W-216")
    Stream<DynamicTest> whatDoesNotFitSaysWhatWasWantedAndFound() {
        Map<String, @Nullable Object> item = new LinkedHashMap<>();
        item.put("name", "a");
        item.put("count", null);
        return Stream.of(
                misfit("abc", int.class, "int", "a string"),
                misfit("", int.class, "int", "a string"),
                misfit("", Integer.class, "Integer", "a string"),
                misfit(1.5, int.class, "int", "a number"),
                misfit(1.0, long.class, "long", "a number"),
                misfit("1.5", int.class, "int", "a string"),
                misfit(3_000_000_000L, int.class, "int", "a number"),
                misfit(70_000L, short.class, "short", "a number"),
                misfit(-129L, byte.class, "byte", "a number"),
                misfit(new BigInteger("9223372036854775808"), long.class, "long", "a number"),
                misfit(new BigInteger("-9223372036854775809"), Long.class, "Long", "a number"),
                misfit(true, int.class, "int", "a boolean"),
                misfit(true, String.class, "String", "a boolean"),
                misfit(5L, String.class, "String", "a number"),
                misfit(1e300, float.class, "float", "a number"),
                misfit(9007199254740993L, double.class, "double", "a number"),
                misfit("yes", boolean.class, "boolean", "a string"),
                misfit("true", Boolean.class, "Boolean", "a string"),
                misfit(1L, boolean.class, "boolean", "a number"),
                misfit("MEDIUM", Size.class, "Size", "a string"),
                misfit(0L, Size.class, "Size", "a number"),
                misfit(List.of(1L), Item.class, "Item", "an array"),
                misfit("x", Item.class, "Item", "a string"),
                misfit("", Item.class, "Item", "a string"),
                misfit(Map.of(), int.class, "int", "an object"),
                misfit(Map.of(), String.class, "String", "an object"),
                misfit(Map.of(), generic(List.class, Integer.class), "List<java.lang.Integer>", "an object"),
                misfit(List.of("x"), generic(List.class, Integer.class), "List<java.lang.Integer>", "an array"),
                misfit(List.of(List.of()), generic(List.class, Item.class), "Item", "an array"),
                misfit(item, Item.class, "Item", "an object"),
                misfit(Map.of("count", -1L), Item.class, "count must not be negative, was -1", "an object"),
                misfit(Map.of("count", 1.5), Item.class, "count", "an object"),
                misfit(Map.of("count", 3_000_000_000L), Item.class, "count", "an object"),
                misfit(Map.of("size", "MEDIUM"), Item.class, "size", "an object"),
                misfit(Map.of(), JobSerializer.class, "JobSerializer", "an object"));
    }

    private DynamicTest misfit(Object tree, Type type, String wanted, String found) {
        String cell = typed(tree) + " as " + type.getTypeName();
        return dynamicTest(cell, () -> {
            Object value;
            try {
                value = serializer.convert(tree, type);
            } catch (JobArgumentException e) {
                assertThat(e.getMessage())
                        .as("the message for %s must name what was wanted and found%s", cell, hint(type))
                        .contains(type.getTypeName(), wanted, found)
                        .doesNotContain("\n")
                        .hasSizeLessThan(600);
                return;
            }
            throw new AssertionError(
                    cell + " must be refused with a JobArgumentException, but gave " + comparable(value));
        });
    }

    /** For a message about an {@link Item}: an author does not see this class. */
    private static String hint(Type type) {
        return type == Item.class
                ? "; Item is record Item(String name, int count, Size size), and the message must name a member that does not"
                        + " fit rather than one that is missing, and hold what the constructor says of a negative count"
                : "";
    }

    @TestFactory
    @WireRule("W-216")
    Stream<DynamicTest> noMessageQuotesWhatDoesNotFit() {
        return Stream.of(
                unquoted("hunter2", int.class),
                unquoted("hunter2", BigDecimal.class),
                unquoted("hunter2", boolean.class),
                unquoted("hunter2", Size.class),
                unquoted("hunter2", Item.class),
                unquoted("hunter2", int[].class),
                unquoted(List.of("hunter2"), generic(List.class, Integer.class)),
                unquoted(List.of("hunter2"), String.class),
                unquoted(Map.of("count", "hunter2"), Item.class),
                unquoted(Map.of("size", "hunter2"), Item.class),
                unquoted(Map.of("name", List.of("hunter2")), Item.class),
                unquoted(Map.of("k", "hunter2"), generic(Map.class, String.class, Size.class)));
    }

    private DynamicTest unquoted(Object tree, Type type) {
        String cell = typed(tree) + " as " + type.getTypeName();
        return dynamicTest(
                cell,
                () -> assertThatThrownBy(() -> serializer.convert(tree, type))
                        .as("%s must be refused", cell)
                        .isInstanceOf(JobArgumentException.class)
                        .message()
                        .as("the message for %s must name the kind of the value, and not quote it", cell)
                        .doesNotContain("hunter2"));
    }

    static class Letter extends Mail {
        public @Nullable String stamp;
    }

    @Test
    @WireRule("W-216")
    void aClassAlsoGetsTheFieldsThatItInherits() {
        Map<String, Object> tree = ordered("to", "x", "stamp", "y");
        Letter letter = (Letter) requireNonNull(serializer.convert(tree, Letter.class));
        assertThat(Arrays.asList(letter.to, letter.stamp))
                .as("the fields \"to\" of the superclass and \"stamp\" of the class made of %s", tree)
                .isEqualTo(List.of("x", "y"));
    }

    @Test
    @WireRule("W-216")
    void membersWhoseKeysBecomeEqualAreRefused() {
        Map<String, Object> tree = ordered("1", "a", "1.0", "b");
        Type type = generic(Map.class, Double.class, String.class);
        assertCell(typed(tree) + " as " + type.getTypeName() + ", in which both keys are 1.0", null, tree, type);
        assertThat(serializer.convert(List.of(1L, 1L), generic(Set.class, Integer.class)))
                .as("the set of [1, 1], which takes equal elements once")
                .isEqualTo(Set.of(1));
    }

    // Help

    private interface Check {
        void on(RecordedCase recorded);
    }

    private static Stream<DynamicTest> recorded(String file, int count, Check check) {
        List<RecordedCase> cases = RecordedCases.of(file);
        assertThat(cases).as(file).hasSizeGreaterThanOrEqualTo(count);
        return cases.stream().map(c -> dynamicTest(file + ": " + c.name(), () -> check.on(c)));
    }

    /**
     * Whether the kit's own reader refuses a payload: a new recording that is no JSON then needs no entry in this
     * class.
     */
    private static boolean isRefusedByTheKit(Payload payload) {
        try {
            StrictJson.read(payload.text());
            return false;
        } catch (RuntimeException e) {
            return true;
        }
    }

    private String written(@Nullable Object tree) {
        try {
            return new String(serializer.encode(tree).toBytes(), StandardCharsets.UTF_8);
        } catch (RuntimeException e) {
            throw new AssertionError("encode must write " + shown(typed(tree)) + ", but threw " + e, e);
        }
    }

    private @Nullable Object read(String json) {
        return read(Payload.ofText(json));
    }

    private @Nullable Object read(Payload payload) {
        try {
            return serializer.decode(payload);
        } catch (RuntimeException e) {
            throw new AssertionError("decode must read " + shown(payload.text()) + ", but threw " + e, e);
        }
    }

    private void assertWritesBack(Payload payload, String expected) {
        String written = written(read(payload));
        JsonDifference.ofWritten(written, expected);
        assertThat(written)
                .as("the text of the tree that was read from %s", shown(payload.text()))
                .isEqualTo(expected);
    }

    private void assertReads(Payload payload) {
        assertSameTree(read(payload), StrictJson.read(payload.text()));
    }

    /** Compares values, their classes and their order. */
    private static void assertSameTree(@Nullable Object actual, @Nullable Object expected) {
        JsonDifference.ofRead(actual, expected);
        // Compares texts: AssertJ takes very long to show lists that nest a hundred levels deep.
        assertThat(typed(actual)).as("the tree, with the classes of its values").isEqualTo(typed(expected));
        assertThat(Objects.equals(actual, expected))
                .as("the tree read must be equal to %s", typed(expected))
                .isTrue();
    }

    /** A tree as text, which shows the classes of its values: text in quotes, numbers with their class names. */
    static String typed(@Nullable Object tree) {
        if (tree instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(member -> member.getKey() + "=" + typed(member.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        if (tree instanceof List<?> list) {
            return list.stream().map(JobSerializerTck::typed).collect(Collectors.joining(", ", "[", "]"));
        }
        if (tree instanceof Number) {
            return tree + " " + tree.getClass().getSimpleName();
        }
        return tree instanceof String ? "\"" + tree + "\"" : String.valueOf(tree);
    }

    private void assertRefused(Payload payload) {
        String input = shown(payload.text());
        Object tree;
        try {
            tree = serializer.decode(payload);
        } catch (RuntimeException e) {
            assertRefusal(input, e);
            return;
        }
        throw new AssertionError(
                input + " must be refused with a MalformedPayloadException, but was read as " + shown(typed(tree)));
    }

    private static void assertRefusal(String input, RuntimeException refusal) {
        assertThat(refusal)
                .as("decode of %s must throw a MalformedPayloadException", input)
                .isExactlyInstanceOf(MalformedPayloadException.class);
        ruleIfNamed("W-214");
        assertThat(refusal.getMessage())
                .as("the message for %s must say something, and must not quote the payload", input)
                .isNotBlank()
                .hasSizeLessThan(200);
    }

    private static Object nested(int levels) {
        Object tree = 1L;
        for (int i = 0; i < levels; i++) {
            tree = Arrays.asList(tree);
        }
        return tree;
    }

    private static Object nestedMaps(int levels) {
        Object tree = 1L;
        for (int i = 0; i < levels; i++) {
            tree = Map.of("a", tree);
        }
        return tree;
    }

    private static Map<String, Object> ordered(Object... namesAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return map;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> objectOf(@Nullable Object tree) {
        return (Map<String, Object>) requireNonNull(tree);
    }

    @SuppressWarnings("unchecked")
    private static List<Object> listOf(@Nullable Object tree) {
        return (List<Object>) requireNonNull(tree);
    }

    private static String shown(String text) {
        String cut = text.length() > 40 ? text.substring(0, 40) + "…(" + text.length() + ")" : text;
        return XmlText.safe(
                "<" + cut.replace("\u0000", "NUL").replace("\n", "LF").replace("\ufeff", "BOM") + ">");
    }

    private static ParameterizedType generic(Class<?> raw, Type... arguments) {
        return new ParameterizedType() {
            @Override
            public Type[] getActualTypeArguments() {
                return arguments.clone();
            }

            @Override
            public Type getRawType() {
                return raw;
            }

            @Override
            public @Nullable Type getOwnerType() {
                return null;
            }

            @Override
            public String getTypeName() {
                return raw.getTypeName() + "<"
                        + String.join(
                                ", ",
                                Arrays.stream(arguments).map(Type::getTypeName).toList()) + ">";
            }
        };
    }
}
