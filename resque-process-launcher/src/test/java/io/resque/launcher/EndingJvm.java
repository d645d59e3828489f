package io.resque.launcher;

import io.resque.api.Job;
import io.resque.api.JobContext;
import io.resque.api.JobEnd;
import io.resque.api.JobInfo;
import io.resque.api.JobSpec;
import io.resque.api.ResqueListener;
import io.resque.core.Resque;
import io.resque.core.ResqueBuilder;
import io.resque.core.Worker;
import io.resque.core.WorkerBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/** A program for {@link JvmEndsTest} that ends in the way that its arguments name. */
final class EndingJvm {
    static final int JOBS = 2_000;

    private EndingJvm() {}

    public static void main(String[] args) throws Exception {
        System.out.println("begins");
        ResqueBuilder builder = Resque.builder()
                .url(args[0])
                .namespace(args[1])
                .backend("jedis")
                .serializer("gson")
                .flushOnExit(!args[3].equals("exit-at-once"));
        switch (args[2]) {
            case "listener" -> listen(builder, args[3]);
            case "children" -> {
                Resque resque = builder.build().closeOnExit();
                worker(resque, "q")
                        .module(new EndingJobs())
                        .executor(ProcessJobExecutor.builder().standby(false).build())
                        .start();
                resque.enqueue("q", "Take", 700);
            }
            case "nine workers" -> nineWorkers(builder.build().closeOnExit());
            case "waiting" ->
                worker(builder.build().closeOnExit(), "q")
                        .module(new EndingJobs())
                        .waitForRedis()
                        .start();
            case "drain" -> drain(builder.build().closeOnExit(), args[3]);
            case "worker", "hand-made", "virtual" -> work(builder.build(), args[2], args[3]);
            case "enqueue" -> enqueue(builder.build(), args[3]);
            default -> handOver(builder.build(), args[3]);
        }
    }

    /** Its jobs have more time at a stop than the test waits, so a stop that waits where it must not is seen. */
    private static WorkerBuilder worker(Resque resque, String queue) {
        return resque.workerBuilder(queue).stopTimeout(Duration.ofMinutes(10));
    }

    private static void work(Resque resque, String kind, String how) throws Exception {
        AtomicReference<Worker> own = new AtomicReference<>();
        WorkerBuilder worker = worker(resque, "q");
        if (kind.equals("virtual")) {
            worker.virtualThreads();
        }
        Runnable start = () -> own.set(worker.module(new EndingJobs())
                .register("CloseResque", () -> context -> {
                    resque.close();
                    context.enqueue("late", "Late");
                })
                .register("CloseWorker", () -> context -> own.get().close())
                .register("StopZero", () -> context -> own.get().stop(Duration.ZERO))
                .concurrency(how.equals("Exit") ? 2 : 1)
                .listen(new ResqueListener() {
                    @Override
                    public void jobEnded(String worker, JobInfo job, JobEnd end) {
                        System.out.println("jobEnded " + job.jobClass() + " " + end.kind());
                    }
                })
                .start());
        if (how.equals("daemon")) {
            Thread starter = new Thread(start);
            starter.setDaemon(true);
            starter.start();
            starter.join();
            resque.enqueue("q", "Take", 700);
            resque.enqueue("q", "CloseResque");
            return;
        }
        start.run();
        if (kind.equals("hand-made")) {
            Runtime.getRuntime().addShutdownHook(new Thread(own.get()::close));
        } else {
            resque.closeOnExit();
        }
        switch (how) {
            case "Take" -> resque.enqueue("q", "Take", 3_000);
            case "Exit" -> {
                resque.enqueue("q", "Take", 700);
                awaitBegun();
                resque.enqueue("q", "Exit");
            }
            case "interrupted" -> {
                resque.enqueue("q", "Take", 700);
                awaitBegun();
                Thread.currentThread().interrupt();
                resque.close();
                System.out.println("still interrupted: " + Thread.interrupted());
            }
            default -> resque.enqueue("q", how);
        }
    }

    /** Another thread calls System.exit: at the end of the job, or while the JVM ends already. */
    private static void listen(ResqueBuilder builder, String which) {
        if (which.equals("failureSink")) {
            builder.failureSink(failure -> System.exit(8));
        } else if (which.equals("a sink that blocks")) {
            builder.failureSink(failure -> blockForEver());
        }
        Resque resque = builder.build();
        resque.listen(new ResqueListener() {
            @Override
            public void afterPerform(JobContext job) {
                exitIf("afterPerform");
            }

            @Override
            public void queueEmpty(List<String> workers) {
                exitIf("queueEmpty");
            }

            @Override
            public void shutdown(List<String> workers) {
                exitIf("shutdown");
                exitIf("shutdown, own hook");
            }

            @Override
            public void workerExit(List<String> workers) {
                exitIf("workerExit");
                exitIf("workerExit of close");
            }

            private void exitIf(String event) {
                if (event.equals(which)) {
                    System.exit(7);
                }
            }
        });
        Worker worker = worker(resque, "q")
                .module(new EndingJobs())
                .register("Good", () -> new Job() {
                    @Override
                    public void perform(JobContext context) {}

                    @Override
                    public void tearDown(JobContext context) {
                        if (which.equals("tearDown")) {
                            System.exit(7);
                        }
                    }
                })
                .start();
        if (which.equals("shutdown, own hook")) {
            Runtime.getRuntime().addShutdownHook(new Thread(worker::close));
        } else {
            resque.closeOnExit();
        }
        boolean ordinary = List.of("tearDown", "afterPerform", "queueEmpty", "workerExit of close")
                .contains(which);
        resque.enqueue("q", ordinary ? "Good" : "Exit");
        if (which.equals("workerExit of close")) {
            while (resque.inspector().counters().processed() == 0) {
                LockSupport.parkNanos(1_000_000);
            }
            worker.close();
        }
    }

    private static void blockForEver() {
        while (true) {
            LockSupport.park();
        }
    }

    /** Eight jobs ignore interrupts, the ninth calls System.exit. */
    private static void nineWorkers(Resque resque) throws InterruptedException {
        CountDownLatch deaf = new CountDownLatch(8);
        for (int i = 1; i <= 8; i++) {
            worker(resque, "deaf" + i)
                    .register("Deaf", () -> context -> {
                        deaf.countDown();
                        blockForEver();
                    })
                    .start();
            resque.enqueue("deaf" + i, "Deaf");
        }
        deaf.await();
        worker(resque, "q").module(new EndingJobs()).start();
        resque.enqueue("q", "Exit");
    }

    private static void drain(Resque resque, String how) {
        resque.enqueue("q", "Take", 700);
        resque.enqueue("q", "Exit");
        Thread other = new Thread(() -> {
            awaitBegun();
            if (how.equals("close")) {
                resque.close();
            } else if (how.equals("exit")) {
                System.exit(7);
            }
        });
        other.setDaemon(true);
        other.start();
        System.out.println(
                "drained " + worker(resque, "q").module(new EndingJobs()).drain());
    }

    private static void awaitBegun() {
        while (!Files.exists(Path.of(System.getenv("BEGUN")))) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static void enqueue(Resque resque, String how) throws Exception {
        if (how.equals("close")) {
            resque.listen(new ResqueListener() {
                @Override
                public void afterEnqueue(JobInfo job) {
                    resque.close();
                }
            });
            System.out.println("told " + (resque.enqueue("q", "A", 0) ? 1 : 0));
            return;
        }
        Runnable many = () -> {
            for (int i = 1; how.equals("signal") || i <= JOBS; i++) {
                resque.enqueue("q", "A", i);
                if (how.equals("signal") || i == JOBS) {
                    System.out.println("told " + i);
                }
            }
        };
        if (how.equals("daemon")) {
            Thread thread = new Thread(many);
            thread.setDaemon(true);
            thread.start();
            thread.join();
        } else if (how.equals("interrupted")) {
            Thread.currentThread().interrupt();
            many.run();
            resque.close();
        } else {
            many.run();
        }
        end(how);
    }

    private static void end(String how) {
        if (how.startsWith("exit")) {
            System.exit(7);
        } else if (how.equals("halt")) {
            Runtime.getRuntime().halt(9);
        }
    }

    /** The test lets nothing pass between the first line and the second. */
    private static void handOver(Resque resque, String how) throws Exception {
        resque.enqueue("first", "Connects");
        System.out.println("connected");
        System.in.read();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("exits")));
        if (how.equals("daemon")) {
            Thread thread = new Thread(() -> all(resque));
            thread.setDaemon(true);
            thread.start();
            thread.join();
        } else if (how.equals("each stage")) {
            Runtime.getRuntime().addShutdownHook(new Thread(resque::close));
            for (int i = 0; i < JOBS; i++) {
                resque.enqueueAsync("q" + i % 10, JobSpec.of("A", i)).whenComplete((ok, e) -> System.exit(7));
            }
        } else if (how.equals("late stage")) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> all(resque)));
            List<JobSpec> moreThanThereIsRoomFor = Collections.nCopies(50, JobSpec.of("A", "x".repeat(100_000)));
            resque.enqueueAllAsync("q", moreThanThereIsRoomFor).thenRun(() -> System.exit(7));
        } else {
            CompletionStage<Boolean> first = resque.enqueueAsync("q", JobSpec.of("A", 0));
            if (how.equals("close")) {
                first.thenRun(resque::close);
            } else if (how.equals("stage")) {
                first.thenRun(() -> System.exit(7));
            } else if (how.equals("late")) {
                Runtime.getRuntime().addShutdownHook(new Thread(() -> all(resque)));
            }
            all(resque);
        }
        System.out.println("ready");
        switch (how) {
            case "signal" -> LockSupport.park();
            case "interrupted" -> {
                Thread.currentThread().interrupt();
                resque.close();
                System.out.println("still interrupted: " + Thread.interrupted());
            }
            default -> end(how);
        }
    }

    private static void all(Resque resque) {
        for (int i = 1; i < JOBS; i++) {
            resque.enqueueAsync("q", JobSpec.of("A", i));
        }
    }
}
