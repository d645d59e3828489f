package io.resque.chaos;

import io.resque.api.JobInfo;
import io.resque.api.ResqueListener;
import io.resque.core.Resque;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** A scheduler process. Each recurring job that it fires says in its payload of which tick it is. Ends when its input ends. */
final class TickMain {
    /** The member of a payload with the second of its tick. */
    static final String TICK = "tick";

    private TickMain() {}

    /** Lets each job carry its tick. */
    private static final class Tells implements ResqueListener {
        private final ThreadLocal<Instant> tick = new ThreadLocal<>();

        @Override
        public void beforeSchedule(JobInfo job, Instant due) {
            tick.set(due);
        }

        @Override
        public Map<String, Object> metadata(JobInfo job) {
            return Map.of(TICK, tick.get().getEpochSecond());
        }
    }

    /** Runs a scheduler. Arguments: adapter, serializer and URL. */
    public static void main(String[] args) throws Exception {
        Resque resque = Resque.builder()
                .backend(args[0])
                .serializer(args[1])
                .url(args[2])
                .heartbeatInterval(Duration.ofSeconds(1))
                .build();
        resque.listen(new Tells());
        resque.scheduler().start();
        System.out.println(WorkerMain.STARTED);
        while (System.in.read() >= 0) {
            // nobody says anything
        }
        Runtime.getRuntime().halt(3);
    }
}
