package io.resque.web.internal.pages;

import java.util.List;

/** The jobs that wait for a limit. */
record LimitView(List<Row> jobs, Pager pager) {
    /** A job that waits. */
    record Row(String queue, String jobClass, String arguments, String id) {}
}
