package io.resque.cli;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.ConfigurationException;
import io.resque.api.Counters;
import io.resque.api.MalformedPayloadException;
import io.resque.api.QueuedJob;
import io.resque.api.WorkerInfo;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Payload;
import io.resque.core.Inspector;
import io.resque.core.LostStatuses;
import io.resque.core.Resque;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "doctor",
        description = {
            "Looks for what is wrong: workers without a heartbeat, payloads nobody can read.",
            "The status is 0 if jobs can be worked on this Redis, whatever else was found; 1 if they cannot, as on a"
                    + " replica; 2 for a mistake in options or variables; 3 if Redis does not answer."
        })
final class DoctorCommand extends ResqueCommand {
    /** Of each queue: so many payloads, or so many bytes. */
    private static final int LOOKED_AT = 1000;

    private static final int LOOKED_AT_ONCE = 100;
    private static final long MOST_BYTES = 1 << 20;

    private static final Duration LOOKING = Duration.ofSeconds(5);
    private static final Duration REMOVING = Duration.ofMinutes(5);
    private static final int SHOWN = 3;

    @Option(
            names = "--remove-lost-statuses",
            description = "removes the statuses of jobs that are in no queue and that no worker has")
    private boolean removeLost;

    @Option(
            names = "--older-than",
            paramLabel = "SECONDS",
            description = "leaves out statuses that were written later; at least 60, by default 3600")
    private long olderThan = 3_600;

    private record Finding(boolean wrong, String check, String text) {}

    private final List<Finding> findings = new ArrayList<>();

    /** Whether a finding means that no worker can take a job from this Redis. */
    private boolean hopeless;

    @Option(names = "--strict", description = "the status is 1 if anything is wrong, a failure record too")
    boolean strict;

    @Override
    int run(Resque resque, Console console, JobSerializer serializer) {
        if (olderThan < 60) {
            throw new ConfigurationException("--older-than must be at least 60 seconds, was " + olderThan
                    + ": a status and its job are not written at once");
        }
        Inspector inspector = resque.inspector();
        boolean paused = inspector.pausedAll(); // the first connects
        long begin = System.nanoTime();
        inspector.pausedAll();
        findings.add(new Finding(
                false,
                "connection",
                "Redis answers in " + TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - begin) + " µs"));
        server(inspector);
        findings.add(new Finding(paused, "pause", paused ? "all workers are told to pause" : "no"));
        workers(inspector.workers());
        inspector.queues().forEach((queue, size) -> payloads(inspector, serializer, queue, size));
        Counters counters = inspector.counters();
        findings.add(new Finding(
                counters.failures() > 0, "failures", counters.failures() + " to look at; see: resque failed list"));
        aside(resque);
        statuses(resque);
        inspector
                .foreignKeys()
                .forEach((key, kind) -> findings.add(new Finding(true, "key", ResqueCommand.foreign(key, kind))));
        print(console);
        boolean wrong = strict ? findings.stream().anyMatch(Finding::wrong) : hopeless;
        return wrong ? Main.NO : Main.OK;
    }

    private void server(Inspector inspector) {
        Map<String, String> facts;
        try {
            facts = inspector.server();
        } catch (BackendUnavailableException e) {
            throw e;
        } catch (BackendException e) {
            findings.add(new Finding(false, "server", "does not tell: " + e.getMessage()));
            return;
        }
        String version = facts.getOrDefault("redis_version", "unknown");
        boolean old = version.matches("([0-5]|6\\.[01])\\..*");
        findings.add(new Finding(
                false,
                "version",
                version
                        + (old
                                ? ": without BLMOVE, so idle workers look once a second; 6.2 and later wake them"
                                : "")));
        String policy = facts.getOrDefault("maxmemory_policy", "noeviction");
        boolean evicts = !policy.equals("noeviction");
        findings.add(new Finding(
                evicts,
                "memory",
                "maxmemory-policy is " + policy
                        + (evicts ? ": a full Redis would throw jobs away; set it to noeviction" : "")));
        boolean kept = "1".equals(facts.get("aof_enabled"));
        findings.add(new Finding(
                false,
                "persistence",
                kept ? "append-only file" : "no append-only file: a restart loses what came since the last save"));
        if ("slave".equals(facts.get("role"))) {
            hopeless = true;
            findings.add(new Finding(true, "role", "this is a replica, which takes no job; connect to the primary"));
        }
    }

    private void workers(List<WorkerInfo> workers) {
        Duration skew = null;
        for (WorkerInfo worker : workers) {
            switch (worker.life()) {
                case DEAD -> {
                    String silent = worker.silence()
                            .map(silence -> " had its last heartbeat " + silence.toSeconds() + " s ago:")
                            .orElse(":");
                    String holds = worker.job()
                            .map(job -> ", and holds a " + job.jobClass() + " of " + job.queue())
                            .orElse("");
                    findings.add(new Finding(
                            true,
                            "worker",
                            worker.id() + silent + " it is dead" + holds + "; see: resque workers --prune"));
                }
                case UNKNOWN ->
                    findings.add(new Finding(
                            false,
                            "worker",
                            worker.id() + " writes no heartbeat that can be read: whether it lives cannot be told"));
                case ALIVE -> {}
            }
            if (worker.heartbeat().isPresent() && worker.silence().isPresent()) {
                Instant clock = worker.heartbeat().get().plus(worker.silence().get());
                skew = Duration.between(clock, Instant.now());
            }
        }
        if (skew != null && skew.abs().compareTo(Duration.ofMinutes(1)) > 0) {
            findings.add(new Finding(
                    true,
                    "clock",
                    "this machine's clock is " + skew.abs().toSeconds() + " s "
                            + (skew.isNegative() ? "behind" : "ahead of") + " that of Redis"));
        }
        findings.add(new Finding(false, "workers", Integer.toString(workers.size())));
    }

    private void aside(Resque resque) {
        try {
            long aside = resque.failures().setAside();
            if (aside > 0) {
                findings.add(new Finding(
                        true,
                        "oversize",
                        aside
                                + " payloads were too large for their workers and are set aside; give the workers a larger"
                                + " MAX_PAYLOAD, then: resque failed retry --class OversizePayload"));
            }
        } catch (BackendUnavailableException e) {
            throw e;
        } catch (BackendException e) {
            findings.add(new Finding(false, "oversize", "does not tell: " + e.getMessage()));
        }
    }

    private void statuses(Resque resque) {
        LostStatuses lost;
        try {
            lost = removeLost
                    ? resque.removeLostStatuses(Duration.ofSeconds(olderThan), REMOVING)
                    : resque.inspector().lostStatuses(Duration.ofSeconds(olderThan), LOOKING);
        } catch (BackendUnavailableException e) {
            throw e;
        } catch (BackendException | UnsupportedOperationException e) {
            findings.add(new Finding(false, "statuses", "does not tell: " + e.getMessage()));
            return;
        }
        int count = lost.tokens().size();
        String text = count + " of jobs that are in no queue and that no worker has";
        if (count > 0 && removeLost) {
            text += " were removed: ";
        } else if (count > 0) {
            text += "; doctor --remove-lost-statuses removes them: ";
        }
        text += lost.tokens().stream().limit(SHOWN).collect(Collectors.joining(", ")) + (count > SHOWN ? ", …" : "");
        findings.add(new Finding(
                count > 0 && !removeLost,
                "statuses",
                lost.stopped().isEmpty() ? text : text + " (" + lost.stopped() + ")"));
    }

    private void payloads(Inspector inspector, JobSerializer serializer, String queue, long size) {
        int looked = 0;
        long bytes = 0;
        long unreadable = 0;
        List<QueuedJob> page;
        do {
            page = inspector.peek(queue, looked, LOOKED_AT_ONCE);
            for (QueuedJob job : page) {
                bytes += job.raw().length;
                unreadable += isReadable(serializer, job) ? 0 : 1;
            }
            looked += page.size();
        } while (!page.isEmpty() && looked < LOOKED_AT && bytes < MOST_BYTES);
        String text = queue + ": " + size + " jobs";
        findings.add(
                unreadable == 0
                        ? new Finding(false, "queue", text)
                        : new Finding(
                                true, "queue", text + ", of the first " + looked + " nobody can read " + unreadable));
    }

    private static boolean isReadable(JobSerializer serializer, QueuedJob job) {
        try {
            return serializer.decode(Payload.of(job.raw())) instanceof Map<?, ?> tree
                    && tree.get("class") instanceof String;
        } catch (MalformedPayloadException e) {
            return false;
        }
    }

    private void print(Console console) {
        if (console.isJson()) {
            console.json(findings.stream()
                    .map(finding -> {
                        Map<String, Object> tree = new LinkedHashMap<>();
                        tree.put("ok", !finding.wrong);
                        tree.put("check", finding.check);
                        tree.put("text", finding.text);
                        return tree;
                    })
                    .toList());
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        findings.forEach(finding -> rows.add(List.of(finding.wrong ? "!!" : "ok", finding.check, finding.text)));
        console.table(rows);
    }
}
