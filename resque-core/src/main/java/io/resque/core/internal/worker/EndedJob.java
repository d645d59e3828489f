package io.resque.core.internal.worker;

import io.resque.api.JobEnd;
import io.resque.api.spi.Effect;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.LockClaim;
import io.resque.api.spi.Settlement;
import io.resque.api.spi.StatusChange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A job that has ended and is not settled yet.
 *
 * @param worker the id under which it ran
 * @param kind how it ended, if it can be settled
 * @param status the end of its status; null if it has none
 * @param failure null if its run did not fail; a job that is retried or put back has not failed all the same
 * @param gaveUp whether it failed although it has a retry policy
 */
record EndedJob(
        String worker,
        JobEnd.Kind kind,
        Settlement settlement,
        @Nullable StatusChange status,
        JobOutcome.@Nullable Failed failure,
        boolean gaveUp) {
    EndedJob(
            String worker,
            JobEnd.Kind kind,
            Settlement settlement,
            @Nullable StatusChange status,
            JobOutcome.@Nullable Failed failure) {
        this(worker, kind, settlement, status, failure, false);
    }

    /** The same end with effects that come after the others. */
    EndedJob with(List<Effect> more) {
        return more.isEmpty() ? this : new EndedJob(worker, kind, settlement.with(more), status, failure, gaveUp);
    }

    /** The same end, with which the locks of the job are freed, or turned to those of a job that waits for its next run. */
    EndedJob releasing(LockClaim claim) {
        Long second = isPutBack() ? 0L : null;
        for (Effect effect : settlement.effects()) {
            if (effect instanceof Effect.Retry retry) {
                second = retry.second();
            }
        }
        boolean isNamed = LockClaim.of(settlement.job().payload()).isPresent();
        // Otherwise the waiting job would not know that it has the lock.
        return with(List.of(new Effect.ReleaseLocks(claim, isNamed ? second : null)));
    }

    boolean hasFailed() {
        return failure != null && kind != JobEnd.Kind.RETRIED && !isPutBack();
    }

    /** Whether it goes back to its queue in place of being settled. */
    boolean isPutBack() {
        return kind == JobEnd.Kind.PUT_BACK;
    }

    /** The class of the exception; null if its run did not fail. */
    @Nullable
    String exception() {
        return failure == null ? null : failure.exception();
    }

    String queue() {
        return settlement.job().queue();
    }
}
