package io.resque.backend.redis;

import io.resque.api.BackendException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some entries of the schedule, in their order. Many entries can have one score, so a part begins behind some entries of its score.
 *
 * @param entries their bytes
 * @param next where the next part begins; null if this is the last one
 */
record SchedulePart(List<byte[]> entries, @Nullable Place next) {
    private static final byte[] ZRANGEBYSCORE = Keys.bytes("ZRANGEBYSCORE");
    private static final byte[] WITHSCORES = Keys.bytes("WITHSCORES");
    private static final byte[] LIMIT = Keys.bytes("LIMIT");

    /** How many entries one call reads, which takes Redis about a millisecond. */
    static final int AT_ONCE = 1_000;

    /**
     * Where a part begins.
     *
     * @param score the score of its first entry, or a lower one
     * @param skipped how many entries of this score stand before it
     */
    record Place(String score, long skipped) {
        static Place parse(String text) {
            int at = text.indexOf(' ');
            try {
                return new Place(text.substring(0, at), Long.parseLong(text.substring(at + 1)));
            } catch (NumberFormatException | IndexOutOfBoundsException e) {
                throw new BackendException("\"" + text + "\" is no next of a part of the schedule", e);
            }
        }

        /** If so many of the entries before it were removed. */
        Place without(long removed) {
            return new Place(score, Math.max(0, skipped - removed));
        }

        String text() {
            return score + " " + skipped;
        }
    }

    /** Reads a part. If the schedule is of another type, it has no entries. */
    static SchedulePart read(RedisLink link, Keys keys, Place place, String last) {
        Object found = ForeignKeys.orNull(() -> link.call(
                ZRANGEBYSCORE,
                keys.schedule,
                Keys.bytes(place.score()),
                Keys.bytes(last),
                WITHSCORES,
                LIMIT,
                Keys.bytes(place.skipped()),
                Keys.bytes(AT_ONCE)));
        List<?> reply = found == null ? List.of() : Replies.list(found);
        List<byte[]> entries = new ArrayList<>();
        for (int i = 0; i < reply.size(); i += 2) {
            entries.add(Replies.bytes(reply.get(i)));
        }
        if (entries.size() < AT_ONCE) {
            return new SchedulePart(entries, null);
        }
        String score = Replies.text(reply.get(reply.size() - 1));
        long same = 0;
        for (int i = reply.size() - 1; i > 0 && Replies.text(reply.get(i)).equals(score); i -= 2) {
            same++;
        }
        boolean isOneScore = same == entries.size() && score.equals(place.score());
        return new SchedulePart(entries, new Place(score, same + (isOneScore ? place.skipped() : 0)));
    }
}
