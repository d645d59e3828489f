package io.resque.tck;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How the ports can replay a recorded case. The members of the case decide, not its name or file. */
enum RecordedKind {
    /** The case shows to which keys an address leads a client. */
    ADDRESS,
    /** The commands of one call of a client, and the keys after it. */
    CLIENT,
    /** The commands of one call on failures, and the keys before and after it. */
    FAILURES,
    /** The same as FAILURES, in the failure list of a queue. */
    FAILURES_BY_QUEUE,
    /** A failure record, and the payload that its retry pushed. */
    FAILURE_RECORD,
    /** A worker from its registration to its end, with one job in between. */
    WORKER,
    /** The pruning of dead workers. */
    PRUNING,
    /** The start time of a worker, as its library writes it. */
    STARTED,
    /** A state of the keys, which the ports must read. */
    STATE,
    /** The case has no keys in Redis. */
    NOTHING;

    static RecordedKind of(RecordedCase recorded) {
        String op = String.valueOf(recorded.get("op"));
        RecordedCommands done = RecordedCommands.of(recorded);
        if (op.equals("redis=")) {
            return ADDRESS;
        } else if (op.equals("list+requeue")) {
            return FAILURE_RECORD;
        } else if ("worker-started".equals(recorded.get("kind"))) {
            return STARTED;
        } else if (op.startsWith("Worker#prune") && recorded.get("inputs", "before") != null) {
            return PRUNING;
        } else if (op.equals("Worker#to_s") || op.equals("paused?") || isWorker(recorded, op, done)) {
            return WORKER;
        } else if (String.valueOf(recorded.get("expected", "error")).startsWith("Resque::NoQueueError")) {
            return CLIENT;
        } else if (PortReplay.knows(done) && recorded.get("expected", "keys") != null) {
            return recorded.get("before") == null ? CLIENT : isByQueue(recorded) ? FAILURES_BY_QUEUE : FAILURES;
        }
        return recorded.states().isEmpty() ? NOTHING : STATE;
    }

    private static boolean isWorker(RecordedCase recorded, String op, RecordedCommands done) {
        return op.startsWith("Worker#")
                && recorded.get("before") == null
                && recorded.get("expected", "keys") instanceof Map<?, ?> keys
                && (done.said("sadd", "workers") != null
                        || done.said("srem", "workers") != null
                        || keys.containsKey("resque:workers")
                        || op.equals("Worker#reserve"));
    }

    private static boolean isByQueue(RecordedCase recorded) {
        List<Object> names = new ArrayList<>();
        recorded.states().values().forEach(keys -> names.addAll(keys.keySet()));
        return names.stream().anyMatch(name -> name.toString().endsWith("_failed"));
    }
}
