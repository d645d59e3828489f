package io.resque.core.internal.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.Finding;
import io.resque.api.Finding.Check;
import io.resque.api.Finding.Severity;
import io.resque.api.Language;
import io.resque.api.QueuedJob;
import io.resque.api.WorkerInfo;
import io.resque.api.WorkerInfo.Life;
import io.resque.core.internal.status.LostStatusSearch.Found;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FindingsTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private static WorkerInfo worker(Life life, Instant heartbeat, Duration silence) {
        return new WorkerInfo(
                "h:1:q",
                "h",
                "1",
                List.of("q"),
                true,
                "",
                Optional.empty(),
                Optional.ofNullable(heartbeat),
                Optional.ofNullable(silence),
                life,
                Optional.<QueuedJob>empty(),
                Optional.empty(),
                false,
                0,
                0,
                Map.of());
    }

    private static Finding only(List<Finding> findings, Check check) {
        List<Finding> found =
                findings.stream().filter(each -> each.check() == check).toList();
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    @ParameterizedTest
    @CsvSource({"6.2.0", "6.10.1", "7.0.15", "10.0.0", "unknown"})
    void aVersionThatWakesWorkersIsJustNamed(String version) {
        assertThat(only(Findings.server(Map.of("redis_version", version)), Check.VERSION))
                .isEqualTo(Findings.fine(Check.VERSION, version));
    }

    @ParameterizedTest
    @CsvSource({"6.0.16, false", "6.1.240, false", "5.0.14, true"})
    void beforeBlmoveItSaysHowOftenAnIdleWorkerLooks(String version, boolean withManyQueues) {
        Finding finding = only(Findings.server(Map.of("redis_version", version)), Check.VERSION);
        assertThat(finding.isFine()).isTrue();
        assertThat(finding.text())
                .startsWith(version + ": without BLMOVE")
                .contains("up to 16 queues", "10 ms after its last job", "down to once a second");
        assertThat(finding.text().endsWith("a worker of more queues, once a second"))
                .isEqualTo(withManyQueues);
    }

    @Test
    void anEvictionPolicyIsWrongAndAReplicaIsHopeless() {
        List<Finding> findings = Findings.server(Map.of("maxmemory_policy", "allkeys-lru", "role", "slave"));
        assertThat(only(findings, Check.MEMORY).severity()).isEqualTo(Severity.WRONG);
        assertThat(only(findings, Check.ROLE).severity()).isEqualTo(Severity.HOPELESS);
        assertThat(only(findings, Check.PERSISTENCE).text()).startsWith("no append-only file");
        findings = Findings.server(Map.of("role", "master", "aof_enabled", "1"));
        assertThat(findings).allMatch(Finding::isFine).hasSize(3);
        assertThat(only(findings, Check.PERSISTENCE).text()).isEqualTo("append-only file");
    }

    @Test
    void aDeadWorkerIsWrongAndAWorkerWithoutAHeartbeatIsNot() {
        List<Finding> findings = Findings.workers(
                List.of(
                        worker(Life.DEAD, NOW.minusSeconds(400), Duration.ofSeconds(400)),
                        worker(Life.UNKNOWN, null, null),
                        worker(Life.ALIVE, NOW.minusSeconds(1), Duration.ofSeconds(1))),
                Map.of(),
                NOW);
        assertThat(findings)
                .containsExactly(
                        Findings.wrong(
                                Check.WORKER,
                                "h:1:q had its last heartbeat 400 s ago: it is dead; recover it: resque workers --prune,"
                                        + " or Resque.recoverDeadWorkers"),
                        Findings.fine(
                                Check.WORKER,
                                "h:1:q writes no heartbeat, as PHP's workers: whether it lives cannot be told; if its process has"
                                        + " ended, remove it: resque remove, or Resque.registeredWorkers().remove"),
                        Findings.fine(Check.WORKERS, "3"));
    }

    @Test
    void aHeartbeatThatIsNoTimeIsShown() {
        List<Finding> findings =
                Findings.workers(List.of(worker(Life.UNKNOWN, null, null)), Map.of("h:1:q", "soon\n"), NOW);
        assertThat(only(findings, Check.WORKER).text())
                .startsWith(
                        "h:1:q has the heartbeat \"soon\\n\", which is no time that can be read: whether it lives cannot be"
                                + " told; if its process has ended");
    }

    @Test
    void aWorkerThatMayBeDeadIsNamedWithItsJobAndSinceWhenItHasIt() {
        QueuedJob job = new QueuedJob(
                "mail",
                "Mail",
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                Language.UNKNOWN,
                new byte[0]);
        WorkerInfo worker = new WorkerInfo(
                "h:1:mail",
                "h",
                "1",
                List.of("mail"),
                true,
                "",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Life.UNKNOWN,
                Optional.of(job),
                Optional.of(NOW),
                false,
                0,
                0,
                Map.of());
        assertThat(only(Findings.workers(List.of(worker), Map.of(), NOW), Check.WORKER)
                        .text())
                .isEqualTo(
                        "h:1:mail writes no heartbeat, as PHP's workers: whether it lives cannot be told, and it has held the"
                                + " job Mail of mail since 2026-01-02T03:04:05Z; if its process has ended, remove it: resque remove, or"
                                + " Resque.registeredWorkers().remove");
    }

    @ParameterizedTest
    @CsvSource({"60, ", "-60, ", "61, 61 s ahead of", "-61, 61 s behind"})
    void theClockIsComparedWithThatOfRedis(int ahead, String text) {
        WorkerInfo beat = worker(Life.ALIVE, NOW.minusSeconds(10), Duration.ofSeconds(10));
        List<Finding> findings = Findings.workers(List.of(beat), Map.of(), NOW.plusSeconds(ahead));
        if (text == null) {
            assertThat(findings).extracting(Finding::check).doesNotContain(Check.CLOCK);
        } else {
            assertThat(only(findings, Check.CLOCK))
                    .isEqualTo(Findings.wrong(Check.CLOCK, "this machine's clock is " + text + " that of Redis"));
        }
    }

    @Test
    void aPauseOfAllIsNamedWithItsEnd() {
        assertThat(Findings.pause(true))
                .isEqualTo(Findings.wrong(
                        Check.PAUSE,
                        "all workers are told to pause; resque resume --all, or Resque.resumeAll, ends that"));
        assertThat(Findings.pause(false).isFine()).isTrue();
    }

    @Test
    void lostStatusesAreWrongUntilTheyAreRemoved() {
        Found lost = new Found(List.of("a", "b", "c", "d"), 9, "it took too long");
        assertThat(Findings.statuses(lost, false))
                .isEqualTo(Findings.wrong(
                        Check.STATUSES,
                        "4 of jobs that are in no queue and that no worker has; resque doctor --remove-lost-statuses, or"
                                + " Resque.removeLostStatuses, removes them: a, b, c, … (it took too long)"));
        assertThat(Findings.statuses(lost, true).isFine()).isTrue();
        assertThat(Findings.statuses(new Found(List.of(), 0, ""), false))
                .isEqualTo(Findings.fine(Check.STATUSES, "0 of jobs that are in no queue and that no worker has"));
    }

    @Test
    void payloadsFailuresPauseAndForeignKeys() {
        assertThat(Findings.queue("q", 4, 4, 0, true, false)).isEqualTo(Findings.fine(Check.QUEUE, "q: 4 jobs"));
        assertThat(Findings.queue("q", 0, 0, 0, false, false)).isEqualTo(Findings.fine(Check.QUEUE, "q: 0 jobs"));
        assertThat(Findings.queue("q", 4, 3, 2, true, false))
                .isEqualTo(Findings.wrong(Check.QUEUE, "q: 4 jobs, of the first 3 nobody can read 2"));
        assertThat(Findings.queue("q", 4, 3, 2, false, false))
                .isEqualTo(Findings.wrong(
                        Check.QUEUE,
                        "q: 4 jobs, of the first 3 nobody can read 2; no worker takes jobs from this queue: start one, or add the"
                                + " queue to the list of a worker"));
        assertThat(Findings.queue("q", 1, 1, 0, true, true))
                .isEqualTo(Findings.wrong(
                        Check.QUEUE,
                        "q: 1 job; it is paused, so workers of Java take no job from it; resque resume q, or"
                                + " Resque.resumeQueue, ends that"));
        assertThat(Findings.failures(0).isFine()).isTrue();
        assertThat(Findings.failures(1).isFine()).isFalse();
        assertThat(Findings.pause(true).isFine()).isFalse();
        assertThat(Findings.pause(false)).isEqualTo(Findings.fine(Check.PAUSE, "no"));
        assertThat(Findings.foreignKey("resque:failed", "string").text())
                .isEqualTo("resque:failed string: not a key of this kind; it is left alone, and counts as empty");
        assertThat(Findings.foreignKey("k", "string").isFine()).isFalse();
        assertThat(Findings.oversize(2).isFine()).isFalse();
        assertThat(Findings.connection(Duration.ofNanos(1_999)).text()).isEqualTo("Redis answers in 1 µs");
    }
}
