package io.resque.backend.redis;

import io.resque.api.spi.Effect;
import java.util.ArrayList;
import java.util.List;

/** A list of effects in keys and arguments, as {@code effects.lua} reads them. */
final class EncodedEffects {
    /** Adding one to the processed counters alone, as most jobs end. */
    private static final Effect.Count PROCESSED = new Effect.Count(true, false);

    private static final EncodedEffects ONLY_PROCESSED = new EncodedEffects(Keys.bytes("p"), List.of(), List.of(), 0);

    /** A retry asks for three types, and writes three keys of the item and a counter; to give all this to Redis takes as long again. */
    private static final int RETRY = 12;

    /** What is noted of a retry is three keys with an expiry. */
    private static final int NOTE = 8;

    /** The commands of a freed slot: four types, the end of the slot, and most often a job that takes it. */
    private static final int SLOT = 16;

    private static final EncodedEffects NONE = new EncodedEffects(new byte[0], List.of(), List.of(), 0);

    /** Where no worker ends a job. */
    static final String NO_WORKER = "";

    /** A letter for each effect, in their order. */
    final byte[] letters;

    final List<byte[]> names;
    final List<byte[]> args;

    /** The commands that they make. The processed counters cost nothing: a call of {@code step.lua} counts all jobs at once. */
    final int commands;

    private EncodedEffects(byte[] letters, List<byte[]> names, List<byte[]> args, int commands) {
        this.letters = letters;
        this.names = names;
        this.args = args;
        this.commands = commands;
    }

    /**
     * Encodes effects.
     *
     * @param worker the id of the worker, or {@link #NO_WORKER}
     * @throws UnsupportedOperationException if one of them is not known
     */
    static EncodedEffects of(List<Effect> effects, Keys keys, String worker) {
        if (effects.isEmpty()) {
            return NONE;
        }
        if (effects.size() == 1 && effects.get(0).equals(PROCESSED)) {
            return ONLY_PROCESSED;
        }
        StringBuilder letters = new StringBuilder();
        List<byte[]> names = new ArrayList<>();
        List<byte[]> args = new ArrayList<>();
        int commands = 0;
        for (Effect effect : effects) {
            if (effect instanceof Effect.Count count) {
                if (count.processed()) {
                    letters.append('p');
                }
                if (count.failed()) {
                    letters.append('f');
                    names.add(keys.failed(worker));
                    commands += 2;
                }
            } else if (effect instanceof Effect.RecordFailure failure) {
                letters.append('r');
                names.add(keys.failures(failure.entry().list()));
                args.addAll(RedisFailures.args(List.of(failure.entry())));
                commands += failure.entry().list().queue() == null ? 2 : 3;
            } else if (effect instanceof Effect.ChangeStatus status) {
                letters.append('s');
                names.add(keys.status(status.change().token()));
                args.addAll(RedisStatusStore.args(status.change()));
                commands += 3;
            } else if (effect instanceof Effect.Retry retry) {
                letters.append('d');
                String second = Long.toString(retry.second());
                names.add(keys.delayed(second));
                names.add(keys.seconds(retry.item()));
                names.add(keys.queue(retry.queue()));
                names.add(keys.schedule);
                names.add(keys.queues);
                names.add(keys.stat(Effect.Retry.RETRIED));
                args.add(Keys.bytes(second));
                args.add(retry.item().toBytes());
                args.add(Keys.bytes(retry.queue()));
                args.add(retry.payload().toBytes());
                args.add(Keys.bytes(retry.isCounted() ? 1 : 0));
                commands += RETRY;
            } else if (effect instanceof Effect.FreeSlot slot) {
                letters.append('l');
                names.add(keys.slots(slot.limit()));
                names.add(keys.limited(slot.limit()));
                names.add(keys.limits);
                names.add(keys.queues);
                args.add(Keys.bytes(slot.limit()));
                args.add(Keys.bytes(worker + " " + Keys.utf8(Keys.digits(slot.job()))));
                args.add(keys.queuePrefix);
                commands += SLOT;
            } else if (effect instanceof Effect.ReleaseLocks release) {
                letters.append('u');
                args.addAll(RedisLocks.args(keys, release.claim(), release.second(), worker));
                commands += 1 + 2 * release.claim().locks().size();
            } else if (effect instanceof Effect.NoteRetry note) {
                letters.append('n');
                addRetryKeys(names, keys, note.name());
                args.add(Keys.bytes(note.run()));
                args.add(Keys.bytes(note.second()));
                args.add(Keys.bytes(Math.max(1, note.kept().toSeconds())));
                args.add(note.failure() == null ? new byte[0] : note.failure().toBytes());
                commands += NOTE;
            } else if (effect instanceof Effect.ForgetRetry forget) {
                letters.append(forget.ended() ? 'e' : 'm');
                if (forget.ended()) {
                    addRetryKeys(names, keys, forget.name());
                } else {
                    names.add(keys.retryDue(forget.name()));
                }
                commands += 1;
            } else {
                throw new UnsupportedOperationException("This version of resque-backend-redis does not know the effect "
                        + effect + "; take the version of resque-api");
            }
        }
        return new EncodedEffects(Keys.bytes(letters.toString()), names, args, commands);
    }

    private static void addRetryKeys(List<byte[]> names, Keys keys, String name) {
        names.add(keys.retryCounter(name));
        names.add(keys.retryFailure(name));
        names.add(keys.retryDue(name));
    }
}
