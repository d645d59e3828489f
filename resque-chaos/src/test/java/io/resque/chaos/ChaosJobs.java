package io.resque.chaos;

import io.resque.api.Job;
import io.resque.api.JobContext;
import io.resque.api.JobModule;
import io.resque.api.JobRegistry;
import io.resque.api.Retry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Jobs that write into a journal when they are done, in whatever process they run. */
public final class ChaosJobs implements JobModule {
    /** The environment variable that names the folder of the journals. */
    static final String FOLDER = "CHAOS_FOLDER";

    /** A job with two arguments: its number, and how many milliseconds it works. */
    static final String WORK = "Work";

    /** A job with its number as argument. It makes {@link #begun}, and is done when {@link #gate} exists. */
    static final String GATE = "Gate";

    /** A job like {@link #GATE}, which then fails. */
    static final String FAIL = "Fail";

    /** A job like {@link #FAIL}, which is retried after an hour. */
    static final String RETRY = "Retry";

    /** A job whose first run fails, and whose second one, at once, is like {@link #GATE}. */
    static final String AGAIN = "Again";

    /** A job that fails, and is retried after a second on the queue {@link #OTHER}. */
    static final String ELSEWHERE = "Elsewhere";

    static final String OTHER = "other";

    /** A job like {@link #WORK}, of which some runs fail: of each four jobs none, one, two and three. */
    static final String FLAKY = "Flaky";

    /** Loaded only where jobs run; other processes have no folder. */
    private static final class Here {
        static final Path PATH = Path.of(System.getenv(FOLDER));
        static final Journal DONE = new Journal(
                PATH, Journal.DONE, Long.toString(ProcessHandle.current().pid()));
    }

    /** Called in child processes. */
    public ChaosJobs() {}

    @Override
    public void register(JobRegistry jobs) {
        jobs.register(WORK, () -> ChaosJobs::work);
        jobs.register(GATE, () -> (Job) ChaosJobs::passGate);
        jobs.register(FAIL, () -> context -> {
            passGate(context);
            throw new IllegalStateException("on purpose");
        });
        jobs.register(RETRY, () -> context -> {
                    passGate(context);
                    throw new IllegalStateException("on purpose");
                })
                .retry(RETRY, Retry.limit(1).fixed(Duration.ofHours(1)));
        jobs.register(AGAIN, () -> context -> {
                    failBefore(context, 1);
                    passGate(context);
                })
                .retry(AGAIN, Retry.limit(1));
        jobs.register(ELSEWHERE, () -> context -> failBefore(context, 2))
                .retry(ELSEWHERE, Retry.limit(1).fixed(Duration.ofSeconds(1)).queue(OTHER));
        jobs.register(FLAKY, () -> context -> {
                    failBefore(context, context.args().get(0, long.class) % 4);
                    work(context);
                })
                .retry(FLAKY, Retry.limit(100).delays(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(2)));
    }

    private static void failBefore(JobContext context, long attempt) {
        if (context.attempt() < attempt) {
            throw new IllegalStateException("on purpose");
        }
    }

    private static void work(JobContext context) {
        pause(context.args().get(1, long.class));
        Here.DONE.write(context.args().get(0, long.class));
    }

    private static void passGate(JobContext context) {
        long number = context.args().get(0, long.class);
        try {
            Files.write(begun(Here.PATH, number), new byte[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        while (!Files.exists(gate(Here.PATH, number))) {
            pause(5);
        }
        Here.DONE.write(number);
    }

    /** The file that a job at a gate makes as it begins. */
    static Path begun(Path folder, long number) {
        return folder.resolve("begun-" + number);
    }

    static Path gate(Path folder, long number) {
        return folder.resolve("go-" + number);
    }

    private static void pause(long millis) {
        LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
    }
}
