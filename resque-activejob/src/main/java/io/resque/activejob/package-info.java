/**
 * The jobs of Rails' ActiveJob in Java. Begin with {@link io.resque.activejob.ActiveJobs}. {@link io.resque.activejob.codec} has the types
 * of arguments.
 */
@NullMarked
package io.resque.activejob;

import org.jspecify.annotations.NullMarked;
