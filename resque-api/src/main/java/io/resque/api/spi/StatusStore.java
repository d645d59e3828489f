package io.resque.api.spi;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The statuses of tracked jobs, by token. Each store decides on the layout of its records. Thread-safe.
 *
 * <p>A token is the payload's {@code id}, with {@code <prefix>_} before it if the payload has a {@code prefix}, as
 * php-resque does it.
 *
 * <p>If the calling thread is interrupted, a method either goes on, or throws a {@link io.resque.api.BackendException}; in both cases the thread
 * is still interrupted when the method ends.
 */
public interface StatusStore extends AutoCloseable {
    /**
     * Writes a status. {@link io.resque.api.JobState#WAITING} creates the record, or replaces it by a new one. Any
     * other state only changes an existing record, and keeps its start time. {@code RUNNING} does not change a record
     * that says that the job has ended, so a late call does no harm.
     *
     * @param change the change
     * @return whether a record was written
     */
    boolean write(StatusChange change);

    /**
     * Writes the ends of jobs again, where a record says that its job waits or runs: another library has written that
     * record late, after {@link #write} was called for the end. If a job has no record, none is written. This default
     * takes two steps for each record; a store should handle each record atomically, and all of them in one call, if it
     * can.
     *
     * @param ends the ends, for which {@link #write} was called before
     * @return for each end, in order, whether the job's record now exists and says that the job has ended; the record then
     *     needs no further look
     */
    default List<Boolean> endAgain(List<StatusEnd> ends) {
        List<Boolean> answers = new ArrayList<>();
        for (StatusEnd end : ends) {
            StatusRecord record = find(end.change().token()).orElse(null);
            answers.add(record != null && (record.state().isFinal() ? end.isOf(record) : write(end.change())));
        }
        return answers;
    }

    /**
     * Writes a status if its token has no record yet. This default takes two steps, between which another process may
     * write, and treats a record that cannot be read as absent; a store should do it atomically if it can.
     *
     * @param change the change, to {@link io.resque.api.JobState#WAITING}
     * @return whether the status was written
     */
    default boolean writeNew(StatusChange change) {
        return find(change.token()).isEmpty() && write(change);
    }

    /**
     * Reads a status.
     *
     * @param token the token
     * @return the status; empty if there is no record, or it cannot be read
     */
    Optional<StatusRecord> find(String token);

    /**
     * Removes a status, so that later changes of it are not written.
     *
     * @param token the token
     * @return whether there was a record
     */
    boolean remove(String token);

    /**
     * Walks through all statuses, page by page, and returns those of jobs that have not ended. A status that exists
     * during the whole walk is in at least one page. A page takes the store no longer than any other call.
     *
     * @param from {@link StatusPage#next} of the page before; the empty string for the first page, never null
     * @return the page
     * @throws UnsupportedOperationException if this store cannot walk through its statuses; this default always throws it
     */
    default StatusPage unended(String from) {
        throw new UnsupportedOperationException(getClass().getName() + " cannot go through its statuses");
    }

    /**
     * Removes statuses, each only if its state and times are still as they were read. The result need not be compared: a job that waits or
     * runs has none. This default takes two steps for each; a store should remove each atomically if it can.
     *
     * @param seen the statuses as they were read, by token
     * @return the tokens of the removed statuses
     */
    default Set<String> removeUnchanged(Map<String, StatusRecord> seen) {
        Set<String> removed = new HashSet<>();
        seen.forEach((token, record) -> {
            if (find(token).filter(record::equals).isPresent() && remove(token)) {
                removed.add(token);
            }
        });
        return removed;
    }

    /**
     * Keeps what a running job tells of itself, beside its status, which stays as it is. Replaces what the job has told before. {@link #remove}
     * removes it with the status. This default keeps nothing.
     *
     * @param token the token
     * @param progress JSON
     * @param expiry how long it is kept, to the second; null for ever
     * @return false if there is no status, or something else stands in the place; nothing was written
     * @throws UnsupportedOperationException if this store cannot keep it; this default always throws it
     */
    default boolean writeProgress(String token, Payload progress, @Nullable Duration expiry) {
        throw new UnsupportedOperationException(getClass().getName() + " keeps no progress of jobs");
    }

    /**
     * Reads what {@link #writeProgress} has written last.
     *
     * @param token the token
     * @return empty if there is nothing, or it cannot be read
     * @throws UnsupportedOperationException if this store cannot keep it; this default always throws it
     */
    default Optional<ProgressRecord> progress(String token) {
        throw new UnsupportedOperationException(getClass().getName() + " keeps no progress of jobs");
    }

    /**
     * Closes what this store has opened; every later call throws {@link io.resque.api.BackendException}. Closing again does
     * nothing. For the store of a backend this method does nothing; closing the backend closes it.
     */
    @Override
    void close();
}
