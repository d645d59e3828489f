package io.resque.backend.redis;

import io.resque.api.BackendException;
import io.resque.api.spi.Payload;
import io.resque.api.spi.ReservedJob;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The reply of {@code step.lua} to one step. The codes of that script stand here and in its head. */
sealed interface StepReply {
    /** A reply of a code alone. */
    enum Bare implements StepReply {
        /** The registration stands no longer. Nothing was done. */
        LOST(-1),
        /** There is no job, or none was asked for. What was to be settled is settled, as with all codes below. */
        EMPTY(0),
        /** All workers are told to pause. */
        PAUSED(2),
        /** There is no job, but perhaps in a queue that is paused or full. */
        QUEUE_PASSED(3),
        /** The call had taken enough bytes already: this step and all behind it were not looked at. */
        POSTPONED(-3),
        /** Nothing was settled, since the record is gone. */
        RECORD_GONE(-4);

        private static final Bare[] ALL = values();

        private final int code;

        Bare(int code) {
            this.code = code;
        }

        private static Bare of(int code) {
            for (Bare each : ALL) {
                if (each.code == code) {
                    return each;
                }
            }
            throw new BackendException("step.lua answered with the code " + code + ", which it does not have");
        }
    }

    /**
     * A job was taken.
     *
     * @param queue which queue of the subscription it came from, counted from 0
     * @param second when, in seconds since the epoch
     */
    record Taken(int queue, byte[] payload, long second) implements StepReply {}

    /**
     * The worker holds a job already. {@code unregister.lua} and {@code inspect.lua} tell of one in the same words.
     *
     * @param number the number of the step that took it
     * @param second when it was taken, in seconds since the epoch
     */
    record Held(long number, byte[] queueKey, long second, byte[] payload) implements StepReply {
        static final int CODE = 1;
        private static final int WORDS = 4;

        static Held read(List<?> words, int from) {
            return new Held(
                    Replies.numberText(words.get(from)),
                    Replies.bytes(words.get(from + 1)),
                    Replies.numberText(words.get(from + 2)),
                    Replies.bytes(words.get(from + 3)));
        }

        ReservedJob job(Keys keys) {
            return new ReservedJob(
                    number, keys.queueName(queueKey), Payload.of(payload), Instant.ofEpochSecond(second));
        }
    }

    /** This step was refused, and the others of its call were not touched by that. */
    record Refused(String error) implements StepReply {
        private static final int CODE = -2;
    }

    /** The code of {@link Taken} is this one and the number of the queue, counted from 1. */
    int TAKEN = 10;

    /** The replies to the steps of a call, in their order. */
    static List<StepReply> readAll(@Nullable Object reply) {
        List<?> words = Replies.list(reply);
        long second = Replies.number(words.get(0));
        List<StepReply> replies = new ArrayList<>(words.size() / 2);
        for (int at = 1; at < words.size(); ) {
            int code = (int) Replies.number(words.get(at++));
            if (code > TAKEN) {
                replies.add(new Taken(code - TAKEN - 1, Replies.bytes(words.get(at++)), second));
            } else if (code == Held.CODE) {
                replies.add(Held.read(words, at));
                at += Held.WORDS;
            } else if (code == Refused.CODE) {
                replies.add(new Refused(Replies.text(words.get(at++))));
            } else {
                replies.add(Bare.of(code));
            }
        }
        return replies;
    }
}
