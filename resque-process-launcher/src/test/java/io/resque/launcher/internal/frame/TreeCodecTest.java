package io.resque.launcher.internal.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.InvalidJobException;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TreeCodecTest {
    private static byte[] body(@Nullable Object tree) {
        byte[] frame = TreeWriter.frame((byte) 7, tree);
        assertThat(ByteBuffer.wrap(frame).getInt()).isEqualTo(frame.length - TreeWriter.HEADER);
        assertThat(frame[4]).isEqualTo((byte) 7);
        return Arrays.copyOfRange(frame, TreeWriter.HEADER, frame.length);
    }

    private static @Nullable Object crossed(@Nullable Object tree) throws IOException {
        return new TreeReader(body(tree)).read();
    }

    @Test
    void everyValueComesBackAsItWas() throws IOException {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("z", null);
        map.put("", List.of(Map.of()));
        map.put("é😀", "\uD800 alone");
        List<@Nullable Object> all = Arrays.asList(
                null,
                true,
                false,
                0L,
                Long.MIN_VALUE,
                7,
                -0.0,
                Double.MIN_VALUE,
                new BigInteger("-18446744073709551616"),
                new BigDecimal("1.10"),
                new BigDecimal("1E-9999"),
                "",
                "a\u0000b",
                "x".repeat(200_000),
                List.of(),
                map);
        Object back = crossed(all);
        assertThat(back).isEqualTo(all);
        assertThat(((Map<?, ?>) ((List<?>) back).get(15)).keySet().toString()).isEqualTo("[z, , é😀]");
        assertThat(crossed(0.1f)).isEqualTo(0.1);
    }

    @Test
    void whatJsonDoesNotHaveIsRefused() {
        List<Object> itself = new ArrayList<>();
        itself.add(itself);
        for (Object bad : List.of(new Object(), Instant.EPOCH, 'c', new int[0], Map.of(1, 2), itself)) {
            assertThatThrownBy(() -> body(bad)).isInstanceOf(InvalidJobException.class);
        }
        String large = "x".repeat(20 << 20);
        assertThatThrownBy(() -> body(List.of(large, large)))
                .isInstanceOf(InvalidJobException.class)
                .hasMessageContaining("64 MB");
    }

    @Test
    void theLargestFrameIsSent() {
        // its header, the kind of the value, and the length of the text
        String largest = "x".repeat((TreeWriter.MAX_BODY - TreeWriter.HEADER - 1 - Integer.BYTES) / Character.BYTES);
        assertThat(TreeWriter.frame((byte) 7, largest)).hasSize(TreeWriter.MAX_BODY);
        assertThatThrownBy(() -> TreeWriter.frame((byte) 7, largest + "x"))
                .isInstanceOf(InvalidJobException.class)
                .hasMessageStartingWith("Arguments or a result of more than 64 MB");
    }

    enum Colour {
        RED
    }

    record Point(int x, Optional<Colour> colour) {}

    @Test
    void whatAJobMayReturnIsSentAsJson() throws IOException {
        assertThat(crossed(Optional.of(new Point(1, Optional.of(Colour.RED)))))
                .isEqualTo(Map.of("x", 1, "colour", "RED"));
        assertThat(crossed(Arrays.asList((short) 1, (byte) 2, Optional.empty())))
                .isEqualTo(Arrays.asList(1, 2, null));
    }

    @Test
    void aValueMayStandAcrossTheEndOfTheFirstBuffer() throws IOException {
        for (Object value : List.of(
                true,
                1,
                2L,
                0.5,
                0.5f,
                new BigInteger("-18446744073709551616"),
                new BigDecimal("1.10"),
                "text",
                List.of(1),
                Map.of("key", 2L))) {
            for (int before = 200; before < 260; before++) {
                List<@Nullable Object> all = new ArrayList<>(Collections.nCopies(before, null));
                all.add(value);
                Object back = value instanceof Float half ? (Object) half.doubleValue() : value;
                assertThat(((List<?>) crossed(all)).get(before)).isEqualTo(back);
            }
        }
    }

    private static Object nested(int levels, UnaryOperator<Object> around) {
        Object nested = around.apply(null);
        for (int i = 1; i < levels; i++) {
            nested = around.apply(nested);
        }
        return nested;
    }

    static Stream<UnaryOperator<Object>> around() {
        return Stream.of(Collections::singletonList, value -> Collections.singletonMap("", value));
    }

    @ParameterizedTest
    @MethodSource("around")
    void asDeepAsAPayloadMayBe(UnaryOperator<Object> around) throws IOException {
        Object deep = nested(TreeWriter.MAX_DEPTH, around);
        assertThat(crossed(deep)).isEqualTo(deep);
        assertThatThrownBy(() -> body(around.apply(deep)))
                .isInstanceOf(InvalidJobException.class)
                .hasMessageStartingWith("Lists and maps nest deeper than 220 levels");
    }

    static Stream<byte[]> levels() {
        byte[] list = body(Collections.singletonList(null));
        byte[] map = body(Collections.singletonMap("", null));
        // without the null inside
        return Stream.of(Arrays.copyOf(list, list.length - 1), Arrays.copyOf(map, map.length - 1));
    }

    @ParameterizedTest
    @MethodSource("levels")
    void noJobWritesAFrameThatIsDeeper(byte[] level) throws IOException {
        assertThat(new TreeReader(levels(level, TreeWriter.MAX_DEPTH)).read()).isNotNull();
        assertThatThrownBy(() -> new TreeReader(levels(level, TreeWriter.MAX_DEPTH + 1)).read())
                .isInstanceOf(ProtocolException.class)
                .hasMessage("A frame nests deeper than 220 levels");
    }

    private static byte[] levels(byte[] level, int count) {
        ByteBuffer body = ByteBuffer.allocate(level.length * count + 1);
        for (int i = 0; i < count; i++) {
            body.put(level);
        }
        return body.put(TreeWriter.NULL).array();
    }

    @Test
    void noBytesDoMoreThanBeRefused() {
        byte[] good = body(List.of("text", 1L, new BigInteger("1").shiftLeft(70), Map.of("k", List.of(1.5, true))));
        Random random = new Random(42);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bad = i % 2 == 0 ? good.clone() : Arrays.copyOf(good, random.nextInt(good.length));
            for (int j = 0; j < 3 && bad.length > 0; j++) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            try {
                new TreeReader(bad).read();
            } catch (ProtocolException e) {
                refused++;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
        assertThat(refused).isGreaterThan(10_000);
    }
}
