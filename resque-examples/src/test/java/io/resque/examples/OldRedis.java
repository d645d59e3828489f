package io.resque.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A server that answers like a Redis version that is no longer available, up to a client's first script. */
final class OldRedis implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final String info;

    OldRedis(String version) throws IOException {
        String text = "# Server\r\nredis_version:" + version + "\r\n";
        info = "$" + text.length() + "\r\n" + text + "\r\n";
        begin(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    private static void begin(Runnable task) {
        Thread thread = new Thread(task, "old-redis");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                begin(() -> serve(client));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket client) {
        try (client;
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
                OutputStream out = client.getOutputStream()) {
            for (String head = in.readLine(); head != null; head = in.readLine()) {
                String[] words = new String[Integer.parseInt(head.substring(1))];
                for (int i = 0; i < words.length; i++) {
                    in.readLine();
                    words[i] = in.readLine();
                }
                out.write(answer(words[0].toUpperCase(Locale.ROOT)).getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        } catch (IOException e) {
            // the client has gone
        }
    }

    private String answer(String command) {
        return switch (command) {
            case "PING" -> "+PONG\r\n";
            case "INFO" -> info;
            default -> "-ERR unknown command '" + command + "'\r\n";
        };
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
