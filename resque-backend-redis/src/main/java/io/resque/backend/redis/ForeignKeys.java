package io.resque.backend.redis;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Keys that have a name of ours and another type. They belong to another program, and count as empty where they are read. */
final class ForeignKeys {
    private static final byte[] TYPE = Keys.bytes("TYPE");
    private static final int AT_ONCE = 1_000;

    private ForeignKeys() {}

    /** Whether a reply says that a key is of another type. */
    static boolean isForeign(@Nullable Object reply) {
        return reply instanceof RedisReplyException e && e.isWrongType();
    }

    /** The reply to a command that reads; null if the key is of another type. */
    static @Nullable Object orNull(Supplier<@Nullable Object> command) {
        try {
            return command.get();
        } catch (RedisReplyException e) {
            if (e.isWrongType()) {
                return null;
            }
            throw e;
        }
    }

    /** The keys that are of another type, each with what it is, in words. */
    static Map<String, String> keys(RedisLink link, Keys keys, Collection<String> lists, Collection<String> workers) {
        Map<String, String> expected = new LinkedHashMap<>();
        expected.put(Keys.utf8(keys.queues), "set");
        lists.forEach(list -> expected.put(list, "list"));
        expected.put(Keys.utf8(keys.workers), "set");
        expected.put(Keys.utf8(keys.heartbeat), "hash");
        workers.forEach(id -> expected.put(Keys.utf8(keys.worker(id)), "string"));
        expected.put(Keys.utf8(keys.failedQueues), "set");
        expected.put(Keys.utf8(keys.pause), "string");
        expected.put(Keys.utf8(keys.processed), "string");
        expected.put(Keys.utf8(keys.failed), "string");
        expected.put(Keys.utf8(keys.sessions), "hash");
        expected.put(Keys.utf8(keys.deaths), "hash");
        expected.put(Keys.utf8(keys.oversize), "hash");
        expected.put(Keys.utf8(keys.schedule), "zset");
        expected.put(Keys.utf8(keys.recurring), "hash");
        expected.put(Keys.utf8(keys.changedRecurring), "set");
        expected.put(Keys.utf8(keys.lastRuns), "hash");
        expected.put(Keys.utf8(keys.pausedRecurring), "set");
        expected.put(Keys.utf8(keys.madeTicks), "hash");
        expected.put(Keys.utf8(keys.limits), "hash");
        expected.put(Keys.utf8(keys.pausedQueues), "string");
        List<String> names = List.copyOf(expected.keySet());
        Map<String, String> foreign = new LinkedHashMap<>();
        for (int from = 0; from < names.size(); from += AT_ONCE) {
            List<String> some = names.subList(from, Math.min(names.size(), from + AT_ONCE));
            List<byte[][]> commands = new ArrayList<>();
            some.forEach(name -> commands.add(new byte[][] {TYPE, Keys.bytes(name)}));
            List<?> kinds = link.pipeline(commands);
            for (int i = 0; i < some.size(); i++) {
                String name = some.get(i);
                String kind = Replies.text(kinds.get(i));
                boolean delayed = kind.equals("zset") && name.startsWith(Keys.utf8(keys.queue("")));
                if (!kind.equals("none") && !kind.equals(expected.get(name)) && !delayed) {
                    foreign.put(name, "is a " + kind + ", not a " + expected.get(name));
                }
            }
        }
        return foreign;
    }
}
