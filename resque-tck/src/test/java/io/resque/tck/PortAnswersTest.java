package io.resque.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.spi.DelayedItems;
import io.resque.api.spi.DelayedMove;
import io.resque.api.spi.Failures;
import io.resque.api.spi.ForeignLocks;
import io.resque.api.spi.Payload;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.RecurringEntries;
import io.resque.api.spi.RecurringTick;
import io.resque.api.spi.Statistics;
import io.resque.api.spi.WorkerSession;
import io.resque.api.spi.Workers;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** An answer of the wrong shape is described by a sentence. */
class PortAnswersTest {
    private interface Answer {
        @Nullable
        Object to(Object @Nullable [] args);
    }

    private static <T> T port(Class<T> type, Answer answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> switch (method.getName()) {
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "equals" -> proxy == args[0];
                    case "toString" -> "a port";
                    default -> answer.to(args);
                }));
    }

    @Test
    void aListOfAnotherLengthIsRefused() {
        Statistics statistics = PortAnswers.checked(Statistics.class, port(Statistics.class, args -> List.of(7L)));
        assertThat(statistics.getAll(List.of("a"))).containsExactly(7L);
        assertThatThrownBy(() -> statistics.getAll(List.of("a", "b")))
                .hasMessage(
                        "Statistics.getAll([a, b]) must return one element for each of the 2 it is asked for, in their"
                                + " order, but returned 1: [7]");
    }

    @Test
    void aPortInAnOptionalIsLookedAtToo() {
        DelayedItems items = port(
                DelayedItems.class,
                args -> new DelayedMove.Answer(
                        List.of(), args[2] == null ? null : new ForeignLocks.Holder("lock", "web-1")));
        DelayedItems changing = PortAnswers.checked(DelayedItems.class, port(DelayedItems.class, args -> List.of()));
        RecurringEntries entries = port(RecurringEntries.class, args -> List.of());
        DelayedItems delayed = PortAnswers.checked(
                        QueueBackend.class, port(QueueBackend.class, args -> Optional.of(items)))
                .delayed()
                .orElseThrow();
        RecurringEntries recurring = PortAnswers.checked(
                        QueueBackend.class, port(QueueBackend.class, args -> Optional.of(entries)))
                .recurring()
                .orElseThrow();
        DelayedMove move = new DelayedMove(1, Payload.ofText("item"), null);
        String one = "must return one element for each of the 1 it is asked for, in their order, but returned 0: []";
        assertThatThrownBy(() -> delayed.move("", List.of(move), null))
                .hasMessageStartingWith("DelayedItems.move(")
                .hasMessageEndingWith(one);
        assertThat(delayed.move("", List.of(move), new ForeignLocks("")).outcomes())
                .as("a holder keeps all from being moved")
                .isEmpty();
        assertThatThrownBy(() -> changing.change("", List.of(move), null))
                .hasMessageStartingWith("DelayedItems.change(")
                .hasMessageEndingWith(one);
        RecurringTick tick = new RecurringTick("a", Payload.ofText("{}"), null, "now", null, List.of());
        assertThatThrownBy(() -> recurring.tick("", List.of(tick), null))
                .hasMessageStartingWith("RecurringEntries.tick(")
                .hasMessageEndingWith(one);
    }

    @Test
    void nullIsRefused() {
        Failures failures = PortAnswers.checked(Failures.class, port(Failures.class, args -> null));
        assertThatThrownBy(failures::lists).hasMessage("Failures.lists() must not return null");
        Failures holding =
                PortAnswers.checked(Failures.class, port(Failures.class, args -> Arrays.asList((Object) null)));
        assertThatThrownBy(holding::lists)
                .hasMessage("Failures.lists() must return nothing that holds null, but returned [null]");
    }

    @Test
    void anAdapterGetsItsOwnSessionsAndTheKitThoseThatItKnows() {
        WorkerSession own = port(WorkerSession.class, args -> "id");
        Workers workers = PortAnswers.checked(
                Workers.class,
                port(
                        Workers.class,
                        args -> args[0] instanceof Collection<?> sessions
                                ? Set.of(sessions.iterator().next() == own ? own : "another")
                                : Optional.of(own)));
        WorkerSession session = workers.register(null).orElseThrow();
        assertThat(session).isNotSameAs(own);
        assertThat(session.id()).isEqualTo("id");
        assertThat(workers.heartbeat(List.of(session))).containsExactly(session);
    }
}
