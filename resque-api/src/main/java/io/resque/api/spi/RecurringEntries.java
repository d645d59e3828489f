package io.resque.api.spi;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The entries of recurring jobs: jobs that are pushed again and again, by a calendar or after a period. Thread-safe.
 *
 * <p>An <em>entry</em> has a name. Its bytes are the JSON by which resque-scheduler keeps a schedule; a backend knows the bytes only.
 * The <em>last run</em> of an entry is a text, which says up to which instant its ticks are settled. Ruby's scheduler writes it,
 * too, also for entries that stand only in its own process.
 *
 * <p>A backend makes no tick alone. A caller reads the entries ({@link #page}), decides which of them are due, and asks for these ticks
 * ({@link #tick}). Any number of callers can do so at the same time. Each tick is made once, since it is made only if its entry and
 * last run are those by which it was decided.
 *
 * <p>All that belongs to an entry lies in one <em>place</em>: where the queue of its jobs lies. A page names its place. A walk over all
 * entries goes through all places; it begins with an empty text, and goes on with the {@code next} of its last page. Today each backend
 * has one place, whose name is empty.
 */
public interface RecurringEntries {
    /**
     * Counts the entries of all places, by so little work that a caller can ask each second. Nothing is written.
     *
     * @return 0 or more
     */
    long count();

    /**
     * Reads entries, in bounded memory. Nothing is written. A walk gives each entry that stands there from its begin to its end; it
     * can return an entry twice.
     *
     * @param from where the page begins: empty for the first page, then the {@code next} of the last page
     * @param count about how many entries; at least one. A page can have more, or none without being the last
     * @param maxBytes the largest number of bytes of one entry; a larger entry is returned without its bytes
     * @return the entries
     */
    RecurringPage page(String from, int count, int maxBytes);

    /**
     * Reads one entry, however large. Nothing is written.
     *
     * @param place the place where to look, as a page names it
     * @param name the name of the entry
     * @return a page with this entry, or without entries if there is none
     */
    RecurringPage find(String place, String name);

    /**
     * Writes an entry, if the entry that stands there is the expected one. If it has these bytes already, nothing is written. Its last
     * run stays, and so does a pause.
     *
     * @param queue name of the queue of its jobs
     * @param name the name of the entry
     * @param expected the bytes that must stand there; null if there must be no entry of this name
     * @param config the bytes to write
     * @param forRuby whether Ruby's schedulers are told that they must load this entry
     * @return true if these bytes stand there now; false if other bytes than the expected stand there, and nothing was written
     * @throws io.resque.api.BackendException if it cannot be written; nothing was
     */
    boolean put(String queue, String name, @Nullable Payload expected, Payload config, boolean forRuby);

    /**
     * Removes an entry with its last run and its pause, if it is the expected one. If there is no entry, nothing is done: the last run
     * then belongs to an entry that stands only in the process of a Ruby scheduler.
     *
     * @param place the place where it stands
     * @param name the name of the entry
     * @param expected the bytes that must stand there
     * @param forRuby whether Ruby's schedulers are told that they must drop this entry
     * @return true if it was removed; false if there is none, or other bytes stand there, and nothing was done
     * @throws io.resque.api.BackendException if Ruby's schedulers cannot be told; nothing was removed
     */
    boolean remove(String place, String name, Payload expected, boolean forRuby);

    /**
     * Makes ticks, in order: each writes the last run of its entry, and with it pushes the payload onto its queue, which is announced,
     * and applies its effects. Each tick is atomic. A tick that is refused keeps no other tick from being made.
     *
     * @param place the place of the page on which the entries were found
     * @param ticks the ticks; the caller limits them to about a millisecond of Redis, which is some hundred
     * @param locks the locks of other libraries to look at, or to hold: if one of them is held elsewhere, no tick is made, and each is
     *     {@link RecurringTick.State#GONE}. So an entry that Ruby's scheduler fires, too, is not fired twice. Null if no lock is looked at
     * @return what has become of each tick, in order. After an exception, some ticks may have been made
     */
    List<RecurringTick.Outcome> tick(String place, List<RecurringTick> ticks, @Nullable ForeignLocks locks);

    /**
     * Reads what was noted of the newest ticks of an entry that were made. A tick notes itself in its own step, unless it has no target and
     * writes the first last run. The notes of an entry go with it ({@link #remove}). Nothing is written.
     *
     * @param place the place where the entry stands
     * @param name the name of the entry
     * @return at most {@link RecurringTick#NOTED}, the newest first; empty also if there is no such entry
     */
    List<RecurringTick.Made> made(String place, String name);

    /**
     * Pauses an entry: no tick of it is made until {@link #resume}, also if the entry is written again. What is paused already
     * stays so.
     *
     * @param place the place where it stands
     * @param name the name of the entry
     * @return whether there is such an entry
     */
    boolean pause(String place, String name);

    /**
     * Ends the pause of an entry, and writes its last run in the same step, so that no tick of the pause is made. Nothing is done to an
     * entry that is not paused, or has another last run than the expected one.
     *
     * @param place the place where it stands
     * @param name the name of the entry
     * @param expected the text of the last run that must stand there; null if there must be none
     * @param lastRun the text of the last run that is written
     * @return true if the pause was ended; false if there was none, or another last run stands there
     * @throws io.resque.api.BackendException if the last run cannot be written; the entry stays paused
     */
    boolean resume(String place, String name, @Nullable String expected, String lastRun);
}
