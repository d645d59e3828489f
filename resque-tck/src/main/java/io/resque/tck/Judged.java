package io.resque.tck;

import io.resque.api.spi.AdapterProvider;
import io.resque.api.spi.Library;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was judged, for the statement.
 *
 * @param file name of the statement's files, without their ends
 * @param adapter name of the adapter; that of the test class if there is no adapter
 * @param kit name of the class of the kit
 * @param test name of the author's test class
 * @param versions by what has them
 * @param features the declared features; null if this kind of adapter has none
 */
record Judged(
        String file,
        String adapter,
        String kit,
        String test,
        Map<String, String> versions,
        @Nullable Set<Feature> features) {

    /** Asks the author's test class. It is an instance of a class of the kit, unless none could be made. */
    static Judged of(Class<?> test, @Nullable Object kit, @Nullable String adapterVersion) {
        AdapterProvider provider = null;
        Set<Feature> features = null;
        String url = null;
        try {
            if (kit instanceof QueueBackendTck backend) {
                features = backend.features();
                url = backend.url();
                provider = backend.provider();
            } else if (kit instanceof StatusStoreTck statuses) {
                features = statuses.features();
                url = statuses.url();
                provider = statuses.provider();
            } else if (kit instanceof JobSerializerTck serializer) {
                provider = serializer.provider();
            } else if (kit instanceof JobExecutorTck executor) {
                provider = executor.provider();
            }
        } catch (RuntimeException | LinkageError | AssertionError e) {
            // each test has said so
        }
        String adapter = provider == null ? test.getSimpleName() : provider.name();
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("Kit", version());
        versions.put(
                "Adapter",
                adapterVersion != null ? adapterVersion : version(provider == null ? test : provider.getClass()));
        if (provider != null) {
            for (Library library : provider.libraries()) {
                versions.put(library.artifact(), library.version().orElse("unknown"));
            }
        }
        if (features != null && features.contains(Feature.REDIS_KEYS) && url != null) {
            redis(url, versions);
        }
        versions.put("Java", System.getProperty("java.version"));
        return new Judged(
                adapter.replaceAll("[^\\w.-]", "_") + (kit instanceof StatusStoreTck ? "-statuses" : ""),
                adapter,
                name(test),
                test.getSimpleName(),
                versions,
                features);
    }

    /** The class of the kit that a test class extends. */
    private static String name(Class<?> test) {
        for (Class<?> at = test; at != null; at = at.getSuperclass()) {
            if (at.getPackage() == Judged.class.getPackage()) {
                return at.getSimpleName();
            }
        }
        return test.getSimpleName();
    }

    private static void redis(String url, Map<String, String> versions) {
        try (RespClient client = RespClient.connect(url)) {
            Map<String, String> info = RedisProcess.info(client);
            versions.put(info.containsKey("valkey_version") ? "Valkey" : "Redis", RedisProcess.version(info));
        } catch (RuntimeException e) {
            versions.put("Redis", "unknown");
        }
    }

    private static String version(Class<?> adapter) {
        String version = adapter.getPackage().getImplementationVersion();
        return version == null ? "unknown" : version;
    }

    private static String version() {
        Properties properties = new Properties();
        try (InputStream in = Judged.class.getResourceAsStream("kit.properties")) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version", "unknown");
    }
}
