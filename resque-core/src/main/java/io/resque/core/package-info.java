/** {@link io.resque.core.Resque}: enqueue jobs, and work them. */
@NullMarked
package io.resque.core;

import org.jspecify.annotations.NullMarked;
