package io.resque.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.resque.api.spi.AdapterProvider;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobExecutorHost;
import io.resque.api.spi.JobExecutorProvider;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobRequest;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.JobSerializerProvider;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.QueueBackendProvider;
import io.resque.api.spi.StatusStore;
import io.resque.api.spi.StatusStoreProvider;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** All four kits look for a provider as a user's JVM does, whatever else is on the class path. */
class ProviderCheckTest {
    /** ServiceLoader makes these, so they are public. None is opened. */
    public abstract static class Mine implements AdapterProvider {
        @Override
        public String name() {
            return "mine";
        }

        @Override
        public int portsVersion() {
            return PORTS_VERSION;
        }
    }

    public static class Backends extends Mine implements QueueBackendProvider {
        @Override
        public QueueBackend open(BackendConfig config) {
            throw new UnsupportedOperationException();
        }
    }

    public static class Stores extends Mine implements StatusStoreProvider {
        @Override
        public StatusStore openStatuses(BackendConfig config) {
            throw new UnsupportedOperationException();
        }
    }

    public static class Executors extends Mine implements JobExecutorProvider {
        @Override
        public JobExecutor open(JobExecutorHost host) {
            return new JobExecutor() {
                @Override
                public JobOutcome run(JobRequest request) {
                    throw new UnsupportedOperationException();
                }

                @Override
                public void cancel(JobRequest request) {}

                @Override
                public void close() {}
            };
        }
    }

    public static class Serializers extends Mine implements JobSerializerProvider {
        @Override
        public JobSerializer create() {
            return new NoSerializer();
        }
    }

    public static class SameName extends Serializers {}

    public static class CannotBeMade extends Serializers {
        public CannotBeMade() {
            throw new IllegalStateException("no library");
        }
    }

    public static class HasNoName extends Serializers {
        @Override
        public String name() {
            throw new IllegalStateException("no library");
        }
    }

    private static final ThreadLocal<@Nullable AdapterProvider> JUDGED = new ThreadLocal<>();

    static class BackendKit extends QueueBackendTck {
        @Override
        protected QueueBackendProvider provider() {
            return judged(QueueBackendProvider.class);
        }
    }

    static class StoreKit extends StatusStoreTck {
        @Override
        protected StatusStoreProvider provider() {
            return judged(StatusStoreProvider.class);
        }
    }

    static class ExecutorKit extends JobExecutorTck {
        @Override
        protected JobExecutorProvider provider() {
            return judged(JobExecutorProvider.class);
        }

        @Override
        protected JobSerializer serializer() {
            return new NoSerializer();
        }
    }

    static class SerializerKit extends JobSerializerTck {
        @Override
        protected JobSerializerProvider provider() {
            return judged(JobSerializerProvider.class);
        }
    }

    private static <P extends AdapterProvider> P judged(Class<P> type) {
        return type.cast(JUDGED.get());
    }

    @TempDir
    Path folder;

    private interface Work {
        void run() throws Exception;
    }

    /** Runs with a service file on the class path. */
    private void with(Class<?> type, List<String> classes, Work work) throws Exception {
        Path file = folder.resolve("META-INF/services/" + type.getName());
        Files.createDirectories(file.getParent());
        Files.writeString(file, String.join("\n", classes));
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {folder.toUri().toURL()}, before)) {
            thread.setContextClassLoader(loader);
            work.run();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private List<KitRun.Broken> judge(Class<?> kit, AdapterProvider provider) {
        JUDGED.set(provider);
        try {
            return KitRun.of(kit, held -> held.contains("W-980"));
        } finally {
            JUDGED.remove();
        }
    }

    private <P extends AdapterProvider> Stream<DynamicTest> wrong(Class<?> kit, Class<P> type, P right) {
        Stream<DynamicTest> wrong = WrongProviders.of(type, right).stream()
                .map(one -> dynamicTest(
                        kit.getSimpleName() + " " + one.label(),
                        () -> with(
                                type,
                                List.of(right.getClass().getName()),
                                () -> assertThat(judge(kit, one.provider()))
                                        .singleElement()
                                        .satisfies(broken -> assertThat(broken.message())
                                                .startsWith("W-980: ")
                                                .contains(one.says())))));
        return Stream.concat(
                wrong,
                Stream.of(dynamicTest(
                        kit.getSimpleName() + " finds the right one right",
                        () -> with(
                                type,
                                List.of(right.getClass().getName()),
                                () -> assertThat(judge(kit, right)).isEmpty()))));
    }

    @TestFactory
    Stream<DynamicTest> eachKitFindsAWrongProvider() {
        return Stream.of(
                        wrong(BackendKit.class, QueueBackendProvider.class, new Backends()),
                        wrong(StoreKit.class, StatusStoreProvider.class, new Stores()),
                        wrong(ExecutorKit.class, JobExecutorProvider.class, new Executors()),
                        wrong(SerializerKit.class, JobSerializerProvider.class, new Serializers()))
                .flatMap(tests -> tests);
    }

    private void check(Class<?>... classes) throws Exception {
        checkNames(Stream.of(classes).map(Class::getName).toList());
    }

    private void checkNames(List<String> classes) throws Exception {
        with(
                JobSerializerProvider.class,
                classes,
                () -> ProviderCheck.isFound(JobSerializerProvider.class, new Serializers()));
    }

    @Test
    void aBrokenProviderOfAnotherAdapterHidesNone() {
        assertThatCode(() -> checkNames(List.of(
                        "com.example.Missing",
                        CannotBeMade.class.getName(),
                        HasNoName.class.getName(),
                        Serializers.class.getName())))
                .doesNotThrowAnyException();
    }

    @Test
    void aMessageSaysWhatIsWrongInAServiceFile() {
        assertThatThrownBy(this::check).hasMessageContaining("must contain \"mine\" once");
        assertThatThrownBy(() -> checkNames(List.of("com.example.Missing")))
                .hasMessageContaining("Provider com.example.Missing not found");
        assertThatThrownBy(() -> check(CannotBeMade.class)).hasMessageContaining("could not be instantiated");
        assertThatThrownBy(() -> check(Serializers.class, SameName.class))
                .hasMessageContaining("must contain \"mine\" once");
    }
}
