package io.resque.web.internal.pages;

import java.util.List;
import java.util.SortedMap;

/**
 * One failure.
 *
 * @param wrapper the class in the payload, if another system has wrapped the job; otherwise empty
 * @param error lines of the message
 * @param backtrace lines
 * @param status the address of the job's status; empty if it has none
 * @param run which run of the job failed; empty if it was the first
 * @param previous how the run before failed
 * @param raw where the record stands as a file
 */
record FailureView(
        String list,
        String at,
        String ago,
        String queue,
        String jobClass,
        String wrapper,
        String arguments,
        String exception,
        List<String> error,
        List<String> backtrace,
        String worker,
        String queuedAt,
        String retried,
        String run,
        String previous,
        String token,
        String status,
        SortedMap<String, String> metadata,
        String raw,
        List<Button> buttons) {}
