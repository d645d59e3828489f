package io.resque.backend.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.BackendException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How steps are sent together on a client that waits in the caller's thread. The kit tests what the script does with them. */
@Timeout(30)
class StepBatcherTest {
    private static final int ALONE = 2;
    private static final int SENDERS = 2;
    private static final byte[] ZERO = Keys.bytes("0");

    /** One call of the script, with the ids of its steps, and the reply to it. */
    record Call(Supplier<byte[][]> command, boolean isWaitedFor, CompletableFuture<Object> answer) {
        Call(Supplier<byte[][]> command, boolean isWaitedFor) {
            this(command, isWaitedFor, new CompletableFuture<>());
        }

        List<String> ids() {
            byte[][] words = command.get();
            List<String> ids = new ArrayList<>();
            int keys = Integer.parseInt(Keys.utf8(words[2]));
            for (int at = 3 + keys + 2; at < words.length; at += 5) {
                ids.add(Keys.utf8(words[at + 2]));
            }
            return ids;
        }

        void answerEach(Function<String, List<Object>> reply) {
            answer.complete(Stream.concat(Stream.of(7L), ids().stream().flatMap(id -> reply.apply(id).stream()))
                    .toList());
        }

        void answerEach() {
            answerEach(id -> List.of(11L, Keys.bytes(id)));
        }
    }

    final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    final StepBatcher steps = new StepBatcher(link(), new Keys("r"));

    RedisLink link() {
        return new Calls();
    }

    @AfterEach
    void allEnd() throws InterruptedException {
        steps.close();
        for (Thread thread : threads) {
            thread.join(5_000);
            assertThat(thread.isAlive()).as(thread.getName()).isFalse();
        }
        assertThat(calls).isEmpty();
    }

    private static Step step(String id, byte[] payload) {
        return new Step(
                1, null, Keys.bytes("00"), List.of(), List.of(Keys.bytes("token"), ZERO, Keys.bytes(id), payload), 0);
    }

    private static CompletableFuture<String> answer(Step step) {
        return step.answer.thenApply(reply -> Keys.utf8(((StepReply.Taken) reply).payload()));
    }

    CompletableFuture<String> alone(String id) {
        Step step = step(id, new byte[0]);
        Thread thread = new Thread(() -> steps.send(step), id);
        threads.add(thread);
        thread.start();
        return answer(step);
    }

    private CompletableFuture<String> inLine(String id, int bytes) {
        Step step = step(id, new byte[bytes]);
        steps.send(step);
        return answer(step);
    }

    /** Steps that stand in line, while so many calls are under way that no other call begins. */
    List<CompletableFuture<String>> inLine(int count) {
        return IntStream.range(0, count).mapToObj(i -> inLine("line-" + i, 0)).collect(Collectors.toList());
    }

    List<Call> few() throws InterruptedException {
        List<Call> under = new ArrayList<>();
        for (int i = 0; i < ALONE; i++) {
            alone("alone-" + i);
            under.add(next());
        }
        return under;
    }

    /** The calls of both senders, with a step each. */
    List<Call> busy() throws InterruptedException {
        List<Call> under = few();
        for (int i = 0; i < SENDERS; i++) {
            inLine("sent-" + i, 0);
            Call sent = next();
            assertThat(sent.ids()).containsExactly("sent-" + i);
            under.add(0, sent);
        }
        return under;
    }

    /** The next call. Its steps are chosen here at the latest. */
    Call next() throws InterruptedException {
        Call call = calls.poll(10, TimeUnit.SECONDS);
        assertThat(call).as("a call").isNotNull();
        call.ids();
        return call;
    }

    @Test
    void aFewGoAtOnceAndByThemselves() throws Exception {
        List<Call> under = few();
        assertThat(under).allMatch(call -> call.ids().size() == 1);
        under.forEach(Call::answerEach);
    }

    @Test
    void moreTravelTogetherInTheirOrderAndEachGetsItsAnswer() throws Exception {
        List<Call> under = busy();
        List<CompletableFuture<String>> answers = inLine(20);
        under.get(0).answerEach();
        Call together = next();
        assertThat(together.ids()).hasSize(20).startsWith("line-0", "line-1").endsWith("line-19");
        together.answerEach();
        for (int i = 0; i < 20; i++) {
            assertThat(answers.get(i).join()).isEqualTo("line-" + i);
        }
        under.forEach(Call::answerEach);
    }

    @Test
    void aCallThatFailsFailsThemAllAndNobodyAfterThem() throws Exception {
        List<Call> under = busy();
        List<CompletableFuture<String>> answers = inLine(5);
        under.get(0).answerEach();
        BackendException broken = new BackendException("broken");
        next().answer().completeExceptionally(broken);
        for (CompletableFuture<String> answer : answers) {
            assertThatThrownBy(answer::join)
                    .isInstanceOf(CompletionException.class)
                    .hasRootCause(broken);
        }
        under.forEach(Call::answerEach);
        CompletableFuture<String> later = alone("later");
        next().answerEach();
        assertThat(later.join()).isEqualTo("later");
    }

    @Test
    void whatOneOfThemMeetsIsToldToItAlone() throws Exception {
        List<Call> under = busy();
        List<CompletableFuture<String>> answers = inLine(3);
        under.get(0).answerEach();
        next().answerEach(id ->
                id.equals("line-1") ? List.of(-2L, Keys.bytes("NOPERM no access")) : List.of(11L, Keys.bytes(id)));
        assertThat(answers.get(0).join()).isEqualTo("line-0");
        assertThatThrownBy(answers.get(1)::join)
                .hasRootCauseInstanceOf(RedisReplyException.class)
                .hasMessageContaining("NOPERM no access");
        assertThat(answers.get(2).join()).isEqualTo("line-2");
        under.forEach(Call::answerEach);
    }

    @Test
    void whatWasLeftForLaterGoesNextAndFirst() throws Exception {
        List<Call> under = busy();
        List<CompletableFuture<String>> answers = inLine(4);
        under.get(0).answerEach();
        Call first = next();
        List<CompletableFuture<String>> behind = inLine(1);
        first.answerEach(id -> id.compareTo("line-2") < 0 ? List.of(11L, Keys.bytes(id)) : List.of(-3L));
        Call second = next();
        assertThat(second.ids()).containsExactly("line-2", "line-3", "line-0");
        second.answerEach();
        answers.addAll(behind);
        assertThat(answers).allSatisfy(answer -> assertThat(answer.join()).startsWith("line-"));
        under.forEach(Call::answerEach);
    }

    @Test
    void noCallHoldsMoreStepsOrBytesThanRedisTakesInAMoment() throws Exception {
        List<Call> under = busy();
        List<CompletableFuture<String>> answers = inLine(70);
        under.get(0).answerEach();
        Call full = next();
        assertThat(full.ids()).hasSize(64);
        full.answerEach();
        Call rest = next();
        assertThat(rest.ids()).hasSize(6);
        CompletableFuture<String> large = inLine("large", 150_000);
        CompletableFuture<String> larger = inLine("larger", 150_000);
        rest.answerEach();
        next().answerEach();
        next().answerEach();
        assertThat(List.of(large.join(), larger.join())).containsExactly("large", "larger");
        assertThat(answers).allSatisfy(answer -> assertThat(answer.join()).startsWith("line-"));
        under.forEach(Call::answerEach);
    }

    @Test
    void anInterruptDoesNotKeepOneFromItsAnswerAndIsNotForgotten() throws Exception {
        List<Call> under = busy();
        Step step = step("waits", new byte[0]);
        AtomicBoolean stillInterrupted = new AtomicBoolean();
        Thread thread = new Thread(() -> {
            steps.sendAndWait(step);
            stillInterrupted.set(Thread.currentThread().isInterrupted());
        });
        threads.add(thread);
        thread.start();
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        thread.interrupt();
        under.get(0).answerEach();
        next().answerEach();
        thread.join();
        assertThat(answer(step).join()).isEqualTo("waits");
        assertThat(stillInterrupted).isTrue();
        under.forEach(Call::answerEach);
    }

    @Test
    void afterItWasClosedEachStepStillGetsWhatTheLinkSays() throws Exception {
        List<Call> under = few();
        steps.close();
        BackendException closed = new BackendException("closed");
        CompletableFuture<String> late = alone("late");
        next().answer().completeExceptionally(closed);
        assertThatThrownBy(late::join).hasRootCause(closed);
        under.forEach(Call::answerEach);
    }

    /** Hands each call to the test and waits for the reply. */
    class Calls implements RedisLink {
        @Override
        public @Nullable Object call(byte[]... command) {
            Call call = new Call(() -> command, true);
            calls.add(call);
            try {
                return call.answer().join();
            } catch (CompletionException e) {
                throw (RuntimeException) e.getCause();
            }
        }

        @Override
        public List<@Nullable Object> pipeline(List<byte[][]> commands) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Dedicated dedicate() {
            throw new UnsupportedOperationException();
        }

        @Override
        public String endpoint() {
            return "here";
        }

        @Override
        public void close() {}
    }
}
