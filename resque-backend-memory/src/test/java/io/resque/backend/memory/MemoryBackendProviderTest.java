package io.resque.backend.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.ConfigurationException;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Push;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.QueueBackendProvider;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryBackendProviderTest {
    private static QueueBackend open(String url) {
        return open(url, null);
    }

    private static QueueBackend open(String url, String namespace) {
        return new MemoryBackendProvider().open(new BackendConfig(url, namespace));
    }

    private static void push(QueueBackend backend) {
        backend.queues().push(new Push("q", List.of(Payload.ofText("{}")), List.of()));
    }

    @Test
    void isFoundByItsScheme() {
        assertThat(ServiceLoader.load(QueueBackendProvider.class))
                .filteredOn(provider -> provider.scheme().isPresent())
                .singleElement()
                .satisfies(provider -> assertThat(provider.scheme()).contains("memory"));
    }

    @Test
    void openingsOfOneNameShare() {
        try (QueueBackend one = open("memory:shared");
                QueueBackend two = open(" memory:shared ");
                QueueBackend other = open("memory:other")) {
            push(one);
            assertThat(two.queues().size("q")).isOne();
            assertThat(other.queues().names()).isEmpty();
            assertThat(one.endpoint()).isEqualTo("memory:shared");
        }
    }

    @Test
    void aNameIsKeptUntilItsLastOpeningIsClosed() {
        QueueBackend one = open("memory:kept");
        push(one);
        QueueBackend two = open("memory:kept");
        one.close();
        one.close();
        assertThat(two.queues().size("q")).as("two is open still").isOne();
        try (QueueBackend three = open("memory:kept")) {
            two.close();
            assertThat(three.queues().size("q")).isOne();
        }
        try (QueueBackend anew = open("memory:kept")) {
            assertThat(anew.queues().names()).as("the last was closed").isEmpty();
        }
    }

    @Test
    void openingsWithoutANameArePrivate() {
        try (QueueBackend one = open("memory:");
                QueueBackend two = open("memory:")) {
            push(one);
            assertThat(two.queues().names()).isEmpty();
        }
    }

    @Test
    void theNamespaceIsResqueUnlessAnotherIsGiven() {
        try (QueueBackend plain = open("memory:ns");
                QueueBackend named = open("memory:ns", "resque:");
                QueueBackend other = open("memory:ns", "")) {
            push(plain);
            assertThat(named.queues().size("q")).isOne();
            assertThat(other.queues().size("q")).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://:s3cret@localhost",
                "localhost:6379",
                "memory",
                "memory://x",
                "memory:a b",
                "memory:a?namespace=b"
            })
    void otherUrlsAreRefused(String url) {
        assertThatThrownBy(() -> open(url))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("The memory backend cannot open this URL. Use memory: ")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void worksWithoutJUnit() throws Exception {
        URL[] classPath = {
            MemoryBackendProvider.class.getProtectionDomain().getCodeSource().getLocation(),
            QueueBackendProvider.class.getProtectionDomain().getCodeSource().getLocation()
        };
        try (URLClassLoader alone = new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader())) {
            assertThatThrownBy(() -> alone.loadClass("org.junit.jupiter.api.Test"))
                    .isInstanceOf(ClassNotFoundException.class);
            Object provider = alone.loadClass(MemoryBackendProvider.class.getName())
                    .getConstructor()
                    .newInstance();
            Class<?> config = alone.loadClass(BackendConfig.class.getName());
            Object backend = provider.getClass()
                    .getMethod("open", config)
                    .invoke(
                            provider,
                            config.getConstructor(String.class, String.class).newInstance("memory:", null));
            Object names = alone.loadClass("io.resque.api.spi.Queues")
                    .getMethod("names")
                    .invoke(alone.loadClass(QueueBackend.class.getName())
                            .getMethod("queues")
                            .invoke(backend));
            assertThat(names).isEqualTo(java.util.Set.of());
        }
    }
}
