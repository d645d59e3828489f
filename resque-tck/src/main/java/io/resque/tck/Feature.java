package io.resque.tck;

/**
 * Where a backend keeps its data, as far as the kit's tests must know: see {@link QueueBackendTck#features}. What a
 * backend does is never a feature: rules of behaviour hold for all.
 */
public enum Feature {
    /**
     * What it keeps stands in Redis, under the keys that Ruby reads; the kit looks at these keys. A backend that does
     * not declare it must refuse URLs of Redis.
     */
    REDIS_KEYS("stands in Redis, under the keys that Ruby reads");

    private final String meaning;

    Feature(String meaning) {
        this.meaning = meaning;
    }

    /**
     * What a backend says by declaring it.
     *
     * @return half a sentence, for messages
     */
    public String meaning() {
        return meaning;
    }
}
