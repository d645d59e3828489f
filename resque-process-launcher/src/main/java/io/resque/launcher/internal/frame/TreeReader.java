package io.resque.launcher.internal.frame;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.ProtocolException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the encoding of {@link TreeWriter}. It checks every length and depth, since a job could have written the bytes. */
final class TreeReader {
    private final ByteBuffer in;

    TreeReader(byte[] body) {
        this.in = ByteBuffer.wrap(body);
    }

    /** Reads the tree, which must take up the whole body. */
    @Nullable
    Object read() throws IOException {
        Object tree;
        try {
            tree = value(0);
        } catch (BufferUnderflowException e) {
            throw new ProtocolException("A frame ends within a value");
        }
        if (in.hasRemaining()) {
            throw new ProtocolException("A frame goes on after its value");
        }
        return tree;
    }

    private @Nullable Object value(int depth) throws IOException {
        byte tag = in.get();
        switch (tag) {
            case TreeWriter.NULL:
                return null;
            case TreeWriter.TRUE:
                return true;
            case TreeWriter.FALSE:
                return false;
            case TreeWriter.LONG:
                return in.getLong();
            case TreeWriter.INTEGER:
                return in.getInt();
            case TreeWriter.DOUBLE:
                return in.getDouble();
            case TreeWriter.BIG_INTEGER:
                return integer();
            case TreeWriter.BIG_DECIMAL:
                int scale = in.getInt();
                return new BigDecimal(integer(), scale);
            case TreeWriter.STRING:
                return text();
            case TreeWriter.LIST:
                return list(depth);
            case TreeWriter.MAP:
                return map(depth);
            default:
                throw new ProtocolException("A frame has a value of the unknown kind " + tag);
        }
    }

    /** Reads a number of elements, each of which takes at least {@code size} bytes. */
    private int count(int size) throws IOException {
        int count = in.getInt();
        if (count < 0 || (long) count * size > in.remaining()) {
            throw new ProtocolException("A frame announces more than it holds");
        }
        return count;
    }

    private String text() throws IOException {
        int length = count(Character.BYTES);
        String text = in.asCharBuffer().limit(length).toString();
        in.position(in.position() + length * Character.BYTES);
        return text;
    }

    private BigInteger integer() throws IOException {
        byte[] bytes = new byte[count(1)];
        in.get(bytes);
        if (bytes.length == 0) {
            throw new ProtocolException("A frame has a number without digits");
        }
        return new BigInteger(bytes);
    }

    private List<@Nullable Object> list(int depth) throws IOException {
        descend(depth);
        int size = count(1);
        List<@Nullable Object> list = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            list.add(value(depth + 1));
        }
        return list;
    }

    private Map<String, @Nullable Object> map(int depth) throws IOException {
        descend(depth);
        int size = count(Integer.BYTES + 1);
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
            String key = text();
            map.put(key, value(depth + 1));
        }
        return map;
    }

    private static void descend(int depth) throws IOException {
        if (depth >= TreeWriter.MAX_DEPTH) {
            throw new ProtocolException("A frame nests deeper than " + TreeWriter.MAX_DEPTH + " levels");
        }
    }
}
