package io.resque.launcher;

import java.util.List;

/** What {@code ps} shows for the worker, in Ruby's words. Thread-safe. */
final class WorkerTitle {
    private final ProcessTitle title = ProcessTitle.startingWith(ProcessTitle.PREFIX);
    private final String queues;
    private int running;
    private boolean paused;

    WorkerTitle(List<String> queues) {
        this.queues = String.join(",", queues);
    }

    synchronized void starting() {
        title.show("Starting");
    }

    synchronized void forked(long pid) {
        title.show("Forked " + pid + " at " + now());
    }

    synchronized void processing(String queue, String jobClass) {
        title.show("Processing " + queue + " since " + now() + " [" + jobClass + "]");
    }

    synchronized void began() {
        running++;
    }

    synchronized void ended() {
        running--;
        if (paused) {
            rest();
        }
    }

    synchronized void paused(boolean paused) {
        this.paused = paused;
        rest();
    }

    /** Shows that it waits, unless a job runs. */
    synchronized void rest() {
        if (running == 0) {
            title.show(paused ? "Paused" : "Waiting for " + queues);
        }
    }

    private static long now() {
        return System.currentTimeMillis() / 1000;
    }
}
