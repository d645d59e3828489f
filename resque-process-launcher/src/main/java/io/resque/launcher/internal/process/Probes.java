package io.resque.launcher.internal.process;

import io.resque.api.ConfigurationException;
import io.resque.core.Resque;
import io.resque.core.ResqueBuilder;
import io.resque.core.ResqueHttp;
import io.resque.launcher.internal.support.OwnVariables;
import io.resque.launcher.internal.support.PublicNames;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the port of {@code RESQUE_HTTP} and sets the file of {@code HEARTBEAT_FILE}. */
final class Probes {
    private static final Logger LOG = LoggerFactory.getLogger(PublicNames.WORKER_PROCESS);

    private Probes() {}

    /** Sets the file that each heartbeat touches, if there is one. */
    static ResqueBuilder touching(ResqueBuilder builder, WorkerSettings settings) {
        String file = settings.heartbeatFile;
        if (file == null) {
            return builder;
        }
        try {
            return builder.heartbeatFile(Path.of(file));
        } catch (ConfigurationException | InvalidPathException e) {
            throw new ConfigurationException(OwnVariables.HEARTBEAT_FILE + ": " + e.getMessage(), e);
        }
    }

    /** Opens the port; null if none is asked for. */
    static @Nullable ResqueHttp listen(Resque resque, @Nullable HttpAddress address) {
        if (address == null) {
            return null;
        }
        // These apply to the whole JVM, which is ours here. Silent connections must not take all file descriptors, and
        // no reply
        // must wait for an acknowledgement.
        System.getProperties().putIfAbsent("jdk.httpserver.maxConnections", "200");
        System.getProperties().putIfAbsent("sun.net.httpserver.nodelay", "true");
        try {
            ResqueHttp opened = ResqueHttp.open(resque, address.socket());
            int port = opened.address().getPort();
            if (address.port() == 0) { // a warning is seen without VERBOSE, and the port is written nowhere else
                LOG.warn("Probes and metrics are at {} port {}", address.host(), port);
            } else {
                LOG.info("Probes and metrics are at {} port {}", address.host(), port);
            }
            return opened;
        } catch (ConfigurationException e) {
            throw new ConfigurationException(OwnVariables.HTTP + ": " + e.getMessage(), e);
        }
    }
}
