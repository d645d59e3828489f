package io.resque.cli;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.MalformedPayloadException;
import io.resque.api.QueuedJob;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Payload;
import io.resque.core.Inspector;
import io.resque.core.LostStatuses;
import io.resque.core.Resque;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Looks at Redis, its queues and its workers, and has {@link Findings} judge each fact. It prints nothing. */
final class Diagnosis {
    /** So many payloads of each queue are decoded, or so many bytes. */
    private static final int MOST_PAYLOADS = 1_000;

    private static final long MOST_BYTES = 1 << 20;
    private static final int PAGE = 100;

    /** How long a look at the statuses may take, and a removal. */
    private static final Duration LOOK = Duration.ofSeconds(5);

    private static final Duration REMOVAL = Duration.ofMinutes(5);

    private final Resque resque;
    private final Inspector inspector;
    private final JobSerializer serializer;
    private final List<Finding> findings = new ArrayList<>();

    private Diagnosis(Resque resque) {
        this.resque = resque;
        this.inspector = resque.inspector();
        this.serializer = resque.serializer();
    }

    /**
     * Everything that can be found, in the order of the checks.
     *
     * @param age statuses that were written later than so long ago are left out
     * @param removeLost whether the statuses that nobody will end are removed
     * @throws BackendUnavailableException if Redis does not answer
     */
    static List<Finding> of(Resque resque, Duration age, boolean removeLost) {
        Diagnosis diagnosis = new Diagnosis(resque);
        diagnosis.look(age, removeLost);
        return diagnosis.findings;
    }

    private void look(Duration age, boolean removeLost) {
        boolean paused = inspector.pausedAll(); // the first command also connects
        long begin = System.nanoTime();
        inspector.pausedAll();
        findings.add(Findings.connection(Duration.ofNanos(System.nanoTime() - begin)));
        ifTold(Finding.Check.SERVER, () -> findings.addAll(Findings.server(inspector.server())));
        findings.add(Findings.pause(paused));
        findings.addAll(Findings.workers(inspector.workers(), Instant.now()));
        inspector.queues().forEach(this::queue);
        findings.add(Findings.failures(inspector.counters().failures()));
        ifTold(Finding.Check.OVERSIZE, this::oversize);
        ifTold(Finding.Check.STATUSES, () -> statuses(age, removeLost));
        inspector.foreignKeys().forEach((key, type) -> findings.add(Findings.foreignKey(key, type)));
    }

    /** A check that Redis refuses becomes a finding. */
    private void ifTold(Finding.Check check, Runnable look) {
        try {
            look.run();
        } catch (BackendUnavailableException e) {
            throw e;
        } catch (BackendException e) {
            findings.add(Findings.untold(check, e));
        }
    }

    private void oversize() {
        long payloads = resque.failures().setAside();
        if (payloads > 0) {
            findings.add(Findings.oversize(payloads));
        }
    }

    private void statuses(Duration age, boolean remove) {
        try {
            LostStatuses lost = remove ? resque.removeLostStatuses(age, REMOVAL) : inspector.lostStatuses(age, LOOK);
            findings.add(Findings.statuses(lost, remove));
        } catch (UnsupportedOperationException e) { // the store cannot go through its statuses
            findings.add(Findings.untold(Finding.Check.STATUSES, e));
        }
    }

    private void queue(String queue, long size) {
        int looked = 0;
        long bytes = 0;
        long unreadable = 0;
        List<QueuedJob> page;
        do {
            page = inspector.peek(queue, looked, PAGE);
            for (QueuedJob job : page) {
                bytes += job.raw().length;
                unreadable += isReadable(job) ? 0 : 1;
            }
            looked += page.size();
        } while (!page.isEmpty() && looked < MOST_PAYLOADS && bytes < MOST_BYTES);
        findings.add(Findings.queue(queue, size, looked, unreadable));
    }

    private boolean isReadable(QueuedJob job) {
        try {
            return serializer.decode(Payload.of(job.raw())) instanceof Map<?, ?> tree
                    && tree.get("class") instanceof String;
        } catch (MalformedPayloadException e) {
            return false;
        }
    }
}
