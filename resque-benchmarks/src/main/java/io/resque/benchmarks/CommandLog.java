package io.resque.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Hears of each command that Redis runs, by its {@code MONITOR}. */
final class CommandLog implements AutoCloseable {
    private final Socket socket;
    private final AtomicLong ofClients = new AtomicLong();

    /**
     * Begins to listen.
     *
     * @param onLine hears each line, also of commands that scripts call
     */
    CommandLog(String url, Consumer<String> onLine) throws IOException {
        URI address = URI.create(url);
        socket = new Socket(address.getHost(), address.getPort());
        socket.getOutputStream().write("MONITOR\r\n".getBytes(StandardCharsets.US_ASCII));
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        lines.readLine();
        Thread reader = new Thread(() -> read(lines, onLine), "command-log");
        reader.setDaemon(true);
        reader.start();
    }

    private void read(BufferedReader lines, Consumer<String> onLine) {
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.contains(" lua] ") && !line.contains("\"INFO\"")) {
                    ofClients.incrementAndGet();
                }
                onLine.accept(line);
            }
        } catch (IOException e) {
            // closed, or the server has ended
        }
    }

    /** How many commands clients have sent, without those of scripts and without {@code INFO}. */
    long ofClients() {
        return ofClients.get();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
