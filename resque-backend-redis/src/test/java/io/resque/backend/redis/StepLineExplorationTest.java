package io.resque.backend.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.tck.explorer.Exploration;
import io.resque.tck.explorer.Explorer;
import io.resque.tck.explorer.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** In whatever order workers and senders get their turns, each step is sent once, and none stays in the line. */
class StepLineExplorationTest {
    /** For each worker, how many steps it sends. */
    private static final int[] STEPS = {1, 1, 2, 2};

    private static final int WORKERS = STEPS.length;

    /** So that no two such steps go in one call. */
    private static final byte[] LARGE = new byte[StepLine.MOST_BYTES / 2 + 1];

    private static final byte[] SMALL = {};

    /** What StepBatcher does, but for the call itself, which ends in each way in which it can end. */
    private static class Batcher implements Model {
        final StepLine line = new StepLine();
        private final int[] made = new int[WORKERS];
        private final boolean[] waits = new boolean[WORKERS];
        private final List<Step> alone = new ArrayList<>();
        final List<Sender> senders = new ArrayList<>();
        private int abandonments;

        enum At {
            COMING,
            FOUND_NONE,
            IN_CALL,
            BACK
        }

        /** A thread, or a call of a client that has threads of its own. */
        static final class Sender {
            At at = At.COMING;
            List<Step> steps = List.of();

            @Override
            public String toString() {
                return at + " " + numbers(steps);
            }
        }

        private static List<Long> numbers(List<Step> steps) {
            return steps.stream().map(step -> step.number).toList();
        }

        @Override
        public Map<String, Runnable> steps() {
            Map<String, Runnable> steps = new LinkedHashMap<>();
            for (int i = 0; i < WORKERS; i++) {
                int worker = i;
                if (!waits[worker] && made[worker] < STEPS[worker]) {
                    steps.put("worker " + worker + " sends a step", () -> enter(worker));
                }
            }
            for (Step step : alone) {
                steps.put("the lone call of step " + step.number + " ends", () -> {
                    alone.remove(step);
                    line.answered(List.of(step), 1);
                    isAnswered(step);
                });
            }
            for (Sender sender : List.copyOf(senders)) {
                addSteps(steps, "sender " + senders.indexOf(sender), sender);
            }
            return steps;
        }

        private void addSteps(Map<String, Runnable> steps, String name, Sender sender) {
            switch (sender.at) {
                case COMING -> {
                    steps.put(name + " takes steps", () -> take(sender));
                    if (abandonments == 0) {
                        steps.put(name + " has no memory", () -> {
                            abandonments++;
                            senders.remove(sender);
                            line.abandon().forEach(this::isAnswered);
                        });
                    }
                }
                case IN_CALL -> {
                    for (int i = 1; i <= sender.steps.size(); i++) {
                        int answered = i;
                        steps.put(name + " has " + answered + " answers", () -> {
                            line.answered(sender.steps, answered);
                            sender.steps.subList(0, answered).forEach(this::isAnswered);
                            sender.steps = List.of();
                            sender.at = At.BACK;
                        });
                    }
                }
                case BACK -> {
                    steps.put(name + " goes on as a call", () -> goOn(sender, line.goesOn(false)));
                    steps.put(name + " goes on as a thread", () -> goOn(sender, line.goesOn(true)));
                }
                case FOUND_NONE ->
                    steps.put(name + " signs off", () -> {
                        senders.remove(sender);
                        line.take();
                    });
            }
        }

        private void enter(int worker) {
            waits[worker] = true;
            byte[] payload = worker == 0 ? LARGE : SMALL;
            byte[] none = {};
            Step step = new Step(
                    10 * worker + made[worker], null, none, List.of(), List.of(none, none, none, none, payload), 0);
            switch (line.enter(step)) {
                case ALONE -> alone.add(step);
                case NEEDS_SENDER -> senders.add(new Sender());
                case IN_LINE -> {}
            }
        }

        void take(Sender sender) {
            sender.steps = line.take();
            sender.at = At.IN_CALL;
            if (sender.steps.isEmpty()) {
                senders.remove(sender);
            }
        }

        private void goOn(Sender sender, boolean more) {
            sender.at = At.COMING;
            if (!more) {
                senders.remove(sender);
            }
        }

        private void isAnswered(Step step) {
            int worker = (int) (step.number / 10);
            assertThat(waits[worker] && made[worker] == step.number % 10)
                    .as("worker %s waits for the answer to step %s", worker, step.number)
                    .isTrue();
            waits[worker] = false;
            made[worker]++;
        }

        @Override
        public Object state() {
            return List.of(
                    line.toString(),
                    Arrays.toString(made),
                    Arrays.toString(waits),
                    numbers(alone).stream().sorted().toList(),
                    senders.stream().map(Sender::toString).sorted().toList(),
                    abandonments);
        }

        @Override
        public Map<String, Boolean> invariants() {
            int inCalls = alone.size()
                    + senders.stream().mapToInt(sender -> sender.steps.size()).sum();
            long waiting = IntStream.range(0, WORKERS).filter(i -> waits[i]).count();
            Map<String, Boolean> invariants = new LinkedHashMap<>();
            invariants.put("line not empty ⇒ a sender exists", line.inLine() == 0 || !senders.isEmpty());
            invariants.put(
                    "coming ⇒ a sender is on its way",
                    !line.isComing() || senders.stream().anyMatch(sender -> sender.at == At.COMING));
            invariants.put("senders counted = senders that exist", line.senders() == senders.size());
            invariants.put(
                    "unanswered = in line + in calls = steps of workers that wait",
                    line.unanswered() == line.inLine() + inCalls && line.unanswered() == waiting);
            invariants.put(
                    "no two large steps in a call",
                    senders.stream()
                            .allMatch(sender -> sender.steps.stream()
                                            .mapToLong(step -> step.cost)
                                            .sum()
                                    <= StepLine.MOST_BYTES));
            return invariants;
        }

        @Override
        public Map<String, Boolean> atTheEnd() {
            return Map.of(
                    "each step has its answer, and no sender is left", Arrays.equals(made, STEPS) && line.isIdle());
        }
    }

    @Test
    void noStepStaysInTheLine() {
        Exploration seen = Explorer.explore("StepLine, " + WORKERS + " workers, 6 steps", Batcher::new);
        seen.mustHold();
        assertThat(seen.states()).isGreaterThan(1_000);
    }

    /** Between its look and its end a worker may rely on it. */
    @Test
    void aSenderThatLooksFirstAndSignsOffLaterIsCaught() {
        Exploration seen = Explorer.explore("StepLine, where a sender signs off in a second step", () -> new Batcher() {
            @Override
            void take(Sender sender) {
                if (line.inLine() == 0) {
                    sender.at = At.FOUND_NONE;
                } else {
                    super.take(sender);
                }
            }
        });
        assertThat(seen.violation())
                .hasValueSatisfying(
                        wrong -> assertThat(wrong.what()).isEqualTo("not so: senders counted = senders that exist"));
    }
}
