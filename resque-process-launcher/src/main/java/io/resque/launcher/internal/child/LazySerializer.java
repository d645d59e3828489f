package io.resque.launcher.internal.child;

import io.resque.api.ConfigurationException;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.JobSerializerProvider;
import io.resque.api.spi.Payload;
import java.lang.reflect.Type;
import java.util.Iterator;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** The worker's serializer in a child. It is loaded when a job asks for a class that only a JSON library can make. */
final class LazySerializer implements JobSerializer {
    private static final int MOST_BROKEN = 100;

    private final String className;
    private @Nullable JobSerializer loaded;

    LazySerializer(String className) {
        this.className = className;
    }

    @Override
    public @Nullable Object convert(@Nullable Object tree, Type type) {
        return loaded().convert(tree, type);
    }

    @Override
    public Payload encode(@Nullable Object tree) {
        return loaded().encode(tree);
    }

    @Override
    public @Nullable Object decode(Payload payload) {
        return loaded().decode(payload);
    }

    private synchronized JobSerializer loaded() {
        JobSerializer serializer = loaded;
        if (serializer == null) {
            serializer = load();
            loaded = serializer;
        }
        return serializer;
    }

    private JobSerializer load() {
        Iterator<JobSerializerProvider> providers =
                ServiceLoader.load(JobSerializerProvider.class).iterator();
        for (int broken = 0; broken < MOST_BROKEN; ) {
            try {
                if (!providers.hasNext()) {
                    break;
                }
                JobSerializer serializer = providers.next().create();
                if (serializer.getClass().getName().equals(className)) {
                    return serializer;
                }
            } catch (ServiceConfigurationError | LinkageError e) {
                broken++; // the worker has logged a warning about it
            }
        }
        throw new ConfigurationException("A child process cannot make the worker's serializer, " + className
                + ": no provider on its class path gives it. Add one, or take arguments as they are: args().get(0)");
    }
}
