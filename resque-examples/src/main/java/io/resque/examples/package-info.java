/** Example programs, and the code of the documents. */
@NullMarked
package io.resque.examples;

import org.jspecify.annotations.NullMarked;
