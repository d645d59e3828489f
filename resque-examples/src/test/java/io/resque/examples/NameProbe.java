package io.resque.examples;

import io.resque.api.BackendException;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.QueueBackendProvider;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** Sends Redis a request for each line of its input. Arguments: the class of a provider, and a URL. */
final class NameProbe {
    private NameProbe() {}

    public static void main(String[] args) throws Exception {
        QueueBackendProvider provider = (QueueBackendProvider)
                Class.forName(args[0]).getDeclaredConstructor().newInstance();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        try (QueueBackend backend = provider.open(new BackendConfig(args[1], "t"))) {
            while (in.readLine() != null) {
                System.out.println(ask(backend));
            }
        }
    }

    private static String ask(QueueBackend backend) {
        try {
            return "ok " + backend.statistics().get("failed");
        } catch (BackendException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
