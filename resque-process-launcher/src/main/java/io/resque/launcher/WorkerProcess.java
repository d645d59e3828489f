package io.resque.launcher;

import io.resque.api.BackendException;
import io.resque.api.ConfigurationException;
import io.resque.api.ResqueException;
import io.resque.api.ResqueListener;
import io.resque.api.spi.JsonRules;
import io.resque.core.Resque;
import io.resque.core.ResqueHttp;
import io.resque.core.Worker;
import io.resque.core.WorkerBuilder;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker as a process, as {@code QUEUE=… bin/resque} starts it: it obeys Ruby's signals, and shows in {@code ps}
 * what it does.
 */
public final class WorkerProcess {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerProcess.class);

    /** What {@code bin/resque} ends with where no start can succeed; see docs/operations.md. */
    static final int CONFIGURATION = 2;

    static final int NO_REDIS = 3;

    /** Of a worker of a supervisor, under INTERVAL=0. A job that ends the JVM cannot end it so by chance. */
    static final int NO_JOB_LEFT = 10;

    private static final String STARTED = "started";
    private static final String ENDED = "ended";
    private static final Duration FOREVER = Duration.ofDays(36_500);

    /** How long the outcome of a job that was killed may take to reach Redis. */
    private static final Duration SETTLING = Duration.ofSeconds(5);

    /** What comes earlier is the same signal, sent to the shell and to this process. */
    private static final long AGAIN = TimeUnit.SECONDS.toNanos(1);

    private final Environment environment;
    private final WorkerSettings settings;
    private final Orders orders;
    private final WorkerTitle title;
    private final WatchedExecutorProvider executor;
    private final @Nullable PidFile pidFile;
    private final Thread starter = new Thread(this::start, "resque-start");
    private @Nullable Resque resque;
    private volatile @Nullable ResqueHttp http;
    private volatile @Nullable Worker started;
    private volatile @Nullable Throwable failure;

    /** When the first TERM, INT or HUP was heard. */
    private @Nullable Long told;

    private boolean stopping;
    private boolean cutShort;

    private WorkerProcess(Environment environment, WorkerSettings settings, Orders orders) {
        this.environment = environment;
        this.settings = settings;
        this.orders = orders;
        this.title = new WorkerTitle(settings.queues);
        this.executor = new WatchedExecutorProvider(settings, title);
        this.pidFile = settings.pidFile == null ? null : PidFile.at(settings.pidFile);
    }

    /**
     * Works as the environment of this process says, and ends the JVM: with 0 after a signal, or under {@code INTERVAL=0} when no
     * job is left; with 2 if the environment says something that cannot be done; with 3 if Redis does not answer at the start.
     * {@code bin/resque} starts this.
     *
     * @param args what {@code ps} shows until the worker says more; nothing else is read from them
     */
    public static void main(String[] args) {
        int status = 1;
        Environment environment = new Environment(System.getenv());
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        try {
            status = run(environment);
        } catch (ResqueException e) {
            err.println(JsonRules.onOneLine(environment.explain(e)));
            status = e instanceof BackendException ? NO_REDIS : CONFIGURATION;
        } catch (Throwable e) {
            Thrown.print(e);
        }
        System.exit(status);
    }

    /**
     * Works until it is told to stop, or under {@code INTERVAL=0} until no job is left; with {@code COUNT} starts and watches
     * processes that do so. Takes over this process: its signals, its title and, if {@code bin/resque} started it, its standard input.
     *
     * @param environment what to do: php-resque's and Ruby's variables, see docs/operations.md
     * @return the status for {@link System#exit}: 0 after a signal, or when no job is left
     * @throws io.resque.api.ConfigurationException if the environment says something that cannot be done
     * @throws io.resque.api.BackendException if Redis does not answer at the start
     */
    public static int run(Environment environment) {
        WorkerSettings settings = new WorkerSettings(environment);
        settings.modules(); // before anything is registered or forked
        Orders orders = Orders.listen(environment.launcher().isPresent() || environment.isSupervised());
        try {
            if ((settings.count > 1 || environment.isSupervisor()) && !environment.isSupervised()) {
                return new Supervisor(settings, orders, environment.isSupervisor()).run();
            }
            return new WorkerProcess(environment, settings, orders).work();
        } catch (InterruptedException e) {
            throw new IllegalStateException("Nobody interrupts this thread", e);
        } finally {
            orders.close();
        }
    }

    private int work() throws InterruptedException {
        title.starting();
        LOG.debug("Registered signals");
        starter.start();
        String stop = null;
        boolean told = false;
        boolean paused = false;
        boolean alone = false;
        while (true) {
            String order = orders.next();
            Worker worker = started;
            switch (order) {
                case ENDED -> {
                    if (!cutShort) {
                        close();
                    }
                    return settings.untilEmpty && environment.isSupervised() && !told ? NO_JOB_LEFT : 0;
                }
                case Orders.ALONE -> {
                    alone = true;
                    closePort(); // the pool that is started next listens there
                }
                case Orders.ABANDONED -> {
                    if (!alone) {
                        abandon();
                    }
                }
                case STARTED -> {
                    starter.join();
                    Throwable trouble = failure;
                    if (worker == null) {
                        if (trouble == null || stop != null) {
                            close();
                            return 0;
                        }
                        if (trouble instanceof Error error) {
                            throw error;
                        }
                        throw (RuntimeException) trouble;
                    }
                    title.rest();
                    if (paused) {
                        worker.pause();
                    }
                    if (stop != null) {
                        stop(worker, stop);
                    }
                }
                case "USR1" -> endJobs();
                case "USR2", "CONT" -> {
                    paused = order.equals("USR2");
                    LOG.info(
                            paused
                                    ? "USR2 received; pausing job processing"
                                    : "CONT received; resuming job processing");
                    if (worker != null) {
                        pause(worker, paused);
                    }
                }
                case "QUIT", "TERM", "INT", "HUP" -> {
                    told = true;
                    boolean again = isAgain(order);
                    if (again && worker == null) {
                        LOG.warn("{} once more: leaving before the start is over", order);
                        return 0;
                    } else if (again) {
                        cutShort(Objects.requireNonNull(worker), order);
                    } else if (worker != null) {
                        stop(worker, order);
                    } else {
                        stop = order;
                        starter.interrupt();
                    }
                }
                default -> LOG.warn("Nothing is known of the signal \"{}\"", order);
            }
        }
    }

    /** Apart from the thread that hears signals, since Redis and the first child may take their time. */
    private void start() {
        try {
            resque = Probes.touching(environment.resque().failureLists(settings.failureLists), settings)
                    .build();
            resque.closeOnExit(); // a job may end this JVM
            http = Probes.listen(resque, settings); // a probe may ask during the start
            resque.inspector().pausedAll(); // a Redis that is away is told before a child is started
            WorkerBuilder builder = resque.worker(String.join(",", settings.queues))
                    .concurrency(settings.concurrency)
                    .listen(new TitleListener(title))
                    .executor(executor);
            settings.register(builder);
            if (!settings.withoutEffect().isEmpty()) {
                LOG.info("Set, and without effect here: {}", String.join(", ", settings.withoutEffect()));
            }
            if (settings.untilEmpty) {
                builder.untilEmpty();
            }
            if (settings.jobTimeout != null) {
                builder.jobTimeout(settings.jobTimeout);
            }
            OptionalLong launcher = environment.launcher();
            if (launcher.isPresent()) {
                builder.pid(launcher.getAsLong());
            }
            if (settings.host != null) {
                builder.host(settings.host);
            }
            if (Thread.interrupted()) {
                return;
            }
            Worker worker = start(builder);
            started = worker;
            if (pidFile != null) {
                pidFile.write();
            }
            title.follow(worker::queues, resque.inspector()::pausedAll);
            Thread waiting = new Thread(
                    () -> {
                        try {
                            worker.join();
                        } catch (InterruptedException e) {
                            // It ends with the process.
                        }
                        orders.add(ENDED);
                    },
                    "resque-end");
            waiting.setDaemon(true);
            waiting.start();
        } catch (RuntimeException | Error e) { // of a module, such as a class that is not there
            failure = e;
        } finally {
            orders.add(STARTED);
        }
    }

    /** An exception of a listener in {@code beforeFirstFork} is told in a sentence: the fault is the listener's, and a new start meets it again. */
    private static Worker start(WorkerBuilder builder) {
        try {
            return builder.start();
        } catch (ResqueException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            Optional<StackTraceElement> listener = Stream.of(e.getStackTrace())
                    .filter(frame -> frame.getMethodName().equals("beforeFirstFork"))
                    .findFirst();
            if (listener.isEmpty()) {
                throw e;
            }
            throw new ConfigurationException(
                    "The worker is not started: a listener of beforeFirstFork threw " + Thrown.text(e) + ", at "
                            + listener.get() + "; mend what it needs, or the listener",
                    e);
        }
    }

    private void pause(Worker worker, boolean on) {
        if (on) {
            worker.pause();
        } else {
            worker.resume();
        }
    }

    /** Ruby's USR1: without a child there is nothing to do. */
    private void endJobs() {
        executor.opened().ifPresent(jobs -> {
            boolean children = jobs.withChildren(running -> {
                if (settings.termChild) {
                    running.terminate(settings.termTimeout);
                } else {
                    running.kill("its worker was told so by USR1");
                }
            });
            if (!children) {
                LOG.info("USR1: there is no child to kill, FORK_PER_JOB is false");
            }
        });
    }

    /** Whether whoever sends it does not want to wait any longer. */
    private boolean isAgain(String signal) {
        Long first = told;
        if (first == null && !signal.equals("QUIT")) {
            told = System.nanoTime();
        }
        return first != null && System.nanoTime() - first >= AGAIN && (signal.equals("TERM") || signal.equals("INT"));
    }

    /** What still runs is killed; in this JVM, interrupted, and left in the worker's record if it does not end by that. */
    private void cutShort(Worker worker, String signal) {
        if (cutShort) {
            return;
        }
        cutShort = true;
        LOG.warn("{} once more: leaving without waiting any longer; {}", signal, jobs(executor.running()));
        executor.opened()
                .ifPresent(jobs -> jobs.withChildren(children ->
                        children.killFromNowOn("its worker was told to leave by " + signal + " once more")));
        inBackground(() -> {
            worker.stop(settings.forks ? SETTLING : Duration.ZERO);
            orders.add(ENDED);
        });
    }

    private static String jobs(int number) {
        return number == 0 ? "no job runs" : number == 1 ? "1 job runs" : number + " jobs run";
    }

    private void stop(Worker worker, String signal) {
        boolean gently = signal.equals("QUIT") || signal.equals("TERM") && settings.gracefulTerm;
        if (!stopping) {
            LOG.info("Exiting...");
            int jobs = executor.running();
            if (jobs == 0) {
                LOG.info("{}: stopping: no job runs", signal);
            } else { // seen without VERBOSE: this process does not end at once
                LOG.warn("{}: stopping: {}, {}", signal, jobs(jobs), howLong(signal, gently));
            }
        }
        stopping = true;
        if (gently || !settings.forks && !settings.termChild) {
            inBackground(() -> worker.stop(FOREVER));
        } else if (!settings.termChild) {
            inBackground(() -> worker.stop(SETTLING));
            executor.opened()
                    .ifPresent(jobs -> jobs.withChildren(
                            children -> children.killFromNowOn("its worker was told to leave by " + signal)));
        } else {
            inBackground(() -> leaveByTerm(worker));
        }
    }

    private String howLong(String signal, boolean gently) {
        if (signal.equals("QUIT")) {
            return "until the end";
        }
        if (gently || !settings.forks && !settings.termChild) {
            return "until the end; TERM or INT once more, a second later, cuts that short";
        }
        return settings.termChild
                ? "up to "
                        + settings.preShutdownTimeout.plus(settings.termTimeout).toSeconds() + " s"
                : "and is killed";
    }

    /** With TERM_CHILD: a job has time to end by itself, then it is interrupted, then it is killed. */
    private void leaveByTerm(Worker worker) {
        if (!settings.forks) {
            executor.opened().ifPresent(WatchedExecutor::terminated);
            worker.stop(settings.preShutdownTimeout);
            if (worker.stop(settings.termTimeout)) {
                return;
            }
            orders.add(ENDED);
            return;
        }
        Duration all = settings.preShutdownTimeout.plus(settings.termTimeout).plus(SETTLING);
        inBackground(() -> worker.stop(all));
        try {
            long until = System.nanoTime() + settings.preShutdownTimeout.toNanos();
            while (worker.isRunning() && System.nanoTime() - until < 0) {
                synchronized (this) {
                    wait(20);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        executor.opened().ifPresent(jobs -> jobs.withChildren(children -> children.terminate(settings.termTimeout)));
    }

    private void inBackground(Runnable action) {
        Thread thread = new Thread(action, "resque-stop");
        thread.setDaemon(true);
        thread.start();
    }

    private void close() {
        if (resque != null) {
            resque.close();
        }
        closePort();
    }

    private void closePort() {
        ResqueHttp opened = http;
        if (opened != null) {
            opened.close();
        }
    }

    /** Whoever watches this process is gone: the job stays in the worker's record, where its death is recovered. */
    private void abandon() {
        LOG.error("The process that started this worker is gone; it leaves at once");
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
        if (pidFile != null) {
            pidFile.remove();
        }
        Runtime.getRuntime().halt(1);
    }

    /** Tells ps what the worker waits for. */
    private static final class TitleListener implements ResqueListener {
        private final WorkerTitle title;

        TitleListener(WorkerTitle title) {
            this.title = title;
        }

        @Override
        public void queueEmpty(List<String> workers) {
            title.rest();
        }

        @Override
        public void beforePause(List<String> workers) {
            title.paused(true);
        }

        @Override
        public void afterPause(List<String> workers) {
            title.paused(false);
        }
    }
}
