package io.resque.activejob;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.JobEnd;
import io.resque.api.JobInfo;
import io.resque.api.JobSpec;
import io.resque.api.ResqueListener;
import io.resque.api.Retry;
import io.resque.core.Resque;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Job hashes that nobody has written so: each ends as a completed, retried or failed job, and the worker goes on. */
@Timeout(600)
class FuzzedHashesTest {
    /** {@code -Dfuzz=1000000} tries a million. */
    private static final int JOBS = Integer.getInteger("fuzz", 10_000);

    private static final int PAGE = 5_000;

    private static final List<String> MEMBERS = List.of(
            "job_class",
            "job_id",
            "queue_name",
            "arguments",
            "executions",
            "exception_executions",
            "locale",
            "timezone",
            "enqueued_at",
            "scheduled_at",
            "continuation",
            "resumptions",
            "java_put_back",
            "priority",
            "_aj_serialized");

    private final Random random = new Random(42);
    private final Map<JobEnd.Kind, Integer> ends = new EnumMap<>(JobEnd.Kind.class);

    @Test
    void noHashKillsAWorker() {
        try (Resque resque =
                Resque.builder().url("memory:fuzzed").serializer("gson").build()) {
            resque.listen(new ResqueListener() {
                @Override
                public void jobEnded(String worker, JobInfo job, JobEnd end) {
                    ends.merge(end.kind(), 1, Integer::sum);
                }
            });
            for (int done = 0; done < JOBS; done += PAGE) {
                List<JobSpec> jobs = new ArrayList<>();
                for (int i = 0; i < Math.min(PAGE, JOBS - done); i++) {
                    jobs.add(new JobSpec(
                            random.nextInt(20) == 0 ? "::" + ActiveJobs.WRAPPER : ActiveJobs.WRAPPER, args()));
                }
                resque.enqueueAll("default", jobs);
                resque.workerBuilder("default").module(handlers()).drain();
                resque.failures().clear();
                resque.inspector().queues().keySet().forEach(resque::clearQueue);
            }
        }
        System.out.println("fuzzed hashes: " + JOBS + ", " + ends);
        assertThat(ends.values().stream().mapToInt(Integer::intValue).sum()).isGreaterThanOrEqualTo(JOBS);
        assertThat(ends).containsOnlyKeys(JobEnd.Kind.COMPLETED, JobEnd.Kind.FAILED, JobEnd.Kind.RETRIED);
    }

    private static ActiveJobHandlers handlers() {
        return ActiveJobs.handlers()
                .on("A", job -> {
                    job.jobId();
                    job.enqueuedAt();
                    job.scheduledAt();
                    job.timeZone();
                    job.priority();
                    job.exceptionExecutions();
                    job.continuation();
                    job.args().positional().forEach(String::valueOf);
                })
                .on("B", job -> {
                    throw new IllegalStateException("always");
                })
                .retry("B", Retry.limit(2).fixed(Duration.ofHours(1)))
                .putBackOthers(Duration.ofHours(1), 3);
    }

    private List<Object> args() {
        List<Object> args = new ArrayList<>();
        int size = random.nextInt(30) == 0 ? random.nextInt(3) : 1;
        for (int i = 0; i < size; i++) {
            args.add(random.nextInt(30) == 0 ? value(0) : hash());
        }
        return args;
    }

    private Map<String, Object> hash() {
        Map<String, Object> hash = new LinkedHashMap<>(RailsRedis.hash(random.nextBoolean() ? "A" : "B", 1L));
        for (int i = random.nextInt(4); i > 0; i--) {
            String member = MEMBERS.get(random.nextInt(MEMBERS.size()));
            if (random.nextInt(4) == 0) {
                hash.remove(member);
            } else {
                hash.put(member, value(0));
            }
        }
        return hash;
    }

    private Object value(int depth) {
        return switch (random.nextInt(depth > 4 ? 8 : 12)) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> random.nextLong();
            case 3 -> random.nextGaussian() * Math.pow(10, random.nextInt(40));
            case 4 ->
                List.of(
                                "",
                                "A",
                                "::B",
                                "::",
                                "default",
                                "UTC",
                                "Mars/Base",
                                "2033-05-18T03:33:20Z",
                                "\u2028",
                                "[AppError]")
                        .get(random.nextInt(10));
            case 5 -> Long.toString(random.nextLong(), 36);
            case 6 -> (long) random.nextInt(5);
            case 7 -> -1L - random.nextInt(9);
            case 8, 9 -> {
                List<Object> list = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    list.add(value(depth + 1));
                }
                yield list;
            }
            default -> {
                Map<String, Object> map = new LinkedHashMap<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    map.put(
                            List.of(
                                            "_aj_serialized",
                                            "_aj_globalid",
                                            "_aj_symbol_keys",
                                            "_aj_ruby2_keywords",
                                            "value",
                                            "current",
                                            "completed",
                                            "x")
                                    .get(random.nextInt(8)),
                            value(depth + 1));
                }
                yield map;
            }
        };
    }
}
