package io.resque.tck;

import java.util.List;

/** An image of Redis or Valkey for Docker. */
record RedisImage(String image) implements RedisWay {
    /** The oldest Redis that the library supports. */
    static final String DEFAULT = "redis:6.2";

    @Override
    public OwnServer prepare(RedisUrl url, List<String> extraArgs) {
        return new RedisContainer(image, url, extraArgs);
    }

    @Override
    public String origin(String version) {
        return image + " " + version + " in Docker";
    }
}
