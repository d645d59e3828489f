package io.resque.examples;

import io.resque.activejob.ActiveJobContext;
import io.resque.activejob.ActiveJobHandlers;
import io.resque.activejob.ActiveJobs;
import io.resque.activejob.Continuation;
import io.resque.activejob.codec.GlobalId;
import io.resque.api.FailureFilter;
import io.resque.api.JobMatch;
import io.resque.api.JobModule;
import io.resque.api.JobRegistry;
import io.resque.api.Limit;
import io.resque.api.Retry;
import io.resque.api.Unique;
import io.resque.core.Resque;
import io.resque.core.Worker;
import java.io.IOException;
import java.time.Duration;

/** The snippets of {@code docs/activejob.md} about workers. */
final class RailsWorkGuide {
    private RailsWorkGuide() {}

    static Worker work(Resque resque) {
        return resque.workerBuilder("default")
                .module(ActiveJobs.handlers()
                        .on(
                                "WelcomeJob",
                                job -> welcome(
                                        job.args().get(0, Long.class),
                                        job.args().get("locale", String.class)))
                        .on("ReportJob", job -> report(job.args().get(0, GlobalId.class)))
                        .retry("ReportJob", Retry.limit(4).polynomial()))
                .start();
    }

    /** As a module. */
    public static final class RailsJobs implements JobModule {
        @Override
        public void register(JobRegistry jobs) {
            ActiveJobs.handlers()
                    .on("WelcomeJob", job -> welcome(job.args().get(0, Long.class), "en"))
                    .register(jobs);
        }
    }

    static ActiveJobHandlers policies(ActiveJobHandlers handlers) {
        return handlers.retry(
                        "ReportJob",
                        Retry.limit(4) // attempts: 5
                                .fixed(Duration.ofSeconds(3))
                                .countedAs("StandardError")
                                .on(
                                        IOException.class,
                                        Retry.limit(9).polynomial().jitter(0.15).countedAs("NetworkError")))
                .discard("ReportJob", IllegalArgumentException.class)
                .limit("ReportJob", Limit.of(5))
                .unique("ReportJob", Unique.whileRunning(Duration.ofMinutes(10)));
    }

    static void again(ActiveJobContext job) {
        if (isBusy()) {
            throw job.retryIn(Duration.ofMinutes(5));
        }
    }

    static void steps(ActiveJobContext job) {
        Continuation at = job.continuation();
        if (!at.isDone("prepare")) {
            prepare();
            at = job.checkpoint(at.done("prepare"));
        }
        for (long row = (Long) at.cursorOf("rows").orElse(0L); row < rows(); row++) {
            load(row);
            at = job.checkpoint(at.at("rows", row + 1));
        }
    }

    static ActiveJobHandlers others(ActiveJobHandlers handlers) {
        return handlers.putBackOthers(Duration.ofSeconds(2), 30);
    }

    static ActiveJobHandlers records(ActiveJobHandlers handlers) {
        return handlers.resolve("shop", "Account", gid -> account(gid.ids().get(0)))
                .on("CloseJob", job -> close(job.args().get(0, Account.class)));
    }

    static void manage(Resque resque) {
        resque.dequeue("default", JobMatch.activeJob("WelcomeJob").withArgs(42));
        resque.delayed().remove(JobMatch.activeJobId("0b1c0a5e-6f0b-4f0e-9f57-2f1c6a8f3d11"));
        resque.failures().resettingAttempts().retryAll(FailureFilter.all().innerClass("ReportJob"));
    }

    record Account(String id) {}

    private static Account account(String id) {
        return new Account(id);
    }

    private static void close(Account account) {
        System.out.println(account);
    }

    private static void welcome(long user, String locale) {
        System.out.println(user + " " + locale);
    }

    private static void report(GlobalId of) {
        System.out.println(of);
    }

    private static boolean isBusy() {
        return false;
    }

    private static void prepare() {
        System.out.println("prepared");
    }

    private static long rows() {
        return 3;
    }

    private static void load(long row) {
        System.out.println(row);
    }
}
