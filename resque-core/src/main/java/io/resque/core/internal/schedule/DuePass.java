package io.resque.core.internal.schedule;

import io.resque.api.BackendException;
import io.resque.api.spi.DelayedItem;
import io.resque.api.spi.DelayedItems;
import io.resque.api.spi.DelayedMove;
import io.resque.api.spi.DelayedPage;
import io.resque.api.spi.Effect;
import io.resque.api.spi.ForeignLocks;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JsonRules;
import io.resque.core.internal.support.Log;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    /** So many looks in a row that changed nothing end a pass: other schedulers move the same items, or an entry cannot be removed. */
    private static final int MOST_IN_VAIN = 3;

    private final DelayedItems items;
    private final DueMoves moves;
    private final @Nullable ForeignLocks locks;

    private long moved;
    private long failed;
    private long putOff;
    private @Nullable String stuck;

    /** Everything that was changed, also empty seconds that were removed. */
    private long changes;

    private ForeignLocks.@Nullable Holder holder;

    private DuePass(DelayedItems items, DueMoves moves, @Nullable ForeignLocks locks) {
        this.items = items;
        this.moves = moves;
        this.locks = locks;
    }

    /**
     * Makes a pass.
     *
     * @param locks the locks of other libraries that end the pass if they are held; null for none
     * @throws BackendException as the backend; what was moved before is moved
     */
    static PassResult run(DelayedItems items, DueMoves moves, @Nullable ForeignLocks locks) {
        return new DuePass(items, moves, locks).run();
    }

    private PassResult run() {
        Long later = null;
        int inVain = 0;
        String from = "";
        while (true) {
            DelayedPage page = items.due(from, locks, ITEMS, BYTES);
            Long next = page.later();
            later = later == null || next != null && next < later ? next : later;
            holder = page.holder();
            long before = changes;
            boolean isFreed = discard(page);
            boolean isLeft = move(page) || isFreed;
            boolean changed = changes > before;
            inVain = changed ? 0 : inVain + 1;
            String where = isLeft && changed ? page.place() : page.next();
            if (holder != null || where == null || inVain == MOST_IN_VAIN) {
                return new PassResult(moved, failed, putOff, stuck, page.now(), later, holder);
            }
            from = where;
        }
    }

    /** Moves the items of a page. Returns whether some of them were not moved at once, which also keeps the items behind them. */
    private boolean move(DelayedPage page) {
        if (page.items().isEmpty()) {
            return false;
        }
        List<DueMoves.Decision> decisions =
                page.items().stream().map(moves::decide).toList();
        DelayedMove.Answer answer = items.move(
                page.place(), decisions.stream().map(DueMoves.Decision::move).toList(), locks);
        holder = answer.holder();
        boolean isLeft = false;
        for (int i = 0; i < answer.outcomes().size(); i++) {
            DelayedMove.Outcome outcome = answer.outcomes().get(i);
            switch (outcome.state()) {
                case MOVED -> made(decisions.get(i));
                case GONE -> isLeft = true;
                case REFUSED -> {
                    isLeft = true;
                    file(page, page.items().get(i), String.valueOf(outcome.refusal()));
                }
            }
        }
        return isLeft;
    }

    /** Records an item that was refused, or puts it off if that cannot be done either. */
    private void file(DelayedPage page, DelayedItem item, String refusal) {
        DueMoves.Decision failure = moves.refused(item, refusal);
        DelayedMove.Outcome recorded = move(page, failure.move());
        if (recorded.state() == DelayedMove.State.MOVED) {
            made(failure);
            return;
        } else if (recorded.state() == DelayedMove.State.GONE) {
            return;
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
    }

    /** Makes one move. If another library's scheduler holds its lock meanwhile, the item counts as gone. */
    private DelayedMove.Outcome move(DelayedPage page, DelayedMove move) {
        DelayedMove.Answer answer = items.move(page.place(), List.of(move), locks);
        return answer.outcomes().isEmpty()
                ? new DelayedMove.Outcome(DelayedMove.State.GONE, null)
                : answer.outcomes().get(0);
    }

    private void made(DueMoves.Decision decision) {
        moves.made(decision);
        changes++;
        JobOutcome.Failed failure = decision.failure();
        if (failure == null) {
            moved++;
            return;
        }
        failed++;
        LOG.warn(
                "A delayed item of the second {} became a failure: {}",
                decision.move().second(),
                JsonRules.forLog(failure.message()));
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
                isFreed |= discard(page, stray) && stray.kind() == DelayedPage.Stray.Kind.NOT_A_SECOND;
            }
        }
        if (!empty.isEmpty()) {
            changes += items.discard(page.place(), empty).size();
        }
        return isFreed;
    }

    private boolean discard(DelayedPage page, DelayedPage.Stray stray) {
        List<Effect> effects = moves.record(stray);
        if (items.discard(page.place(), Map.of(stray, effects)).isEmpty()) {
            LOG.warn(
                    "The entry {} of the schedule of delayed jobs has no items, and was not taken out: it has changed, or its"
                            + " failure cannot be recorded; it is looked at again",
                    JsonRules.forLog(stray.entry().text()));
            return false;
        }
        moves.removed(effects);
        failed++;
        changes++;
        LOG.warn(
                "The entry {} was taken out of the schedule of delayed jobs, and recorded as a failure",
                JsonRules.forLog(stray.entry().text()));
        return true;
    }
}
