package io.resque.backend.memory;

import io.resque.api.JobState;
import io.resque.api.spi.Payload;
import io.resque.api.spi.ProgressRecord;
import io.resque.api.spi.StatusChange;
import io.resque.api.spi.StatusEnd;
import io.resque.api.spi.StatusPage;
import io.resque.api.spi.StatusRecord;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The statuses of one namespace. Its memory's lock guards them. */
final class StatusRecords {
    private record Kept(StatusRecord record, Instant until) {}

    /** After so many writes all expired records are removed, so that records which nobody reads do not stay. */
    private static final int SWEEP = 1_000;

    private record Told(ProgressRecord record, Instant until) {}

    private final Map<String, Kept> records = new HashMap<>();
    private final Map<String, Told> progress = new HashMap<>();
    private final Clock clock;
    private int writes;

    StatusRecords(Clock clock) {
        this.clock = clock;
    }

    @Nullable
    StatusRecord find(String token) {
        Kept kept = records.get(token);
        return kept == null || hasExpired(kept) ? null : kept.record();
    }

    boolean write(StatusChange change) {
        StatusRecord old = find(change.token());
        JobState state = change.state();
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Instant started = now;
        if (state != JobState.WAITING) {
            if (old == null || state == JobState.RUNNING && old.state().isFinal()) {
                return false;
            }
            started = old.started();
        }
        Instant until = change.expiry() == null ? Instant.MAX : Expiry.after(clock.instant(), change.expiry());
        records.put(change.token(), new Kept(new StatusRecord(state, now, started, change.result()), until));
        if (++writes % SWEEP == 0) {
            records.values().removeIf(this::hasExpired);
            progress.values().removeIf(told -> isOver(told.until()));
        }
        return true;
    }

    boolean endAgain(StatusEnd end) {
        StatusRecord record = find(end.change().token());
        return record != null && (record.state().isFinal() ? end.isOf(record) : write(end.change()));
    }

    StatusPage unended() {
        Map<String, StatusRecord> unended = new HashMap<>();
        records.forEach((token, kept) -> {
            if (!hasExpired(kept) && !kept.record().state().isFinal()) {
                unended.put(token, kept.record());
            }
        });
        return new StatusPage(unended, clock.instant(), null);
    }

    Set<String> removeUnchanged(Map<String, StatusRecord> seen) {
        Set<String> removed = new HashSet<>(seen.keySet());
        removed.removeIf(token -> !seen.get(token).equals(find(token)) || !remove(token));
        return removed;
    }

    boolean remove(String token) {
        boolean found = find(token) != null;
        records.remove(token);
        progress.remove(token);
        return found;
    }

    boolean writeProgress(String token, Payload told, @Nullable Duration expiry) {
        if (find(token) == null) {
            return false;
        }
        Instant now = clock.instant();
        progress.put(
                token,
                new Told(
                        new ProgressRecord(now.truncatedTo(ChronoUnit.SECONDS), told),
                        expiry == null ? Instant.MAX : Expiry.after(now, expiry)));
        return true;
    }

    @Nullable
    ProgressRecord progress(String token) {
        Told told = progress.get(token);
        return told == null || isOver(told.until()) ? null : told.record();
    }

    private boolean hasExpired(Kept kept) {
        return isOver(kept.until());
    }

    private boolean isOver(Instant until) {
        return !clock.instant().isBefore(until);
    }
}
