package io.resque.launcher;

import io.resque.api.Job;
import io.resque.api.JobContext;
import io.resque.api.JobModule;
import io.resque.api.JobRegistry;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Jobs that end or damage their process in all possible ways, and a few harmless ones. */
public final class DirtyJobs implements JobModule {
    /** A child needs it. */
    public DirtyJobs() {}

    @Override
    public void register(JobRegistry jobs) {
        jobs.register("Good", () -> context -> context.result("pid " + pid()));
        jobs.register("Signal", () -> context -> {
            kill(context.args().get(0, String.class), pid());
            rest();
        });
        jobs.register("Outlive", () -> context -> {
            String signal = context.args().get(0, String.class);
            kill(signal, pid());
            // An exit that has begun ends it.
            new CountDownLatch(1).await(300, TimeUnit.MILLISECONDS);
            context.result("outlived " + signal);
        });
        jobs.register("Exit", () -> context -> System.exit(context.args().get(0, Integer.class)));
        jobs.register(
                "Halt",
                () -> context -> Runtime.getRuntime().halt(context.args().get(0, Integer.class)));
        jobs.register("Memory", () -> context -> {
            List<Object> all = new ArrayList<>();
            while (true) {
                all.add(new byte[1 << 20]);
            }
        });
        jobs.register("Overflow", () -> context -> overflow(0));
        jobs.register("Spin", () -> context -> {
            while (!Thread.currentThread().isDaemon()) {
                Thread.onSpinWait();
            }
        });
        jobs.register("Rest", () -> context -> rest());
        jobs.register("Deaf", () -> context -> {
            while (true) {
                LockSupport.parkNanos(1_000_000);
                Thread.interrupted();
            }
        });
        jobs.register("HangingHook", () -> context -> {
            Runtime.getRuntime().addShutdownHook(new Thread(DirtyJobs::rest));
            System.exit(5);
        });
        jobs.register("CloseOutput", () -> context -> {
            System.out.close();
            System.err.close();
            context.result("closed");
        });
        jobs.register("Flood", Flood::new);
        jobs.register("LeaveBehind", LeaveBehind::new);
        jobs.register("Interrupted", () -> context -> {
            Thread.currentThread().interrupt();
            context.result(context.enqueue("q", "Other", 1));
        });
        jobs.register("ReadInput", () -> context -> context.result(System.in.read()));
        jobs.register("LeaveThreads", () -> context -> {
            Thread thread = new Thread(DirtyJobs::rest);
            thread.start();
        });
        jobs.register("EndParent", () -> context -> {
            System.out.println("child " + pid());
            rest();
        });
    }

    private static long pid() {
        return ProcessHandle.current().pid();
    }

    private static void kill(String signal, long pid) throws IOException {
        new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).inheritIO().start();
    }

    private static void rest() {
        try {
            TimeUnit.MINUTES.sleep(10);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static int overflow(int depth) {
        return overflow(depth + 1) + 1;
    }

    /** Prints a long line without an end, bytes that are no text, and many lines, on both outputs. */
    private static final class Flood implements Job {
        @Override
        public void perform(JobContext context) throws IOException {
            byte[] garbage = new byte[200_000];
            for (int i = 0; i < garbage.length; i++) {
                garbage[i] = (byte) (i * 31 | 0x80);
            }
            System.out.write(garbage);
            try (FileOutputStream raw = new FileOutputStream("/proc/self/fd/2")) {
                raw.write(garbage);
            } catch (IOException e) {
                System.err.write(garbage);
            }
            for (int i = 0; i < 20_000; i++) {
                System.out.println("line " + i);
            }
            context.result("flooded");
        }
    }

    /** Starts a process that holds the output open; then ends as the argument says. */
    private static final class LeaveBehind implements Job {
        @Override
        public void perform(JobContext context) throws IOException {
            Process left = new ProcessBuilder("sleep", "600").inheritIO().start();
            Files.writeString(Path.of(context.args().get(0, String.class)), Long.toString(left.pid()));
            String then = context.args().get(1, String.class);
            if (then.equals("die")) {
                Runtime.getRuntime().halt(9);
            } else if (then.equals("hang")) {
                while (!context.queue().isEmpty()) {
                    Thread.onSpinWait();
                }
            }
        }
    }
}
