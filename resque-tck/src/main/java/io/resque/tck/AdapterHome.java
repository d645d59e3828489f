package io.resque.tck;

import io.resque.api.ConfigurationException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where an adapter keeps its data, as the author's test class says; finds what the class has forgotten to say. */
final class AdapterHome {
    private final String kit;
    private final @Nullable Set<Feature> features;
    private final @Nullable String url;

    AdapterHome(Object kit, @Nullable Set<Feature> features, @Nullable String url) {
        this.kit = kit.getClass().getSimpleName();
        this.features = features;
        this.url = url;
    }

    /**
     * Compares what the class says.
     *
     * @param scheme the scheme of the adapter's URLs, if it names one
     * @throws IllegalStateException if a method is missing; the message names it
     */
    void check(Optional<String> scheme) {
        if (features == null || url == null || url.isBlank()) {
            throw new IllegalStateException(kit + (features == null ? ".features()" : ".url()") + " returns "
                    + (features == null || url == null ? "null" : "a blank text") + "; remove the method for an adapter"
                    + " for Redis, or return what its Javadoc says");
        }
        boolean keys = features.contains(Feature.REDIS_KEYS);
        boolean redis = url.matches("(?i)rediss?:.*");
        if (scheme.isPresent() && redis) {
            throw new IllegalStateException("The adapter takes URLs that begin with " + scheme.get() + ":, and " + kit
                    + ".url() returns a URL of Redis: override url()"
                    + (keys ? ", and features() to return an empty set" : ""));
        }
        if (keys && (scheme.isPresent() || !redis)) {
            throw new IllegalStateException(kit + ".features() has " + Feature.REDIS_KEYS + ", and " + kit
                    + ".url() is not a redis: URL, so the kit cannot read the keys: override features() to return an"
                    + " empty set if the adapter is not Redis, otherwise return a redis: URL");
        }
    }

    /** Opens something at the URL. If the adapter does not take a URL of Redis, the message says what to override. */
    <T> T open(Supplier<T> opening) {
        try {
            return opening.get();
        } catch (AssertionError | ConfigurationException e) {
            boolean refused = e instanceof ConfigurationException || e.getCause() instanceof ConfigurationException;
            if (refused && url != null && url.startsWith("redis:")) {
                throw new IllegalStateException(
                        "The adapter refuses the URL of Redis that " + kit + ".url() returns. If it keeps its data"
                                + " elsewhere, override url(), and features() to return an empty set. "
                                + e.getMessage(),
                        e);
            }
            throw e;
        }
    }
}
