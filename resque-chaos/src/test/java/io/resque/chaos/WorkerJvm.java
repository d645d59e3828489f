package io.resque.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A worker process that a test has started. Its log is the file {@code log-<name>} in the folder. */
final class WorkerJvm implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    /** The exit status of a JVM that got TERM, after its shutdown hooks. */
    private static final int TERMINATED = 128 + 15;

    /** The pids of all processes that were killed. */
    static final Set<Long> KILLED = ConcurrentHashMap.newKeySet();

    private final Process process;
    private final BufferedReader answers;
    private boolean started;
    private long startSeen;

    private WorkerJvm(Process process) {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.US_ASCII);
    }

    /**
     * Starts a {@link WorkerMain}.
     *
     * @param classPath the first entries of its class path
     */
    static Slot.Starter starter(Path folder, List<String> classPath, WorkerKind kind, String policy) {
        return (name, line, queues) -> start(
                name,
                folder,
                classPath,
                kind,
                kind.threads,
                policy,
                line.url() + "?timeout=1s&connectTimeout=1s",
                String.join(",", queues));
    }

    static WorkerJvm start(
            String name,
            Path folder,
            List<String> classPath,
            WorkerKind kind,
            int threads,
            String policy,
            String url,
            String queues) {
        List<String> path = new ArrayList<>(classPath);
        path.add(System.getProperty("java.class.path"));
        return start(
                name,
                folder,
                path,
                WorkerMain.class.getName(),
                List.of(kind.adapter, kind.serializer, kind.executor, Integer.toString(threads), policy, url, queues));
    }

    static WorkerJvm start(String name, Path folder, List<String> classPath, String mainClass, List<String> args) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "-XX:-UsePerfData",
                "-Dorg.slf4j.simpleLogger.log.io.resque=info",
                "-Dorg.slf4j.simpleLogger.showDateTime=true",
                "-cp",
                String.join(System.getProperty("path.separator"), classPath),
                mainClass));
        command.addAll(args);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("log-" + name).toFile()));
        builder.environment().put(ChaosJobs.FOLDER, folder.toString());
        try {
            return new WorkerJvm(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** Whether the process has reported that it works. */
    boolean hasStarted() {
        try {
            started = started || answers.ready() && WorkerMain.STARTED.equals(answers.readLine());
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether at least this time has passed since the process was seen to have started. */
    boolean hasWorkedFor(Duration time) {
        if (!hasStarted()) {
            return false;
        }
        startSeen = startSeen == 0 ? System.nanoTime() : startSeen;
        return System.nanoTime() - startSeen >= time.toNanos();
    }

    /** Tells the process to pause or stop, and waits for its answer. */
    void order(String order) {
        try {
            process.outputWriter(StandardCharsets.US_ASCII)
                    .append(order)
                    .append('\n')
                    .flush();
            String answer = answers.readLine();
            if (!started && WorkerMain.STARTED.equals(answer)) {
                started = true;
                answer = answers.readLine();
            }
            if (!order.equals(answer)) {
                throw new IllegalStateException(order + " was answered by " + answer);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills the process by SIGKILL, and waits until its pid is gone. */
    void kill() {
        process.descendants().forEach(child -> KILLED.add(child.pid())); // which end with it
        KILLED.add(pid());
        process.destroyForcibly();
        awaitEnd();
    }

    /** Sends TERM, so that the process ends after its jobs; does not wait. */
    void term() {
        // Process.destroy would also close the input of the process, which then halts in the middle of its stop.
        process.toHandle().destroy();
    }

    /** Waits for the end of a worker of this library that has got TERM, and checks that it came to the end of its stop. */
    void awaitStopped() {
        awaitEnd();
        assertThat(process.exitValue())
                .as("exit status of process %s, which got TERM", pid())
                .isEqualTo(TERMINATED);
    }

    void awaitEnd() {
        try {
            if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("Worker process " + pid() + " did not end within " + LIMIT + ": see its log");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Kills one child JVM of the process; false if there is none. */
    boolean killChild() {
        Optional<ProcessHandle> child = process.children().findAny();
        child.ifPresent(each -> KILLED.add(each.pid()));
        return child.filter(ProcessHandle::destroyForcibly).isPresent();
    }

    /** Sends {@code STOP} or {@code CONT}. */
    void signal(String signal) {
        signal(pid(), signal);
    }

    static void signal(long pid, String signal) {
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
                    .redirectError(ProcessBuilder.Redirect.DISCARD) // the process may have ended
                    .start()
                    .waitFor();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
