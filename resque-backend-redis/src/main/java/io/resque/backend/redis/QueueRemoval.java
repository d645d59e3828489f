package io.resque.backend.redis;

import io.resque.api.spi.LockClaim;
import io.resque.api.spi.Payload;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Removes payloads from a queue, by their bytes. {@code LREM} looks at the whole queue for each payload, so it suits a few.
 * Many payloads are looked for here instead, page by page. For each page a script removes the payloads where they were seen,
 * or near by. Payloads that have moved further meanwhile are looked for again.
 *
 * <p>The pages go from the tail to the head. A job that is taken at the head moves the rest towards the head, so no payload is
 * passed over.
 */
final class QueueRemoval {
    private static final byte[] LLEN = Keys.bytes("LLEN");
    private static final byte[] LREM = Keys.bytes("LREM");
    private static final byte[] ZERO = Keys.bytes("0");

    private static final int FEW = 50;
    private static final int PASSES = 3;
    private static final int FIRST_PAGE = 8;
    private static final int PAGE_PAYLOADS = 1_000;
    private static final int PAGE_BYTES = 1 << 20;
    private static final int MOST_BYTES = 4 * PAGE_BYTES;
    private static final byte[] NONE = {};

    /** How far an element may move between the look at its page and the script. For a smaller page, as far as that is long. */
    private static final int DRIFT = 200;

    /** How many payloads one script removes. For each, Redis walks through the list to its place. */
    private static final int HITS_AT_ONCE = 200;

    private final RedisLink link;
    private final Keys keys;
    private final byte[] queue;
    private final Map<Payload, Long> removed = new LinkedHashMap<>();

    private QueueRemoval(RedisLink link, Keys keys, byte[] queue, List<Payload> payloads) {
        this.link = link;
        this.keys = keys;
        this.queue = queue;
        payloads.forEach(payload -> removed.put(payload, 0L));
    }

    /** Says for each payload how many were removed. If one is given twice, all count for the first. */
    static List<Long> of(RedisLink link, Keys keys, byte[] queue, List<Payload> payloads) {
        QueueRemoval removal = new QueueRemoval(link, keys, queue, payloads);
        removal.run();
        List<Long> counts = new ArrayList<>(payloads.size());
        for (Payload payload : payloads) {
            Long count = removal.removed.put(payload, 0L);
            counts.add(count == null ? 0L : count);
        }
        return counts;
    }

    private void run() {
        Set<Payload> left = new LinkedHashSet<>(removed.keySet());
        Set<Payload> large = new LinkedHashSet<>(left);
        large.removeIf(payload -> payload.size() <= PAGE_BYTES);
        left.removeAll(large); // a page of them would be too large
        for (int pass = 0; pass < PASSES && left.size() > FEW; pass++) {
            left = pass(left);
        }
        left.addAll(large);
        // One in a call, so that other clients get their turn in between.
        left.forEach(payload -> count(payload, remove(payload)));
    }

    private long remove(Payload payload) {
        return Replies.number(
                LockClaim.of(payload).isEmpty()
                        ? link.call(LREM, queue, ZERO, payload.toBytes())
                        : Script.REMOVE_CLAIMED.run(
                                link, List.of(queue), List.of(payload.toBytes(), keys.namespace())));
    }

    /** Goes through the whole queue once. Returns the payloads that were seen and then not found where they had been. */
    private Set<Payload> pass(Set<Payload> wanted) {
        Set<Payload> moved = new HashSet<>();
        int size = FIRST_PAGE;
        for (long end = Replies.number(link.call(LLEN, queue)); end > 0; ) {
            int drift = Math.min(DRIFT, size);
            long start = Math.max(0, end - size);
            List<Payload> page = Replies.range(link, queue, start, end - start + drift, MOST_BYTES, NONE, NONE);
            if (size > 1 && !page.isEmpty() && page.size() < end - start) {
                size = Math.max(1, Math.min(size / 2, page.size())); // the payloads are large, or fewer by now
                continue;
            }
            Map<Payload, Long> seen = new HashMap<>();
            page.stream().filter(wanted::contains).forEach(payload -> seen.merge(payload, 1L, Long::sum));
            List<Payload> hits = List.copyOf(seen.keySet());
            for (int from = 0; from < hits.size(); from += HITS_AT_ONCE) {
                List<Payload> some = hits.subList(from, Math.min(hits.size(), from + HITS_AT_ONCE));
                List<Long> counts = removeNear(start - drift, start + page.size() + drift, some);
                for (int i = 0; i < some.size(); i++) {
                    count(some.get(i), counts.get(i));
                    if (counts.get(i) < seen.get(some.get(i))) {
                        moved.add(some.get(i));
                    }
                }
            }
            size = next(page);
            end = start;
        }
        return moved;
    }

    /** How many payloads have about a megabyte, so that no page takes Redis long, however large they are. */
    private static int next(List<Payload> page) {
        long bytes = page.stream().mapToLong(Payload::size).sum();
        long average = Math.max(1, bytes / Math.max(1, page.size()));
        return (int) Math.max(1, Math.min(PAGE_PAYLOADS, PAGE_BYTES / average));
    }

    private List<Long> removeNear(long first, long last, List<Payload> payloads) {
        List<byte[]> args = new ArrayList<>();
        args.add(Keys.bytes(Math.max(0, first)));
        args.add(Keys.bytes(last));
        args.add(Keys.bytes("\0removed " + UUID.randomUUID()));
        args.add(keys.namespace());
        payloads.forEach(payload -> args.add(payload.toBytes()));
        try {
            return Replies.list(Script.REMOVE_NEAR.run(link, List.of(queue), args)).stream()
                    .map(Replies::number)
                    .toList();
        } catch (RedisReplyException e) {
            if (e.isFull()) {
                return Collections.nCopies(payloads.size(), 0L); // in the end LREM removes them, and needs no memory
            }
            throw e;
        }
    }

    private void count(Payload payload, long more) {
        removed.merge(payload, more, Long::sum);
    }
}
