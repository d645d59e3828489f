package io.resque.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.resque.api.ConfigurationException;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.Failures;
import io.resque.api.spi.Payload;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.QueueBackendProvider;
import io.resque.api.spi.Queues;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.Settlement;
import io.resque.api.spi.Statistics;
import io.resque.api.spi.StatusStore;
import io.resque.api.spi.StatusStoreProvider;
import io.resque.api.spi.Subscription;
import io.resque.api.spi.WorkerSession;
import io.resque.api.spi.Workers;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

class TodoListTest {
    @TempDir
    Path folder;

    /** As an IDE makes it. */
    private static class Skeleton implements QueueBackend {
        @Override
        public Queues queues() {
            throw new UnsupportedOperationException("Unimplemented method 'queues'");
        }

        @Override
        public Workers workers() {
            throw new UnsupportedOperationException("Unimplemented method 'workers'");
        }

        @Override
        public Failures failures() {
            throw new UnsupportedOperationException("Unimplemented method 'failures'");
        }

        @Override
        public Statistics statistics() {
            throw new UnsupportedOperationException("Unimplemented method 'statistics'");
        }

        @Override
        public StatusStore statuses() {
            throw new UnsupportedOperationException("Unimplemented method 'statuses'");
        }

        @Override
        public String endpoint() {
            throw new UnsupportedOperationException("Unimplemented method 'endpoint'");
        }

        @Override
        public void close() {
            throw new UnsupportedOperationException("Unimplemented method 'close'");
        }
    }

    private static final class SkeletonProvider implements QueueBackendProvider {
        @Override
        public String name() {
            return "skeleton";
        }

        @Override
        public int portsVersion() {
            return PORTS_VERSION;
        }

        @Override
        public Optional<String> scheme() {
            return Optional.of("skeleton");
        }

        @Override
        public QueueBackend open(BackendConfig config) {
            if (!config.url().startsWith("skeleton:")) {
                throw new ConfigurationException("The URL must begin with skeleton:");
            }
            return new Skeleton();
        }
    }

    /** Nested, so that the build does not run it as a test. */
    static class SkeletonKit extends QueueBackendTck {
        @Override
        protected QueueBackendProvider provider() {
            return new SkeletonProvider();
        }

        @Override
        protected Set<Feature> features() {
            return Set.of();
        }

        @Override
        protected String url() {
            return "skeleton:";
        }
    }

    /** The numbers of tests change whenever the kit gets a rule. */
    private static String withoutNumbers(String report) {
        return report.replaceAll("\\b\\d+(?= of | tests )", "n");
    }

    @Test
    void theReportOfASkeleton() {
        String report = KitReportTest.printed(SkeletonKit.class, folder);
        assertThat(report)
                .startsWith("Resque kit: SkeletonKit: tests: ")
                .doesNotContainPattern("(?m)^  broken: .*W-[1-8]");
        assertThat(report.lines().filter(line -> line.startsWith("  not judged (")))
                .as("each rule says which role it needs")
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).startsWith("  not judged (needs the role"));
        assertThat(withoutNumbers(report.substring(report.indexOf("  roles, "))))
                .isEqualTo("""
                roles, in the order in which to write them:
                  queues: n of n tests passed; not written: QueueBackend.queues
                  failures: n of n tests passed; not written: QueueBackend.failures; needs registration
                  statistics: n of n tests passed; not written: QueueBackend.statistics
                  statuses: n of n tests passed; not written: QueueBackend.statuses
                  registration: n of n tests passed; not written: QueueBackend.workers
                  reservations: n of n tests passed; needs registration
                  effects: n of n tests passed; needs registration
                  recovery: n of n tests passed; needs registration
                  waiting: n of n tests passed; needs queues, statuses, registration
                  delayed: does not apply
                  recurring: does not apply
                  locks: does not apply
                  limits: does not apply
                  history: does not apply
                  faults: does not apply
                  recordings: does not apply
                next: queues; run its tests by: mvn test -Dtest=TodoListTest$SkeletonKit -Dgroups=queues
                statement: <folder>/skeleton.md
                """.indent(2));
    }

    private static class HalfBackend extends Skeleton {
        private final Queues queues = (Queues) Proxy.newProxyInstance(
                Queues.class.getClassLoader(), new Class<?>[] {Queues.class}, (self, method, args) -> {
                    if (method.getName().equals("names")) {
                        return Set.of("high");
                    }
                    throw new UnsupportedOperationException("todo");
                });

        @Override
        public Queues queues() {
            return queues;
        }

        @Override
        @SuppressWarnings("NullAway") // as an IDE makes it
        public Workers workers() {
            return null;
        }
    }

    private abstract static class Rules implements WatchedPorts.Bench {
        private final WatchedPorts ports = new WatchedPorts();
        final QueueBackend backend = ports.watch(QueueBackend.class, new HalfBackend());

        @Override
        public WatchedPorts ports() {
            return ports;
        }
    }

    @ExtendWith({RuleNumbers.class, KitReport.class})
    static class Half {
        @Nested
        @Tag("queues")
        class TheQueues extends Rules {
            @Test
            @WireRule("W-101")
            void passes() {
                assertThat(backend.queues().names()).containsExactly("high");
            }

            @Test
            @WireRule("W-102")
            void isBroken() {
                assertThat(backend.queues().names()).isEmpty();
            }

            @Test
            @WireRule("W-103")
            void wouldPassByAnExceptionOfAnyClass() {
                assertThatThrownBy(() -> backend.queues().size("high")).isInstanceOf(RuntimeException.class);
            }

            @Test
            @WireRule("W-105")
            void looksAtAStatus() {
                backend.statuses().remove("t");
            }
        }

        @Nested
        @Tag("failures")
        class TheFailures extends Rules {
            @Test
            @WireRule("W-301")
            void passes() {}
        }

        @Nested
        @Tag("statistics")
        class TheStatistics extends Rules {
            @TestFactory
            @WireRule("W-601")
            Stream<DynamicTest> factory() {
                return Stream.of(dynamicTest("a", () -> backend.statistics().get("failed")));
            }
        }

        @Nested
        @Tag("registration")
        class TheRegistration extends Rules {
            @BeforeEach
            void looks() {
                backend.workers().ids();
            }

            @Test
            @WireRule("W-501")
            void looksAgain() {}
        }

        @Nested
        @Tag("recovery")
        class TheRecovery extends Rules {
            @Test
            @WireRule("W-431")
            void needsTwo() {
                WatchedPorts.ifWritten(() -> backend.statistics().get("failed"));
                backend.failures().lists();
            }
        }

        @Nested
        @Tag("faults")
        class TheFaults extends Rules {
            @Test
            @NeedsFeature(Feature.REDIS_KEYS)
            @WireRule("W-901")
            void isAborted(TestInfo test) {
                FeatureSkips.unlessDeclared(test, Set.of(), "half");
            }
        }
    }

    @Test
    void theReportOfAHalfFinishedBackend() {
        assertThat(KitReportTest.printed(Half.class, folder)).isEqualTo("""
                Resque kit: Half: tests: 2 passed, 6 failed, 1 skipped; rules: 2 held, 1 broken, 1 do not apply, 5 not judged to the end
                  broken: W-102
                  do not apply (the adapter does not declare REDIS_KEYS): W-901
                  not judged (needs the role queues): W-103
                  not judged (needs the role registration): W-501
                  not judged (needs the role statistics): W-601
                  not judged (needs the role statuses): W-105
                  not judged (needs the roles failures, statistics): W-431
                  roles, in the order in which to write them:
                    queues: 1 of 4 tests passed; broken: W-102; not written: Queues.size; needs statuses
                    failures: done, 1 of 1 tests passed
                    statistics: 0 of 1 tests passed; not written: QueueBackend.statistics
                    statuses: not run
                    registration: 0 of 1 tests passed; not written: QueueBackend.workers
                    reservations: not run
                    effects: not run
                    recovery: 0 of 1 tests passed; needs failures, statistics
                    waiting: not run
                    delayed: not run
                    recurring: not run
                    locks: not run
                    limits: not run
                    history: not run
                    faults: does not apply
                    recordings: not run
                  next: queues; run its tests by: mvn test -Dtest=TodoListTest$Half -Dgroups=queues
                  statement: <folder>/Half.md
                """);
        assertThat(KitRun.of(Half.class, held -> held.contains("W-103")))
                .extracting(KitRun.Broken::message)
                .containsExactly("W-103: not judged, since it needs the role queues: Queues.size threw"
                        + " java.lang.UnsupportedOperationException: todo");
    }

    @Test
    void theGroupsOfTheKitAreTheRoles() {
        assertThat(groups(QueueBackendTck.class))
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(Role.values()).map(Role::tag).toList());
        assertThat(groups(StatusStoreTck.class)).containsExactlyInAnyOrder("statuses", "faults");
    }

    @Test
    void aStoreOfStatusesHasOnlyItsOwnRoles() {
        TodoList list = new TodoList();
        list.failed(Role.STATUSES, Set.of("W-712"));
        assertThat(list.lines(Store.class))
                .containsExactly(
                        "roles, in the order in which to write them:",
                        "  statuses: 0 of 1 tests passed; broken: W-712",
                        "  faults: not run",
                        "next: statuses; run its tests by: mvn test -Dtest=TodoListTest$Store -Dgroups=statuses");
        assertThat(list.lines(SkeletonKit.class)).hasSize(Role.values().length + 2);
    }

    /** Nested, so that the build does not run it as a test. */
    static class Store extends StatusStoreTck {
        @Override
        protected StatusStoreProvider provider() {
            throw new UnsupportedOperationException("never run");
        }
    }

    private static List<String> groups(Class<?> kit) {
        return Stream.of(kit.getDeclaredClasses())
                .filter(nested -> nested.isAnnotationPresent(Nested.class))
                .map(nested -> nested.getAnnotation(Tag.class).value())
                .distinct()
                .toList();
    }

    @Test
    void eachMethodOfThePortsBelongsToARole() {
        Set<Role> roles = new TreeSet<>();
        for (Class<?> port : List.of(
                QueueBackend.class,
                Queues.class,
                Workers.class,
                WorkerSession.class,
                Failures.class,
                Statistics.class,
                StatusStore.class)) {
            for (Method method : port.getMethods()) {
                roles.add(Role.of(port, method.getName()));
            }
        }
        assertThat(roles).containsExactlyElementsOf(EnumSet.complementOf(EnumSet.of(Role.RECORDINGS)));
    }

    /** The default of the port throws into the stage. */
    @Test
    void aStageThatFailsIsSeen() {
        WatchedPorts ports = new WatchedPorts();
        WorkerSession session = ports.watch(WorkerSession.class, (WorkerSession) Proxy.newProxyInstance(
                WorkerSession.class.getClassLoader(),
                new Class<?>[] {WorkerSession.class},
                (self, method, args) -> CompletableFuture.failedStage(new UnsupportedOperationException("todo"))));
        assertThat(session.settleAndReserveAsync(
                        new Settlement(new ReservedJob(1, "high", Payload.ofText("{}"), Instant.EPOCH), List.of()),
                        new Subscription(List.of(), "", "")))
                .isCompletedExceptionally();
        assertThat(ports.notWritten())
                .extracting(NotWritten.Call::name)
                .containsExactly("WorkerSession.settleAndReserveAsync");
    }
}
