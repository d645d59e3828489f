package io.resque.api.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.InvalidJobException;
import io.resque.api.JobArgumentException;
import io.resque.api.MalformedPayloadException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonRulesTest {
    private static final String LONE = "\ud83d";
    private static final String PAIR = "\ud83d\ude00";

    @ParameterizedTest
    @CsvSource({
        "0, 0.0",
        "-0.0, -0.0",
        "1, 1.0",
        "-1.5, -1.5",
        "100, 100.0",
        "1234.5, 1234.5",
        "0.5, 0.5",
        "0.015, 0.015",
        "0.0001, 0.0001",
        "0.00012, 0.00012",
        "0.00001, 1.0e-05",
        "0.000012, 1.2e-05",
        "1e-10, 1.0e-10",
        "-2.5e-9, -2.5e-09",
        "1e14, 100000000000000.0",
        "999999999999999, 999999999999999.0",
        "1e15, 1.0e+15",
        "1234567890123456, 1.234567890123456e+15",
        "123456789012345.6, 123456789012345.6",
        "1e100, 1.0e+100",
        "1.7976931348623157e308, 1.7976931348623157e+308",
        // Double.toString of JDK 17 gives these a digit too many, or not the nearest last digit.
        "2e23, 2.0e+23",
        "8.41e21, 8.41e+21",
        "5.684341886080802e-14, 5.684341886080802e-14",
        "4.9e-324, 5.0e-324",
        "9.9e-324, 1.0e-323",
        "2.2250738585072014e-308, 2.2250738585072014e-308",
        // The neighbours of a power of two: the decimal that is further away is the shorter one.
        "9007199254740992, 9.007199254740992e+15",
        "9.5367431640625e-7, 9.5367431640625e-07"
    })
    void aDoubleHasTheFewestDigitsInRubysLayout(double value, String text) {
        assertThat(JsonRules.formatDouble(value)).isEqualTo(text);
    }

    @Test
    void everyPowerOfTwoHasItsShortestForm() {
        for (int exponent = Double.MIN_EXPONENT - 52; exponent <= Double.MAX_EXPONENT; exponent++) {
            double value = Math.scalb(1.0, exponent);
            String text = JsonRules.formatDouble(value);
            assertThat(Double.parseDouble(text)).as(text).isEqualTo(value);
            BigDecimal shown = new BigDecimal(text).stripTrailingZeros();
            BigDecimal lastDigit = shown.ulp();
            assertThat(shown.add(lastDigit).doubleValue() == value
                            && shown.subtract(new BigDecimal(value)).abs().compareTo(lastDigit) > 0)
                    .as("%s is not the nearest of its length", text)
                    .isFalse();
            BigDecimal shorter = lastDigit.movePointRight(1);
            BigDecimal below = shown.subtract(shown.remainder(shorter));
            assertThat(shown.precision() > 1
                            && (below.doubleValue() == value
                                    || below.add(shorter).doubleValue() == value))
                    .as("a decimal shorter than %s reads back as the same double", text)
                    .isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void aDoubleThatJsonDoesNotHaveIsRefused(double value) {
        assertThatThrownBy(() -> JsonRules.formatDouble(value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(value + " has no JSON form");
    }

    static Stream<Number> numbers() {
        return Stream.of(
                0L,
                -7L,
                123456789012345678L,
                Long.MAX_VALUE,
                Long.MIN_VALUE,
                new BigInteger("9223372036854775808"),
                new BigInteger("-9223372036854775809"),
                new BigInteger("9".repeat(JsonRules.MAX_NUMBER_LENGTH)),
                1.5,
                -1.5,
                0.0,
                123456789012345.0,
                0.1234567890123456,
                -0.1234567890123456,
                Double.MIN_NORMAL,
                Double.MAX_VALUE,
                new BigDecimal("4.9e-324"),
                new BigDecimal("1e-400"),
                new BigDecimal("-1e-400"),
                new BigDecimal("1e400"),
                new BigDecimal("0.10000000000000000001"),
                new BigDecimal("-0.10000000000000000001"),
                new BigDecimal("1e9998"),
                new BigDecimal("1e-10000"));
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void aNumberIsReadAsTheSmallestTypeThatLosesNothing(Number number) {
        assertThat(JsonRules.parseNumber(number.toString())).isEqualTo(number);
    }

    @ParameterizedTest
    @CsvSource({
        "1e5, 100000.0",
        "1E5, 100000.0",
        "-0.0, -0.0",
        "0e5, 0.0",
        "1.000, 1.0",
        "5e-324, 4.9e-324",
        "0.0000000000000000000, 0.0"
    })
    void aDoubleMayBeSpeltInAnotherWay(String text, double value) {
        assertThat(JsonRules.parseNumber(text)).isEqualTo(value);
    }

    @Test
    void aNumberThatIsTooLongIsRefused() {
        assertThatThrownBy(() -> JsonRules.parseNumber("1".repeat(JsonRules.MAX_NUMBER_LENGTH + 1)))
                .isInstanceOf(MalformedPayloadException.class)
                .hasMessage("A number of 1001 characters; at most 1000 are read");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e9999", "-1e9999", "1e-10001", "1e99999999999", "1.5e-999999999"})
    void anExponentThatIsTooLargeIsRefused(String text) {
        assertThatThrownBy(() -> JsonRules.parseNumber(text))
                .isInstanceOf(MalformedPayloadException.class)
                .hasMessage("A number with an exponent beyond 9999");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "é", "aé", "\u007f", "a\ufeff", PAIR})
    void utf8IsRead(String text) {
        assertThat(JsonRules.decodeUtf8(Payload.ofText(text))).isEqualTo(text);
    }

    static Stream<byte[]> notUtf8() {
        return Stream.of(new byte[] {(byte) 0x80}, new byte[] {'a', (byte) 0xC3}, new byte[] {(byte) 0xC3, 'a'});
    }

    @ParameterizedTest
    @MethodSource("notUtf8")
    void bytesThatAreNotUtf8AreRefused(byte[] bytes) {
        assertThatThrownBy(() -> JsonRules.decodeUtf8(Payload.of(bytes)))
                .isInstanceOf(MalformedPayloadException.class)
                .hasMessage("Not valid UTF-8");
    }

    @Test
    void aByteOrderMarkIsRefused() {
        assertThatThrownBy(() -> JsonRules.decodeUtf8(Payload.ofText("\ufeff{}")))
                .isInstanceOf(MalformedPayloadException.class)
                .hasMessage("Begins with a byte order mark");
    }

    @Test
    void aTextForALogStaysOnOneLine() {
        assertThat(JsonRules.onOneLine(null)).isEqualTo("null");
        assertThat(JsonRules.onOneLine("")).isEmpty();
        assertThat(JsonRules.onOneLine("plain é")).isEqualTo("plain é");
        assertThat(JsonRules.onOneLine("\ud83d\ude00\udb40\udc01\u009b"))
                .as("an invisible tag is a format character")
                .isEqualTo("\ud83d\ude00\\udb40\\udc01\\u009b");
        assertThat(JsonRules.onOneLine("a\nb\rc\td\u001be\u2028f\u2029g\u202eh"))
                .isEqualTo("a\\nb\\rc\\td\\u001be\\u2028f\\u2029g\\u202eh");
        assertThat(JsonRules.onOneLine("\n")).isEqualTo("\\n");
    }

    @Test
    void aLongTextIsShortenedForALog() {
        String longest = "x".repeat(1_000);
        assertThat(JsonRules.forLog(null)).isEqualTo("null");
        assertThat(JsonRules.forLog("a\n")).isEqualTo("a\\n");
        assertThat(JsonRules.forLog(longest)).isEqualTo(longest);
        assertThat(JsonRules.forLog(longest + "yz")).isEqualTo(longest + "… (2 more characters)");
        assertThat(JsonRules.forLog("\n".repeat(1_001))).isEqualTo("\\n".repeat(1_000) + "… (1 more characters)");
    }

    @Test
    void halfOfASurrogatePairIsFound() {
        assertThat(JsonRules.loneSurrogate("")).isEqualTo(-1);
        assertThat(JsonRules.loneSurrogate("a" + PAIR + PAIR)).isEqualTo(-1);
        assertThat(JsonRules.loneSurrogate("a" + LONE)).isEqualTo(1);
        assertThat(JsonRules.loneSurrogate(LONE + "a")).isZero();
        assertThat(JsonRules.loneSurrogate(PAIR + LONE + LONE)).isEqualTo(2);
        assertThat(JsonRules.loneSurrogate("\ude00" + LONE)).isZero();
        assertThat(JsonRules.loneSurrogate(PAIR + "\ude00")).isEqualTo(2);
    }

    private static Object lists(int depth) {
        Object tree = "x";
        for (int i = 0; i < depth; i++) {
            tree = List.of(tree);
        }
        return tree;
    }

    private static Object maps(int depth) {
        Object tree = "x";
        for (int i = 0; i < depth; i++) {
            tree = Map.of("k", tree);
        }
        return tree;
    }

    static Stream<Object> writable() {
        return Stream.of(
                Arrays.asList(null, true, (byte) 1, (short) 2, 3, 4L, "text", 1.5),
                Map.of("k", PAIR),
                new HashMap<>(Map.of("k", List.of(1))),
                BigInteger.TEN.pow(JsonRules.MAX_NUMBER_LENGTH - 1),
                new BigDecimal("1e9998"),
                new BigDecimal("1e-10000"),
                lists(JsonRules.MAX_DEPTH),
                maps(JsonRules.MAX_DEPTH));
    }

    @ParameterizedTest
    @MethodSource("writable")
    void aTreeThatJsonHasIsWritable(Object tree) {
        assertThatCode(() -> JsonRules.requireWritable(tree)).doesNotThrowAnyException();
    }

    private static void refused(Object tree, String message) {
        assertThatThrownBy(() -> JsonRules.requireWritable(tree))
                .isInstanceOf(InvalidJobException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> JsonRules.requireWritable(Arrays.asList(1, tree)))
                .as("in a list")
                .isInstanceOf(InvalidJobException.class);
        assertThatThrownBy(() -> JsonRules.requireWritable(Collections.singletonMap("k", tree)))
                .as("in a map")
                .isInstanceOf(InvalidJobException.class);
    }

    @Test
    void aTreeThatJsonDoesNotHaveIsRefused() {
        String half = "Text with half of a surrogate pair at index %d cannot be sent; UTF-8 has no bytes for it";
        refused(LONE, half.formatted(0));
        refused("a" + LONE, half.formatted(1));
        refused(Map.of(LONE, 1), half.formatted(0));
        refused(Map.of(7, 1), "A map has a key of java.lang.Integer; keys in JSON are strings");
        refused(Collections.singletonMap(null, 1), "A map has a key of null; keys in JSON are strings");
        refused(Double.NaN, "NaN has no JSON form; send null or text in its place");
        refused(
                1.5f,
                "A value of java.lang.Float cannot be sent; send text, a boolean, an integer, a double, a BigDecimal, "
                        + "a list or a map");
    }

    @Test
    void aNumberThatWouldNotBeReadBackIsRefused() {
        String message = "A number of more than 1000 characters or an exponent beyond 9999 would not be read back; "
                + "send it as text";
        BigInteger longest = BigInteger.TEN.pow(JsonRules.MAX_NUMBER_LENGTH);
        refused(longest, message);
        refused(longest.subtract(BigInteger.ONE).negate(), message);
        refused(new BigDecimal("1e9999"), message);
        refused(new BigDecimal("1e-10001"), message);
    }

    @Test
    void aTreeThatNestsTooDeepIsRefused() {
        String message = "Lists and maps nest deeper than 200 levels, or one holds itself; no worker would read that";
        refused(lists(JsonRules.MAX_DEPTH + 1), message);
        refused(maps(JsonRules.MAX_DEPTH + 1), message);
        List<Object> itself = new ArrayList<>();
        itself.add(itself);
        refused(itself, message);
    }

    static Stream<Object> kinds() {
        return Stream.of(
                Arrays.asList(null, "null"),
                List.of("s", "a string"),
                List.of(true, "a boolean"),
                List.of(1L, "a number"),
                List.of(List.of(), "an array"),
                List.of(Map.of(), "an object"),
                List.of('c', "a java.lang.Character"));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void theMessageNamesTheKindOfAValueThatDoesNotFit(List<?> kind) {
        JobArgumentException e = JsonRules.doesNotFit(kind.get(0), Integer.class, "no\nmore", null);
        assertThat(e).hasMessage("Cannot make java.lang.Integer of " + kind.get(1) + ": no");
        assertThat(e.getCause()).isNull();
    }

    @Test
    void theReasonOfAValueThatDoesNotFitIsShortened() {
        Exception cause = new Exception();
        String longest = "r".repeat(300);
        assertThat(JsonRules.doesNotFit("s", int.class, longest, cause))
                .hasMessage("Cannot make int of a string: " + longest)
                .hasCause(cause);
        assertThat(JsonRules.doesNotFit("s", int.class, longest + "x", cause))
                .hasMessage("Cannot make int of a string: " + longest + "…");
        assertThat(JsonRules.doesNotFit("s", int.class, null, null)).hasMessage("Cannot make int of a string: null");
        assertThat(JsonRules.doesNotFit("s", int.class, "", null)).hasMessage("Cannot make int of a string: ");
    }

    @Test
    void aNumberIsConvertedWithoutLossOrNotAtAll() {
        assertThat(JsonRules.numberOf(127L, byte.class)).isEqualTo((byte) 127);
        assertThat(JsonRules.numberOf(128L, byte.class)).isNull();
        assertThat(JsonRules.numberOf("12", Integer.class)).isEqualTo(12);
        assertThat(JsonRules.numberOf("+12", Integer.class)).isNull();
        assertThat(JsonRules.numberOf(1.0, long.class)).isNull();
        assertThat(JsonRules.numberOf(true, long.class)).isNull();
        assertThat(JsonRules.numberOf(0.1, float.class)).isEqualTo(0.1f);
        assertThat(JsonRules.numberOf(1e300, float.class)).isNull();
        assertThat(JsonRules.numberOf(9007199254740992L, double.class)).isEqualTo(9007199254740992.0);
        assertThat(JsonRules.numberOf(9007199254740993L, double.class)).isNull();
        assertThat(JsonRules.numberOf(new BigDecimal("0.10000000000000001"), double.class))
                .isEqualTo(0.1);
        assertThat(JsonRules.numberOf(5L, BigDecimal.class)).isEqualTo(new BigDecimal(5));
        assertThat(JsonRules.isNumber(String.class)).isFalse();
        assertThat(JsonRules.wantedNumber(byte.class)).isEqualTo("an integer from -128 to 127");
    }
}
