package io.resque.launcher;

import io.resque.api.ConfigurationException;
import io.resque.core.Resque;
import io.resque.core.ResqueBuilder;
import io.resque.core.ResqueHttp;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What {@code RESQUE_HTTP} and {@code HEARTBEAT_FILE} ask for. */
final class Probes {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerProcess.class);

    private Probes() {}

    static ResqueBuilder touching(ResqueBuilder builder, WorkerSettings settings) {
        String file = settings.heartbeatFile;
        if (file == null) {
            return builder;
        }
        try {
            return builder.heartbeatFile(Path.of(file));
        } catch (ConfigurationException | InvalidPathException e) {
            throw new ConfigurationException(WorkerSettings.HEARTBEAT_FILE + ": " + e.getMessage(), e);
        }
    }

    /** Null if no port is asked for. */
    static @Nullable ResqueHttp listen(Resque resque, WorkerSettings settings) {
        HttpAddress address = settings.http;
        if (address == null) {
            return null;
        }
        // For the whole JVM, which is ours here: silent connections must not take all file descriptors, and no reply
        // must wait for an acknowledgement.
        System.getProperties().putIfAbsent("jdk.httpserver.maxConnections", "200");
        System.getProperties().putIfAbsent("sun.net.httpserver.nodelay", "true");
        try {
            ResqueHttp opened = ResqueHttp.open(resque, address.socket());
            int port = opened.address().getPort();
            if (address.port() == 0) { // seen without VERBOSE: nobody else knows it
                LOG.warn("Probes and metrics are at {} port {}", address.host(), port);
            } else {
                LOG.info("Probes and metrics are at {} port {}", address.host(), port);
            }
            return opened;
        } catch (ConfigurationException e) {
            throw new ConfigurationException(HttpAddress.VARIABLE + ": " + e.getMessage(), e);
        }
    }
}
