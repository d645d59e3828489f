package io.resque.core.internal.wire;

import io.resque.api.JobMatch;
import io.resque.api.JobSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A match whose class and arguments are checked, the arguments as a tree. */
public record WantedJob(
        String jobClass, @Nullable String id, @Nullable List<@Nullable Object> args, boolean isActiveJob) {

    public static WantedJob of(JobMatch match, ArgumentRules rules) {
        // Without arguments the class alone is checked.
        List<@Nullable Object> args = match.args() == null ? List.of() : match.args();
        JobSpec spec = rules.check(new JobSpec(match.jobClass(), args));
        return new WantedJob(
                spec.jobClass(), match.id(), match.args() == null ? null : spec.args(), match.isActiveJob());
    }

    public boolean is(PayloadShape.ReadJob job) {
        if (isActiveJob) {
            ActiveJobHash hash = job.activeJob();
            return hash != null
                    && (ActiveJobHash.isWrapper(jobClass) || jobClass.equals(hash.jobClass()))
                    && (id == null || id.equals(hash.jobId()))
                    && (args == null || JsonEquality.equal(args, hash.arguments()));
        }
        return jobClass.equals(job.jobClass())
                && (id == null || id.equals(job.id()))
                && (args == null || JsonEquality.equal(args, job.args()));
    }
}
