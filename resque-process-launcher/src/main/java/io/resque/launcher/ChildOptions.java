package io.resque.launcher;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How children are run.
 *
 * @param memoryLimit in bytes; 0 for none
 * @param withoutEnvironment names of variables that children do not get
 * @param archives where archives of classes are kept; null for none
 */
record ChildOptions(
        int jobsPerFork,
        boolean standby,
        long memoryLimit,
        Path java,
        List<String> javaOptions,
        String classPath,
        Duration startTimeout,
        List<String> withoutEnvironment,
        @Nullable Path archives) {}
