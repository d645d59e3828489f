package io.resque.core;

import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.JobSerializerProvider;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.StatusStore;
import io.resque.api.spi.StatusStoreProvider;
import io.resque.core.internal.lookup.Adapters;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The adapters of a {@code Resque}: each is given, named, or looked up on the class path. Not thread-safe. */
final class AdapterChoice {
    String url = ResqueBuilder.DEFAULT_URL;

    @Nullable
    String namespace;

    @Nullable
    String backendName;

    @Nullable
    QueueBackend backend;

    @Nullable
    String serializerName;

    @Nullable
    JobSerializer serializer;

    @Nullable
    StatusStore statusStore;

    @Nullable
    String statusStoreName;

    String statusStoreUrl = ResqueBuilder.DEFAULT_URL;

    @Nullable
    ClassLoader classLoader;

    /** Whether the settings are variables of the environment, not code. */
    boolean isFromEnvironment;

    /** Makes something of the opened adapters. */
    interface Composing<T> {
        T compose(QueueBackend backend, StatusStore store, JobSerializer json, Adapters adapters);
    }

    /** Opens the adapters. If one of them cannot be opened, or the composing throws, nothing is left open. */
    <T> T open(Composing<T> composing) {
        Adapters adapters = new Adapters(classLoader, isFromEnvironment);
        JobSerializer json = serializer != null
                ? serializer
                : adapters.find(
                                JobSerializerProvider.class,
                                serializerName,
                                System.getProperty(Adapters.SERIALIZER_PROPERTY))
                        .create();
        StatusStoreProvider apart = statusStore != null || statusStoreName == null
                ? null
                : adapters.find(StatusStoreProvider.class, statusStoreName, null);
        List<AutoCloseable> opened = new ArrayList<>();
        try {
            QueueBackend queues = backend;
            if (queues == null) {
                queues = adapters.backend(url, backendName, System.getProperty(Adapters.BACKEND_PROPERTY))
                        .open(new BackendConfig(url, namespace));
                opened.add(queues);
            }
            StatusStore store = statusStore;
            if (apart != null) {
                store = apart.openStatuses(new BackendConfig(statusStoreUrl, namespace));
                opened.add(0, store);
            } else if (store == null) {
                store = queues.statuses();
            }
            Adapters.requireEffects(queues, store == queues.statuses());
            return composing.compose(queues, store, json, adapters);
        } catch (RuntimeException | Error e) {
            opened.forEach(part -> closeAfter(e, part));
            throw e;
        }
    }

    private static void closeAfter(Throwable failure, AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            failure.addSuppressed(e);
        }
    }
}
