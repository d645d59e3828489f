package io.resque.core.internal.worker;

import io.resque.api.Unique;
import io.resque.api.spi.Effect;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.LockClaim;
import io.resque.api.spi.Payload;
import io.resque.api.spi.ReservedJob;
import io.resque.core.internal.execution.WorkerJobs;
import io.resque.core.internal.wire.LockShape;
import io.resque.core.internal.wire.PayloadShape;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The locks that jobs need for a run. Thread-safe.
 *
 * @param jobs those that the worker knows
 * @param keep how long a lock stands at least while its job runs; null if the backend has no locks
 */
record JobLocks(
        WorkerJobs jobs, JobSerializer serializer, @Nullable Duration keep) {
    /** The claim of the payload, and the lock of the registered job if the payload names none for a run; null if there is neither. */
    @Nullable
    LockClaim claim(String worker, ReservedJob job, PayloadShape.ReadJob read) {
        LockClaim claim = read.claim();
        Unique unique = keep == null ? null : jobs.unique(read.policyName());
        if (unique == null
                || claim != null
                        && (unique.kind() != Unique.Kind.WHILE_RUNNING
                                || claim.locks().stream().anyMatch(JobLocks::isOfRun))) {
            return keep == null ? null : claim;
        }
        List<LockClaim.Lock> locks = new ArrayList<>(claim == null ? List.of() : claim.locks());
        locks.add(LockShape.lock(unique, job.queue(), read.jobClass(), read.args(), serializer));
        return new LockClaim(claim == null ? owner(worker, job) : claim.owner(), locks);
    }

    private static boolean isOfRun(LockClaim.Lock lock) {
        return lock.kind() != Unique.Kind.WHILE_QUEUED;
    }

    /** The claim of a payload that was not read; null if there is none. */
    @Nullable
    LockClaim claim(Payload payload) {
        return keep == null ? null : LockClaim.of(payload).orElse(null);
    }

    /** What must be written if a job goes back to its queue that has not begun. */
    List<Effect> goesBack(ReservedJob job) {
        LockClaim claim = claim(job.payload());
        return claim == null ? List.of() : List.of(new Effect.ReleaseLocks(claim, 0L));
    }

    /** The same for each call with one reservation: a call whose answer was lost must not meet its own lock. */
    private static String owner(String worker, ReservedJob job) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1")
                    .digest((worker + " " + job.number() + " " + job.reservedAt()).getBytes(StandardCharsets.UTF_8));
            return String.format("%040x", new BigInteger(1, digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JVM has SHA-1", e);
        }
    }
}
