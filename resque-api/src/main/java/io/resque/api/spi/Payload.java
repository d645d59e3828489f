package io.resque.api.spi;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The bytes of one element of a queue or a failure list, or of one record, exactly as Redis holds them. Immutable. They
 * should be JSON in UTF-8, but another program may have written any bytes.
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
     * The bytes read as UTF-8, with U+FFFD in place of bytes that are not. Use it to show a payload, not to compare
     * payloads.
     *
     * @return the text
     */
    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /**
     * The number of bytes.
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

    /** Shows only the size: a payload may hold secrets. */
    @Override
    public String toString() {
        return "Payload[" + bytes.length + " bytes]";
    }
}
