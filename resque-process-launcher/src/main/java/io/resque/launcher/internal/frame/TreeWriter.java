package io.resque.launcher.internal.frame;

import io.resque.api.InvalidJobException;
import io.resque.api.JobType;
import io.resque.api.TypeNames;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes frames: four bytes of length, one of type, and a JSON tree. The encoding of the tree is our own, so that a child need not
 * load a JSON library. Text is UTF-16, which holds every Java string as it is.
 */
public final class TreeWriter {
    static final byte NULL = 0;
    static final byte TRUE = 1;
    static final byte FALSE = 2;
    static final byte LONG = 3;
    static final byte BIG_INTEGER = 4;
    static final byte DOUBLE = 5;
    static final byte BIG_DECIMAL = 6;
    static final byte STRING = 7;
    static final byte LIST = 8;
    static final byte MAP = 9;
    static final byte INTEGER = 10;

    static final int HEADER = Integer.BYTES + 1;
    /** The longest body of a frame, in bytes. */
    public static final int MAX_BODY = 64 << 20;

    /** Deeper than a JSON text may nest, since arguments travel inside one or two lists. */
    static final int MAX_DEPTH = 220;

    private ByteBuffer out = ByteBuffer.allocate(256);

    private final Set<String> refused;

    private TreeWriter(Set<String> refused) {
        this.refused = refused;
    }

    /**
     * A frame with one tree.
     *
     * @param type of {@link FrameType}
     * @throws InvalidJobException if the tree is too large or too deep, or holds a value that is not of JSON
     */
    public static byte[] frame(byte type, @Nullable Object tree) {
        return frame(type, tree, Set.of());
    }

    /**
     * A frame with one tree.
     *
     * @param converted names of classes that the worker would convert, of which no value is written
     * @throws InvalidJobException as {@link #frame(byte, Object)}, or if the tree holds such a value
     */
    public static byte[] frame(byte type, @Nullable Object tree, Set<String> converted) {
        TreeWriter writer = new TreeWriter(converted);
        writer.out.position(HEADER);
        writer.write(tree, 0);
        ByteBuffer out = writer.out;
        out.putInt(0, out.position() - HEADER);
        out.put(Integer.BYTES, type);
        return Arrays.copyOf(out.array(), out.position());
    }

    private ByteBuffer room(int bytes) {
        if (out.remaining() < bytes) {
            long needed = (long) out.position() + bytes;
            if (needed > MAX_BODY) {
                throw new InvalidJobException("Arguments or a result of more than " + (MAX_BODY >> 20)
                        + " MB do not cross to or from a child process; store them elsewhere and send where");
            }
            ByteBuffer larger = ByteBuffer.allocate((int) Math.max(needed, Math.min(2L * out.capacity(), MAX_BODY)));
            larger.put(out.flip());
            out = larger;
        }
        return out;
    }

    private void write(@Nullable Object value, int depth) {
        if (value == null) {
            room(1).put(NULL);
        } else if (value instanceof String text) {
            room(1).put(STRING);
            text(text);
        } else if (value instanceof Boolean bool) {
            room(1).put(bool ? TRUE : FALSE);
        } else if (value instanceof Number number) {
            number(number);
        } else if (value instanceof List<?> list) {
            list(list, depth);
        } else if (value instanceof Map<?, ?> map) {
            map(map, depth);
        } else if (value instanceof Record record) {
            refuseConverted(record.getClass());
            map(JobType.Codec.components(record), depth);
        } else if (value instanceof Enum<?> constant) {
            refuseConverted(constant.getDeclaringClass());
            write(constant.name(), depth);
        } else if (value instanceof Optional<?> optional) {
            write(optional.orElse(null), depth);
        } else {
            throw refused(value);
        }
    }

    private void text(String text) {
        int bytes = Math.multiplyExact(text.length(), Character.BYTES);
        ByteBuffer to = room(Math.addExact(Integer.BYTES, bytes)).putInt(text.length());
        to.asCharBuffer().put(text);
        to.position(to.position() + bytes);
    }

    private void number(Number number) {
        if (number instanceof Integer || number instanceof Short || number instanceof Byte) {
            room(1 + Integer.BYTES).put(INTEGER).putInt(number.intValue());
        } else if (number instanceof Long) {
            room(1 + Long.BYTES).put(LONG).putLong(number.longValue());
        } else if (number instanceof Double) {
            room(1 + Double.BYTES).put(DOUBLE).putDouble(number.doubleValue());
        } else if (number instanceof Float) {
            // By its text, as in the serializers: 0.1f is 0.1.
            room(1 + Double.BYTES).put(DOUBLE).putDouble(Double.parseDouble(number.toString()));
        } else if (number instanceof BigInteger integer) {
            room(1).put(BIG_INTEGER);
            bytes(integer.toByteArray());
        } else if (number instanceof BigDecimal decimal) {
            room(1 + Integer.BYTES).put(BIG_DECIMAL).putInt(decimal.scale());
            bytes(decimal.unscaledValue().toByteArray());
        } else {
            throw refused(number);
        }
    }

    private void bytes(byte[] bytes) {
        room(Integer.BYTES + bytes.length).putInt(bytes.length).put(bytes);
    }

    private void list(List<?> list, int depth) {
        descend(depth);
        // A copy: the list may change while it is written, and its length stands before its elements.
        Object[] elements = list.toArray();
        room(1 + Integer.BYTES).put(LIST).putInt(elements.length);
        for (Object element : elements) {
            write(element, depth + 1);
        }
    }

    private void map(Map<?, ?> map, int depth) {
        descend(depth);
        Object[] entries = map.entrySet().toArray();
        room(1 + Integer.BYTES).put(MAP).putInt(entries.length);
        for (Object each : entries) {
            Map.Entry<?, ?> entry = (Map.Entry<?, ?>) each;
            if (!(entry.getKey() instanceof String key)) {
                throw new InvalidJobException(
                        "A map has the key " + entry.getKey() + ", which is no String; JSON has no other keys");
            }
            text(key);
            write(entry.getValue(), depth + 1);
        }
    }

    private static void descend(int depth) {
        if (depth >= MAX_DEPTH) {
            throw new InvalidJobException("Lists and maps nest deeper than " + MAX_DEPTH
                    + " levels, or one holds itself; send them flatter, or as a string of JSON");
        }
    }

    private void refuseConverted(Class<?> type) {
        if (refused.contains(type.getName())) {
            throw new InvalidJobException("The class " + type.getName()
                    + " does not cross from a child process: only the worker has its converter of Resque.builder(); send the"
                    + " JSON value, or enqueue the job by a type with JobType.argument(" + type.getSimpleName()
                    + ".class, …, …)");
        }
    }

    private static InvalidJobException refused(Object value) {
        return new InvalidJobException(
                "A value that is " + TypeNames.withArticle(value.getClass())
                        + " does not cross from a child process; send text, a boolean, a number, a List, a Map, a record, an enum or an Optional");
    }
}
