package io.resque.serialization.gson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.JobArgumentException;
import io.resque.api.spi.JobSerializer;
import java.lang.reflect.Type;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a default Gson would change on the way into an object. */
class StrictGsonTest {
    enum Size {
        SMALL
    }

    record Item(@Nullable Size size, @Nullable Integer count) {}

    private final JobSerializer serializer = new GsonSerializerProvider().create();

    static Stream<Arguments> fitting() {
        return Stream.of(
                Arguments.of(-128L, byte.class, (byte) -128),
                Arguments.of(127L, Byte.class, (byte) 127),
                Arguments.of(-32_768L, short.class, (short) -32_768),
                Arguments.of(32_767L, Short.class, (short) 32_767),
                Arguments.of((long) Integer.MIN_VALUE, int.class, Integer.MIN_VALUE),
                Arguments.of((long) Integer.MAX_VALUE, Integer.class, Integer.MAX_VALUE),
                Arguments.of(Long.MIN_VALUE, long.class, Long.MIN_VALUE),
                Arguments.of(Long.MAX_VALUE, Long.class, Long.MAX_VALUE),
                Arguments.of("7", int.class, 7),
                Arguments.of(true, boolean.class, true),
                Arguments.of("SMALL", Size.class, Size.SMALL));
    }

    @ParameterizedTest
    @MethodSource("fitting")
    void aValueThatFitsIsConverted(Object tree, Class<?> type, Object value) {
        assertThat(serializer.convert(tree, type)).isEqualTo(value);
    }

    static Stream<Arguments> misfits() {
        return Stream.of(
                Arguments.of(-129L, byte.class),
                Arguments.of(128L, Byte.class),
                Arguments.of(255L, byte.class),
                Arguments.of(-32_769L, short.class),
                Arguments.of(32_768L, Short.class),
                Arguments.of(65_535L, short.class),
                Arguments.of(Integer.MIN_VALUE - 1L, int.class),
                Arguments.of(Integer.MAX_VALUE + 1L, Integer.class),
                Arguments.of(BigInteger.ONE.shiftLeft(63), long.class),
                Arguments.of(1.0, long.class),
                Arguments.of(1.5, Integer.class),
                Arguments.of("yes", boolean.class),
                Arguments.of("true", Boolean.class),
                Arguments.of("MEDIUM", Size.class),
                Arguments.of(List.of("MEDIUM"), Size[].class));
    }

    @ParameterizedTest
    @MethodSource("misfits")
    void aValueThatWouldChangeIsRefused(Object tree, Type type) {
        assertThatThrownBy(() -> serializer.convert(tree, type)).isInstanceOf(JobArgumentException.class);
    }

    @Test
    void theMessageNamesTheKindOfTheValueAndItsPlaceButNotTheValue() {
        assertThatThrownBy(() -> serializer.convert(List.of(1L, "4111111111111111"), int[].class))
                .hasMessageEndingWith(
                        "Expected an integer from -2147483648 to 2147483647 but was a string at path $[1]")
                .hasMessageNotContaining("4111");
        assertThatThrownBy(() -> serializer.convert(List.of(4_111_111_111L), int[].class))
                .hasMessageEndingWith(" but was a number at path $[0]")
                .hasMessageNotContaining("4111");
        assertThatThrownBy(() -> serializer.convert(Map.of("size", "MEDIUM"), Item.class))
                .hasMessageEndingWith("Expected the name of a constant of " + Size.class.getName() + " at path $.size");
    }

    @Test
    void nullIsNoConstantAndNoNumberButIsTaken() {
        assertThat(serializer.convert(Arrays.asList("SMALL", null), Size[].class))
                .isEqualTo(new Size[] {Size.SMALL, null});
        assertThat(serializer.convert(Map.of(), Item.class)).isEqualTo(new Item(null, null));
        assertThat(serializer.convert(Arrays.asList(1L, null), Integer[].class)).isEqualTo(new Integer[] {1, null});
    }
}
