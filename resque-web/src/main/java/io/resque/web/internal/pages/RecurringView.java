package io.resque.web.internal.pages;

import java.util.List;

/** One recurring job. */
record RecurringView(RecurringRow job, String misfire, List<Button> buttons) {}
