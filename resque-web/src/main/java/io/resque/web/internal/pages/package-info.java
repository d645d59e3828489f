/**
 * What does each page show, and what do its buttons do?
 *
 * <p>Read {@code Pages}, which finds the page of a path, and {@code Visit}, which a page is given. Each page is one class and one
 * template of the same name in {@code src/main/jte}, with a record between them. {@code Snapshot} and {@code Checkup} look at Redis for
 * all viewers.
 */
@NullMarked
package io.resque.web.internal.pages;

import org.jspecify.annotations.NullMarked;
