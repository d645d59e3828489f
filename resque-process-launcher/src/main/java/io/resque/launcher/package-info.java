/**
 * Jobs in child processes, and workers as processes. Begin with {@link io.resque.launcher.ProcessJobExecutor}, which an
 * application gives to its worker, or with {@link io.resque.launcher.WorkerProcess}, which {@code bin/resque} starts. {@link
 * io.resque.launcher.SchedulerProcess} is a scheduler as a process.
 */
@NullMarked
package io.resque.launcher;

import org.jspecify.annotations.NullMarked;
