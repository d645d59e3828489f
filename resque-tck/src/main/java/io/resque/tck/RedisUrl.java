package io.resque.tck;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The parts of a redis:// or rediss:// address. No message of this class quotes the password. */
record RedisUrl(
        String host,
        int port,
        @Nullable String user,
        @Nullable String password,
        int database,
        boolean tls) {
    private static final int DEFAULT_PORT = 6379;

    static RedisUrl parse(String url) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("Not a Redis address (" + e.getReason() + "); " + FORM);
        }
        String host = uri.getHost();
        boolean tls = "rediss".equalsIgnoreCase(uri.getScheme());
        if (!tls && !"redis".equalsIgnoreCase(uri.getScheme()) || host == null) {
            throw new IllegalArgumentException("Not a Redis address; " + FORM);
        }
        String user = null;
        String password = null;
        String info = uri.getRawUserInfo();
        if (info != null) {
            int colon = info.indexOf(':');
            user = colon > 0 ? decode(info.substring(0, colon)) : null;
            password = decode(info.substring(colon + 1));
        }
        return new RedisUrl(
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(),
                user,
                password,
                database(uri.getPath()),
                tls);
    }

    private static final String FORM =
            "the form is redis://[[user]:password@]host[:port][/database], or rediss:// for TLS";

    /** The same login and database at another host and port. */
    RedisUrl at(String otherHost, int otherPort) {
        return new RedisUrl(otherHost, otherPort, user, password, database, tls);
    }

    /** The address as text, with the password. */
    String text() {
        String login = password == null ? "" : (user == null ? "" : encode(user)) + ":" + encode(password) + "@";
        String place = host.indexOf(':') < 0 ? host : "[" + host + "]";
        return (tls ? "rediss://" : "redis://") + login + place + ":" + port + "/" + database;
    }

    @Override
    public String toString() {
        return host + ":" + port + "/" + database;
    }

    private static int database(@Nullable String path) {
        if (path == null || path.length() < 2) {
            return 0;
        }
        try {
            return Integer.parseInt(path.substring(1));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("The database '" + path.substring(1) + "' is not a number; " + FORM);
        }
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
