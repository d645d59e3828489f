package io.resque.web.internal.pages;

import java.util.List;

/** The limits that jobs wait for, and the locks of unique jobs. */
record LocksView(List<LimitRow> limits, List<LockRow> locks, Pager pager) {
    /**
     * A limit.
     *
     * @param address of the jobs that wait
     */
    record LimitRow(String name, String address, int jobs, int running, String waiting) {}

    /**
     * A lock.
     *
     * @param unsure that it may have no job; otherwise empty
     */
    record LockRow(
            String key,
            String kind,
            String state,
            String worker,
            String since,
            String expiry,
            String unsure,
            List<Button> buttons) {}
}
