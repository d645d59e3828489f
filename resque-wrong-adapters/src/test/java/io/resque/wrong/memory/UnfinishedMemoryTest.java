package io.resque.wrong.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.QueueBackendProvider;
import io.resque.api.spi.WorkerSession;
import io.resque.api.spi.Workers;
import io.resque.backend.memory.MemoryBackendProvider;
import io.resque.tck.Feature;
import io.resque.tck.QueueBackendTck;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.testkit.engine.EngineTestKit;

/** The kit leads the author of a backend from role to role. */
class UnfinishedMemoryTest {
    /** What is written with each role. */
    private static final Map<String, List<String>> ROLES = new LinkedHashMap<>();

    static {
        ROLES.put("queues", List.of("queues"));
        ROLES.put("failures", List.of("failures"));
        ROLES.put("statistics", List.of("statistics"));
        ROLES.put("statuses", List.of("statuses"));
        ROLES.put(
                "registration",
                List.of("workers", "inspect", "ids", "register", "heartbeat", "isPaused", "pause", "id", "unregister"));
        ROLES.put("reservations", List.of("reserve", "settle", "settleAndReserve", "settleAndReserveAsync", "putBack"));
        ROLES.put("recovery", List.of("recover", "beginRecovery", "watchOver", "inFlight"));
        ROLES.put("waiting", List.of("await", "awaitAmong", "close"));
    }

    private static final Set<String> WRITTEN = new HashSet<>();
    private static final Sessions SESSIONS = new Sessions();

    @TempDir
    Path folder;

    /** A memory backend of which only some methods are written. */
    private static final class Provider implements QueueBackendProvider {
        private final MemoryBackendProvider memory = new MemoryBackendProvider();

        @Override
        public String name() {
            return "memory";
        }

        @Override
        public int portsVersion() {
            return PORTS_VERSION;
        }

        @Override
        public Optional<String> scheme() {
            return memory.scheme();
        }

        @Override
        public QueueBackend open(BackendConfig config) {
            return unfinished(QueueBackend.class, memory.open(config));
        }
    }

    private static <T> T unfinished(Class<T> port, T real) {
        return port.cast(Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] {port}, (self, method, args) -> {
            String name = method.getName();
            if (name.equals("equals")) {
                return self == args[0];
            }
            boolean has = List.of(QueueBackend.class, Workers.class, WorkerSession.class)
                    .contains(port);
            if (has && ROLES.values().stream().anyMatch(names -> names.contains(name)) && !WRITTEN.contains(name)) {
                throw new UnsupportedOperationException("not written yet");
            }
            Object answer;
            try {
                answer = name.equals("heartbeat")
                        ? method.invoke(real, SESSIONS.of((Collection<?>) args[0]))
                        : method.invoke(real, args);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
            if (answer instanceof Workers workers) {
                return unfinished(Workers.class, workers);
            }
            return switch (name) {
                case "register" -> ((Optional<?>) answer).map(session -> SESSIONS.unfinished((WorkerSession) session));
                case "heartbeat" ->
                    ((Set<?>) answer)
                            .stream()
                                    .map(session -> SESSIONS.unfinished((WorkerSession) session))
                                    .collect(Collectors.toSet());
                default -> answer;
            };
        }));
    }

    /** The sessions of the memory backend, each with the unfinished session that stands in for it. */
    private static final class Sessions {
        private final Map<WorkerSession, WorkerSession> made = new IdentityHashMap<>();

        synchronized WorkerSession unfinished(WorkerSession real) {
            return made.computeIfAbsent(real, any -> UnfinishedMemoryTest.unfinished(WorkerSession.class, real));
        }

        synchronized List<WorkerSession> of(Collection<?> unfinished) {
            return made.entrySet().stream()
                    .filter(entry -> unfinished.stream().anyMatch(one -> one == entry.getValue()))
                    .map(Map.Entry::getKey)
                    .toList();
        }
    }

    static class Kit extends QueueBackendTck {
        @Override
        protected QueueBackendProvider provider() {
            return new Provider();
        }

        @Override
        protected Set<Feature> features() {
            return Set.of();
        }

        @Override
        protected String url() {
            return "memory:unfinished";
        }
    }

    private String report() {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            EngineTestKit.engine("junit-jupiter")
                    .configurationParameter("resque.kit.folder", folder.toString())
                    .selectors(selectClass(Kit.class))
                    .execute();
        } finally {
            System.setOut(before);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }

    @Test
    void eachRoleLeadsToTheNext() {
        for (Map.Entry<String, List<String>> role : ROLES.entrySet()) {
            String report = report();
            assertThat(report).contains(" 0 broken, ").contains("\n  next: " + role.getKey() + "; run its tests by: ");
            WRITTEN.addAll(role.getValue());
        }
        assertThat(report()).contains(" 0 failed, ", " 0 not judged ").doesNotContain("next:");
    }
}
