/** Chaos tests: workers, producers, connections and servers are killed, stopped and cut, and no job must be lost. */
@NullMarked
package io.resque.chaos;

import org.jspecify.annotations.NullMarked;
