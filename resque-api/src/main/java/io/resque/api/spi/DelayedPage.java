package io.resque.api.spi;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Some of the delayed items, the earliest first.
 *
 * @param place the place where they stand, for {@link DelayedItems#move} and its neighbours
 * @param items the items, by their seconds; those of one second in the order in which they were written
 * @param strays entries of the schedule without items that could be moved
 * @param now the second of the backend's clock at which the page was read
 * @param later the first second after {@code now} that has an entry; null if there is none, or the page was not read by
 *     {@link DelayedItems#due}
 * @param holder the scheduler of another library that holds its lock; the page then has no items. Null if there is none, or no lock
 *     was looked at
 * @param next where the next page begins, or the next look at due items; null if this is the last one
 */
public record DelayedPage(
        String place,
        List<DelayedItem> items,
        List<Stray> strays,
        long now,
        @Nullable Long later,
        ForeignLocks.@Nullable Holder holder,
        @Nullable String next) {
    /**
     * Copies the lists.
     *
     * @param place the place where the items stand
     * @param items the items
     * @param strays entries of the schedule without items that could be moved
     * @param now the second of the backend's clock at which the page was read
     * @param later the first second after {@code now} that has an entry
     * @param holder the scheduler of another library that holds its lock
     * @param next where the next page begins
     */
    public DelayedPage {
        Objects.requireNonNull(place, "place");
        items = List.copyOf(items);
        strays = List.copyOf(strays);
    }

    /**
     * An entry of the schedule without items that could be moved. Other libraries leave such entries.
     *
     * @param entry the bytes of the entry
     * @param kind what is wrong with it
     * @param standIn what stands in for an item that is too large: its size, and where its bytes will be kept; null for other kinds
     */
    public record Stray(Payload entry, Kind kind, @Nullable Payload standIn) {
        /**
         * Refuses null.
         *
         * @param entry the bytes of the entry
         * @param kind what is wrong with it
         * @param standIn what stands in for an item that is too large
         */
        public Stray {
            Objects.requireNonNull(entry, "entry");
            Objects.requireNonNull(kind, "kind");
        }

        /**
         * One of another kind than {@link Kind#TOO_LARGE}.
         *
         * @param entry the bytes of the entry
         * @param kind what is wrong with it
         */
        public Stray(Payload entry, Kind kind) {
            this(entry, kind, null);
        }

        /** What is wrong with an entry. */
        public enum Kind {
            /** It is a second that has no items. */
            EMPTY,
            /** It is a second whose items have no list: something else stands in its place. */
            NOT_A_LIST,
            /** The first item of this second is too large for the caller. */
            TOO_LARGE,
            /** It is no whole second. If it is another number, items can stand behind it. */
            NOT_A_SECOND
        }
    }
}
