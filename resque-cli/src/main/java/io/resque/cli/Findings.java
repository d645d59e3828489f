package io.resque.cli;

import io.resque.api.WorkerInfo;
import io.resque.cli.Finding.Check;
import io.resque.cli.Finding.Severity;
import io.resque.core.LostStatuses;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What each fact means: its severity and its sentence. It reads nothing and prints nothing; {@link Diagnosis} gives the facts. */
final class Findings {
    private static final Pattern WITHOUT_BLMOVE = Pattern.compile("([0-5]|6\\.[01])\\..*");
    private static final Pattern WITHOUT_TRACKING = Pattern.compile("[0-5]\\..*");

    /** A smaller difference between two clocks does no harm. */
    private static final Duration SKEW = Duration.ofMinutes(1);

    /** So many tokens of lost statuses are named. */
    private static final int NAMED = 3;

    private Findings() {}

    static Finding connection(Duration answer) {
        return Finding.fine(Check.CONNECTION, "Redis answers in " + answer.toNanos() / 1_000 + " µs");
    }

    /** Redis refuses to answer a question that the user of the connection has no right to ask. */
    static Finding untold(Check check, Exception refusal) {
        return Finding.fine(check, "does not tell: " + refusal.getMessage());
    }

    /** What the server says about itself. */
    static List<Finding> server(Map<String, String> facts) {
        List<Finding> findings = new ArrayList<>();
        findings.add(version(facts.getOrDefault("redis_version", "unknown")));
        findings.add(memory(facts.getOrDefault("maxmemory_policy", "noeviction")));
        findings.add(Finding.fine(
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
            return Finding.fine(Check.VERSION, version);
        }
        return Finding.fine(
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
                ? Finding.fine(Check.MEMORY, "maxmemory-policy is " + policy)
                : Finding.wrong(
                        Check.MEMORY,
                        "maxmemory-policy is " + policy + ": a full Redis would throw jobs away; set it to noeviction");
    }

    static Finding pause(boolean paused) {
        return paused ? Finding.wrong(Check.PAUSE, "all workers are told to pause") : Finding.fine(Check.PAUSE, "no");
    }

    /**
     * The dead workers, those without a heartbeat, the clock, and the number of workers.
     *
     * @param now by the clock of this machine
     */
    static List<Finding> workers(List<WorkerInfo> workers, Instant now) {
        List<Finding> findings = new ArrayList<>();
        Duration ahead = Duration.ZERO;
        for (WorkerInfo worker : workers) {
            switch (worker.life()) {
                case DEAD -> findings.add(dead(worker));
                case UNKNOWN ->
                    findings.add(Finding.fine(
                            Check.WORKER,
                            worker.id() + " writes no heartbeat that can be read: whether it lives cannot be told"));
                case ALIVE -> {}
            }
            if (worker.heartbeat().isPresent() && worker.silence().isPresent()) {
                Instant clockOfRedis =
                        worker.heartbeat().get().plus(worker.silence().get());
                ahead = Duration.between(clockOfRedis, now);
            }
        }
        if (ahead.abs().compareTo(SKEW) > 0) {
            findings.add(Finding.wrong(
                    Check.CLOCK,
                    "this machine's clock is " + ahead.abs().toSeconds() + " s "
                            + (ahead.isNegative() ? "behind" : "ahead of") + " that of Redis"));
        }
        findings.add(Finding.fine(Check.WORKERS, Integer.toString(workers.size())));
        return findings;
    }

    private static Finding dead(WorkerInfo worker) {
        String silent = worker.silence()
                .map(silence -> " had its last heartbeat " + silence.toSeconds() + " s ago:")
                .orElse(":");
        String holds = worker.job()
                .map(job -> ", and holds a " + job.jobClass() + " of " + job.queue())
                .orElse("");
        return Finding.wrong(
                Check.WORKER, worker.id() + silent + " it is dead" + holds + "; see: resque workers --prune");
    }

    /**
     * A queue, of which some payloads were looked at.
     *
     * @param looked how many
     * @param unreadable how many of these are no payload
     */
    static Finding queue(String queue, long size, int looked, long unreadable) {
        String text = queue + ": " + size + " jobs";
        return unreadable == 0
                ? Finding.fine(Check.QUEUE, text)
                : Finding.wrong(Check.QUEUE, text + ", of the first " + looked + " nobody can read " + unreadable);
    }

    static Finding failures(long failures) {
        String text = failures + " to look at; see: resque failed list";
        return failures > 0 ? Finding.wrong(Check.FAILURES, text) : Finding.fine(Check.FAILURES, text);
    }

    /** Payloads that were set aside. Call it only if there are some. */
    static Finding oversize(long payloads) {
        return Finding.wrong(
                Check.OVERSIZE,
                payloads + " payloads were too large for their workers and are set aside; give the workers a larger"
                        + " MAX_PAYLOAD, then: resque failed retry --class OversizePayload");
    }

    /**
     * Statuses that nobody will end.
     *
     * @param removed whether they were removed
     */
    static Finding statuses(LostStatuses lost, boolean removed) {
        int count = lost.tokens().size();
        String text = count + " of jobs that are in no queue and that no worker has";
        if (count > 0) {
            text += removed ? " were removed: " : "; doctor --remove-lost-statuses removes them: ";
        }
        text += lost.tokens().stream().limit(NAMED).collect(Collectors.joining(", ")) + (count > NAMED ? ", …" : "");
        text += lost.stopped().isEmpty() ? "" : " (" + lost.stopped() + ")";
        return count > 0 && !removed ? Finding.wrong(Check.STATUSES, text) : Finding.fine(Check.STATUSES, text);
    }

    /** A key under one of Resque's names that is of another type. */
    static Finding foreignKey(String key, String type) {
        return Finding.wrong(
                Check.KEY, key + " " + type + ": not a key of this kind; it is left alone, and counts as empty");
    }
}
