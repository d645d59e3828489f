package io.resque.serialization.gson;

import java.io.Writer;

/** A {@link java.io.StringWriter} without its locks, which cost more than all the rest of a small payload. */
final class TextWriter extends Writer {
    private static final int USUAL_LENGTH = 128;

    private final StringBuilder text = new StringBuilder(USUAL_LENGTH);

    @Override
    public void write(int c) {
        text.append((char) c);
    }

    @Override
    public void write(char[] chars, int from, int length) {
        text.append(chars, from, length);
    }

    @Override
    public void write(String string) {
        text.append(string);
    }

    @Override
    public void write(String string, int from, int length) {
        if (length == string.length()) {
            text.append(string); // as most, and copied at once; a part goes character by character
        } else {
            text.append(string, from, from + length);
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}

    @Override
    public String toString() {
        return text.toString();
    }
}
