package io.resque.launcher;

import io.resque.api.JobContext;
import io.resque.api.JobInfo;
import io.resque.api.JobModule;
import io.resque.api.JobRegistry;
import io.resque.api.Listeners;
import io.resque.api.ResqueListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The hooks of Ruby's recorded job, as listeners of a module that worker and children load. Each event is a line in a file, behind
 * the id of its process. One of the listeners throws.
 */
public final class ForkHooks implements JobModule {
    private static final String FILE = "fork.hooks.file";
    private static final String THROWS = "fork.hooks.throws";

    private final Path file;
    private final String throwing;

    /** A child is told by its Java options. */
    public ForkHooks() {
        this(Path.of(System.getProperty(FILE)), System.getProperty(THROWS));
    }

    ForkHooks(Path file, String throwing) {
        this.file = file;
        this.throwing = throwing;
    }

    /** The Java options by which a child does the same. */
    String[] options() {
        return new String[] {"-D" + FILE + "=" + file, "-D" + THROWS + "=" + throwing};
    }

    /** Its name in the record. */
    static final class MyError extends RuntimeException {
        private static final long serialVersionUID = 1L;

        MyError(String message) {
            super(message);
        }
    }

    @Override
    public void register(JobRegistry jobs) {
        jobs.register("HookJob", () -> context -> {
            note("perform" + shown(context));
            throwAt("perform", "MyError");
        });
    }

    @Override
    public void listen(Listeners listeners) {
        for (String suffix : List.of("", "_a", "_b")) {
            listeners.listen(new Hooks(suffix));
        }
    }

    private void note(String event) {
        try {
            Files.writeString(
                    file,
                    ProcessHandle.current().pid() + " " + event + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void throwAt(String event, String message) {
        if (event.equals(throwing)) {
            throw new MyError(message);
        }
    }

    private static String shown(JobContext job) {
        return job.args().asList().stream()
                .map(arg -> arg instanceof String ? "\"" + arg + "\"" : String.valueOf(arg))
                .collect(Collectors.joining(", ", "(", ")"));
    }

    /** Ruby's job had three methods for each hook, its worker two blocks for before_fork and one for the others. */
    private final class Hooks implements ResqueListener {
        private final String suffix;

        Hooks(String suffix) {
            this.suffix = suffix;
        }

        private boolean isFirst() {
            return suffix.isEmpty();
        }

        @Override
        public void beforeFirstFork(List<String> queues) {
            if (isFirst()) {
                note("W:before_first_fork()");
            }
        }

        @Override
        public void beforeFork(String worker, JobInfo job) {
            if (isFirst()) {
                note("W:before_fork" + (throwing.equals("before_fork") ? " raising" : "(Resque::Job)"));
                throwAt("before_fork", "bf");
            } else if (suffix.equals("_a")) {
                note("W:before_fork#2");
            }
        }

        @Override
        public void afterFork(JobContext job) {
            if (isFirst()) {
                note("W:after_fork" + (throwing.equals("after_fork") ? " raising" : "(Resque::Job)"));
                throwAt("after_fork", "af");
            }
        }

        @Override
        public void beforePerform(JobContext job) {
            note("before_perform" + suffix + shown(job));
        }

        @Override
        public void aroundPerform(JobContext job, Run run) throws Exception {
            note("around_perform" + suffix + " enter");
            run.proceed();
            note("around_perform" + suffix + " leave");
        }

        @Override
        public void afterPerform(JobContext job) {
            note("after_perform" + suffix + shown(job));
        }

        @Override
        public void onFailure(JobContext job, Throwable failure) {
            note("on_failure" + suffix
                    + shown(job)
                            .replaceFirst(
                                    "\\(",
                                    "(" + failure.getClass().getSimpleName() + ": " + failure.getMessage() + ", "));
        }

        @Override
        public void queueEmpty(List<String> workers) {
            if (isFirst()) {
                note("W:queue_empty()");
            }
        }

        @Override
        public void workerExit(List<String> workers) {
            if (isFirst()) {
                note("W:worker_exit()");
            }
        }
    }
}
