package io.resque.tck;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Chooses among the ways to start a private Redis. */
final class RedisWays {
    static final String WAYS_OUT = "install redis-server or valkey-server, add"
            + " com.github.codemonstur:embedded-redis, or org.testcontainers:testcontainers where there is Docker,"
            + " to the test class path, or set RESQUE_TEST_REDIS_URL to a Redis that tests may use";

    private final String searchPath;
    private final Predicate<String> onClassPath;
    private final List<Path> dockerSockets;

    RedisWays(String searchPath, Predicate<String> onClassPath, List<Path> dockerSockets) {
        this.searchPath = searchPath;
        this.onClassPath = onClassPath;
        this.dockerSockets = dockerSockets;
    }

    /** The ways of this machine and class path. */
    static RedisWays here() {
        String path = System.getenv("PATH");
        return new RedisWays(path == null ? "" : path, RedisWays::isOnClassPath, DockerSocket.places());
    }

    /**
     * Finds a way.
     *
     * @param choice {@code path}, {@code embedded}, {@code docker} or {@code docker:<image>}; blank for the first that
     *     is possible
     * @throws IllegalStateException if the choice is none of these, or not possible; the message says why
     */
    RedisWay find(@Nullable String choice) {
        String wanted = choice == null ? "" : choice.strip();
        List<String> closed = new ArrayList<>();
        for (String way : wanted.isEmpty() ? List.of("path", "embedded", "docker") : List.of(wanted)) {
            try {
                return open(way);
            } catch (Closed e) {
                closed.add(e.getMessage());
            }
        }
        String reasons = String.join("; ", closed);
        throw new IllegalStateException(
                wanted.isEmpty()
                        ? "There is no Redis to start (" + reasons + "): " + WAYS_OUT + "."
                        : "The way '" + wanted + "' to a Redis (" + RedisServer.TEST_WAY_VARIABLE + ") is closed: "
                                + reasons + ".");
    }

    private RedisWay open(String way) throws Closed {
        if (way.startsWith("docker:") && way.length() > "docker:".length()) {
            return docker(way.substring("docker:".length()));
        }
        return switch (way) {
            case "path" -> path();
            case "embedded" -> embedded();
            case "docker" -> docker(RedisImage.DEFAULT);
            default ->
                throw new IllegalStateException(
                        RedisServer.TEST_WAY_VARIABLE + " is '" + way
                                + "'; it can be path, embedded, docker or docker:<image>, or unset for the first that is there");
        };
    }

    private RedisWay path() throws Closed {
        for (String name : List.of("redis-server", "valkey-server")) {
            Path file = onPath(name);
            if (file != null) {
                return new RedisBinary(name, " on the PATH", file);
            }
        }
        throw new Closed("neither redis-server nor valkey-server is on the PATH");
    }

    private @Nullable Path onPath(String name) {
        for (String dir : searchPath.split(File.pathSeparator)) {
            for (String suffix : List.of("", ".exe")) {
                try {
                    Path file = Path.of(dir, name + suffix);
                    if (!dir.isBlank() && Files.isRegularFile(file) && Files.isExecutable(file)) {
                        return file.toAbsolutePath();
                    }
                } catch (InvalidPathException e) {
                    // skips a broken entry of the PATH
                }
            }
        }
        return null;
    }

    private RedisWay embedded() throws Closed {
        if (!onClassPath.test("redis.embedded.core.ExecutableProvider")) {
            throw new Closed("embedded-redis is not on the class path");
        }
        try {
            return new RedisBinary("embedded redis", "", EmbeddedRedis.executable());
        } catch (IOException | RuntimeException e) {
            throw new Closed("the embedded Redis cannot be unpacked here (" + e.getMessage() + ")");
        }
    }

    private RedisWay docker(String image) throws Closed {
        if (!onClassPath.test("org.testcontainers.containers.GenericContainer")) {
            throw new Closed("testcontainers is not on the class path");
        }
        String whyNot = DockerSocket.whyNot(dockerSockets);
        if (whyNot != null) {
            throw new Closed(whyNot);
        }
        return new RedisImage(image);
    }

    private static boolean isOnClassPath(String className) {
        try {
            Class.forName(className, false, RedisWays.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /** Says why a way is not possible. */
    private static final class Closed extends Exception {
        private static final long serialVersionUID = 1L;

        Closed(String why) {
            super(why);
        }
    }
}
