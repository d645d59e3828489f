package io.resque.core.internal.schedule;

import io.resque.api.SchedulerMode;
import io.resque.api.spi.DelayedItems;
import io.resque.core.internal.support.Log;
import java.util.List;
import org.slf4j.Logger;

/** What a scheduler says in the log when it starts. */
final class SchedulerStart {
    private static final Logger LOG = Log.WORKER;

    private SchedulerStart() {}

    /** What its mode does to the schedulers of Ruby, if it does anything. */
    static void tell(SchedulerMode mode) {
        if (mode == SchedulerMode.BESIDE) {
            return;
        }
        LOG.info(
                "This scheduler takes the locks of Ruby's and Node's schedulers when these are free, since its mode is {}: a scheduler of"
                        + " Ruby is then a child, moves no delayed job, and fires no recurring job{}",
                mode,
                mode == SchedulerMode.REPLACE
                        ? "; those that it has stored in Redis are fired here, those of its own process by nobody"
                        : ", so nobody fires those of Ruby, and those that are shared with it; use the mode REPLACE for those in Redis");
    }

    /** Not only when a job is to be moved: that may be days later. */
    static void tellMissingRights(DelayedItems items) {
        List<String> missing = items.missingRights();
        if (!missing.isEmpty()) {
            LOG.warn(
                    "This user of Redis may not run {}, which moving delayed jobs and firing recurring jobs needs: some of them stay where they"
                            + " are, or schedulers look more often than they must; grant it: ACL SETUSER … +{} (see SECURITY.md)",
                    String.join(", ", missing),
                    String.join(" +", missing));
        }
    }
}
