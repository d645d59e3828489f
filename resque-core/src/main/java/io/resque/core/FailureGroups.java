package io.resque.core;

import io.resque.api.FailedJob;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The newest failures by exception and class.
 *
 * @param groups the groups, the largest first
 * @param lookedAt how many records were looked at, from the newest down
 * @param of how many records there are in the lists
 */
public record FailureGroups(List<Group> groups, long lookedAt, long of) {
    /**
     * Failures of one class by one exception.
     *
     * @param exception class of the exception; of a longer text than 500 characters, the beginning
     * @param jobClass the class by which people know the jobs, see {@link io.resque.api.InnerClass}
     * @param count how many were found
     * @param last the time of the newest whose time can be read
     * @param first the time of the oldest that was looked at and whose time can be read
     */
    public record Group(
            String exception, String jobClass, long count, Optional<Instant> last, Optional<Instant> first) {}

    /**
     * Copies the list.
     *
     * @param groups the groups
     * @param lookedAt how many records were looked at
     * @param of how many there are
     */
    public FailureGroups {
        groups = List.copyOf(groups);
    }

    /** Counts failures, which it is given from the newest on. */
    static final class Counter {
        /** Thousands of names must fit into memory, whatever other programs have written. */
        private static final int MOST_TEXT = 500;

        private final Map<List<String>, Counted> groups = new LinkedHashMap<>();

        private static final class Counted {
            long count;

            @Nullable
            Instant last;

            @Nullable
            Instant first;
        }

        void add(FailedJob failure) {
            Counted counted = groups.computeIfAbsent(
                    List.of(name(failure.exception()), name(failure.innerClass())), names -> new Counted());
            counted.count++;
            failure.failedAt().ifPresent(at -> {
                counted.last = counted.last == null || at.isAfter(counted.last) ? at : counted.last;
                counted.first = counted.first == null || at.isBefore(counted.first) ? at : counted.first;
            });
        }

        private static String name(String text) {
            return text.length() <= MOST_TEXT ? text : text.substring(0, MOST_TEXT) + "…";
        }

        List<Group> groups() {
            Stream<Group> all = groups.entrySet().stream()
                    .map(group -> new Group(
                            group.getKey().get(0),
                            group.getKey().get(1),
                            group.getValue().count,
                            Optional.ofNullable(group.getValue().last),
                            Optional.ofNullable(group.getValue().first)));
            return all.sorted(Comparator.comparingLong(Group::count).reversed()).toList();
        }
    }
}
