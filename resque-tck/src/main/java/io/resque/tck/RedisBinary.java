package io.resque.tck;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A Redis that can be started: what to call it, where it comes from, and its file. */
record RedisBinary(String name, String place, Path file) {
    static final String WAYS_OUT = "install redis-server or valkey-server, add"
            + " com.github.codemonstur:embedded-redis to the test class path, or set RESQUE_TEST_REDIS_URL"
            + " to a Redis that tests may use";

    /** The first server on the search path, else the embedded one. */
    static RedisBinary find(String searchPath, boolean embeddedAllowed) {
        for (String name : List.of("redis-server", "valkey-server")) {
            Path file = onPath(searchPath, name);
            if (file != null) {
                return new RedisBinary(name, " on the PATH", file);
            }
        }
        RedisBinary embedded = embeddedAllowed ? embedded() : null;
        if (embedded != null) {
            return embedded;
        }
        throw new IllegalStateException("There is no Redis to start: " + WAYS_OUT + ".");
    }

    private static @Nullable RedisBinary embedded() {
        try {
            Class.forName("redis.embedded.core.ExecutableProvider");
        } catch (ClassNotFoundException e) {
            return null;
        }
        try {
            return new RedisBinary("embedded redis", "", EmbeddedRedis.executable());
        } catch (IOException | RuntimeException e) {
            throw new IllegalStateException(
                    "The embedded Redis cannot be unpacked here (" + e.getMessage() + "): " + WAYS_OUT + ".", e);
        }
    }

    private static @Nullable Path onPath(String searchPath, String name) {
        for (String dir : searchPath.split(File.pathSeparator)) {
            for (String suffix : List.of("", ".exe")) {
                try {
                    Path file = Path.of(dir, name + suffix);
                    if (!dir.isBlank() && Files.isRegularFile(file) && Files.isExecutable(file)) {
                        return file.toAbsolutePath();
                    }
                } catch (InvalidPathException e) {
                    // a broken entry of the PATH hides nothing
                }
            }
        }
        return null;
    }

    /** The name with the version that answered, like "redis-server 7.0.15 on the PATH". */
    String origin(String version) {
        return name + " " + version + place;
    }
}
