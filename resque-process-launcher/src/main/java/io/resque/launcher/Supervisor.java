package io.resque.launcher;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * COUNT: that many worker processes, each of which gets every signal, and is replaced when it ends without one; under INTERVAL=0
 * not where it has found no job.
 */
final class Supervisor {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerProcess.class);

    private static final String ENDED = "ended ";
    private static final String START = "start ";
    private static final int TRIES = 3;
    private static final int KILLED = 128 + 9;
    private static final long WELL_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Longer than a worker waits for its first child: one that ends with a status of the start later means something else. */
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(60);

    private static final long LONGEST_REST = 30;

    private final WorkerSettings settings;
    private final Orders orders;
    private final boolean holdsOptions;
    private final List<String> ownOptions = ManagementFactory.getRuntimeMXBean().getInputArguments();
    private final List<String> workerOptions;
    private final List<Started> workers = new ArrayList<>();
    private int starting;
    private boolean stopping;
    private boolean paused;
    private boolean well;
    /** A worker has found no job, under INTERVAL=0. */
    private boolean empty;

    private long rest = 1;
    private int status;

    /**
     * A worker process.
     *
     * @param first whether it has what only one JVM can have
     * @param failures how many in its place before it ended soon after their start
     * @param number from 1 on; one that replaces another takes a number that is free
     */
    private record Started(Process process, long at, boolean first, int failures, int number) {}

    /**
     * For as many workers as the settings say.
     *
     * @param holdsOptions whether this JVM was started without the operator's options, which are kept in variables for the
     *     workers
     */
    Supervisor(WorkerSettings settings, Orders orders, boolean holdsOptions) {
        this.settings = settings;
        this.orders = orders;
        this.holdsOptions = holdsOptions;
        this.workerOptions =
                holdsOptions ? WorkerSettings.words(System.getenv().getOrDefault("RESQUE_JAVA_OPTS", "")) : List.of();
    }

    /** The status: 0 after a signal or when no job is left, or that of workers which cannot be started at all. */
    int run() throws InterruptedException {
        ProcessTitle.startingWith(ProcessTitle.PREFIX)
                .show("Supervising " + settings.count + " workers of " + String.join(",", settings.queues));
        for (int i = 0; i < settings.count; i++) {
            start(0);
        }
        tellWhatIsOnlyForOne();
        while (!stopping || !workers.isEmpty()) {
            String order = orders.next();
            if (order.equals(Orders.ABANDONED)) {
                workers.forEach(worker -> worker.process.destroyForcibly());
                Runtime.getRuntime().halt(1);
            } else if (order.startsWith(ENDED)) {
                ended(Long.parseLong(order.substring(ENDED.length())));
            } else if (order.startsWith(START)) {
                starting--;
                if (!stopping) {
                    start(Integer.parseInt(order.substring(START.length())));
                }
            } else {
                pass(order);
            }
        }
        return status;
    }

    private void start(int failures) {
        // This JVM holds what it was started with itself.
        boolean first = holdsOptions && workers.stream().noneMatch(Started::first);
        List<String> options = new ArrayList<>(ownOptions);
        options.addAll(workerOptions);
        List<String> command = new ArrayList<>();
        command.add(new File(System.getProperty("java.home"), "bin/java").getPath());
        command.addAll(first ? options : JavaOptions.forMany(options));
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                WorkerProcess.class.getName(),
                ProcessTitle.PREFIX + String.join(",", settings.queues)));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        JavaOptions.giveBack(Environment.HELD, builder.environment());
        if (!first) {
            JavaOptions.keepForMany(builder.environment());
        }
        builder.environment().remove(Environment.LAUNCHER);
        builder.environment()
                .put(
                        Environment.SUPERVISOR,
                        Long.toString(ProcessHandle.current().pid()));
        int number = freeNumber();
        settings.giveOwn(number, builder.environment());
        if (settings.pidFile != null) {
            builder.environment().put(PidFile.VARIABLE, PidFile.ofWorker(settings.pidFile, number));
        }
        try {
            Process process = builder.start();
            workers.add(new Started(process, System.nanoTime(), first, failures, number));
            process.onExit().thenRun(() -> orders.add(ENDED + process.pid()));
            if (paused) {
                write(process, "USR2");
            }
        } catch (IOException e) {
            LOG.error("No worker process can be started: {}", e.getMessage());
            startLater(failures);
        }
    }

    private int freeNumber() {
        int number = 1;
        while (isTaken(number)) {
            number++;
        }
        return number;
    }

    private boolean isTaken(int number) {
        return workers.stream().anyMatch(worker -> worker.number == number);
    }

    private void tellWhatIsOnlyForOne() {
        Map<String, String> variables = new HashMap<>(System.getenv());
        JavaOptions.giveBack(Environment.HELD, variables);
        List<String> options = JavaOptions.of(variables);
        options.addAll(holdsOptions ? workerOptions : ownOptions);
        List<String> one = JavaOptions.namesForOne(options);
        if (!one.isEmpty()) {
            LOG.warn(
                    "Of {} workers {} has {}, which only one JVM can have",
                    settings.count,
                    holdsOptions ? "only the first" : "none",
                    String.join(" ", one));
        }
    }

    private void startLater(int failures) {
        starting++;
        long seconds = failures == 0 ? rest : 1L << failures - 1;
        CompletableFuture.delayedExecutor(seconds, TimeUnit.SECONDS).execute(() -> orders.add(START + failures));
        rest = failures == 0 ? Math.min(LONGEST_REST, rest * 2) : rest;
    }

    private void ended(long pid) {
        Started ended = workers.stream()
                .filter(worker -> worker.process.pid() == pid)
                .findFirst()
                .orElseThrow();
        workers.remove(ended);
        int how = ended.process.exitValue();
        boolean said = how == WorkerProcess.CONFIGURATION || how == WorkerProcess.NO_REDIS;
        boolean lived = System.nanoTime() - ended.at > (said ? START_NANOS : WELL_NANOS);
        if (stopping) {
            return;
        }
        if (how == 0 && settings.untilEmpty) {
            empty = true;
            stopping = workers.isEmpty() && starting == 0;
            return;
        }
        if (said && !lived && !well) {
            // What it printed says why: the same would happen to all the others.
            status = how;
            pass("TERM");
            return;
        }
        if (lived) {
            well = true;
            rest = 1;
        }
        // Redis may come back, and whoever killed it may stop that.
        boolean mayPass = lived || how == WorkerProcess.NO_REDIS || how == KILLED;
        int failures = mayPass ? 0 : ended.failures + 1;
        if (failures == TRIES) {
            giveUp(how);
            return;
        }
        LOG.warn("A worker process has ended: {} ({}); another one is started", pid, Death.ended(how));
        startLater(failures);
    }

    /** The next one would end as well. */
    private void giveUp(int how) {
        int left = workers.size() + starting;
        LOG.error(
                "A worker process cannot be started, and is not tried again: {} in a row ended soon after their start, the"
                        + " last one {}. What it printed above says why. {}",
                TRIES,
                Death.ended(how),
                left == 0
                        ? "No worker is left"
                        : left + " of " + settings.count + " workers go on; mend the cause, and restart");
        if (left == 0) {
            status = empty ? 0 : WorkerProcess.CONFIGURATION;
            stopping = true;
        }
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
