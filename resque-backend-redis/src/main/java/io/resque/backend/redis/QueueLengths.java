package io.resque.backend.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the lengths of any number of queues, and the names of the announced ones, on one connection. */
final class QueueLengths {
    /** So few queues are asked for their lengths at once. Of more, Redis first tells whether any of a chunk exists. */
    private static final int FEW = 16;

    private static final int CHUNK = 500;

    private static final byte[] EXISTS = Keys.bytes("EXISTS");
    private static final byte[] LLEN = Keys.bytes("LLEN");
    private static final byte[] SMEMBERS = Keys.bytes("SMEMBERS");

    /** The queues that have jobs, and how many. */
    final Map<String, Long> lengths = new LinkedHashMap<>();

    /** The announced queues, if they were asked for; null also if the key is no set. */
    final @Nullable Set<String> names;

    private final Keys keys;

    private QueueLengths(Keys keys, @Nullable Set<String> names) {
        this.keys = keys;
        this.names = names;
    }

    static QueueLengths read(RedisLink.Dedicated connection, Duration timeout, Keys keys, TrackedQueues.Round round) {
        List<byte[][]> commands = new ArrayList<>();
        if (round.names()) {
            commands.add(new byte[][] {SMEMBERS, keys.queues});
        }
        int first = commands.size();
        List<List<String>> chunks = chunks(round.queues());
        chunks.forEach(chunk -> commands.add(command(keys, chunk.size() == 1 ? LLEN : EXISTS, chunk)));
        if (commands.isEmpty()) {
            commands.add(new byte[][] {EXISTS, keys.queues}); // of a key, so that a cluster tells where that is now
        }
        List<@Nullable Object> replies = connection.call(timeout, commands);
        // A key of another type tells a worker that looks itself.
        QueueLengths read = new QueueLengths(
                keys, round.names() && replies.get(0) instanceof List ? Replies.names(replies.get(0)) : null);
        List<String> existing = new ArrayList<>();
        for (int i = 0; i < chunks.size(); i++) {
            List<String> chunk = chunks.get(i);
            long number = number(replies.get(first + i));
            if (chunk.size() == 1) {
                read.add(chunk.get(0), number);
            } else if (number > 0) {
                existing.addAll(chunk);
            }
        }
        read.addEach(connection, timeout, existing);
        return read;
    }

    private void addEach(RedisLink.Dedicated connection, Duration timeout, List<String> queues) {
        if (queues.isEmpty()) {
            return;
        }
        List<byte[][]> commands = queues.stream()
                .map(queue -> command(keys, LLEN, List.of(queue)))
                .toList();
        List<@Nullable Object> replies = connection.call(timeout, commands);
        for (int i = 0; i < replies.size(); i++) {
            add(queues.get(i), number(replies.get(i)));
        }
    }

    private void add(String queue, long length) {
        if (length > 0) {
            lengths.put(queue, length);
        }
    }

    private static List<List<String>> chunks(List<String> queues) {
        int size = queues.size() <= FEW ? 1 : CHUNK;
        List<List<String>> chunks = new ArrayList<>();
        for (int from = 0; from < queues.size(); from += size) {
            chunks.add(queues.subList(from, Math.min(from + size, queues.size())));
        }
        return chunks;
    }

    private static byte[][] command(Keys keys, byte[] name, List<String> queues) {
        byte[][] words = new byte[queues.size() + 1][];
        words[0] = name;
        for (int i = 0; i < queues.size(); i++) {
            words[i + 1] = keys.queue(queues.get(i));
        }
        return words;
    }

    /** A key of another type counts as empty. The server tells once it has changed. */
    private static long number(@Nullable Object reply) {
        if (ForeignKeys.isForeign(reply)) {
            return 0;
        }
        return Replies.number(reply);
    }
}
