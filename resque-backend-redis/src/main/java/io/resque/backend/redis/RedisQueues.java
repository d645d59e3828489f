package io.resque.backend.redis;

import io.resque.api.JobIdTakenException;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Push;
import io.resque.api.spi.QueueHead;
import io.resque.api.spi.QueueNotAnnouncedException;
import io.resque.api.spi.Queues;
import io.resque.api.spi.StatusChange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

final class RedisQueues implements Queues {
    private static final byte[] SADD = Keys.bytes("SADD");
    private static final byte[] RPUSH = Keys.bytes("RPUSH");
    private static final byte[] GET = Keys.bytes("GET");
    private static final byte[] SMEMBERS = Keys.bytes("SMEMBERS");
    private static final byte[] LLEN = Keys.bytes("LLEN");

    private static final byte[] ZCARD = Keys.bytes("ZCARD");
    private static final byte[] ZREM = Keys.bytes("ZREM");

    private static final int AT_ONCE = 100;
    private static final byte[] EMPTY = {};

    /** How many queues one call asks for their heads, which takes Redis about a millisecond. */
    private static final int HEADS_AT_ONCE = 500;

    private static final int BYTES_AT_ONCE = 1 << 20;

    private final RedisLink link;
    private final Keys keys;

    RedisQueues(RedisLink link, Keys keys) {
        this.link = link;
        this.keys = keys;
    }

    @Override
    public void push(Push push) {
        if (push.statuses().isEmpty()) {
            append(push);
        } else {
            appendWithStatus(push);
        }
    }

    private void append(Push push) {
        byte[][] append = new byte[2 + push.payloads().size()][];
        append[0] = RPUSH;
        append[1] = keys.queue(push.queue());
        int at = 2;
        for (Payload payload : push.payloads()) {
            append[at++] = payload.toBytes();
        }
        byte[][] announce = {SADD, keys.queues, Keys.bytes(push.queue())};
        List<?> replies = link.pipeline(List.of(announce, append));
        if (ForeignKeys.isForeign(replies.get(1))) {
            throw new RedisReplyException(
                    link.endpoint(),
                    "WRONGTYPE " + Keys.utf8(append[1])
                            + " is not a list; nothing was appended. Where Jesque keeps delayed"
                            + " jobs, take another queue");
        }
        Replies.number(replies.get(1));
        if (replies.get(0) instanceof RedisReplyException e) {
            throw new QueueNotAnnouncedException(
                    "The jobs are in the queue \"" + push.queue()
                            + "\", but it could not be announced, so a worker of all queues does not see them: "
                            + e.getMessage() + "; see that " + Keys.utf8(keys.queues)
                            + " is a set, and that SADD is allowed",
                    e);
        }
    }

    private void appendWithStatus(Push push) {
        List<byte[]> names = new ArrayList<>();
        names.add(keys.queue(push.queue()));
        names.add(keys.queues);
        List<byte[]> args = new ArrayList<>();
        args.add(Keys.bytes(push.queue()));
        args.add(Keys.bytes(push.payloads().size()));
        args.add(Keys.bytes(push.onlyNew() ? 1 : 0));
        for (Payload payload : push.payloads()) {
            args.add(payload.toBytes());
        }
        for (StatusChange status : push.statuses()) {
            names.add(keys.status(status.token()));
            args.addAll(RedisStatusStore.args(status));
        }
        if (Replies.number(Script.PUSH.run(link, names, args)) == 0) {
            throw new JobIdTakenException("There is a status under "
                    + push.statuses().stream().map(StatusChange::token).toList() + " already; nothing was written");
        }
    }

    @Override
    public Set<String> names() {
        return Replies.names(ForeignKeys.orNull(() -> link.call(SMEMBERS, keys.queues)));
    }

    @Override
    public long size(String queue) {
        byte[] key = keys.queue(queue);
        Object length = ForeignKeys.orNull(() -> link.call(LLEN, key));
        return Replies.count(length != null ? length : ForeignKeys.orNull(() -> link.call(ZCARD, key)));
    }

    @Override
    public Map<String, Long> sizes() {
        List<String> names = new ArrayList<>(names());
        List<byte[][]> commands = new ArrayList<>();
        for (String name : names) {
            commands.add(new byte[][] {LLEN, keys.queue(name)});
        }
        Map<String, Long> sizes = new LinkedHashMap<>();
        List<?> replies = commands.isEmpty() ? List.of() : link.pipeline(commands);
        for (int i = 0; i < replies.size(); i++) {
            // A key of another type must not keep the other queues from being shown.
            boolean isList = !ForeignKeys.isForeign(replies.get(i));
            sizes.put(names.get(i), isList ? Replies.number(replies.get(i)) : size(names.get(i)));
        }
        return sizes;
    }

    @Override
    public List<Payload> range(String queue, long start, long count) {
        return Replies.range(link, keys.queue(queue), start, count);
    }

    @Override
    public List<Payload> range(String queue, long start, long count, long maxBytes) {
        return Replies.range(link, keys.queue(queue), start, count, maxBytes, EMPTY, EMPTY);
    }

    @Override
    public List<QueueHead> heads(List<String> queues, long maxBytes) {
        List<QueueHead> heads = new ArrayList<>();
        while (heads.size() < queues.size()) {
            List<byte[]> names =
                    queues.subList(heads.size(), Math.min(queues.size(), heads.size() + HEADS_AT_ONCE)).stream()
                            .map(keys::queue)
                            .toList();
            Object reply = Script.HEADS.run(link, names, List.of(Keys.bytes(maxBytes), Keys.bytes(BYTES_AT_ONCE)));
            for (Object each : Replies.list(reply)) {
                List<?> head = Replies.list(each);
                Object first = head.get(1);
                heads.add(new QueueHead(
                        Replies.number(head.get(0)), first == null ? null : Payload.of(Replies.bytes(first))));
            }
        }
        return heads;
    }

    @Override
    public List<Long> removeAll(String queue, List<Payload> payloads) {
        byte[] key = keys.queue(queue);
        try {
            return QueueRemoval.of(link, keys, key, payloads);
        } catch (RedisReplyException e) {
            if (!e.isWrongType()) {
                throw e;
            }
            return removeDelayed(
                    key, payloads); // nothing has been removed: the first command of a removal met the other type
        }
    }

    /** In a sorted set, where Jesque keeps delayed jobs, each payload stands once. */
    private List<Long> removeDelayed(byte[] key, List<Payload> payloads) {
        List<Long> counts = new ArrayList<>();
        for (int from = 0; from < payloads.size(); from += AT_ONCE) {
            List<byte[][]> commands = new ArrayList<>();
            payloads.subList(from, Math.min(payloads.size(), from + AT_ONCE))
                    .forEach(payload -> commands.add(new byte[][] {ZREM, key, payload.toBytes()}));
            for (Object reply : link.pipeline(commands)) {
                counts.add(ForeignKeys.isForeign(reply) ? 0L : Replies.number(reply));
            }
        }
        return counts;
    }

    @Override
    public int removeOne(String queue, Payload payload) {
        byte[] key = keys.queue(queue);
        try {
            return (int) Replies.number(
                    Script.REMOVE_ONE.run(link, List.of(key), List.of(payload.toBytes(), keys.namespace())));
        } catch (RedisReplyException e) {
            if (!e.isWrongType()) {
                throw e;
            }
            return removeDelayed(key, List.of(payload)).get(0).intValue();
        }
    }

    @Override
    public List<Payload> take(String queue, int count) {
        return take(queue, count, EMPTY);
    }

    @Override
    public List<Payload> take(String queue, int count, long maxBytes) {
        return take(queue, count, Keys.bytes(maxBytes));
    }

    private List<Payload> take(String queue, int count, byte[] maxBytes) {
        if (count < 0) {
            throw new IllegalArgumentException("count must not be negative, was " + count);
        }
        if (count == 0) {
            return List.of(); // for Redis a last index of -1 is the end
        }
        return Replies.payloads(Script.TAKE.run(
                link, List.of(keys.queue(queue)), List.of(Keys.bytes(count), maxBytes, keys.namespace())));
    }

    @Override
    public long remove(String queue) {
        long removed = 0;
        while (true) {
            List<?> reply = Replies.list(Script.REMOVE_QUEUE.run(
                    link, List.of(keys.queue(queue), keys.queues), List.of(Keys.bytes(queue), keys.namespace())));
            removed += Replies.number(reply.get(0));
            if (Replies.number(reply.get(1)) == 0) {
                return removed;
            }
        }
    }

    @Override
    public boolean pause(String queue) {
        return pause(queue, 1);
    }

    @Override
    public boolean resume(String queue) {
        Object done = ForeignKeys.orNull(() -> pause(queue, 0));
        return done != null && (boolean) done;
    }

    private boolean pause(String queue, int pauses) {
        return Replies.number(Script.PAUSE_QUEUE.run(
                        link, List.of(keys.pausedQueues), List.of(Keys.bytes(queue), Keys.bytes(pauses))))
                == 1;
    }

    @Override
    public Set<String> paused() {
        return paused(link, keys);
    }

    /** The names of the paused queues. */
    static Set<String> paused(RedisLink link, Keys keys) {
        Object names = ForeignKeys.orNull(() -> link.call(GET, keys.pausedQueues));
        return names == null
                ? Set.of()
                : Replies.text(names).lines().filter(name -> !name.isEmpty()).collect(Collectors.toSet());
    }
}
