package io.resque.backend.redis;

import io.resque.api.BackendException;
import io.resque.api.spi.Payload;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads replies of Redis. Each method throws a {@link BackendException} if the reply is something else. */
final class Replies {
    private static final byte[] LRANGE = Keys.bytes("LRANGE");
    private static final byte[] ZRANGE = Keys.bytes("ZRANGE");

    /** Lua counts exactly up to this number. No list is as long. */
    private static final long EXACT_IN_LUA = 1L << 52;

    private Replies() {}

    static long number(@Nullable Object reply) {
        if (reply instanceof Long number) {
            return number;
        }
        throw unexpected(reply, "a number");
    }

    /** A number that Lua sent as text, so that it kept all digits. */
    static long numberText(@Nullable Object reply) {
        String text = text(reply);
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new BackendException("\"" + text + "\" stands in Redis where a number was due", e);
        }
    }

    static byte[] bytes(@Nullable Object reply) {
        if (reply instanceof byte[] bytes) {
            return bytes;
        }
        throw unexpected(reply, "a string");
    }

    static String text(@Nullable Object reply) {
        return Keys.utf8(bytes(reply));
    }

    static @Nullable String textOrNull(@Nullable Object reply) {
        return reply == null ? null : text(reply);
    }

    static List<?> list(@Nullable Object reply) {
        if (reply instanceof List<?> list) {
            return list;
        }
        throw unexpected(reply, "a list");
    }

    static List<Payload> payloads(@Nullable Object reply) {
        List<Payload> payloads = new ArrayList<>();
        for (Object element : list(reply)) {
            payloads.add(Payload.of(bytes(element)));
        }
        return payloads;
    }

    /** Elements of a queue or a failure list, by their indexes. */
    static List<Payload> range(RedisLink link, byte[] key, long start, long count) {
        if (start < 0 || count < 0) {
            throw new IllegalArgumentException("start and count must not be negative, were " + start + ", " + count);
        }
        if (count == 0) {
            return List.of(); // for Redis a last index of -1 is the end
        }
        long last = start > Long.MAX_VALUE - count ? Long.MAX_VALUE : start + count - 1;
        byte[] first = Keys.bytes(start);
        Object list = ForeignKeys.orNull(() -> link.call(LRANGE, key, first, Keys.bytes(last)));
        // In a sorted set Jesque keeps delayed jobs.
        Object read = list != null ? list : ForeignKeys.orNull(() -> link.call(ZRANGE, key, first, Keys.bytes(last)));
        return read == null ? List.of() : payloads(read);
    }

    /** As {@link #range}, but at most so many bytes. If the first element has more, a small one stands in its place. */
    static List<Payload> range(
            RedisLink link, byte[] key, long start, long count, long maxBytes, byte[] before, byte[] after) {
        if (start < 0 || count < 0) {
            throw new IllegalArgumentException("start and count must not be negative, were " + start + ", " + count);
        }
        long first = Math.min(start, EXACT_IN_LUA);
        List<byte[]> args = List.of(
                Keys.bytes(first), Keys.bytes(Math.min(count, EXACT_IN_LUA)), Keys.bytes(maxBytes), before, after);
        return payloads(Script.RANGE.run(link, List.of(key), args));
    }

    /** A number; 0 if there is none, since the key is of another type. */
    static long count(@Nullable Object reply) {
        return reply == null ? 0 : number(reply);
    }

    /** Names; none if the key is of another type. */
    static Set<String> names(@Nullable Object reply) {
        Set<String> names = new LinkedHashSet<>();
        if (reply == null) {
            return names;
        }
        for (Object element : list(reply)) {
            names.add(text(element));
        }
        return names;
    }

    private static BackendException unexpected(@Nullable Object reply, String wanted) {
        if (reply instanceof RedisReplyException e) {
            return e;
        }
        return new BackendException("Redis sent "
                + (reply == null ? "nothing" : reply.getClass().getSimpleName()) + " where " + wanted + " was due");
    }
}
