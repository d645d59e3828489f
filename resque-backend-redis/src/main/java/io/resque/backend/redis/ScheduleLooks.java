package io.resque.backend.redis;

import io.resque.api.spi.DelayedLook;
import io.resque.api.spi.ForeignLocks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks at the first second of the schedule, and at the lease of the scheduler that looks for all. */
final class ScheduleLooks {
    private static final byte[] LEASE = Keys.bytes(DelayedLook.LEASE.toSeconds());

    /** Lua and JSON count exactly up to here. */
    private static final double LAST_SECOND = 1L << 53;

    private final RedisLink link;
    private final Keys keys;
    private final byte[][] first;

    /** Redis is older than 6.2, or this user may not run GETEX. */
    private volatile boolean isWithoutGetex;

    ScheduleLooks(RedisLink link, Keys keys) {
        this.link = link;
        this.keys = keys;
        first = words("ZRANGEBYSCORE", keys.schedule, "-inf", "+inf", "WITHSCORES", "LIMIT", "0", "1");
    }

    private static byte[][] words(Object... words) {
        byte[][] command = new byte[words.length][];
        for (int i = 0; i < words.length; i++) {
            command[i] = words[i] instanceof byte[] bytes ? bytes : Keys.bytes(String.valueOf(words[i]));
        }
        return command;
    }

    DelayedLook look(DelayedLook.@Nullable Lease lease) {
        if (lease == null) {
            return seen(false, link.ask(List.<byte[][]>of(first)).get(0));
        }
        byte[] caller = Keys.bytes(lease.caller());
        if (lease.isHeld()) {
            // If another one has the lease, its own is renewed, which does no harm.
            List<@Nullable Object> replies = renewed();
            Object holder = replies.get(0);
            if (holder != null) {
                boolean isRefused = holder instanceof RedisReplyException;
                boolean isOurs = isRefused || Replies.text(holder).equals(lease.caller());
                return isOurs ? seen(true, replies.get(replies.size() - 1)) : new DelayedLook(null, false, null, null);
            }
        }
        Object got = link.ask(List.<byte[][]>of(words("SET", keys.scheduleLook, caller, "EX", LEASE, "NX")))
                .get(0);
        return got == null
                ? new DelayedLook(null, false, null, null)
                : seen(true, link.ask(List.<byte[][]>of(first)).get(0));
    }

    /** Renews the lease, and returns who holds it, and as the last reply the first second. */
    private List<@Nullable Object> renewed() {
        if (!isWithoutGetex) {
            List<@Nullable Object> replies = link.ask(List.of(words("GETEX", keys.scheduleLook, "EX", LEASE), first));
            isWithoutGetex = replies.get(0) instanceof RedisReplyException e && !e.isWrongType();
            if (!isWithoutGetex) {
                return replies;
            }
        }
        return link.ask(List.of(words("GET", keys.scheduleLook), words("EXPIRE", keys.scheduleLook, LEASE), first));
    }

    /** Where there can be no lease, since Redis refuses it, or is full, each caller has it. */
    private static DelayedLook seen(boolean hasLease, @Nullable Object reply) {
        if (reply instanceof RedisReplyException e) {
            if (ForeignKeys.isForeign(e)) {
                return new DelayedLook(null, hasLease, null, null);
            }
            throw e;
        }
        List<?> entry = Replies.list(reply);
        Long first = entry.isEmpty() ? null : second(Replies.text(entry.get(1)));
        return new DelayedLook(first, hasLease, null, null);
    }

    private static long second(String score) {
        double number =
                score.endsWith("inf") ? score.startsWith("-") ? -LAST_SECOND : LAST_SECOND : Double.parseDouble(score);
        return (long) Math.ceil(Math.max(-LAST_SECOND, Math.min(number, LAST_SECOND)));
    }

    long join(String caller, Duration stays) {
        return Replies.number(Script.JOIN_SCHEDULER.ask(
                link, List.of(keys.schedulers), List.of(Keys.bytes(caller), Keys.bytes(stays.toSeconds()))));
    }

    Map<String, String> holders(ForeignLocks locks) {
        List<byte[]> names = List.of(keys.masterLock(locks.masterPrefix()), keys.leaderLock);
        List<@Nullable Object> values =
                link.ask(names.stream().map(name -> words("GET", name)).toList());
        Map<String, String> holders = new LinkedHashMap<>();
        for (int i = 0; i < values.size(); i++) {
            Object value = values.get(i);
            if (value instanceof RedisReplyException e && !ForeignKeys.isForeign(e)) {
                throw e;
            } else if (value instanceof byte[]) {
                holders.put(Keys.utf8(names.get(i)), Replies.text(value));
            }
        }
        return holders;
    }

    List<String> missingRights() {
        List<String> missing = new ArrayList<>();
        for (Object name : Replies.list(Script.MISSING_RIGHTS.ask(link, List.of(keys.noKey), List.of()))) {
            missing.add(Replies.text(name));
        }
        return missing;
    }

    void leave(String caller) {
        Script.LEAVE_SCHEDULER.ask(link, List.of(keys.schedulers, keys.scheduleLook), List.of(Keys.bytes(caller)));
    }
}
