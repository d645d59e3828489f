package io.resque.backend.redis;

import io.resque.api.LimitUse;
import io.resque.api.spi.Limits;
import io.resque.api.spi.Payload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The limits of jobs in Redis, as {@code limits.lua} describes their keys. */
final class RedisLimits implements Limits {
    private static final byte[] HKEYS = Keys.bytes("HKEYS");
    private static final byte[] HMGET = Keys.bytes("HMGET");
    private static final byte[] ZCARD = Keys.bytes("ZCARD");
    private static final byte[] LLEN = Keys.bytes("LLEN");
    private static final byte[] SET = Keys.bytes("SET");
    private static final byte[] NX = Keys.bytes("NX");
    private static final byte[] PX = Keys.bytes("PX");
    private static final byte[] NONE = {};

    /** For so long the process that looks looks in the name of all: a little less than the second after which it comes again. */
    private static final byte[] LOOK_MILLIS = Keys.bytes(900);

    /** For so many limits one script sends jobs back, so that none takes long. */
    private static final int LIMITS_AT_ONCE = 16;

    private final RedisLink link;
    private final Keys keys;

    RedisLimits(RedisLink link, Keys keys) {
        this.link = link;
        this.keys = keys;
    }

    @Override
    public boolean sendBack() {
        List<String> limits = names();
        boolean waits = false;
        for (int from = 0; from < limits.size(); from += LIMITS_AT_ONCE) {
            List<byte[]> names = new ArrayList<>(List.of(keys.queues, keys.limits));
            List<byte[]> args = new ArrayList<>(List.of(keys.queuePrefix));
            for (String limit : limits.subList(from, Math.min(limits.size(), from + LIMITS_AT_ONCE))) {
                names.add(keys.slots(limit));
                names.add(keys.limited(limit));
                args.add(Keys.bytes(limit));
            }
            waits = Replies.number(Script.SEND_BACK.run(link, names, args)) == 1;
        }
        return waits;
    }

    @Override
    public void look() {
        Object mine = link.call(SET, keys.limitsLook, NONE, NX, PX, LOOK_MILLIS);
        if (mine != null) {
            sendBack();
        }
    }

    private List<String> names() {
        Object reply =
                link.ask(List.<byte[][]>of(new byte[][] {HKEYS, keys.limits})).get(0);
        return ForeignKeys.isForeign(reply) ? List.of() : List.copyOf(Replies.names(reply));
    }

    @Override
    public List<LimitUse> used(int count) {
        List<String> limits = names().stream().limit(count).toList();
        if (limits.isEmpty()) {
            return List.of();
        }
        List<byte[]> most = new ArrayList<>(List.of(HMGET, keys.limits));
        List<byte[][]> commands = new ArrayList<>();
        for (String limit : limits) {
            most.add(Keys.bytes(limit));
            commands.add(new byte[][] {ZCARD, keys.slots(limit)});
            commands.add(new byte[][] {LLEN, keys.limited(limit)});
        }
        commands.add(most.toArray(new byte[0][]));
        List<?> replies = link.pipeline(commands);
        List<?> jobs = Replies.list(replies.get(replies.size() - 1));
        List<LimitUse> uses = new ArrayList<>();
        for (int i = 0; i < limits.size(); i++) {
            Object used = replies.get(2 * i);
            Object waiting = replies.get(2 * i + 1);
            if (jobs.get(i) != null && !ForeignKeys.isForeign(used) && !ForeignKeys.isForeign(waiting)) {
                uses.add(new LimitUse(
                        limits.get(i),
                        (int) Replies.numberText(jobs.get(i)),
                        (int) Replies.number(used),
                        Replies.number(waiting)));
            }
        }
        return uses;
    }

    @Override
    public List<WaitingJob> range(String limit, long start, long count, long maxBytes) {
        return Replies.range(link, keys.limited(limit), start, count, maxBytes, NONE, NONE).stream()
                .map(RedisLimits::read)
                .toList();
    }

    @Override
    public List<Long> removeAll(String limit, List<WaitingJob> jobs) {
        return QueueRemoval.of(
                link,
                keys,
                keys.limited(limit),
                jobs.stream().map(RedisLimits::written).toList());
    }

    private static Payload written(WaitingJob job) {
        byte[] queue = Keys.bytes(job.queue());
        byte[] length = Keys.bytes(queue.length + ":");
        byte[] payload = job.payload().toBytes();
        byte[] element = Arrays.copyOf(length, length.length + queue.length + payload.length);
        System.arraycopy(queue, 0, element, length.length, queue.length);
        System.arraycopy(payload, 0, element, length.length + queue.length, payload.length);
        return Payload.of(element);
    }

    /** Another program can have written the element: then it is a payload of no queue. */
    private static WaitingJob read(Payload payload) {
        byte[] element = payload.toBytes();
        int colon = 0;
        int length = 0;
        while (colon < element.length && colon < 9 && element[colon] >= '0' && element[colon] <= '9') {
            length = 10 * length + element[colon++] - '0';
        }
        int from = colon + 1;
        if (colon == 0 || from + length > element.length || element[colon] != ':') {
            return new WaitingJob("", payload);
        }
        return new WaitingJob(
                new String(element, from, length, StandardCharsets.UTF_8),
                Payload.of(Arrays.copyOfRange(element, from + length, element.length)));
    }
}
