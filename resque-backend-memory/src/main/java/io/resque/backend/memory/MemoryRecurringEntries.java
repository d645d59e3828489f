package io.resque.backend.memory;

import io.resque.api.spi.DelayedMove;
import io.resque.api.spi.ForeignLocks;
import io.resque.api.spi.LockClaim;
import io.resque.api.spi.Payload;
import io.resque.api.spi.RecurringEntries;
import io.resque.api.spi.RecurringEntry;
import io.resque.api.spi.RecurringPage;
import io.resque.api.spi.RecurringTick;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** No scheduler of Ruby reads a memory, so none is told of an entry. */
final class MemoryRecurringEntries implements RecurringEntries {
    private final MemoryOpening opening;

    MemoryRecurringEntries(MemoryOpening opening) {
        this.opening = opening;
    }

    @Override
    public long count() {
        return opening.call(namespace -> (long) namespace.recurring.size());
    }

    @Override
    public RecurringPage page(String from, int count, int maxBytes) {
        if (count < 1) {
            throw new IllegalArgumentException("count must be positive, was " + count);
        }
        return opening.call(namespace -> {
            List<RecurringEntry> entries = new ArrayList<>();
            String next = null;
            // The next of a page is its last name, behind a mark, since a name can be empty.
            Map<String, RecurringState> rest =
                    from.isEmpty() ? namespace.recurring : namespace.recurring.tailMap(from.substring(1), false);
            for (Map.Entry<String, RecurringState> each : rest.entrySet()) {
                if (entries.size() == count) {
                    next = ">" + entries.get(count - 1).name();
                    break;
                }
                entries.add(each.getValue().shown(each.getKey(), maxBytes));
            }
            return new RecurringPage("", entries, namespace.now().getEpochSecond(), next);
        });
    }

    @Override
    public RecurringPage find(String place, String name) {
        refuseOtherPlace(place);
        return opening.call(namespace -> {
            RecurringState state = namespace.recurring.get(name);
            return new RecurringPage(
                    "",
                    state == null ? List.of() : List.of(state.shown(name, Long.MAX_VALUE)),
                    namespace.now().getEpochSecond(),
                    null);
        });
    }

    @Override
    public boolean put(String queue, String name, @Nullable Payload expected, Payload config, boolean forRuby) {
        return opening.change(namespace -> {
            RecurringState state = namespace.recurring.get(name);
            Payload old = state == null ? null : state.config;
            if (!config.equals(old) && !Objects.equals(old, expected)) {
                return false;
            }
            namespace.recurring.computeIfAbsent(name, absent -> new RecurringState(config)).config = config;
            return true;
        });
    }

    @Override
    public boolean remove(String place, String name, Payload expected, boolean forRuby) {
        refuseOtherPlace(place);
        return opening.change(namespace -> {
            RecurringState state = namespace.recurring.get(name);
            boolean isExpected = state != null && state.config.equals(expected);
            if (isExpected) {
                namespace.recurring.remove(name);
            }
            return isExpected;
        });
    }

    @Override
    public List<RecurringTick.Outcome> tick(String place, List<RecurringTick> ticks, @Nullable ForeignLocks locks) {
        refuseOtherPlace(place);
        return opening.change(namespace -> {
            List<RecurringTick.Outcome> outcomes = new ArrayList<>();
            for (RecurringTick tick : ticks) {
                RecurringState state = namespace.recurring.get(tick.name());
                boolean isAsExpected = state != null
                        && !state.paused
                        && state.config.equals(tick.config())
                        && Objects.equals(state.lastRun, tick.lastRun());
                RecurringTick.State outcome = RecurringTick.State.GONE;
                if (isAsExpected) {
                    namespace.apply(tick.effects(), "");
                    state.lastRun = tick.newLastRun();
                    outcome = push(namespace, tick.target());
                    note(state, tick, namespace.now().getEpochSecond(), outcome);
                }
                outcomes.add(new RecurringTick.Outcome(outcome, null));
            }
            return outcomes;
        });
    }

    private static void note(RecurringState state, RecurringTick tick, long now, RecurringTick.State outcome) {
        boolean pushed = tick.target() != null && outcome == RecurringTick.State.MADE;
        if (tick.target() != null || tick.lastRun() != null) {
            state.note(new RecurringTick.Made(tick.newLastRun(), now, pushed));
        }
    }

    private static RecurringTick.State push(Namespace namespace, DelayedMove.@Nullable ToQueue target) {
        if (target != null) {
            LockClaim claim = LockClaim.of(target.payload()).orElse(null);
            if (claim != null
                    && namespace.locks.push(claim, 0, new HashSet<>(), namespace.queue(target.queue()))
                            == LockRecords.Push.REFUSED) {
                return RecurringTick.State.SKIPPED;
            }
            namespace.append(target.queue(), List.of(target.payload()));
            if (claim != null) {
                namespace.locks.take(claim, 0);
            }
        }
        return RecurringTick.State.MADE;
    }

    @Override
    public List<RecurringTick.Made> made(String place, String name) {
        refuseOtherPlace(place);
        return opening.call(namespace -> {
            RecurringState state = namespace.recurring.get(name);
            return state == null ? List.of() : state.made();
        });
    }

    @Override
    public boolean pause(String place, String name) {
        refuseOtherPlace(place);
        return opening.change(namespace -> {
            RecurringState state = namespace.recurring.get(name);
            if (state != null) {
                state.paused = true;
            }
            return state != null;
        });
    }

    @Override
    public boolean resume(String place, String name, @Nullable String expected, String lastRun) {
        refuseOtherPlace(place);
        return opening.change(namespace -> {
            RecurringState state = namespace.recurring.get(name);
            if (state == null || !state.paused || !Objects.equals(state.lastRun, expected)) {
                return false;
            }
            state.paused = false;
            state.lastRun = lastRun;
            return true;
        });
    }

    private static void refuseOtherPlace(String place) {
        if (!place.isEmpty()) {
            throw new IllegalArgumentException(
                    "This backend has one place, whose name is empty, was \"" + place + "\"");
        }
    }
}
