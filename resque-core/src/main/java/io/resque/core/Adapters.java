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
    private static final String MEMORY = "memory";

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
        return choose(kind, load(type, kind), chosen != null ? chosen : property);
    }

    /** The one whose scheme the URL begins with, whatever the property says; for all other URLs one without a scheme. */
    QueueBackendProvider backend(String url, @Nullable String chosen, @Nullable String property) {
        Kind kind = KINDS.get(QueueBackendProvider.class);
        List<QueueBackendProvider> candidates = new ArrayList<>();
        for (QueueBackendProvider provider : load(QueueBackendProvider.class, kind)) {
            String scheme = provider.scheme().orElse(null);
            if (scheme == null) {
                candidates.add(provider);
            } else if (url.strip().startsWith(scheme + ":")) {
                return unlessAnotherIsNamed(provider, scheme, chosen);
            } else if (provider.name().equals(chosen)) {
                throw new ConfigurationException("The backend \"" + provider.name() + "\" takes URLs that begin with "
                        + scheme + ":, and no other; give such a URL, or leave out backend(\"" + chosen + "\")");
            }
        }
        if (url.strip().startsWith(MEMORY + ":")) {
            throw new ConfigurationException("No backend on the class path takes URLs that begin with " + MEMORY
                    + ":. Add io.resque:resque-backend-memory");
        }
        return choose(kind, candidates, chosen != null ? chosen : property);
    }

    private static QueueBackendProvider unlessAnotherIsNamed(
            QueueBackendProvider provider, String scheme, @Nullable String chosen) {
        if (chosen == null || chosen.equals(provider.name())) {
            return provider;
        }
        throw new ConfigurationException("The URL begins with " + scheme + ":, which the backend \"" + provider.name()
                + "\" alone takes, and \"" + chosen + "\" was asked for. Leave out backend(\"" + chosen
                + "\"), or give a URL of Redis");
    }

    private static <P extends AdapterProvider> P choose(Kind kind, List<P> found, @Nullable String name) {
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
