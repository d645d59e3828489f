package io.resque.launcher.internal.process;

import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobExecutorHost;
import io.resque.api.spi.JobExecutorProvider;
import io.resque.core.InThreadExecutorProvider;
import io.resque.launcher.internal.pool.ChildOptions;
import io.resque.launcher.internal.pool.ProcessExecutor;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Opens the executor that the environment chooses, and keeps it, so that a signal finds the children. */
final class WatchedExecutorProvider implements JobExecutorProvider {
    private final WorkerSettings settings;
    private final WorkerTitle title;
    private volatile @Nullable WatchedExecutor opened;

    WatchedExecutorProvider(WorkerSettings settings, WorkerTitle title) {
        this.settings = settings;
        this.title = title;
    }

    @Override
    public String name() {
        return settings.forks ? "process" : new InThreadExecutorProvider().name();
    }

    @Override
    public int portsVersion() {
        return PORTS_VERSION;
    }

    @Override
    public JobExecutor open(JobExecutorHost host) {
        JobExecutor executor = settings.forks
                ? ProcessExecutor.open(options(), host, title::forked)
                : new InThreadExecutorProvider().open(host);
        WatchedExecutor watched = new WatchedExecutor(executor, title);
        opened = watched;
        return watched;
    }

    /** The executor; empty before the worker has started. */
    Optional<WatchedExecutor> opened() {
        return Optional.ofNullable(opened);
    }

    /** How many jobs run. */
    int running() {
        WatchedExecutor watched = opened;
        return watched == null ? 0 : watched.running();
    }

    private ChildOptions options() {
        ChildOptions.Builder options = new ChildOptions.Builder();
        options.jobsPerFork = settings.jobsPerFork;
        options.mayLeave = settings.mayLeave;
        options.trainedBy = settings.archiveTraining;
        options.withoutEnvironment = settings.childrenWithout;
        options.javaOptions = settings.childOptions;
        options.memoryLimit = settings.memoryLimit;
        return options.build();
    }
}
