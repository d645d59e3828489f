package io.resque.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.spi.Failures;
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
