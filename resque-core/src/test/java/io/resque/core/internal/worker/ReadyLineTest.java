package io.resque.core.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.tck.explorer.Explorer;
import io.resque.tck.explorer.Model;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** All ways in which the threads of a worker, and those that bring answers from Redis, can come between each other. */
class ReadyLineTest {
    private static final int LOOPS = 3;
    private static final int TURNS = 2;

    /** As many threads as loops; each loop asks Redis a few times, and then ends the thread that serves it. */
    private static class Worker implements Model {
        private final ReadyLine<String, String> line;

        /** What each thread does next. */
        private final Map<String, Next> next = new TreeMap<>();

        /** How often each loop still asks. */
        private final Map<String, Integer> turns = new TreeMap<>();

        private final Set<String> inRedis = new TreeSet<>();

        /** Threads that whoever brought an answer is about to wake. */
        private final List<String> answersWake = new ArrayList<>();

        private final Set<String> woken = new TreeSet<>();

        /**
         * A thread, between two of its steps.
         *
         * @param loop that it has; null if it takes one
         * @param wakes the thread that it wakes first; null if none
         * @param sleeps whether it waits to be woken
         */
        private record Next(@Nullable String loop, @Nullable String wakes, boolean sleeps) {}

        Worker(ReadyLine<String, String> line) {
            this.line = line;
            for (int i = 1; i <= LOOPS; i++) {
                next.put("thread " + i, new Next("loop " + i, null, false));
                turns.put("loop " + i, TURNS);
            }
        }

        @Override
        public Map<String, Runnable> steps() {
            Map<String, Runnable> steps = new LinkedHashMap<>();
            next.forEach((thread, at) -> {
                String loop = at.loop;
                if (at.wakes != null) {
                    steps.put(thread + " wakes " + at.wakes, () -> {
                        woken.add(at.wakes);
                        next.put(thread, new Next(loop, null, false));
                    });
                } else if (loop != null && turns.get(loop) == 0) {
                    steps.put(thread + " ends with " + loop, () -> {
                        turns.remove(loop);
                        next.remove(thread);
                    });
                } else if (loop != null) {
                    steps.put(thread + " asks Redis for " + loop, () -> {
                        turns.merge(loop, -1, Integer::sum);
                        inRedis.add(loop);
                        next.put(thread, new Next(null, null, false));
                    });
                } else if (!at.sleeps || woken.contains(thread)) {
                    steps.put(thread + " takes a loop", () -> take(thread));
                }
            });
            inRedis.forEach(loop -> steps.put("an answer for " + loop, () -> {
                inRedis.remove(loop);
                String wakes = line.add(loop);
                if (wakes != null) {
                    answersWake.add(wakes);
                }
            }));
            answersWake.forEach(thread -> steps.put("an answer wakes " + thread, () -> {
                answersWake.remove(thread);
                woken.add(thread);
            }));
            return steps;
        }

        /** As in {@link ReadyLoops}, under its lock. */
        private void take(String thread) {
            woken.remove(thread);
            String loop = line.take(thread);
            String wakes = line.next();
            next.put(thread, new Next(loop, wakes, loop == null));
        }

        @Override
        public Object state() {
            return List.of(
                    line.toString(),
                    Map.copyOf(next),
                    Map.copyOf(turns),
                    Set.copyOf(inRedis),
                    List.copyOf(answersWake),
                    Set.copyOf(woken));
        }

        @Override
        public Map<String, Boolean> invariants() {
            return Map.of(
                    "no loop waits while a thread sleeps and none is coming, and one is woken at a time", line.holds());
        }

        @Override
        public Map<String, Boolean> atTheEnd() {
            return Map.of(
                    "each loop has asked to its end, and each thread has ended", turns.isEmpty() && next.isEmpty());
        }
    }

    @Test
    void noLoopIsForgotten() {
        Explorer.explore(
                        "ReadyLine, " + LOOPS + " loops that ask " + TURNS + " times",
                        () -> new Worker(new ReadyLine<>(LOOPS)))
                .mustHold();
    }

    @Test
    void aLineThatSaysOfNoLoopWhomToWakeIsCaught() {
        assertThat(Explorer.explore(
                                "ReadyLine, wrong: an answer wakes nobody",
                                () -> new Worker(new ReadyLine<>(LOOPS) {
                                    @Override
                                    @Nullable
                                    String add(String loop) {
                                        super.add(loop);
                                        return null;
                                    }
                                }))
                        .violation())
                .isPresent();
    }

    @Test
    void aLineThatCallsNoFurtherThreadIsCaught() {
        assertThat(Explorer.explore(
                                "ReadyLine, wrong: a thread that got a loop calls no other",
                                () -> new Worker(new ReadyLine<>(LOOPS) {
                                    private boolean adds;

                                    @Override
                                    @Nullable
                                    String add(String loop) {
                                        adds = true;
                                        String wakes = super.add(loop);
                                        adds = false;
                                        return wakes;
                                    }

                                    @Override
                                    @Nullable
                                    String next() {
                                        return adds ? super.next() : null;
                                    }
                                }))
                        .violation())
                .isPresent();
    }
}
