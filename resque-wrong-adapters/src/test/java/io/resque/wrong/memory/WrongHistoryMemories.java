package io.resque.wrong.memory;

import static io.resque.wrong.memory.Wrong.proxy;

import io.resque.api.HistoryMark;
import io.resque.api.RunTimes;
import io.resque.api.spi.HistoryStore;
import io.resque.api.spi.HistoryStore.Grain;
import io.resque.api.spi.Payload;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/** Memory backends that are wrong with the history, in rules that hold without keys. */
final class WrongHistoryMemories {
    private WrongHistoryMemories() {}

    private static Wrong history(String name, String rule, String method, Wrong.Around<HistoryStore> around) {
        return Wrong.backend(
                name,
                rule,
                "history",
                (backend, real, none) ->
                        backend.history().map(history -> proxy(HistoryStore.class, history, method, around)));
    }

    @SuppressWarnings("unchecked") // of the arguments and answers of a port
    private static <T> List<T> list(Object value) {
        return new ArrayList<>((Collection<T>) value);
    }

    static List<Wrong> all() {
        return List.of(
                history("keeps the first sample of a second", "W-611", "write", (on, real, args) -> {
                    boolean isThere = ((Grain) args[0]).sampled((long) args[1]) == (long) args[1]
                            && !on.samples((Grain) args[0], List.of((long) args[1]))
                                    .isEmpty();
                    return isThere ? null : real.call(args);
                }),
                history("takes samples of any second", "W-611", "write", (on, real, args) -> {
                    long second = ((Grain) args[0]).sampled((long) args[1]);
                    return real.call(args[0], second, (Payload) args[2]);
                }),
                history("mixes the grains", "W-611", "samples", (on, real, args) -> real.call(Grain.FINE, args[1])),
                history("has a time of its own", "W-611", "second", (on, real, args) -> 1_000_000L),
                history("gives the lease to all", "W-612", "lead", (on, real, args) -> true),
                history("never gives the lease back", "W-612", "leave", (on, real, args) -> null),
                history("counts idle workers", "W-613", "working", (on, real, args) ->
                        (long) ((Collection<?>) args[0]).size()),
                history("adds no run times", "W-614", "addTimes", (on, real, args) -> {
                    List<RunTimes> times = list(args[1]);
                    List<String> known = on.times((long) args[0], (long) args[0]).stream()
                            .map(RunTimes::jobClass)
                            .toList();
                    times.removeIf(each -> known.contains(each.jobClass()));
                    return real.call(args[0], times);
                }),
                history("drops classes that are too many", "W-614", "times", (on, real, args) -> {
                    List<RunTimes> times = list(real.call(args));
                    times.removeIf(each -> each.jobClass().isEmpty());
                    return times;
                }),
                history("gives the newest marks first", "W-615", "marks", (on, real, args) -> {
                    List<HistoryMark> marks = list(real.call(args));
                    Collections.reverse(marks);
                    return marks;
                }),
                history("gives marks of other times", "W-615", "marks", (on, real, args) -> real.call(0L, args[1])),
                history("keeps the first marks of a day", "W-615", "mark", (on, real, args) -> {
                    long day = (long) args[0] / 86_400 * 86_400;
                    return on.marks(day, day + 86_399).size() < HistoryStore.MOST_MARKS ? real.call(args) : null;
                }));
    }
}
