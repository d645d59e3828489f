package io.resque.tck;

import io.resque.api.spi.DelayedItems;
import io.resque.api.spi.Failures;
import io.resque.api.spi.HistoryStore;
import io.resque.api.spi.Limits;
import io.resque.api.spi.Locks;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.Queues;
import io.resque.api.spi.RecurringEntries;
import io.resque.api.spi.Statistics;
import io.resque.api.spi.StatusStore;
import io.resque.api.spi.WorkerSession;
import io.resque.api.spi.Workers;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The roles of a backend, in the order in which to write them: each needs only roles before it, but for single rules. The
 * group of tests for a role has its name as a tag.
 */
enum Role {
    QUEUES,
    FAILURES,
    STATISTICS,
    STATUSES,
    REGISTRATION,
    RESERVATIONS,
    EFFECTS,
    RECOVERY,
    WAITING,
    DELAYED,
    RECURRING,
    LOCKS,
    LIMITS,
    HISTORY,
    FAULTS,
    RECORDINGS;

    String tag() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Role> of(Set<String> tags) {
        for (Role role : values()) {
            if (tags.contains(role.tag())) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }

    /** The roles of the kit that a test class extends. */
    static Set<Role> of(Class<?> test) {
        return StatusStoreTck.class.isAssignableFrom(test) ? EnumSet.of(STATUSES, FAULTS) : EnumSet.allOf(Role.class);
    }

    /**
     * The role that a method of the ports belongs to.
     *
     * @param port the interface that has the method
     */
    static Role of(Class<?> port, String method) {
        if (port == Queues.class) {
            return QUEUES;
        } else if (port == Failures.class) {
            return FAILURES;
        } else if (port == Statistics.class) {
            return STATISTICS;
        } else if (port == StatusStore.class) {
            return STATUSES;
        } else if (port == Workers.class) {
            return switch (method) {
                case "recover", "beginRecovery", "watchOver", "inFlight" -> RECOVERY;
                default -> REGISTRATION;
            };
        } else if (port == WorkerSession.class) {
            return switch (method) {
                case "id", "unregister" -> REGISTRATION;
                case "await", "awaitAmong" -> WAITING;
                case "begin" -> LOCKS;
                case "takeSlots" -> LIMITS;
                default -> RESERVATIONS;
            };
        } else if (port == DelayedItems.class) {
            return DELAYED;
        } else if (port == RecurringEntries.class) {
            return RECURRING;
        } else if (port == Locks.class) {
            return LOCKS;
        } else if (port == Limits.class) {
            return LIMITS;
        } else if (port == HistoryStore.class) {
            return HISTORY;
        } else if (port == QueueBackend.class) {
            return switch (method) {
                case "queues" -> QUEUES;
                case "failures" -> FAILURES;
                case "statistics" -> STATISTICS;
                case "statuses" -> STATUSES;
                case "workers" -> REGISTRATION;
                case "effects" -> EFFECTS;
                case "delayed" -> DELAYED;
                case "recurring" -> RECURRING;
                case "locks" -> LOCKS;
                case "limits" -> LIMITS;
                case "history" -> HISTORY;
                case "close" -> WAITING;
                default -> FAULTS;
            };
        }
        throw new IllegalArgumentException(port.getName() + " is no port of a backend");
    }
}
