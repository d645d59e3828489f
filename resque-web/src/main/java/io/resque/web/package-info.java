/**
 * Pages that show and mend the queues, workers and failures of all languages: {@link io.resque.web.ResqueWeb} on a port of its own, or
 * as a servlet of an application.
 */
@NullMarked
package io.resque.web;

import org.jspecify.annotations.NullMarked;
