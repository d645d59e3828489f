package io.resque.core.internal.schedule;

import io.resque.api.DontCreateException;
import io.resque.api.JobInfo;
import io.resque.api.ResqueListener;
import io.resque.core.internal.support.ListenerChain;
import java.time.Instant;
import java.util.List;

/**
 * What listeners hear of a delayed job that goes onto its queue, or to another second, in the order of Ruby's hooks.
 *
 * @param due the second at which it stands; the other second, if it goes there
 * @param isEnqueued whether it goes onto its queue
 */
record MoveEvents(JobInfo job, Instant due, boolean isEnqueued, List<ResqueListener> listeners) {
    /** Tells them before the move; returns false if one of them vetoes the job. Throws what a listener throws. */
    boolean allow() {
        try {
            listeners.forEach(listener -> listener.beforeSchedule(job, due));
            if (isEnqueued) {
                listeners.forEach(listener -> listener.beforeDelayedEnqueue(job, due));
                listeners.forEach(listener -> listener.beforeEnqueue(job));
            }
            return true;
        } catch (DontCreateException e) {
            return false;
        }
    }

    /** Tells them once that is done. Throws nothing. */
    void moved() {
        if (isEnqueued) {
            ListenerChain.announce(listeners, "afterEnqueue", listener -> listener.afterEnqueue(job));
        }
        ListenerChain.announce(listeners, "afterSchedule", listener -> listener.afterSchedule(job, due));
    }
}
