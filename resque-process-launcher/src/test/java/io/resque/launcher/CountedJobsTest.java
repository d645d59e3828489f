package io.resque.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.api.JobEnd;
import io.resque.api.JobInfo;
import io.resque.api.ResqueListener;
import io.resque.core.Resque;
import io.resque.core.Worker;
import io.resque.core.WorkerBuilder;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A listener counts jobs that end in each way, in threads and in child processes, while workers stop and another program removes one.
 * It hears the end of each job that it heard taken, and the counters in Redis agree with it. {@code -Devents.jobs=10000 -Devents.forked=300}
 * sets the number of jobs, and of jobs with a child process each; the test prints a table.
 */
@Timeout(900)
class CountedJobsTest {
    private static final int JOBS = Integer.getInteger("events.jobs", 1_000);
    private static final int FORKED = Integer.getInteger("events.forked", 30);
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private static final RedisServer SERVER = RedisServer.forTests();

    private final String namespace = SERVER.newNamespace();
    private final RespClient redis = SERVER.client();
    private final Resque resque =
            Resque.builder().url(SERVER.url()).namespace(namespace).build();

    private final LongAdder taken = new LongAdder();
    private final Map<JobEnd.Kind, LongAdder> ended = new ConcurrentHashMap<>();

    @AfterEach
    void close() {
        resque.close();
        redis.deleteKeys(namespace + ":");
        redis.close();
    }

    private final class Counting implements ResqueListener {
        @Override
        public void jobTaken(String worker, JobInfo job) {
            taken.increment();
        }

        @Override
        public void jobEnded(String worker, JobInfo job, JobEnd end) {
            ended.computeIfAbsent(end.kind(), kind -> new LongAdder()).increment();
        }
    }

    private long ended(JobEnd.Kind... kinds) {
        return Arrays.stream(kinds)
                .mapToLong(kind -> ended.getOrDefault(kind, new LongAdder()).sum())
                .sum();
    }

    /**
     * Of a hundred jobs two fail, one is vetoed, one cannot be read, and one ends its process if it has one. Of all jobs four take too
     * long, and one more that must be killed for it.
     */
    private void push(int jobs, boolean forks) {
        List<Object> push = new ArrayList<>(List.of("RPUSH", namespace + ":queue:q"));
        for (int i = 0; i < jobs; i++) {
            push.add(
                    switch (i % 50) {
                        case 7 -> "{\"class\":\"Failing\",\"args\":[" + i + "]}";
                        case 13 -> i % 100 == 13 ? "{\"class\":\"Vetoed\",\"args\":[]}" : "no JSON";
                        case 19 -> i % 100 == 19 && forks ? "{\"class\":\"Dying\",\"args\":[]}" : good(i);
                        case 23 -> i < 200 ? "{\"class\":\"Late\",\"args\":[" + i + "]}" : good(i);
                        case 27 -> i == 27 && forks ? "{\"class\":\"Deaf\",\"args\":[]}" : good(i);
                        default -> good(i);
                    });
        }
        redis.call("SADD", namespace + ":queues", "q");
        redis.call(push.toArray());
    }

    private static String good(int number) {
        return "{\"class\":\"Good\",\"args\":[" + number + "]}";
    }

    private Worker start(int jobsPerFork) {
        WorkerBuilder worker = resque.workerBuilder("q")
                .module(new CountedJobs())
                .concurrency(4)
                .jobTimeout(Duration.ofMillis(1_500))
                .listen(new Counting());
        return (jobsPerFork == 0
                        ? worker
                        : worker.executor(ProcessJobExecutor.builder()
                                .jobsPerFork(jobsPerFork)
                                .build()))
                .start();
    }

    @ParameterizedTest
    @CsvSource({"threads, 0", "jobsPerFork(100), 100", "a child each, 1"})
    void eachJobThatIsTakenEndsAndRedisCountsThoseThatItMustCount(String how, int jobsPerFork) {
        int jobs = jobsPerFork == 1 ? FORKED : JOBS;
        long begun = System.nanoTime();
        push(jobs, jobsPerFork > 0);
        for (int stops = 1; stops <= 3; stops++) {
            Worker worker = start(jobsPerFork);
            long until = jobs * stops / 5L;
            await().atMost(LIMIT).pollInterval(Duration.ofMillis(1)).until(() -> taken.sum() >= until);
            if (stops == 3) {
                removeSession(worker.ids().get(0));
            }
            assertThat(worker.stop(LIMIT)).isTrue();
        }
        try (Worker worker = start(jobsPerFork)) {
            await().atMost(LIMIT).until(() -> resque.inspector().queueSize("q") == 0);
            assertThat(worker.stop(LIMIT)).isTrue();
        }

        long processed = resque.inspector().counters().processed();
        long failed = resque.inspector().counters().failed();
        System.out.printf(
                "Events %-16s %6d jobs, taken %6d, ended %s, processed %6d, failed %4d, %.1f s%n",
                how, jobs, taken.sum(), new TreeMap<>(ended), processed, failed, (System.nanoTime() - begun) / 1e9);
        assertThat(ended(JobEnd.Kind.values())).as("ended").isEqualTo(taken.sum());
        assertThat(processed)
                .isEqualTo(taken.sum() - ended(JobEnd.Kind.LIMITED, JobEnd.Kind.PUT_BACK, JobEnd.Kind.LOST));
        assertThat(failed).isEqualTo(ended(JobEnd.Kind.FAILED, JobEnd.Kind.UNREADABLE));
        assertThat(redis.number("LLEN", namespace + ":failed")).isEqualTo(failed + ended(JobEnd.Kind.DIED));
        assertThat(processed + ended(JobEnd.Kind.LOST)).isEqualTo(jobs);
    }

    /**
     * In one step, as a recovery does it; the job that its loop runs at that moment, if it runs one, is lost. Between two steps the loop
     * could register again and take another job.
     */
    private void removeSession(String id) {
        redis.call(
                "EVAL",
                "redis.call('HDEL', KEYS[1], ARGV[1]); redis.call('DEL', KEYS[2])",
                2,
                namespace + ":java:sessions",
                namespace + ":worker:" + id,
                id);
    }
}
