package io.resque.tck;

import java.nio.file.Path;
import java.util.List;

/** A server program of Redis or Valkey: its name, where it comes from, and its file. */
record RedisBinary(String name, String place, Path file) implements RedisWay {
    @Override
    public OwnServer prepare(RedisUrl url, List<String> extraArgs) {
        return new RedisProcess(this, url, extraArgs);
    }

    @Override
    public String origin(String version) {
        return name + " " + version + place;
    }
}
