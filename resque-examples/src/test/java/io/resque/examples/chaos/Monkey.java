package io.resque.examples.chaos;

import io.resque.tck.Fault;
import io.resque.tck.FaultProxy;
import io.resque.tck.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** Does what a {@link Schedule} says, one deed after the other. */
final class Monkey {
    private record Deed(Duration at, Runnable what) {}

    private static final Predicate<List<byte[]>> SCRIPT =
            FaultProxy.command("EVALSHA").or(FaultProxy.command("EVAL"));
    private static final Predicate<List<byte[]>> REQUEST = SCRIPT.or(FaultProxy.command("RPUSH"));

    private final RedisServer redis;
    private final List<Slot> slots;
    private final List<FaultProxy> lines = new ArrayList<>();
    private final Map<Action, Integer> done = new EnumMap<>(Action.class);
    private final List<Deed> deeds = new ArrayList<>();

    Monkey(RedisServer redis, List<Slot> slots, List<Producer> producers) {
        this.redis = redis;
        this.slots = slots;
        slots.forEach(slot -> lines.add(slot.line));
        producers.forEach(producer -> lines.add(producer.line));
    }

    /** Returns when all is done and everything is whole again. */
    void rage(List<Schedule.Event> events) {
        events.forEach(this::plan);
        deeds.sort(Comparator.comparing(Deed::at));
        long begin = System.nanoTime();
        for (Deed deed : deeds) {
            LockSupport.parkNanos(begin + deed.at.toNanos() - System.nanoTime());
            deed.what.run();
        }
        lines.forEach(FaultProxy::clearFaults);
    }

    int count(Action... actions) {
        int sum = 0;
        for (Action action : actions) {
            sum += done.getOrDefault(action, 0);
        }
        return sum;
    }

    private void plan(Schedule.Event event) {
        Slot slot = slots.get(event.target() % slots.size());
        FaultProxy line = lines.get(event.target() % lines.size());
        Duration until = event.at().plus(event.lasting());
        switch (event.action()) {
            case KILL ->
                at(event, () -> {
                    slot.jvm().kill();
                    slot.start();
                });
            case TERM ->
                at(event, () -> {
                    slot.retire();
                    slot.start();
                });
            case KILL_CHILD -> at(event, () -> slot.jvm().killChild());
            case STOP -> {
                WorkerJvm[] stopped = new WorkerJvm[1]; // another may have taken its place until it goes on
                at(event, () -> {
                    stopped[0] = slot.jvm();
                    stopped[0].signal("STOP");
                });
                deeds.add(new Deed(until, () -> stopped[0].signal("CONT")));
            }
            case CUT -> at(event, line::cutAll);
            case CUT_BEFORE -> at(event, () -> line.cutBefore(REQUEST));
            case CUT_AFTER -> at(event, () -> line.cutAfter(REQUEST));
            case TWICE -> at(event, () -> slot.line.duplicate(SCRIPT));
            case LATE -> {
                Fault.Held[] held = new Fault.Held[1];
                at(event, () -> held[0] = line.holdAndCut(REQUEST));
                deeds.add(new Deed(until, () -> release(held[0])));
            }
            case STALL -> {
                at(event, line::pause);
                deeds.add(new Deed(until, line::resume));
            }
            case KILL_REDIS ->
                at(event, () -> {
                    redis.kill();
                    redis.restart();
                });
            case SHUTDOWN_REDIS -> at(event, redis::restart);
        }
    }

    private void at(Schedule.Event event, Runnable what) {
        deeds.add(new Deed(event.at(), () -> {
            what.run();
            done.merge(event.action(), 1, Integer::sum);
        }));
    }

    private static void release(Fault.Held held) {
        if (held.caught() > 0) {
            try {
                held.release();
            } catch (RuntimeException e) {
                // Redis is away, or loading: then it never arrives
            }
        }
    }
}
