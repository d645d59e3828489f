package io.resque.core.internal.fleet;

import io.resque.api.WorkerInfo.Life;
import io.resque.api.spi.WorkerSnapshot;
import io.resque.core.internal.wire.WorkerId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import java.util.function.Predicate;

/** Decides whether a worker of any library lives. No other class decides this. Thread-safe. */
public final class Liveness {
    private final RecoveryPolicy policy;
    private final Predicate<String> isOurs;
    private final Map<String, String> here;
    private final LocalProcesses processes;
    private volatile Nested nested = new Nested(new Object(), pid -> true);

    /** The pids of processes in containers here, as they were after one read of workers: they say nothing of later workers. */
    private record Nested(Object read, LongPredicate pids) {}

    /**
     * Judges workers from this process, by the processes that its machine has now.
     *
     * @param isOurs whether an id is that of a worker of this process, which lives whatever its heartbeat says
     */
    public static Liveness fromHere(RecoveryPolicy policy, Predicate<String> isOurs) {
        LocalProcesses processes = LocalProcesses.ofThisMachine();
        return new Liveness(policy, isOurs, processes.attributes(), processes);
    }

    /**
     * Judges workers from a process.
     *
     * @param here what {@link LocalProcesses#attributes} returns in that process
     */
    Liveness(RecoveryPolicy policy, Predicate<String> isOurs, Map<String, String> here, LocalProcesses processes) {
        this.policy = policy;
        this.isOurs = isOurs;
        this.here = here;
        this.processes = processes;
    }

    Life of(WorkerSnapshot seen) {
        if (isOurs.test(seen.id())) {
            return Life.ALIVE;
        }
        if (isSilent(seen)) {
            return Life.DEAD;
        }
        long pid = WorkerId.pid(seen.attributes().getOrDefault("pid", ""));
        boolean ofHere = isOfHere(seen) && pid > 0;
        if (ofHere && processes.isGone(pid, seen.attributes().get("start"))) {
            return Life.DEAD;
        }
        // Another program may have removed the heartbeat of a worker that runs here.
        if (seen.heartbeatAt().isPresent() || ofHere) {
            return Life.ALIVE;
        }
        return policy.byPid() && isGoneWithoutTrace(seen) ? Life.DEAD : Life.UNKNOWN;
    }

    boolean isDead(WorkerSnapshot seen) {
        return of(seen) == Life.DEAD;
    }

    /** Whether an id must be left alone. A registered worker, or one of this library, may live without a heartbeat. */
    boolean mayLive(WorkerSnapshot seen) {
        Life life = of(seen);
        return life == Life.ALIVE
                || life == Life.UNKNOWN && seen.heartbeat() == null && (seen.registered() || seen.ours());
    }

    private boolean isSilent(WorkerSnapshot seen) {
        return seen.heartbeatAt()
                .filter(beat -> Duration.between(beat, seen.readAt()).compareTo(policy.deadAfter()) > 0)
                .isPresent();
    }

    /** Whether it was registered in this container, since this machine started. */
    private boolean isOfHere(WorkerSnapshot seen) {
        return List.of("host", "boot", "pidns").stream()
                .allMatch(name -> here.containsKey(name)
                        && here.get(name).equals(seen.attributes().get(name)));
    }

    /**
     * Whether the pid of a worker that writes no heartbeat, such as PHP's, goworker's and Jesque's, is gone from this host. A
     * container can have the same host name; a pid in it is not a pid of this host.
     */
    private boolean isGoneWithoutTrace(WorkerSnapshot seen) {
        WorkerId id = WorkerId.parse(seen.id());
        if (!seen.registered()
                || seen.heartbeat() != null
                || seen.ours()
                || !seen.attributes().isEmpty()
                || !id.isWhole()
                || !id.host().equals(here.get("host"))
                || !processes.isOutermost()) {
            return false;
        }
        long pid = id.pid();
        return pid > 0 && processes.isGone(pid, null) && !nested(seen).test(pid);
    }

    /** All workers of one read share its {@code readAt}: for these, one look at all processes is enough. */
    private LongPredicate nested(WorkerSnapshot seen) {
        Nested last = nested;
        if (last.read != (Object) seen.readAt()) {
            last = new Nested(seen.readAt(), processes.nested());
            nested = last;
        }
        return last.pids;
    }
}
