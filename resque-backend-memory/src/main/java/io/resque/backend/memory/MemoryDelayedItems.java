package io.resque.backend.memory;

import io.resque.api.BackendException;
import io.resque.api.spi.DelayedCount;
import io.resque.api.spi.DelayedItems;
import io.resque.api.spi.DelayedMove;
import io.resque.api.spi.DelayedPage;
import io.resque.api.spi.DelayedPush;
import io.resque.api.spi.DelayedSweep;
import io.resque.api.spi.Effect;
import io.resque.api.spi.ForeignLocks;
import io.resque.api.spi.LockClaim;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** No other program writes to a memory, so it has no locks of other libraries, and no entries without items. */
final class MemoryDelayedItems implements DelayedItems {
    private final MemoryOpening opening;

    MemoryDelayedItems(MemoryOpening opening) {
        this.opening = opening;
    }

    @Override
    public long write(DelayedPush push) {
        return opening.change(namespace -> {
            if (push.onlyNew()) {
                push.statuses().forEach(status -> MemoryQueues.refuseIfTaken(namespace, status.token()));
            }
            long now = namespace.now().getEpochSecond();
            for (DelayedPush.Entry entry : push.entries()) {
                if (entry.second() <= now) {
                    namespace.append(push.queue(), List.of(entry.payload()));
                } else {
                    namespace.delayed.add(entry.second(), entry.item());
                }
            }
            push.statuses().forEach(namespace.statuses::write);
            return now;
        });
    }

    @Override
    public DelayedPage due(String from, @Nullable ForeignLocks locks, int count, long maxBytes, long largest) {
        return page(from, Long.MIN_VALUE, null, count, maxBytes);
    }

    @Override
    public DelayedPage page(String from, long first, long last, int count, long maxBytes) {
        return page(from, first, (Long) last, count, maxBytes);
    }

    /** Reads a page up to a second, or what is due. */
    private DelayedPage page(String from, long first, @Nullable Long last, int count, long maxBytes) {
        if (from.isEmpty()) {
            return page(first, 0, last, count, maxBytes);
        }
        String[] parts = from.split(" ", 2);
        try {
            return page(Long.parseLong(parts[0]), Long.parseLong(parts[1]), last, count, maxBytes);
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw new BackendException("\"" + from + "\" is no next of a page of delayed items", e);
        }
    }

    private DelayedPage page(long first, long skip, @Nullable Long last, int count, long maxBytes) {
        if (count < 1) {
            throw new IllegalArgumentException("count must be positive, was " + count);
        }
        return opening.call(namespace -> {
            long now = namespace.now().getEpochSecond();
            return namespace.delayed.page(first, skip, last == null ? now : last, count, maxBytes, now, last == null);
        });
    }

    @Override
    public DelayedCount count(String from, long first, long last) {
        return opening.call(namespace -> new DelayedCount(namespace.delayed.count(first, last), null));
    }

    @Override
    public DelayedMove.Answer move(String place, List<DelayedMove> moves, @Nullable ForeignLocks locks) {
        refuseOtherPlace(place);
        return opening.change(namespace -> {
            List<DelayedMove.Outcome> outcomes = new ArrayList<>();
            for (DelayedMove move : moves) {
                boolean isFirst = namespace.delayed.isFirst(move.second(), move.item());
                if (isFirst) {
                    namespace.delayed.removeFirst(move.second());
                    write(namespace, move);
                }
                outcomes.add(new DelayedMove.Outcome(isFirst ? DelayedMove.State.MOVED : DelayedMove.State.GONE, null));
            }
            return new DelayedMove.Answer(outcomes, null);
        });
    }

    private static void write(Namespace namespace, DelayedMove move) {
        DelayedMove.Target target = move.target();
        long now = namespace.now().getEpochSecond();
        if (target instanceof DelayedMove.ToSecond to && !(to.ifDue() != null && to.second() <= now)) {
            namespace.delayed.add(to.second(), to.item());
            LockClaim.of(move.item()).ifPresent(claim -> namespace.locks.release(claim, to.second(), null));
        } else {
            DelayedMove.ToQueue queue =
                    target instanceof DelayedMove.ToSecond to ? to.ifDue() : (DelayedMove.ToQueue) target;
            if (queue != null) {
                namespace.append(queue.queue(), List.of(queue.payload()));
                LockClaim.of(move.item()).ifPresent(namespace.locks::move);
            } else {
                namespace.locks.release(List.of(move.item()));
            }
        }
        namespace.apply(move.effects(), "");
    }

    @Override
    public List<Long> change(String place, List<DelayedMove> moves, @Nullable ForeignLocks locks) {
        refuseOtherPlace(place);
        return opening.change(namespace -> {
            List<Long> counts = new ArrayList<>();
            Set<List<Object>> seen = new HashSet<>();
            for (DelayedMove move : moves) {
                long count = seen.add(List.of(move.second(), move.item()))
                        ? namespace.delayed.removeAll(move.second(), move.item())
                        : 0;
                for (long i = 0; i < count; i++) {
                    write(namespace, move);
                }
                counts.add(count);
            }
            return counts;
        });
    }

    @Override
    public Set<DelayedPage.Stray> discard(
            String place, Map<DelayedPage.Stray, List<Effect>> strays, @Nullable ForeignLocks locks) {
        refuseOtherPlace(place);
        return opening.call(namespace -> Set.of());
    }

    @Override
    public DelayedSweep sweep(String from, boolean repair) {
        return opening.call(namespace -> new DelayedSweep(0, 0, 0, null));
    }

    @Override
    public int failedRuns(String name, long now) {
        return opening.call(namespace -> namespace.retries.failedRuns(name, Instant.ofEpochSecond(now)));
    }

    private static void refuseOtherPlace(String place) {
        if (!place.isEmpty()) {
            throw new IllegalArgumentException(
                    "This backend has one place, whose name is empty, was \"" + place + "\"");
        }
    }
}
