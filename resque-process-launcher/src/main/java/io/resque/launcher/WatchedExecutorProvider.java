package io.resque.launcher;

import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobExecutorHost;
import io.resque.api.spi.JobExecutorProvider;
import io.resque.core.InThreadExecutorProvider;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Opens what the environment chose, and remembers it, so that a signal finds the children. */
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
        return settings.forks ? "process" : "in-thread";
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

    Optional<WatchedExecutor> opened() {
        return Optional.ofNullable(opened);
    }

    /** How many jobs run. */
    int running() {
        WatchedExecutor watched = opened;
        return watched == null ? 0 : watched.running();
    }

    private ChildOptions options() {
        ProcessJobExecutor.Builder builder = ProcessJobExecutor.builder()
                .jobsPerFork(settings.jobsPerFork)
                .withoutEnvironment(settings.childrenWithout.toArray(String[]::new))
                .javaOptions(settings.childOptions.toArray(String[]::new));
        if (settings.memoryLimit > 0) {
            builder.memoryLimit(settings.memoryLimit);
        }
        return builder.options();
    }
}
