package io.resque.launcher.internal.process;

import io.resque.api.ConfigurationException;
import io.resque.api.ResqueException;
import io.resque.core.OnStop;
import io.resque.core.Resque;
import io.resque.core.ResqueHttp;
import io.resque.core.Worker;
import io.resque.core.WorkerBuilder;
import io.resque.launcher.internal.support.PublicNames;
import io.resque.launcher.internal.support.ThrownText;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the worker of this process, and holds what it has opened. It has a thread of its own, since Redis and the first child may
 * take their time, and the thread that handles signals must not wait for them.
 */
final class WorkerStart {
    private static final Logger LOG = LoggerFactory.getLogger(PublicNames.WORKER_PROCESS);

    private final WorkerSettings settings;
    private final EventQueue events;
    private final WorkerTitle title;
    private final WatchedExecutorProvider executor;
    private final @Nullable JvmPidFile pidFile;
    private final Thread thread = ProcessThreads.make(this::run, "resque-start");
    private @Nullable Resque resque;
    private volatile @Nullable ResqueHttp http;
    private volatile @Nullable Worker worker;
    private volatile @Nullable Throwable failure;

    WorkerStart(WorkerSettings settings, EventQueue events, WorkerTitle title, WatchedExecutorProvider executor) {
        this.settings = settings;
        this.events = events;
        this.title = title;
        this.executor = executor;
        this.pidFile = settings.pidFile == null ? null : JvmPidFile.at(settings.pidFile);
    }

    /** Begins. Its end is the event {@link ProcessEvent.Change#WORKER_STARTED}. */
    void begin() {
        thread.start();
    }

    /** Ends a start that is under way as soon as possible. */
    void interrupt() {
        thread.interrupt();
    }

    /** The worker once it has started; null before, and if it could not be started. */
    @Nullable
    Worker worker() {
        return worker;
    }

    /** Waits for the end of the start. The exception that it threw, null for none. */
    @Nullable
    Throwable failure() throws InterruptedException {
        thread.join();
        return failure;
    }

    private void run() {
        try {
            resque = Probes.touching(settings.resque().builder().failureLists(settings.failureLists), settings)
                    .build();
            resque.closeOnExit(); // a job may end this JVM
            http = Probes.listen(resque, settings.http); // a probe may ask during the start
            resque.inspector().pausedAll(); // an unreachable Redis is reported before a child is started
            WorkerBuilder builder = builder(resque);
            if (Thread.interrupted()) {
                return;
            }
            Worker started = start(builder);
            worker = started;
            if (pidFile != null) {
                pidFile.write();
            }
            title.follow(started::queues, resque.inspector()::pausedAll);
            tellOfTheEnd(started);
        } catch (RuntimeException | Error e) { // of a module, such as a class that is missing
            failure = e;
        } finally {
            events.add(ProcessEvent.Change.WORKER_STARTED);
        }
    }

    private WorkerBuilder builder(Resque resque) {
        WorkerBuilder builder = resque.workerBuilder(String.join(",", settings.queues))
                .concurrency(settings.concurrency)
                .scheduler(settings.schedules)
                .onStop(settings.putsBack ? OnStop.PUT_BACK : OnStop.FAIL)
                .listen(title.listener())
                .executor(executor);
        settings.modules().addTo(builder);
        settings.queueLimits.forEach(builder::limitQueue);
        if (!settings.withoutEffect().isEmpty()) {
            LOG.info("Set, and without effect here: {}", String.join(", ", settings.withoutEffect()));
        }
        if (settings.untilEmpty) {
            builder.untilEmpty();
        }
        if (settings.jobTimeout != null) {
            builder.jobTimeout(settings.jobTimeout);
        }
        if (settings.role.launcher().isPresent()) {
            builder.pid(settings.role.launcher().getAsLong());
        }
        if (settings.host != null) {
            builder.host(settings.host);
        }
        return builder;
    }

    /** Turns an exception of {@code beforeFirstFork} into a sentence: the fault is the listener's, and a new start would meet it again. */
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
                    "The worker is not started: a listener of beforeFirstFork threw " + ThrownText.of(e) + ", at "
                            + listener.get() + "; mend what it needs, or the listener",
                    e);
        }
    }

    private void tellOfTheEnd(Worker started) {
        Runnable wait = () -> {
            try {
                started.join();
            } catch (InterruptedException e) {
                // This thread ends with the process.
            }
            events.add(ProcessEvent.Change.WORKER_ENDED);
        };
        ProcessThreads.make(wait, "resque-end").start();
    }

    /** Closes everything that the start has opened. */
    void close() {
        if (resque != null) {
            resque.close();
        }
        closePort();
    }

    /** Frees the port for another process. */
    void closePort() {
        ResqueHttp opened = http;
        if (opened != null) {
            opened.close();
        }
    }

    void removePidFile() {
        if (pidFile != null) {
            pidFile.remove();
        }
    }
}
