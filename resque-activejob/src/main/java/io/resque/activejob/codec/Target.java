package io.resque.activejob.codec;

/** The oldest version of Rails that must be able to read the arguments. */
public enum Target {
    /** Reads no ranges and no decimals: ranges are refused, decimals are written as texts. Times lose the name of their zone. */
    RAILS_6_1,
    /** Reads ranges; decimals are written as texts. */
    RAILS_7_0,
    /** Reads all types. */
    RAILS_7_1,
    /** As {@link #RAILS_7_1}. */
    RAILS_7_2,
    /** As {@link #RAILS_7_1}. */
    RAILS_8_0,
    /** As {@link #RAILS_7_1}. */
    RAILS_8_1;

    boolean readsRanges() {
        return compareTo(RAILS_7_0) >= 0;
    }

    boolean readsDecimals() {
        return compareTo(RAILS_7_1) >= 0;
    }

    boolean readsZones() {
        return compareTo(RAILS_7_0) >= 0;
    }
}
