package io.resque.activejob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.resque.activejob.codec.ArgumentCodec;
import io.resque.activejob.codec.ArgumentCodecException;
import io.resque.activejob.codec.Arguments;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Random arguments, right and wrong ones, are read, written and read again: what is read twice is the same, and what is refused is refused by
 * {@link ArgumentCodecException}. {@code -Dresque.fuzz.arguments=1000000} takes more of them.
 */
class ArgumentFuzzTest {
    private static final int TREES = Integer.getInteger("resque.fuzz.arguments", 50_000);
    private static final long SEED = Long.getLong("resque.fuzz.seed", 26);

    private static final ArgumentCodec CODEC =
            ArgumentCodec.builder().serializer(TypedValues.MONEY).build();

    @Test
    void nothingButTheExceptionOfTheCodec() {
        int read = 0;
        int written = 0;
        int returned = 0;
        for (int i = 0; i < TREES; i++) {
            RandomTrees random = new RandomTrees(SEED * 1_000_003 + i);
            Object tree = i % 2 == 0 ? random.arguments() : null;
            Arguments arguments = null;
            try {
                if (i % 2 == 0) {
                    arguments = CODEC.read(tree);
                    read++;
                } else {
                    List<@Nullable Object> values = new ArrayList<>();
                    values.add(random.value(4));
                    arguments = new Arguments(values, Map.of()).with(random.text(), random.value(2));
                }
                List<@Nullable Object> again = CODEC.write(arguments);
                written++;
                Arguments second = CODEC.read(again);
                if (i % 2 == 0) {
                    assertThat(TypedValues.same(second, arguments))
                            .as(
                                    "seed %d, tree %d: %s is read as %s, written as %s, and read as %s",
                                    SEED, i, tree, arguments, again, second)
                            .isTrue();
                }
                assertThat(CODEC.write(second)).as("seed %d, tree %d", SEED, i).isEqualTo(again);
                returned++;
            } catch (ArgumentCodecException e) {
                assertThat(e.getMessage()).matches("(?s)(Argument|The keyword|The arguments|The list|A GlobalID).*");
            } catch (RuntimeException | StackOverflowError e) {
                fail("seed " + SEED + ", tree " + i + ": " + tree + " or " + arguments, e);
            }
        }
        System.out.printf(
                "%d random arguments: %d trees read, %d written, %d returned unchanged; the others refused%n",
                TREES, read, written, returned);
        assertThat(returned).isGreaterThan(TREES / 20);
    }
}
