package io.resque.api.spi;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Takes a delayed item away from its second.
 *
 * @param second the second at which the item stands
 * @param item its bytes
 * @param target where its job goes; null if it goes nowhere
 * @param effects what is written in the same step; no {@link Effect.Count}, since no worker has taken the job
 */
public record DelayedMove(
        long second, Payload item, @Nullable Target target, List<Effect> effects) {
    /**
     * Copies the list.
     *
     * @param second the second at which the item stands
     * @param item its bytes
     * @param target where its job goes; null if it goes nowhere
     * @param effects what is written in the same step
     */
    public DelayedMove {
        Objects.requireNonNull(item, "item");
        effects = List.copyOf(effects);
        if (effects.stream().anyMatch(Effect.Count.class::isInstance)) {
            throw new IllegalArgumentException(
                    "The move of a delayed item must not count: the counters are for jobs that a worker has taken");
        }
    }

    /**
     * A move without effects.
     *
     * @param second the second at which the item stands
     * @param item its bytes
     * @param target where its job goes; null if it goes nowhere
     */
    public DelayedMove(long second, Payload item, @Nullable Target target) {
        this(second, item, target, List.of());
    }

    /** Where the job of an item goes. */
    public sealed interface Target {}

    /**
     * Announces a queue, and appends a payload.
     *
     * @param queue name of the queue
     * @param payload the payload
     */
    public record ToQueue(String queue, Payload payload) implements Target {
        /**
         * Refuses null.
         *
         * @param queue name of the queue
         * @param payload the payload
         */
        public ToQueue {
            Objects.requireNonNull(queue, "queue");
            Objects.requireNonNull(payload, "payload");
        }
    }

    /**
     * Writes an item at another second, after the items that stand there.
     *
     * @param second the other second
     * @param item the bytes to write
     * @param ifDue where the job goes instead if that second is due already; null to write the item all the same
     */
    public record ToSecond(
            long second, Payload item, @Nullable ToQueue ifDue) implements Target {
        /**
         * Refuses null for the item.
         *
         * @param second the other second
         * @param item the bytes to write
         * @param ifDue where the job goes instead if that second is due already
         */
        public ToSecond {
            Objects.requireNonNull(item, "item");
        }
    }

    /** What has become of a move. */
    public enum State {
        /** The item was taken away, its target and its effects were written. */
        MOVED,
        /** Nothing was done: the item is not, or no longer, the first of its second. */
        GONE,
        /** Nothing was done, since the target or an effect cannot be written; the item stands where it was. */
        REFUSED
    }

    /**
     * What has become of one move.
     *
     * @param state what was done
     * @param refusal why the move was refused, in the words of the backend; null unless it was
     */
    public record Outcome(State state, @Nullable String refusal) {}

    /**
     * What has become of several moves.
     *
     * @param outcomes one for each move, in order; none if there is a holder
     * @param holder the scheduler of another library because of which nothing was moved; null if there is none
     */
    public record Answer(List<Outcome> outcomes, ForeignLocks.@Nullable Holder holder) {
        /**
         * Copies the list.
         *
         * @param outcomes one for each move, in order
         * @param holder the scheduler of another library because of which nothing was moved
         */
        public Answer {
            outcomes = List.copyOf(outcomes);
        }
    }
}
