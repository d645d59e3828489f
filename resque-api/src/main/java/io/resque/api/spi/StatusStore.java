package io.resque.api.spi;

import java.util.Optional;

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
     * Closes what this store opened; every later call is a {@link io.resque.api.BackendException}. Closing again does
     * nothing. The store of a backend has opened nothing, and is closed with its backend.
     */
    @Override
    void close();
}
