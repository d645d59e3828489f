package io.resque.chaos;

import io.resque.tck.Fault;
import io.resque.tck.FaultProxy;
import io.resque.tck.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * Carries out a {@link Schedule}, one deed after the other. A deed for a worker process waits until the process has
 * worked for a moment, and as long as the run tells it to. So on a slow machine a run takes longer, but has the same faults.
 */
final class Monkey {
    private static final Predicate<List<byte[]>> SCRIPT =
            FaultProxy.command("EVALSHA").or(FaultProxy.command("EVAL"));
    private static final Predicate<List<byte[]>> REQUEST = SCRIPT.or(FaultProxy.command("RPUSH"));
    private static final Duration AGAIN = Duration.ofMillis(200);
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final RedisServer redis;
    private final List<Slot> slots;
    private final List<FaultProxy> lines = new ArrayList<>();
    private final Progress progress;
    private final BooleanSupplier mustWait;
    private final Map<Action, Integer> done = new EnumMap<>(Action.class);
    /** The deeds, by nanoseconds since the start. A deed returns false if it must be tried again later. */
    private final NavigableMap<Long, BooleanSupplier> deeds = new TreeMap<>();

    private long begin;
    private long lastDeed;

    /**
     * For one run.
     *
     * @param mustWait asked before each deed to a process; if it says yes, the deed is done later
     */
    Monkey(RedisServer redis, List<Slot> slots, List<Producer> producers, Progress progress, BooleanSupplier mustWait) {
        this.redis = redis;
        this.slots = slots;
        this.progress = progress;
        this.mustWait = mustWait;
        slots.forEach(slot -> lines.add(slot.line));
        producers.forEach(producer -> lines.add(producer.line));
    }

    /** Carries out all events. Returns when everything works again. */
    void rage(List<Schedule.Event> events) {
        events.forEach(this::plan);
        begin = System.nanoTime();
        int finished = 0;
        while (!deeds.isEmpty()) {
            Map.Entry<Long, BooleanSupplier> next = deeds.pollFirstEntry();
            LockSupport.parkNanos(next.getKey() - sinceBegin());
            if (next.getValue().getAsBoolean()) {
                finished++;
                lastDeed = sinceBegin();
                progress.reached(finished / (double) (finished + deeds.size()));
            } else {
                add(sinceBegin() + AGAIN.toNanos(), next.getValue());
            }
        }
        lines.forEach(FaultProxy::clearFaults);
    }

    /** A summary of what it has done. */
    @Override
    public String toString() {
        return "kills " + count(Action.KILL) + ", of children " + count(Action.KILL_CHILD) + ", stops "
                + count(Action.STOP) + ", TERMs " + count(Action.TERM) + ", cuts "
                + count(Action.CUT, Action.CUT_BEFORE, Action.CUT_AFTER, Action.LATE, Action.TWICE, Action.STALL)
                + ", Redis restarts " + count(Action.KILL_REDIS, Action.SHUTDOWN_REDIS);
    }

    private int count(Action... actions) {
        int sum = 0;
        for (Action action : actions) {
            sum += done.getOrDefault(action, 0);
        }
        return sum;
    }

    private void plan(Schedule.Event event) {
        Slot slot = slots.get(event.target() % slots.size());
        FaultProxy line = lines.get(event.target() % lines.size());
        switch (event.action()) {
            case KILL ->
                onceAtWork(event, slot, () -> {
                    slot.jvm().kill();
                    slot.start();
                });
            case TERM ->
                onceAtWork(event, slot, () -> {
                    slot.retire();
                    slot.start();
                });
            case KILL_CHILD -> onceAtWork(event, slot, () -> slot.jvm().killChild());
            case STOP -> onceAtWork(event, slot, () -> stop(event, slot.jvm()));
            case CUT -> at(event, line::cutAll);
            case CUT_BEFORE -> at(event, () -> line.cutBefore(REQUEST));
            case CUT_AFTER -> at(event, () -> line.cutAfter(REQUEST));
            case TWICE -> at(event, () -> slot.line.duplicate(SCRIPT));
            case LATE ->
                at(event, () -> {
                    Fault.Held held = line.holdAndCut(REQUEST);
                    later(event, () -> release(held));
                });
            case STALL ->
                at(event, () -> {
                    line.pause();
                    later(event, line::resume);
                });
            case KILL_REDIS ->
                at(event, () -> {
                    redis.kill();
                    redis.restart();
                });
            case SHUTDOWN_REDIS -> at(event, redis::restart);
        }
    }

    /** Stops a process, and lets it go on later. By then another process may have taken its place. */
    private void stop(Schedule.Event event, WorkerJvm jvm) {
        jvm.signal("STOP");
        later(event, () -> jvm.signal("CONT"));
    }

    private static void release(Fault.Held held) {
        if (held.caught() > 0) {
            try {
                held.release();
            } catch (RuntimeException e) {
                // Redis is down or loading, so the request will never arrive
            }
        }
    }

    private void at(Schedule.Event event, Runnable what) {
        add(event.at().toNanos(), () -> {
            what.run();
            done.merge(event.action(), 1, Integer::sum);
            return true;
        });
    }

    private void onceAtWork(Schedule.Event event, Slot slot, Runnable what) {
        add(event.at().toNanos(), () -> {
            if (slot.jvm().hasWorkedFor(event.lasting()) && !mustWait.getAsBoolean()) {
                what.run();
                done.merge(event.action(), 1, Integer::sum);
                return true;
            }
            // Other deeds may be done meanwhile, perhaps all to the same worker. As long as some are done, there is no
            // problem.
            if (sinceBegin() - lastDeed > LIMIT.toNanos()) {
                throw new AssertionError(
                        "For " + LIMIT + " nothing could be done; the worker of " + slot.name
                                + " has not started, or too many jobs have been waiting: see the logs in the folder of the run");
            }
            return false;
        });
    }

    private void later(Schedule.Event event, Runnable what) {
        add(sinceBegin() + event.lasting().toNanos(), () -> {
            what.run();
            return true;
        });
    }

    private void add(long nanos, BooleanSupplier deed) {
        long at = nanos;
        while (deeds.putIfAbsent(at, deed) != null) {
            at++;
        }
    }

    private long sinceBegin() {
        return System.nanoTime() - begin;
    }
}
