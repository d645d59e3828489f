package io.resque.launcher.internal.child;

import io.resque.launcher.internal.frame.LeftoverNames;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * What a job leaves behind in a child that runs further jobs. The constructor notes the state of the process, {@link #look} compares it.
 * A child for one job does not load this class and its helpers.
 */
final class LeftBehind {
    /** What a job has just ended, such as a thread or a process, may still be seen for so long. */
    private static final long SETTLES = 20_000_000;

    /** Between two looks at what may end yet. */
    private static final long PAUSE = 1_000_000;

    private static final Set<String> MAY_END =
            Set.of(LeftoverNames.THREADS, LeftoverNames.OPEN_FILES, LeftoverNames.PROCESSES);

    private final long memoryLimit;
    private final Set<Object> allowed;
    private final ProcFiles proc;
    private State before;
    private boolean forked;

    /** Of the process at one moment. */
    private static final class State {
        final ProcessSnapshot settings = new ProcessSnapshot();
        final LiveThreads threads = new LiveThreads();
        final ShutdownHooks hooks = new ShutdownHooks();
        final OpenFiles files;
        final Set<String> processes;

        State(ProcFiles proc) {
            this.files = new OpenFiles(proc);
            this.processes = pids(proc);
        }
    }

    /**
     * Notes the state before the first job.
     *
     * @param setup the memory limit in bytes, 0 for none; then the kinds that may be left
     */
    LeftBehind(List<?> setup) {
        this(setup, new ProcFiles("/proc"));
    }

    LeftBehind(List<?> setup, ProcFiles proc) {
        this.memoryLimit = ((Number) setup.get(0)).longValue();
        this.allowed = new HashSet<>(setup.subList(1, setup.size()));
        this.proc = proc;
        this.before = new State(proc);
    }

    /** Notes the state again when afterFork has run for the first time: the application keeps on purpose what it has made there. */
    void afterFork() {
        if (!forked) {
            forked = true;
            before = new State(proc);
        }
    }

    /** For each kind of things that the last job has left, its name and a text. Empty if the child is as it was before. */
    List<String> look() {
        List<String> found = lookOnce();
        long until = System.nanoTime() + SETTLES;
        while (!found.isEmpty() && mayEnd(found) && System.nanoTime() - until < 0) {
            LockSupport.parkNanos(PAUSE);
            found = lookOnce();
        }
        return found;
    }

    private static boolean mayEnd(List<String> found) {
        for (int i = 0; i < found.size(); i += 2) {
            if (!MAY_END.contains(found.get(i))) {
                return false;
            }
        }
        return true;
    }

    private List<String> lookOnce() {
        List<String> found = new ArrayList<>(0);
        try {
            lookAtSettings(found);
            lookAtThreadsAndHooks(found);
            lookAtFiles(found);
            if (memoryLimit > 0) {
                long held = proc.residentBytes();
                if (held > memoryLimit) {
                    add(found, LeftoverNames.MEMORY, (held >> 20) + " MB of memory");
                }
            }
        } catch (Throwable e) { // thrown by a class of the job, such as a TimeZone
            add(found, LeftoverNames.SYSTEM_PROPERTIES, "a state that cannot be read");
        }
        return found;
    }

    private void lookAtSettings(List<String> found) {
        ProcessSnapshot settings = before.settings;
        if (counts(LeftoverNames.STREAMS) && settings.hasOtherStreams()) {
            add(found, LeftoverNames.STREAMS, "changed standard streams");
        }
        if (counts(LeftoverNames.LOCALE) && settings.hasOtherLocale()) {
            add(found, LeftoverNames.LOCALE, "another default locale");
        }
        if (counts(LeftoverNames.TIME_ZONE) && settings.hasOtherZone()) {
            add(found, LeftoverNames.TIME_ZONE, "another default time zone");
        }
        if (counts(LeftoverNames.EXCEPTION_HANDLER) && settings.hasOtherHandler()) {
            add(found, LeftoverNames.EXCEPTION_HANDLER, "another default handler of uncaught exceptions");
        }
        String property = counts(LeftoverNames.SYSTEM_PROPERTIES) ? settings.otherProperty() : null;
        if (property != null) {
            add(found, LeftoverNames.SYSTEM_PROPERTIES, "a changed system property (" + property + ")");
        }
    }

    private void lookAtThreadsAndHooks(List<String> found) {
        if (counts(LeftoverNames.THREADS)) {
            List<Thread> started = before.threads.started();
            if (before.threads.haveWorkInCommonPool()) {
                add(found, LeftoverNames.THREADS, "work in the common pool");
            } else if (!started.isEmpty()) {
                add(
                        found,
                        LeftoverNames.THREADS,
                        counted(started.size(), "thread", started.get(0).getName()));
            }
        }
        if (counts(LeftoverNames.SHUTDOWN_HOOKS)) {
            List<Thread> added = before.hooks.added();
            if (!added.isEmpty()) {
                add(
                        found,
                        LeftoverNames.SHUTDOWN_HOOKS,
                        counted(added.size(), "shutdown hook", added.get(0).getName()));
            }
        }
    }

    private void lookAtFiles(List<String> found) {
        if (counts(LeftoverNames.OPEN_FILES)) {
            List<String> opened = before.files.opened(before.threads);
            if (!opened.isEmpty()) {
                add(found, LeftoverNames.OPEN_FILES, counted(opened.size(), "open file", opened.get(0)));
            }
        }
        if (counts(LeftoverNames.PROCESSES)) {
            Set<String> running = pids(proc);
            running.removeAll(before.processes);
            if (!running.isEmpty()) {
                String pid = running.iterator().next();
                add(found, LeftoverNames.PROCESSES, counted(running.size(), "process", pid + " " + proc.name(pid)));
            }
        }
    }

    private static Set<String> pids(ProcFiles proc) {
        String children = proc.children();
        return children == null || children.isEmpty()
                ? new HashSet<>(0)
                : new HashSet<>(Arrays.asList(children.strip().split(" ")));
    }

    private boolean counts(String kind) {
        return allowed.isEmpty() || !allowed.contains(kind);
    }

    private static String counted(int number, String what, String example) {
        if (number == 1) {
            return "1 " + what + " (" + example + ")";
        }
        return number + " " + what + (what.endsWith("s") ? "es" : "s") + " (such as " + example + ")";
    }

    private static void add(List<String> found, String kind, String text) {
        found.add(kind);
        found.add(text);
    }
}
