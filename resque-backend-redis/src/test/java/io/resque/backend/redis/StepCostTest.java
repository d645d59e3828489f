package io.resque.backend.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.JobState;
import io.resque.api.spi.Effect;
import io.resque.api.spi.FailureEntry;
import io.resque.api.spi.FailureList;
import io.resque.api.spi.Payload;
import io.resque.api.spi.StatusChange;
import io.resque.api.spi.Subscription;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How many steps go into one call: as many as cost Redis about a millisecond together. */
class StepCostTest {
    private static final Keys KEYS = new Keys("r");

    private static Step step(List<byte[]> keys, byte[] arg, int commands) {
        byte[] none = {};
        return new Step(1, null, Keys.bytes("00"), keys, List.of(none, none, none, arg), commands);
    }

    /** The steps of the first call of a sender. */
    private static int inOneCall(Step step) {
        StepLine line = new StepLine();
        for (int i = 0; i < StepLine.ALONE + 2 * StepLine.MOST_STEPS; i++) {
            line.enter(step);
        }
        return line.take().size();
    }

    private static EncodedEffects encoded(Effect... effects) {
        return EncodedEffects.of(List.of(effects), KEYS, "w");
    }

    private static Step step(EncodedEffects effects) {
        List<byte[]> args = new ArrayList<>(Collections.nCopies(4, new byte[16]));
        args.addAll(effects.args);
        return new Step(1, null, effects.letters, effects.names, args, effects.commands);
    }

    @Test
    void smallStepsGoTogetherUpToTheirLargestNumber() {
        assertThat(inOneCall(step(List.of(), new byte[0], 0))).isEqualTo(StepLine.MOST_STEPS);
        assertThat(inOneCall(step(encoded(new Effect.Count(true, false))))).isEqualTo(StepLine.MOST_STEPS);
    }

    @Test
    void keysArgumentsAndCommandsMakeACallShorter() {
        int own = StepLine.COMMANDS * StepLine.COMMAND;
        byte[] tenth = new byte[StepLine.MOST_BYTES / 10 - own];
        assertThat(inOneCall(step(List.of(), tenth, 0))).isEqualTo(10);
        assertThat(inOneCall(step(List.of(tenth), new byte[0], 0)))
                .as("keys count")
                .isEqualTo(10);
        assertThat(inOneCall(step(List.of(), tenth, 1))).as("commands count").isEqualTo(9);
        assertThat(inOneCall(step(List.of(tenth), tenth, 0))).as("their sum").isEqualTo(5);
        assertThat(inOneCall(step(List.of(), new byte[StepLine.MOST_BYTES + 1], 0)))
                .as("a step that alone is larger goes alone")
                .isEqualTo(1);
    }

    @Test
    void eachEffectHasItsCost() {
        Effect common = fails(FailureList.COMMON);
        Effect own = fails(new FailureList("q"));
        Effect status = new Effect.ChangeStatus(new StatusChange("t", JobState.FAILED, null, null));
        assertThat(encoded().commands).isZero();
        assertThat(encoded(new Effect.Count(true, false)).commands)
                .as("a call counts all its jobs at once")
                .isZero();
        assertThat(encoded(new Effect.Count(true, true)).commands).isEqualTo(2);
        assertThat(encoded(common).commands).isEqualTo(2);
        assertThat(encoded(own).commands).isEqualTo(3);
        assertThat(encoded(status).commands).isEqualTo(3);
        EncodedEffects all = encoded(common, own, new Effect.Count(true, true), status);
        assertThat(Keys.utf8(all.letters)).as("in their order").isEqualTo("rrpfs");
        assertThat(all.commands).isEqualTo(10);
        assertThat(inOneCall(step(all)))
                .isEqualTo((int) (StepLine.MOST_BYTES / step(all).cost))
                .isLessThan(StepLine.MOST_STEPS);
    }

    /** So a call takes fewer retries than completions. */
    @Test
    void aRetryCountsItsItemInEachKeyAndArgumentThatHoldsIt() {
        Payload item = Payload.of(new byte[1_000]);
        EncodedEffects retry = encoded(new Effect.Retry("q", 2, item, item, true));
        EncodedEffects small =
                encoded(new Effect.Retry("q", 2, Payload.of(new byte[0]), Payload.of(new byte[0]), true));
        assertThat(retry.commands).isEqualTo(12);
        assertThat(step(retry).cost - step(small).cost)
                .as("the key timestamps:<item>, the item, and the payload, and two thirds more")
                .isEqualTo(5_000);
        assertThat(inOneCall(step(retry)))
                .isEqualTo((int) (StepLine.MOST_BYTES / step(retry).cost))
                .isLessThan(StepLine.MOST_STEPS);
    }

    @Test
    void theRecordOfAFailureCountsTwiceSinceTheNextJobIsAsLarge() {
        EncodedSubscription queues =
                new EncodedSubscription(new Subscription(List.of(new Subscription.Source("q", "")), "", ""), KEYS);
        byte[] none = {};
        byte[] record = new byte[900];
        Step settles = new Step(1, null, none, List.of(), List.of(none, none, none, none, record), 0);
        Step reserves = new Step(1, queues, none, List.of(), List.of(none, none, none, none, record), 0);
        assertThat(reserves.cost - settles.cost).isEqualTo(record.length * 5 / 3);
    }

    @Test
    void eachSubscriptionOfACallCountsOnce() {
        int own = StepLine.COMMANDS * StepLine.COMMAND;
        byte[] none = {};
        EncodedSubscription large = subscription("q", StepLine.MOST_BYTES / 2);
        EncodedSubscription same = subscription("q", StepLine.MOST_BYTES / 2);
        EncodedSubscription other = subscription("r", StepLine.MOST_BYTES / 2);
        byte[] tenth = new byte[StepLine.MOST_BYTES / 20 - own];
        StepLine line = new StepLine();
        for (int i = 0; i < StepLine.ALONE + 2 * StepLine.MOST_STEPS; i++) {
            List<byte[]> args = List.of(none, none, none, tenth);
            line.enter(new Step(1, i % 2 == 0 ? large : same, none, List.of(), args, 0));
        }
        assertThat(line.take()).as("half for the queues, half for the steps").hasSize(9);

        StepLine mixed = new StepLine();
        for (int i = 0; i < StepLine.ALONE + 2 * StepLine.MOST_STEPS; i++) {
            List<byte[]> args = List.of(none, none, none, none);
            mixed.enter(new Step(1, i % 2 == 0 ? large : other, none, List.of(), args, 0));
        }
        assertThat(mixed.take()).as("the other queues make the call too large").hasSize(1);
    }

    private static EncodedSubscription subscription(String queue, int bytes) {
        Subscription.Source source = new Subscription.Source(queue, "x".repeat(bytes));
        return new EncodedSubscription(new Subscription(List.of(source), "", ""), KEYS);
    }

    private static Effect fails(FailureList list) {
        return new Effect.RecordFailure(new FailureEntry(list, Payload.ofText("x".repeat(1_000))));
    }
}
