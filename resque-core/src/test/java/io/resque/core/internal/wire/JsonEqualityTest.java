package io.resque.core.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JsonEqualityTest {
    private static Map<String, Object> ordered(String... names) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (String name : names) {
            map.put(name, 1);
        }
        return map;
    }

    static Stream<Arguments> equal() {
        return Stream.of(
                Arguments.of(null, null),
                Arguments.of("a", "a"),
                Arguments.of(true, true),
                Arguments.of(1, 1L),
                Arguments.of(1L, 1.0),
                Arguments.of(0.1, new BigDecimal("0.10")),
                Arguments.of(new BigInteger("1"), 1L),
                Arguments.of(1e300, new BigDecimal("1e300")),
                Arguments.of(Arrays.asList(1, null), Arrays.asList(1.0, null)),
                Arguments.of(List.of(), List.of()),
                Arguments.of(ordered("a", "b"), ordered("b", "a")),
                Arguments.of(Map.of("a", List.of(1)), Map.of("a", List.of(1.0))),
                Arguments.of(Collections.singletonMap("a", null), Collections.singletonMap("a", null)));
    }

    @ParameterizedTest
    @MethodSource("equal")
    void valuesAreEqual(@Nullable Object one, @Nullable Object other) {
        assertThat(JsonEquality.equal(one, other)).isTrue();
        assertThat(JsonEquality.equal(other, one)).isTrue();
    }

    static Stream<Arguments> different() {
        return Stream.of(
                Arguments.of(null, "null"),
                Arguments.of("a", "b"),
                Arguments.of(true, "true"),
                Arguments.of(1, "1"),
                Arguments.of(1, 2L),
                Arguments.of(1, 1.5),
                Arguments.of(0.1, new BigDecimal("0.1000000000000000055511151231257827")),
                Arguments.of(new BigInteger("18446744073709551617"), 1L),
                Arguments.of(List.of(1), List.of(1, 2)),
                Arguments.of(List.of(1, 2), List.of(2, 1)),
                Arguments.of(List.of(), Map.of()),
                Arguments.of(Map.of("a", 1), Map.of("a", 2)),
                Arguments.of(Map.of("a", 1), Map.of("b", 1)),
                Arguments.of(Map.of("a", 1), ordered("a", "b")),
                Arguments.of(Collections.singletonMap("a", null), Collections.singletonMap("b", null)));
    }

    @ParameterizedTest
    @MethodSource("different")
    void valuesAreDifferent(@Nullable Object one, @Nullable Object other) {
        assertThat(JsonEquality.equal(one, other)).isFalse();
        assertThat(JsonEquality.equal(other, one)).isFalse();
    }
}
