package io.resque.api.spi;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The statuses of tracked jobs, by token. The layout of a record is the store's own. Safe for concurrent use.
 *
 * <p>A token is php-resque's: the payload's {@code id}, after {@code prefix} and {@code _} where the payload has a
 * prefix.
 */
public interface StatusStore extends AutoCloseable {
    /**
     * Writes a status. {@link io.resque.api.JobState#WAITING} creates the record, or starts it anew. Every other state
     * changes only a record that exists, and keeps the time it was started; {@code RUNNING} only if the record does
     * not say that the job has ended, so that a late call does no harm.
     *
     * @param change the change
     * @return whether a record was written
     */
    boolean write(StatusChange change);

    /**
     * Looks again at jobs that have ended, and ends them again where their record says now that they wait or run: another
     * library has written it late, over the end or where no record was. Where no record is there, none is written. By
     * default in two steps for each; a store that can should do all in one, and each record in one step.
     *
     * @param ends the ends, for which {@link #write} was called before
     * @return for each, in their order, whether the record of this job is there and says that it has ended: nothing more
     *     is to come
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
     * Writes a status if there is no record of its token yet. By default in two steps, between which another may write, and a
     * record that cannot be read counts as none; a store that can does it in one.
     *
     * @param change the change, to {@link io.resque.api.JobState#WAITING}
     * @return whether it was written
     */
    default boolean writeNew(StatusChange change) {
        return find(change.token()).isEmpty() && write(change);
    }

    /**
     * Reads a status.
     *
     * @param token the token
     * @return empty if there is no record, or none that can be read
     */
    Optional<StatusRecord> find(String token);

    /**
     * Stops tracking: removes the record, so that later changes are not written.
     *
     * @param token the token
     * @return whether there was one
     */
    boolean remove(String token);

    /**
     * Goes through all statuses that are kept, a part at a time, for those of jobs that have not ended. What is there all the
     * while is in at least one of the parts. By default a store cannot.
     *
     * @param from {@link StatusPage#next} of the part before; empty for the first
     * @return the part; it takes the store no longer than any other call
     * @throws UnsupportedOperationException if this store cannot
     */
    default StatusPage unended(String from) {
        throw new UnsupportedOperationException(getClass().getName() + " cannot go through its statuses");
    }

    /**
     * Removes statuses, each only if it still stands as it was seen. By default in two steps for each; a store that can
     * should do each in one.
     *
     * @param seen what was seen, by token
     * @return the tokens of those that were removed
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
     * Closes what this store opened; every later call is a {@link io.resque.api.BackendException}. Closing again does
     * nothing. The store of a backend has opened nothing, and is closed with its backend.
     */
    @Override
    void close();
}
