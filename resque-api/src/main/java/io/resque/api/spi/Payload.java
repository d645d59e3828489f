package io.resque.api.spi;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The bytes of one element of a queue or a failure list, or of one record, exactly as they stand or shall stand in
 * Redis. Immutable. Meant to be JSON in UTF-8, but what others wrote may be anything.
 */
public final class Payload {
    private final byte[] bytes;

    private Payload(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * A payload of these bytes.
     *
     * @param bytes copied
     * @return the payload
     */
    public static Payload of(byte[] bytes) {
        return new Payload(bytes.clone());
    }

    /**
     * A payload of this text in UTF-8.
     *
     * @param text any text
     * @return the payload
     */
    public static Payload ofText(String text) {
        return new Payload(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The bytes.
     *
     * @return a copy
     */
    public byte[] toBytes() {
        return bytes.clone();
    }

    /**
     * The bytes read as UTF-8, with U+FFFD for what is not: for people, not for comparing.
     *
     * @return the text
     */
    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /**
     * Number of bytes.
     *
     * @return 0 or more
     */
    public int size() {
        return bytes.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Payload that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Says the size only: a payload may hold what does not belong in a log. */
    @Override
    public String toString() {
        return "Payload[" + bytes.length + " bytes]";
    }
}
