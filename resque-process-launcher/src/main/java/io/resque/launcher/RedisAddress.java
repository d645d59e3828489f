package io.resque.launcher;

import io.resque.api.ConfigurationException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Puts the database of a variable of its own into the URL of another one. */
final class RedisAddress {
    static final String LOCAL = "redis://localhost:6379";

    private RedisAddress() {}

    /**
     * The URL with the database.
     *
     * @param variable where the URL stands
     * @throws ConfigurationException if it names another database, or can have none
     */
    static String withDatabase(String variable, String url, String database) {
        int scheme = url.indexOf("://");
        if (scheme >= 0) {
            return withDatabase(variable, url, scheme + 3, database);
        }
        if (url.startsWith("memory:")) {
            throw new ConfigurationException("REDIS_BACKEND_DB is " + database + ", but " + variable
                    + " names memory, which has no databases; leave REDIS_BACKEND_DB out");
        }
        // host[:port[:db]][/namespace], as in Ruby Resque
        int slash = url.indexOf('/');
        String server = slash < 0 ? url : url.substring(0, slash);
        String namespace = slash < 0 ? "" : url.substring(slash + 1);
        int second = server.startsWith("[") ? -1 : server.indexOf(':', server.indexOf(':') + 1);
        if (second > 0 && server.indexOf(':') != second) {
            refuseAnother(variable, server.substring(second + 1), database);
            return url;
        }
        String query = namespace.isEmpty()
                ? ""
                : "?namespace="
                        + URLEncoder.encode(namespace, StandardCharsets.UTF_8).replace("+", "%20");
        return "redis://" + server + "/" + database + query;
    }

    private static String withDatabase(String variable, String url, int start, String database) {
        int end = url.startsWith("-sentinel", url.indexOf("://") - "-sentinel".length())
                ? url.lastIndexOf('#')
                : url.length();
        end = end < start ? url.length() : end;
        int query = url.indexOf('?', start);
        end = query >= 0 && query < end ? query : end;
        int host = Math.max(start, url.lastIndexOf('@', end - 1) + 1);
        int slash = url.indexOf('/', host);
        slash = slash < 0 || slash > end ? end : slash;
        if (slash + 1 < end) {
            refuseAnother(variable, url.substring(slash + 1, end), database);
            return url;
        }
        return url.substring(0, slash) + "/" + database + url.substring(end);
    }

    private static void refuseAnother(String variable, String named, String database) {
        if (!named.replaceFirst("^0+(?=.)", "").equals(database.replaceFirst("^0+(?=.)", ""))) {
            // Without a scheme, what stands before an @ may be the end of a password.
            throw new ConfigurationException("REDIS_BACKEND_DB is " + database + ", but " + variable
                    + " names the database " + named.replaceFirst(".*@", "…@")
                    + "; leave one of them out, or give both the same");
        }
    }
}
