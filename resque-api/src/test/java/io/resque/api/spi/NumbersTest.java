package io.resque.api.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class NumbersTest {
    private static @Nullable Object of(String json, Class<?> type) {
        return Numbers.of(JsonRules.parseNumber(json), type);
    }

    static Stream<Arguments> integers() {
        return Stream.of(
                Arguments.of(byte.class, Byte.class, Byte.MIN_VALUE, Byte.MAX_VALUE),
                Arguments.of(short.class, Short.class, Short.MIN_VALUE, Short.MAX_VALUE),
                Arguments.of(int.class, Integer.class, Integer.MIN_VALUE, Integer.MAX_VALUE),
                Arguments.of(long.class, Long.class, Long.MIN_VALUE, Long.MAX_VALUE));
    }

    @ParameterizedTest
    @MethodSource("integers")
    void anIntegerIsReadIfItsTypeHoldsIt(Class<?> primitive, Class<?> type, Number least, Number most) {
        BigInteger below = new BigInteger(least.toString()).subtract(BigInteger.ONE);
        BigInteger above = new BigInteger(most.toString()).add(BigInteger.ONE);
        for (Class<?> each : new Class<?>[] {primitive, type}) {
            assertThat(Numbers.isNumber(each)).isTrue();
            assertThat(of(least.toString(), each)).isEqualTo(least);
            assertThat(of(most.toString(), each)).isEqualTo(most);
            assertThat(of(below.toString(), each)).isNull();
            assertThat(of(above.toString(), each)).isNull();
            assertThat(of("7.0", each)).isNull();
            assertThat(of("0.10000000000000000001", each)).isNull();
            assertThat(Numbers.wanted(each)).isEqualTo("an integer from " + least + " to " + most);
        }
    }

    @Test
    void aBigIntegerIsReadOfAnyInteger() {
        assertThat(Numbers.isNumber(BigInteger.class)).isTrue();
        assertThat(of("7", BigInteger.class)).isEqualTo(BigInteger.valueOf(7));
        assertThat(of("-18446744073709551616", BigInteger.class)).isEqualTo(new BigInteger("-18446744073709551616"));
        assertThat(of("7.0", BigInteger.class)).isNull();
        assertThat(Numbers.wanted(BigInteger.class)).isEqualTo("an integer");
    }

    @ParameterizedTest
    @CsvSource({"7", "-18446744073709551616", "1.5", "0.1", "1.00000000000000000000000000001", "1E+400"})
    void aBigDecimalIsReadOfAnyNumber(String json) {
        assertThat(Numbers.isNumber(BigDecimal.class)).isTrue();
        assertThat((BigDecimal) of(json, BigDecimal.class)).isEqualByComparingTo(json);
        assertThat(Numbers.wanted(BigDecimal.class)).isEqualTo("a number");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "7, 7.0",
                "0.1, 0.1",
                "-0.0, -0.0",
                // the digits that tell any double from its neighbours
                "0.10000000000000001, 0.1",
                "0.100000000000000010, 0.1",
                "0.30000000000000004, 0.30000000000000004",
                // one digit more, and all digits
                "0.100000000000000006, -",
                "0.1000000000000000055511151231257827021181583404541015625, 0.1",
                "1.23456789012345678901, -",
                "9007199254740993, -",
                "9007199254740992, 9007199254740992",
                "18446744073709551616, 18446744073709551616",
                "18446744073709551617, -",
                "1e308, 1e308",
                "1e400, -",
                "-1e400, -",
            })
    void aDoubleIsReadOfTheNumbersThatItHolds(String json, @Nullable Double value) {
        assertThat(of(json, double.class)).isEqualTo(value);
        assertThat(of(json, Double.class)).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "7, 7",
                "0.1, 0.1",
                "16777216, 16777216",
                "16777217, -",
                "0.123456789012, -",
                "3.4028235E38, 3.4028235E38",
                "1e39, -",
                "1e400, -",
            })
    void aFloatIsReadOfTheNumbersThatItHolds(String json, @Nullable Float value) {
        assertThat(of(json, float.class)).isEqualTo(value);
        assertThat(of(json, Float.class)).isEqualTo(value);
    }

    @Test
    void whatIsWantedIsNamed() {
        assertThat(Numbers.wanted(double.class)).isEqualTo("a number that a double holds");
        assertThat(Numbers.wanted(Double.class)).isEqualTo("a number that a double holds");
        assertThat(Numbers.wanted(float.class)).isEqualTo("a number that a float holds");
        assertThat(Numbers.wanted(Float.class)).isEqualTo("a number that a float holds");
        for (Class<?> type : new Class<?>[] {double.class, Double.class, float.class, Float.class}) {
            assertThat(Numbers.isNumber(type)).isTrue();
        }
        for (Class<?> type : new Class<?>[] {Number.class, char.class, boolean.class, String.class, Object.class}) {
            assertThat(Numbers.isNumber(type)).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "7, 7",
                "-7, -7",
                "7.0, -",
                "7e0, -",
                "' 7', -",
                "+7, -",
                "07, -",
                "'', -",
                "x, -",
                "9223372036854775808, -",
            })
    void aStringMayHoldANumberAsFormsSendIt(String text, @Nullable Long value) {
        assertThat(Numbers.of(text, long.class)).isEqualTo(value);
    }

    @Test
    void aStringMayHoldADecimal() {
        assertThat(Numbers.of("2.5e1", double.class)).isEqualTo(25.0);
        assertThat(Numbers.of("1e99999", double.class))
                .as("no number of JSON here")
                .isNull();
        assertThat(Numbers.of(true, double.class)).isNull();
    }
}
