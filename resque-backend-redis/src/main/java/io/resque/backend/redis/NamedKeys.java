package io.resque.backend.redis;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The keys of a call of a script whose arguments name keys by their numbers, so that each key is sent once. */
final class NamedKeys {
    private final List<byte[]> keys = new ArrayList<>();
    private final Map<ByteBuffer, Integer> numbers = new HashMap<>();

    NamedKeys(List<byte[]> first) {
        keys.addAll(first);
    }

    /** The number of a key, counted from one as in Lua. */
    byte[] number(byte[] key) {
        int number = numbers.computeIfAbsent(ByteBuffer.wrap(key), absent -> {
            keys.add(key);
            return keys.size();
        });
        return Keys.bytes(number);
    }

    /** Adds keys that stand together, and returns the number of the first one. */
    byte[] together(List<byte[]> some) {
        keys.addAll(some);
        return Keys.bytes(keys.size() - some.size() + 1);
    }

    List<byte[]> all() {
        return keys;
    }
}
