package io.resque.backend.redis;

import io.resque.api.ConfigurationException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a URL, in one of the forms that {@link RedisSettings} lists. For one reading. */
final class RedisUrl {
    private static final int DEFAULT_PORT = 6379;
    private static final int SENTINEL_PORT = 26379;
    private static final String SENTINEL_FORM =
            "Use redis-sentinel://user:password@host1:26379,host2:26379/db#name, with the name of the primary in sentinel.conf";
    private static final String SOCKET_FORM =
            "Use unix:///run/redis/redis.sock?db=0, with a password unix://:password@/run/redis/redis.sock";
    private static final String FORMS = "Use redis://user:password@host:port/db, rediss:// for TLS, or host:port";

    /** All that follows the first colon behind which stands no port; the group is the text before it. */
    private static final Pattern BEHIND_A_PORT_THAT_IS_NONE =
            Pattern.compile("(?s)^((?:[\\w+.-]+://)?+(?:\\[[^]]*]|[^/:\\[]|:\\d{1,5},)*+:)(?!\\d{1,5}([/?#:,]|$)).*");

    /** All that follows the name of the first parameter that we do not know, since other programs have passwords there. */
    private static final Pattern BEHIND_AN_UNKNOWN_PARAMETER =
            Pattern.compile("(?s)([?&](?!(?:db|namespace|timeout|connectTimeout)=)[^=&?]*+=).+");

    private final String url;
    private int port = DEFAULT_PORT;
    private @Nullable Path socket;
    private boolean bySocket;
    private int database;
    private @Nullable String user;
    private @Nullable String password;
    private boolean tls;
    private String namespace = RedisSettings.DEFAULT_NAMESPACE;
    private Duration connectTimeout = RedisSettings.DEFAULT_TIMEOUT;
    private Duration timeout = RedisSettings.DEFAULT_TIMEOUT;
    private final List<InetSocketAddress> sentinels = new ArrayList<>();
    private boolean bySentinel;
    private @Nullable String primary;

    RedisUrl(String url) {
        this.url = url;
    }

    /** With this namespace in place of the URL's, unless it is null. */
    RedisSettings read(@Nullable String chosen) {
        int scheme = url.indexOf("://");
        String host = scheme < 0 ? readPlain() : readUrl(url.substring(0, scheme), url.substring(scheme + 3));
        if (host.isEmpty() && socket == null) {
            throw bad("it names no host");
        }
        return new RedisSettings(
                host,
                port,
                socket,
                user,
                password,
                database,
                tls,
                RedisSettings.plain(chosen == null ? namespace : chosen),
                connectTimeout,
                timeout,
                List.copyOf(sentinels),
                primary);
    }

    private String readUrl(String scheme, String rest) {
        switch (scheme) {
            case "redis", "tcp" -> tls = false;
            case "rediss" -> tls = true;
            case "unix" -> bySocket = true;
            case "redis-sentinel", "rediss-sentinel" -> {
                bySentinel = true;
                tls = scheme.startsWith("rediss");
                int hash = rest.lastIndexOf('#');
                primary = hash < 0 ? "" : decode(rest.substring(hash + 1));
                if (primary.isBlank() || hash < rest.lastIndexOf('@')) {
                    throw bad("it lacks #name, the name by which the sentinels know the primary");
                }
                rest = rest.substring(0, hash);
            }
            default -> throw bad("it begins with none of redis://, rediss://, tcp://, unix:// and redis-sentinel://");
        }
        int question = rest.indexOf('?');
        String query = question < 0 ? "" : rest.substring(question + 1);
        if (query.indexOf('@') >= 0) {
            throw bad("an @ stands after a ?; write %3F for a ? in the password, and %40 for an @ in the namespace");
        }
        rest = question < 0 ? rest : rest.substring(0, question);
        // The port first: if it is a password, the text behind it may be a part of the password.
        String host = "";
        if (bySocket) {
            readSocket(rest);
        } else {
            host = readServer(rest);
        }
        if (question >= 0) {
            readQuery(query);
        }
        return host;
    }

    private String readServer(String text) {
        String rest = text;
        int userInfo = rest.lastIndexOf('@');
        if (userInfo >= 0) {
            readUserInfo(rest.substring(0, userInfo));
            rest = rest.substring(userInfo + 1);
        }
        int path = rest.indexOf('/');
        String db = path < 0 ? "" : rest.substring(path + 1);
        rest = path < 0 ? rest : rest.substring(0, path);
        String host = bySentinel ? readSentinels(rest) : readHostAndPort(rest);
        database = db.isEmpty() ? 0 : number(db, "the database");
        return host;
    }

    /** What stands before the path is a login; within the path an @ is one. */
    private void readSocket(String text) {
        int path = text.startsWith("/") ? 0 : text.lastIndexOf("@/") + 1;
        if (path == 0 && !text.startsWith("/")) {
            throw bad("a socket needs its whole path, which begins with a /");
        }
        if (path > 0) {
            readUserInfo(text.substring(0, path - 1));
        }
        try {
            socket = Path.of(decode(text.substring(path)));
        } catch (InvalidPathException e) {
            throw bad("its path cannot be one here: " + e.getReason());
        }
        port = 0;
    }

    private String readSentinels(String text) {
        for (String each : text.split(",", -1)) {
            port = SENTINEL_PORT;
            String host = readHostAndPort(each);
            if (host.isEmpty()) {
                throw bad("one of its sentinels has no host");
            }
            sentinels.add(InetSocketAddress.createUnresolved(host, port));
        }
        port = sentinels.get(0).getPort();
        return sentinels.get(0).getHostString();
    }

    /** Ruby's forms: host:port, host:port:db, each with /namespace, which may hold colons itself. */
    private String readPlain() {
        if (url.indexOf('@') >= 0) {
            throw bad("a password needs the long form");
        }
        String rest = url;
        int slash = rest.indexOf('/');
        if (slash >= 0) {
            namespace = rest.substring(slash + 1);
            rest = rest.substring(0, slash);
        }
        String[] parts = rest.split(":", -1);
        if (parts.length != 3 || rest.startsWith("[")) {
            return readHostAndPort(rest);
        }
        String host = readHostAndPort(parts[0] + ":" + parts[1]);
        database = number(parts[2], "the database");
        return host;
    }

    private String readHostAndPort(String text) {
        int bracket = text.startsWith("[") ? text.indexOf(']') : -1;
        int colon = text.indexOf(':', Math.max(bracket, 0));
        if (bracket > 0 && colon != bracket + 1 && text.length() > bracket + 1) {
            throw bad("only a colon and the port can stand after the ]");
        }
        String host = colon < 0 ? text : text.substring(0, colon);
        if (colon == 0 && text.matches("(?s):.*\\D.*")) {
            throw bad("it names no host; a password ends with an @");
        }
        if (colon >= 0) {
            if (mayHoldPassword() && !text.substring(colon + 1).matches("\\d{1,5}")) {
                throw bad("the port is not a number of up to five digits; a password ends with an @");
            }
            port = number(text.substring(colon + 1), "the port");
            if (port < 1 || port > 65535) {
                throw bad("the port " + port + " is not between 1 and 65535");
            }
        }
        if (host.chars().anyMatch(c -> c <= ' ')) {
            throw bad("the host holds a blank");
        }
        return bracket > 0 ? host.substring(1, bracket) : host;
    }

    private void readUserInfo(String text) {
        int colon = text.indexOf(':');
        if (colon > 0) {
            user = decode(text.substring(0, colon));
        }
        String secret = decode(text.substring(colon + 1));
        password = secret.isEmpty() ? null : secret;
    }

    private void readQuery(String query) {
        for (String pair : query.split("&")) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            switch (name) {
                case "db" -> {
                    if (!bySocket) {
                        throw bad("the database stands behind the port: redis://host:port/db");
                    }
                    database = number(value, "the database");
                }
                case "namespace" -> namespace = value;
                case "timeout" -> timeout = duration(name, value);
                case "connectTimeout" -> connectTimeout = duration(name, value);
                default ->
                    throw bad("the parameter " + name
                            + " is unknown; there are namespace, timeout and connectTimeout, and for a socket db");
            }
        }
    }

    private Duration duration(String name, String value) {
        try {
            double factor = value.endsWith("ms") ? 1 : 1000;
            double millis = Double.parseDouble(value.replaceFirst("m?s$", "")) * factor;
            if (millis >= 1 && millis <= Integer.MAX_VALUE) {
                return Duration.ofMillis(Math.round(millis));
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw bad(name + "=" + value + " is not a time such as 500ms or 2s");
    }

    private int number(String text, String what) {
        try {
            int number = Integer.parseInt(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw bad(what + " is \"" + text + "\", not a number");
    }

    private String decode(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw bad("a % in it is not followed by two hexadecimal digits");
        }
    }

    /** Without an @, a password stands where a port does, or before the path of a socket. */
    private boolean mayHoldPassword() {
        return url.indexOf('@') < 0;
    }

    private ConfigurationException bad(String what) {
        String shown = mayHoldPassword()
                ? BEHIND_A_PORT_THAT_IS_NONE.matcher(url).replaceFirst("$1***")
                : url.replaceFirst("(?s)^([a-z-]+://)?.*@", "$1***@");
        shown = BEHIND_AN_UNKNOWN_PARAMETER.matcher(shown).replaceFirst("$1***");
        return new ConfigurationException("\"" + shown + "\" is not a Redis URL: " + what + ". "
                + (bySentinel ? SENTINEL_FORM : bySocket ? SOCKET_FORM : FORMS));
    }
}
