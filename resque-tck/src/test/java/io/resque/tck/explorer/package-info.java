/** Checks a small concurrent class in every order in which threads can use it. Tests of other modules use it, too. */
@NullMarked
package io.resque.tck.explorer;

import org.jspecify.annotations.NullMarked;
