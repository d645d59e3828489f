package io.resque.api.spi;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The delayed items: jobs that are written now, and go onto their queue at a later second. Thread-safe.
 *
 * <p>An <em>item</em> is the JSON of a delayed job as resque-scheduler writes it: {@code class}, {@code args} and {@code queue}. A
 * backend knows its bytes only. It stands at a <em>second</em>: the number of whole seconds since the epoch, by the clock of the
 * backend. A caller that has an instant with a fraction rounds it up, so that no job is early. The items of one second stay in the order
 * in which they were written. Equal items at one second are two jobs. An item is <em>due</em> if its second is not later than the
 * backend's clock.
 *
 * <p>A backend moves nothing alone. A caller looks for due items ({@link #due}), decides which payload goes onto which queue, and asks for
 * these moves ({@link #move}). Any number of callers can do so at the same time. Each item is moved once, since a move is made only if
 * its item still is the first of its second.
 *
 * <p>All that belongs to an item lies in one <em>place</em>: where its queue lies. A page names its place. A walk over all items goes
 * through all places; it begins with an empty text, and goes on with the {@code next} of its last page. Today each backend has one place.
 */
public interface DelayedItems {
    /**
     * Writes items, or appends the payload of each item whose second is due to the queue, which is announced then; and writes
     * the status changes. All of this happens atomically, or nothing is written.
     *
     * @param push the items and statuses; the caller limits its size to the size of one request
     * @return the second of the backend's clock by which this was decided: an item with a later second was delayed, every other
     *     is in the queue
     * @throws io.resque.api.JobIdTakenException if the push is {@code onlyNew} and one of its statuses has a record;
     *     nothing was written
     * @throws io.resque.api.BackendUnavailableException if no answer came; {@code maybeApplied} says whether the
     *     items may have been written. After any other exception that is not named here, nothing was written
     */
    long write(DelayedPush push);

    /**
     * As {@link #due(String, ForeignLocks, int, long, long)}, for items of any size.
     *
     * @param from where to look
     * @param locks the locks of other libraries
     * @param count the largest number of items
     * @param maxBytes the largest number of bytes
     * @return due items of this place
     */
    default DelayedPage due(String from, @Nullable ForeignLocks locks, int count, long maxBytes) {
        return due(from, locks, count, maxBytes, Long.MAX_VALUE);
    }

    /**
     * Looks for due items, in bounded memory. Nothing is written but what {@code locks} asks for.
     *
     * @param from where to look: empty for the beginning of the first place, then the {@code next} of the last page
     * @param locks the locks of other libraries to look at, or to hold; null for none
     * @param count the largest number of items; at least one
     * @param maxBytes the largest number of bytes, for all items together; at least one item is returned, however large
     * @param largest the largest size of an item, in bytes. A larger one is not returned; once it is the first of its second, there is a
     *     {@link DelayedPage.Stray.Kind#TOO_LARGE} for it
     * @return due items of this place, from the earliest on. Its {@code next} is where to look for more, behind these items; null if there are
     *     none. Once some of these items were moved, a look from where this one began also finds the items behind them
     */
    DelayedPage due(String from, @Nullable ForeignLocks locks, int count, long maxBytes, long largest);

    /**
     * Tells the first second of the schedule, due or not, also if nothing stands there any more: so a caller that waits for a later one
     * learns of items that somebody has written for an earlier one. It costs less than {@link #due}.
     *
     * <p>A backend that has no leases, as this method itself, says that each caller has it.
     *
     * @param from the place where to look: empty for the first place, then the {@code next} of the last look
     * @param lease asks for the lease as well; null for a look without it
     * @return the first second of this place
     */
    default DelayedLook look(String from, DelayedLook.@Nullable Lease lease) {
        DelayedPage page = due(from, null, 1, 1);
        Long first = page.items().isEmpty()
                ? page.later()
                : (Long) page.items().get(0).second();
        return new DelayedLook(first, lease != null, page.now(), null);
    }

    /**
     * Says that a caller of {@link #look} is there, and tells how many there are, so that those without the lease ask for it the less often
     * the more they are. A backend that has no leases says that there is one.
     *
     * @param caller as in {@link DelayedLook.Lease}
     * @param stays for how long it counts, unless it says so again; at least a second
     * @return how many callers there are, this one among them
     */
    default long join(String caller, Duration stays) {
        return 1;
    }

    /**
     * A caller of {@link #look} looks no more: it counts no longer, and gives the lease back if it has it.
     *
     * @param caller as in {@link DelayedLook.Lease}
     */
    default void leave(String caller) {}

    /**
     * Who holds the locks of other libraries. Nothing is written.
     *
     * @param locks the locks
     * @return the value of each lock that is held, also by schedulers of this library, by its key
     */
    default Map<String, String> holders(ForeignLocks locks) {
        return Map.of();
    }

    /**
     * How many runs of a job failed, as {@link Effect.NoteRetry} noted it, if its retry was due and no scheduler of this library has moved
     * it: then a scheduler of another library has moved it, and has dropped the number from the payload. Nothing is written.
     *
     * @param name as in {@link Effect.NoteRetry}
     * @param now the second of the backend's clock, as far as the caller knows it
     * @return 0 if nothing is noted, the second of the retry is still to come, or the retry was moved by this library
     */
    default int failedRuns(String name, long now) {
        return 0;
    }

    /**
     * The commands that moving items needs, and that the server refuses to this user. Nothing is written.
     *
     * @return names of commands in small letters; empty if all are allowed, or the backend has no users
     */
    default List<String> missingRights() {
        return List.of();
    }

    /**
     * Reads items, in bounded memory. Nothing is written. A walk can miss an item, or return it twice, if items before it are
     * written or taken away during the walk.
     *
     * @param from where the page begins: empty for the first page, then the {@code next} of the last page
     * @param first the first second to read
     * @param last the last second to read
     * @param count the largest number of items; at least one
     * @param maxBytes the largest number of bytes, for all items together; at least one item is returned, however large
     * @return the items, due or not
     */
    DelayedPage page(String from, long first, long last, int count, long maxBytes);

    /**
     * As {@link #page(String, long, long, int, long)}, with a bound for each item. This default returns items of any size.
     *
     * @param from where the page begins
     * @param first the first second to read
     * @param last the last second to read
     * @param count the largest number of items
     * @param maxBytes the largest number of bytes
     * @param largest the largest size of an item, in bytes; in the place of a larger one stands its stand-in, see {@link
     *     Subscription#maxPayload}
     * @return the items, due or not
     */
    default DelayedPage page(String from, long first, long last, int count, long maxBytes, long largest) {
        return page(from, first, last, count, maxBytes);
    }

    /**
     * Counts items, in parts that do not keep Redis for long.
     *
     * @param from where this part begins: empty for the first part, then the {@code next} of the last part
     * @param first the first second to count
     * @param last the last second to count
     * @return the number of items in this part
     */
    DelayedCount count(String from, long first, long last);

    /**
     * Moves items that are each the first of their second, in the order of the moves. Each move is atomic: the item is taken away
     * with everything that the backend keeps for it, and its target and effects are written; or nothing of it is done. A move that is
     * refused keeps no other move from being made, except moves of items that stand behind its item.
     *
     * @param place the place of the page on which the items were found
     * @param moves the moves; the caller limits them to about a millisecond of Redis, which is some hundred
     * @param locks the locks of other libraries to look at, or to hold: if one of them is held elsewhere, nothing is moved. Null if no lock
     *     is looked at
     * @return what has become of each move. After an exception, some moves may have been made
     */
    DelayedMove.Answer move(String place, List<DelayedMove> moves, @Nullable ForeignLocks locks);

    /**
     * Takes items away from their seconds wherever they stand there: every item whose bytes are equal to those of a move. For each of
     * them the target and the effects of the move are written in the same atomic step. The other items keep their order. The backend
     * can do this in several steps, so that Redis is not blocked; items that are written during the call can be missed.
     *
     * @param place the place of the page on which the items were found
     * @param moves the moves; of several that name the same item and second only the first one is made
     * @param locks the locks of other libraries to look at: while one of them is held, items that are due are not taken away, since its
     *     holder can be moving them. Null if no lock is looked at
     * @return for each move, in order, how many items were taken away
     * @throws io.resque.api.BackendException if a target or an effect cannot be written. Nothing was done for the items of that
     *     step; earlier steps stand
     */
    List<Long> change(String place, List<DelayedMove> moves, @Nullable ForeignLocks locks);

    /**
     * Removes entries of the schedule that have no items which could be moved, if they are still such entries. Items behind an
     * entry that is a number without being a whole second go to the next whole second. What stands in the place of a list is left. For an item
     * that is too large, the item is taken away, and its bytes are kept where its stand-in says.
     *
     * <p>If the effects of an entry cannot be written, it stays, and becomes due again a minute later, so that it does not hide other
     * entries from a look; so does the second of an item that is too large.
     *
     * @param place the place of the page on which the entries were found
     * @param strays the entries, each with what is written when it is removed; no {@link Effect.Count}
     * @param locks the locks of other libraries to look at, or to hold: while one of them is held elsewhere, no item is taken away and no
     *     entry is removed but empty seconds, since its holder takes the items of a second by their number. Null if no lock is looked at
     * @return the entries that this call has removed
     */
    Set<DelayedPage.Stray> discard(
            String place, Map<DelayedPage.Stray, List<Effect>> strays, @Nullable ForeignLocks locks);

    /**
     * Looks for what other libraries have left behind, one step of a walk through everything that is kept for delayed items. What is
     * written during the walk can be missed.
     *
     * @param from where this step begins: empty for the first step, then the {@code next} of the last step
     * @param repair whether what is found is repaired, if it is still the same
     * @return what this step has found; if {@code repair} is true, what it has repaired
     */
    DelayedSweep sweep(String from, boolean repair);
}
