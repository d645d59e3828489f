package io.resque.launcher;

import io.resque.api.DontPerformException;
import io.resque.api.JobModule;
import io.resque.api.JobRegistry;
import io.resque.api.Listeners;
import io.resque.api.ResqueListener;
import java.util.List;

/** Jobs that end in each way, and a listener that throws at the start if it is told to. */
public final class WordsJobs implements JobModule {
    @Override
    public void register(JobRegistry jobs) {
        jobs.register("PlainJob", () -> context -> {});
        jobs.register("FailJob", () -> context -> {
            throw new IllegalStateException("bad");
        });
        jobs.register("Vetoed", () -> context -> {
            throw new DontPerformException("not today");
        });
        jobs.register("Dies", () -> context -> Runtime.getRuntime().halt(7));
    }

    @Override
    public void listen(Listeners listeners) {
        String failure = System.getenv("BEFORE_FIRST_FORK");
        if (failure != null) {
            listeners.listen(new ResqueListener() {
                @Override
                public void beforeFirstFork(List<String> queues) {
                    if (failure.equals("error")) {
                        throw new NoClassDefFoundError("com/acme/Gone");
                    }
                    throw new IllegalStateException(failure);
                }
            });
        }
    }
}
