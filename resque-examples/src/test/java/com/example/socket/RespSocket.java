package com.example.socket;

import io.resque.backend.redis.RedisReplyException;
import io.resque.backend.redis.RedisSettings;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A small Redis client on a socket; speaks RESP2. */
final class RespSocket {
    private static final byte[] END = {'\r', '\n'};

    private final Socket socket = new Socket();
    private final DataInputStream in;

    RespSocket(RedisSettings settings) throws IOException {
        try {
            InetAddress address = InetAddress.getByName(settings.host());
            socket.connect(new InetSocketAddress(address, settings.port()), (int)
                    settings.connectTimeout().toMillis());
            socket.setTcpNoDelay(true);
            in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    static byte[][] words(String... words) {
        byte[][] bytes = new byte[words.length][];
        for (int i = 0; i < words.length; i++) {
            bytes[i] = words[i].getBytes(StandardCharsets.UTF_8);
        }
        return bytes;
    }

    /** Sends all commands in one write. */
    void send(Duration timeout, List<byte[][]> commands) throws IOException {
        socket.setSoTimeout((int) timeout.toMillis());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[][] command : commands) {
            line(out, '*', command.length);
            for (byte[] word : command) {
                line(out, '$', word.length);
                out.write(word);
                out.write(END);
            }
        }
        out.writeTo(socket.getOutputStream());
    }

    private static void line(ByteArrayOutputStream out, char kind, int length) throws IOException {
        out.write(kind);
        out.write(Integer.toString(length).getBytes(StandardCharsets.US_ASCII));
        out.write(END);
    }

    /**
     * Reads a reply in the form that RedisLink needs: Long, byte[], List or null; an error reply is a
     * RedisReplyException.
     */
    @Nullable
    Object reply(String endpoint) throws IOException {
        int kind = in.read();
        String line = line();
        switch (kind) {
            case '+':
                return line.getBytes(StandardCharsets.UTF_8);
            case '-':
                return new RedisReplyException(endpoint, line);
            case ':':
                return Long.parseLong(line);
            case '$':
                return bulk(Integer.parseInt(line));
            case '*':
                return list(Integer.parseInt(line), endpoint);
            default:
                throw new EOFException("the server closed the connection");
        }
    }

    private byte @Nullable [] bulk(int length) throws IOException {
        if (length < 0) {
            return null;
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        in.readFully(new byte[END.length]);
        return bytes;
    }

    private @Nullable List<@Nullable Object> list(int length, String endpoint) throws IOException {
        if (length < 0) {
            return null;
        }
        List<@Nullable Object> list = new ArrayList<>(length);
        for (int i = 0; i < length; i++) {
            list.add(reply(endpoint));
        }
        return list;
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\r'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the server closed the connection");
            }
            line.write(c);
        }
        in.readByte();
        return line.toString(StandardCharsets.UTF_8);
    }

    void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // it is closed all the same
        }
    }
}
