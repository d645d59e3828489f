package io.resque.web.internal.pages;

import java.util.List;

/** The recurring jobs. */
record ScheduleView(List<RecurringRow> jobs, Pager pager) {}
