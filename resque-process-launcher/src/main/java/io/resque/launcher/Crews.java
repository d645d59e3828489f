package io.resque.launcher;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Worker processes. One that ends although nobody told it to is replaced; under INTERVAL=0 one that found no job is not. The ends
 * and starts of processes are queued among the orders, so that one thread does all the work.
 */
final class Crews {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerProcess.class);

    private static final String ENDED = "ended ";
    private static final String START = "start ";
    private static final String LIVED = "lived ";
    private static final int TRIES = 3;
    private static final int KILLED = 128 + 9;

    /** A worker that has lived so long has started its children and reached Redis, or waits for Redis. */
    private static final long WELL_SECONDS = 10;

    /** Longer than a worker waits for its first child: after this time a status of a failed start means something else. */
    private static final long START_SECONDS = 60;

    private static final long LONGEST_REST = 30;

    private final Orders orders;
    private final String remedy;
    private final boolean holdsOptions;
    private final WorkerSettings settings;
    private final List<String> ownOptions = ManagementFactory.getRuntimeMXBean().getInputArguments();
    private final List<String> workerOptions;
    private final List<Crew> crews = new ArrayList<>();
    private final List<Started> workers = new ArrayList<>();
    private int nextId;
    private boolean stopping;
    private boolean paused;
    private boolean well;

    /** Told to have no workers until it is told otherwise. */
    private boolean halted;

    private long rest = 1;
    private int status;

    /** A worker process. */
    private static final class Started {
        final Process process;
        final Crew crew;
        final long at = System.nanoTime();

        /** Whether it has what only one JVM can have. */
        final boolean first;

        /** How many processes before it, in the same place, ended soon after their start. */
        final int failures;

        /** From 1 on; one that replaces another takes a number that is free. */
        final int number;

        boolean leaving;

        Started(Process process, Crew crew, boolean first, int failures, int number) {
            this.process = process;
            this.crew = crew;
            this.first = first;
            this.failures = failures;
            this.number = number;
        }

        boolean hasLived(long seconds) {
            return System.nanoTime() - at > TimeUnit.SECONDS.toNanos(seconds);
        }
    }

    /**
     * None yet.
     *
     * @param holdsOptions whether this JVM was started without the operator's options, which are kept in variables for the
     *     workers
     * @param settings of all of them, whatever their queues
     * @param remedy what the operator must do after the cause is mended for which a worker could not be started
     */
    Crews(Orders orders, boolean holdsOptions, WorkerSettings settings, String remedy) {
        this.orders = orders;
        this.holdsOptions = holdsOptions;
        this.settings = settings;
        this.remedy = remedy;
        this.workerOptions =
                holdsOptions ? WorkerSettings.words(System.getenv().getOrDefault("RESQUE_JAVA_OPTS", "")) : List.of();
    }

    /**
     * Sets how many workers of these queues must run with these variables; {@link #keepUp} starts and stops them. Workers of the same
     * queues with other variables go on until one of the new ones has lived for a while.
     */
    void want(String queues, Map<String, String> variables, int wanted) {
        List<Crew> same = crews.stream()
                .filter(crew -> crew.wanted > 0 && crew.queues.equals(queues))
                .toList();
        Optional<Crew> again =
                same.stream().filter(crew -> crew.variables.equals(variables)).findFirst();
        if (again.isEmpty()) {
            Crew crew = new Crew(nextId++, queues, variables, wanted);
            // A crew that has not yet replaced another one leaves, so that many changes in a row start no crowd.
            List<Integer> replacing =
                    same.stream().map(other -> other.successor).toList();
            for (Crew other : same) {
                if (replacing.contains(other.id)) {
                    dismiss(other);
                } else {
                    other.successor = crew.id;
                }
            }
            crews.add(crew);
            return;
        }
        Crew crew = again.get();
        crew.wanted = wanted;
        if (crew.successor != Crew.NONE) { // it has not been replaced yet, and need not be
            crew.successor = Crew.NONE;
            same.stream().filter(other -> other != crew).forEach(Crews::dismiss);
        }
    }

    /** All workers of other queues than these are to leave once their jobs have ended. */
    void wantOnly(Set<String> queues) {
        crews.stream().filter(crew -> !queues.contains(crew.queues)).forEach(Crews::dismiss);
    }

    private static void dismiss(Crew crew) {
        crew.wanted = 0;
        crew.successor = Crew.NONE;
    }

    /** Starts the workers that are missing, and sends QUIT to those that are too many. */
    void keepUp() {
        for (Crew crew : List.copyOf(crews)) {
            if (crew.successor != Crew.NONE) {
                continue;
            }
            List<Started> stay = workers.stream()
                    .filter(worker -> worker.crew == crew && !worker.leaving)
                    .toList();
            for (int i = stay.size() + crew.coming + crew.out; i < crew.wanted && !stopping; i++) {
                start(crew, 0);
            }
            for (int i = crew.wanted; i < stay.size(); i++) {
                leave(stay.get(i - crew.wanted));
            }
        }
        crews.removeIf(crew -> crew.wanted == 0 && workers.stream().noneMatch(worker -> worker.crew == crew));
        leaveIfNoJobIsLeft();
    }

    private void leaveIfNoJobIsLeft() {
        if (settings.untilEmpty
                && !halted
                && !stopping
                && workers.isEmpty()
                && crews.stream().allMatch(crew -> crew.coming == 0)) {
            stop();
        }
    }

    /** By themselves: no job is left, or no worker can be started. */
    private void stop() {
        stopping = true;
        boolean unworked = crews.stream().anyMatch(crew -> crew.wanted > 0 && crew.gaveUp && !crew.foundNoJob);
        status = unworked ? WorkerProcess.CONFIGURATION : 0;
    }

    /** All workers leave after their jobs, and none is started until {@link #begin}. */
    void halt() {
        halted = true;
        crews.forEach(Crews::dismiss);
        keepUp();
    }

    private static void leave(Started worker) {
        worker.leaving = true;
        write(worker.process, "QUIT");
    }

    /** From now on a start that fails does not end the running workers; and workers that were given up are started again. */
    void begin() {
        well |= !workers.isEmpty();
        halted = false;
        crews.forEach(crew -> {
            crew.out = 0;
            crew.gaveUp = false;
            crew.foundNoJob = false;
        });
    }

    List<Long> pids() {
        return workers.stream().map(worker -> worker.process.pid()).toList();
    }

    boolean isEmpty() {
        return workers.isEmpty();
    }

    boolean isStopping() {
        return stopping;
    }

    /** The status: 0 after a signal or when no job is left, or that of workers which cannot be started at all. */
    int status() {
        return status;
    }

    void kill() {
        workers.forEach(worker -> worker.process.destroyForcibly());
    }

    /** Whether it was about a worker that has ended or is to be started. */
    boolean obey(String order) {
        if (order.startsWith(ENDED)) {
            ended(number(order, ENDED));
        } else if (order.startsWith(LIVED)) {
            lived(number(order, LIVED));
        } else if (order.startsWith(START)) {
            String[] words = order.substring(START.length()).split(" ");
            startNow(Integer.parseInt(words[0]), Integer.parseInt(words[1]));
        } else {
            return false;
        }
        leaveIfNoJobIsLeft();
        return true;
    }

    private static long number(String order, String word) {
        return Long.parseLong(order.substring(word.length()));
    }

    private void startNow(int id, int failures) {
        find(id).ifPresent(crew -> {
            crew.coming--;
            long runs = workers.stream()
                    .filter(worker -> worker.crew == crew && !worker.leaving)
                    .count();
            if (!stopping && crew.isCurrent() && runs + crew.coming + crew.out < crew.wanted) {
                start(crew, failures);
            }
        });
    }

    private Optional<Crew> find(int id) {
        return crews.stream().filter(crew -> crew.id == id).findFirst();
    }

    private void start(Crew crew, int failures) {
        // This JVM holds what it was started with itself.
        boolean first = holdsOptions && workers.stream().noneMatch(worker -> worker.first);
        List<String> options = new ArrayList<>(ownOptions);
        options.addAll(workerOptions);
        List<String> command = new ArrayList<>();
        command.add(new File(System.getProperty("java.home"), "bin/java").getPath());
        command.addAll(first ? options : JavaOptions.forMany(options));
        command.addAll(List.of(
                "-D" + Environment.SUPERVISED + "=true",
                "-cp",
                System.getProperty("java.class.path"),
                WorkerProcess.class.getName(),
                ProcessTitle.PREFIX + crew.queues));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        Map<String, String> environment = builder.environment();
        JavaOptions.giveBack(Environment.HELD, environment);
        if (!first) {
            JavaOptions.keepForMany(environment);
        }
        environment.remove(Environment.LAUNCHER);
        environment.put(
                Environment.SUPERVISOR, Long.toString(ProcessHandle.current().pid()));
        environment.putAll(crew.variables);
        int number = freeNumber();
        settings.giveOwn(number, environment);
        try {
            Process process = builder.start();
            workers.add(new Started(process, crew, first, failures, number));
            process.onExit().thenRun(() -> orders.add(ENDED + process.pid()));
            later(WELL_SECONDS, LIVED + process.pid());
            if (paused) {
                write(process, "USR2");
            }
        } catch (IOException e) {
            LOG.error("No worker process can be started: {}", e.getMessage());
            startLater(crew, failures);
        }
    }

    private int freeNumber() {
        Set<Integer> taken = workers.stream().map(worker -> worker.number).collect(Collectors.toSet());
        return IntStream.iterate(1, number -> number + 1)
                .filter(number -> !taken.contains(number))
                .findFirst()
                .orElseThrow();
    }

    /** Tells which of the operator's options only one of them has, or none. */
    void tellWhatIsOnlyForOne() {
        Map<String, String> variables = new HashMap<>(System.getenv());
        JavaOptions.giveBack(Environment.HELD, variables);
        List<String> options = JavaOptions.of(variables);
        options.addAll(holdsOptions ? workerOptions : ownOptions);
        List<String> one = JavaOptions.namesForOne(options);
        int number = crews.stream().mapToInt(crew -> crew.wanted).sum();
        if (!one.isEmpty() && number > 1) {
            LOG.warn(
                    "Of {} workers {} has {}, which only one JVM can have",
                    number,
                    holdsOptions ? "only the first" : "none",
                    String.join(" ", one));
        }
    }

    private void startLater(Crew crew, int failures) {
        crew.coming++;
        later(failures == 0 ? rest : 1L << failures - 1, START + crew.id + " " + failures);
        rest = failures == 0 ? Math.min(LONGEST_REST, rest * 2) : rest;
    }

    private void later(long seconds, String order) {
        CompletableFuture.delayedExecutor(seconds, TimeUnit.SECONDS).execute(() -> orders.add(order));
    }

    private Optional<Started> worker(long pid) {
        return workers.stream().filter(worker -> worker.process.pid() == pid).findFirst();
    }

    /** It has lived long enough: the workers that it replaces can leave now. */
    private void lived(long pid) {
        worker(pid)
                .filter(worker -> worker.hasLived(WELL_SECONDS - 1) && !worker.leaving)
                .ifPresent(worker -> {
                    crews.stream()
                            .filter(crew -> crew.successor == worker.crew.id)
                            .forEach(Crews::dismiss);
                    keepUp();
                });
    }

    private void ended(long pid) {
        Started ended = worker(pid).orElseThrow();
        workers.remove(ended);
        int how = ended.process.exitValue();
        boolean said = how == WorkerProcess.CONFIGURATION || how == WorkerProcess.NO_REDIS;
        boolean lived = ended.hasLived(said ? START_SECONDS : WELL_SECONDS);
        if (stopping || ended.leaving) {
            return;
        }
        if (how == WorkerProcess.NO_JOB_LEFT) {
            ended.crew.foundNoJob = true;
            ended.crew.out++;
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
        if (!ended.crew.isCurrent()) {
            LOG.warn(
                    "A worker process has ended: {} ({}); one with the new number of its list is being started",
                    pid,
                    Death.ended(how));
            return;
        }
        // Redis may come back, and whoever killed it may stop that.
        boolean mayPass = lived || how == WorkerProcess.NO_REDIS || how == KILLED;
        int failures = mayPass ? 0 : ended.failures + 1;
        if (failures == TRIES) {
            giveUp(ended.crew, how);
            return;
        }
        LOG.warn("A worker process has ended: {} ({}); another one is started", pid, Death.ended(how));
        startLater(ended.crew, failures);
    }

    /** The next one would end as well. */
    private void giveUp(Crew crew, int how) {
        crew.out++;
        crew.gaveUp = true;
        List<Crew> replaced =
                crews.stream().filter(other -> other.successor == crew.id).toList();
        if (!replaced.isEmpty()) {
            replaced.forEach(other -> other.successor = Crew.NONE);
            dismiss(crew);
        }
        List<Crew> current = crews.stream().filter(Crew::isCurrent).toList();
        int all = current.stream().mapToInt(each -> each.wanted).sum();
        int left = all - current.stream().mapToInt(each -> each.out).sum();
        LOG.error(
                "A worker process of {} cannot be started, and is not tried again: {} in a row ended soon after their"
                        + " start, the last one {}. What it printed above says why. {}",
                crew.queues,
                TRIES,
                Death.ended(how),
                left == 0
                        ? "No worker is left"
                        : left + " of " + all + " workers go on; mend the cause, and " + remedy);
        if (left == 0) {
            stop();
        }
        keepUp();
    }

    /** Passes a signal on to all. */
    void pass(String signal) {
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
