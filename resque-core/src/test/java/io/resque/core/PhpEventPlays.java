package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.resque.api.DontCreateException;
import io.resque.api.JobInfo;
import io.resque.api.JobMatch;
import io.resque.api.ResqueListener;
import io.resque.core.RecordedVerdicts.Bench;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What was recorded of php-resque's events around {@code enqueue}, by a listener of ours. */
final class PhpEventPlays {
    private PhpEventPlays() {}

    static void dontCreate(Bench bench) {
        bench.resque.listen(beforeEnqueue(new DontCreateException("no")));
        bench.same(
                "id",
                bench.recorded.get("returned", "id"),
                bench.resque
                        .enqueueTracked("default", "PHP_Job", Map.of("a", 1))
                        .<Object>map(token -> token)
                        .orElse(false));
    }

    static void whatListenersAreTold(Bench bench) {
        Map<String, JobInfo> told = new LinkedHashMap<>();
        bench.resque.listen(new ResqueListener() {
            @Override
            public void beforeEnqueue(JobInfo job) {
                told.put("beforeEnqueue", job);
            }

            @Override
            public void afterEnqueue(JobInfo job) {
                told.put("afterEnqueue", job);
            }
        });
        assertThat(bench.resque.enqueue("q", "X", Map.of("a", 1))).isTrue();
        assertThat(told).containsOnlyKeys("beforeEnqueue", "afterEnqueue");
        told.forEach((event, ours) -> {
            bench.same(event + " class", bench.recorded.get("returned", event, "class"), ours.jobClass());
            bench.same(event + " queue", bench.recorded.get("returned", event, "queue"), ours.queue());
            bench.same(
                    event + " args",
                    bench.recorded.get("returned", event, "args"),
                    ours.args().get(0));
            assertThat(ours.args()).hasSize(1);
            bench.same(
                    event + " id",
                    bench.recorded.get("returned", event, "id") != null,
                    ours.id().isPresent());
        });
    }

    static void namedParameters(Bench bench) {
        List<String> told = new ArrayList<>();
        bench.resque.listen(new ResqueListener() {
            @Override
            public void afterEnqueue(JobInfo whateverTheName) {
                told.add(whateverTheName.jobClass());
            }
        });
        thrown(bench, () -> bench.resque.enqueue("q", "X", Map.of("a", 1)));
        assertThat(told).containsExactly("X");
    }

    static void throwing(Bench bench, ResqueListener listener) {
        bench.resque.listen(listener);
        thrown(bench, () -> bench.resque.enqueueTracked("q", "X", Map.of("a", 1)));
    }

    private static void thrown(Bench bench, ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        bench.same(
                "ex",
                bench.recorded.get("returned", "ex"),
                thrown == null ? null : List.of(thrown.getClass().getSimpleName(), thrown.getMessage()));
    }

    static ResqueListener beforeEnqueue(RuntimeException thrown) {
        return new ResqueListener() {
            @Override
            public void beforeEnqueue(JobInfo job) {
                throw thrown;
            }
        };
    }

    static ResqueListener afterEnqueue(RuntimeException thrown) {
        return new ResqueListener() {
            @Override
            public void afterEnqueue(JobInfo job) {
                throw thrown;
            }
        };
    }

    /** By an event that leaves nothing in Redis. */
    static void orderAndStop(Bench bench) {
        List<String> told = new ArrayList<>();
        ResqueListener a = noting(told, "A");
        ResqueListener b = noting(told, "B");
        bench.resque.listen(a);
        bench.resque.listen(b);
        bench.resque.listen(a);
        trigger(bench);
        bench.same("s", bench.recorded.get("returned", "s"), bench.resque.stopListening(a));
        trigger(bench);
        bench.same("unk", bench.recorded.get("returned", "unk"), bench.resque.stopListening(noting(told, "absent")));
        told.add("--");
        trigger(bench);
        bench.resque.stopListening(b);
        bench.resque.stopListening(a);
        told.add("==");
        trigger(bench);
        bench.same("output", bench.recorded.get("stdout"), told);
        for (String own : List.of("yargs", "zargs")) {
            assertThat(bench.recorded.get("returned", own)).isNotNull();
            bench.differs("no " + own);
        }
    }

    private static ResqueListener noting(List<String> told, String name) {
        return new ResqueListener() {
            @Override
            public void beforeDequeue(String queue, List<JobMatch> matches) {
                told.add(name);
            }
        };
    }

    private static void trigger(Bench bench) {
        bench.resque.dequeue("q", JobMatch.of("X"));
    }
}
