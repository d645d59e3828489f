package io.resque.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.ConfigurationException;
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
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** If a provider returns nothing useful, each test says so in one sentence. */
class ProviderCallsTest {
    private static @Nullable Supplier<@Nullable QueueBackendProvider> backends;
    private static @Nullable Supplier<@Nullable JobExecutorProvider> executors;
    private static @Nullable Supplier<@Nullable JobSerializerProvider> serializers;

    static class BackendKit extends QueueBackendTck {
        @Override
        @SuppressWarnings({"NullAway", "DataFlowIssue"})
        protected QueueBackendProvider provider() {
            return backends.get();
        }
    }

    static class StoreKit extends StatusStoreTck {
        @Override
        protected StatusStoreProvider provider() {
            return new Stores();
        }

        @Override
        @SuppressWarnings({"NullAway", "DataFlowIssue"})
        protected Set<Feature> features() {
            return features;
        }

        @Override
        protected String url() {
            return url;
        }
    }

    private static @Nullable Set<Feature> features;
    private static String url = "";

    private record Stores() implements StatusStoreProvider {
        @Override
        public String name() {
            return "given";
        }

        @Override
        public int portsVersion() {
            return PORTS_VERSION;
        }

        @Override
        public StatusStore openStatuses(BackendConfig config) {
            throw new ConfigurationException("I take mine: only");
        }
    }

    @Test
    void urlAndFeaturesOfAStoreAreForgotten() {
        features = null;
        url = "mine:x";
        assertThat(said(StoreKit.class, "W-701"))
                .allSatisfy(message -> assertThat(message)
                        .contains("StoreKit.features() returns null; remove the method for an adapter for Redis"));
        features = Set.of();
        url = " ";
        assertThat(said(StoreKit.class, "W-701"))
                .allSatisfy(message -> assertThat(message).contains("StoreKit.url() returns a blank text"));
        features = Set.of(Feature.REDIS_KEYS);
        url = "mine:x";
        assertThat(said(StoreKit.class, "W-701"))
                .allSatisfy(message -> assertThat(message)
                        .contains("StoreKit.features() has REDIS_KEYS, and StoreKit.url() is not a redis: URL"));
        features = Set.of();
        url = "redis://localhost:6379";
        assertThat(said(StoreKit.class, "W-701"))
                .isNotEmpty()
                .allSatisfy(message -> assertThat(message)
                        .contains("The adapter refuses the URL of Redis that StoreKit.url() returns."));
    }

    static class ExecutorKit extends JobExecutorTck {
        @Override
        protected JobExecutorProvider provider() {
            return executors.get();
        }

        @Override
        protected JobSerializer serializer() {
            return new NoSerializer();
        }
    }

    static class SerializerKit extends JobSerializerTck {
        @Override
        protected JobSerializerProvider provider() {
            return serializers.get();
        }
    }

    private record Backends(Function<BackendConfig, @Nullable QueueBackend> how) implements QueueBackendProvider {
        @Override
        public String name() {
            return "given";
        }

        @Override
        public int portsVersion() {
            return PORTS_VERSION;
        }

        @Override
        public QueueBackend open(BackendConfig config) {
            return how.apply(config);
        }
    }

    private record Executors(Supplier<@Nullable JobExecutor> how) implements JobExecutorProvider {
        @Override
        public String name() {
            return "given";
        }

        @Override
        public int portsVersion() {
            return PORTS_VERSION;
        }

        @Override
        public JobExecutor open(JobExecutorHost host) {
            return how.get();
        }
    }

    private static class NoExecutor implements JobExecutor {
        @Override
        public JobOutcome run(JobRequest request) {
            return new JobOutcome.Vetoed();
        }

        @Override
        public void cancel(JobRequest request) {}

        @Override
        public void close() {}

        @Override
        public String toString() {
            return "the one executor";
        }
    }

    @AfterEach
    void giveNothing() {
        backends = null;
        executors = null;
        serializers = null;
    }

    private static List<String> said(Class<?> kit, String rule) {
        return KitRun.of(kit, held -> held.contains(rule)).stream()
                .map(KitRun.Broken::message)
                .distinct()
                .toList();
    }

    @Test
    void providerGivesNull() {
        backends = () -> null;
        executors = () -> null;
        serializers = () -> null;
        String said = ".provider() must return the provider of the adapter, but returned null";
        assertThat(said(BackendKit.class, "W-601")).containsExactly("BackendKit" + said);
        assertThat(said(ExecutorKit.class, "W-001")).containsExactly("W-001: ExecutorKit" + said);
        assertThat(said(SerializerKit.class, "W-217")).containsExactly("W-216, W-217: SerializerKit" + said);
    }

    @Test
    void providerThrows() {
        backends = () -> {
            throw new IllegalStateException("no driver");
        };
        assertThat(said(BackendKit.class, "W-601"))
                .containsExactly("BackendKit.provider() must return the provider of the adapter, but threw "
                        + "java.lang.IllegalStateException: no driver");
    }

    @Test
    void openGivesNullOrThrows() {
        backends = () -> new Backends(config -> null);
        String call = Backends.class.getName() + ".open(config) must return a new object, but ";
        assertThat(said(BackendKit.class, "W-601")).containsExactly(call + "returned null");
        backends = () -> new Backends(config -> {
            throw new NoClassDefFoundError("org/redisson/Redisson");
        });
        assertThat(said(BackendKit.class, "W-601"))
                .containsExactly(call + "threw java.lang.NoClassDefFoundError: org/redisson/Redisson");
    }

    @Test
    void openGivesOneTwice() {
        NoExecutor one = new NoExecutor();
        executors = () -> new Executors(() -> one);
        assertThat(said(ExecutorKit.class, "W-006"))
                .contains("W-006: " + Executors.class.getName()
                        + ".open(host) must return a new object each time, since the kit closes each, but has returned this one before:"
                        + " the one executor");
    }

    @Test
    void anExecutorThatCannotBeClosedHidesNoResult() {
        executors = () -> new Executors(() -> new NoExecutor() {
            @Override
            public void close() {
                throw new IllegalStateException("cannot be closed");
            }
        });
        assertThat(said(ExecutorKit.class, "W-006"))
                .isNotEmpty()
                .allSatisfy(message -> assertThat(message).startsWith("W-006: ").doesNotContain("cannot be closed"));
        assertThat(said(ExecutorKit.class, "W-981"))
                .contains("W-981: after the test has passed, its end failed: java.lang.IllegalStateException: cannot be"
                        + " closed");
    }

    @Test
    void urlAndFeaturesAreForgotten() {
        backends = () -> new Backends(config -> {
            throw new ConfigurationException("I take mine: only");
        });
        assertThat(said(BackendKit.class, "W-601"))
                .singleElement()
                .asString()
                .startsWith("The adapter refuses the URL of Redis that BackendKit.url() returns. If it keeps its data"
                        + " elsewhere, override url(), and features() to return an empty set. ")
                .endsWith("I take mine: only");
        backends = () -> new Elsewhere();
        assertThat(said(BackendKit.class, "W-601"))
                .containsExactly("The adapter takes URLs that begin with mine:, and BackendKit.url() returns a URL of"
                        + " Redis: override url(), and features() to return an empty set");
        assertThat(said(FeaturesForgotten.class, "W-601"))
                .containsExactly("FeaturesForgotten.features() has REDIS_KEYS, and FeaturesForgotten.url() is not a"
                        + " redis: URL, so the kit cannot read the keys: override features() to return an empty set if"
                        + " the adapter is not Redis, otherwise return a redis: URL");
        assertThat(said(UrlForgotten.class, "W-601"))
                .containsExactly("The adapter takes URLs that begin with mine:, and UrlForgotten.url() returns a URL of"
                        + " Redis: override url()");
    }

    static class FeaturesForgotten extends BackendKit {
        @Override
        protected String url() {
            return "mine:x";
        }
    }

    static class UrlForgotten extends BackendKit {
        @Override
        protected Set<Feature> features() {
            return Set.of();
        }
    }

    private static final class Elsewhere implements QueueBackendProvider {
        @Override
        public String name() {
            return "mine";
        }

        @Override
        public int portsVersion() {
            return PORTS_VERSION;
        }

        @Override
        public Optional<String> scheme() {
            return Optional.of("mine");
        }

        @Override
        public QueueBackend open(BackendConfig config) {
            throw new ConfigurationException("I take mine: only");
        }
    }

    /** Also those of a serializer that fails in each test. */
    @Test
    void noNameAndNoMessageMakesAReportIllFormed() {
        serializers = () -> new NoSerializers();
        List<String> texts = KitRun.of(SerializerKit.class, held -> true).stream()
                .flatMap(broken -> Stream.of(broken.test(), broken.message()))
                .toList();
        assertThat(texts).hasSizeGreaterThan(1000);
        assertThat(texts.stream().filter(text -> !XmlText.safe(text).equals(text)))
                .isEmpty();
    }

    private static final class NoSerializers implements JobSerializerProvider {
        @Override
        public String name() {
            return "none";
        }

        @Override
        public int portsVersion() {
            return PORTS_VERSION;
        }

        @Override
        public JobSerializer create() {
            return new NoSerializer();
        }
    }
}
