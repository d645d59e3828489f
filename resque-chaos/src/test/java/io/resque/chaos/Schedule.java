package io.resque.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** The deeds of the monkey and their times. All of them follow from the seed. */
final class Schedule {
    /**
     * One deed.
     *
     * @param at the earliest time, since the start
     * @param target a number that selects the target
     * @param lasting how long the fault lasts, for actions that last
     */
    record Event(Duration at, Action action, int target, Duration lasting) {}

    private static final List<Action> LINE =
            List.of(Action.CUT, Action.CUT_BEFORE, Action.CUT_AFTER, Action.LATE, Action.TWICE, Action.STALL);

    private Schedule() {}

    static List<Event> of(ChaosSettings settings) {
        Random random = new Random(settings.seed());
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < settings.kills(); i++) {
            events.add(event(random, settings, Action.KILL));
            events.add(event(random, settings, LINE.get(random.nextInt(LINE.size()))));
            if (i % 2 == 0) {
                events.add(event(random, settings, Action.STOP));
                events.add(event(random, settings, LINE.get(random.nextInt(LINE.size()))));
            }
            if (i % 4 == 0) {
                events.add(event(random, settings, Action.KILL_CHILD));
                events.add(event(random, settings, Action.TERM));
            }
        }
        for (int i = 0; i < settings.redisRestarts(); i++) {
            events.add(event(random, settings, i % 2 == 0 ? Action.KILL_REDIS : Action.SHUTDOWN_REDIS));
        }
        events.sort(Comparator.comparing(Event::at));
        return events;
    }

    /** Only the events that let no living process seem dead. */
    static List<Event> withoutPauses(ChaosSettings settings) {
        return of(settings).stream()
                .filter(event -> !Set.of(Action.STOP, Action.STALL, Action.LATE).contains(event.action()))
                .toList();
    }

    /** Only the events that strike worker processes, not connections or Redis. */
    static List<Event> onProcesses(ChaosSettings settings) {
        return of(settings).stream()
                .filter(event -> Set.of(Action.KILL, Action.TERM, Action.STOP).contains(event.action()))
                .toList();
    }

    /** Some processes are stopped for longer than three seconds, after which the others treat them as dead. */
    private static Event event(Random random, ChaosSettings settings, Action action) {
        return new Event(
                Duration.ofMillis(random.nextLong(settings.length().toMillis())),
                action,
                random.nextInt(Integer.MAX_VALUE),
                Duration.ofMillis(100 + random.nextInt(action == Action.STOP ? 4500 : 2000)));
    }
}
