package io.resque.core.internal.diagnosis;

import io.resque.api.FailedJob;
import io.resque.api.Finding;
import io.resque.api.Finding.Check;
import io.resque.api.spi.JsonRules;
import io.resque.core.internal.wire.ActiveJobHash;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Notes what is seen of Rails' ActiveJob during one diagnosis, and tells what a worker of Rails or its pages do wrong with it. */
final class ActiveJobFindings {
    /** So many names are kept, and so many are told. */
    private static final int MOST_NAMES = 10_000;

    private static final int MOST_TOLD = 3;

    private final Set<String> wrapped = new TreeSet<>();

    /** Where each class was seen that is not wrapped. */
    private final Map<String, Place> bare = new TreeMap<>();

    private final Map<String, Integer> broken = new TreeMap<>();
    private int brokenFailures;

    private record Place(Check check, String text) {}

    /** A payload of a queue. */
    void seen(String queue, Map<?, ?> payload) {
        ActiveJobHash job = ActiveJobHash.of(payload);
        if (job != null) {
            wrapped(job.jobClass());
        } else if (ActiveJobHash.WRAPPER.equals(payload.get("class"))) {
            if (breaksPages(payload.get("args"))) {
                broken.merge(queue, 1, Integer::sum);
            }
        } else if (payload.get("class") instanceof String name) {
            bare(name, Check.QUEUE, "the queue " + JsonRules.forLog(queue));
        }
    }

    void seen(FailedJob failure) {
        ActiveJobHash job = ActiveJobHash.of(failure.jobClass(), failure.args());
        if (job != null) {
            wrapped(job.jobClass());
        } else if (failure.jobClass().equals(ActiveJobHash.WRAPPER) && breaksPages(failure.args())) {
            brokenFailures++;
        }
    }

    /** The class and the arguments of a recurring job. */
    void recurring(String name, String jobClass, List<? extends @Nullable Object> args) {
        ActiveJobHash job = ActiveJobHash.of(jobClass, args);
        if (job != null) {
            wrapped(job.jobClass());
        } else if (!ActiveJobHash.isWrapper(jobClass)) {
            bare(jobClass, Check.SCHEDULER, "the recurring job \"" + JsonRules.forLog(name) + "\"");
        }
    }

    private void wrapped(String name) {
        if (wrapped.size() < MOST_NAMES) {
            wrapped.add(name);
        }
    }

    private void bare(String name, Check check, String text) {
        if (bare.size() < MOST_NAMES) {
            bare.putIfAbsent(name, new Place(check, text));
        }
    }

    private static boolean breaksPages(@Nullable Object args) {
        return args == null
                || List.of().equals(args)
                || Collections.singletonList(null).equals(args);
    }

    /** Empty if nothing is wrong. */
    List<Finding> all() {
        List<Finding> findings = new ArrayList<>();
        bare.keySet().retainAll(wrapped);
        bare.entrySet().stream()
                .limit(MOST_TOLD)
                .forEach(each -> findings.add(Findings.wrong(
                        each.getValue().check,
                        JsonRules.forLog(each.getKey()) + " stands bare in " + each.getValue().text
                                + ", and is a class of ActiveJob elsewhere: a worker of Rails drops such a job without a word; enqueue"
                                + " it as an ActiveJob")));
        if (bare.size() > MOST_TOLD) {
            findings.add(Findings.wrong(
                    Check.QUEUE, "and " + (bare.size() - MOST_TOLD) + " more classes of ActiveJob stand bare"));
        }
        broken.forEach((queue, jobs) -> findings.add(Findings.wrong(
                Check.QUEUE,
                JsonRules.forLog(queue) + ": " + jobs + (jobs == 1 ? " job" : " jobs")
                        + " of ActiveJob without a hash; the page of this queue in Ruby's resque-web shows an error 500 until they are"
                        + " gone: resque dequeue " + JsonRules.forLog(queue) + " " + ActiveJobHash.WRAPPER
                        + " removes all of ActiveJob, and a worker makes failures of them")));
        if (brokenFailures > 0) {
            findings.add(Findings.wrong(
                    Check.FAILURES,
                    brokenFailures + (brokenFailures == 1 ? " failure" : " failures")
                            + " of ActiveJob without a hash; the page of failures in Ruby's resque-web shows an error 500 until they are"
                            + " gone: resque failed remove --class " + ActiveJobHash.WRAPPER));
        }
        return findings;
    }
}
