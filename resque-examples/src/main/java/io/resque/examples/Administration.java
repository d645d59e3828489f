package io.resque.examples;

import io.resque.api.Counters;
import io.resque.api.FailedJob;
import io.resque.api.FailureFilter;
import io.resque.api.FailureListLayout;
import io.resque.api.Finding;
import io.resque.api.QueuedJob;
import io.resque.api.WorkerInfo;
import io.resque.core.FailedJobs;
import io.resque.core.Inspector;
import io.resque.core.Resque;
import io.resque.core.ResqueHttp;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The code in docs/failures-and-inspector.md and docs/operations.md, so that it is compiled. A test compares it with
 * the documents.
 */
final class Administration {
    private Administration() {}

    static void failures(Resque resque) {
        FailedJobs failures = resque.failures();
        Map<String, Long> counts = failures.countByClass();
        List<FailedJob> page = failures.newest(FailureFilter.all().queue("mail"), 0, 20);
        for (FailedJob failure : page) {
            System.out.println(failure.failedAtText() + " " + failure.jobClass() + ": " + failure.error());
        }
        System.out.println(counts);

        failures.retry(page.get(0));
        failures.retryAndRemoveAll(
                FailureFilter.all().exception("java.net.SocketTimeoutException").retried(false));
        failures.removeAll(FailureFilter.all().failedBefore(Instant.now().minus(Duration.ofDays(30))));
        failures.clearRetried();
    }

    static Resque recording() {
        return Resque.builder()
                .failureLists(FailureListLayout.BY_QUEUE) // as Ruby with FAILURE_BACKEND=redis_multi_queue
                .failureLimit(100_000) // records in each list; the oldest go
                .failureAge(Duration.ofDays(30))
                .backtraceLimit(50)
                .failureSink(
                        failure -> System.err.println(failure)) // on a thread of the worker, once the record is written
                .build();
    }

    static void look(Resque resque) {
        Inspector inspector = resque.inspector();
        inspector.queues().forEach((queue, size) -> System.out.println(queue + ": " + size));
        List<QueuedJob> next = inspector.peek("mail", 0, 20);
        for (WorkerInfo worker : inspector.workers()) {
            System.out.println(worker.id() + " " + worker.state() + " " + worker.processed());
        }
        Counters counters = inspector.counters();
        inspector.foreignKeys().forEach((key, kind) -> System.err.println(key + " " + kind));
        for (Finding finding : inspector.diagnose(Duration.ofHours(1))) {
            System.out.println((finding.isFine() ? "ok " : "!! ") + finding.check() + " " + finding.text());
        }
        System.out.println(next + " " + counters);
    }

    static ResqueHttp probes(Resque resque) {
        ResqueHttp http = ResqueHttp.open(resque, new InetSocketAddress("127.0.0.1", 9447));
        return http;
    }
}
