package io.resque.tck;

/**
 * Where a backend keeps its data, and which roles it has that a backend can do without, as far as the kit must know; see
 * {@link QueueBackendTck#features}. Behaviour is never a feature: every backend must keep all rules of behaviour for the roles
 * that it has.
 */
public enum Feature {
    /**
     * The backend keeps its data in Redis, under the keys that Ruby reads; the kit reads these keys. A backend that
     * does not declare this feature must refuse URLs of Redis.
     */
    REDIS_KEYS("keys", "keeps its data in Redis, under the keys that Ruby reads"),

    /** The backend supports delayed jobs: {@link io.resque.api.spi.QueueBackend#delayed} is not empty. */
    DELAYED_JOBS("delayed", "supports delayed jobs"),

    /** The backend supports recurring jobs: {@link io.resque.api.spi.QueueBackend#recurring} is not empty. */
    RECURRING_JOBS("recurring", "supports recurring jobs"),

    /**
     * The backend can give a job another run in the step that ends it: {@link io.resque.api.spi.QueueBackend#effects} names
     * {@link io.resque.api.spi.Effect.Retry}. Such a backend declares {@link #DELAYED_JOBS}, too.
     */
    RETRIES("retries", "can give a job another run in the step that ends it"),

    /**
     * The backend supports unique jobs: {@link io.resque.api.spi.QueueBackend#locks} is not empty. Such a backend declares {@link
     * #DELAYED_JOBS} and {@link #RECURRING_JOBS}, too.
     */
    UNIQUE_JOBS("unique", "supports unique jobs"),

    /**
     * The backend supports limits of jobs: {@link io.resque.api.spi.QueueBackend#limits} is not empty, and
     * {@link io.resque.api.spi.QueueBackend#effects} names {@link io.resque.api.spi.Effect.FreeSlot}.
     */
    LIMITS("limits", "supports limits of jobs"),

    /** The backend keeps a history: {@link io.resque.api.spi.QueueBackend#history} is not empty. */
    HISTORY("history", "keeps a history");

    private final String mark;
    private final String meaning;

    Feature(String mark, String meaning) {
        this.mark = mark;
        this.meaning = meaning;
    }

    /** The word by which the column Level of {@code spec/wire-format.md} marks the rules that need this feature. */
    String mark() {
        return mark;
    }

    /**
     * The meaning of this feature, for messages.
     *
     * @return the rest of a sentence that begins with the backend
     */
    public String meaning() {
        return meaning;
    }
}
