package io.resque.launcher.internal.process;

import io.resque.api.ConfigurationException;
import io.resque.api.spi.JsonRules;
import io.resque.launcher.internal.support.OwnVariables;
import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of {@code RESQUE_HTTP}, where a worker process answers probes. The first of several workers takes this port, the
 * second one the next port, and so on.
 *
 * @param host as it was given; an IPv6 address in brackets
 * @param port 0 for any free port
 */
record HttpAddress(String host, int port) {
    private static final String VARIABLE = OwnVariables.HTTP;
    private static final int MOST = 65_535;
    private static final Pattern FORM = Pattern.compile("(?:(\\[[0-9A-Fa-f:.%]+]|[A-Za-z0-9._-]+):)?(\\d{1,5})");

    /**
     * Reads an address for so many workers.
     *
     * @throws ConfigurationException if it is none, or there are not enough ports behind it
     */
    static HttpAddress of(String text, int workers) {
        Matcher form = FORM.matcher(text);
        if (!form.matches() || Integer.parseInt(form.group(2)) > MOST) {
            throw new ConfigurationException(VARIABLE + " is \"" + JsonRules.forLog(text)
                    + "\"; it must be a port, such as 9447, for programs of this machine only, or an address and a port, such as"
                    + " 0.0.0.0:9447 for all that reach this machine, or [::1]:9447");
        }
        HttpAddress address =
                new HttpAddress(form.group(1) == null ? "127.0.0.1" : form.group(1), Integer.parseInt(form.group(2)));
        if (address.port + workers - 1 > MOST && address.port > 0) {
            throw new ConfigurationException(VARIABLE + " is \"" + text + "\", and each of " + workers
                    + " workers takes a port of its own, one after the other, up to " + MOST + "; choose a lower one");
        }
        if (address.socket().isUnresolved()) {
            throw new ConfigurationException(
                    VARIABLE + " is \"" + text + "\", and there is no address of that name; give one of this machine");
        }
        return address;
    }

    /** The address of the worker with this number, from 1 on. */
    HttpAddress ofWorker(int number) {
        return port == 0 ? this : new HttpAddress(host, port + number - 1);
    }

    InetSocketAddress socket() {
        return new InetSocketAddress(host, port);
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
