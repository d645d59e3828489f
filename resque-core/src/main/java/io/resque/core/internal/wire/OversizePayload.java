package io.resque.core.internal.wire;

import io.resque.api.spi.Subscription;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for a payload that is too large for its reader, as a backend makes it: {@code {"class":
 * "OversizePayload","args":[],"size":…,"kept_in":…,"kept_as":…,"head":…,"tail":…}}. Where the bytes were not set aside, two
 * members are not there.
 *
 * @param size of the payload, in bytes
 * @param keptIn the key under which its bytes are kept whole; null if they are not
 * @param keptAs the field there
 */
public record OversizePayload(
        long size, @Nullable String keptIn, @Nullable String keptAs, String head, String tail) {
    public static final String CLASS = "OversizePayload";

    /** Where Ruby writes the queue of a delayed item. */
    private static final Pattern LAST_QUEUE = Pattern.compile(",\"queue\":\"([^\"\\\\]+)\"}$");

    /** The exception of its failure record. */
    public static final String EXCEPTION = "Resque::OversizePayload";

    /** A job of this size can be worked in a heap of any size. */
    public static final int SMALL = 65_536;

    /** The last members of the payload itself, as far as they are simple; members within its arguments are not its own. */
    private static final Pattern LAST_MEMBERS =
            Pattern.compile("(?:,\"[^\"\\\\]+\":(?:\"[^\"\\\\]*\"|[^\\[\\]{}\",]+))+\\}$");

    private static final Pattern ID = Pattern.compile(",\"id\":\"([^\"\\\\]+)\"");
    private static final Pattern PREFIX = Pattern.compile(",\"prefix\":\"([^\"\\\\]+)\"");
    private static final Pattern NAME = Pattern.compile("\\\\?\"kept_as\\\\?\":\\\\?\"(\\w+)");
    private static final Pattern JOB_CLASS = Pattern.compile("^\\{\"class\":\"([^\"\\\\]+)\"");

    /** Asks for the job that is held, and takes no other. */
    public static Subscription nothing(long maxPayload) {
        return new Subscription(List.of(), "", "", maxPayload);
    }

    /** Null for any other payload. */
    public static @Nullable OversizePayload of(@Nullable Object tree) {
        if (!(tree instanceof Map<?, ?> payload)
                || !CLASS.equals(payload.get("class"))
                || !(payload.get("size") instanceof Number size)
                || !(payload.get("head") instanceof String head)
                || !(payload.get("tail") instanceof String tail)) {
            return null;
        }
        return payload.get("kept_in") instanceof String in && payload.get("kept_as") instanceof String as
                ? new OversizePayload(size.longValue(), in, as, head, tail)
                : new OversizePayload(size.longValue(), null, null, head, tail);
    }

    /** The fields under which bytes are kept, as a record names them, even if only a part of the record is there. */
    public static Set<String> namesIn(String record) {
        return NAME.matcher(record).results().map(found -> found.group(1)).collect(Collectors.toSet());
    }

    /** The token of its status, if the end of the payload shows it. */
    @Nullable
    public String token() {
        Matcher last = LAST_MEMBERS.matcher(tail);
        String members = last.find() ? last.group() : "";
        Matcher id = ID.matcher(members);
        String token = null;
        while (id.find()) {
            token = id.group(1);
        }
        Matcher prefix = PREFIX.matcher(members);
        return token != null && prefix.find() ? prefix.group(1) + "_" + token : token;
    }

    /** The queue of a delayed item, if its end shows it; null otherwise. */
    public @Nullable String queueOfItem() {
        Matcher queue = LAST_QUEUE.matcher(tail);
        return queue.find() ? queue.group(1) : null;
    }

    /** The class of the job, if the beginning of the payload shows it. */
    public String jobClass() {
        Matcher name = JOB_CLASS.matcher(head);
        return name.find() ? name.group(1) : CLASS;
    }

    /** Why it is a failure. */
    public String message(long maxPayload) {
        String why = size > maxPayload
                ? ", more than the " + maxPayload + " that this worker takes"
                : ", which this worker could not read within its memory and its time";
        return "The payload of " + jobClass() + " has " + size + " bytes" + why
                + (keptAs == null
                        ? ", and its bytes are not kept"
                        : ". Its bytes are whole in the hash " + keptIn + ", field " + keptAs
                                + "; give a worker more heap, raise its largest payload (max-payload, MAX_PAYLOAD), and retry this"
                                + " failure");
    }
}
