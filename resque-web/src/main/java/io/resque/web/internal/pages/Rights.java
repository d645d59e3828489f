package io.resque.web.internal.pages;

/** What a visitor may do, each more than the one before. */
public enum Rights {
    NONE,
    READ,
    RETRY,
    ALL;

    boolean allow(Rights needed) {
        return compareTo(needed) >= 0;
    }
}
