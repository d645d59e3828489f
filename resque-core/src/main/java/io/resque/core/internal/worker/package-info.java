/**
 * How does a worker work, from its start to its end?
 *
 * <p>Read {@code WorkerStarter}, {@code WorkerLoop} and {@code JobRunner} for the way of a job; {@code ReadyLoops} for how threads and
 * loops meet; {@code RunningLoops}, {@code WorkerStop} and {@code ResqueClosing} for the end.
 */
@NullMarked
package io.resque.core.internal.worker;

import org.jspecify.annotations.NullMarked;
