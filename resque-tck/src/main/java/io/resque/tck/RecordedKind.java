package io.resque.tck;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What can be done with a recorded case by the ports, as its members tell: neither its name nor its file does. */
enum RecordedKind {
    /** Leads a client to its keys. */
    ADDRESS,
    /** A client's call, of which the commands were recorded, and the keys behind it. */
    CLIENT,
    /** The same on failures, with the keys before it. */
    FAILURES,
    /** The same in the list of a queue. */
    FAILURES_BY_QUEUE,
    /** A failure record, and what its retry pushed. */
    FAILURE_RECORD,
    /** A worker, from its registration over a job to its end. */
    WORKER,
    /** The pruning of dead workers. */
    PRUNING,
    /** When a worker started, in its library's words. */
    STARTED,
    /** Keys that stood there, for all to read. */
    STATE,
    /** Nothing that stands in Redis. */
    NOTHING;

    static RecordedKind of(RecordedCase recorded) {
        String op = String.valueOf(recorded.get("op"));
        Transcript done = Transcript.of(recorded);
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

    private static boolean isWorker(RecordedCase recorded, String op, Transcript done) {
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
