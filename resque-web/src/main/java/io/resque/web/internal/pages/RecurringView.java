package io.resque.web.internal.pages;

import java.util.List;

/** One recurring job, with its newest ticks, the newest first. */
record RecurringView(RecurringRow job, String misfire, List<Button> buttons, List<Tick> ticks) {
    /**
     * A tick that was made.
     *
     * @param at when it was due, in the zone of the job
     * @param madeAt when it was made, in the same zone
     * @param late how much later that was; empty if it was not
     * @param what whether its job went onto the queue
     */
    record Tick(String at, String madeAt, String late, String what, String css) {}
}
