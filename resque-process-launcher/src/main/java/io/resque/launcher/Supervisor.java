package io.resque.launcher;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** COUNT: that many worker processes, each of which gets every signal, and is replaced when it ends by itself. */
final class Supervisor {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerProcess.class);

    private static final String ENDED = "ended ";
    private static final String START = "start";
    private static final long WELL_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long LONGEST_REST = 30;

    private final WorkerSettings settings;
    private final Orders orders;
    private final List<Started> workers = new ArrayList<>();
    private boolean stopping;
    private boolean paused;
    private boolean well;
    private long rest = 1;
    private int status;

    private record Started(Process process, long at) {}

    Supervisor(WorkerSettings settings, Orders orders) {
        this.settings = settings;
        this.orders = orders;
    }

    /** The status: 0 after a signal, or that of workers which cannot be started at all. */
    int run() throws InterruptedException {
        ProcessTitle.startingWith(ProcessTitle.PREFIX)
                .show("Supervising " + settings.count + " workers of " + String.join(",", settings.queues));
        for (int i = 0; i < settings.count; i++) {
            start();
        }
        while (!stopping || !workers.isEmpty()) {
            String order = orders.next();
            if (order.equals(Orders.ABANDONED)) {
                workers.forEach(worker -> worker.process.destroyForcibly());
                Runtime.getRuntime().halt(1);
            } else if (order.startsWith(ENDED)) {
                ended(Long.parseLong(order.substring(ENDED.length())));
            } else if (order.equals(START)) {
                if (!stopping) {
                    start();
                }
            } else {
                pass(order);
            }
        }
        return status;
    }

    private void start() {
        List<String> command = new ArrayList<>();
        command.add(new File(System.getProperty("java.home"), "bin/java").getPath());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                WorkerProcess.class.getName(),
                ProcessTitle.PREFIX + String.join(",", settings.queues)));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().remove(Environment.LAUNCHER);
        builder.environment()
                .put(
                        Environment.SUPERVISOR,
                        Long.toString(ProcessHandle.current().pid()));
        try {
            Process process = builder.start();
            workers.add(new Started(process, System.nanoTime()));
            process.onExit().thenRun(() -> orders.add(ENDED + process.pid()));
            if (paused) {
                write(process, "USR2");
            }
        } catch (IOException e) {
            LOG.error("No worker process can be started: {}", e.getMessage());
            startLater();
        }
    }

    private void startLater() {
        CompletableFuture.delayedExecutor(rest, TimeUnit.SECONDS).execute(() -> orders.add(START));
        rest = Math.min(LONGEST_REST, rest * 2);
    }

    private void ended(long pid) {
        Started ended = workers.stream()
                .filter(worker -> worker.process.pid() == pid)
                .findFirst()
                .orElseThrow();
        workers.remove(ended);
        int how = ended.process.exitValue();
        boolean lived = System.nanoTime() - ended.at > WELL_NANOS;
        if (stopping) {
            return;
        }
        if ((how == WorkerProcess.CONFIGURATION || how == WorkerProcess.NO_REDIS) && !lived && !well) {
            // What it printed says why: the same would happen to all the others.
            status = how;
            pass("TERM");
            return;
        }
        LOG.warn("A worker process has ended: {} ({}); another one is started", pid, Death.ended(how));
        if (lived) {
            well = true;
            rest = 1;
        }
        startLater();
    }

    private void pass(String signal) {
        switch (signal) {
            case "QUIT", "TERM", "INT", "HUP" -> stopping = true;
            case "USR2" -> paused = true;
            case "CONT" -> paused = false;
            default -> {}
        }
        for (Started worker : workers) {
            write(worker.process, signal);
        }
    }

    private static void write(Process process, String signal) {
        try {
            process.getOutputStream().write((signal + "\n").getBytes(StandardCharsets.US_ASCII));
            process.getOutputStream().flush();
        } catch (IOException e) {
            // It has just ended.
        }
    }
}
