package io.resque.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TypeNamesTest {
    private record Own(int a) {}

    static Stream<Arguments> values() {
        Runnable lambda = () -> {};
        Object anonymous = new Object() {};
        Object proxy = Proxy.newProxyInstance(
                TypeNamesTest.class.getClassLoader(), new Class<?>[] {Runnable.class}, (any, method, args) -> null);
        return Stream.of(
                Arguments.of(new int[0], "an int[]", true),
                Arguments.of(new String[0][], "a java.lang.String[][]", true),
                Arguments.of(Instant.EPOCH, "a java.time.Instant", true),
                Arguments.of(BigDecimal.ONE, "a java.math.BigDecimal", true),
                Arguments.of(new Own(1), "an io.resque.api.TypeNamesTest$Own", true),
                Arguments.of(lambda, "a lambda in io.resque.api.TypeNamesTest", false),
                Arguments.of(anonymous, "an anonymous class in io.resque.api.TypeNamesTest", false),
                Arguments.of(proxy, "a java.lang.Runnable", false),
                Arguments.of(Set.of(1), "a java.util.Set", false),
                Arguments.of(Set.of(1, 2, 3), "a java.util.Set", false),
                Arguments.of(Collections.unmodifiableCollection(Set.of(1)), "a java.util.Collection", false),
                Arguments.of(List.of(1).iterator(), "a java.util.ListIterator", false),
                Arguments.of(new HashMap<>(Map.of(1, 2)).keySet(), "a java.util.AbstractSet", false),
                Arguments.of(Stream.of(1, 2), "a java.util.stream.Stream", false));
    }

    @ParameterizedTest
    @MethodSource("values")
    void theClassOfAValueHasAnArticleAndANameThatSourceCodeKnows(Object value, String name, boolean canBeWritten) {
        assertThat(TypeNames.withArticle(value.getClass())).isEqualTo(name);
        assertThat(TypeNames.canBeWritten(value.getClass())).isEqualTo(canBeWritten);
    }

    @Test
    void aLogHasTheNameThatTheJvmKnowsUnlessItHelpsNobody() {
        Runnable lambda = () -> {};
        assertThat(TypeNames.of(lambda.getClass())).isEqualTo("a lambda in io.resque.api.TypeNamesTest");
        assertThat(TypeNames.of(new Object() {}.getClass())).startsWith("io.resque.api.TypeNamesTest$");
        assertThat(TypeNames.of(Own.class)).isEqualTo("io.resque.api.TypeNamesTest$Own");
    }

    @Test
    void aGenericTypeIsShownWhole() throws NoSuchMethodException {
        assertThat(TypeNames.withArticle(
                        Arrays.class.getMethod("asList", Object[].class).getGenericReturnType()))
                .isEqualTo("a java.util.List<T>");
        assertThat(TypeNames.withArticle(Iterator.class)).isEqualTo("a java.util.Iterator");
    }
}
