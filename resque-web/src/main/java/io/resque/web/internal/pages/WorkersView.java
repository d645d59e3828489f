package io.resque.web.internal.pages;

import java.util.List;

/** A page of workers. */
record WorkersView(List<WorkerRow> workers, Pager pager, List<Button> buttons, String seen) {}
