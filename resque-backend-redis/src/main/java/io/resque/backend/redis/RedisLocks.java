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
    private static final byte[] PTTL = Keys.bytes("PTTL");
    private static final byte[] TIME = Keys.bytes("TIME");
    private static final byte[] EMPTY = {};
    private static final String FIRST = "0";
    private static final String OURS = LockClaim.Lock.PREFIXES.get(0);

    /** Two keys that were written in one step end within so many milliseconds of each other. */
    private static final long TOGETHER = 50;

    private static final Pattern END = Pattern.compile("(\\d{1,11})(?!\\d)");
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
        List<String> names = Replies.list(reply.get(1)).stream()
                .map(name -> keys.lockName(Replies.bytes(name)))
                .filter(RedisLocks::isLock)
                .toList();
        return new Page(names.isEmpty() ? List.of() : read(names), next.equals(FIRST) ? null : next);
    }

    /** Whether it is a lock; what stands beside one is none. */
    private static boolean isLock(String name) {
        return LockClaim.Lock.PREFIXES.stream().anyMatch(name::startsWith)
                && LockClaim.Lock.PREFIXES.stream().noneMatch(prefix -> name.startsWith(OURS + prefix));
    }

    private List<HeldLock> read(List<String> names) {
        List<byte[][]> commands = new ArrayList<>(List.<byte[][]>of(new byte[][] {TIME}));
        for (String name : names) {
            byte[] key = keys.lock(name);
            byte[] beside = keys.besideLock(name);
            commands.add(new byte[][] {GET, key});
            commands.add(new byte[][] {PTTL, key});
            commands.add(new byte[][] {GET, beside == null ? key : beside});
            commands.add(new byte[][] {PTTL, beside == null ? key : beside});
        }
        List<?> replies = link.pipeline(commands);
        Instant now = instant(Replies.text(Replies.list(replies.get(0)).get(0)));
        List<HeldLock> locks = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            Object value = replies.get(1 + 4 * i);
            if (value != null && !(value instanceof RedisReplyException)) {
                locks.add(held(names.get(i), replies.subList(1 + 4 * i, 5 + 4 * i), now));
            }
        }
        return locks;
    }

    /** A lock by its value and time, and those of the key beside it, or of itself once more. The user may lack the right to ask for times. */
    private HeldLock held(String name, List<?> replies, Instant now) {
        String value = Replies.text(replies.get(0));
        boolean hasBeside = keys.besideLock(name) != null;
        boolean hasTimes = replies.stream().noneMatch(RedisReplyException.class::isInstance);
        long left = hasTimes ? Replies.number(replies.get(1)) : -1;
        boolean hasOwner = !hasBeside
                || hasTimes && replies.get(2) != null && Math.abs(left - Replies.number(replies.get(3))) < TOGETHER;
        HeldLock lock = lock(name, hasBeside && hasOwner ? Replies.text(replies.get(2)) : value);
        if (lock.owner() != null) {
            return lock;
        }
        Matcher end = END.matcher(value);
        Instant expiry =
                left >= 0 ? now.plusMillis(left) : !hasBeside && end.lookingAt() ? instant(end.group(1)) : null;
        return new HeldLock(name, null, null, null, null, null, expiry);
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
        byte[] beside = keys.besideLock(lock.key());
        byte[] key = keys.lock(lock.key());
        return Replies.number(Script.FREE_LOCK.run(link, beside == null ? List.of(key) : List.of(key, beside), args))
                == 1;
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
