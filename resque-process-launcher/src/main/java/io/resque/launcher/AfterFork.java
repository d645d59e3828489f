package io.resque.launcher;

import io.resque.api.DontPerformException;
import io.resque.api.JobContext;
import io.resque.api.ResqueException;
import io.resque.api.ResqueListener;
import java.util.List;

/** Stands before all listeners, so that {@code afterFork} is told before anything else, and fails a job as they do. */
final class AfterFork implements ResqueListener {
    private final List<ResqueListener> listeners;

    AfterFork(List<ResqueListener> listeners) {
        this.listeners = listeners;
    }

    @Override
    public void beforePerform(JobContext job) throws Exception {
        for (ResqueListener listener : listeners) {
            try {
                listener.afterFork(job);
            } catch (DontPerformException e) {
                throw new ResqueException(
                        "afterFork of " + listener.getClass().getName()
                                + " threw DontPerformException, which is a veto "
                                + "in beforePerform and a failure here: " + Thrown.message(e),
                        e);
            }
        }
    }
}
