package io.resque.web.internal.pages;

import java.util.List;

/** A page of queues. */
record QueuesView(List<QueueRow> queues, String find, Pager pager, String seen) {}
