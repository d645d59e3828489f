package io.resque.tck.explorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ExplorerTest {
    /** Two threads of two steps each. */
    private abstract static class Two implements Model {
        final int[] at = new int[2];

        abstract void step(int thread);

        boolean canStep(int thread) {
            return at[thread] < 2;
        }

        @Override
        public Map<String, Runnable> steps() {
            Map<String, Runnable> steps = new LinkedHashMap<>();
            for (int thread = 0; thread < 2; thread++) {
                int who = thread;
                if (canStep(who)) {
                    steps.put("thread " + who + " takes step " + at[who], () -> {
                        step(who);
                        at[who]++;
                    });
                }
            }
            return steps;
        }

        @Override
        public Object state() {
            return List.of(at[0], at[1]);
        }

        @Override
        public Map<String, Boolean> invariants() {
            return Map.of("no thread takes a third step", at[0] <= 2 && at[1] <= 2);
        }

        @Override
        public Map<String, Boolean> atTheEnd() {
            return Map.of("both are through", at[0] == 2 && at[1] == 2);
        }
    }

    /** Reads a counter, then writes one more. */
    private static final class Counting extends Two {
        private int counter;
        private final int[] read = new int[2];

        @Override
        void step(int thread) {
            if (at[thread] == 0) {
                read[thread] = counter;
            } else {
                counter = read[thread] + 1;
            }
        }

        @Override
        public Object state() {
            return List.of(at[0], at[1], counter, read[0], read[1]);
        }

        @Override
        public Map<String, Boolean> atTheEnd() {
            return Map.of("the counter is 2", counter == 2);
        }
    }

    /** Each takes two locks, in its own order. */
    private static final class Locking extends Two {
        private final boolean[] taken = new boolean[2];

        @Override
        boolean canStep(int thread) {
            return super.canStep(thread) && !taken[lock(thread)];
        }

        private int lock(int thread) {
            return (at[thread] + thread) % 2;
        }

        @Override
        void step(int thread) {
            taken[lock(thread)] = true;
            if (at[thread] == 1) {
                taken[0] = false;
                taken[1] = false;
            }
        }
    }

    @Test
    void everyStateIsMetOnce() {
        Exploration seen = Explorer.explore("two threads", () -> new Two() {
            @Override
            void step(int thread) {
                // each for itself
            }
        });
        seen.mustHold();
        assertThat(seen.states()).isEqualTo(9);
        assertThat(seen.ends()).isEqualTo(1);
        assertThat(seen.invariants()).containsExactly("no thread takes a third step", "both are through");
    }

    @Test
    void aLostUpdateIsFoundByOneOfItsShortestWays() {
        Exploration seen = Explorer.explore("a counter without a lock", Counting::new);
        assertThat(seen.violation()).hasValueSatisfying(wrong -> {
            assertThat(wrong.what()).isEqualTo("not so: the counter is 2");
            assertThat(wrong.steps()).hasSize(4).startsWith("thread 0 takes step 0", "thread 1 takes step 0");
        });
        assertThatThrownBy(seen::mustHold)
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith(
                        "a counter without a lock: not so: the counter is 2\n  thread 0 takes step 0\n");
    }

    @Test
    void aDeadlockLeavesSomethingUndone() {
        Exploration seen = Explorer.explore("two locks in two orders", Locking::new);
        assertThat(seen.violation()).hasValueSatisfying(wrong -> {
            assertThat(wrong.what()).isEqualTo("not so: both are through");
            assertThat(wrong.steps()).containsExactly("thread 0 takes step 0", "thread 1 takes step 0");
        });
    }

    @Test
    void aStepThatThrowsIsOneOfTheWay() {
        Exploration seen = Explorer.explore("a step that throws", () -> new Two() {
            @Override
            void step(int thread) {
                if (at[thread] == 1) {
                    throw new IllegalStateException("thread " + thread);
                }
            }
        });
        assertThat(seen.violation()).hasValueSatisfying(wrong -> {
            assertThat(wrong.what()).contains("IllegalStateException: thread 0");
            assertThat(wrong.steps()).containsExactly("thread 0 takes step 0", "thread 0 takes step 1");
        });
    }

    @Test
    void threadsThatKeepEachOtherBusyForEverAreFound() {
        Exploration seen = Explorer.explore("two that go in a circle", () -> new Two() {
            @Override
            void step(int thread) {
                if (at[thread] == 1 && at[1 - thread] == 1) {
                    at[thread] = -1;
                    at[1 - thread] = 0;
                } else if (at[thread] == 1) {
                    at[thread] = 0;
                }
            }
        });
        assertThat(seen.violation())
                .hasValueSatisfying(wrong -> assertThat(wrong.what()).isEqualTo("no end can be reached from here"));
    }

    @Test
    void aModelThatDependsOnChanceIsRefused() {
        AtomicInteger models = new AtomicInteger();
        assertThatThrownBy(() -> Explorer.explore("a model of chance", () -> {
                    int number = models.getAndIncrement();
                    return new Two() {
                        @Override
                        void step(int thread) {
                            // each for itself
                        }

                        @Override
                        boolean canStep(int thread) {
                            return thread == number % 2;
                        }
                    };
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("must not depend on chance");
    }
}
