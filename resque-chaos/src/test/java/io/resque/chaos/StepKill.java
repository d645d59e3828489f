package io.resque.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.api.JobSpec;
import io.resque.api.Unique;
import io.resque.core.Resque;
import io.resque.core.ResqueBuilder;
import io.resque.tck.Fault;
import io.resque.tck.FaultProxy;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/** Kills one worker process at one step, and finds out where its jobs are then. Uses a namespace of its own. */
final class StepKill implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String QUEUE = "work";

    private final RedisServer server;
    private final String namespace;
    private final Path folder;
    private final WorkerKind kind;
    private final Step step;
    private final boolean areUnique;
    private final RespClient redis;
    private final FaultProxy line;
    private final AtomicReference<List<byte[]>> request = new AtomicReference<>();
    private int jobs;

    /**
     * For one kill.
     *
     * @param areUnique whether the jobs have locks until they are done
     */
    StepKill(RedisServer server, Path folder, WorkerKind kind, Step step, boolean areUnique) {
        this.server = server;
        this.namespace = server.newNamespace();
        this.kind = kind;
        this.step = step;
        this.areUnique = areUnique;
        this.redis = server.client();
        this.line = FaultProxy.to(server.url());
        try {
            this.folder = Files.createDirectory(folder.resolve(namespace));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills a worker before its request reaches Redis; then delivers the request late, before and after the recovery. */
    List<String> killedBefore() {
        killAt(this::holdNext);
        List<String> places = new ArrayList<>();
        places.add(places());
        Map<String, byte[]> all = dump();
        redis.call(request.get().toArray());
        places.add(places());
        recover();
        places.add(places());
        restore(all);
        recover();
        places.add(places());
        redis.call(request.get().toArray());
        places.add(places());
        return places;
    }

    /** Kills a worker after Redis has carried out its request, and before the worker gets the reply. */
    List<String> killedAfter() {
        killAt(() -> line.swallowReply(step.on(redis)));
        List<String> places = new ArrayList<>();
        places.add(places());
        recover();
        places.add(places());
        return places;
    }

    private Fault holdNext() {
        Predicate<List<byte[]>> match = step.on(redis);
        return line.holdSilently(args -> {
            boolean hit = match.test(args);
            if (hit) {
                request.set(List.copyOf(args));
            }
            return hit;
        });
    }

    private interface BreakPoint {
        Fault set();
    }

    private void killAt(BreakPoint point) {
        boolean recovers = step.name().startsWith("RECOVER");
        if (recovers) {
            enqueue(step == Step.RECOVER_BY_RETRYING ? ChaosJobs.RETRY : ChaosJobs.GATE);
            try (WorkerJvm first = start(QUEUE)) {
                awaitRecord();
                first.kill();
            }
        }
        Fault fault = null;
        if (step != Step.UNREGISTER && step != Step.PUT_BACK && step != Step.HEARTBEAT) {
            fault = point.set();
        }
        switch (step) {
            case SETTLE, HEARTBEAT -> enqueue(ChaosJobs.GATE);
            case RETRY -> enqueue(ChaosJobs.RETRY);
            case LAST_RUN -> enqueue(ChaosJobs.AGAIN);
            case MOVE_RETRY -> enqueue(ChaosJobs.ELSEWHERE);
            case REGISTER, RESERVE, BEGIN, UNREGISTER, PUT_BACK -> enqueue(ChaosJobs.WORK);
            case SETTLE_AND_RESERVE -> {
                enqueue(ChaosJobs.WORK);
                enqueue(ChaosJobs.WORK);
            }
            default -> {
                // the job of the first worker
            }
        }
        Fault lost =
                step == Step.UNREGISTER || step == Step.PUT_BACK ? line.swallowReply(Step.RESERVE.on(redis)) : null;
        // The worker that recovers must not take the job itself when it is back in its queue.
        try (WorkerJvm worker = start(recovers ? "other" : QUEUE)) {
            switch (step) {
                case SETTLE, RETRY, LAST_RUN -> {
                    await().atMost(LIMIT).until(() -> Files.exists(ChaosJobs.begun(folder, jobs)));
                    worker.order("stop");
                    openGate();
                }
                case HEARTBEAT -> {
                    awaitRecord();
                    fault = point.set();
                }
                case UNREGISTER, PUT_BACK -> {
                    lost.awaitCaught(LIMIT);
                    fault = point.set();
                    worker.order(step == Step.PUT_BACK ? "pause" : "stop");
                    line.cutAll();
                }
                default -> {
                    // the worker reaches this step without help
                }
            }
            fault.awaitCaught(LIMIT);
            worker.kill();
        }
    }

    private WorkerJvm start(String queue) {
        return WorkerJvm.start(
                "worker",
                folder,
                List.of(),
                kind,
                1,
                step == Step.RECOVER_BY_PUTTING_BACK ? "requeue" : "fail",
                line.url() + "?timeout=60s&namespace=" + namespace,
                queue);
    }

    private void enqueue(String jobClass) {
        try (Resque resque = resque().build()) {
            JobSpec job = JobSpec.of(jobClass, ++jobs, 0);
            Unique lock = Unique.untilDone(Duration.ofHours(1)).key(lock(jobs));
            assertThat(resque.enqueue(QUEUE, areUnique ? job.withUnique(lock) : job))
                    .isTrue();
        }
    }

    private static String lock(int job) {
        return "job-" + job;
    }

    private void recover() {
        ResqueBuilder builder = resque();
        if (step == Step.RECOVER_BY_PUTTING_BACK) {
            builder.requeueAfterWorkerDeath(5);
        }
        try (Resque resque = builder.build()) {
            resque.recoverDeadWorkers();
        }
        assertThat(redis.keys(namespace + ":worker*"))
                .as("keys of dead workers after their recovery")
                .isEmpty();
    }

    private ResqueBuilder resque() {
        return Resque.builder()
                .url(server.url())
                .namespace(namespace)
                .backend("jedis")
                .serializer("gson");
    }

    private void awaitRecord() {
        await().atMost(LIMIT).until(() -> places().contains("worker"));
    }

    private void openGate() {
        try {
            Files.createFile(ChaosJobs.gate(folder, jobs));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The places of each job, and whether it has a lock; a place is named as often as the job is there. */
    private String places() {
        List<String> places = new ArrayList<>();
        for (int job = 1; job <= jobs; job++) {
            String number = "\"args\":[" + job + ",";
            List<String> found = new ArrayList<>();
            for (String queue : List.of(QUEUE, ChaosJobs.OTHER)) {
                redis.texts("LRANGE", namespace + ":queue:" + queue, 0, -1)
                        .forEach(text -> add(found, text, number, "queue"));
            }
            redis.keys(namespace + ":delayed:*")
                    .forEach(key ->
                            redis.texts("LRANGE", key, 0, -1).forEach(text -> add(found, text, number, "delayed")));
            redis.keys(namespace + ":worker:*").stream()
                    .filter(key -> !key.endsWith(":started") && !key.endsWith(":java"))
                    .forEach(key -> add(found, redis.text("GET", key), number, "worker"));
            redis.texts("LRANGE", namespace + ":failed", 0, -1).forEach(text -> add(found, text, number, "failed"));
            int current = job;
            Journal.read(folder, Journal.DONE, done -> {
                if (done == current) {
                    found.add("done");
                }
            });
            redis.keys(namespace + ":java:lock:*").stream()
                    .filter(key -> key.endsWith(":" + lock(current)))
                    .forEach(key -> found.add(redis.number("TTL", key) > 0 ? "lock" : "LOCK WITHOUT END"));
            if (!redis.keys(namespace + ":resque-retry:*").isEmpty()) {
                found.add("noted" + (redis.keys(namespace + ":java:retry_due:*").isEmpty() ? "" : " to wait"));
            }
            places.add(found.isEmpty() ? "LOST" : String.join("+", found));
        }
        return String.join(", ", places);
    }

    private static void add(List<String> found, String text, String number, String place) {
        if (text.contains(number)) {
            found.add(place);
        }
    }

    private Map<String, byte[]> dump() {
        Map<String, byte[]> all = new HashMap<>();
        redis.keys(namespace + ":*").forEach(key -> all.put(key, (byte[]) redis.call("DUMP", key)));
        return all;
    }

    private void restore(Map<String, byte[]> all) {
        redis.deleteKeys(namespace + ":");
        // A dump does not say when a key ends, as each lock does.
        all.forEach((key, value) -> redis.call("RESTORE", key, key.contains(":java:lock:") ? 3_000_000 : 0, value));
    }

    @Override
    public void close() {
        line.close();
        redis.close();
    }
}
