package io.resque.backend.redis;

import io.resque.api.BackendException;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Recovery;
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

    /** Far longer than any heartbeat may be late: recovery removes the attributes before they expire. */
    private static final byte[] ATTRIBUTES_SECONDS =
            Keys.bytes(Duration.ofDays(1).toSeconds());

    /** As in Ruby, which never deletes the lock. */
    private static final byte[] LOCK_SECONDS = Keys.bytes(60);

    /** The largest record that is read whole, and how much is read at once: a heap of any size can hold it. */
    private static final byte[] RECORD_BYTES = Keys.bytes(1 << 20);

    /** The largest record that is read whole where several workers are inspected. */
    private static final byte[] RECORD_OF_MANY_BYTES = Keys.bytes(1 << 16);

    private static final byte[] POLICIES_SECONDS = Keys.bytes(Duration.ofDays(7).toSeconds());

    private static final byte[] EX = Keys.bytes("EX");

    private static final byte[] LEFT_TO_RUBY_SECONDS = Keys.bytes(10);
    private static final byte[] OURS = Keys.bytes("java:");

    /** The field of the sessions that is not the id of a worker. */
    private static final String FORMAT = "format";

    private final SecureRandom random = new SecureRandom();
    private final RedisLink link;
    private final Keys keys;
    private final StepBatcher steps;
    private final QueueWatch watch;

    RedisWorkers(RedisLink link, Keys keys, StepBatcher steps, QueueWatch watch) {
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
            if (!ForeignKeys.isForeign(reply)) {
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

    /** Adds as many workers, at least one, as have records that fit into one read. */
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
                held == null ? null : StepReply.Held.read(Replies.list(held), 0).job(keys),
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
                expected.heartbeat() == null ? EMPTY : Keys.bytes(expected.heartbeat()),
                Keys.bytes(tokenText),
                Keys.digits(0),
                Keys.bytes(registration.started()),
                ATTRIBUTES_SECONDS));
        args.addAll(RedisSession.args(registration.attributes()));
        Object done = Script.REGISTER.run(
                link,
                List.of(
                        keys.attributes(id),
                        keys.worker(id),
                        keys.workers,
                        keys.started(id),
                        keys.heartbeat,
                        keys.sessions,
                        keys.processed,
                        keys.failed),
                args);
        return Replies.number(done) == 1
                ? Optional.of(new RedisSession(link, keys, steps, watch, registration, tokenText))
                : Optional.empty();
    }

    @Override
    public Set<WorkerSession> heartbeat(Collection<WorkerSession> sessions) {
        List<RedisSession> ours =
                sessions.stream().map(RedisSession.class::cast).toList();
        List<byte[]> names = new ArrayList<>(List.of(keys.workers, keys.heartbeat, keys.sessions));
        List<byte[]> args = new ArrayList<>(List.of(ATTRIBUTES_SECONDS, keys.namespace()));
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
        return new RecoveryRequest(recovery, keys, RECORD_BYTES).run(link);
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
    public void keepPolicies(String name, Payload policies) {
        link.call(SET, keys.policies(name), policies.toBytes(), EX, POLICIES_SECONDS);
    }

    @Override
    public Optional<Payload> policies(String name) {
        Object kept = ForeignKeys.orNull(() -> link.call(GET, keys.policies(name)));
        return kept == null ? Optional.empty() : Optional.of(Payload.of(Replies.bytes(kept)));
    }

    @Override
    public boolean isPaused() {
        @Nullable Object value = ForeignKeys.orNull(() -> link.call(GET, keys.pause));
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
}
