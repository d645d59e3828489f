package io.resque.launcher;

import io.resque.api.JobContext;
import io.resque.api.JobRegistry;
import io.resque.api.Listeners;
import io.resque.api.ResqueListener;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** An application that makes something before its jobs, which stays on purpose: in the constructor of its module, and in afterFork. */
public final class KeepingJobs extends LeavingJobs {
    private static final List<Object> POOL = new ArrayList<>();

    /** A child needs it. */
    public KeepingJobs() {
        start("of the constructor");
        System.setProperty("of.the.constructor", "set");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {}, "of the constructor"));
        POOL.add(open());
    }

    private static FileInputStream open() {
        try {
            return new FileInputStream("/etc/hostname");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void register(JobRegistry jobs) {
        super.register(jobs);
        register(jobs, "Pool", context -> POOL.get(1));
    }

    @Override
    public void listen(Listeners listeners) {
        listeners.listen(new ResqueListener() {
            @Override
            public void afterFork(JobContext job) {
                if (job.args().size() > 0) { // a job that tells afterFork to leave something each time
                    POOL.add(open());
                } else if (POOL.size() == 1) {
                    start("of afterFork");
                    System.setProperty("of.afterFork", "set");
                    POOL.add(open());
                }
            }
        });
    }
}
