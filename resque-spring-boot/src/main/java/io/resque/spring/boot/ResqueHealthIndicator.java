package io.resque.spring.boot;

import io.resque.core.Resque;
import io.resque.core.Worker;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/** Up if Redis answers, and if the workers of this application, if it has some, can take jobs. A pause is no fault. */
final class ResqueHealthIndicator extends AbstractHealthIndicator {
    private final Resque resque;
    private final Optional<ResqueWorkers> workers;

    ResqueHealthIndicator(Resque resque, Optional<ResqueWorkers> workers) {
        super("The health check of Resque failed");
        this.resque = resque;
        this.workers = workers;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        builder.withDetail("pausedAll", resque.inspector().pausedAll()); // throws if Redis does not answer
        List<Worker> running = workers.map(each -> each.running().values().stream()
                        .filter(Worker::isRunning) // one that is done, as with until-empty, is no fault
                        .toList())
                .orElse(List.of());
        io.resque.core.Health seen = resque.health();
        boolean isUp = seen.isLive();
        if (!running.isEmpty()) {
            isUp &= seen.isReady();
            builder.withDetail("loops", seen.loops().size()).withDetail("runningJobs", seen.runningJobs());
            running.stream()
                    .flatMap(worker -> worker.redisError().stream())
                    .findFirst()
                    .ifPresent(error -> builder.withDetail("workerError", String.valueOf(error.getMessage())));
        }
        builder.status(isUp ? Status.UP : Status.DOWN);
    }
}
