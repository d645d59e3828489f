package io.resque.tck;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import redis.embedded.core.ExecutableProvider;

/** The only class that touches the optional embedded-redis; loaded only where that is on the class path. */
final class EmbeddedRedis {
    private static @Nullable Path executable;

    private EmbeddedRedis() {}

    /** Unpacks the binary for this machine, once per JVM; it is removed when the JVM ends. */
    static synchronized Path executable() throws IOException {
        if (executable == null) {
            File dir = Files.createTempDirectory("resque-embedded-redis").toFile();
            dir.deleteOnExit();
            executable = ExecutableProvider.newJarResourceProvider(dir)
                    .get()
                    .toPath()
                    .toAbsolutePath();
        }
        return executable;
    }
}
