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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

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
    void asDeepAsAPayloadMayBe() throws IOException {
        Object deep = List.of();
        for (int i = 1; i < TreeWriter.MAX_DEPTH; i++) {
            deep = List.of(deep);
        }
        assertThat(crossed(deep)).isEqualTo(deep);
        Object deeper = List.of(deep);
        assertThatThrownBy(() -> body(deeper)).isInstanceOf(InvalidJobException.class);
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
