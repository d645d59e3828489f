package io.resque.backend.redis;

import io.resque.api.BackendException;
import io.resque.api.spi.DelayedMove;
import io.resque.api.spi.ForeignLocks;
import io.resque.api.spi.Payload;
import io.resque.api.spi.RecurringEntries;
import io.resque.api.spi.RecurringEntry;
import io.resque.api.spi.RecurringPage;
import io.resque.api.spi.RecurringTick;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The entries of recurring jobs in the keys of resque-scheduler. All of them are in one place, which has no name. */
final class RedisRecurringEntries implements RecurringEntries {
    private static final String PLACE = "";
    private static final byte[] HLEN = Keys.bytes("HLEN");
    private static final byte[] HGET = Keys.bytes("HGET");

    /** What tick_recurring.lua notes of a tick: the last run, the second, and whether it pushed. */
    private static final Pattern NOTE = Pattern.compile("(.*) (\\d{1,15}) ([01])");

    private static final byte[] EMPTY = {};
    private static final byte[] ZERO = Keys.bytes(0);
    private static final byte[] ONE = Keys.bytes(1);

    private final RedisLink link;
    private final Keys keys;
    private final DelayedScripts scripts;

    RedisRecurringEntries(RedisLink link, Keys keys) {
        this.link = link;
        this.keys = keys;
        scripts = new DelayedScripts(keys);
    }

    @Override
    public long count() {
        return Replies.count(ask(HLEN, keys.recurring));
    }

    @Override
    public RecurringPage page(String from, int count, int maxBytes) {
        if (count < 1) {
            throw new IllegalArgumentException("count must be positive, was " + count);
        }
        if (!from.matches("\\d{0,20}")) {
            throw new BackendException("\"" + from + "\" is no next of a page of recurring jobs");
        }
        return read(List.of(Keys.bytes(maxBytes), from.isEmpty() ? ZERO : Keys.bytes(from), Keys.bytes(count)));
    }

    @Override
    public RecurringPage find(String place, String name) {
        refuseOtherPlace(place);
        return read(List.of(Keys.bytes(Integer.MAX_VALUE), Keys.bytes(name)));
    }

    private RecurringPage read(List<byte[]> args) {
        List<?> reply = Replies.list(
                Script.RECURRING_PAGE.run(link, List.of(keys.recurring, keys.lastRuns, keys.pausedRecurring), args));
        List<?> names = Replies.list(reply.get(2));
        List<?> rest = Replies.list(reply.get(3));
        List<RecurringEntry> entries = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            List<?> entry = Replies.list(rest.get(i));
            Object config = entry.get(0);
            entries.add(new RecurringEntry(
                    Replies.text(names.get(i)),
                    config == null ? null : Payload.of(Replies.bytes(config)),
                    Replies.number(entry.get(1)),
                    Replies.textOrNull(entry.get(2)),
                    Replies.number(entry.get(3)) == 1));
        }
        String next = Replies.text(reply.get(1));
        return new RecurringPage(PLACE, entries, Replies.number(reply.get(0)), next.equals("0") ? null : next);
    }

    @Override
    public boolean put(String queue, String name, @Nullable Payload expected, Payload config, boolean forRuby) {
        List<byte[]> args = new ArrayList<>(List.of(Keys.bytes(name), config.toBytes(), forRuby ? ONE : ZERO));
        if (expected != null) {
            args.add(expected.toBytes());
        }
        return Replies.number(Script.PUT_RECURRING.run(link, List.of(keys.recurring, keys.changedRecurring), args))
                == 1;
    }

    @Override
    public boolean remove(String place, String name, Payload expected, boolean forRuby) {
        refuseOtherPlace(place);
        return Replies.number(Script.REMOVE_RECURRING.run(
                        link,
                        List.of(
                                keys.recurring,
                                keys.lastRuns,
                                keys.pausedRecurring,
                                keys.changedRecurring,
                                keys.madeTicks),
                        List.of(Keys.bytes(name), expected.toBytes(), forRuby ? ONE : ZERO)))
                == 1;
    }

    @Override
    public List<RecurringTick.Outcome> tick(String place, List<RecurringTick> ticks, @Nullable ForeignLocks locks) {
        refuseOtherPlace(place);
        if (ticks.isEmpty()) {
            return List.of();
        }
        List<byte[]> looked = scripts.locks(locks);
        List<byte[]> first = new ArrayList<>(List.of(
                keys.recurring, keys.lastRuns, keys.pausedRecurring, keys.queues, keys.failedQueues, keys.madeTicks));
        first.addAll(looked);
        NamedKeys names = new NamedKeys(first);
        List<byte[]> args = new ArrayList<>(List.of(Keys.bytes(looked.size())));
        args.addAll(DelayedScripts.lockArgs(locks));
        args.add(Keys.bytes(ticks.size()));
        ticks.forEach(tick -> add(tick, names, args));
        List<RecurringTick.Outcome> outcomes = new ArrayList<>();
        for (Object each : Replies.list(Script.TICK_RECURRING.run(link, names.all(), args))) {
            outcomes.add(
                    each instanceof byte[] refusal
                            ? new RecurringTick.Outcome(RecurringTick.State.REFUSED, Keys.utf8(refusal))
                            : new RecurringTick.Outcome(
                                    switch ((int) Replies.number(each)) {
                                        case 1 -> RecurringTick.State.MADE;
                                        case 2 -> RecurringTick.State.SKIPPED;
                                        default -> RecurringTick.State.GONE;
                                    },
                                    null));
        }
        return outcomes;
    }

    private void add(RecurringTick tick, NamedKeys names, List<byte[]> args) {
        args.add(Keys.bytes(tick.name()));
        args.add(tick.config().toBytes());
        args.add(tick.lastRun() == null ? ZERO : ONE);
        args.add(tick.lastRun() == null ? EMPTY : Keys.bytes(tick.lastRun()));
        args.add(Keys.bytes(tick.newLastRun()));
        DelayedMove.ToQueue target = tick.target();
        args.add(target == null ? ZERO : names.number(keys.queue(target.queue())));
        args.add(target == null ? EMPTY : Keys.bytes(target.queue()));
        args.add(target == null ? EMPTY : target.payload().toBytes());
        EncodedEffects effects = EncodedEffects.of(tick.effects(), keys, EncodedEffects.NO_WORKER);
        args.add(effects.letters);
        args.add(names.together(effects.names));
        args.addAll(effects.args);
    }

    @Override
    public List<RecurringTick.Made> made(String place, String name) {
        refuseOtherPlace(place);
        Object reply = ask(HGET, keys.madeTicks, Keys.bytes(name));
        List<RecurringTick.Made> made = new ArrayList<>();
        for (String line :
                reply == null ? List.<String>of() : Replies.text(reply).lines().toList()) {
            Matcher note = NOTE.matcher(line);
            if (note.matches()) {
                made.add(new RecurringTick.Made(
                        note.group(1),
                        Long.parseLong(note.group(2)),
                        note.group(3).equals("1")));
            }
        }
        return made;
    }

    /** Null also if the key has another type. */
    private @Nullable Object ask(byte[]... command) {
        Object reply = link.ask(List.<byte[][]>of(command)).get(0);
        return ForeignKeys.orNull(() -> {
            if (reply instanceof RedisReplyException e) {
                throw e;
            }
            return reply;
        });
    }

    @Override
    public boolean pause(String place, String name) {
        return pauseOrResume(place, List.of(Keys.bytes(name)));
    }

    @Override
    public boolean resume(String place, String name, @Nullable String expected, String lastRun) {
        List<byte[]> args = new ArrayList<>(List.of(Keys.bytes(name), Keys.bytes(lastRun)));
        if (expected != null) {
            args.add(Keys.bytes(expected));
        }
        return pauseOrResume(place, args);
    }

    private boolean pauseOrResume(String place, List<byte[]> args) {
        refuseOtherPlace(place);
        return Replies.number(Script.PAUSE_RECURRING.run(
                        link, List.of(keys.recurring, keys.lastRuns, keys.pausedRecurring), args))
                == 1;
    }

    private static void refuseOtherPlace(String place) {
        if (!place.equals(PLACE)) {
            throw new IllegalArgumentException(
                    "This backend has one place, whose name is empty, was \"" + place + "\"");
        }
    }
}
