package io.resque.launcher;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a child must know to reach its parent. It comes by standard input, which ends with it: arguments are read by everybody
 * on the machine, and the environment by each process that a job starts.
 */
final class Greeting {
    final String socket;
    final String token;

    Greeting(String socket, String token) {
        this.socket = socket;
        this.token = token;
    }

    /** Writes less than any pipe holds, so that it waits for nobody. */
    void write(OutputStream to) {
        try (to) {
            to.write((token + "\n" + socket + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // The child has ended already, which is noticed where its hello is waited for.
        }
    }

    /** Null if there is none. */
    static @Nullable Greeting read(InputStream from) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8));
        String token = lines.readLine();
        String socket = lines.readLine();
        return token == null || socket == null ? null : new Greeting(socket, token);
    }
}
