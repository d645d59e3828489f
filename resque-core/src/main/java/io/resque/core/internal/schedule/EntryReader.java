package io.resque.core.internal.schedule;

import io.resque.api.ResqueException;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Payload;
import io.resque.api.spi.RecurringEntry;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Reads the entries of recurring jobs, each again only if it has changed, and says once of each why it cannot be fired. For one thread. */
final class EntryReader {
    /** An entry of more bytes is neither read, fired, nor written. */
    static final int MOST_BYTES = 64 * 1024;

    private final JobSerializer serializer;
    private final ZoneId zone;
    private final BiConsumer<String, String> problems;
    private final Map<String, Known> known = new HashMap<>();

    /**
     * An entry as it was last read.
     *
     * @param entry null if it cannot be fired
     * @param problem why not; null if it can
     */
    private record Known(
            @Nullable Payload config,
            @Nullable ReadEntry entry,
            @Nullable String problem,
            @Nullable Instant putOff) {}

    /**
     * Makes a reader.
     *
     * @param zone the zone of a cron expression that names none
     * @param problems takes the name of an entry that cannot be fired, and why, when that is found
     */
    EntryReader(JobSerializer serializer, ZoneId zone, BiConsumer<String, String> problems) {
        this.serializer = serializer;
        this.zone = zone;
        this.problems = problems;
    }

    /** The entry; null if it cannot be fired. */
    @Nullable
    ReadEntry read(RecurringEntry stored) {
        Known before = known.get(stored.name());
        Payload config = stored.config();
        if (before != null && config != null && config.equals(before.config())) {
            return before.entry();
        }
        Known read = fresh(stored, config);
        if (read.problem() != null && (before == null || !read.problem().equals(before.problem()))) {
            problems.accept(stored.name(), read.problem());
        }
        known.put(stored.name(), read);
        return read.entry();
    }

    private Known fresh(RecurringEntry stored, @Nullable Payload config) {
        if (config == null || config.size() > MOST_BYTES) {
            return new Known(
                    config,
                    null,
                    "it has " + stored.size() + " bytes, more than the " + MOST_BYTES + " that are read",
                    null);
        }
        if (stored.name().indexOf('\uFFFD') >= 0) {
            return new Known(config, null, "its name is not UTF-8", null);
        }
        try {
            return new Known(config, EntryShape.read(serializer.decode(config), zone), null, null);
        } catch (ResqueException | IllegalArgumentException e) {
            return new Known(config, null, String.valueOf(e.getMessage()), null);
        }
    }

    /** Leaves an entry that was read alone for a while. */
    void putOff(String name, Instant until) {
        known.computeIfPresent(name, (same, was) -> new Known(was.config(), was.entry(), was.problem(), until));
    }

    /** Until when an entry that was read is left alone; null if it is not. */
    @Nullable
    Instant putOff(String name) {
        Known read = known.get(name);
        return read == null ? null : read.putOff();
    }

    /** Forgets all entries but these. */
    void retain(Collection<String> names) {
        known.keySet().retainAll(names);
    }

    Map<String, String> problems() {
        Map<String, String> found = new TreeMap<>();
        known.forEach((name, read) -> {
            if (read.problem() != null) {
                found.put(name, read.problem());
            }
        });
        return found;
    }
}
