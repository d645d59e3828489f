package io.resque.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * No job with a retry policy is lost, whatever dies, although the process that recovers dead workers knows none of the jobs. A job is done
 * twice only if its process was killed between the end of the job and the settle. Some of the jobs are unique, and some have a limit.
 */
class RetryChaosTest {
    /** What may be left in Redis. */
    private static final String LEFT =
            "resque:(queues|stat:.*|job:.*|java:(policies:.*|slots:.*|schedulers|(schedule|limits)_look|deaths)"
                    + "|pruning_dead_workers_in_progress)";

    /** The keys that may be left because they expire, and after how many seconds at most, as docs/retry.md and docs/limits.md say. */
    private static final Map<String, Long> EXPIRE = Map.of(
            "resque:java:policies:.*",
            Duration.ofDays(7).toSeconds(),
            "resque:java:slots:.*",
            WorkerMain.LIVES.plus(WorkerMain.HEARTBEAT.multipliedBy(2)).toSeconds() + 1);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void noJobIsLostAndNoKeyIsLeft() throws Exception {
        WorkerKind[] kinds = ChaosSettings.LONG
                ? WorkerKind.values()
                : new WorkerKind[] {WorkerKind.JEDIS_THREADS, WorkerKind.LETTUCE_THREADS};
        try (ChaosRun run = new ChaosRun(ChaosSettings.ofRetries(), folder)) {
            Audit audit = run.run(WorkerMain.RETRY, List.of(), kinds);
            int killedAfterTheEnd = killedAfterTheEnd();
            Map<String, Long> keys = run.keys();
            System.out.println("chaos retry: " + audit.doubled() + " done more than once, all " + killedAfterTheEnd
                    + " ends before the last in processes that were killed; keys that are left, with their seconds to live: "
                    + keys);
            assertThat(audit.lost()).as("lost").isZero();
            assertThat(audit.failed() + audit.both() + audit.recordedTwice())
                    .as("failed, though the policy allows a hundred retries")
                    .isZero();
            assertThat(audit.odd()).as("things that must never happen").isEmpty();
            assertThat(audit.done() + audit.doubled()).isGreaterThanOrEqualTo(audit.jobs());
            assertThat(keys.keySet())
                    .as(
                            "no lock, no list of a limit, no counter and no mirrored key is left, since all jobs have ended")
                    .allMatch(key -> key.matches(LEFT));
            EXPIRE.forEach((name, most) -> keys.forEach((key, seconds) -> {
                if (key.matches(name)) {
                    assertThat(seconds).as("%s must expire", key).isBetween(0L, most);
                }
            }));
        }
    }

    /** The number of ends of jobs that had another end; each was in a process that was killed. */
    private int killedAfterTheEnd() {
        Map<Long, Integer> ends = new HashMap<>();
        Map<Long, Integer> inKilled = new HashMap<>();
        Journal.read(folder, Journal.DONE, (owner, number) -> {
            ends.merge(number, 1, Integer::sum);
            if (WorkerJvm.KILLED.contains(Long.parseLong(owner))) {
                inKilled.merge(number, 1, Integer::sum);
            }
        });
        int again = 0;
        for (Map.Entry<Long, Integer> end : ends.entrySet()) {
            int more = end.getValue() - 1;
            again += more;
            assertThat(inKilled.getOrDefault(end.getKey(), 0))
                    .as("job %s was done %d times, so %d of its processes were killed", end.getKey(), more + 1, more)
                    .isGreaterThanOrEqualTo(more);
        }
        return again;
    }
}
