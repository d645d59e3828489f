package io.resque.wrong.executor;

import static io.resque.wrong.executor.Wrong.context;
import static io.resque.wrong.executor.Wrong.executor;
import static io.resque.wrong.executor.Wrong.job;

import io.resque.api.JobArguments;
import io.resque.api.JobContext;
import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobRequest;
import io.resque.wrong.executor.Wrong.Changed;
import io.resque.wrong.executor.Wrong.Steps;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Executors that are wrong about jobs that run at once, about cancelling, closing and deadlines. */
final class WrongMeetings {
    private WrongMeetings() {}

    static List<Wrong> all() {
        List<Wrong> all = new ArrayList<>(cancelling());
        all.addAll(atOnce());
        all.addAll(closing());
        all.addAll(deadlines());
        return all;
    }

    // W-007

    private static List<Wrong> cancelling() {
        return List.of(
                swallowing(),
                cancels("cancels nothing", "the job was cancelled, and must see it", (asked, all) -> {}),
                cancels("cancels all jobs", "so it must not see it", (asked, all) -> all.forEach(Running::cancel)),
                cancels(
                        "cancels what is equal",
                        "so it must not see it",
                        (asked, all) -> all.stream()
                                .filter(running -> running.request.equals(asked))
                                .forEach(Running::cancel)),
                cancels(
                        "cancels whatever the worker runs",
                        "so it must not see it",
                        (asked, all) -> all.stream()
                                .filter(running -> running.request.worker().equals(asked.worker()))
                                .forEach(Running::cancel)),
                cancels("throws for what is not running", "cancel must not throw, but threw", (asked, all) -> {
                    if (all.stream().noneMatch(running -> running.request == asked)) {
                        throw new IllegalStateException("not running");
                    }
                    all.forEach(Running::cancel);
                }),
                executor(
                        "remembers to cancel what comes later",
                        "W-007",
                        "so it must not see it",
                        real -> new Changed(real) {
                            private final Set<String> asked = ConcurrentHashMap.newKeySet();

                            @Override
                            public JobOutcome run(JobRequest request) throws InterruptedException {
                                JobOutcome outcome = real.run(request);
                                return asked.contains(request.worker())
                                        ? new JobOutcome.Completed("cancelled")
                                        : outcome;
                            }

                            @Override
                            public void cancel(JobRequest request) {
                                asked.add(request.worker());
                                real.cancel(request);
                            }
                        }),
                executor(
                        "waits for the cancelled job",
                        "W-007",
                        "cancel returns; it must not wait",
                        real -> new Changed(real) {
                            private final Map<String, CountDownLatch> ends = new ConcurrentHashMap<>();

                            @Override
                            public JobOutcome run(JobRequest request) throws InterruptedException {
                                CountDownLatch end = new CountDownLatch(1);
                                ends.put(request.worker(), end);
                                try {
                                    return real.run(request);
                                } finally {
                                    end.countDown();
                                }
                            }

                            @Override
                            public void cancel(JobRequest request) {
                                real.cancel(request);
                                CountDownLatch end = ends.get(request.worker());
                                try {
                                    if (end != null) {
                                        end.await();
                                    }
                                } catch (InterruptedException e) {
                                    Thread.currentThread().interrupt();
                                }
                            }
                        }),
                context(
                        "forgets that it was cancelled",
                        "W-007",
                        "the job was cancelled, and must see it",
                        real -> new ChangedContext(real) {
                            private boolean told;

                            @Override
                            public boolean isCancelled() {
                                boolean first = super.isCancelled() && !told;
                                told |= first;
                                return first;
                            }
                        }),
                context(
                        "cancelled from the start",
                        "W-007",
                        "must run until it is told to end, but completed with",
                        real -> new ChangedContext(real) {
                            @Override
                            public boolean isCancelled() {
                                return true;
                            }
                        }));
    }

    private static Wrong swallowing() {
        return executor(
                "swallows an interrupt", "W-007", "was interrupted while the job waited", real -> new Changed(real) {
                    @Override
                    public JobOutcome run(JobRequest request) {
                        FutureTask<JobOutcome> running = new FutureTask<>(() -> real.run(request));
                        new Thread(running).start();
                        while (true) {
                            try {
                                return running.get();
                            } catch (InterruptedException e) {
                                // waits on
                            } catch (ExecutionException e) {
                                throw new IllegalStateException(e);
                            }
                        }
                    }
                });
    }

    /** A job that runs, and can be cancelled rightly. */
    private record Running(JobRequest request, JobExecutor by) {
        void cancel() {
            by.cancel(request);
        }
    }

    private static Wrong cancels(String label, String says, BiConsumer<JobRequest, Set<Running>> cancel) {
        return executor(label, "W-007", says, real -> new Changed(real) {
            private final Set<Running> all = ConcurrentHashMap.newKeySet();

            @Override
            public JobOutcome run(JobRequest request) throws InterruptedException {
                Running running = new Running(request, real);
                all.add(running);
                try {
                    return real.run(request);
                } finally {
                    all.remove(running);
                }
            }

            @Override
            public void cancel(JobRequest request) {
                cancel.accept(request, all);
            }
        });
    }

    // W-008

    private static List<Wrong> atOnce() {
        return List.of(
                shared(
                        "shares the context",
                        "which ran with others",
                        (own, last) -> (JobContext) Proxy.newProxyInstance(
                                JobContext.class.getClassLoader(),
                                new Class<?>[] {JobContext.class},
                                (proxy, method, args) -> method.invoke(last.get(), args))),
                shared("shares the arguments", "which ran with others", (own, last) -> new ChangedContext(own) {
                    @Override
                    public JobArguments args() {
                        return last.get().args();
                    }
                }),
                executor("shares the result", "W-008", "which ran with others", real -> new Changed(real) {
                    private volatile JobOutcome last = new JobOutcome.Completed(null);
                    private int running;

                    @Override
                    public JobOutcome run(JobRequest request) throws InterruptedException {
                        synchronized (this) {
                            running++;
                        }
                        last = real.run(request);
                        synchronized (this) {
                            running--;
                            while (running > 0) {
                                wait(50);
                            }
                        }
                        return last;
                    }
                }),
                executor(
                        "runs one at a time",
                        "W-008",
                        "all jobs run, each of another worker",
                        real -> new Changed(real) {
                            @Override
                            public synchronized JobOutcome run(JobRequest request) throws InterruptedException {
                                return real.run(request);
                            }
                        }),
                executor("refuses a second one", "W-008", "must give an outcome, but threw", real -> new Changed(real) {
                    private final AtomicBoolean busy = new AtomicBoolean();

                    @Override
                    public JobOutcome run(JobRequest request) throws InterruptedException {
                        if (!busy.compareAndSet(false, true)) {
                            throw new IllegalStateException("busy");
                        }
                        try {
                            return real.run(request);
                        } finally {
                            busy.set(false);
                        }
                    }
                }));
    }

    private interface Share {
        JobContext share(JobContext own, AtomicReference<JobContext> last);
    }

    private static Wrong shared(String label, String says, Share share) {
        return new Wrong(label, "W-008", says, host -> {
            AtomicReference<@Nullable JobContext> last = new AtomicReference<>();
            return job("", "W-008", "", job -> new Steps(job) {
                        @Override
                        public void perform(JobContext context) throws Exception {
                            last.set(context);
                            real.perform(share.share(context, last));
                        }
                    })
                    .open(host);
        });
    }

    // W-009

    private static List<Wrong> closing() {
        return List.of(executor(
                "cannot be closed again", "W-009", "the second close must not throw", real -> new Changed(real) {
                    private final AtomicBoolean closed = new AtomicBoolean();

                    @Override
                    public void close() {
                        if (!closed.compareAndSet(false, true)) {
                            throw new IllegalStateException("closed already");
                        }
                        real.close();
                    }
                }));
    }

    // W-012

    private static List<Wrong> deadlines() {
        return List.of(
                due(
                        "ignores the deadline",
                        "the job must see that it is cancelled",
                        (real, r) -> real.run(with(r, null))),
                due(
                        "every deadline is now",
                        "so the job must not see it",
                        (real, r) -> real.run(r.deadline() == null ? r : with(r, Instant.now()))),
                context(
                        "only interrupts",
                        "W-012",
                        "the job must see that it is cancelled",
                        real -> new ChangedContext(real) {
                            @Override
                            public boolean isCancelled() {
                                return false;
                            }
                        }),
                due("only cancels", "and must interrupt it", (real, r) -> {
                    JobRequest endless = with(r, null);
                    Thread timer = new Thread(() -> {
                        LockSupport.parkUntil(
                                r.deadline() == null ? 1 : r.deadline().toEpochMilli());
                        real.cancel(endless);
                    });
                    timer.start();
                    return real.run(endless);
                }),
                due(
                        "a deadline that has passed is none",
                        "the job must see that it is cancelled",
                        (real, r) -> real.run(
                                r.deadline() != null && r.deadline().isBefore(Instant.now()) ? with(r, null) : r)),
                due(
                        "does not begin after the deadline",
                        "the job must see that it is cancelled",
                        (real, r) -> r.deadline() != null && r.deadline().isBefore(Instant.now())
                                ? new JobOutcome.Failed(TimeoutException.class.getName(), "late", List.of())
                                : real.run(r)),
                due("tells the interrupt, not the deadline", "throws after its deadline", (real, r) -> {
                    JobOutcome outcome = real.run(r);
                    return outcome instanceof JobOutcome.Failed f
                            ? new JobOutcome.Failed(InterruptedException.class.getName(), f.message(), f.frames())
                            : outcome;
                }),
                due("fails what is done late", "and is done, since it does not throw", (real, r) -> {
                    JobOutcome outcome = real.run(r);
                    return r.deadline() != null && Instant.now().isAfter(r.deadline())
                            ? new JobOutcome.Failed(TimeoutException.class.getName(), "late", List.of())
                            : outcome;
                }),
                due("keeps a late veto", "threw DontPerformException after that", (real, r) -> {
                    JobOutcome outcome = real.run(r);
                    return r.jobClass().equals("VetoLate") ? new JobOutcome.Vetoed() : outcome;
                }),
                due("leaves the interrupt", "is still interrupted; it must not be", (real, r) -> {
                    JobOutcome outcome = real.run(r);
                    if (r.deadline() != null) {
                        Thread.currentThread().interrupt();
                    }
                    return outcome;
                }));
    }

    private interface Due {
        JobOutcome run(JobExecutor real, JobRequest request) throws InterruptedException;
    }

    private static Wrong due(String label, String says, Due due) {
        return executor(label, "W-012", says, real -> new Changed(real) {
            @Override
            public JobOutcome run(JobRequest request) throws InterruptedException {
                return due.run(real, request);
            }
        });
    }

    private static JobRequest with(JobRequest r, @Nullable Instant deadline) {
        return new JobRequest(
                r.worker(), r.queue(), r.jobClass(), r.id(), r.args(), r.metadata(), r.queuedAt(), deadline);
    }
}
