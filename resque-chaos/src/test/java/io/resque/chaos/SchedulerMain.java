package io.resque.chaos;

import io.resque.core.Resque;
import java.io.IOException;

/** A process that only moves delayed jobs. Ends on TERM, and at once when its input ends, so that it never outlives the test. */
final class SchedulerMain {
    private SchedulerMain() {}

    /** Runs the scheduler. Arguments: adapter, serializer and URL. */
    public static void main(String[] args) throws IOException {
        Resque resque = Resque.builder()
                .backend(args[0])
                .serializer(args[1])
                .url(args[2])
                .build()
                .closeOnExit();
        resque.scheduler().start();
        System.out.println(WorkerMain.STARTED);
        while (System.in.read() >= 0) {
            // No order is for a scheduler.
        }
        Runtime.getRuntime().halt(3);
    }
}
