package io.resque.web.internal.pages;

import java.util.List;

/**
 * Failures with a filter.
 *
 * @param address of this page without parameters
 * @param action where the form of the chosen failures is sent
 * @param lists the failure lists, if there are several
 * @param chosen buttons for the chosen failures; only their texts and actions count
 * @param all buttons for all failures of the filter
 * @param grouped whether the groups were asked for; they stand in the place of the failures, so that one page makes one search
 * @param toGroups where the groups are shown
 */
record FailedView(
        String address,
        String action,
        FailedFilter filter,
        List<String> lists,
        List<Row> failures,
        Pager pager,
        List<Button> chosen,
        List<Button> all,
        List<Group> groups,
        boolean grouped,
        Link toGroups) {
    /**
     * A failure.
     *
     * @param ref names it in the form
     * @param address of its page
     */
    record Row(
            String ref,
            String address,
            String at,
            String ago,
            String queue,
            String jobClass,
            String arguments,
            String exception,
            String error,
            String retried) {}

    /**
     * Failures of one class by one exception.
     *
     * @param address of these failures
     */
    record Group(String exception, String jobClass, String count, String last, String ago, String address) {}
}
