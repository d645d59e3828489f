package io.resque.core.internal.schedule;

import io.resque.api.spi.ForeignLocks;
import org.jspecify.annotations.Nullable;

/**
 * What a pass has done.
 *
 * @param moved how many jobs went onto their queues
 * @param vetoed how many jobs listeners have vetoed: they were taken out
 * @param failed how many items, and entries of the schedule, became failures
 * @param putOff how many items were put off, since nothing else could be done
 * @param stuck why items stand where they stood, in the words of the backend, though they are due; null if there are none
 * @param now the second of the backend's clock at the last look
 * @param later the next second at which an item stands; null if there is none
 * @param holder the scheduler of another library because of which the pass ended; null if there is none
 */
record PassResult(
        long moved,
        long vetoed,
        long failed,
        long putOff,
        @Nullable String stuck,
        long now,
        @Nullable Long later,
        ForeignLocks.@Nullable Holder holder) {}
