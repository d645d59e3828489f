package io.resque.backend.redis;

import io.resque.api.BackendUnavailableException;
import io.resque.api.ConfigurationException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Refuses a server on which the scripts cannot work. */
final class ServerCheck {
    private static final List<byte[][]> INFO = List.of(
            new byte[][] {Keys.bytes("INFO"), Keys.bytes("server")},
            new byte[][] {Keys.bytes("INFO"), Keys.bytes("cluster")});

    /** A script reads the clock and then writes, which older servers refuse. */
    private static final int OLDEST = 5;

    private static final Pattern VERSION = Pattern.compile("redis_version:((\\d+)\\S*)");

    private ServerCheck() {}

    /**
     * Looks at the version, and whether the server is a cluster on which the namespace would be spread.
     *
     * @throws ConfigurationException naming what is wrong and the way out
     * @throws BackendUnavailableException if the server cannot be reached
     */
    static void refuseUnsuitable(RedisLink link, RedisSettings settings) {
        List<@Nullable Object> replies;
        try {
            replies = link.pipeline(INFO);
        } catch (BackendUnavailableException e) {
            if (!e.maybeApplied()) {
                throw e;
            }
            return; // the command for which the server was looked for meets whatever is wrong
        }
        StringBuilder info = new StringBuilder();
        for (Object reply : replies) {
            // A server may refuse to tell. It then refuses itself what it cannot do.
            if (reply instanceof byte[] section) {
                info.append(Keys.utf8(section));
            }
        }
        Matcher version = VERSION.matcher(info);
        if (version.find() && Integer.parseInt(version.group(2)) < OLDEST) {
            throw new ConfigurationException("Redis at " + link.endpoint() + " is version " + version.group(1)
                    + ", and " + OLDEST + ".0 or later is needed; give the URL of one that is newer");
        }
        if (!settings.isOnOneNode() && settings.primary() == null && info.indexOf("cluster_enabled:1") >= 0) {
            throw new ConfigurationException("Redis at " + link.endpoint() + " is a cluster, and the namespace \""
                    + settings.namespace() + "\" would be spread over its nodes; give a namespace with a hash"
                    + " tag, such as {resque}");
        }
    }
}
