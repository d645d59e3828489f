package io.resque.backend.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same on a client that has threads of its own. Here the threads of the test play them. */
class StartedStepBatcherTest extends StepBatcherTest {
    private volatile boolean canStart = true;

    @Override
    RedisLink link() {
        return new Started();
    }

    @Test
    void whoGoesInACallIsAskedWhenItIsWritten() throws Exception {
        List<Call> under = busy();
        inLine(1);
        under.get(0).answerEach();
        inLine(2);
        Call together = next();
        assertThat(together.isWaitedFor()).isFalse();
        assertThat(together.ids()).hasSize(3);
        together.answerEach();
        under.forEach(Call::answerEach);
    }

    @ParameterizedTest
    @ValueSource(strings = {"NOSCRIPT No matching script.", "MOVED 7 there:7", "READONLY You can't write"})
    void whatWasNotReadIsSentAgainByAThreadThatMayWait(String refusal) throws Exception {
        List<Call> under = busy();
        List<CompletableFuture<String>> answers = inLine(3);
        under.get(0).answerEach();
        next().answer().completeExceptionally(new RedisReplyException("here", refusal));
        isSentAgain(answers, "line-0", "line-1", "line-2");
        under.forEach(Call::answerEach);
        goesOn();
    }

    @Test
    void aLoneOneThatWasNotReadIsSentAgainByAThreadThatMayWait() throws Exception {
        CompletableFuture<String> lone = alone("lone");
        next().answer().completeExceptionally(new RedisReplyException("here", "NOSCRIPT No matching script."));
        Call again = next();
        assertThat(again.isWaitedFor()).isTrue();
        again.answerEach();
        assertThat(lone.join()).isEqualTo("lone");
        goesOn();
    }

    @Test
    void aLineThatCouldNotBeWrittenIsSentByAThreadThatMayWait() throws Exception {
        List<Call> under = busy();
        List<CompletableFuture<String>> answers = inLine(2);
        under.get(0).answerEach();
        Call never = calls.take();
        canStart = false;
        never.answer().completeExceptionally(new BackendException("closed"));
        isSentAgain(answers, "line-0", "line-1");
        canStart = true;
        under.forEach(Call::answerEach);
        goesOn();
    }

    @Test
    void whatMayHaveBeenMadeIsNotSentAgain() throws Exception {
        List<Call> under = busy();
        List<CompletableFuture<String>> answers = inLine(2);
        under.get(0).answerEach();
        BackendException lost = new BackendUnavailableException("lost", new IllegalStateException(), true);
        next().answer().completeExceptionally(lost);
        for (CompletableFuture<String> answer : answers) {
            assertThatThrownBy(answer::join).hasCause(lost);
        }
        under.forEach(Call::answerEach);
        goesOn();
    }

    @Test
    void whatWasGivenUpBeforeItWasWrittenTakesNobodyAlong() throws Exception {
        List<Call> under = busy();
        List<CompletableFuture<String>> answers = inLine(2);
        under.get(0).answerEach();
        Call late = calls.take();
        canStart = false;
        late.answer()
                .completeExceptionally(new BackendUnavailableException("slow", new IllegalStateException(), false));
        assertThat(Keys.utf8(late.command().get()[0])).isEqualTo("PING");
        isSentAgain(answers, "line-0", "line-1");
        canStart = true;
        under.forEach(Call::answerEach);
        goesOn();
    }

    @Test
    void whatIsLeftWhenItIsClosedIsToldSo() throws Exception {
        List<Call> under = busy();
        List<CompletableFuture<String>> answers = inLine(2);
        steps.close();
        canStart = false;
        under.get(0).answerEach();
        for (CompletableFuture<String> answer : answers) {
            assertThatThrownBy(answer::join)
                    .hasRootCauseInstanceOf(BackendException.class)
                    .hasMessageContaining("The connection to Redis at here has been closed");
        }
        under.forEach(Call::answerEach);
    }

    private void isSentAgain(List<CompletableFuture<String>> answers, String... ids) throws InterruptedException {
        Call again = next();
        assertThat(again.isWaitedFor()).isTrue();
        assertThat(again.ids()).containsExactly(ids);
        again.answerEach();
        assertThat(answers).allSatisfy(answer -> assertThat(answer.join()).startsWith("line-"));
    }

    /** Both a lone step and a line are sent. */
    private void goesOn() throws InterruptedException {
        // The thread that sends again completes the answers before it ends as a sender.
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!steps.isIdle() && System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
        assertThat(steps.isIdle()).isTrue();
        CompletableFuture<String> lone = alone("then");
        Call call = next();
        assertThat(call.isWaitedFor()).isFalse();
        call.answerEach();
        assertThat(lone.join()).isEqualTo("then");
        List<Call> under = busy();
        List<CompletableFuture<String>> answers = inLine(2);
        under.get(0).answerEach();
        next().answerEach();
        assertThat(answers).allSatisfy(answer -> assertThat(answer.join()).startsWith("line-"));
        under.forEach(Call::answerEach);
    }

    private final class Started extends Calls {
        @Override
        public boolean start(LateCommand command) {
            if (!canStart) {
                return false;
            }
            byte[][][] words = new byte[1][][];
            Call call = new Call(
                    () -> {
                        words[0] = words[0] == null ? command.words() : words[0];
                        return words[0];
                    },
                    false);
            call.answer().whenComplete(command::end);
            calls.add(call);
            return true;
        }
    }
}
