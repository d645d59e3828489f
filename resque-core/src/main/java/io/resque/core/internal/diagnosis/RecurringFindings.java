package io.resque.core.internal.diagnosis;

import io.resque.api.Finding;
import io.resque.api.Finding.Check;
import io.resque.api.RecurringJob;
import io.resque.api.spi.JsonRules;
import io.resque.core.internal.schedule.RecurringBook;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Looks at recurring jobs, and tells what is wrong with them. Thread-safe. */
public final class RecurringFindings {
    /** A tick that is due for so long is late. */
    private static final Duration LATE = Duration.ofSeconds(60);

    /** So many jobs are named, of each kind. */
    private static final int NAMED = 3;

    private final RecurringBook book;

    public RecurringFindings(RecurringBook book) {
        this.book = book;
    }

    /**
     * Recurring jobs that cannot be fired, and that are late. Empty if there are none.
     *
     * @param rails notes their classes
     */
    List<Finding> all(ActiveJobFindings rails) {
        RecurringBook.Look look = book.look();
        List<String> broken = new ArrayList<>();
        List<String> late = new ArrayList<>();
        for (RecurringJob job : look.jobs()) {
            rails.recurring(job.name(), job.job().jobClass(), job.job().args());
            String name = "the recurring job \"" + JsonRules.forLog(job.name()) + "\"";
            job.problem()
                    .ifPresent(problem -> broken.add(
                            name + " cannot be fired: " + JsonRules.forLog(problem) + "; put it again, or remove it"));
            job.nextRun()
                    .map(next -> Duration.between(next, look.now()))
                    .filter(since -> since.compareTo(LATE) >= 0)
                    .ifPresent(since -> late.add(name + " has been due for " + since.toSeconds()
                            + " s, and no scheduler fires it: start a worker, or Resque.scheduler().start(), or read in the log of one"
                            + " what keeps it from that"));
        }
        List<Finding> findings = new ArrayList<>();
        tell(broken, "cannot be fired", findings);
        tell(late, "are late", findings);
        return findings;
    }

    private static void tell(List<String> texts, String what, List<Finding> findings) {
        texts.stream().limit(NAMED).forEach(text -> findings.add(Findings.wrong(Check.SCHEDULER, text)));
        if (texts.size() > NAMED) {
            findings.add(Findings.wrong(
                    Check.SCHEDULER,
                    (texts.size() - NAMED) + " more recurring jobs " + what + "; RecurringJobs.list shows all"));
        }
    }
}
