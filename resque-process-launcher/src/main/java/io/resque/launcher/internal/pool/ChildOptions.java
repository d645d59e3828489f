package io.resque.launcher.internal.pool;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How children are run; the builder of {@code ProcessJobExecutor} tells what each option does.
 *
 * @param memoryLimit in bytes; 0 for none
 * @param withoutEnvironment names of variables that children do not get
 * @param archives the folder of class archives; null for none
 * @param trainedBy so many children are recorded before the archive is made
 * @param pipes whether children get pipes where the system can give them; otherwise a socket
 */
public record ChildOptions(
        int jobsPerFork,
        boolean standby,
        long memoryLimit,
        Path java,
        List<String> javaOptions,
        String classPath,
        Duration startTimeout,
        List<String> withoutEnvironment,
        @Nullable Path archives,
        int trainedBy,
        boolean pipes) {

    /** The usual folder of class archives; null if this user has none. */
    public static @Nullable Path archivesOfThisUser() {
        String cache = System.getenv("XDG_CACHE_HOME");
        Path base = cache != null && !cache.isEmpty() && Path.of(cache).isAbsolute()
                ? Path.of(cache)
                : Path.of(System.getProperty("user.home"), ".cache");
        // Java says "?" where a user has no home.
        return base.isAbsolute() ? base.resolve("resque-java") : null;
    }

    /** The options so far, with defaults. Not thread-safe. */
    public static final class Builder {
        public int jobsPerFork = 1;
        public boolean standby = true;
        public long memoryLimit;
        public Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        public List<String> javaOptions = List.of();
        public String classPath = System.getProperty("java.class.path");
        public Duration startTimeout = Duration.ofSeconds(30);
        public List<String> withoutEnvironment = List.of();
        public @Nullable Path archives = archivesOfThisUser();
        public int trainedBy;
        public boolean pipes = true;

        public ChildOptions build() {
            return new ChildOptions(
                    jobsPerFork,
                    standby,
                    memoryLimit,
                    java,
                    javaOptions,
                    classPath,
                    startTimeout,
                    withoutEnvironment,
                    archives,
                    trainedBy,
                    pipes);
        }
    }
}
