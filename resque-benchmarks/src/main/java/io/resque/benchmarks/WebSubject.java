package io.resque.benchmarks;

import io.resque.core.Resque;
import io.resque.web.ResqueWeb;
import io.resque.web.ResqueWebServer;

/**
 * The web pages on a port of this machine.
 *
 * <pre>
 * port    the port
 * rss     resident memory, KiB
 * </pre>
 */
final class WebSubject implements Subject {
    private final ResqueWebServer server;

    private WebSubject(String url) {
        Resque resque =
                Resque.builder().url(url).backend("jedis").serializer("gson").build();
        server = ResqueWeb.builder().add("shop", resque).build().start("127.0.0.1", 0);
    }

    public static void main(String[] args) throws Exception {
        Subject.serve(new WebSubject(args[0]));
    }

    @Override
    public String run(String[] words) throws Exception {
        return switch (words[0]) {
            case "port" -> Integer.toString(server.address().getPort());
            case "rss" -> Subject.rss();
            default -> throw new IllegalArgumentException(words[0]);
        };
    }
}
