package io.resque.backend.redis;

import io.resque.api.BackendException;
import io.resque.api.spi.FailureEntry;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Recovery;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.StatusChange;
import io.resque.api.spi.WorkerRegistration;
import io.resque.api.spi.WorkerSession;
import io.resque.api.spi.WorkerSnapshot;
import io.resque.api.spi.Workers;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

final class RedisWorkers implements Workers {
    private static final byte[] SMEMBERS = Keys.bytes("SMEMBERS");
    private static final byte[] HKEYS = Keys.bytes("HKEYS");
    private static final byte[] GET = Keys.bytes("GET");
    private static final byte[] SET = Keys.bytes("SET");
    private static final byte[] DEL = Keys.bytes("DEL");
    private static final byte[] TYPE = Keys.bytes("TYPE");
    private static final byte[] TRUE = Keys.bytes("true");
    private static final byte[] EMPTY = {};

    /** Far longer than any heartbeat may be away: recovery removes them first. */
    private static final byte[] ATTRIBUTES_SECONDS =
            Keys.bytes(Duration.ofDays(1).toSeconds());

    /** Ruby's, which never deletes the lock. */
    private static final byte[] LOCK_SECONDS = Keys.bytes(60);

    /** Of the largest record that is read whole, and of all that are read at once: for a heap of any size. */
    private static final byte[] RECORD_BYTES = Keys.bytes(1 << 20);

    /** The same where several are looked at. */
    private static final byte[] RECORD_OF_MANY_BYTES = Keys.bytes(1 << 16);

    private static final byte[] LEFT_TO_RUBY_SECONDS = Keys.bytes(10);
    private static final byte[] OURS = Keys.bytes("java:");

    /** A field among the sessions that is no id. */
    private static final String FORMAT = "format";

    private final SecureRandom random = new SecureRandom();
    private final RedisLink link;
    private final Keys keys;
    private final Steps steps;
    private final QueueWatch watch;

    RedisWorkers(RedisLink link, Keys keys, Steps steps, QueueWatch watch) {
        this.link = link;
        this.keys = keys;
        this.steps = steps;
        this.watch = watch;
    }

    @Override
    public Set<String> ids() {
        Set<String> ids = new HashSet<>();
        for (Object reply : link.pipeline(
                List.of(new byte[][] {SMEMBERS, keys.workers}, new byte[][] {HKEYS, keys.heartbeat}, new byte[][] {
                    HKEYS, keys.sessions
                }))) {
            if (!Foreign.isForeign(reply)) {
                ids.addAll(Replies.names(reply));
            }
        }
        ids.remove(FORMAT);
        return ids;
    }

    @Override
    public List<WorkerSnapshot> inspect(Collection<String> ids) {
        List<String> all = List.copyOf(ids);
        List<WorkerSnapshot> snapshots = new ArrayList<>();
        while (snapshots.size() < all.size()) {
            inspect(
                    all.subList(snapshots.size(), all.size()),
                    all.size() == 1 ? RECORD_BYTES : RECORD_OF_MANY_BYTES,
                    snapshots);
        }
        return snapshots;
    }

    /** Adds the first workers whose records together fit into one read, but at least one. */
    private void inspect(List<String> ids, byte[] largest, List<WorkerSnapshot> snapshots) {
        List<byte[]> names = new ArrayList<>(List.of(keys.workers, keys.heartbeat, keys.sessions, keys.oversize));
        List<byte[]> args = new ArrayList<>(List.of(largest, RECORD_BYTES));
        for (String id : ids) {
            names.addAll(List.of(keys.attributes(id), keys.worker(id), keys.started(id)));
            args.add(Keys.bytes(id));
        }
        List<?> replies = Replies.list(Script.INSPECT.run(link, names, args));
        Instant readAt = Instant.ofEpochSecond(Replies.numberText(replies.get(0)));
        for (int i = 1; i < replies.size(); i++) {
            snapshots.add(snapshot(ids.get(i - 1), Replies.list(replies.get(i)), readAt));
        }
    }

    private WorkerSnapshot snapshot(String id, List<?> reply, Instant readAt) {
        @Nullable Object record = reply.get(1);
        @Nullable Object held = reply.get(4);
        return new WorkerSnapshot(
                id,
                Replies.number(reply.get(0)) == 1,
                record == null ? null : Payload.of(Replies.bytes(record)),
                held == null ? null : heldJob(Replies.list(held), 0),
                Replies.textOrNull(reply.get(2)),
                Replies.textOrNull(reply.get(3)),
                attributes(Replies.list(reply.get(5))),
                readAt,
                Replies.number(reply.get(6)) > 0,
                Replies.number(reply.get(6)) == 2);
    }

    private static Map<String, String> attributes(List<?> hash) {
        Map<String, String> attributes = new HashMap<>();
        for (int i = 0; i < hash.size(); i += 2) {
            attributes.put(Replies.text(hash.get(i)), Replies.text(hash.get(i + 1)));
        }
        return attributes;
    }

    /** A job as the scripts answer it: number, queue key, seconds, payload. */
    ReservedJob heldJob(List<?> reply, int from) {
        return new ReservedJob(
                Replies.numberText(reply.get(from)),
                keys.queueName(Replies.bytes(reply.get(from + 1))),
                Payload.of(Replies.bytes(reply.get(from + 3))),
                Instant.ofEpochSecond(Replies.numberText(reply.get(from + 2))));
    }

    @Override
    public Optional<WorkerSession> register(WorkerRegistration registration) {
        WorkerSnapshot expected = registration.expected();
        String id = expected.id();
        byte[] token = new byte[8];
        random.nextBytes(token);
        String tokenText = HexFormat.of().formatHex(token);
        List<byte[]> args = new ArrayList<>(List.of(
                Keys.bytes(id),
                Keys.bytes(expected.registered() ? 1 : 0),
                orEmpty(expected.heartbeat()),
                Keys.bytes(tokenText),
                Keys.digits(0),
                Keys.bytes(registration.started()),
                ATTRIBUTES_SECONDS));
        args.addAll(args(registration.attributes()));
        Object done = Script.REGISTER.run(
                link,
                List.of(
                        keys.attributes(id),
                        keys.worker(id),
                        keys.workers,
                        keys.started(id),
                        keys.heartbeat,
                        keys.sessions,
                        keys.stat("processed"),
                        keys.stat("failed")),
                args);
        return Replies.number(done) == 1
                ? Optional.of(new RedisSession(link, keys, steps, watch, this, registration, tokenText))
                : Optional.empty();
    }

    @Override
    public Set<WorkerSession> heartbeat(Collection<WorkerSession> sessions) {
        List<RedisSession> ours =
                sessions.stream().map(RedisSession.class::cast).toList();
        List<byte[]> names = new ArrayList<>(List.of(keys.workers, keys.heartbeat, keys.sessions));
        List<byte[]> args = new ArrayList<>(List.of(ATTRIBUTES_SECONDS));
        for (RedisSession session : ours) {
            session.addTo(names, args);
        }
        Set<WorkerSession> lost = new HashSet<>();
        for (Object index : Replies.list(Script.HEARTBEAT.run(link, names, args))) {
            lost.add(ours.get((int) Replies.number(index)));
        }
        return lost;
    }

    @Override
    public boolean beginRecovery() {
        byte[] holder = Keys.bytes("java:" + ProcessHandle.current().pid());
        Object begun = Script.BEGIN_RECOVERY.run(
                link, List.of(keys.pruning, keys.sessions), List.of(holder, LOCK_SECONDS, LEFT_TO_RUBY_SECONDS, OURS));
        return Replies.number(begun) == 1;
    }

    @Override
    public void watchOver(Collection<String> ids) {
        Script.WATCH_OVER.run(
                link,
                List.of(keys.heartbeat, keys.sessions),
                ids.stream().map(Keys::bytes).toList());
    }

    @Override
    public Recovery.Outcome recover(Recovery recovery) {
        WorkerSnapshot worker = recovery.worker();
        String id = worker.id();
        Recovery.Requeue requeue = recovery.requeue();
        StatusChange failed = recovery.failed();
        StatusChange waiting = requeue == null ? null : requeue.waiting();
        byte[] status = failed != null
                ? keys.status(failed.token())
                : waiting != null ? keys.status(waiting.token()) : keys.attributes(id);
        List<byte[]> names = new ArrayList<>(List.of(
                keys.attributes(id),
                keys.worker(id),
                keys.workers,
                keys.started(id),
                keys.heartbeat,
                keys.stat("processed:" + id),
                keys.stat("failed:" + id),
                keys.queues,
                requeue == null ? keys.attributes(id) : keys.queue(requeue.queue()),
                keys.deaths,
                keys.failedQueues,
                status,
                keys.sessions,
                keys.oversize));
        List<byte[]> args = new ArrayList<>(List.of(
                Keys.bytes(id),
                Keys.bytes(worker.registered() ? 1 : 0),
                orEmpty(worker.heartbeat()),
                worker.record() == null ? EMPTY : RedisFailures.sha(worker.record())));
        args.addAll(failed == null ? List.of(EMPTY, EMPTY, EMPTY) : RedisStatusStore.args(failed));
        args.add(Keys.bytes(requeue == null ? 0 : 1));
        args.add(requeue == null ? EMPTY : Keys.bytes(requeue.queue()));
        args.add(requeue == null ? EMPTY : requeue.payload().toBytes());
        args.add(waiting == null ? EMPTY : waitingArg(waiting));
        args.add(Keys.bytes(requeue == null ? 0 : requeue.maxDeaths()));
        args.add(Keys.bytes(requeue == null ? 0 : requeue.forget().toSeconds()));
        args.add(RECORD_BYTES);
        for (FailureEntry entry : recovery.failures()) {
            names.add(keys.failed(entry.list()));
        }
        args.addAll(RedisFailures.args(recovery.failures()));
        Recovery.InFlight copy = recovery.copy();
        names.add(copy == null ? keys.attributes(id) : keys.inFlight(id, copy.queue()));
        args.add(copy == null ? EMPTY : RedisFailures.sha(copy.payload()));
        args.add(Keys.bytes(recovery.more() ? 1 : 0));
        int outcome = (int) Replies.number(Script.RECOVER.run(link, names, args));
        return Recovery.Outcome.values()[outcome];
    }

    @Override
    public List<Recovery.InFlight> inFlight(String id, Collection<String> queues) {
        List<String> all = List.copyOf(queues);
        List<Recovery.InFlight> kept = new ArrayList<>();
        List<byte[]> names = new ArrayList<>();
        all.forEach(queue -> names.add(keys.inFlight(id, queue)));
        names.add(keys.oversize);
        List<?> lists = Replies.list(Script.IN_FLIGHT.run(link, names, List.of(RECORD_BYTES)));
        for (int i = 0; i < lists.size(); i++) {
            for (Object payload : Replies.list(lists.get(i))) {
                kept.add(new Recovery.InFlight(all.get(i), Payload.of(Replies.bytes(payload))));
            }
        }
        return kept;
    }

    @Override
    public boolean isPaused() {
        @Nullable Object value = Foreign.orNull(() -> link.call(GET, keys.pause));
        return value != null && Replies.text(value).strip().equalsIgnoreCase("true");
    }

    @Override
    public void pause(boolean paused) {
        String type = Replies.text(link.call(TYPE, keys.pause));
        if (!type.equals("string") && !type.equals("none")) {
            throw new BackendException(Keys.utf8(keys.pause) + " is a " + type
                    + ", not a string, so it is left alone, and pauses nobody; remove it if nobody needs it");
        }
        if (paused) {
            link.call(SET, keys.pause, TRUE);
        } else {
            link.call(DEL, keys.pause);
        }
    }

    static List<byte[]> args(Map<String, String> attributes) {
        List<byte[]> args = new ArrayList<>();
        attributes.forEach((name, value) -> {
            args.add(Keys.bytes(name));
            args.add(Keys.bytes(value));
        });
        return args;
    }

    private static byte[] waitingArg(StatusChange waiting) {
        Duration expiry = waiting.expiry();
        return Keys.bytes(waiting.state().code() + " " + (expiry == null ? "" : expiry.toSeconds()));
    }

    private static byte[] orEmpty(@Nullable String text) {
        return text == null ? EMPTY : Keys.bytes(text);
    }
}
