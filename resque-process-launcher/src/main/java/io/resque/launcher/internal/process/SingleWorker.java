package io.resque.launcher.internal.process;

import io.resque.api.spi.WireTimes;
import io.resque.core.Worker;
import io.resque.launcher.internal.support.PublicNames;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker in this process, and the signals that it obeys. The thread that calls {@link #run} handles the events. Threads named
 * {@code resque-stop} wait for the end of the worker, so that the next signal is heard meanwhile.
 */
final class SingleWorker {
    private static final Logger LOG = LoggerFactory.getLogger(PublicNames.WORKER_PROCESS);

    /** How long the outcome of a job that was killed may take to reach Redis. */
    private static final Duration SETTLING = Duration.ofSeconds(5);

    /** A second signal that comes earlier is the same signal, sent to the shell and to this process. */
    private static final long AGAIN = TimeUnit.SECONDS.toNanos(1);

    private final WorkerSettings settings;
    private final EventQueue events;
    private final WorkerTitle title;
    private final WatchedExecutorProvider executor;
    private final WorkerStart start;

    /** When the first TERM, INT or HUP was heard. */
    private @Nullable Long firstToldAt;

    /** The signal that asked for the end before the worker had started. */
    private ProcessEvent.@Nullable Signal stopAfterStart;

    private boolean told;
    private boolean paused;

    /** Whether the parent has left on purpose. */
    private boolean alone;

    private boolean stopping;
    private boolean cutShort;

    SingleWorker(WorkerSettings settings, EventQueue events) {
        this.settings = settings;
        this.events = events;
        this.title = new WorkerTitle(settings.queues);
        this.executor = new WatchedExecutorProvider(settings, title);
        this.start = new WorkerStart(settings, events, title, executor);
    }

    /**
     * Runs until the worker has ended.
     *
     * @throws io.resque.api.ResqueException if it cannot be started
     */
    WorkerEnd run() throws InterruptedException {
        title.starting();
        LOG.debug("Registered signals");
        start.begin();
        WorkerEnd end = null;
        while (end == null) {
            ProcessEvent event = events.next();
            if (event instanceof ProcessEvent.Change change) {
                end = handle(change);
            } else if (event instanceof ProcessEvent.Signal signal) {
                end = obey(signal);
            } else if (event == ProcessEvent.Farewell.ALONE) {
                alone = true;
                start.closePort(); // the pool that is started next listens there
            } else if (event instanceof ProcessEvent.Unknown unknown) {
                unknown(unknown.line());
            }
        }
        return end;
    }

    private static void unknown(String line) {
        LOG.warn("Nothing is known of the signal \"{}\"", line);
    }

    /** Null while the process goes on. */
    private @Nullable WorkerEnd handle(ProcessEvent.Change change) throws InterruptedException {
        switch (change) {
            case PARENT_GONE -> {
                if (!alone) {
                    abandon();
                }
                return null;
            }
            case WORKER_STARTED -> {
                return started();
            }
            case WORKER_ENDED -> {
                if (!cutShort) {
                    start.close();
                }
                return settings.untilEmpty && settings.role.isSupervised() && !told
                        ? WorkerEnd.Known.NO_JOB_LEFT
                        : WorkerEnd.Known.DONE;
            }
            default -> throw new AssertionError(change);
        }
    }

    private @Nullable WorkerEnd started() throws InterruptedException {
        Throwable failure = start.failure();
        Worker worker = start.worker();
        if (worker == null) {
            if (failure == null || stopAfterStart != null) {
                start.close();
                return WorkerEnd.Known.DONE;
            }
            if (failure instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) failure;
        }
        title.rest();
        if (paused) {
            worker.pause();
        }
        if (stopAfterStart != null) {
            stop(worker, stopAfterStart);
        }
        return null;
    }

    /** Null while the process goes on. */
    private @Nullable WorkerEnd obey(ProcessEvent.Signal signal) {
        switch (signal) {
            case USR1 -> endJobs();
            case USR2 -> pause(true);
            case CONT -> pause(false);
            case QUIT, TERM, INT, HUP -> {
                return leave(signal);
            }
            default -> unknown(signal.line());
        }
        return null;
    }

    private @Nullable WorkerEnd leave(ProcessEvent.Signal signal) {
        told = true;
        boolean again = isAgain(signal);
        Worker worker = start.worker();
        if (worker == null) {
            if (again) {
                LOG.warn("{} once more: leaving before the start is over", signal);
                return WorkerEnd.Known.DONE;
            }
            stopAfterStart = signal;
            start.interrupt();
        } else if (again) {
            cutShort(worker, signal);
        } else {
            stop(worker, signal);
        }
        return null;
    }

    private void pause(boolean on) {
        paused = on;
        LOG.info(on ? "USR2 received; pausing job processing" : "CONT received; resuming job processing");
        Worker worker = start.worker();
        if (worker != null && on) {
            worker.pause();
        } else if (worker != null) {
            worker.resume();
        }
    }

    /** Ruby's USR1: ends the child. Without children there is nothing to end. */
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
                LOG.info("USR1: there is no child to kill, jobs run in threads of this JVM");
            }
        });
    }

    /** Whether the sender does not want to wait any longer. */
    private boolean isAgain(ProcessEvent.Signal signal) {
        Long first = firstToldAt;
        if (first == null && signal != ProcessEvent.Signal.QUIT) {
            firstToldAt = System.nanoTime();
        }
        return first != null
                && System.nanoTime() - first >= AGAIN
                && (signal == ProcessEvent.Signal.TERM || signal == ProcessEvent.Signal.INT);
    }

    /**
     * Does not wait for jobs any longer. It kills the children. A job in this JVM is interrupted; if it does not end by that, it stays
     * in the worker's record.
     */
    private void cutShort(Worker worker, ProcessEvent.Signal signal) {
        if (cutShort) {
            return;
        }
        cutShort = true;
        LOG.warn("{} once more: leaving without waiting any longer; {}", signal, jobs(executor.running()));
        killChildren("its worker was told to leave by " + signal + " once more");
        inBackground(() -> {
            worker.stop(settings.forks ? SETTLING : Duration.ZERO);
            events.add(ProcessEvent.Change.WORKER_ENDED);
        });
    }

    private void killChildren(String reason) {
        executor.opened().ifPresent(jobs -> {
            jobs.leave();
            jobs.withChildren(children -> children.killFromNowOn(reason));
        });
    }

    private static String jobs(int number) {
        return number == 0 ? "no job runs" : number == 1 ? "1 job runs" : number + " jobs run";
    }

    private void stop(Worker worker, ProcessEvent.Signal signal) {
        boolean waits = waitsForJobs(signal);
        if (!stopping) {
            LOG.info("Exiting...");
            int jobs = executor.running();
            if (jobs == 0) {
                LOG.info("{}: stopping: no job runs", signal);
            } else { // a warning is seen without VERBOSE: this process does not end at once
                LOG.warn("{}: stopping: {}, {}", signal, jobs(jobs), howLong(signal, waits));
            }
        }
        stopping = true;
        if (waits) {
            inBackground(() -> worker.stop(WireTimes.LONGEST));
        } else if (!settings.termChild) {
            inBackground(() -> worker.stop(SETTLING));
            killChildren("its worker was told to leave by " + signal);
        } else {
            inBackground(() -> interruptJobs(worker));
        }
    }

    private boolean waitsForJobs(ProcessEvent.Signal signal) {
        return signal == ProcessEvent.Signal.QUIT
                || signal == ProcessEvent.Signal.TERM && settings.gracefulTerm
                || !settings.forks && !settings.termChild;
    }

    private String howLong(ProcessEvent.Signal signal, boolean waits) {
        if (signal == ProcessEvent.Signal.QUIT) {
            return "until the end";
        }
        if (waits) {
            return "until the end; TERM or INT once more, a second later, cuts that short";
        }
        return settings.termChild
                ? "up to "
                        + settings.preShutdownTimeout.plus(settings.termTimeout).toSeconds() + " s"
                : "and is killed";
    }

    /** TERM under TERM_CHILD: a job has time to end, then it is interrupted, then its child is killed. */
    private void interruptJobs(Worker worker) {
        if (!settings.forks) {
            executor.opened().ifPresent(WatchedExecutor::terminated);
            worker.stop(settings.preShutdownTimeout);
            if (!worker.stop(settings.termTimeout)) {
                events.add(ProcessEvent.Change.WORKER_ENDED);
            }
            return;
        }
        Duration all = settings.preShutdownTimeout.plus(settings.termTimeout).plus(SETTLING);
        inBackground(() -> worker.stop(all));
        try {
            long until = System.nanoTime() + settings.preShutdownTimeout.toNanos();
            while (worker.isRunning() && System.nanoTime() - until < 0) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        executor.opened().ifPresent(jobs -> {
            jobs.leave();
            jobs.withChildren(children -> children.terminate(settings.termTimeout));
        });
    }

    private static void inBackground(Runnable action) {
        ProcessThreads.make(action, "resque-stop").start();
    }

    /** The parent has died: this process dies as well, and leaves the job in the worker's record, from which it is recovered. */
    private void abandon() {
        LOG.error("The process that started this worker is gone; it leaves at once");
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
        start.removePidFile();
        Runtime.getRuntime().halt(WorkerEnd.Known.FAULT.status());
    }
}
