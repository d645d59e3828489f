package io.resque.core.internal.schedule;

import io.resque.api.DontCreateException;
import io.resque.api.JobInfo;
import io.resque.api.ResqueListener;
import io.resque.core.internal.support.ListenerChain;
import java.time.Instant;
import java.util.List;

/**
 * What listeners hear of a delayed job that goes onto its queue, in the order of Ruby's hooks.
 *
 * @param due the second at which it stands
 */
record MoveEvents(JobInfo job, Instant due, List<ResqueListener> listeners) {
    /** Tells them before the move; returns false if one of them vetoes the job. Throws what a listener throws. */
    boolean allow() {
        try {
            listeners.forEach(listener -> listener.beforeSchedule(job, due));
            listeners.forEach(listener -> listener.beforeDelayedEnqueue(job, due));
            listeners.forEach(listener -> listener.beforeEnqueue(job));
            return true;
        } catch (DontCreateException e) {
            return false;
        }
    }

    /** Tells them once the job is on its queue. Throws nothing. */
    void moved() {
        ListenerChain.announce(listeners, "afterEnqueue", listener -> listener.afterEnqueue(job));
        ListenerChain.announce(listeners, "afterSchedule", listener -> listener.afterSchedule(job, due));
    }
}
