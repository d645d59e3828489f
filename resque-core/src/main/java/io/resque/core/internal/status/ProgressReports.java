package io.resque.core.internal.status;

import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.StatusStore;
import io.resque.core.internal.support.DaemonThreads;
import io.resque.core.internal.support.Log;
import io.resque.core.internal.wire.ProgressShape;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Writes what running jobs tell of themselves: of each job about once a second, in one thread for all, which ends when it has had nothing to do
 * for a while. So no job waits for Redis because of that. What cannot be written is dropped. Thread-safe.
 */
final class ProgressReports implements AutoCloseable {
    private static final Logger LOG = Log.WORKER;
    private static final long PERIOD = TimeUnit.SECONDS.toNanos(1);

    private final StatusStore store;
    private final JobSerializer serializer;
    private final Duration expiry;
    private final ScheduledThreadPoolExecutor thread;

    /** What is written stays for this time. */
    ProgressReports(StatusStore store, JobSerializer serializer, Duration expiry) {
        this.store = store;
        this.serializer = serializer;
        this.expiry = expiry;
        DaemonThreads threads = new DaemonThreads();
        thread = new ScheduledThreadPoolExecutor(1, task -> threads.make(task, "resque-progress"));
        thread.setKeepAliveTime(10, TimeUnit.SECONDS);
        thread.allowCoreThreadTimeOut(true);
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    JobReport of(String token) {
        return new Report(token);
    }

    private final class Report implements JobReport {
        private final String token;
        private final Object writing = new Object();
        private final Deque<String> lines = new ArrayDeque<>();
        private long done;
        private long total;
        private String text = "";
        private long logged;
        private boolean isNew;
        private boolean ended;
        private long written = System.nanoTime() - PERIOD;

        Report(String token) {
            this.token = token;
        }

        @Override
        public synchronized void progress(long itsDone, long itsTotal, String itsText) {
            done = itsDone;
            total = itsTotal;
            text = itsText;
            changed();
        }

        @Override
        public synchronized void log(String line) {
            lines.addLast(line);
            logged++;
            if (lines.size() > ProgressShape.MOST_LINES) {
                lines.removeFirst();
            }
            changed();
        }

        private void changed() {
            if (isNew || ended) {
                return;
            }
            isNew = true;
            try {
                long wait = written + PERIOD - System.nanoTime();
                thread.schedule(this::write, Math.max(0, wait), TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException e) {
                LOG.debug(
                        "What {} tells of itself is not written any more, since this is closed",
                        JsonRules.forLog(token));
            }
        }

        /** One after the other, and not under the lock that the threads of the job need. */
        private void write() {
            synchronized (writing) {
                Map<String, @Nullable Object> told;
                synchronized (this) {
                    if (!isNew) {
                        return; // the end was faster
                    }
                    isNew = false;
                    written = System.nanoTime();
                    told = ProgressShape.of(done, total, text, List.copyOf(lines), logged);
                }
                try {
                    store.writeProgress(token, serializer.encode(told), expiry);
                } catch (RuntimeException | Error e) { // of a store that is away, or keeps no progress
                    LOG.debug("What {} told of itself was not written: {}", JsonRules.forLog(token), e.toString());
                }
            }
        }

        @Override
        public void end() {
            synchronized (this) {
                ended = true;
            }
            write();
        }
    }

    /** Writes no more. What a job told that has ended is written already. */
    @Override
    public void close() {
        thread.shutdown();
    }
}
