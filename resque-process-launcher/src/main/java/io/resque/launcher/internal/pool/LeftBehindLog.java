package io.resque.launcher.internal.pool;

import io.resque.api.spi.JobRequest;
import io.resque.api.spi.JsonRules;
import io.resque.launcher.internal.frame.LeftoverNames;
import io.resque.launcher.internal.support.PublicNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides whether a child has become dirty, and logs once for each class of jobs and kind of things why. Thread-safe. */
final class LeftBehindLog {
    private static final Logger LOG = LoggerFactory.getLogger(PublicNames.JOB_EXECUTOR);

    /** These are not the fault of the class, and not made in another place. */
    private static final Set<String> WITHOUT_WAY_OUT = Set.of(LeftoverNames.INTERRUPT, LeftoverNames.MEMORY);

    /** The class that a wrapped job shows comes from Redis, so there can be any number of them. */
    private static final int MOST = 1_000;

    private final ChildOptions options;
    private final Set<List<String>> told = ConcurrentHashMap.newKeySet();

    LeftBehindLog(ChildOptions options) {
        this.options = options;
        String unseen = options.recycles() ? unseen(Path.of("/proc")) : null;
        if (unseen != null) {
            LOG.warn("{}", unseen);
        }
    }

    /** What a look at a child cannot see on this machine; null if it sees everything. */
    static @Nullable String unseen(Path proc) {
        List<String> unseen = new ArrayList<>();
        if (!Files.isDirectory(proc.resolve("self/fd"))) {
            unseen.add("open files");
        }
        if (!Files.isReadable(proc.resolve("thread-self/children"))) {
            unseen.add("processes");
        }
        if (!Files.isReadable(proc.resolve("self/status"))) {
            unseen.add("memory");
        }
        if (unseen.isEmpty()) {
            return null;
        }
        return "A child that runs several jobs is not looked at for " + String.join(", ", unseen)
                + " that a job has left behind: this machine does not tell of them in " + proc
                + ". If your jobs may leave them, give each job a child of its own";
    }

    /** Whether the child of this job can run another one. */
    boolean isClean(JobRequest job, JobRun run) {
        if (!options.recycles()) {
            return true;
        }
        List<String> left = run.leftBehind();
        List<String> kinds = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < left.size(); i += 2) {
            if (!options.mayLeave().contains(left.get(i))) {
                kinds.add(left.get(i));
                texts.add(left.get(i + 1));
            }
        }
        if (!kinds.isEmpty()) {
            tell(job, kinds, String.join(", ", texts));
        }
        return kinds.isEmpty();
    }

    private void tell(JobRequest job, List<String> kinds, String what) {
        List<String> key = new ArrayList<>(kinds);
        key.add(job.shownClass());
        if (told.size() >= MOST || !told.add(key)) {
            return;
        }
        String who = "The job " + JsonRules.forLog(job.shownClass()) + " of " + JsonRules.forLog(job.queue());
        String text = JsonRules.forLog(what);
        List<String> avoidable = new ArrayList<>(kinds);
        avoidable.removeAll(WITHOUT_WAY_OUT);
        if (avoidable.isEmpty()) {
            LOG.info("{} left behind in its child process: {}. The child ends", who, text);
            return;
        }
        String list = String.join(",", avoidable);
        LOG.warn(
                "{} left behind in its child process: {}. The child ends; if each job of this class does so, each has a child of its own,"
                        + " as in strict isolation. To keep the child, do this in the constructor of the JobModule or in afterFork,"
                        + " or allow it by JOB_MAY_LEAVE={} or mayLeave({})",
                who,
                text,
                list,
                list.toUpperCase(Locale.ROOT).replace('-', '_').replace(",", ", "));
    }
}
