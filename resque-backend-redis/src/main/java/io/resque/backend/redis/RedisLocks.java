package io.resque.backend.redis;

import io.resque.api.Unique;
import io.resque.api.spi.HeldLock;
import io.resque.api.spi.LockClaim;
import io.resque.api.spi.LockedPush;
import io.resque.api.spi.Locks;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The locks of unique jobs, whose values {@code claims.lua} describes. */
final class RedisLocks implements Locks {
    private static final byte[] SCAN = Keys.bytes("SCAN");
    private static final byte[] MATCH = Keys.bytes("MATCH");
    private static final byte[] COUNT = Keys.bytes("COUNT");
    private static final byte[] AT_ONCE = Keys.bytes(1_000);
    private static final byte[] GET = Keys.bytes("GET");
    private static final byte[] EMPTY = {};
    private static final String FIRST = "0";
    private static final Pattern VALUE = Pattern.compile("(\\d{1,11}) java:([a-z])([a-z]) (\\d{1,11}) (\\w+) ?(.*)");

    private final RedisLink link;
    private final Keys keys;

    RedisLocks(RedisLink link, Keys keys) {
        this.link = link;
        this.keys = keys;
    }

    @Override
    public LockedPush.Answer push(LockedPush push) {
        DelayRequest request =
                new DelayRequest(keys, push.queue(), push.entries().size(), push.statuses(), push.onlyNew());
        List<byte[]> claims = new ArrayList<>(List.of(keys.namespace()));
        for (LockedPush.Entry entry : push.entries()) {
            LockClaim claim = entry.claim();
            request.add(entry.second(), entry.item(), entry.payload());
            claims.add(claim == null ? EMPTY : Keys.bytes(claim.text()));
        }
        List<?> answer = Replies.list(request.run(link, claims));
        return new LockedPush.Answer(
                Replies.number(answer.get(0)),
                answer.subList(1, answer.size()).stream()
                        .map(each -> Replies.number(each) != 0)
                        .toList());
    }

    @Override
    public Page page(String from) {
        List<?> reply = Replies.list(
                link.call(SCAN, Keys.bytes(from.isEmpty() ? FIRST : from), MATCH, keys.lockPattern(), COUNT, AT_ONCE));
        String next = Replies.text(reply.get(0));
        List<byte[]> names =
                Replies.list(reply.get(1)).stream().map(Replies::bytes).toList();
        List<?> values = names.isEmpty()
                ? List.of()
                : link.pipeline(
                        names.stream().map(name -> new byte[][] {GET, name}).toList());
        List<HeldLock> locks = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            Object value = values.get(i);
            if (value != null && !(value instanceof RedisReplyException)) {
                locks.add(lock(keys.lockName(names.get(i)), Replies.text(value)));
            }
        }
        return new Page(locks, next.equals(FIRST) ? null : next);
    }

    private static HeldLock lock(String key, String value) {
        Matcher parts = VALUE.matcher(value);
        Optional<Unique.Kind> kind =
                parts.matches() ? LockClaim.kind(parts.group(2).charAt(0)) : Optional.empty();
        if (kind.isEmpty()) {
            return new HeldLock(key, null, null, null, null, null, null);
        }
        HeldLock.State state = switch (parts.group(3)) {
            case "r" -> HeldLock.State.RUNNING;
            case "d" -> HeldLock.State.DELAYED;
            default -> HeldLock.State.QUEUED;
        };
        String worker = parts.group(6);
        return new HeldLock(
                key,
                kind.get(),
                state,
                parts.group(5),
                worker.isEmpty() ? null : worker,
                instant(parts.group(4)),
                instant(parts.group(1)));
    }

    private static Instant instant(String seconds) {
        return Instant.ofEpochSecond(Long.parseLong(seconds));
    }

    @Override
    public boolean free(HeldLock lock) {
        List<byte[]> args = lock.owner() == null || lock.state() == null
                ? List.of()
                : List.of(Keys.bytes(lock.owner()), Keys.bytes(letter(lock.state())));
        return Replies.number(Script.FREE_LOCK.run(link, List.of(keys.lock(lock.key())), args)) == 1;
    }

    private static String letter(HeldLock.State state) {
        return switch (state) {
            case RUNNING -> "r";
            case DELAYED -> "d";
            case QUEUED -> "q";
        };
    }

    /** What the effect of a claim and a second is told, if a worker has had the job. */
    static List<byte[]> args(Keys keys, LockClaim claim, @Nullable Long second, String worker) {
        return List.of(
                keys.namespace(),
                Keys.bytes(claim.text()),
                second == null ? EMPTY : Keys.bytes(second.longValue()),
                Keys.bytes(worker));
    }
}
