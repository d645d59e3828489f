package io.resque.serialization.gson;

import java.io.Writer;
import java.util.Arrays;

/**
 * Collects the text that Gson writes. It has no locks: those of a {@link java.io.StringWriter} cost more than the rest of a
 * small payload. It turns the escapes of U+2028 and U+2029 back into the characters, since Gson always escapes them and
 * Ruby never does.
 */
final class TextWriter extends Writer {
    private static final int USUAL_LENGTH = 128;

    private char[] text = new char[USUAL_LENGTH];
    private int length;

    @Override
    public void write(int c) {
        if (length == text.length) {
            grow(1);
        }
        text[length++] = (char) c;
    }

    @Override
    public void write(char[] chars, int from, int count) {
        grow(count);
        System.arraycopy(chars, from, text, length, count);
        length += count;
    }

    /** Gson calls this method once for each escape, and never for text that needs no escape. */
    @Override
    public void write(String string) {
        switch (string) {
            case "\\u2028" -> write('\u2028');
            case "\\u2029" -> write('\u2029');
            default -> write(string, 0, string.length());
        }
    }

    @Override
    public void write(String string, int from, int count) {
        grow(count);
        string.getChars(from, from + count, text, length);
        length += count;
    }

    private void grow(int count) {
        if (count > text.length - length) {
            text = Arrays.copyOf(text, Math.max(Math.addExact(length, count), (int)
                    Math.min(2L * length, Integer.MAX_VALUE - 8)));
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}

    @Override
    public String toString() {
        return new String(text, 0, length);
    }
}
