package io.resque.core.internal.worker;

import io.resque.api.spi.JobExecutorProvider;
import io.resque.core.internal.execution.WorkerJobs;
import io.resque.core.internal.fleet.ProcessIdentity;
import io.resque.core.internal.subscription.QueueList;
import io.resque.core.internal.support.ListenerChain;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The choices of a user for a worker.
 *
 * @param limits how many jobs of a queue may run at the same time, by the names of queues
 * @param listeners its own listeners, which hear after those of the {@code Resque}
 * @param identity under which ids it registers
 * @param loops how many jobs it runs at the same time
 * @param jobTimeout how long a job may run; null for as long as it likes
 * @param stopTimeout how long running jobs have to end where a stop does not say it
 * @param putsBack whether a job that a stop interrupts goes back to its queue
 * @param untilEmpty whether it stops when no job is left
 * @param waitsForRedis whether it starts without Redis, and registers once Redis answers
 * @param schedules whether its process moves delayed jobs that are due while it runs
 * @param unknownJobs how long a job waits for a worker that knows its class; null if it fails at once
 * @param executor opens the executor of the jobs; null for the threads of the worker
 */
public record WorkerPlan(
        QueueList queues,
        Map<String, Integer> limits,
        WorkerJobs jobs,
        ListenerChain listeners,
        ProcessIdentity identity,
        int loops,
        @Nullable Duration jobTimeout,
        Duration stopTimeout,
        boolean putsBack,
        boolean untilEmpty,
        boolean waitsForRedis,
        boolean schedules,
        @Nullable Duration unknownJobs,
        @Nullable JobExecutorProvider executor) {}
