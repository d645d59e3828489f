/** The backend inside one JVM, for tests and for trying things out. */
@NullMarked
package io.resque.backend.memory;

import org.jspecify.annotations.NullMarked;
