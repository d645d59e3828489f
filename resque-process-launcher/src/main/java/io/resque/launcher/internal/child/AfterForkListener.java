package io.resque.launcher.internal.child;

import io.resque.api.DontPerformException;
import io.resque.api.JobContext;
import io.resque.api.ResqueException;
import io.resque.api.ResqueListener;
import io.resque.api.TypeNames;
import io.resque.launcher.internal.support.ThrownText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Calls {@code afterFork} of all listeners. It is the first listener, so that they hear {@code afterFork} before anything else. */
final class AfterForkListener implements ResqueListener {
    private final List<ResqueListener> listeners;
    private final @Nullable LeftBehind leftBehind;

    AfterForkListener(List<ResqueListener> listeners, @Nullable LeftBehind leftBehind) {
        this.listeners = listeners;
        this.leftBehind = leftBehind;
    }

    @Override
    public void beforePerform(JobContext job) throws Exception {
        for (ResqueListener listener : listeners) {
            try {
                listener.afterFork(job);
            } catch (DontPerformException e) {
                throw new ResqueException(
                        "afterFork of " + TypeNames.of(listener.getClass())
                                + " threw DontPerformException, which is a veto in beforePerform and a failure here: "
                                + ThrownText.message(e),
                        e);
            }
        }
        if (leftBehind != null) {
            leftBehind.afterFork();
        }
    }
}
