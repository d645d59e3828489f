package io.resque.launcher.internal.process;

import io.resque.core.Resque;
import io.resque.core.ResqueHttp;
import io.resque.core.Scheduler;
import io.resque.launcher.internal.support.PublicNames;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a scheduler in this process, without a worker, and obeys signals. Neither Redis nor what stands there ends it. */
public final class SchedulerRun {
    private static final Logger LOG = LoggerFactory.getLogger(PublicNames.WORKER_PROCESS);

    /** A connection on which Redis hangs must not keep this process. A move is one step of Redis, so nothing is lost by this. */
    private static final long CLOSE_MILLIS = 500;

    private final SchedulerSettings settings;
    private final EventQueue events;

    private SchedulerRun(SchedulerSettings settings, EventQueue events) {
        this.settings = settings;
        this.events = events;
    }

    /**
     * Returns once it was told to leave.
     *
     * @throws io.resque.api.ConfigurationException if the environment says something that cannot be done
     */
    public static WorkerEnd of(EnvironmentReader environment) throws InterruptedException {
        SchedulerSettings settings = new SchedulerSettings(environment);
        try (EventQueue events = EventQueue.listen(settings.role)) {
            return new SchedulerRun(settings, events).run();
        }
    }

    private WorkerEnd run() throws InterruptedException {
        SchedulerTitle title = new SchedulerTitle(settings.names);
        Resque resque = settings.resque().builder().build();
        ResqueHttp http = null;
        try {
            Scheduler scheduler = resque.scheduler();
            http = Probes.listen(resque, settings.http);
            scheduler.start();
            title.follow(scheduler);
            if (settings.pidFile != null) {
                settings.pidFile.write();
            }
            LOG.info("The scheduler has started; TERM, INT or QUIT ends it");
            if (!settings.withoutEffect().isEmpty()) {
                LOG.info("Set, and without effect here: {}", String.join(", ", settings.withoutEffect()));
            }
            obeyUntilTheEnd(scheduler);
            return WorkerEnd.Known.DONE;
        } finally {
            close(resque, http);
        }
    }

    private void obeyUntilTheEnd(Scheduler scheduler) throws InterruptedException {
        while (true) {
            ProcessEvent event = events.next();
            if (event == ProcessEvent.Change.PARENT_GONE) {
                LOG.error("The process that started this scheduler is gone; it leaves at once");
                return;
            } else if (event instanceof ProcessEvent.Signal signal) {
                switch (signal) {
                    case TERM, INT, QUIT, HUP -> {
                        LOG.info("{}: the scheduler leaves", signal);
                        return;
                    }
                    case USR1 -> LOG.warn("USR1: {}", SchedulerTitle.state(scheduler, true));
                    case USR2 ->
                        LOG.info("USR2: there is nothing to reload; each change in Redis is seen within seconds");
                    default -> LOG.info("{}: without effect on a scheduler", signal);
                }
            } else if (event instanceof ProcessEvent.Unknown unknown) {
                LOG.warn("Nothing is known of the signal \"{}\"", unknown.line());
            }
        }
    }

    private static void close(Resque resque, @Nullable ResqueHttp http) throws InterruptedException {
        Thread closing = ProcessThreads.make(
                () -> {
                    if (http != null) {
                        http.close();
                    }
                    resque.close();
                },
                "resque-stop");
        closing.start();
        TimeUnit.MILLISECONDS.timedJoin(closing, CLOSE_MILLIS);
    }
}
