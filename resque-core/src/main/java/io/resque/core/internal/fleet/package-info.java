/**
 * Which workers are there, on all machines and of all libraries, which of them live, and what becomes of the dead?
 *
 * <p>Read {@code WorkerRegistrar} and {@code Heartbeat} for how a worker of ours shows that it lives, {@code Liveness} for who is dead,
 * {@code DeadWorkers} and {@code WorkerRecovery} for what follows; {@code WorkerDirectory} and {@code WorkerRemoval} serve people.
 */
@NullMarked
package io.resque.core.internal.fleet;

import org.jspecify.annotations.NullMarked;
