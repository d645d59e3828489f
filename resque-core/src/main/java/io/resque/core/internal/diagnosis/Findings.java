package io.resque.core.internal.diagnosis;

import io.resque.api.Finding;
import io.resque.api.Finding.Check;
import io.resque.api.Finding.Severity;
import io.resque.api.QueuedJob;
import io.resque.api.WorkerInfo;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.QueueBackend;
import io.resque.core.internal.status.LostStatusSearch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What each fact means: its severity and its sentence. It reads nothing and prints nothing; {@link Diagnosis} gives the facts. */
final class Findings {
    private static final Pattern WITHOUT_BLMOVE = Pattern.compile("([0-5]|6\\.[01])\\..*");
    private static final Pattern WITHOUT_TRACKING = Pattern.compile("[0-5]\\..*");

    /** A smaller difference between two clocks does no harm. */
    private static final Duration SKEW = Duration.ofMinutes(1);

    /** So many tokens of lost statuses are named, and so many queues. */
    private static final int NAMED = 3;

    private static final int MOST_LIMITS = 100;

    private Findings() {}

    static Finding fine(Check check, String text) {
        return new Finding(check, Severity.FINE, text);
    }

    static Finding wrong(Check check, String text) {
        return new Finding(check, Severity.WRONG, text);
    }

    static Finding connection(Duration answer) {
        return fine(Check.CONNECTION, "Redis answers in " + answer.toNanos() / 1_000 + " µs");
    }

    /** Redis refuses to answer a question that the user of the connection has no right to ask. */
    static Finding untold(Check check, Exception refusal) {
        return fine(check, "does not tell: " + refusal.getMessage());
    }

    /** What the server says about itself. */
    static List<Finding> server(Map<String, String> facts) {
        List<Finding> findings = new ArrayList<>();
        findings.add(version(facts.getOrDefault("redis_version", "unknown")));
        findings.add(memory(facts.getOrDefault("maxmemory_policy", "noeviction")));
        findings.add(fine(
                Check.PERSISTENCE,
                "1".equals(facts.get("aof_enabled"))
                        ? "append-only file"
                        : "no append-only file: if Redis crashes, all writes since the last save are lost"));
        if ("slave".equals(facts.get("role"))) {
            findings.add(new Finding(
                    Check.ROLE, Severity.HOPELESS, "this is a replica, which takes no job; connect to the primary"));
        }
        return findings;
    }

    private static Finding version(String version) {
        if (!WITHOUT_BLMOVE.matcher(version).matches()) {
            return fine(Check.VERSION, version);
        }
        return fine(
                Check.VERSION,
                version
                        + ": without BLMOVE, which came with 6.2, so an idle worker of up to 16 queues looks at their lengths,"
                        + " 10 ms after its last job and then less and less often, down to once a second"
                        + (WITHOUT_TRACKING.matcher(version).matches()
                                ? "; a worker of more queues, once a second"
                                : ""));
    }

    private static Finding memory(String policy) {
        return policy.equals("noeviction")
                ? fine(Check.MEMORY, "maxmemory-policy is " + policy)
                : wrong(
                        Check.MEMORY,
                        "maxmemory-policy is " + policy + ": a full Redis would throw jobs away; set it to noeviction");
    }

    static Finding pause(boolean paused) {
        return paused
                ? wrong(
                        Check.PAUSE,
                        "all workers are told to pause; resque resume --all, or Resque.resumeAll, ends that")
                : fine(Check.PAUSE, "no");
    }

    /** The limits for which jobs wait. If a slot is free, nobody gives it away. */
    static List<Finding> limits(QueueBackend backend) {
        return backend.limits().map(limits -> limits.used(MOST_LIMITS)).orElse(List.of()).stream()
                .map(use -> {
                    String jobs = use.waiting() + (use.waiting() == 1 ? " job waits" : " jobs wait") + " for "
                            + JsonRules.forLog(use.limit()) + ": " + use.running() + " of " + use.jobs()
                            + " slots are taken";
                    return use.running() < use.jobs()
                            ? wrong(
                                    Check.LIMITS,
                                    jobs
                                            + "; start a worker that has this limit, which sends them back to their queues")
                            : fine(Check.LIMITS, jobs);
                })
                .toList();
    }

    /**
     * The dead workers, those without a heartbeat, the clock, and the number of workers.
     *
     * @param unreadable the heartbeats that are no times, by the ids of their workers
     * @param now by the clock of this machine
     */
    static List<Finding> workers(List<WorkerInfo> workers, Map<String, String> unreadable, Instant now) {
        List<Finding> findings = new ArrayList<>();
        Duration ahead = Duration.ZERO;
        for (WorkerInfo worker : workers) {
            switch (worker.life()) {
                case DEAD -> findings.add(dead(worker));
                case UNKNOWN -> findings.add(unknown(worker, silent(unreadable.get(worker.id()))));
                case ALIVE -> {}
            }
            if (worker.heartbeatAt().isPresent() && worker.silence().isPresent()) {
                Instant clockOfRedis =
                        worker.heartbeatAt().get().plus(worker.silence().get());
                ahead = Duration.between(clockOfRedis, now);
            }
        }
        if (ahead.abs().compareTo(SKEW) > 0) {
            findings.add(wrong(
                    Check.CLOCK,
                    "this machine's clock is " + ahead.abs().toSeconds() + " s "
                            + (ahead.isNegative() ? "behind" : "ahead of") + " that of Redis"));
        }
        findings.add(fine(Check.WORKERS, Integer.toString(workers.size())));
        return findings;
    }

    private static String silent(@Nullable String heartbeat) {
        return heartbeat == null
                ? " writes no heartbeat, as PHP's workers"
                : " has the heartbeat \"" + JsonRules.forLog(heartbeat) + "\", which is no time that can be read";
    }

    private static Finding dead(WorkerInfo worker) {
        String silent = worker.silence()
                .map(silence -> " had its last heartbeat " + silence.toSeconds() + " s ago:")
                .orElse(":");
        String holds =
                worker.job().map(job -> ", and holds the job " + named(job)).orElse("");
        return wrong(
                Check.WORKER,
                worker.id() + silent + " it is dead" + holds
                        + "; recover it: resque workers --prune, or Resque.recoverDeadWorkers");
    }

    private static Finding unknown(WorkerInfo worker, String silent) {
        String holds = worker.job()
                .map(job -> ", and it has held the job " + named(job)
                        + worker.runAt().map(since -> " since " + since).orElse(""))
                .orElse("");
        return fine(
                Check.WORKER,
                worker.id() + silent + ": whether it lives cannot be told" + holds
                        + "; if its process has ended, remove it: resque remove, or Resque.registeredWorkers().remove");
    }

    private static String named(QueuedJob job) {
        return job.innerClass() + " of " + job.queue();
    }

    /**
     * A queue, of which some payloads were looked at.
     *
     * @param looked how many
     * @param unreadable how many of these are no payload
     * @param worked whether a living worker takes jobs from it
     * @param paused whether it is paused for workers of this library
     */
    static Finding queue(String queue, long size, int looked, long unreadable, boolean worked, boolean paused) {
        String text = queue + ": " + size + (size == 1 ? " job" : " jobs")
                + (unreadable == 0 ? "" : ", of the first " + looked + " nobody can read " + unreadable);
        boolean left = size > 0 && !worked;
        if (left) {
            text += "; no worker takes jobs from this queue: start one, or add the queue to the list of a worker";
        }
        if (paused) {
            text += "; it is paused, so workers of Java take no job from it; resque resume " + queue
                    + ", or Resque.resumeQueue, ends that";
        }
        return unreadable == 0 && !left && !paused ? fine(Check.QUEUE, text) : wrong(Check.QUEUE, text);
    }

    /** A worker asks for a queue that does not exist, and there is one with nearly the same name whose jobs wait for a worker. */
    static Finding mistyped(String queue, String worker, String near) {
        return wrong(
                Check.QUEUE,
                queue + ": there is no such queue, and " + worker + " takes jobs from it; is " + near
                        + " meant, whose jobs no worker takes?");
    }

    /** Queues that workers ask for, and that do not exist; a queue exists once a job was enqueued on it. */
    static Finding notYet(List<String> queues) {
        return fine(
                Check.QUEUE,
                (queues.size() == 1
                                ? "a worker takes jobs from a queue that does"
                                : "workers take jobs from queues that do")
                        + " not exist yet: " + some(queues));
    }

    private static String some(List<String> names) {
        return names.stream().limit(NAMED).collect(Collectors.joining(", ")) + (names.size() > NAMED ? ", …" : "");
    }

    static Finding failures(long failures) {
        String text = failures + " to look at; see: resque failed list, or Resque.failures";
        return failures > 0 ? wrong(Check.FAILURES, text) : fine(Check.FAILURES, text);
    }

    /** Payloads that were set aside. Call it only if there are some. */
    static Finding oversize(long payloads) {
        return wrong(
                Check.OVERSIZE,
                (payloads == 1
                                ? "1 payload was too large for its worker and is"
                                : payloads + " payloads were too large for their workers and are")
                        + " set aside; give the workers a larger"
                        + " MAX_PAYLOAD (ResqueBuilder.maxPayload), then: resque failed retry --class OversizePayload, or"
                        + " Resque.failures().retryAll");
    }

    /**
     * Statuses that nobody will end.
     *
     * @param removed whether they were removed
     */
    static Finding statuses(LostStatusSearch.Found lost, boolean removed) {
        int count = lost.tokens().size();
        String text = count + " of jobs that are in no queue and that no worker has";
        if (count > 0) {
            text += removed
                    ? " were removed: "
                    : "; resque doctor --remove-lost-statuses, or Resque.removeLostStatuses, removes them: ";
        }
        text += some(lost.tokens());
        text += lost.stopped().isEmpty() ? "" : " (" + lost.stopped() + ")";
        return count > 0 && !removed ? wrong(Check.STATUSES, text) : fine(Check.STATUSES, text);
    }

    /** A key under one of Resque's names that is of another type. */
    static Finding foreignKey(String key, String type) {
        return wrong(Check.KEY, key + " " + type + ": not a key of this kind; it is left alone, and counts as empty");
    }
}
