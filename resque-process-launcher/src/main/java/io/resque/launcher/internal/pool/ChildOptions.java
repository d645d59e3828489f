package io.resque.launcher.internal.pool;

import io.resque.api.ConfigurationException;
import io.resque.api.spi.JsonRules;
import io.resque.launcher.internal.frame.LeftoverNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How children are run; the builder of {@code ProcessJobExecutor} tells what each option does.
 *
 * @param mayLeave the kinds of things, by the names of {@code Leftover}, for which no child ends
 * @param memoryLimit in bytes; 0 for none
 * @param withoutEnvironment names of variables that children do not get
 * @param archives the folder of class archives; null for none
 * @param trainedBy so many children are recorded before the archive is made
 * @param pipes whether children get pipes where the system can give them; otherwise a socket
 */
public record ChildOptions(
        int jobsPerFork,
        List<String> mayLeave,
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

    /** How many jobs a recycled child runs if nobody has said. */
    public static final int RECYCLED = 1_000;

    /** Shows a child the list of its shutdown hooks. Its start takes some 10 ms longer. */
    private static final String SHOW_HOOKS = "--add-opens=java.base/java.lang=ALL-UNNAMED";

    /**
     * Reads the kinds of things that a job may leave behind, with commas between them.
     *
     * @param setting the name of the setting, for the error
     * @throws ConfigurationException if one is unknown
     */
    public static List<String> mayLeave(String setting, String list) {
        List<String> kinds = new ArrayList<>();
        for (String part : list.split(",")) {
            String kind = part.strip();
            if (!kind.isEmpty() && !LeftoverNames.allowable().contains(kind)) {
                throw new ConfigurationException(setting + " names \"" + JsonRules.forLog(kind) + "\"; it must be of "
                        + String.join(", ", LeftoverNames.allowable()) + ", with commas between them");
            }
            if (!kind.isEmpty()) {
                kinds.add(kind);
            }
        }
        return kinds;
    }

    /** Whether a child runs further jobs as long as it is clean. */
    boolean recycles() {
        return jobsPerFork > 1;
    }

    /** These options, and the options that a look at a child needs. */
    ChildOptions withLook() {
        if (!recycles()) {
            return this;
        }
        List<String> all = new ArrayList<>(javaOptions);
        all.add(SHOW_HOOKS);
        return new ChildOptions(
                jobsPerFork,
                mayLeave,
                standby,
                memoryLimit,
                java,
                all,
                classPath,
                startTimeout,
                withoutEnvironment,
                archives,
                trainedBy,
                pipes);
    }

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
        public List<String> mayLeave = List.of();
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
                    mayLeave,
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
