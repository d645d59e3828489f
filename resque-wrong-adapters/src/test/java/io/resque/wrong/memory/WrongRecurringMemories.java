package io.resque.wrong.memory;

import static io.resque.wrong.memory.Wrong.recurring;

import io.resque.api.spi.Payload;
import io.resque.api.spi.RecurringEntries;
import io.resque.api.spi.RecurringEntry;
import io.resque.api.spi.RecurringPage;
import io.resque.api.spi.RecurringTick;
import java.util.List;
import java.util.Optional;

/** Memory backends that are wrong with recurring jobs, in rules that hold without keys. */
final class WrongRecurringMemories {
    private WrongRecurringMemories() {}

    @SuppressWarnings("unchecked") // of the arguments of a port
    private static List<RecurringTick> ticks(Object argument) {
        return (List<RecurringTick>) argument;
    }

    private static Optional<RecurringEntry> found(RecurringEntries entries, String name) {
        return entries.find("", name).entries().stream().findFirst();
    }

    private static RecurringTick without(RecurringTick tick, boolean target, boolean effects) {
        return new RecurringTick(
                tick.name(),
                tick.config(),
                tick.lastRun(),
                tick.newLastRun(),
                target ? null : tick.target(),
                effects ? List.of() : tick.effects());
    }

    /** As a scheduler that expects whatever stands there. */
    private static RecurringTick whatever(RecurringEntries entries, RecurringTick tick) {
        RecurringEntry entry = found(entries, tick.name()).orElseThrow();
        return new RecurringTick(
                tick.name(),
                entry.config() == null ? tick.config() : entry.config(),
                entry.lastRun(),
                entry.lastRun() + ".",
                tick.target(),
                tick.effects());
    }

    static List<Wrong> all() {
        return List.of(
                recurring(
                        "writes other bytes",
                        "W-621",
                        "put",
                        (entries, real, args) -> real.call(
                                args[0], args[1], args[2], Payload.ofText(((Payload) args[3]).text()), args[4])),
                recurring(
                        "writes over any entry",
                        "W-622",
                        "put",
                        (entries, real, args) -> real.call(
                                args[0],
                                args[1],
                                found(entries, (String) args[1])
                                        .map(RecurringEntry::config)
                                        .orElse(null),
                                args[3],
                                args[4])),
                recurring(
                        "removes no entry",
                        "W-623",
                        "remove",
                        (entries, real, args) ->
                                found(entries, (String) args[1]).isPresent()),
                recurring("counts no entries", "W-624", "count", (entries, real, args) -> 0L),
                recurring("reads one page only", "W-624", "page", (entries, real, args) -> {
                    RecurringPage page = (RecurringPage) real.call(args);
                    return new RecurringPage("", page.entries(), page.now(), null);
                }),
                recurring(
                        "ticks and pushes nothing",
                        "W-625",
                        "tick",
                        (entries, real, args) -> real.call(
                                args[0],
                                ticks(args[1]).stream()
                                        .map(tick -> without(tick, true, false))
                                        .toList(),
                                args[2])),
                recurring(
                        "ticks whatever was expected",
                        "W-626",
                        "tick",
                        (entries, real, args) -> real.call(
                                args[0],
                                ticks(args[1]).stream()
                                        .map(tick -> whatever(entries, tick))
                                        .toList(),
                                args[2])),
                recurring(
                        "ticks without effects",
                        "W-627",
                        "tick",
                        (entries, real, args) -> real.call(
                                args[0],
                                ticks(args[1]).stream()
                                        .map(tick -> without(tick, false, true))
                                        .toList(),
                                args[2])),
                recurring(
                        "answers no tick that was not made",
                        "W-981",
                        "tick",
                        (entries, real, args) -> ((List<?>) real.call(args))
                                .stream()
                                        .filter(outcome ->
                                                ((RecurringTick.Outcome) outcome).state() == RecurringTick.State.MADE)
                                        .toList()),
                recurring("tells no ticks", "W-620", "made", (entries, real, args) -> List.of()),
                recurring(
                        "pauses nothing",
                        "W-628",
                        "pause",
                        (entries, real, args) ->
                                found(entries, (String) args[1]).isPresent()));
    }
}
