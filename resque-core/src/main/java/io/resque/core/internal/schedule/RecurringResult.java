package io.resque.core.internal.schedule;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a pass over the recurring jobs has done.
 *
 * @param entries how many entries stand there
 * @param fired how many jobs were pushed
 * @param skipped how many entries had ticks settled without a push: they were missed and are to be skipped, a listener vetoed the job, or
 *     the entry counts from now on
 * @param failed how many ticks became failures
 * @param now the second of the backend's clock at the last look
 * @param next when to make the next pass, if no entry changes: at the next tick of all entries that this scheduler fires, or sooner if a
 *     tick was not made as planned; null if there is none
 * @param problems the entries that this scheduler cannot fire, each with the reason, which is the rest of a sentence about the entry
 */
record RecurringResult(
        int entries,
        long fired,
        long skipped,
        long failed,
        Instant now,
        @Nullable Instant next,
        Map<String, String> problems) {}
