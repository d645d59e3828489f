package io.resque.tck;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The process of a Redis server and its temporary directory. It can be started again after it has ended. */
final class RedisProcess implements OwnServer {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int LAST_LINES = 8;

    private final RedisBinary binary;
    private final RedisUrl url;
    private final Path dir;
    private final List<String> command;
    private final Thread hook = new Thread(this::discard, "redis-server-end");
    private volatile @Nullable Process process;

    RedisProcess(RedisBinary binary, RedisUrl url, List<String> extraArgs) {
        this.binary = binary;
        this.url = url;
        try {
            dir = Files.createTempDirectory("resque-redis").toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException("No temporary directory", e);
        }
        command = new ArrayList<>(List.of(binary.file().toString(), "--port", String.valueOf(url.port())));
        command.addAll(List.of("--bind", url.host(), "--daemonize", "no", "--save", "", "--appendonly", "no"));
        command.addAll(List.of("--dir", dir.toString()));
        command.addAll(extraArgs);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    @Override
    public synchronized String start() {
        try {
            Process started = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                    .start();
            process = started;
            started.getOutputStream().close();
            return awaitAnswer(started);
        } catch (IOException e) {
            throw new IllegalStateException(
                    binary.file() + " does not run here (" + e.getMessage() + "): " + RedisWays.WAYS_OUT + ".", e);
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while Redis started", e);
        }
    }

    private String awaitAnswer(Process started) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        RuntimeException last = null;
        while (System.nanoTime() < deadline) {
            if (started.waitFor(10, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException(
                        binary.file() + " ended at once with code " + started.exitValue() + ":\n" + output());
            }
            try (RespClient client = RespClient.connect(url.text())) {
                client.call("PING");
                Map<String, String> info = info(client);
                if (isOf(started, info.getOrDefault("process_id", ""))) {
                    return version(info);
                }
            } catch (UncheckedIOException | RespClient.RedisError e) {
                last = e;
            }
        }
        kill();
        throw new IllegalStateException(
                binary.file() + " does not answer after " + PATIENCE.toSeconds() + " s:\n" + output(), last);
    }

    /**
     * Whether a pid is the started process or a descendant: another server may have taken the port, and the program may
     * be a script.
     */
    private static boolean isOf(Process started, String pid) {
        return pid.equals(String.valueOf(started.pid()))
                || started.descendants().anyMatch(child -> pid.equals(String.valueOf(child.pid())));
    }

    static Map<String, String> info(RespClient client) {
        return String.valueOf(client.text("INFO", "server"))
                .lines()
                .filter(line -> line.contains(":"))
                .map(line -> line.split(":", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (first, second) -> second));
    }

    static String version(Map<String, String> info) {
        return info.getOrDefault("valkey_version", info.getOrDefault("redis_version", "of unknown version"));
    }

    @Override
    public String output() {
        try {
            List<String> lines = Files.readAllLines(log(), StandardCharsets.ISO_8859_1).stream()
                    .filter(line -> !line.isBlank())
                    .toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
        } catch (IOException e) {
            return "(no output)";
        }
    }

    private Path log() {
        return dir.resolve("output.log");
    }

    @Override
    public synchronized void stop() {
        Process running = process;
        if (running != null) {
            servers(running).forEach(ProcessHandle::destroy);
            if (!await(running, 5)) {
                kill();
            }
        }
    }

    @Override
    public synchronized void kill() {
        Process running = process;
        if (running != null) {
            end(running);
        }
    }

    private static void end(Process running) {
        servers(running).forEach(ProcessHandle::destroyForcibly);
        if (!await(running, 2)) {
            await(running.destroyForcibly(), 5);
        }
    }

    /** The processes to end. A wrapper script ends after its server; only then has the server certainly ended. */
    private static List<ProcessHandle> servers(Process running) {
        List<ProcessHandle> children = running.descendants().toList();
        return children.isEmpty() ? List.of(running.toHandle()) : children;
    }

    private static boolean await(Process ending, int seconds) {
        try {
            return ending.waitFor(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** It keeps nothing, and to ask it to end would take a tenth of a second. */
    @Override
    public void close() {
        kill();
        deleteDirectory();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the JVM is ending, and its shutdown hook does the same
        }
    }

    /** Ends the server without taking the lock: the ending JVM must not wait for a thread that is starting this server. */
    private void discard() {
        Process running = process;
        if (running != null) {
            end(running);
        }
        deleteDirectory();
    }

    private void deleteDirectory() {
        try (Stream<Path> files = Files.walk(dir)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException | UncheckedIOException e) {
            // somebody has removed it already, or the system will
        }
    }
}
