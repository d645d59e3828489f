package io.resque.core;

import static io.resque.core.CoreRedis.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.resque.api.Counters;
import io.resque.api.Finding;
import io.resque.api.JobSpec;
import io.resque.api.JobState;
import io.resque.api.Language;
import io.resque.api.QueuedJob;
import io.resque.api.Unique;
import io.resque.api.UniqueLock;
import io.resque.api.WorkerInfo;
import io.resque.tck.WireRule;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@WireRule("W-551")
class InspectorTest {
    private final CoreRedis redis = new CoreRedis();
    private final Resque resque = redis.builder().build();
    private final Inspector inspector = resque.inspector();

    @AfterEach
    void close() {
        resque.close();
        redis.clear();
    }

    private void worker(String id, String record, String started, String heartbeat) {
        CLIENT.call("SADD", redis.key("workers"), id);
        set("worker:" + id, record);
        set("worker:" + id + ":started", started);
        if (heartbeat != null) {
            CLIENT.call("HSET", redis.key("workers:heartbeat"), id, heartbeat);
        }
    }

    private void set(String key, String value) {
        if (value != null) {
            CLIENT.call("SET", redis.key(key), value);
        }
    }

    private WorkerInfo only() {
        Map<String, Object> before = redis.dump();
        List<WorkerInfo> workers = inspector.workers();
        assertThat(workers).hasSize(1);
        assertThat(inspector.counters(workers)).isEqualTo(inspector.counters());
        assertThat(inspector.worker(workers.get(0).id()))
                .get()
                .usingRecursiveComparison()
                .ignoringFields("silence") // it grows
                .isEqualTo(workers.get(0));
        inspector.counters();
        assertThat(redis.dump()).as("looking writes nothing").isEqualTo(before);
        return workers.get(0);
    }

    @Test
    void queuesAndTheirJobs() {
        resque.enqueue("low", "J", 1, "x");
        String token = resque.enqueueTracked("high", "T", Map.of("a", 1)).orElseThrow();
        CLIENT.call("SADD", redis.key("queues"), "empty", "no list");
        set("queue:no list", "text");
        CLIENT.call("RPUSH", redis.key("queue:low"), "no json", "{\"class\":7,\"args\":{\"a\":1}}", "", "[]");
        CLIENT.call("RPUSH", redis.key("queue:low"), new byte[] {(byte) 0xff});
        Map<String, Object> before = redis.dump();

        assertThat(inspector.queues())
                .containsExactly(
                        Map.entry("empty", 0L), Map.entry("high", 1L), Map.entry("low", 6L), Map.entry("no list", 0L));
        List<QueuedJob> low = inspector.peek("low", 0, 10);
        assertThat(low).hasSize(6);
        assertThat(low.get(0).jobClass()).isEqualTo("J");
        assertThat(low.get(0).args()).containsExactly(1L, "x");
        assertThat(low.get(0).id()).isEmpty();
        assertThat(low.get(0).raw()).asString().isEqualTo("{\"class\":\"J\",\"args\":[1,\"x\"]}");
        assertThat(low.get(1).jobClass()).isEmpty();
        assertThat(low.get(1).raw()).asString().isEqualTo("no json");
        assertThat(low.get(2).args()).isEqualTo(List.of(List.of("a", 1L)));
        assertThat(low.get(5).raw()).containsExactly(0xff);
        assertThat(inspector.peek("low", 1, 1)).containsExactly(low.get(1));
        assertThat(inspector.peek("low", 6, 1)).isEmpty();
        assertThat(inspector.peek("unknown", 0, 10)).isEmpty();
        assertThat(inspector.peek("high", 0, 1).get(0).token()).contains(token);
        assertThat(resque.status(token).orElseThrow().state()).isEqualTo(JobState.WAITING);
        assertThat(inspector.counters()).isEqualTo(new Counters(0, 0, 7, 0, 0, 0));
        assertThat(low.get(0).toString()).contains("J of low").doesNotContain("x\"");
        assertThat(redis.dump()).as("looking writes nothing").isEqualTo(before);
        assertThatThrownBy(() -> inspector.peek("low", -1, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void locksAreReadInParts() {
        for (int i = 0; i < 2_500; i++) {
            resque.enqueue("q", JobSpec.of("A", i).withUnique(Unique.untilDone(Duration.ofMinutes(5))));
        }
        Set<UniqueLock> found = new HashSet<>();
        LocksFound part = inspector.locks("", 10);
        assertThat(part.locks().size()).isBetween(10, 2_400);
        found.addAll(part.locks());
        while (part.next().isPresent()) {
            part = inspector.locks(part.next().get(), 10);
            found.addAll(part.locks());
        }
        assertThat(found).containsExactlyInAnyOrderElementsOf(inspector.locks()).hasSize(2_500);
        assertThatThrownBy(() -> inspector.locks("", 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> inspector.locks("x", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("pass the next of an earlier part");
    }

    @Test
    void workersAreShownInPages() {
        for (int i = 10; i < 35; i++) {
            worker("h:" + i + ":q", null, "1795362201", null);
        }
        CLIENT.call("HSET", redis.key("workers:heartbeat"), "left", "2026-01-01T00:00:00Z");
        List<WorkerInfo> all = new ArrayList<>();
        WorkerPage page = inspector.workers("", 10);
        assertThat(page.workers()).hasSize(10).allMatch(worker -> worker.language() == Language.NODE);
        assertThat(page.of()).isEqualTo(26);
        while (page.next().isPresent()) {
            all.addAll(page.workers());
            page = inspector.workers(page.next().get(), 10);
        }
        all.addAll(page.workers());
        assertThat(all).extracting(WorkerInfo::id).hasSize(26).isSorted().endsWith("left");
        assertThat(inspector.workers("left", 10)).isEqualTo(new WorkerPage(List.of(), 26, Optional.empty()));
        assertThatThrownBy(() -> inspector.workers("", 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aWorkerOfOursWhileItWorksAndWhileItWaits() throws Exception {
        CountDownLatch working = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        resque.enqueue("q", "Waiting", 1.0, "é");
        Worker worker = resque.workerBuilder("q", "r")
                .register("Waiting", () -> context -> {
                    working.countDown();
                    end.await();
                })
                .start();
        working.await();
        WorkerInfo busy = only();
        assertThat(busy.id()).isEqualTo(worker.ids().get(0));
        assertThat(busy.pid()).isEqualTo(Long.toString(ProcessHandle.current().pid()));
        assertThat(busy.host()).isNotEmpty();
        assertThat(busy.queues()).containsExactly("q", "r");
        assertThat(busy.isOurs()).isTrue();
        assertThat(busy.attributes()).containsKey("host");
        assertThat(busy.state()).isEqualTo(WorkerInfo.State.WORKING);
        assertThat(busy.job().orElseThrow().raw()).asString().isEqualTo("{\"class\":\"Waiting\",\"args\":[1.0,\"é\"]}");
        assertThat(busy.job().orElseThrow().queue()).isEqualTo("q");
        assertThat(busy.runAt()).isPresent();
        assertThat(busy.startedAt()).isPresent();
        assertThat(busy.heartbeatAt()).isPresent();
        assertThat(inspector.counters()).isEqualTo(new Counters(0, 0, 0, 1, 1, 0));
        end.countDown();
        await().until(() -> inspector.counters().processed() == 1);
        WorkerInfo idle = only();
        assertThat(idle.state()).isEqualTo(WorkerInfo.State.IDLE);
        assertThat(idle.job()).isEmpty();
        assertThat(idle.runAt()).isEmpty();
        assertThat(idle.processed()).isEqualTo(1);
        assertThat(idle.failed()).isZero();
        worker.close();
        assertThat(inspector.workers()).isEmpty();
        assertThat(inspector.worker(idle.id())).isEmpty();
    }

    @Test
    void aWorkerOfRuby() {
        worker(
                "vm:7:high,low",
                "{\"queue\":\"high\",\"run_at\":\"2026-11-22T15:35:23Z\",\"payload\":{\"class\":\"J\",\"args\":[1],\"id\":\"i\"}}",
                "2026-11-22 15:45:24 -0500",
                "2026-11-22T15:45:24-05:00");
        set("stat:processed:vm:7:high,low", "5");
        set("stat:failed:vm:7:high,low", "2");
        WorkerInfo ruby = only();
        assertThat(ruby.host()).isEqualTo("vm");
        assertThat(ruby.pid()).isEqualTo("7");
        assertThat(ruby.queues()).containsExactly("high", "low");
        assertThat(ruby.startedAt()).contains(Instant.parse("2026-11-22T20:45:24Z"));
        assertThat(ruby.heartbeatAt()).contains(Instant.parse("2026-11-22T20:45:24Z"));
        assertThat(ruby.runAt()).contains(Instant.parse("2026-11-22T15:35:23Z"));
        assertThat(ruby.job().orElseThrow().jobClass()).isEqualTo("J");
        assertThat(ruby.job().orElseThrow().id()).contains("i");
        assertThat(ruby.processed()).isEqualTo(5);
        assertThat(ruby.failed()).isEqualTo(2);
        assertThat(ruby.isOurs()).isFalse();
        assertThat(ruby.registered()).isTrue();
    }

    @Test
    void aWorkerOfPhp() {
        worker(
                "vm:7:*",
                "{\"queue\":\"q\",\"run_at\":\"Sun Nov 22 15:36:45 IST 2026\",\"payload\":{\"class\":\"A\\\\B\",\"args\":[{\"n\":1}],"
                        + "\"id\":\"i\",\"prefix\":\"p\"}}",
                "Sun Nov 22 15:35:04 UTC 2026",
                null);
        WorkerInfo php = only();
        assertThat(php.queues()).containsExactly("*");
        assertThat(php.startedAt()).contains(Instant.parse("2026-11-22T15:35:04Z"));
        assertThat(php.runAt()).as("nobody knows which zone IST means").isEmpty();
        assertThat(php.heartbeatAt()).isEmpty();
        assertThat(php.job().orElseThrow().jobClass()).isEqualTo("A\\B");
        assertThat(php.job().orElseThrow().token()).contains("p_i");
    }

    @Test
    void aWorkerOfNode() {
        worker(
                "vm:7+1:math",
                "{\"run_at\":\"Sun Nov 22 2026 15:43:17 GMT+0000 (Coordinated Universal Time)\",\"worker\":\"vm:7+1\","
                        + "\"payload\":{\"class\":\"add\",\"queue\":\"math\",\"args\":[1,2]},\"queue\":\"math\"}",
                "1795361599",
                null);
        WorkerInfo node = only();
        assertThat(node.pid()).isEqualTo("7+1");
        assertThat(node.startedAt()).contains(Instant.ofEpochSecond(1795361599));
        assertThat(node.runAt()).contains(Instant.parse("2026-11-22T15:43:17Z"));
        assertThat(node.job().orElseThrow().args()).containsExactly(1L, 2L);
    }

    @Test
    void whateverElseStandsThere() {
        worker("bogus", null, "x", "2026-11-22T15:35:23Z");
        worker("vm:7:", "not json", null, "1795361599");
        worker("", "[]", "", "garbage");
        worker("elsewhere:9:zzz", "{\"payload\":\"text\",\"queue\":[]}", null, "2026-11-22T15:35:23.999999999Z");
        CLIENT.call("RPUSH", redis.key("worker:list:1:q"), "a list");
        CLIENT.call("SADD", redis.key("workers"), "list:1:q");
        CLIENT.call("HSET", redis.key("workers:heartbeat"), "a:b:c:d", "only a heartbeat");
        set("stat:processed:bogus", "many");
        set("stat:failed", "none");
        set("stat:processed", "3");
        Map<String, Object> before = redis.dump();
        List<WorkerInfo> workers = inspector.workers();
        assertThat(workers)
                .extracting(WorkerInfo::id)
                .containsExactly("", "a:b:c:d", "bogus", "elsewhere:9:zzz", "list:1:q", "vm:7:");
        assertThat(workers).extracting(WorkerInfo::host).containsExactly("", "a", "", "elsewhere", "list", "vm");
        assertThat(workers).extracting(WorkerInfo::registered).containsExactly(true, false, true, true, true, true);
        assertThat(workers.get(1).queues()).containsExactly("c:d");
        assertThat(workers.get(2).startedAtText()).isEqualTo("x");
        assertThat(workers.get(2).processed()).isZero();
        assertThat(workers.get(5).queues()).isEmpty();
        assertThat(workers.get(5).state()).isEqualTo(WorkerInfo.State.WORKING);
        assertThat(workers.get(5).job().orElseThrow().raw()).asString().isEqualTo("not json");
        assertThat(workers.get(5).heartbeatAt()).contains(Instant.ofEpochSecond(1795361599));
        assertThat(workers.get(0).heartbeatAt()).isEmpty();
        assertThat(workers.get(3).job().orElseThrow().jobClass()).isEmpty();
        assertThat(inspector.worker("bogus")).contains(workers.get(2));
        assertThat(inspector.worker("nobody:1:q")).isEmpty();
        assertThat(inspector.counters()).isEqualTo(new Counters(3, 0, 0, 5, 3, 0));
        assertThat(redis.dump()).as("looking writes nothing").isEqualTo(before);
    }

    @Test
    void manyWorkersAndThePause() {
        IntStream.range(0, 450).forEach(i -> CLIENT.call("SADD", redis.key("workers"), "h:" + i + ":q"));
        set("stat:processed:h:449:q", "9");
        assertThat(inspector.workers()).hasSize(450);
        assertThat(inspector.worker("h:449:q").orElseThrow().processed()).isEqualTo(9);
        assertThat(inspector.counters().workers()).isEqualTo(450);
        assertThat(inspector.pausedAll()).isFalse();
        set("pause-all-workers", " True ");
        assertThat(inspector.pausedAll()).isTrue();
        assertThat(inspector.workers()).extracting(WorkerInfo::state).containsOnly(WorkerInfo.State.PAUSED);
        CLIENT.call("RPUSH", redis.key("failed"), "{}");
        assertThat(resque.failures().count()).isEqualTo(1);
        assertThat(inspector.counters().failures()).isEqualTo(1);
    }

    @Test
    void aWorkerThatIsPausedItselfAndOneThatIsNot() {
        try (Worker paused = resque.workerBuilder("a")
                        .register("Any", () -> job -> {})
                        .start();
                Worker other = resque.workerBuilder("b")
                        .register("Any", () -> job -> {})
                        .start()) {
            paused.pause();
            assertThat(inspector.worker(paused.ids().get(0)).orElseThrow().state())
                    .isEqualTo(WorkerInfo.State.PAUSED);
            assertThat(inspector.worker(other.ids().get(0)).orElseThrow().state())
                    .isEqualTo(WorkerInfo.State.IDLE);
            paused.resume();
            assertThat(inspector.worker(paused.ids().get(0)).orElseThrow().state())
                    .isEqualTo(WorkerInfo.State.IDLE);
        }
    }

    @Test
    void looksBehindTheEndOfAQueue() {
        resque.enqueue("q", "A");
        assertThat(inspector.peek("q", Long.MAX_VALUE, 5)).isEmpty();
        assertThat(inspector.peek("q", 0, Integer.MAX_VALUE)).hasSize(1);
        assertThatThrownBy(() -> inspector.peek("q", -1, 5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("offset and limit must not be negative, were -1, 5");
    }

    /** Jesque's and goworker2's, as they write them. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PAUSED|{\"queue\":null,\"payload\":null,\"paused\":true,\"run_at\":\"2026-11-29T08:34:18.306+0000\"}",
                "IDLE|{\"queue\":null,\"payload\":null,\"paused\":false,\"run_at\":\"2026-11-29T08:34:18.306+0000\"}",
                "IDLE|{\"ID\":\"0a1b\",\"Hostname\":\"h\",\"Pid\":7,\"Queues\":[\"q\"],\"Started\":\"2026-11-29T08:34:18Z\"}",
                "IDLE|{}"
            })
    @WireRule("W-463")
    void aRecordWithoutAPayloadHoldsNoJob(WorkerInfo.State state, String record) {
        worker("elsewhere:7-0:q", record, null, null);
        WorkerInfo worker = only();
        assertThat(worker.state()).isEqualTo(state);
        assertThat(worker.job()).isEmpty();
        assertThat(worker.runAt()).isEmpty();
        assertThat(inspector.counters().working()).isZero();
        assertThat(inspector.counters().workers()).isEqualTo(1);
    }

    @Test
    @WireRule("W-463")
    void aRecordThatNobodyCanReadMayHoldAJob() {
        worker("elsewhere:7:q", "{not json", null, null);
        assertThat(only().state()).isEqualTo(WorkerInfo.State.WORKING);
        assertThat(inspector.counters().working()).isEqualTo(1);
    }

    @Test
    void diagnoseReturnsFactsAndFaultsAndWritesNothing() {
        worker("elsewhere:1:q", null, null, "2020-01-01T00:00:00+00:00");
        CLIENT.call("SADD", redis.key("queues"), "q");
        CLIENT.call("RPUSH", redis.key("queue:q"), "{\"class\":\"J\",\"args\":[]}", "no job");
        set("failed_queues", "somebody's");
        resque.enqueueTracked("lost", "J");
        CLIENT.call("DEL", redis.key("queue:lost"));
        Map<String, Object> before = redis.dump();
        List<Finding> findings = inspector.diagnose(Duration.ofMinutes(1));
        assertThat(redis.dump()).isEqualTo(before);
        assertThat(findings)
                .extracting(Finding::check)
                .isSorted()
                .contains(Finding.Check.CONNECTION, Finding.Check.VERSION, Finding.Check.PAUSE, Finding.Check.STATUSES);
        assertThat(findings)
                .filteredOn(finding -> finding.severity() == Finding.Severity.WRONG)
                .filteredOn(finding -> finding.check() != Finding.Check.MEMORY)
                .extracting(finding -> finding.check() + " " + finding.text().replaceAll("\\b\\d{3,}\\b", "N"))
                .containsExactly(
                        "worker elsewhere:1:q had its last heartbeat N s ago: it is dead; recover it: resque workers --prune,"
                                + " or Resque.recoverDeadWorkers",
                        "queue q: 2 jobs, of the first 2 nobody can read 1; no worker takes jobs from this queue: start one, or"
                                + " add the queue to the list of a worker",
                        "key " + redis.key("failed_queues") + " is a string, not a set: not a key of this kind; it is"
                                + " left alone, and counts as empty");
        assertThat(inspector.keyFindings()).singleElement().isEqualTo(findings.get(findings.size() - 1));
        assertThatThrownBy(() -> inspector.diagnose(Duration.ofSeconds(59)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least a minute");
    }

    private List<String> ofQueues() {
        return inspector.diagnose(Duration.ofHours(1)).stream()
                .filter(finding -> finding.check() == Finding.Check.QUEUE)
                .map(finding -> (finding.isFine() ? "ok " : "!! ") + finding.text())
                .toList();
    }

    @Test
    void diagnoseTellsOfQueuesThatNobodyWorksAndOfWorkersWithoutAQueue() {
        String left = "; no worker takes jobs from this queue: start one, or add the queue to the list of a worker";
        resque.enqueue("mail", "J");
        assertThat(ofQueues()).containsExactly("!! mail: 1 job" + left);
        try (Worker worker = resque.workerBuilder("mial", "later")
                .register("J", () -> context -> {})
                .concurrency(2)
                .start()) {
            assertThat(inspector.workers())
                    .as("the second thread has thread-2 in its id, which is no queue")
                    .hasSize(2)
                    .extracting(WorkerInfo::queues)
                    .containsOnly(List.of("mial", "later"));
            assertThat(ofQueues())
                    .containsExactly(
                            "!! mail: 1 job" + left,
                            "!! mial: there is no such queue, and "
                                    + worker.ids().get(0)
                                    + " takes jobs from it; is mail meant, whose jobs no worker takes?",
                            "ok a worker takes jobs from a queue that does not exist yet: later");
        }
        worker("elsewhere:1:mail", null, null, "2020-01-01T00:00:00+00:00");
        assertThat(ofQueues()).as("a dead worker").containsExactly("!! mail: 1 job" + left);
        worker(
                "elsewhere:2:m*",
                null,
                null,
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        assertThat(ofQueues()).containsExactly("ok mail: 1 job");
    }

    @Test
    void diagnoseRemovesLostStatusesWhereItIsAsked() {
        String token = resque.enqueueTracked("lost", "J").orElseThrow();
        CLIENT.call("DEL", redis.key("queue:lost"));
        set("job:" + token + ":status", "{\"status\":1,\"updated\":1,\"started\":1,\"result\":null}");
        assertThat(inspector.diagnose())
                .extracting(Finding::text)
                .contains(
                        "1 of jobs that are in no queue and that no worker has; resque doctor --remove-lost-statuses, or"
                                + " Resque.removeLostStatuses, removes them: " + token);
        assertThat(resque.repair(Duration.ofHours(1)))
                .extracting(Finding::text)
                .contains("1 of jobs that are in no queue and that no worker has were removed: " + token);
        assertThat(resque.status(token)).isEmpty();
    }

    @Test
    void whetherAWorkerLivesIsToldByTheClockOfRedis() {
        worker("elsewhere:1:q", null, null, "2020-01-01T00:00:00+00:00");
        WorkerInfo dead = only();
        assertThat(dead.life()).isEqualTo(WorkerInfo.Life.DEAD);
        assertThat(dead.silence().orElseThrow()).isGreaterThan(Duration.ofDays(365));
        CLIENT.call("HSET", redis.key("workers:heartbeat"), "elsewhere:1:q", "2999-01-01T00:00:00+00:00");
        assertThat(only().life()).isEqualTo(WorkerInfo.Life.ALIVE);
        assertThat(only().silence().orElseThrow()).isNegative();
        CLIENT.call("DEL", redis.key("workers:heartbeat"));
        assertThat(only().life()).isEqualTo(WorkerInfo.Life.UNKNOWN);
        assertThat(only().silence()).isEmpty();
    }
}
