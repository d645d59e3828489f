package io.resque.backend.redis;

import io.resque.api.BackendException;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Recovery;
import io.resque.api.spi.WorkerSnapshot;
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

    private final List<byte[]> names = new ArrayList<>();
    private final List<byte[]> args = new ArrayList<>();

    /** With the bytes of the largest record that was read of the worker. */
    RecoveryRequest(Recovery recovery, Keys keys, byte[] largestRecord) {
        WorkerSnapshot worker = recovery.worker();
        String id = worker.id();
        String heartbeat = worker.heartbeat();
        Payload record = worker.record();
        Recovery.Requeue requeue = recovery.requeue();
        Recovery.InFlight copy = recovery.copy();
        byte[] ownFailed = keys.failed(id);
        EncodedEffects failed = EncodedEffects.of(recovery.effects(), keys, id);
        EncodedEffects putBack = EncodedEffects.of(requeue == null ? List.of() : requeue.effects(), keys, id);
        byte[] unused = keys.attributes(id); // in the place of a key that is not needed, and not looked at
        names.add(keys.attributes(id));
        names.add(keys.worker(id));
        names.add(keys.workers);
        names.add(keys.started(id));
        names.add(keys.heartbeat);
        names.add(keys.processed(id));
        names.add(ownFailed);
        names.add(keys.queues);
        names.add(requeue == null ? unused : keys.queue(requeue.queue()));
        names.add(keys.deaths);
        names.add(keys.failedQueues);
        names.add(copy == null ? unused : keys.inFlight(id, copy.queue()));
        names.add(keys.sessions);
        names.add(keys.oversize);
        names.add(keys.processed);
        names.add(keys.failed);
        names.addAll(failed.names);
        names.addAll(putBack.names);
        args.add(Keys.bytes(id));
        args.add(Keys.bytes(worker.registered() ? 1 : 0));
        args.add(heartbeat == null ? EMPTY : Keys.bytes(heartbeat));
        args.add(record == null ? EMPTY : RedisFailures.sha(record));
        args.add(failed.letters);
        args.add(putBack.letters);
        args.add(copy == null ? EMPTY : RedisFailures.sha(copy.payload()));
        args.add(Keys.bytes(requeue == null ? 0 : 1));
        args.add(requeue == null ? EMPTY : Keys.bytes(requeue.queue()));
        args.add(requeue == null ? EMPTY : requeue.payload().toBytes());
        args.add(Keys.bytes(recovery.more() ? 1 : 0));
        args.add(Keys.bytes(requeue == null ? 0 : requeue.maxDeaths()));
        args.add(requeue == null ? EMPTY : remembered(requeue));
        args.add(largestRecord);
        args.add(keys.namespace());
        args.addAll(failed.args);
        args.addAll(putBack.args);
    }

    private static byte[] remembered(Recovery.Requeue requeue) {
        Payload countedAs = requeue.countedAs();
        String sha = countedAs == null ? "" : " " + Keys.utf8(RedisFailures.sha(countedAs));
        return Keys.bytes(requeue.forget().toSeconds() + sha);
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
