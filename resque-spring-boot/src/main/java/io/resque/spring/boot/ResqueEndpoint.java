package io.resque.spring.boot;

import io.resque.api.Counters;
import io.resque.api.WorkerInfo;
import io.resque.core.Resque;
import io.resque.core.WorkerPage;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/** {@code /actuator/resque}: counters, queues and workers. Its write operations must be allowed by a property. */
@Endpoint(id = "resque", defaultAccess = Access.READ_ONLY)
final class ResqueEndpoint {
    private static final int MOST_WORKERS = 500;

    private final Resque resque;

    ResqueEndpoint(Resque resque) {
        this.resque = resque;
    }

    /**
     * What is shown.
     *
     * @param workers the first of them; the counters say how many there are
     */
    record View(
            Counters counters,
            boolean pausedAll,
            Set<String> pausedQueues,
            Map<String, Long> queues,
            List<WorkerView> workers) {}

    /** One worker; of its job only queue and class, since arguments can hold secrets. */
    record WorkerView(
            String id,
            List<String> queues,
            String state,
            @Nullable String queue,
            @Nullable String jobClass,
            long processed,
            long failed) {
        static WorkerView of(WorkerInfo worker) {
            return new WorkerView(
                    worker.id(),
                    worker.queues(),
                    worker.state().name().toLowerCase(Locale.ROOT),
                    worker.job().map(job -> job.queue()).orElse(null),
                    worker.job().map(job -> job.jobClass()).orElse(null),
                    worker.processed(),
                    worker.failed());
        }
    }

    @ReadOperation
    View view() {
        WorkerPage page = resque.inspector().workers("", MOST_WORKERS);
        return new View(
                resque.inspector().counters(),
                resque.inspector().pausedAll(),
                resque.inspector().pausedQueues(),
                resque.inspector().queues(),
                page.workers().stream().map(WorkerView::of).toList());
    }

    /**
     * Pauses or resumes all workers, or one queue, or recovers dead workers.
     *
     * @param action {@code pause}, {@code resume} or {@code prune}
     * @param queue for a pause: the queue; null for all workers of all languages
     */
    @WriteOperation
    Map<String, Object> act(@Selector String action, @Nullable String queue) {
        switch (action) {
            case "pause" -> pause(queue);
            case "resume" -> resume(queue);
            case "prune" -> {
                return Map.of("recovered", resque.recoverDeadWorkers());
            }
            default ->
                throw new InvalidEndpointRequestException(
                        "There is no operation \"" + action + "\"; use pause, resume or prune",
                        "There is no such operation; use pause, resume or prune");
        }
        return Map.of(
                "pausedAll",
                resque.inspector().pausedAll(),
                "pausedQueues",
                resque.inspector().pausedQueues());
    }

    private void pause(@Nullable String queue) {
        if (queue == null) {
            resque.pauseAll();
        } else {
            resque.pauseQueue(queue);
        }
    }

    private void resume(@Nullable String queue) {
        if (queue == null) {
            resque.resumeAll();
        } else {
            resque.resumeQueue(queue);
        }
    }
}
