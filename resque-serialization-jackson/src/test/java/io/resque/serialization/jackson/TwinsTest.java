package io.resque.serialization.jackson;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.InvalidJobException;
import io.resque.api.MalformedPayloadException;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Payload;
import io.resque.serialization.gson.GsonSerializerProvider;
import io.resque.tck.RecordedCases;
import io.resque.tck.WireRule;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Jackson and Gson must behave alike: they accept and refuse the same inputs, and give the same trees and the same
 * bytes.
 */
class TwinsTest {
    private static final String[] PIECES = {
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "\\u",
        "\\ud83d",
        "\\ude00",
        "\\u0000",
        "\\u2028",
        "\\/",
        "\\x",
        "0",
        "-",
        "-0",
        "1",
        "9223372036854775808",
        ".",
        ".5",
        "e",
        "E+",
        "e400",
        "e99999",
        "+",
        "null",
        "true",
        "false",
        "NaN",
        "Infinity",
        "tru",
        "'",
        " ",
        "\n",
        "\t",
        "\r",
        "\f",
        "\0",
        "\u001f",
        "\u007f",
        "\u00a0",
        "\u2028",
        "\u0130",
        "\ufeff",
        "\u00e9",
        "\ud83d\ude00",
        "//",
        "/*",
        "*/",
        "#",
        ";",
        "=",
        "{\"a\":1,\"a\":2}",
        "[[]]"
    };

    private final JobSerializer jackson = new JacksonSerializerProvider().create();
    private final JobSerializer gson = new GsonSerializerProvider().create();

    @Test
    @WireRule({"W-206", "W-209", "W-210", "W-211"})
    void theyTakeAndRefuseTheSameTexts() {
        Random random = new Random(20261122);
        List<byte[]> seeds = new ArrayList<>();
        RecordedCases.of("ruby/java_consume.json")
                .forEach(c -> seeds.add(Base64.getDecoder().decode((String) c.get("inputs", "payload_base64"))));
        RecordedCases.of("php/golden-payloads.json").stream()
                .limit(200)
                .forEach(c -> seeds.add(((String) c.get("raw")).getBytes(StandardCharsets.UTF_8)));
        int taken = 0;
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            Payload payload =
                    Payload.of(i % 4 == 0 ? pieces(random) : mutated(seeds.get(random.nextInt(seeds.size())), random));
            Object byJackson = read(jackson, payload);
            Object byGson = read(gson, payload);
            assertThat(byGson).as(() -> "input " + payload.text()).isEqualTo(byJackson);
            assertThat(String.valueOf(byGson)).isEqualTo(String.valueOf(byJackson));
            if (byGson == MalformedPayloadException.class) {
                refused++;
            } else {
                taken++;
                assertThat(gson.encode(byGson)).isEqualTo(jackson.encode(byJackson));
            }
        }
        assertThat(taken).isGreaterThan(2_000);
        assertThat(refused).isGreaterThan(2_000);
    }

    private static Object read(JobSerializer serializer, Payload payload) {
        try {
            return serializer.decode(payload);
        } catch (MalformedPayloadException e) {
            return MalformedPayloadException.class;
        }
    }

    private static byte[] pieces(Random random) {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(8); n >= 0; n--) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] mutated(byte[] seed, Random random) {
        byte[] bytes = seed;
        for (int n = random.nextInt(3); n >= 0; n--) {
            int at = random.nextInt(bytes.length + 1);
            int until = Math.min(bytes.length, at + random.nextInt(4));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.write(bytes, 0, at);
            switch (random.nextInt(4)) {
                case 0 -> out.writeBytes(PIECES[random.nextInt(PIECES.length)].getBytes(StandardCharsets.UTF_8));
                case 1 -> out.write(random.nextInt(256));
                case 2 -> out.write(bytes, at, until - at); // written twice: once here, once below
                default -> at = until; // left out
            }
            out.write(bytes, at, bytes.length - at);
            bytes = out.toByteArray();
        }
        return bytes;
    }

    @Test
    @WireRule({"W-201", "W-202", "W-203", "W-204", "W-205"})
    void theyWriteTheSameBytesAndRefuseTheSameTrees() {
        Random random = new Random(20261123);
        int written = 0;
        int refused = 0;
        for (int i = 0; i < 5_000; i++) {
            Object tree = Arrays.asList(tree(random, 0), tree(random, 0), tree(random, 0));
            Object byJackson = write(jackson, tree);
            assertThat(write(gson, tree)).isEqualTo(byJackson);
            if (byJackson instanceof Payload payload) {
                written++;
                Object again = gson.decode(payload);
                assertThat(again).isEqualTo(jackson.decode(payload));
                assertThat(gson.encode(again)).as(payload::text).isEqualTo(jackson.encode(again));
            } else {
                refused++;
            }
        }
        assertThat(written).isGreaterThan(1_000);
        assertThat(refused).isGreaterThan(100);
    }

    /** The payload, or the message of the refusal. */
    private static Object write(JobSerializer serializer, Object tree) {
        try {
            return serializer.encode(tree);
        } catch (InvalidJobException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static Object tree(Random random, int depth) {
        return switch (random.nextInt(depth > 4 ? 8 : 12)) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> random.nextLong();
            case 3 -> random.nextInt(20) == 0 ? (Object) 1.5f : (Object) random.nextInt(1000);
            case 4 -> Double.longBitsToDouble(random.nextLong());
            case 5 -> new BigInteger(random.nextInt(300), random).negate();
            case 6 -> new BigDecimal(new BigInteger(200, random), random.nextInt(600) - 300);
            case 7, 8 -> text(random);
            case 9, 10 -> {
                List<Object> list = new ArrayList<>();
                for (int n = random.nextInt(4); n > 0; n--) {
                    list.add(tree(random, depth + 1));
                }
                yield list;
            }
            default -> {
                Map<String, Object> map = new LinkedHashMap<>();
                for (int n = random.nextInt(4); n > 0; n--) {
                    map.put(text(random), tree(random, depth + 1));
                }
                yield map;
            }
        };
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(6); n > 0; n--) {
            switch (random.nextInt(6)) {
                case 0 -> text.append((char) random.nextInt(0x80));
                case 1 -> text.append((char) (0x2027 + random.nextInt(4)));
                case 2 -> text.append(random.nextBoolean() ? "\\" : "\\u2028");
                case 3 -> text.appendCodePoint(0x10000 + random.nextInt(0x100000));
                case 4 -> text.append((char) random.nextInt(random.nextInt(4) == 0 ? 0x10000 : 0xd800));
                default -> text.append("\"/<>&'\u007f");
            }
        }
        return text.toString();
    }
}
