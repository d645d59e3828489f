package io.resque.core;

import io.resque.core.internal.fleet.ProcessVitals;
import io.resque.core.internal.schedule.SchedulerLoop;
import io.resque.core.internal.worker.LoopHealth;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The state of the workers of one {@link Resque} at one moment, as this process knows it: Redis is not asked. Immutable.
 *
 * @param at when this was read, by this machine's clock
 * @param heartbeatInterval how often the workers send a heartbeat
 * @param lastHeartbeat when the last heartbeat reached Redis, a registration included; empty if none has
 * @param redisAnswers whether Redis answered within two heartbeats
 * @param loops each thread of each worker that has not left; also each that ended though nobody had stopped it
 * @param foreignScheduler as {@link Scheduler#foreignHolder}
 * @param schedulerError as {@link Scheduler#redisError}: it makes a process neither dead nor unready, since its jobs run all the same
 */
public record Health(
        Instant at,
        Duration heartbeatInterval,
        Optional<Instant> lastHeartbeat,
        boolean redisAnswers,
        List<Loop> loops,
        Optional<String> foreignScheduler,
        Optional<Throwable> schedulerError) {
    /** What a loop does. */
    public enum State {
        /** It waits for a job, or for an answer from Redis. */
        WAITING,
        /** It runs a job. */
        RUNNING,
        /** It is paused, by {@link Worker#pause}, and runs no job. */
        PAUSED,
        /** It tries again and again, since Redis is away or refuses: see {@link Worker#redisError}. */
        TROUBLED,
        /** It hangs: it runs no job, and has begun nothing for four minutes. A loop that waits for jobs begins anew after two at most. */
        STUCK,
        /** It ended by an error though nobody had stopped it. */
        DEAD;

        private static State of(LoopHealth.State seen) {
            return switch (seen) {
                case WAITING -> WAITING;
                case RUNNING -> RUNNING;
                case PAUSED -> PAUSED;
                case TROUBLED -> TROUBLED;
                case STUCK -> STUCK;
                case DEAD -> DEAD;
            };
        }

        /**
         * Whether such a loop goes on.
         *
         * @return false if it is stuck or dead
         */
        public boolean turns() {
            return this != STUCK && this != DEAD;
        }
    }

    /**
     * One of the loops of a worker: it runs one job at a time, and is registered under an id of its own.
     *
     * @param worker its id
     * @param state its state
     * @param registered whether it is registered, as far as its last heartbeat told
     * @param stopping whether its worker was told to stop
     * @param lastTurn when it last began a turn: before each job, and before each wait
     * @param queue the queue of the job that it runs; empty if it runs none
     */
    public record Loop(
            String worker,
            State state,
            boolean registered,
            boolean stopping,
            Instant lastTurn,
            Optional<String> queue) {
        private static Loop of(LoopHealth seen) {
            return new Loop(
                    seen.worker(),
                    State.of(seen.state()),
                    seen.registered(),
                    seen.stopping(),
                    seen.lastTurn(),
                    seen.queue());
        }
    }

    static Health of(Instant now, ProcessVitals vitals, List<LoopHealth> loops, @Nullable SchedulerLoop scheduler) {
        return new Health(
                now,
                vitals.interval,
                vitals.silence().map(now::minus),
                vitals.redisAnswers(),
                loops.stream().map(Loop::of).toList(),
                scheduler == null ? Optional.empty() : Scheduler.holder(scheduler),
                scheduler == null ? Optional.empty() : Optional.ofNullable(scheduler.error()));
    }

    /**
     * Copies the list.
     *
     * @param at when this was read
     * @param heartbeatInterval how often the workers send a heartbeat
     * @param lastHeartbeat when the last heartbeat reached Redis
     * @param redisAnswers whether Redis answered within two heartbeats
     * @param loops each thread of each worker
     * @param foreignScheduler as {@link Scheduler#foreignHolder}
     * @param schedulerError as {@link Scheduler#redisError}
     */
    public Health {
        Objects.requireNonNull(at, "at");
        loops = List.copyOf(loops);
    }

    /**
     * Whether all loops turn. A loop that runs a job counts as turning, however long the job takes, and so does a loop that waits
     * for Redis: a restart would help neither. True if there is no worker yet.
     *
     * @return false if a loop is stuck or dead, which a restart mends
     */
    public boolean isLive() {
        return loops.stream().allMatch(loop -> loop.state().turns());
    }

    /**
     * Whether this process takes jobs, or would take them if it were not paused: it has a worker that was not told to stop, all such
     * workers are registered, their loops turn, and Redis answered within two heartbeats.
     *
     * @return false before the workers have registered, from a stop on, and while Redis is away
     */
    public boolean isReady() {
        return whyNotReady().isEmpty();
    }

    /**
     * How many jobs run.
     *
     * @return 0 or more
     */
    public long runningJobs() {
        return loops.stream().filter(loop -> loop.state() == State.RUNNING).count();
    }

    /** How many loops are in each state, by its name; 0 for a state that no loop is in. */
    SortedMap<String, Long> loopsByState() {
        SortedMap<String, Long> counts = new TreeMap<>();
        for (State state : State.values()) {
            counts.put(
                    state.name().toLowerCase(Locale.ROOT),
                    loops.stream().filter(loop -> loop.state() == state).count());
        }
        return counts;
    }

    /** The reason, for a person; names no worker and no queue. */
    Optional<String> whyNotLive() {
        long still = loops.stream().filter(loop -> !loop.state().turns()).count();
        return still == 0
                ? Optional.empty()
                : Optional.of(still + " of " + loops.size() + " loops do not turn; the log may say why");
    }

    Optional<String> whyNotReady() {
        Optional<String> dead = whyNotLive();
        if (dead.isPresent()) {
            return dead;
        }
        List<Loop> going = loops.stream().filter(loop -> !loop.stopping()).toList();
        if (going.isEmpty()) {
            return Optional.of(loops.isEmpty() ? "no worker is registered" : "the worker was told to stop");
        }
        if (!going.stream().allMatch(Loop::registered)) {
            return Optional.of(
                    lastHeartbeat.isEmpty()
                            ? "no worker could register yet; the log says why"
                            : "a worker is not registered; it registers before its next job");
        }
        return redisAnswers ? Optional.empty() : Optional.of("Redis has not answered for two heartbeats");
    }
}
