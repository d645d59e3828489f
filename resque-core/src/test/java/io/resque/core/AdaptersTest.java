package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.ConfigurationException;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.JobExecutorProvider;
import io.resque.api.spi.JobSerializerProvider;
import io.resque.api.spi.QueueBackendProvider;
import io.resque.backend.jedis.JedisBackendProvider;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdaptersTest {
    /** A folder while the reactor is not packaged, a jar afterwards. */
    private static final String BOTH =
            "gson \\(resque-serialization-gson[^ )]*\\), jackson \\(resque-serialization-jackson[^ )]*\\)";

    private final String property = System.getProperty(ResqueBuilder.SERIALIZER_PROPERTY);

    @AfterEach
    void restore() {
        if (property == null) {
            System.clearProperty(ResqueBuilder.SERIALIZER_PROPERTY);
        } else {
            System.setProperty(ResqueBuilder.SERIALIZER_PROPERTY, property);
        }
    }

    private static void refused(ThrowingCallable lookup, String message) {
        assertThatThrownBy(lookup).isInstanceOf(ConfigurationException.class).hasMessage(message);
    }

    private static void refusedLike(ThrowingCallable lookup, String pattern) {
        assertThatThrownBy(lookup).isInstanceOf(ConfigurationException.class).hasMessageMatching(pattern);
    }

    private static URLClassLoader emptyLoader() {
        return new URLClassLoader(new URL[0], ClassLoader.getPlatformClassLoader());
    }

    @Test
    void noneOnTheClassPath() throws IOException {
        try (URLClassLoader empty = emptyLoader()) {
            Adapters adapters = new Adapters(empty);
            refused(
                    () -> adapters.find(QueueBackendProvider.class, null, null),
                    "No backend is on the class path. Add io.resque:resque-backend-jedis or io.resque:resque-backend-lettuce");
            refused(
                    () -> adapters.find(JobSerializerProvider.class, null, null),
                    "No serializer is on the class path. Add io.resque:resque-serialization-gson or "
                            + "io.resque:resque-serialization-jackson");
            refused(
                    () -> adapters.find(JobSerializerProvider.class, "gson", null),
                    "No serializer is on the class path, and \"gson\" was asked for. Add "
                            + "io.resque:resque-serialization-gson or io.resque:resque-serialization-jackson");
            refused(
                    () -> adapters.find(JobExecutorProvider.class, "process", null),
                    "No executor is on the class path, and \"process\" was asked for. Add the artifact that brings it");
        }
    }

    @Test
    void severalAskForAChoice() {
        refusedLike(
                () -> new Adapters(null).find(JobSerializerProvider.class, null, null),
                "Several serializers are on the class path: " + BOTH
                        + "\\. Remove all but one, or choose: Resque\\.builder\\(\\)\\.serializer\\(\"(gson|jackson)\"\\)"
                        + " or -Dresque\\.serializer=\\1");
    }

    @Test
    void namedButAbsent() {
        refusedLike(
                () -> new Adapters(null).find(JobSerializerProvider.class, "yaml", null),
                "No serializer named \"yaml\" is on the class path; there is " + BOTH
                        + "\\. Name one of these, or add the artifact");
        refusedLike(
                () -> Resque.builder().serializer("gson").backend("lettuce").build(),
                "No backend named \"lettuce\" is on the class path; there is jedis \\(resque-backend-jedis[^ )]*\\)\\. "
                        + "Name one of these, or add the artifact");
    }

    @Test
    void onlyOneNeedsNoName() {
        assertThat(new Adapters(null)
                        .find(QueueBackendProvider.class, null, null)
                        .name())
                .isEqualTo("jedis");
    }

    @Test
    void nameChooses() {
        Adapters adapters = new Adapters(null);
        assertThat(adapters.find(JobSerializerProvider.class, "gson", null).name())
                .isEqualTo("gson");
        assertThat(adapters.find(JobSerializerProvider.class, null, "jackson").name())
                .isEqualTo("jackson");
        assertThat(adapters.find(JobSerializerProvider.class, "gson", "jackson").name())
                .as("code wins over the property")
                .isEqualTo("gson");
    }

    @Test
    void propertyChooses() {
        System.setProperty(ResqueBuilder.SERIALIZER_PROPERTY, "jackson");
        try (Resque resque = Resque.connect("redis://localhost:1")) {
            assertThat(resque).isNotNull();
        }
        System.setProperty(ResqueBuilder.SERIALIZER_PROPERTY, "nothing");
        refusedLike(
                () -> Resque.connect("redis://localhost:1"),
                "No serializer named \"nothing\" is on the class path; there is " + BOTH
                        + "\\. Name one of these, or add the artifact");
    }

    @Test
    void providerThatCannotBeLoadedIsNamed(@TempDir Path folder) throws IOException {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(services.resolve(JobSerializerProvider.class.getName()), "com.acme.Missing\n");
        try (URLClassLoader broken = new URLClassLoader(
                new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
            refused(
                    () -> Resque.builder()
                            .classLoader(broken)
                            .serializer("gson")
                            .build(),
                    "A serializer on the class path cannot be loaded: io.resque.api.spi.JobSerializerProvider: "
                            + "Provider com.acme.Missing not found. Take all io.resque artifacts in one version; "
                            + "io.resque:resque-bom does that");
        }
    }

    @Test
    void instancesSkipTheLookup() throws IOException {
        System.setProperty(ResqueBuilder.SERIALIZER_PROPERTY, "nothing");
        CoreRedis redis = new CoreRedis();
        try (URLClassLoader empty = emptyLoader();
                Resque opened = redis.builder().serializer(CoreRedis.GSON).build();
                Resque resque = Resque.builder()
                        .classLoader(empty)
                        .serializer(CoreRedis.JACKSON)
                        .backend(new JedisBackendProvider()
                                .open(new BackendConfig(CoreRedis.SERVER.url(), redis.namespace)))
                        .build()) {
            assertThat(opened.enqueue("default", "My_Job")).isTrue();
            assertThat(resque.enqueue("default", "My_Job")).isTrue();
            assertThat(redis.queue("default")).hasSize(2);
        } finally {
            redis.clear();
        }
    }

    @Test
    void contextClassLoaderThatSeesNoneFallsBackToTheLibrarysOwn() throws IOException {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader empty = emptyLoader()) {
            Thread.currentThread().setContextClassLoader(empty);
            assertThat(new Adapters(null)
                            .find(QueueBackendProvider.class, null, null)
                            .name())
                    .isEqualTo("jedis");
        } finally {
            Thread.currentThread().setContextClassLoader(context);
        }
    }

    @Test
    void executorIsFoundByNameOnly() {
        try (Resque resque = new CoreRedis().builder().build()) {
            WorkerBuilder worker = resque.worker("default");
            refused(
                    () -> worker.executor("process"),
                    "No executor is on the class path, and \"process\" was asked for. Add the artifact that brings it");
        }
    }
}
