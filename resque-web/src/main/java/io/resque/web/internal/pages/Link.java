package io.resque.web.internal.pages;

/**
 * A link of a page.
 *
 * @param current whether it leads to the page on which it stands
 */
record Link(String text, String address, boolean current) {}
