package io.resque.core.internal.diagnosis;

import io.resque.api.Finding;
import io.resque.api.Finding.Check;
import io.resque.api.spi.DelayedItems;
import io.resque.api.spi.DelayedPage;
import io.resque.api.spi.DelayedSweep;
import io.resque.api.spi.ForeignLocks;
import io.resque.api.spi.JsonRules;
import io.resque.core.internal.schedule.DelayedBook;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Looks at delayed jobs, and judges what it finds. Thread-safe. */
public final class DelayedFindings {
    /** A job that is due for so long is late. */
    private static final long LATE_SECONDS = 60;

    private final DelayedItems items;
    private final DelayedBook book;
    private final ForeignLocks locks;

    /**
     * For one backend.
     *
     * @param lockPrefix what {@code RESQUE_SCHEDULER_MASTER_LOCK_PREFIX} is for Ruby's schedulers
     */
    public DelayedFindings(DelayedItems items, DelayedBook book, String lockPrefix) {
        this.items = items;
        this.book = book;
        this.locks = new ForeignLocks(lockPrefix);
    }

    /** Who moves delayed jobs, whether they are late, and whether this user may move them. */
    List<Finding> scheduler() {
        List<Finding> findings = new ArrayList<>();
        String foreign = null;
        for (Map.Entry<String, String> lock : items.holders(locks).entrySet()) {
            boolean isOurs = lock.getValue().equals(ForeignLocks.OURS);
            String holder = isOurs ? "schedulers of Java" : JsonRules.forLog(lock.getValue());
            findings.add(Findings.fine(
                    Check.SCHEDULER,
                    holder
                            + (isOurs ? " hold " : " holds ")
                            + JsonRules.forLog(lock.getKey())
                            + (isOurs ? "" : ", and moves the delayed jobs")));
            foreign = isOurs ? foreign : holder;
        }
        if (findings.isEmpty()) {
            findings.add(Findings.fine(Check.SCHEDULER, "no scheduler of Ruby or Node holds its lock"));
        }
        DelayedPage due = items.due("", null, 1, 1);
        long late = due.items().isEmpty() ? 0 : due.now() - due.items().get(0).second();
        if (late >= LATE_SECONDS) {
            String way = foreign == null
                    ? "no scheduler moves it: start a worker, or Resque.scheduler().start(), or read in the log of one what keeps it from"
                            + " that"
                    : foreign
                            + " is to move it; if that scheduler is gone, and its lock never expires (TTL says -1), remove the lock; a pass of Ruby's scheduler that takes longer than its lock (LOCK_TIMEOUT, 180 s) loses"
                            + " and doubles jobs, so raise that";
            findings.add(Findings.wrong(
                    Check.SCHEDULER, "the first delayed job has been due for " + late + " s, and " + way));
        } else {
            findings.add(Findings.fine(Check.SCHEDULER, "no delayed job is late"));
        }
        List<String> missing = items.missingRights();
        if (!missing.isEmpty()) {
            findings.add(Findings.wrong(
                    Check.SCHEDULER,
                    "this user of Redis may not run " + String.join(", ", missing)
                            + ", which moving delayed jobs and firing recurring jobs needs; grant it: ACL SETUSER … +"
                            + String.join(" +", missing)));
        }
        return findings;
    }

    /** What other libraries have left behind. */
    Finding leftBehind(boolean repair, Duration time) {
        DelayedSweep found = book.sweep(repair, time);
        String more = found.next() == null ? "" : "; the time did not suffice for all";
        if (found.emptySeconds() + found.unscheduledSeconds() + found.staleMarks() == 0) {
            return Findings.fine(Check.DELAYED, "other libraries have left nothing behind" + more);
        }
        String text = found.emptySeconds() + " seconds without jobs, " + found.unscheduledSeconds()
                + " seconds whose jobs no scheduler sees, and " + found.staleMarks()
                + " notes of jobs that are not there";
        return repair
                ? Findings.fine(Check.DELAYED, "repaired: " + text + more)
                : Findings.wrong(
                        Check.DELAYED,
                        "other libraries have left " + text
                                + "; resque doctor --remove-lost-statuses, or Resque.repair, mends that" + more);
    }
}
