package io.resque.tck;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads requests and replies of RESP2 and RESP3 from a stream, and keeps the bytes of the last one that it read. */
final class RespReader {
    private final InputStream in;
    private final ByteArrayOutputStream raw = new ByteArrayOutputStream();

    RespReader(InputStream in) {
        this.in = new BufferedInputStream(in);
    }

    /** The bytes of the last request or reply. */
    byte[] raw() {
        return raw.toByteArray();
    }

    /** The arguments of the next request, none for an empty line; null at the end of the stream. */
    @Nullable
    List<byte[]> request() throws IOException {
        raw.reset();
        int first = in.read();
        if (first < 0) {
            return null;
        }
        raw.write(first);
        String line = line();
        if (first != '*') {
            String inline = ((char) first + line).strip();
            return inline.isEmpty()
                    ? List.of()
                    : Arrays.stream(inline.split("\\s+"))
                            .map(word -> word.getBytes(StandardCharsets.ISO_8859_1))
                            .toList();
        }
        List<byte[]> arguments = new ArrayList<>();
        for (int left = length(line); left > 0; left--) {
            if (next() != '$') {
                throw new IOException("a request must be an array of bulk strings");
            }
            arguments.add(bytes(length(line())));
        }
        return Collections.unmodifiableList(arguments);
    }

    /**
     * The next reply: Long, byte[] (bulk string), String (simple string), List, null or RedisError; in RESP3 also
     * Double, Boolean and BigInteger.
     */
    @Nullable
    Object reply() throws IOException {
        raw.reset();
        try {
            return value();
        } catch (NumberFormatException e) {
            throw new IOException("not a reply of Redis: " + e.getMessage(), e);
        }
    }

    private @Nullable Object value() throws IOException {
        int type = next();
        String line = line();
        switch (type) {
            case '+':
                return text(line);
            case '-':
                return new RespClient.RedisError(text(line));
            case ':':
                return Long.valueOf(line);
            case '$':
                return line.startsWith("-") ? null : bytes(length(line));
            case '*':
                return line.startsWith("-") ? null : list(length(line));
            case '~', '>':
                return list(length(line));
            case '%':
                return list(2 * length(line));
            case '|':
                list(2 * length(line));
                return value();
            case '_':
                return null;
            case ',':
                return Double.valueOf(line.replace("inf", "Infinity"));
            case '#':
                return line.equals("t");
            case '(':
                return new BigInteger(line);
            case '=':
                byte[] verbatim = bytes(length(line));
                return Arrays.copyOfRange(verbatim, 4, verbatim.length);
            case '!':
                return new RespClient.RedisError(new String(bytes(length(line)), StandardCharsets.UTF_8));
            default:
                throw new IOException("not a reply of Redis: it begins with '" + (char) type + line + "'");
        }
    }

    private List<@Nullable Object> list(int size) throws IOException {
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            values.add(value());
        }
        return Collections.unmodifiableList(values);
    }

    private byte[] bytes(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        raw.write(bytes);
        if (bytes.length < length || next() != '\r' || next() != '\n') {
            throw new EOFException("the connection ended inside a bulk string");
        }
        return bytes;
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = next(); b != '\n'; b = next()) {
            line.write(b);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    private int next() throws IOException {
        int b = in.read();
        if (b < 0) {
            throw new EOFException("the connection was closed");
        }
        raw.write(b);
        return b;
    }

    private static int length(String line) throws IOException {
        try {
            return Integer.parseInt(line);
        } catch (NumberFormatException e) {
            throw new IOException("'" + line + "' is not a length", e);
        }
    }

    private static String text(String line) {
        return new String(line.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
