/** Tests of the jobs of ActiveJob. */
@NullMarked
package io.resque.activejob;

import org.jspecify.annotations.NullMarked;
