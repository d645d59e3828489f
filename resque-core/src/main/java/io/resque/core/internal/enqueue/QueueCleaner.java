package io.resque.core.internal.enqueue;

import io.resque.api.DontDequeueException;
import io.resque.api.JobMatch;
import io.resque.api.LimitUse;
import io.resque.api.MalformedPayloadException;
import io.resque.api.ResqueListener;
import io.resque.api.spi.Limits;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Queues;
import io.resque.core.internal.status.StatusUpdates;
import io.resque.core.internal.support.ListenerChain;
import io.resque.core.internal.wire.ArgumentRules;
import io.resque.core.internal.wire.PayloadReader;
import io.resque.core.internal.wire.PayloadShape;
import io.resque.core.internal.wire.QueueNames;
import io.resque.core.internal.wire.QueuePages;
import io.resque.core.internal.wire.WantedJob;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes jobs off queues without running them, while workers take from the same queues. */
public final class QueueCleaner {
    /** So many hits are held in memory, and then removed. */
    private static final int HITS = 50_000;

    private static final long HIT_BYTES = 32 << 20;

    /** So many limits are looked at, and so many jobs of each at once. */
    private static final int LIMITS = 100_000;

    private static final int LIMITED_JOBS = 100;

    private final Queues queues;
    private final @Nullable Limits limits;
    private final PayloadReader reader;
    private final ArgumentRules rules;
    private final StatusUpdates statuses;
    private final ListenerChain listeners;
    private final long maxBytes;

    /**
     * Reads so many bytes at once at most.
     *
     * @param limits null if the backend does not support them
     */
    public QueueCleaner(
            Queues queues,
            @Nullable Limits limits,
            PayloadReader reader,
            ArgumentRules rules,
            StatusUpdates statuses,
            ListenerChain listeners,
            long maxBytes) {
        this.queues = queues;
        this.limits = limits;
        this.reader = reader;
        this.rules = rules;
        this.statuses = statuses;
        this.listeners = listeners;
        this.maxBytes = maxBytes;
    }

    /** Jobs that match: their bytes, with the token of each, null where it has none. */
    private static final class Hits {
        private final Map<Payload, @Nullable String> tokens = new LinkedHashMap<>();
        private long bytes;

        void add(Payload payload, @Nullable String token) {
            tokens.put(payload, token);
            bytes += payload.size();
        }

        boolean areMany() {
            return tokens.size() >= HITS || bytes >= HIT_BYTES;
        }
    }

    /**
     * Removes the jobs that match any of these, and returns how many. All removals by class, id or arguments go through this method.
     */
    public long matching(String queue, List<JobMatch> matches) {
        QueueNames.known(queue);
        List<WantedJob> wanted =
                matches.stream().map(match -> WantedJob.of(match, rules)).toList();
        if (wanted.isEmpty()) {
            return 0;
        }
        List<ResqueListener> all = listeners.all();
        try {
            all.forEach(listener -> listener.beforeDequeue(queue, matches));
        } catch (DontDequeueException e) {
            return 0;
        }
        long removed = removeAny(queue, wanted) + limited(queue, wanted);
        all.forEach(listener -> listener.afterDequeue(queue, matches, removed));
        return removed;
    }

    private long removeAny(String queue, List<WantedJob> wanted) {
        long removed = 0;
        Hits hits = new Hits();
        QueuePages pages = new QueuePages(queues, queue, maxBytes);
        for (List<Payload> page = pages.next(); !page.isEmpty(); page = pages.next()) {
            for (Payload payload : page) {
                addIfWanted(hits, payload, wanted);
            }
            if (hits.areMany()) {
                removed += remove(queue, hits);
                hits = new Hits();
            }
        }
        return removed + remove(queue, hits);
    }

    private void addIfWanted(Hits hits, Payload payload, List<WantedJob> wanted) {
        PayloadShape.ReadJob job;
        try {
            job = reader.read(payload);
        } catch (MalformedPayloadException e) {
            return; // It has no class, so it cannot match; a worker will file it as a failure.
        }
        if (wanted.stream().anyMatch(match -> match.is(job))) {
            hits.add(payload, job.token());
        }
    }

    private long remove(String queue, Hits hits) {
        List<Payload> payloads = List.copyOf(hits.tokens.keySet());
        if (payloads.isEmpty()) {
            return 0;
        }
        List<Long> counts = queues.removeAll(queue, payloads);
        long removed = 0;
        for (int i = 0; i < counts.size(); i++) {
            if (counts.get(i) > 0) {
                removed += counts.get(i);
                forget(hits.tokens.get(payloads.get(i)));
            }
        }
        return removed;
    }

    /**
     * Removes one job by its bytes, and says whether there was one. Listeners hear of it unless it is no job. The status stays while an equal
     * job is left.
     */
    public boolean one(String queue, Payload payload) {
        QueueNames.known(queue);
        List<ResqueListener> hearing = reader.isJob(payload) ? listeners.all() : List.of();
        List<JobMatch> matches = hearing.isEmpty() ? List.of() : List.of(match(reader.read(payload)));
        try {
            hearing.forEach(listener -> listener.beforeDequeue(queue, matches));
        } catch (DontDequeueException e) {
            return false;
        }
        int before = queues.removeOne(queue, payload);
        if (before == 1) {
            forget(reader.token(payload));
        }
        hearing.forEach(listener -> listener.afterDequeue(queue, matches, Math.min(1, before)));
        return before > 0;
    }

    private static JobMatch match(PayloadShape.ReadJob job) {
        return new JobMatch(job.jobClass(), job.id(), job.args());
    }

    /** Takes as many jobs as there are now. In chunks, since only the jobs that were taken tell which statuses must go. */
    public long all(String queue) {
        QueueNames.known(queue);
        long left = queues.size(queue);
        long removed = 0;
        int count = QueuePages.FIRST_PAGE;
        while (left > 0) {
            List<Payload> taken = queues.take(queue, (int) Math.min(left, count), maxBytes);
            if (taken.isEmpty()) {
                break;
            }
            taken.forEach(payload -> forget(reader.token(payload)));
            removed += taken.size();
            left -= taken.size();
            count = QueuePages.next(taken);
        }
        return removed + limited(queue, null);
    }

    /** Removes jobs of a queue that wait for a limit: the wanted jobs, or all if none are named. */
    private long limited(String queue, @Nullable List<WantedJob> wanted) {
        Limits all = limits;
        long removed = 0;
        for (LimitUse use : all == null ? List.<LimitUse>of() : all.used(LIMITS)) {
            long offset = 0;
            List<Limits.WaitingJob> page;
            do {
                page = all.range(use.limit(), offset, LIMITED_JOBS, maxBytes);
                List<Limits.WaitingJob> hits = page.stream()
                        .filter(job -> job.queue().equals(queue) && (wanted == null || isWanted(job, wanted)))
                        .distinct()
                        .toList();
                long gone = 0;
                List<Long> counts = hits.isEmpty() ? List.of() : all.removeAll(use.limit(), hits);
                for (int i = 0; i < hits.size(); i++) {
                    if (counts.get(i) > 0) {
                        gone += counts.get(i);
                        forget(reader.token(hits.get(i).payload()));
                    }
                }
                removed += gone;
                offset += Math.max(
                        0, page.size() - gone); // equal jobs on later pages have gone, too: some are read again
            } while (!page.isEmpty());
        }
        return removed;
    }

    private boolean isWanted(Limits.WaitingJob job, List<WantedJob> wanted) {
        try {
            PayloadShape.ReadJob read = reader.read(job.payload());
            return wanted.stream().anyMatch(match -> match.is(read));
        } catch (MalformedPayloadException e) {
            return false;
        }
    }

    /** Empties the queue, then removes it with the jobs that were pushed since. */
    public long queue(String queue) {
        long removed = all(queue);
        return removed + queues.remove(queue);
    }

    /** The job will never run: a status that stayed would say for ever that it waits. */
    private void forget(@Nullable String token) {
        if (token != null) {
            statuses.remove(token);
        }
    }
}
