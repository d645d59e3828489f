package io.resque.launcher.internal.frame;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where a child finds its worker: a socket, and a token that only this child knows. A child reads both from its standard input,
 * which then ends. Every user of the machine can read a command line, and every process that a job starts inherits the
 * environment.
 */
public final class ParentAddress {
    public final String socket;
    public final String token;

    public ParentAddress(String socket, String token) {
        this.socket = socket;
        this.token = token;
    }

    /** Writes the address and closes the stream. It is shorter than any pipe's buffer, so this does not block. */
    public void write(OutputStream to) {
        try (to) {
            to.write((token + "\n" + socket + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // The child has ended already. The worker notices that when it waits for HELLO.
        }
    }

    /** Null if the stream holds no address. */
    public static @Nullable ParentAddress read(InputStream from) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8));
        String token = lines.readLine();
        String socket = lines.readLine();
        return token == null || socket == null ? null : new ParentAddress(socket, token);
    }
}
