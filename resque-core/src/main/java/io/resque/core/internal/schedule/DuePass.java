package io.resque.core.internal.schedule;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.ResqueListener;
import io.resque.api.spi.DelayedItem;
import io.resque.api.spi.DelayedItems;
import io.resque.api.spi.DelayedMove;
import io.resque.api.spi.DelayedPage;
import io.resque.api.spi.Effect;
import io.resque.api.spi.ForeignLocks;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JsonRules;
import io.resque.core.internal.support.Log;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * One pass over the delayed items: looks what is due, decides what becomes of each, and moves it, until nothing is due. Two calls for
 * each hundred items. For one thread.
 */
final class DuePass {
    private static final Logger LOG = Log.WORKER;

    /** What one call moves, which takes Redis about a millisecond. */
    private static final int ITEMS = 100;

    private static final long BYTES = 200_000;

    /** How a refusal begins that says nothing of the item: another scheduler may have the right that is missing here. */
    private static final String NO_RIGHT = "NOPERM";

    /**
     * What a refusal says for the same reason if nothing was written. Before Redis 7 a right can also be missing in the middle of a script;
     * that one has another sign before the word, and must not be repeated: its job may be on its queue, although the item stands.
     */
    private static final String NOTHING_WRITTEN = ": " + NO_RIGHT;

    private final DelayedItems items;
    private final DueMoves moves;
    private final @Nullable ForeignLocks locks;
    private final BooleanSupplier goesOn;
    private final MoveCounts counts;

    private long moved;
    private long vetoed;
    private long failed;
    private long putOff;
    private @Nullable String stuck;

    /** Everything that was changed, also empty seconds that were removed. */
    private long changes;

    private ForeignLocks.@Nullable Holder holder;

    private DuePass(
            DelayedItems items,
            DueMoves moves,
            @Nullable ForeignLocks locks,
            BooleanSupplier goesOn,
            MoveCounts counts) {
        this.items = items;
        this.moves = moves;
        this.locks = locks;
        this.goesOn = goesOn;
        this.counts = counts;
    }

    /**
     * Makes a pass.
     *
     * @param locks the locks of other libraries that end the pass if they are held; null for none
     * @param goesOn asked after each page; the pass ends once it says false
     * @param counts where each move is counted
     * @throws BackendException as the backend; what was moved before is moved
     */
    static PassResult run(
            DelayedItems items,
            DueMoves moves,
            @Nullable ForeignLocks locks,
            BooleanSupplier goesOn,
            MoveCounts counts) {
        return new DuePass(items, moves, locks, goesOn, counts).run();
    }

    private PassResult run() {
        Long later = null;
        String from = "";
        while (true) {
            DelayedPage page = items.due(from, locks, ITEMS, BYTES, moves.largest());
            Long next = page.later();
            later = later == null || next != null && next < later ? next : later;
            holder = page.holder();
            long before = changes;
            boolean isLeft = move(page);
            isLeft |= discardOrTell(page);
            boolean changed = changes > before;
            boolean isMore = isLeft || page.next() != null;
            // Items that are stuck must not hide the ones behind them.
            String where = changed ? isMore ? from : null : page.next();
            // If nothing was changed and nothing refused, other schedulers move these items, and would also be faster
            // with the next ones.
            boolean isInVain = !changed
                    && (from.equals(where) || stuck == null && !page.items().isEmpty());
            if (holder != null || where == null || isInVain || !goesOn.getAsBoolean()) {
                return new PassResult(moved, vetoed, failed, putOff, stuck, page.now(), later, holder);
            }
            from = where;
        }
    }

    /** Moves the items of a page. Returns whether some of them were not moved at once, which also keeps the items behind them. */
    private boolean move(DelayedPage page) {
        List<DelayedItem> gone = new ArrayList<>();
        Map<String, String> refusing = new HashMap<>();
        boolean isLeft = move(page, page.items(), gone, refusing);
        if (!refusing.isEmpty() && holder == null) {
            // They may have stood behind a job that was refused. A look for each job of a queue would take too long.
            move(page, List.copyOf(gone), new ArrayList<>(), refusing);
        }
        return isLeft;
    }

    /**
     * Moves items. Returns whether some of them were not moved at once.
     *
     * @param gone is given those that were not the first of their second, or may not have been
     * @param refusing queues that cannot be written, each with the reason: their jobs become failures at once
     */
    private boolean move(
            DelayedPage page, List<DelayedItem> due, List<DelayedItem> gone, Map<String, String> refusing) {
        if (due.isEmpty()) {
            return false;
        }
        List<ResqueListener> listeners = moves.listeners();
        List<DueMoves.Decision> decisions =
                due.stream().map(item -> decide(item, listeners, refusing)).toList();
        DelayedMove.Answer answer =
                send(page, decisions.stream().map(DueMoves.Decision::move).toList());
        holder = answer.holder();
        boolean isLeft = false;
        for (int i = 0; i < answer.outcomes().size(); i++) {
            DelayedMove.Outcome outcome = answer.outcomes().get(i);
            switch (outcome.state()) {
                case MOVED -> made(decisions.get(i));
                case GONE -> {
                    isLeft = true;
                    gone.add(due.get(i));
                }
                case REFUSED -> {
                    isLeft = true;
                    String queue = queue(decisions.get(i));
                    if (queue != null && refusing.containsKey(queue)) {
                        gone.add(due.get(i)); // its bytes are those of the job that stood before it
                    } else {
                        refused(page, due.get(i), queue, String.valueOf(outcome.refusal()), refusing);
                    }
                }
            }
        }
        return isLeft;
    }

    /** Makes moves; one by one if the server refuses to begin with them: the right to one of their queues may be missing. */
    private DelayedMove.Answer send(DelayedPage page, List<DelayedMove> some) {
        try {
            return items.move(page.place(), some, locks);
        } catch (BackendException e) {
            if (!String.valueOf(e.getMessage()).contains(NOTHING_WRITTEN)) {
                throw e;
            }
            stuck = e.getMessage();
        }
        List<DelayedMove.Outcome> outcomes = new ArrayList<>();
        for (DelayedMove move : some) {
            DelayedMove.Answer one = some.size() == 1
                    ? new DelayedMove.Answer(List.of(new DelayedMove.Outcome(DelayedMove.State.GONE, null)), null)
                    : send(page, List.of(move));
            if (one.holder() != null) {
                return new DelayedMove.Answer(outcomes, one.holder());
            }
            outcomes.addAll(one.outcomes());
        }
        return new DelayedMove.Answer(outcomes, null);
    }

    private DueMoves.Decision decide(DelayedItem item, List<ResqueListener> listeners, Map<String, String> refusing) {
        DueMoves.Decision decision = moves.decide(item, listeners);
        String queue = queue(decision);
        String refusal = queue == null ? null : refusing.get(queue);
        return refusal == null ? decision : moves.refused(item, refusal);
    }

    /** The queue to which a job goes; null if it goes to none. */
    private static @Nullable String queue(DueMoves.Decision decision) {
        return decision.move().target() instanceof DelayedMove.ToQueue to ? to.queue() : null;
    }

    private void refused(
            DelayedPage page, DelayedItem item, @Nullable String queue, String refusal, Map<String, String> refusing) {
        if (queue != null && refusal.startsWith(NO_RIGHT)) {
            stuck = refusal;
        } else if (file(page, item, refusal) && queue != null) {
            refusing.put(queue, refusal);
        }
    }

    /** Records an item that was refused, or puts it off if that cannot be done either. Returns whether it was recorded. */
    private boolean file(DelayedPage page, DelayedItem item, String refusal) {
        DueMoves.Decision failure = moves.refused(item, refusal);
        DelayedMove.Outcome recorded = move(page, failure.move());
        if (recorded.state() == DelayedMove.State.MOVED) {
            made(failure);
            return true;
        } else if (recorded.state() == DelayedMove.State.GONE) {
            return false;
        }
        DelayedMove.Outcome again = move(page, DueMoves.putOff(item, page.now()));
        if (again.state() == DelayedMove.State.REFUSED) {
            stuck = again.refusal();
        } else if (again.state() == DelayedMove.State.MOVED) {
            putOff++;
            changes++;
            LOG.warn(
                    "A delayed job of the second {} can neither go onto its queue nor be recorded as failed ({}); it is tried"
                            + " again in {} seconds",
                    item.second(),
                    JsonRules.forLog(refusal),
                    DueMoves.PUT_OFF.toSeconds());
        }
        return false;
    }

    /** Makes one move. If another library's scheduler holds its lock meanwhile, the item counts as gone. */
    private DelayedMove.Outcome move(DelayedPage page, DelayedMove move) {
        DelayedMove.Answer answer = send(page, List.of(move));
        return answer.outcomes().isEmpty()
                ? new DelayedMove.Outcome(DelayedMove.State.GONE, null)
                : answer.outcomes().get(0);
    }

    private void made(DueMoves.Decision decision) {
        moves.made(decision);
        changes++;
        JobOutcome.Failed failure = decision.failure();
        MoveEvents events = decision.events();
        if (decision.isVeto()) {
            vetoed++;
            counts.vetoed.incrementAndGet();
            LOG.info(
                    "A listener has vetoed the delayed job {} of the second {}: it was taken out, and is on no queue",
                    events == null ? "" : JsonRules.forLog(events.job().jobClass()),
                    decision.move().second());
            return;
        }
        if (failure == null) {
            moved++;
            counts.moved.incrementAndGet();
            return;
        }
        failed++;
        counts.failed.incrementAndGet();
        LOG.warn(
                "A delayed item of the second {} became a failure: {}",
                decision.move().second(),
                JsonRules.forLog(failure.message()));
    }

    /** A refusal of this must not keep the jobs of other seconds from being moved. */
    private boolean discardOrTell(DelayedPage page) {
        if (holder != null) {
            return false;
        }
        try {
            return discard(page);
        } catch (BackendUnavailableException e) {
            throw e;
        } catch (BackendException e) {
            stuck = e.getMessage();
            return false;
        }
    }

    /**
     * Removes entries behind which nothing can be moved. All but empty seconds are recorded. Returns whether items may have become due
     * by that, since they stood behind a number that is no second.
     */
    private boolean discard(DelayedPage page) {
        boolean isFreed = false;
        Map<DelayedPage.Stray, List<Effect>> empty = new LinkedHashMap<>();
        for (DelayedPage.Stray stray : page.strays()) {
            if (stray.kind() == DelayedPage.Stray.Kind.EMPTY) {
                empty.put(stray, List.of());
            } else {
                isFreed |= discard(page, stray) && stray.kind() != DelayedPage.Stray.Kind.NOT_A_LIST;
            }
        }
        if (!empty.isEmpty()) {
            changes += items.discard(page.place(), empty, locks).size();
        }
        return isFreed;
    }

    private boolean discard(DelayedPage page, DelayedPage.Stray stray) {
        List<Effect> effects = moves.record(stray);
        if (items.discard(page.place(), Map.of(stray, effects), locks).isEmpty()) {
            LOG.warn(
                    "Nothing behind the entry {} of the schedule of delayed jobs can be moved, and it was not taken out: it has"
                            + " changed, another library's scheduler moves the jobs, or its failure cannot be recorded; it is looked at again,"
                            + " in a minute at the latest",
                    JsonRules.forLog(stray.entry().text()));
            return false;
        }
        moves.removed(effects);
        failed++;
        counts.failed.incrementAndGet();
        changes++;
        LOG.warn(
                stray.kind() == DelayedPage.Stray.Kind.TOO_LARGE
                        ? "A delayed item of the second {} is too large for this scheduler; its bytes were set aside, and it became a failure"
                        : "The entry {} was taken out of the schedule of delayed jobs, and recorded as a failure",
                JsonRules.forLog(stray.entry().text()));
        return true;
    }
}
