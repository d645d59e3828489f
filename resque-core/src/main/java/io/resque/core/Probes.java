package io.resque.core;

import io.resque.core.internal.fleet.ProcessVitals;
import io.resque.core.internal.http.FleetLook;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a {@link ResqueHttp} shows of a {@link Resque}.
 *
 * @param health the state of its workers at that moment
 * @param vitals counts the jobs that ended
 * @param scheduler its scheduler; empty if the backend does not support delayed jobs
 * @param fleetLook looks at all workers and queues for metrics
 */
record Probes(
        Supplier<Health> health, ProcessVitals vitals, Supplier<Optional<Scheduler>> scheduler, FleetLook fleetLook) {}
