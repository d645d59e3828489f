/** {@link io.resque.launcher.ProcessJobExecutor}: jobs in child processes. */
@NullMarked
package io.resque.launcher;

import org.jspecify.annotations.NullMarked;
