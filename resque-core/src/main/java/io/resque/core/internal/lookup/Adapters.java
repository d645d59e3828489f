package io.resque.core.internal.lookup;

import io.resque.api.ConfigurationException;
import io.resque.api.spi.AdapterProvider;
import io.resque.api.spi.Effect;
import io.resque.api.spi.JobExecutorProvider;
import io.resque.api.spi.JobSerializerProvider;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.QueueBackendProvider;
import io.resque.api.spi.StatusStoreProvider;
import io.resque.core.internal.support.Log;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Chooses among the adapters on the class path. Guesses nothing: if there is none, or several and no choice, or the chosen one does
 * not work, an error says which adapters there are, where, and how to choose.
 */
public final class Adapters {
    /** Names a backend where several are on the class path. */
    public static final String BACKEND_PROPERTY = "resque.backend";

    /** Names a serializer where several are on the class path. */
    public static final String SERIALIZER_PROPERTY = "resque.serializer";

    private static final Logger LOG = Log.RESQUE;

    /**
     * The words for one kind of adapter.
     *
     * @param choice how code names one
     * @param property that names one; null if none does
     */
    private record Kind(
            String name, String choice, @Nullable String property, List<String> artifacts) {
        String anyArtifact() {
            return artifacts.isEmpty() ? "the artifact that brings it" : String.join(" or ", artifacts);
        }

        String artifact(String adapter) {
            return artifacts.stream()
                    .filter(artifact -> (artifact + "-").contains("-" + adapter + "-"))
                    .findFirst()
                    .orElse("the artifact that brings it");
        }

        String choose(AdapterProvider one, boolean byVariable) {
            return byVariable && property != null
                    ? variable() + "=" + one.name()
                    : choice.formatted(one.name()) + (property == null ? "" : " or -D" + property + "=" + one.name());
        }

        String variable() {
            return String.valueOf(property).toUpperCase(Locale.ROOT).replace('.', '_');
        }
    }

    private static final Map<Class<?>, Kind> KINDS = Map.of(
            QueueBackendProvider.class,
            new Kind(
                    "backend",
                    "Resque.builder().backend(\"%s\")",
                    BACKEND_PROPERTY,
                    List.of("io.resque:resque-backend-jedis", "io.resque:resque-backend-lettuce")),
            JobSerializerProvider.class,
            new Kind(
                    "serializer",
                    "Resque.builder().serializer(\"%s\")",
                    SERIALIZER_PROPERTY,
                    List.of("io.resque:resque-serialization-gson", "io.resque:resque-serialization-jackson")),
            StatusStoreProvider.class,
            new Kind(
                    "status store",
                    "Resque.builder().statusStore(\"%s\", url)",
                    null,
                    List.of("io.resque:resque-backend-jedis", "io.resque:resque-backend-lettuce")),
            JobExecutorProvider.class,
            new Kind("executor", "worker.executor(\"%s\")", null, List.of("io.resque:resque-process-launcher")));

    /** What core writes when a job ends, in the order of messages. */
    private static final List<Class<? extends Effect>> EFFECTS =
            List.of(Effect.Count.class, Effect.RecordFailure.class, Effect.ChangeStatus.class);

    private static final String MEMORY = "memory";

    private final @Nullable ClassLoader loader;
    private final boolean isFromEnvironment;

    public Adapters(@Nullable ClassLoader loader) {
        this(loader, false);
    }

    /**
     * For messages in the words of the user.
     *
     * @param isFromEnvironment whether the settings are variables of the environment, not code
     */
    public Adapters(@Nullable ClassLoader loader, boolean isFromEnvironment) {
        this.loader = loader;
        this.isFromEnvironment = isFromEnvironment;
    }

    /** The adapter that the code names, or else the property; or the only one, if neither names one. */
    public <P extends AdapterProvider> P find(Class<P> type, @Nullable String chosen, @Nullable String property) {
        return choose(KINDS.get(type), load(type), chosen, property);
    }

    /** If the URL begins with the scheme of a backend, that backend, whatever the property says; otherwise one without a scheme. */
    public QueueBackendProvider backend(String url, @Nullable String chosen, @Nullable String property) {
        Kind kind = KINDS.get(QueueBackendProvider.class);
        Providers<QueueBackendProvider> found = load(QueueBackendProvider.class);
        for (QueueBackendProvider provider : found.usable) {
            String scheme = provider.scheme().orElse(null);
            if (scheme != null && url.strip().startsWith(scheme + ":")) {
                unlessAnotherIsNamed(provider, scheme, chosen);
                return skippingBroken(kind, provider, found);
            }
            if (scheme != null && provider.name().equals(chosen)) {
                throw new ConfigurationException("The backend \"" + provider.name() + "\" takes URLs that begin with "
                        + scheme + ":, and no other; give such a URL, or leave out " + backendWord(chosen));
            }
        }
        if (url.strip().startsWith(MEMORY + ":")) {
            throw new ConfigurationException("No backend on the class path takes URLs that begin with " + MEMORY
                    + ":. Add io.resque:resque-backend-memory");
        }
        found.usable.removeIf(provider -> provider.scheme().isPresent());
        return choose(kind, found, chosen, property);
    }

    /**
     * Refuses a backend that lacks an effect: it would fail when the first job ends, and its jobs would stay unsettled.
     *
     * @param statuses whether it has to write statuses with the end of a job
     */
    public static void requireEffects(QueueBackend backend, boolean statuses) {
        Set<Class<? extends Effect>> known = backend.effects();
        for (Class<? extends Effect> effect : EFFECTS) {
            boolean isStatus = effect == Effect.ChangeStatus.class;
            if (!known.contains(effect) && (statuses || !isStatus)) {
                throw new ConfigurationException("The backend "
                        + backend.getClass().getName() + " ("
                        + Providers.origin(backend.getClass()) + ") does not know the effect "
                        + effect.getSimpleName()
                        + ", which this version writes when a job ends. Take a version of the adapter that knows it:"
                        + " io.resque:resque-bom keeps all io.resque artifacts in one"
                        + (isStatus ? "; or keep the statuses in another store: Resque.builder().statusStore" : ""));
            }
        }
    }

    /** Refuses a backend that cannot give a job another run. */
    public static void requireRetries(QueueBackend backend) {
        if (!backend.effects().contains(Effect.Retry.class)) {
            throw new ConfigurationException("The backend "
                    + backend.getClass().getName() + " ("
                    + Providers.origin(backend.getClass())
                    + ") cannot give a job another run, which retry policies and unknownJobs need. Leave these out, or take a"
                    + " version of the adapter that knows the effect Retry:"
                    + " io.resque:resque-bom keeps all io.resque artifacts in one");
        }
    }

    private void unlessAnotherIsNamed(QueueBackendProvider provider, String scheme, @Nullable String chosen) {
        if (chosen != null && !chosen.equals(provider.name())) {
            throw new ConfigurationException("The URL begins with " + scheme + ":, which the backend \""
                    + provider.name() + "\" alone takes, and \"" + chosen + "\" was asked for. Leave out "
                    + backendWord(chosen) + ", or give a URL of Redis");
        }
    }

    private <P extends AdapterProvider> P choose(
            Kind kind, Providers<P> found, @Nullable String chosen, @Nullable String property) {
        String name = chosen != null ? chosen : property;
        if (found.isEmpty()) {
            throw none(kind, name);
        }
        if (name == null) {
            return only(kind, found);
        }
        List<P> fitting =
                found.usable.stream().filter(one -> one.name().equals(name)).toList();
        if (fitting.size() > 1) {
            throw new ConfigurationException("Several " + kind.name() + "s named \"" + name
                    + "\" are on the class path: " + list(fitting) + ". Remove all but one");
        }
        if (fitting.isEmpty()) {
            throw absent(kind, name, chosen == null, found);
        }
        return skippingBroken(kind, fitting.get(0), found);
    }

    private String backendWord(String name) {
        return isFromEnvironment ? "RESQUE_BACKEND" : "backend(\"" + name + "\")";
    }

    private static <P extends AdapterProvider> P skippingBroken(Kind kind, P chosen, Providers<P> found) {
        found.broken.forEach(skipped -> LOG.warn(
                "Found the {} \"{}\", and skipped another: {}", kind.name(), chosen.name(), skipped.problem()));
        return chosen;
    }

    private <P extends AdapterProvider> Providers<P> load(Class<P> type) {
        ClassLoader context = loader != null ? loader : Thread.currentThread().getContextClassLoader();
        Providers<P> found = new Providers<>(type, context);
        ClassLoader own = Adapters.class.getClassLoader();
        return found.isEmpty() && loader == null && context != own ? new Providers<>(type, own) : found;
    }

    private <P extends AdapterProvider> P only(Kind kind, Providers<P> found) {
        if (!found.broken.isEmpty()) {
            throw broken(kind, found.broken.get(0), found.usable);
        }
        if (found.usable.size() > 1) {
            throw new ConfigurationException("Several " + kind.name() + "s are on the class path: " + list(found.usable)
                    + ". Remove all but one, or choose: " + kind.choose(found.usable.get(0), isFromEnvironment));
        }
        return found.usable.get(0);
    }

    private static ConfigurationException none(Kind kind, @Nullable String name) {
        return new ConfigurationException("No " + kind.name() + " is on the class path"
                + (name == null ? "" : ", and \"" + name + "\" was asked for") + ". Add "
                + (name == null ? kind.anyArtifact() : kind.artifact(name))
                + "; in a shaded jar, merge the files in META-INF/services");
    }

    private ConfigurationException absent(Kind kind, String name, boolean byProperty, Providers<?> found) {
        for (Providers.Broken one : found.broken) {
            if (name.equals(one.name())) {
                return broken(kind, one, found.usable);
            }
        }
        String problems = found.broken.stream().map(one -> "; " + one.problem()).collect(Collectors.joining());
        return new ConfigurationException("No " + kind.name() + " named \"" + name + "\""
                + (byProperty ? " (by -D" + kind.property() + ")" : "") + " is on the class path; there is "
                + (found.usable.isEmpty() ? "none that works" : list(found.usable)) + problems
                + (found.usable.isEmpty() ? ". Add " : ". Name one of these, or add ") + kind.artifact(name));
    }

    private ConfigurationException broken(Kind kind, Providers.Broken one, List<? extends AdapterProvider> others) {
        String message = "The " + kind.name() + " provider " + one.problem()
                + ". Remove it, or take another version: io.resque:resque-bom keeps all io.resque artifacts in one"
                + (others.isEmpty()
                        ? ""
                        : "; or choose one that works, of " + list(others) + ": "
                                + kind.choose(others.get(0), isFromEnvironment));
        return one.cause() == null
                ? new ConfigurationException(message)
                : new ConfigurationException(message, one.cause());
    }

    private static String list(List<? extends AdapterProvider> providers) {
        return providers.stream()
                .map(provider -> provider.name() + " (" + Providers.origin(provider.getClass()) + ")")
                .sorted()
                .collect(Collectors.joining(", "));
    }
}
