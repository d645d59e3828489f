package io.resque.activejob;

import io.resque.activejob.codec.GlobalId;
import io.resque.activejob.codec.RubyClass;
import io.resque.activejob.codec.RubyDateTime;
import io.resque.activejob.codec.RubyDuration;
import io.resque.activejob.codec.RubyHash;
import io.resque.activejob.codec.RubyRange;
import io.resque.activejob.codec.RubySymbol;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Random JSON trees that look like arguments of ActiveJob, right and wrong ones, and random Java values. */
final class RandomTrees {
    private static final String[] KEYS = {
        "_aj_globalid",
        "_aj_serialized",
        "_aj_hash_with_indifferent_access",
        "_aj_symbol_keys",
        "_aj_ruby2_keywords",
        "value",
        "parts",
        "begin",
        "end",
        "exclude_end",
        "time_zone",
        "a",
        "b",
        "",
        "_aj_other",
        "cents",
        "currency"
    };

    private static final String[] TEXTS = {
        "",
        "a",
        "b",
        "x\u0000y",
        "é😀",
        "\ud800",
        "2024-02-29",
        "2024-02-30",
        "2024-02-29T12:34:56.789Z",
        "2024-02-29T12:34:56",
        "2024-02-29T24:00:60+18:01",
        "999999999-12-31T23:59:60-23:59",
        "-999999999-01-01T00:00:00+18:00",
        "Berlin",
        "Europe/Berlin",
        "Mars/Base",
        "+02:00",
        "gid://shop/Person/7",
        "gid://shop/Person/%zz",
        "Z2lkOi8vYS9CLzE=",
        "gid://a/B/1?c",
        "A::B",
        "com.example.X",
        "1.5",
        "1e9999",
        "1e-9999",
        "NaN",
        "-Infinity",
        "1_0",
        "seconds",
        "months",
        "fortnights",
        "MoneySerializer",
        "NopeSerializer",
        "_aj_symbol_keys"
    };

    private static final String[] RAILS = {
        "Symbol", "Duration", "Date", "DateTime", "Time", "TimeWithZone", "Module", "Range", "BigDecimal", "Object"
    };

    private final Random random;

    RandomTrees(long seed) {
        this.random = new Random(seed);
    }

    private <T> T one(T[] of) {
        return of[random.nextInt(of.length)];
    }

    String text() {
        return switch (random.nextInt(4)) {
            case 0 -> "ActiveJob::Serializers::" + one(RAILS) + "Serializer";
            case 1 ->
                random.ints(random.nextInt(6), 0, 0x10000)
                        .collect(StringBuilder::new, (text, c) -> text.append((char) c), StringBuilder::append)
                        .toString();
            default -> one(TEXTS);
        };
    }

    private Number number() {
        return switch (random.nextInt(7)) {
            case 0 -> random.nextLong();
            case 1 -> new BigInteger(random.nextInt(400), random);
            case 2 -> Double.longBitsToDouble(random.nextLong()); // also NaN
            case 3 -> new BigDecimal(new BigInteger(100, random), random.nextInt(24_000) - 12_000);
            case 4 -> random.nextInt();
            case 5 -> random.nextDouble();
            default -> (long) random.nextInt(10);
        };
    }

    /** The member {@code arguments}: mostly a list. */
    @Nullable
    Object arguments() {
        return random.nextInt(20) == 0 ? tree(3) : list(random.nextInt(5) + 1);
    }

    private List<@Nullable Object> list(int depth) {
        List<@Nullable Object> list = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            list.add(tree(depth - 1));
        }
        return list;
    }

    @Nullable
    Object tree(int depth) {
        int kind = random.nextInt(depth <= 0 ? 4 : 10);
        return switch (kind) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> number();
            case 3 -> text();
            case 4, 5 -> list(depth);
            case 6 -> rails(depth);
            default -> object(depth);
        };
    }

    private Map<String, @Nullable Object> object(int depth) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            String key = random.nextInt(5) == 0 ? text() : one(KEYS);
            object.put(key, key.endsWith("_keys") || key.endsWith("keywords") ? keys(depth) : tree(depth - 1));
        }
        return object;
    }

    private @Nullable Object keys(int depth) {
        return random.nextInt(3) == 0 ? tree(depth - 1) : new ArrayList<>(List.of("a", "value"));
    }

    private Map<String, @Nullable Object> rails(int depth) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("_aj_serialized", "ActiveJob::Serializers::" + one(RAILS) + "Serializer");
        object.put("value", random.nextInt(4) == 0 ? number() : one(TEXTS));
        switch (random.nextInt(4)) {
            case 0 -> object.put("time_zone", one(TEXTS));
            case 1 -> object.put("parts", List.of(List.of(one(TEXTS), number()), List.of("days", 1)));
            case 2 -> {
                object.put("begin", tree(depth - 1));
                object.put("end", random.nextBoolean() ? object.get("begin") : tree(depth - 1));
            }
            default -> object.put(one(KEYS), tree(depth - 1));
        }
        return object;
    }

    /** A value that a producer may give, of right and wrong types. */
    @Nullable
    Object value(int depth) {
        Instant instant =
                Instant.ofEpochSecond(random.nextLong() % Instant.MAX.getEpochSecond(), random.nextInt(1_000_000_000));
        return switch (random.nextInt(depth <= 0 ? 14 : 22)) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> number();
            case 3 -> text();
            case 4 -> RubySymbol.of(text());
            case 5 -> RubyClass.of(text());
            case 6 -> Duration.ofSeconds(random.nextLong(), random.nextInt());
            case 7 -> Period.of(random.nextInt(), random.nextInt(), random.nextInt());
            case 8 -> LocalDate.ofEpochDay(random.nextInt());
            case 9 -> instant;
            case 10 ->
                random.nextInt(50) == 0
                        ? OffsetDateTime.MAX.withOffsetSameLocal(ZoneOffset.ofTotalSeconds(random.nextInt(36_000)))
                        : OffsetDateTime.ofInstant(
                                Instant.ofEpochSecond(random.nextInt()),
                                ZoneOffset.ofTotalSeconds(random.nextInt(36_000)));
            case 11 ->
                Instant.ofEpochSecond(random.nextInt())
                        .atZone(ZoneId.of(
                                one(new String[] {"Europe/Berlin", "UTC", "GMT+3", "+05:00", "Asia/Kolkata"})));
            case 12 -> GlobalId.of("shop", "Person", random.nextInt());
            case 13 -> new TypedValues.Money(random.nextLong(), text());
            case 14 -> new Object();
            case 15 -> RubyRange.closed(value(depth - 1), value(depth - 1));
            case 16 -> new RubyDuration(random.nextInt(), Map.of(one(TEXTS), 5));
            case 17 ->
                new RubyDateTime(OffsetDateTime.ofInstant(Instant.ofEpochSecond(random.nextInt()), ZoneOffset.UTC));
            case 18 -> Map.of(text(), random.nextInt(), random.nextBoolean() ? RubySymbol.of(text()) : 5, text());
            case 19 ->
                RubyHash.of(
                        one(new RubyHash.Keys[] {
                            RubyHash.Keys.STRING,
                            RubyHash.Keys.SYMBOL,
                            RubyHash.Keys.KEYWORDS,
                            RubyHash.Keys.INDIFFERENT
                        }),
                        object(depth));
            default -> {
                List<@Nullable Object> values = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    values.add(value(depth - 1));
                }
                yield values;
            }
        };
    }
}
