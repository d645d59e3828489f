/** Programs to read and to run. */
@NullMarked
package io.resque.examples;

import org.jspecify.annotations.NullMarked;
