/**
 * Enqueues jobs, works them, and shows what happens in Redis. Begin with {@link io.resque.core.Resque}. Its method {@code workerBuilder}
 * begins a {@link io.resque.core.Worker}. The code of a job is a {@link io.resque.api.Job} or a {@link io.resque.api.TypedJob}, whose
 * arguments a {@link io.resque.api.JobType} describes; they are in {@link io.resque.api}, with all values and exceptions.
 */
@NullMarked
package io.resque.core;

import org.jspecify.annotations.NullMarked;
