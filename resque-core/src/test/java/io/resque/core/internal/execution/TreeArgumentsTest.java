package io.resque.core.internal.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.JobArgumentException;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Payload;
import io.resque.core.Serializers;
import java.lang.reflect.Type;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("serializers")
class TreeArgumentsTest {
    private final JobSerializer serializer;

    TreeArgumentsTest(JobSerializer serializer) {
        this.serializer = serializer;
    }

    static Stream<JobSerializer> serializers() {
        return Stream.of(Serializers.GSON, Serializers.JACKSON);
    }

    record Mail(String to, int copies, List<String> cc) {}

    static class Settings {
        public String name = "";
        public boolean loud;
    }

    private TreeArguments positional(@Nullable Object... values) {
        return new TreeArguments("My_Job", new ArrayList<>(Arrays.asList(values)), Map.of(), serializer);
    }

    private static void refused(ThrowingCallable access, String message) {
        assertThatThrownBy(access).isInstanceOf(JobArgumentException.class).hasMessage(message);
    }

    @Test
    void positionalAsTheyAre() {
        TreeArguments args = positional("x", 1L, null, 1.5, true, List.of(1L), Map.of("k", "v"));
        assertThat(args.size()).isEqualTo(7);
        assertThat(args.asList()).containsExactly("x", 1L, null, 1.5, true, List.of(1L), Map.of("k", "v"));
        assertThat(args.get(0)).isEqualTo("x");
        assertThat(args.get(2)).isNull();
        assertThat(args.get(6)).isEqualTo(Map.of("k", "v"));
    }

    @Test
    void nothingInsideCanBeChanged() {
        Object tree = serializer.decode(Payload.ofText("[[[1]],{\"k\":[{\"deep\":null}]}]"));
        TreeArguments args = new TreeArguments("My_Job", new ArrayList<>((List<?>) tree), Map.of(), serializer);
        List<?> list = (List<?>) args.get(0);
        Map<?, ?> map = (Map<?, ?>) args.get(1);
        for (List<?> unchanging : List.of(args.asList(), list, (List<?>) list.get(0), (List<?>) map.get("k"))) {
            assertThatThrownBy(() -> unchanging.remove(0)).isInstanceOf(UnsupportedOperationException.class);
        }
        for (Map<?, ?> unchanging : List.of(map, (Map<?, ?>) ((List<?>) map.get("k")).get(0))) {
            assertThatThrownBy(unchanging::clear).isInstanceOf(UnsupportedOperationException.class);
        }
        assertThat(args.asList()).isEqualTo(tree);
    }

    @Test
    void positionalAsTypes() {
        TreeArguments args =
                positional("x", 7L, 1.5, true, List.of("a"), Map.of("to", "Chris", "copies", 2L, "cc", List.of()));
        assertThat(args.get(0, String.class)).isEqualTo("x");
        assertThat(args.get(1, Integer.class)).isEqualTo(7);
        assertThat(args.get(1, Long.class)).isEqualTo(7L);
        assertThat(args.get(1, BigInteger.class)).isEqualTo(BigInteger.valueOf(7));
        assertThat(args.get(2, Double.class)).isEqualTo(1.5);
        assertThat(args.get(3, Boolean.class)).isTrue();
        assertThat(args.get(4, String[].class)).containsExactly("a");
        assertThat(args.get(5, Mail.class)).isEqualTo(new Mail("Chris", 2, List.of()));
    }

    @Test
    void primitivesAreTypesToo() {
        TreeArguments args = positional(7L, 1.5, true);
        int number = args.get(0, int.class);
        long wide = args.get(0, long.class);
        double decimal = args.get(1, double.class);
        boolean flag = args.get(2, boolean.class);
        assertThat(number).isEqualTo(7);
        assertThat(wide).isEqualTo(7L);
        assertThat(decimal).isEqualTo(1.5);
        assertThat(flag).isTrue();
        refused(
                () -> positional((Object) null).get(0, int.class),
                "Argument 0 of My_Job is null, not " + "an integer from -2147483648 to 2147483647");
    }

    @Test
    void positionsThatThereAreNot() {
        refused(() -> positional("x").get(1), "My_Job has no argument 1; it was given 1");
        refused(() -> positional().get(0, String.class), "My_Job has no argument 0; it was given 0");
        refused(() -> positional("x").get(-1), "My_Job has no argument -1; it was given 1");
    }

    @Test
    void valuesThatDoNotFit() {
        refused(() -> positional("x", null).get(1, String.class), "Argument 1 of My_Job is null, not a string");
        refused(
                () -> positional("secret").get(0, Integer.class),
                "Argument 0 of My_Job is a string of 6 characters, not an integer from -2147483648 to 2147483647");
        refused(
                () -> positional(5_000_000_000L).get(0, int.class),
                "Argument 0 of My_Job is a number, not an integer from -2147483648 to 2147483647");
        refused(
                () -> positional(List.of()).get(0, Mail.class),
                "Argument 0 of My_Job is an array of 0, not an object for Mail");
        refused(
                () -> positional("x").get(0, Settings.class),
                "Argument 0 of My_Job is a string of 1 character, not an "
                        + "io.resque.core.internal.execution.TreeArgumentsTest$Settings");
    }

    @Test
    void namedAsPhpSendsThem() {
        TreeArguments args = positional(Map.of("name", "Chris", "copies", 3L));
        assertThat(args.size()).isEqualTo(1);
        assertThat(args.asMap()).isEqualTo(Map.of("name", "Chris", "copies", 3L));
        assertThat(args.get("name")).isEqualTo("Chris");
        assertThat(args.get("name", String.class)).isEqualTo("Chris");
        assertThat(args.get("copies", int.class)).isEqualTo(3);
        assertThatThrownBy(() -> args.asMap().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void namesThatThereAreNot() {
        refused(() -> positional(Map.of("a", 1L)).get("b"), "My_Job has no argument \"b\"; it was given [a]");
        refused(() -> positional().get("b", String.class), "My_Job has no argument \"b\"; it was given []");
        Map<String, Object> nothing = new HashMap<>();
        nothing.put("b", null);
        assertThat(positional(nothing).get("b")).isNull();
        refused(() -> positional(nothing).get("b", String.class), "Argument \"b\" of My_Job is null, not a string");
        refused(
                () -> positional(Map.of("b", true)).get("b", Integer.class),
                "Argument \"b\" of My_Job is a boolean, not an integer from -2147483648 to 2147483647");
    }

    @Test
    void nothingFromPhpIsAnEmptyMap() {
        assertThat(positional().asMap()).isEmpty();
        assertThat(positional((Object) null).asMap()).isEmpty();
        assertThat(positional(new ArrayList<>()).asMap()).isEmpty();
        assertThat(positional(Map.of()).asMap()).isEmpty();
    }

    @Test
    void otherArgumentsAreNoMap() {
        refused(() -> positional(1L, 2L).asMap(), "My_Job was not given one map but 2 arguments");
        refused(() -> positional("x").asMap(), "My_Job was not given one map but 1 argument, a string");
        refused(() -> positional(List.of(1L)).asMap(), "My_Job was not given one map but 1 argument, an array");
        refused(() -> positional(1L).get("a"), "My_Job was not given one map but 1 argument, a number");
    }

    @Test
    void allAsARecordOrClass() {
        TreeArguments args = positional(Map.of("to", "Chris", "copies", 2L, "cc", List.of("a", "b")));
        assertThat(args.as(Mail.class)).isEqualTo(new Mail("Chris", 2, List.of("a", "b")));
        Settings settings = positional(Map.of("name", "n", "loud", true)).as(Settings.class);
        assertThat(settings.name).isEqualTo("n");
        assertThat(settings.loud).isTrue();
        for (TreeArguments nothing : List.of(positional(), positional((Object) null), positional(new ArrayList<>()))) {
            assertThat(nothing.as(Settings.class).name).isEmpty();
        }
        assertThat(positional("Chris", 2L, List.of("a", "b")).as(Mail.class))
                .isEqualTo(new Mail("Chris", 2, List.of("a", "b")));
        refused(
                () -> positional("x").as(Settings.class),
                "The list of arguments of My_Job is an array of 1, not an "
                        + "io.resque.core.internal.execution.TreeArgumentsTest$Settings");
    }

    @Test
    void allAsACollection() throws NoSuchMethodException {
        Type integers = Holder.class.getDeclaredMethod("integers").getGenericReturnType();
        List<Integer> numbers = positional(1L, 2L).as(integers);
        assertThat(numbers).containsExactly(1, 2);
        assertThat(positional(1L, 2L).as(int[].class)).containsExactly(1, 2);
        List<?> none = positional().as(List.class);
        assertThat(none).isEmpty();
        refused(
                () -> positional(1L, "x").<List<Integer>>as(integers),
                "Argument 1 of My_Job is a string of 1 character, not an integer from -2147483648 to 2147483647");
    }

    @Test
    void oneArgumentAsAGenericType() throws NoSuchMethodException {
        Type mails = Holder.class.getDeclaredMethod("mails").getGenericReturnType();
        List<Mail> read = positional(List.of(Map.of("to", "Chris", "copies", 2L, "cc", List.of())))
                .get(0, mails);
        assertThat(read).containsExactly(new Mail("Chris", 2, List.of()));
        refused(
                () -> positional(List.of(new TreeMap<>(Map.of("to", "Chris", "copys", 2L))))
                        .<List<Mail>>get(0, mails),
                "Argument 0 ([0]) of My_Job has no \"copies\", which Mail needs; it has [copys, to]");
        Type optional = Holder.class.getDeclaredMethod("optional").getGenericReturnType();
        Optional<String> none = positional((Object) null).get(0, optional);
        assertThat(none).isEmpty();
    }

    interface Holder {
        List<Integer> integers();

        List<Mail> mails();

        Optional<String> optional();
    }
}
