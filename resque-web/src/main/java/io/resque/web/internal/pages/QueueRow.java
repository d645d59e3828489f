package io.resque.web.internal.pages;

/**
 * A queue in a table.
 *
 * @param state such as paused; empty if there is nothing to say
 */
record QueueRow(String name, String address, long jobs, String state) {}
