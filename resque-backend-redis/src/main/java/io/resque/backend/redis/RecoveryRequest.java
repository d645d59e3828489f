package io.resque.backend.redis;

import io.resque.api.BackendException;
import io.resque.api.spi.FailureEntry;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Recovery;
import io.resque.api.spi.StatusChange;
import io.resque.api.spi.WorkerSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A call of {@code recover.lua}, with keys and arguments as the head of the script describes them. */
final class RecoveryRequest {
    private static final byte[] EMPTY = {};
    private static final int CHANGED = 0;
    private static final int REMOVED = 1;
    private static final int FAILED = 2;
    private static final int PUT_BACK = 3;

    private final Keys keys;
    private final List<byte[]> names = new ArrayList<>();
    private final List<byte[]> args = new ArrayList<>();

    /** With the bytes of the largest record that was read of the worker. */
    RecoveryRequest(Recovery recovery, Keys keys, byte[] largestRecord) {
        this.keys = keys;
        WorkerSnapshot worker = recovery.worker();
        addWorker(worker);
        addJob(recovery, keys.attributes(worker.id()));
        args.add(largestRecord);
        for (FailureEntry entry : recovery.failures()) {
            names.add(keys.failures(entry.list()));
        }
        args.addAll(RedisFailures.args(recovery.failures()));
        Recovery.InFlight copy = recovery.copy();
        names.add(copy == null ? keys.attributes(worker.id()) : keys.inFlight(worker.id(), copy.queue()));
        args.add(copy == null ? EMPTY : RedisFailures.sha(copy.payload()));
        args.add(Keys.bytes(recovery.more() ? 1 : 0));
    }

    private void addWorker(WorkerSnapshot worker) {
        String id = worker.id();
        String heartbeat = worker.heartbeat();
        Payload record = worker.record();
        names.add(keys.attributes(id));
        names.add(keys.worker(id));
        names.add(keys.workers);
        names.add(keys.started(id));
        names.add(keys.heartbeat);
        names.add(keys.processed(id));
        names.add(keys.failed(id));
        args.add(Keys.bytes(id));
        args.add(Keys.bytes(worker.registered() ? 1 : 0));
        args.add(heartbeat == null ? EMPTY : Keys.bytes(heartbeat));
        args.add(record == null ? EMPTY : RedisFailures.sha(record));
    }

    /** Where a key is not needed, the unused one stands in its place, and the script does not look at it. */
    private void addJob(Recovery recovery, byte[] unused) {
        Recovery.Requeue requeue = recovery.requeue();
        StatusChange failed = recovery.failed();
        StatusChange waiting = requeue == null ? null : requeue.waiting();
        StatusChange status = failed != null ? failed : waiting;
        names.add(keys.queues);
        names.add(requeue == null ? unused : keys.queue(requeue.queue()));
        names.add(keys.deaths);
        names.add(keys.failedQueues);
        names.add(status == null ? unused : keys.status(status.token()));
        names.add(keys.sessions);
        names.add(keys.oversize);
        args.addAll(failed == null ? List.of(EMPTY, EMPTY, EMPTY) : RedisStatusStore.args(failed));
        args.add(Keys.bytes(requeue == null ? 0 : 1));
        args.add(requeue == null ? EMPTY : Keys.bytes(requeue.queue()));
        args.add(requeue == null ? EMPTY : requeue.payload().toBytes());
        args.add(waiting == null ? EMPTY : waitingArg(waiting));
        args.add(Keys.bytes(requeue == null ? 0 : requeue.maxDeaths()));
        args.add(Keys.bytes(requeue == null ? 0 : requeue.forget().toSeconds()));
    }

    private static byte[] waitingArg(StatusChange waiting) {
        Duration expiry = waiting.expiry();
        return Keys.bytes(waiting.state().code() + " " + (expiry == null ? "" : expiry.toSeconds()));
    }

    Recovery.Outcome run(RedisLink link) {
        return outcome(Script.RECOVER.run(link, names, args));
    }

    private static Recovery.Outcome outcome(@Nullable Object reply) {
        long code = Replies.number(reply);
        return switch ((int) code) {
            case CHANGED -> Recovery.Outcome.CHANGED;
            case REMOVED -> Recovery.Outcome.REMOVED;
            case FAILED -> Recovery.Outcome.FAILED;
            case PUT_BACK -> Recovery.Outcome.REQUEUED;
            default ->
                throw new BackendException("recover.lua answered with the code " + code + ", which it does not have");
        };
    }
}
