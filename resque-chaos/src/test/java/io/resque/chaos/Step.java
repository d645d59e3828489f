package io.resque.chaos;

import io.resque.backend.redis.RedisBackend;
import io.resque.tck.RespClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The kinds of requests that a worker sends, recognised by their bytes. */
enum Step {
    REGISTER("register"),
    RESERVE("step"),
    BEGIN("begin"),
    SETTLE_AND_RESERVE("step"),
    SETTLE("step"),
    UNREGISTER("unregister"),
    HEARTBEAT("heartbeat"),
    PUT_BACK("put_back"),
    RECOVER("recover"),
    RECOVER_BY_PUTTING_BACK("recover"),
    RETRY("step"),
    LAST_RUN("step"),
    MOVE_RETRY("move_delayed"),
    RECOVER_BY_RETRYING("recover");

    private final String script;

    Step(String script) {
        this.script = script;
    }

    /** Loads all scripts into a server, so that clients send each by its hash, in one request. */
    static void teach(RespClient redis) {
        for (Step step : values()) {
            redis.call("SCRIPT", "LOAD", step.text());
        }
        redis.call("SCRIPT", "LOAD", text("inspect"));
    }

    /** Matches the requests of this kind. */
    Predicate<List<byte[]>> on(RespClient redis) {
        String sha = redis.text("SCRIPT", "LOAD", text());
        return request -> is(request, 0, "EVALSHA") && is(request, 1, sha) && isMeant(request);
    }

    /** Looks only at the first step of a call: a worker with one thread sends one step in a call. */
    private boolean isMeant(List<byte[]> request) {
        if (!script.equals("step")) {
            return true;
        }
        int argument = 2 + number(request, 2);
        int step = 3;
        int queues = 0;
        for (int i = number(request, argument + 2); i > 0; i--) {
            queues += number(request, argument + step);
            step += 4 + number(request, argument + step);
        }
        boolean settles = !is(request, argument + step + 3, "");
        boolean reserves = queues > 0;
        return switch (this) {
            case RESERVE -> !settles && reserves;
            case SETTLE_AND_RESERVE -> settles && reserves;
            default -> settles && !reserves;
        };
    }

    private static int number(List<byte[]> request, int at) {
        return Integer.parseInt(new String(request.get(at), StandardCharsets.US_ASCII));
    }

    private static boolean is(List<byte[]> request, int at, String expected) {
        return at < request.size() && expected.equals(new String(request.get(at), StandardCharsets.UTF_8));
    }

    private String text() {
        return text(script);
    }

    private static String text(String script) {
        return Pattern.compile("(?m)^ *-- with ((?:\\w+\\.lua ?)+)\n")
                .matcher(resource(script + ".lua"))
                .replaceAll(line -> Matcher.quoteReplacement(
                        Stream.of(line.group(1).split(" ")).map(Step::resource).collect(Collectors.joining())));
    }

    private static String resource(String name) {
        try (InputStream in = RedisBackend.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("resque-backend-redis no longer has a script " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
