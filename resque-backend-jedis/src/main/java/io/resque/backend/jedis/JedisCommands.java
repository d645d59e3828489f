package io.resque.backend.jedis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisDataException;

/** Sends words over a connection of Jedis. */
final class JedisCommands {
    private JedisCommands() {}

    static void send(Connection connection, byte[][] command) {
        byte[] name = command[0];
        connection.sendCommand(() -> name, Arrays.copyOfRange(command, 1, command.length));
    }

    /** Sends all commands in one write, and waits for all replies. */
    static List<@Nullable Object> exchange(Connection connection, List<byte[][]> commands, JedisErrors errors) {
        commands.forEach(command -> send(connection, command));
        List<@Nullable Object> replies = new ArrayList<>(commands.size());
        for (Object reply : connection.getMany(commands.size())) {
            replies.add(reply instanceof JedisDataException e ? errors.of(e) : reply);
        }
        return replies;
    }

    static Object ask(Connection connection, String... words) {
        byte[][] command = new byte[words.length][];
        for (int i = 0; i < words.length; i++) {
            command[i] = bytes(words[i]);
        }
        send(connection, command);
        return connection.getOne();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
