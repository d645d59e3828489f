package io.resque.core;

import io.resque.api.ConfigurationException;
import io.resque.api.spi.AdapterProvider;
import io.resque.api.spi.JobExecutorProvider;
import io.resque.api.spi.JobSerializerProvider;
import io.resque.api.spi.QueueBackendProvider;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds adapters on the class path: the only place that asks {@link ServiceLoader}. Guesses nothing: none, or several
 * without a choice, is an error that says what there is and what to write.
 */
final class Adapters {
    private record Kind(String name, String option, String artifacts) {}

    private static final Map<Class<?>, Kind> KINDS = Map.of(
            QueueBackendProvider.class,
            new Kind("backend", "backend", "io.resque:resque-backend-jedis or io.resque:resque-backend-lettuce"),
            JobSerializerProvider.class,
            new Kind(
                    "serializer",
                    "serializer",
                    "io.resque:resque-serialization-gson or io.resque:resque-serialization-jackson"),
            JobExecutorProvider.class,
            new Kind("executor", "executor", "the artifact that brings it"));

    private final @Nullable ClassLoader loader;

    Adapters(@Nullable ClassLoader loader) {
        this.loader = loader;
    }

    /** The named one; or the only one, if neither name is given. */
    <P extends AdapterProvider> P find(Class<P> type, @Nullable String chosen, @Nullable String property) {
        Kind kind = KINDS.get(type);
        String name = chosen != null ? chosen : property;
        List<P> found = load(type, kind);
        List<P> fitting = name == null
                ? found
                : found.stream()
                        .filter(provider -> provider.name().equals(name))
                        .toList();
        if (fitting.size() == 1) {
            return fitting.get(0);
        }
        if (found.isEmpty()) {
            throw new ConfigurationException("No " + kind.name() + " is on the class path"
                    + (name == null ? "" : ", and \"" + name + "\" was asked for") + ". Add " + kind.artifacts());
        }
        if (fitting.isEmpty()) {
            throw new ConfigurationException("No " + kind.name() + " named \"" + name
                    + "\" is on the class path; there is " + list(found) + ". Name one of these, or add the artifact");
        }
        throw new ConfigurationException("Several " + kind.name() + "s are on the class path: " + list(fitting)
                + ". Remove all but one, or choose: Resque.builder()." + kind.option() + "(\""
                + fitting.get(0).name() + "\") or -Dresque." + kind.option() + "="
                + fitting.get(0).name());
    }

    private <P extends AdapterProvider> List<P> load(Class<P> type, Kind kind) {
        ClassLoader context = loader != null ? loader : Thread.currentThread().getContextClassLoader();
        List<P> found = load(type, kind, context);
        ClassLoader own = Adapters.class.getClassLoader();
        return found.isEmpty() && loader == null && context != own ? load(type, kind, own) : found;
    }

    private static <P extends AdapterProvider> List<P> load(Class<P> type, Kind kind, @Nullable ClassLoader from) {
        List<P> found = new ArrayList<>();
        try {
            ServiceLoader.load(type, from).forEach(found::add);
        } catch (ServiceConfigurationError | LinkageError e) {
            throw new ConfigurationException(
                    "A " + kind.name() + " on the class path cannot be loaded: " + e.getMessage()
                            + ". Take all io.resque artifacts in one version; io.resque:resque-bom does that",
                    e);
        }
        return found;
    }

    private static String list(List<? extends AdapterProvider> providers) {
        return providers.stream()
                .map(provider -> provider.name() + " (" + origin(provider) + ")")
                .sorted()
                .collect(Collectors.joining(", "));
    }

    /** The name of the jar or folder, without its path. */
    private static String origin(AdapterProvider provider) {
        CodeSource source = provider.getClass().getProtectionDomain().getCodeSource();
        if (source == null || source.getLocation() == null) {
            return provider.getClass().getName();
        }
        String[] path = source.getLocation().getPath().split("/");
        int last = path.length - 1;
        boolean classes = last >= 2 && path[last].endsWith("classes");
        return classes ? path[last - 2] : path[last];
    }
}
