package io.resque.core.internal.settings;

import io.resque.api.ConfigurationException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes one URL from the variables that say where Redis is. */
final class RedisAddress {
    static final String LOCAL = "redis://localhost:6379";

    private static final String SOCKET = "unix://";

    private static final Pattern URL = Pattern.compile("[a-z+-]+://");

    private RedisAddress() {}

    /**
     * The address that REDIS_BACKEND means to php-resque, as one of our URLs. The user is left out, since php-resque ignores it.
     * {@code password-encoding} says how the password is written. Parameters for PHP's own connections have no effect.
     *
     * @throws ConfigurationException if the password cannot be read
     */
    static String ofPhp(String address) {
        String url = address;
        if (!url.contains("://")) {
            url = "redis://" + (url.contains(":") ? url : url + ":6379");
        }
        int start = url.indexOf("://") + 3;
        int query = url.indexOf('?', start);
        int at = url.lastIndexOf('@');
        if (query >= 0 && at > query) {
            return url; // the parser of URLs refuses it with a sentence
        }
        int hash = isOfSentinels(url) ? url.lastIndexOf('#') : -1;
        int end = hash > query ? hash : url.length();
        String encoding = "u";
        String rest = url.substring(at < start ? start : at + 1, query < 0 ? end : query);
        if (query >= 0) {
            List<String> kept = new ArrayList<>();
            for (String pair : url.substring(query + 1, end).split("&")) {
                String name = pair.replaceFirst("=.*", "");
                if (name.equals("password-encoding")) {
                    encoding = pair.substring(pair.indexOf('=') + 1);
                } else if (!name.equals("persistent") && !name.equals("max_connect_retries")) {
                    kept.add(pair);
                }
            }
            rest += kept.isEmpty() ? "" : "?" + String.join("&", kept);
        }
        rest += url.substring(end);
        if (at < start || url.startsWith(SOCKET + "/")) {
            return url.substring(0, start) + (at < start ? "" : url.substring(start, at + 1)) + rest;
        }
        String login = url.substring(start, at);
        String password = login.substring(login.indexOf(':') + 1);
        return url.substring(0, start) + ":" + password(password, encoding) + "@" + rest;
    }

    private static String password(String written, String encoding) {
        switch (encoding) {
            case "u" -> {
                return written;
            }
            case "b" -> {
                try {
                    return encoded(new String(Base64.getDecoder().decode(written), StandardCharsets.UTF_8));
                } catch (IllegalArgumentException e) {
                    throw new ConfigurationException(
                            "REDIS_BACKEND says password-encoding=b, and its password is not in Base64");
                }
            }
            default ->
                throw new ConfigurationException("REDIS_BACKEND says password-encoding=" + encoding
                        + "; it must be u for a password with %, as in every URL, or b for Base64");
        }
    }

    /** A text as a message can show it. Of a URL that is only its scheme: where its @ is missing, nobody knows what a password is. */
    static String withoutLogin(String text) {
        Matcher url = URL.matcher(text);
        if (url.lookingAt()) {
            return url.group() + "…";
        }
        return text.startsWith("/") ? text : text.replaceFirst("(?s).*@", "…@");
    }

    private static boolean isOfSentinels(String url) {
        return url.startsWith("redis-sentinel://") || url.startsWith("rediss-sentinel://");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /**
     * The URL with the database.
     *
     * @param variable where the URL stands
     * @throws ConfigurationException if it names another database, or can have none
     */
    static String withDatabase(String variable, String url, String database) {
        int scheme = url.indexOf("://");
        if (url.startsWith(SOCKET)) {
            return socketWithDatabase(variable, url, database);
        }
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
        String query = namespace.isEmpty() ? "" : "?namespace=" + encoded(namespace);
        return "redis://" + server + "/" + database + query;
    }

    private static String withDatabase(String variable, String url, int start, String database) {
        int end = isOfSentinels(url) ? url.lastIndexOf('#') : url.length();
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

    private static String socketWithDatabase(String variable, String url, String database) {
        int query = url.indexOf('?');
        if (query < 0) {
            return url + "?db=" + database;
        }
        for (String pair : url.substring(query + 1).split("&")) {
            if (pair.startsWith("db=")) {
                refuseAnother(variable, pair.substring("db=".length()), database);
                return url;
            }
        }
        return url + "&db=" + database;
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
