package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.ConfigurationException;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.JobExecutorProvider;
import io.resque.api.spi.JobSerializerProvider;
import io.resque.api.spi.Payload;
import io.resque.api.spi.QueueBackend;
import io.resque.backend.jedis.JedisBackendProvider;
import io.resque.backend.memory.MemoryBackendProvider;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
                    () -> adapters.backend("redis://localhost", null, null),
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
        assertThat(new Adapters(null).backend("redis://localhost", null, null).name())
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
    void memoryUrlChoosesTheMemory() {
        String before = System.getProperty(ResqueBuilder.BACKEND_PROPERTY);
        System.setProperty(ResqueBuilder.BACKEND_PROPERTY, "jedis");
        try (Resque resque =
                Resque.builder().url("memory:core").serializer("gson").build()) {
            assertThat(resque.enqueue("default", "My_Job", 1)).isTrue();
            try (QueueBackend beside = new MemoryBackendProvider().open(new BackendConfig("memory:core", null))) {
                assertThat(beside.queues().range("default", 0, 9))
                        .containsExactly(Payload.ofText("{\"class\":\"My_Job\",\"args\":[1]}"));
            }
        } finally {
            if (before == null) {
                System.clearProperty(ResqueBuilder.BACKEND_PROPERTY);
            } else {
                System.setProperty(ResqueBuilder.BACKEND_PROPERTY, before);
            }
        }
    }

    @Test
    void aBackendWithASchemeIsChosenByItsUrlsOnly() {
        Adapters adapters = new Adapters(null);
        assertThat(adapters.backend("memory:", null, null).name()).isEqualTo("memory");
        assertThat(adapters.backend("memory:x", "memory", null).name()).isEqualTo("memory");
        for (String url : List.of("redis://memory:6379", "localhost:6379", "memoryhost:6379")) {
            assertThat(adapters.backend(url, null, null).name())
                    .as("for %s it is no candidate", url)
                    .isEqualTo("jedis");
        }
        refused(
                () -> adapters.backend("memory:x", "jedis", null),
                "The URL begins with memory:, which the backend \"memory\" alone takes, and \"jedis\" was asked for. "
                        + "Leave out backend(\"jedis\"), or give a URL of Redis");
        refused(
                () -> adapters.backend("redis://localhost", "memory", null),
                "The backend \"memory\" takes URLs that begin with memory:, and no other; give such a URL, or leave out "
                        + "backend(\"memory\")");
        refusedLike(
                () -> adapters.backend("redis://localhost", null, "memory"),
                "No backend named \"memory\" is on the class path; there is jedis \\(resque-backend-jedis[^ )]*\\)\\. "
                        + "Name one of these, or add the artifact");
    }

    @Test
    void memoryUrlWithoutTheMemoryNamesTheArtifact() throws IOException {
        try (URLClassLoader empty = emptyLoader()) {
            refused(
                    () -> new Adapters(empty).backend("memory:", null, null),
                    "No backend on the class path takes URLs that begin with memory:. Add "
                            + "io.resque:resque-backend-memory");
        }
    }

    @Test
    void contextClassLoaderThatSeesNoneFallsBackToTheLibrarysOwn() throws IOException {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader empty = emptyLoader()) {
            Thread.currentThread().setContextClassLoader(empty);
            assertThat(new Adapters(null)
                            .backend("redis://localhost", null, null)
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
