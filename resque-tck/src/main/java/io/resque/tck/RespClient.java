package io.resque.tck;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A small Redis client of the kit, so that no adapter checks its own work. It has one connection, speaks RESP2, and
 * waits up to ten seconds for a reply. Thread-safe; only one thread at a time sends a command. After an I/O error every
 * further call fails.
 */
public final class RespClient implements AutoCloseable {
    static final int TIMEOUT_MILLIS = 10_000;
    private static final int BATCH = 500;

    private final Socket socket;
    private final OutputStream out;
    private final RespReader in;

    /**
     * Connects without a login.
     *
     * @param host the host of Redis
     * @param port the port of Redis
     */
    public RespClient(String host, int port) {
        this(host, port, false);
    }

    private RespClient(String host, int port, boolean tls) {
        try {
            socket = tls ? Sockets.connectTls(host, port) : Sockets.connect(host, port);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            out = socket.getOutputStream();
            in = new RespReader(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException("No connection to Redis at " + host + ":" + port, e);
        }
    }

    /**
     * Connects, logs in, and selects the database in the address.
     *
     * @param redisUrl {@code redis://[[user]:password@]host[:port][/database]}, or {@code rediss://} for TLS
     * @return the client
     */
    public static RespClient connect(String redisUrl) {
        RedisUrl url = RedisUrl.parse(redisUrl);
        RespClient client = new RespClient(url.host(), url.port(), url.tls());
        try {
            if (url.password() != null && url.user() != null) {
                client.call("AUTH", url.user(), url.password());
            } else if (url.password() != null) {
                client.call("AUTH", url.password());
            }
            if (url.database() != 0) {
                client.call("SELECT", url.database());
            }
            return client;
        } catch (RuntimeException e) {
            client.close();
            throw e;
        }
    }

    /**
     * Sends a command and waits for its reply.
     *
     * @param args the command and its arguments: text is sent as UTF-8, {@code byte[]} unchanged, a number as text
     * @return a {@code Long}, {@code byte[]} for a bulk string, {@code String} for a simple string, {@code List}, or
     *     null; an error inside a list is a {@link RedisError}
     * @throws RedisError if the reply is an error
     */
    public synchronized @Nullable Object call(Object... args) {
        byte[] request = RespValues.encode(args);
        Object reply;
        try {
            out.write(request);
            out.flush();
            reply = in.reply();
        } catch (IOException e) {
            close();
            throw new UncheckedIOException("Redis gave no answer to " + args[0], e);
        }
        if (reply instanceof RedisError error) {
            throw error;
        }
        return reply;
    }

    /**
     * Sends a command whose reply is one text.
     *
     * @param args as for {@link #call}
     * @return the reply as UTF-8, a number as its digits, or null
     */
    public @Nullable String text(Object... args) {
        return RespValues.asText(call(args));
    }

    /**
     * Sends a command whose reply is a list of texts.
     *
     * @param args as for {@link #call}
     * @return the elements as UTF-8; empty if the reply is nil
     */
    public List<@Nullable String> texts(Object... args) {
        List<@Nullable String> texts = new ArrayList<>();
        for (Object element : RespValues.asList(call(args))) {
            texts.add(RespValues.asText(element));
        }
        return texts;
    }

    /**
     * Sends a command whose reply is a number.
     *
     * @param args as for {@link #call}
     * @return the number
     */
    public long number(Object... args) {
        return Long.parseLong(String.valueOf(text(args)));
    }

    /**
     * Reads a hash.
     *
     * @param key its key
     * @return fields and values, sorted by field; empty if there is no such key
     */
    public Map<String, String> hash(String key) {
        return NamespaceDump.pairs(texts("HGETALL", key));
    }

    /**
     * Finds keys by SCAN.
     *
     * @param pattern a glob pattern of Redis
     * @return the keys, sorted
     */
    public Set<String> keys(String pattern) {
        Set<String> keys = new TreeSet<>();
        String cursor = "0";
        do {
            List<@Nullable Object> reply = RespValues.asList(call("SCAN", cursor, "MATCH", pattern, "COUNT", BATCH));
            cursor = String.valueOf(RespValues.asText(reply.get(0)));
            RespValues.asList(reply.get(1)).forEach(key -> keys.add(String.valueOf(RespValues.asText(key))));
        } while (!cursor.equals("0"));
        return keys;
    }

    /**
     * Deletes all keys with a prefix, a few hundred at a time.
     *
     * @param prefix taken literally; must not be empty
     */
    public void deleteKeys(String prefix) {
        if (prefix.isEmpty()) {
            throw new IllegalArgumentException("An empty prefix would delete the whole database; name a prefix");
        }
        List<String> keys = List.copyOf(keys(RespValues.literally(prefix) + "*"));
        for (int from = 0; from < keys.size(); from += BATCH) {
            List<Object> command = new ArrayList<>(List.of("DEL"));
            command.addAll(keys.subList(from, Math.min(from + BATCH, keys.size())));
            call(command.toArray());
        }
    }

    /**
     * Reads all keys under a prefix, to compare what two implementations have written.
     *
     * @param prefix taken literally
     * @return the values, sorted by key: {@code String}, {@code List<String>}, a sorted {@code Set<String>}, or a sorted
     *     {@code Map<String, String>} for a hash and for the members and scores of a sorted set
     */
    public Map<String, Object> dump(String prefix) {
        return NamespaceDump.of(this, prefix);
    }

    /** Closes the connection. */
    @Override
    public void close() {
        Sockets.close(socket);
    }

    /** Redis has answered with an error; the message is the server's text. */
    public static final class RedisError extends RuntimeException {
        private static final long serialVersionUID = 1L;

        RedisError(String text) {
            super(text);
        }
    }
}
