package io.resque.tck;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import redis.embedded.core.ExecutableProvider;

/** The only class that uses the optional library embedded-redis. It is loaded only if the library is on the class path. */
final class EmbeddedRedis {
    private static @Nullable Path executable;

    private EmbeddedRedis() {}

    /** Unpacks the library's binary for this machine, once for each JVM. The file is removed when the JVM ends. */
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
