package io.resque.web.internal.pages;

import java.util.List;

/**
 * One delayed job.
 *
 * @param now the time in UTC, as a browser writes the field of a time
 * @param address where the forms are sent
 * @param mayMove whether the visitor may move it to another time
 */
record DelayedJobView(DelayedView.Row job, String now, String address, boolean mayMove, List<Button> buttons) {}
