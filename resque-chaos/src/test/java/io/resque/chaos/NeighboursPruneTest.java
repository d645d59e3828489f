package io.resque.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.core.Resque;
import io.resque.tck.FaultProxy;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import io.resque.tck.WireRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each way in which another program removes a worker, for living and for killed workers of ours, with jobs in threads
 * and in child processes; and where each job is in the end. Here a heartbeat is written each second, and a worker is
 * dead after three.
 */
@Timeout(600)
class NeighboursPruneTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String QUEUE = "work";

    private static final String TITLE =
            "who removes the worker | jobs run in | idle | busy | busy, fails | just ended |"
                    + " killed | keys that are left of the worker";

    private static final String EXPECTED = """
            Ruby, for an old heartbeat | threads | ran | ran + failure of theirs | ran + failure of theirs + failure of ours | ran + failure of theirs | failure of theirs | none
            Ruby, for an old heartbeat | children | ran | ran + failure of theirs | ran + failure of theirs + failure of ours | ran + failure of theirs | failure of theirs | none
            Ruby, for its process table | threads | ran | ran + failure of theirs | ran + failure of theirs + failure of ours | ran + failure of theirs | failure of ours | none
            Ruby, for its process table | children | ran | ran + failure of theirs | ran + failure of theirs + failure of ours | ran + failure of theirs | failure of ours | none
            Ruby's page and its remove | threads | ran | ran + failure of theirs | ran + failure of theirs + failure of ours | ran + failure of theirs | failure of theirs | none
            Ruby's page and its remove | children | ran | ran + failure of theirs | ran + failure of theirs + failure of ours | ran + failure of theirs | failure of theirs | none
            Perl Resque | threads | ran | ran + failure of theirs | ran + failure of theirs + failure of ours | ran + failure of theirs | failure of ours | none
            Perl Resque | children | ran | ran + failure of theirs | ran + failure of theirs + failure of ours | ran + failure of theirs | failure of ours | none
            php-resque, php-resque-ex | threads | ran | ran | ran + failure of ours | ran | failure of ours | none
            php-resque, php-resque-ex | children | ran | ran | ran + failure of ours | ran | failure of ours | none
            pyres | threads | ran | ran | ran + failure of ours | ran | failure of ours | none
            pyres | children | ran | ran | ran + failure of ours | ran | failure of ours | none
            resque-clojure, ending under an id within ours | threads | ran | ran | ran + failure of ours | ran | failure of ours | none
            resque-clojure, ending under an id within ours | children | ran | ran | ran + failure of ours | ran | failure of ours | none
            somebody deletes java:sessions | threads | ran | ran + failure of ours | ran + failure of ours | ran + failure of ours | failure of ours | none
            somebody deletes java:sessions | children | ran | ran + failure of ours | ran + failure of ours | ran + failure of ours | failure of ours | none
            """;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    @WireRule({"W-415", "W-437", "W-439", "W-454"})
    void noJobIsLostAndNoneIsDoneTwice() throws Exception {
        try (RedisServer server = RedisServer.start()) {
            List<Callable<String>> rows = new ArrayList<>();
            for (Pruning pruning : Pruning.values()) {
                for (WorkerKind kind : List.of(WorkerKind.JEDIS_THREADS, WorkerKind.JEDIS_CHILDREN)) {
                    rows.add(() -> new Row(server, pruning, kind).run());
                }
            }
            ExecutorService threads = Executors.newFixedThreadPool(2);
            try {
                StringBuilder table = new StringBuilder();
                for (Future<String> row : threads.invokeAll(rows)) {
                    table.append(row.get()).append('\n');
                }
                System.out.print("Neighbours' prunings, and where each job is in the end:\n" + TITLE + "\n" + table);
                assertThat(table.toString()).isEqualTo(EXPECTED);
            } finally {
                threads.shutdown();
            }
        }
    }

    private final class Row {
        private final RedisServer server;
        private final Pruning pruning;
        private final WorkerKind kind;
        private final String namespace;
        private final Path home;
        private final Map<String, Integer> jobs = new LinkedHashMap<>();

        Row(RedisServer server, Pruning pruning, WorkerKind kind) throws IOException {
            this.server = server;
            this.pruning = pruning;
            this.kind = kind;
            this.namespace = server.newNamespace();
            this.home = Files.createDirectory(folder.resolve(namespace));
        }

        String run() throws IOException {
            try (RespClient redis = server.client();
                    FaultProxy line = FaultProxy.to(server.url())) {
                live(redis, line);
                killed(redis);
                await().atMost(LIMIT)
                        .until(() -> recovered().isEmpty() && idsLeft(redis).isEmpty());
                List<String> cells = new ArrayList<>();
                cells.add(pruning.title);
                cells.add(kind == WorkerKind.JEDIS_CHILDREN ? "children" : "threads");
                jobs.values().forEach(job -> cells.add(place(redis, job)));
                cells.add(keysLeft(redis));
                return String.join(" | ", cells);
            }
        }

        private void live(RespClient redis, FaultProxy line) throws IOException {
            try (WorkerJvm worker = start(line.url() + "?timeout=60s&namespace=" + namespace)) {
                String first = awaitWorker(redis);
                remove(redis);
                ends(redis, "idle", ChaosJobs.WORK);
                for (String busy : List.of("busy", "busy, fails")) {
                    begin(busy, busy.equals("busy") ? ChaosJobs.GATE : ChaosJobs.FAIL);
                    remove(redis);
                    openGate(busy);
                    awaitEnd(redis, busy);
                }
                begin("just ended", ChaosJobs.GATE);
                line.pause();
                openGate("just ended");
                await().atMost(LIMIT).until(() -> ran(jobs.get("just ended")) == 1);
                remove(redis);
                line.resume();
                awaitEnd(redis, "just ended");
                if (pruning != Pruning.SESSIONS) {
                    await().atMost(LIMIT).until(() -> idsLeft(redis).equals(List.of(first)));
                    assertThat(redis.text("GET", namespace + ":stat:processed")).isEqualTo("4");
                    assertThat(redis.text("GET", namespace + ":stat:failed")).isEqualTo("1");
                }
                worker.order("stop");
                worker.awaitEnd();
                if (pruning != Pruning.SESSIONS) {
                    assertThat(idsLeft(redis)).isEmpty();
                    assertThat(keysLeft(redis)).isEqualTo("none");
                }
            }
        }

        private void killed(RespClient redis) throws IOException {
            try (WorkerJvm worker = start(server.url() + "?namespace=" + namespace)) {
                String id = awaitWorker(redis);
                begin("killed", ChaosJobs.GATE);
                worker.kill();
                if (pruning.picks(id)) {
                    pruning.remove(redis, namespace, id);
                }
                recovered();
            }
        }

        private List<String> recovered() {
            try (Resque resque = resque()) {
                return resque.recoverDeadWorkers();
            }
        }

        private Resque resque() {
            return Resque.builder()
                    .url(server.url())
                    .namespace(namespace)
                    .backend("jedis")
                    .serializer("gson")
                    .heartbeatInterval(Duration.ofSeconds(1))
                    .deadAfter(Duration.ofSeconds(3))
                    .build();
        }

        private WorkerJvm start(String url) {
            return WorkerJvm.start("worker", home, List.of(), kind, 1, "fail", url, QUEUE);
        }

        private String awaitWorker(RespClient redis) {
            await().atMost(LIMIT).until(() -> ids(redis).size() == 1);
            return ids(redis).get(0);
        }

        private void remove(RespClient redis) {
            for (String key : redis.keys(namespace + ":worker:*:java")) {
                String id = key.substring((namespace + ":worker:").length(), key.length() - ":java".length());
                pruning.remove(redis, namespace, id);
            }
        }

        private void ends(RespClient redis, String which, String jobClass) {
            enqueue(which, jobClass);
            awaitEnd(redis, which);
        }

        private void begin(String which, String jobClass) {
            enqueue(which, jobClass);
            await().atMost(LIMIT).until(() -> Files.exists(ChaosJobs.begun(home, jobs.get(which))));
        }

        private void enqueue(String which, String jobClass) {
            jobs.put(which, jobs.size() + 1);
            try (Resque resque = resque()) {
                assertThat(resque.enqueue(QUEUE, jobClass, jobs.get(which), 0)).isTrue();
            }
        }

        private void openGate(String which) throws IOException {
            Files.createFile(ChaosJobs.gate(home, jobs.get(which)));
        }

        private void awaitEnd(RespClient redis, String which) {
            int job = jobs.get(which);
            await().atMost(LIMIT)
                    .until(() -> ran(job) > 0
                            && Stream.of("held", "queue").noneMatch(place(redis, job)::contains)
                            && redis.text("GET", namespace + ":stat:processed") != null);
            if (pruning != Pruning.SESSIONS) {
                await().atMost(LIMIT)
                        .until(() -> Integer.toString(job).equals(redis.text("GET", namespace + ":stat:processed")));
            }
        }

        private long ran(int job) {
            List<Long> runs = new ArrayList<>();
            Journal.read(home, Journal.DONE, number -> {
                if (number == job) {
                    runs.add(number);
                }
            });
            return runs.size();
        }

        /** The places where a job is; a place is named as often as the job is there. */
        private String place(RespClient redis, int job) {
            String number = "\"args\":[" + job + ",";
            List<String> found = new ArrayList<>();
            for (long i = ran(job); i > 0; i--) {
                found.add("ran");
            }
            redis.texts("LRANGE", namespace + ":queue:" + QUEUE, 0, -1).stream()
                    .filter(text -> text.contains(number))
                    .forEach(text -> found.add("queue"));
            redis.keys(namespace + ":worker:*").stream()
                    .filter(key -> !key.endsWith(":started") && !key.endsWith(":java"))
                    .map(key -> redis.text("GET", key))
                    .filter(text -> text != null && text.contains(number))
                    .forEach(text -> found.add("held"));
            redis.texts("LRANGE", namespace + ":failed", 0, -1).stream()
                    .filter(text -> text.contains(number))
                    .forEach(text -> found.add(
                            pruning.exception != null && text.contains("Job still being processed")
                                    ? "failure of theirs"
                                    : "failure of ours"));
            return found.isEmpty() ? "LOST" : String.join(" + ", found);
        }

        private List<String> ids(RespClient redis) {
            return redis.texts("SMEMBERS", namespace + ":workers");
        }

        /** The ids of workers that are left in any key. */
        private List<String> idsLeft(RespClient redis) {
            List<String> ids = new ArrayList<>(ids(redis));
            ids.addAll(redis.hash(namespace + ":workers:heartbeat").keySet());
            ids.addAll(redis.hash(namespace + ":java:sessions").keySet());
            ids.remove("format");
            return ids.stream().distinct().toList();
        }

        private String keysLeft(RespClient redis) {
            List<String> keys = new ArrayList<>();
            for (String key : redis.keys(namespace + ":*")) {
                String name = key.substring(namespace.length() + 1);
                if (name.equals("java:limits_look")) { // so briefly that it can have expired since it was listed
                    assertThat(redis.number("PTTL", key)).as(name).isNotEqualTo(-1);
                } else if (name.equals("java:schedule_look")
                        || name.equals("java:schedulers") // of a killed scheduler
                        || name.startsWith("java:policies:")) { // they outlive their workers
                    assertThat(redis.number("PTTL", key)).as(name).isPositive();
                } else if (name.startsWith("worker") || name.startsWith("java:") || name.matches("stat:.*:.*")) {
                    keys.add(name);
                }
            }
            return keys.isEmpty() ? "none" : String.join(", ", keys);
        }
    }
}
