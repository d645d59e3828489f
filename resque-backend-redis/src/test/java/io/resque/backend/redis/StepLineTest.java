package io.resque.backend.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How many steps go alone, how many go in one call, and in which order. */
class StepLineTest {
    private final StepLine line = new StepLine();
    private long number;

    /** A step that costs so much, or the least that a step costs. */
    private Step step(int cost) {
        byte[] none = {};
        byte[] rest = new byte[Math.max(0, cost - StepLine.COMMANDS * StepLine.COMMAND)];
        return new Step(++number, null, none, List.of(), List.of(none, none, none, rest), 0);
    }

    private void enterAlone() {
        assertThat(line.enter(step(1))).isEqualTo(StepLine.Place.ALONE);
        assertThat(line.enter(step(1))).isEqualTo(StepLine.Place.ALONE);
    }

    private List<Long> taken() {
        return line.take().stream().map(step -> step.number).toList();
    }

    @Test
    void twoStepsGoAloneAndTheOthersNeedASender() {
        enterAlone();
        assertThat(line.unanswered()).isEqualTo(2);
        assertThat(line.enter(step(1))).isEqualTo(StepLine.Place.NEEDS_SENDER);
        assertThat(line.enter(step(1))).as("the first sender is coming").isEqualTo(StepLine.Place.IN_LINE);
        assertThat(line.inLine()).isEqualTo(2);
        assertThat(line.unanswered()).isEqualTo(4);
        assertThat(taken()).containsExactly(3L, 4L);
        assertThat(line.enter(step(1))).as("the first sender is in Redis").isEqualTo(StepLine.Place.NEEDS_SENDER);
        assertThat(taken()).containsExactly(5L);
        assertThat(line.enter(step(1))).as("two senders are in Redis").isEqualTo(StepLine.Place.IN_LINE);
        assertThat(line.senders()).isEqualTo(2);
        assertThat(line.unanswered()).isEqualTo(6);
    }

    @Test
    void aCallHas64StepsAndASenderWithoutStepsEnds() {
        enterAlone();
        for (int i = 0; i < 65; i++) {
            line.enter(step(1));
        }
        assertThat(taken()).hasSize(64);
        assertThat(taken()).hasSize(1);
        assertThat(line.senders()).isEqualTo(1);
        assertThat(taken()).isEmpty();
        assertThat(line.senders()).isZero();
    }

    @Test
    void aCallHas200KilobytesOrOneStep() {
        enterAlone();
        for (int cost : new int[] {100_000, 100_000, 1, 300_000, 199_999, 2}) {
            line.enter(step(cost));
        }
        assertThat(taken()).containsExactly(3L, 4L);
        assertThat(taken()).containsExactly(5L);
        assertThat(taken()).containsExactly(6L);
        assertThat(taken()).containsExactly(7L);
        assertThat(taken()).containsExactly(8L);
    }

    @Test
    void stepsThatRedisLeftGoBackToTheHead() {
        enterAlone();
        for (int i = 0; i < 3; i++) {
            line.enter(step(1));
        }
        List<Step> sent = line.take();
        line.enter(step(1));
        line.answered(sent, 1);
        assertThat(line.inLine()).isEqualTo(3);
        assertThat(line.unanswered()).isEqualTo(5);
        assertThat(taken()).containsExactly(4L, 5L, 6L);
    }

    @Test
    void aSenderGoesOnWhileThereAreStepsAndNoOtherIsComing() {
        enterAlone();
        line.enter(step(1));
        List<Step> first = line.take();
        line.enter(step(1));
        line.answered(first, 1);
        assertThat(line.isComing()).isTrue();
        assertThat(line.goesOn(true)).isTrue();
        assertThat(line.goesOn(false)).as("the other one is coming").isFalse();
        assertThat(line.senders()).isEqualTo(1);
        assertThat(taken()).hasSize(1);
        assertThat(line.isComing()).isFalse();
        assertThat(line.goesOn(true)).as("no step is left").isFalse();
        assertThat(line.senders()).isZero();
    }

    @Test
    void aSenderThatCannotSendLeavesItsStepsToTheCaller() {
        List<Step> alone = new ArrayList<>(List.of(step(1), step(1)));
        alone.forEach(line::enter);
        line.enter(step(1));
        assertThat(line.isIdle()).isFalse();
        assertThat(line.abandon()).hasSize(1);
        assertThat(line.senders()).isZero();
        assertThat(line.isComing()).isFalse();
        assertThat(line.inLine()).isZero();
        assertThat(line.isIdle()).as("two steps are in calls").isFalse();
        line.answered(alone, 2);
        assertThat(line.isIdle()).isTrue();
        assertThat(line).hasToString("line [], in calls 0, senders 0");
    }
}
