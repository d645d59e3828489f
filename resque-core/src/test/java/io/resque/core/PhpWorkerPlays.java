package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.resque.api.ConfigurationException;
import io.resque.api.Job;
import io.resque.api.JobContext;
import io.resque.api.JobState;
import io.resque.api.QueuedJob;
import io.resque.api.UnknownJobException;
import io.resque.api.WorkerInfo;
import io.resque.api.spi.Payload;
import io.resque.core.RecordedVerdicts.Bench;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What was recorded of php-resque's workers and jobs, by a worker of ours. */
final class PhpWorkerPlays {
    private PhpWorkerPlays() {}

    /** Says what PHP's job of the recording said. */
    private record OkJob(List<String> said) implements Job {
        @Override
        public void setUp(JobContext context) {
            said.add("setUp");
        }

        @Override
        public void perform(JobContext context) {
            said.add("perform " + CoreRedis.GSON.encode(context.args().asMap()).text() + " " + context.queue());
        }

        @Override
        public void tearDown(JobContext context) {
            said.add("tearDown");
        }
    }

    /** The nearest that Java has to a job without {@code perform}. */
    private abstract static class NoPerform implements Job {}

    static void api(Bench bench) {
        Inspector inspector = bench.resque.inspector();
        CountDownLatch looked = new CountDownLatch(1);
        try (Worker worker = bench.resque
                .workerBuilder("high", "low")
                .register("X", () -> context -> looked.await(20, TimeUnit.SECONDS))
                .start()) {
            String id = inspector.workers().get(0).id();
            bench.same("id", masked(bench.recorded.get("returned", "id")), masked(id));
            bench.same(
                    "exists",
                    bench.recorded.get("returned", "exists"),
                    inspector.worker(id).orElseThrow().registered());
            bench.same(
                    "find",
                    masked(bench.recorded.get("returned", "find")),
                    masked(inspector.worker(id).orElseThrow().id()));
            bench.same(
                    "findbad",
                    bench.recorded.get("returned", "findbad"),
                    inspector.worker("nope").isPresent());
            CoreRedis.CLIENT.call("SADD", bench.redis.key("workers"), "dirty");
            bench.same(
                    "all",
                    ((List<?>) bench.recorded.get("returned", "all"))
                            .stream().map(PhpWorkerPlays::masked).toList(),
                    inspector.workers().stream().map(info -> masked(info.id())).toList());

            bench.resque.enqueueTracked("high", "X", Map.of("a", 1));
            await().until(() -> inspector.worker(id).orElseThrow().job().isPresent());
            WorkerInfo busy = inspector.worker(id).orElseThrow();
            QueuedJob job = busy.job().orElseThrow();
            bench.same("queue", bench.recorded.get("returned", "job", "queue"), job.queue());
            bench.same("class", bench.recorded.get("returned", "job", "payload", "class"), job.jobClass());
            bench.same("args", bench.recorded.get("returned", "job", "payload", "args"), job.args());
            assertThat(busy.runAt()).isPresent();
            assertThat(job.id()).isPresent();
            await().until(() ->
                    bench.resque.status(job.id().orElseThrow()).orElseThrow().state() == JobState.RUNNING);
            looked.countDown();

            await().until(() -> inspector.worker(id).orElseThrow().job().isEmpty());
            assertThat(bench.recorded.get("returned", "job2")).isEqualTo(List.of());
            bench.same(
                    "stat",
                    bench.recorded.get("returned", "stat"),
                    inspector.worker(id).orElseThrow().processed());
            assertThat(worker.isRunning()).isTrue();
            bench.compareKeys(false);
        }
    }

    /** PHP's worker leaves while it holds a job; ours is told to stop at once. */
    static void leavesWithAJob(Bench bench) {
        CountDownLatch never = new CountDownLatch(1);
        Worker worker = bench.resque
                .workerBuilder("q")
                .register("X", () -> context -> never.await())
                .start();
        String token = bench.resque.enqueueTracked("q", "X", Map.of("a", 1)).orElseThrow();
        await().until(() -> bench.resque.status(token).orElseThrow().state() == JobState.RUNNING);
        assertThat(worker.stop(Duration.ZERO)).isTrue();
    }

    static void perform(Bench bench) {
        List<String> said = new ArrayList<>();
        try (Resque inline = bench.redis
                .builder()
                .inline(jobs -> jobs.register("OkJob", () -> new OkJob(said)))
                .build()) {
            bench.same("r", bench.recorded.get("returned", "r"), inline.enqueue("q", "OkJob", Map.of("x", 1)));
        }
        // The last word of it is the class of PHP's object for the job.
        List<String> theirs = ((List<?>) bench.recorded.get("stdout"))
                .stream()
                        .map(line -> line.toString().replace(" Resque_Job", ""))
                        .toList();
        bench.same("output", theirs, said);
    }

    static void factory(Bench bench) {
        List<String> said = new ArrayList<>();
        String token =
                bench.resque.enqueueTracked("q", "Whatever", Map.of("x", 1)).orElseThrow();
        bench.resque
                .workerBuilder("q")
                .register("Whatever", OkJob.class)
                .factory(type -> {
                    said.add("factory " + type.getSimpleName());
                    return context -> context.result(7);
                })
                .drain();
        bench.same("output", bench.recorded.get("stdout"), said);
        bench.same(
                "r",
                bench.recorded.get("returned", "r"),
                bench.resque.status(token).orElseThrow().result());
        bench.same("same", bench.recorded.get("returned", "same"), said.size() == 1);
    }

    static void factoryErrors(Bench bench) {
        try (Resque inline = bench.redis
                .builder()
                .inline(jobs -> jobs.register("Ok", () -> context -> {}))
                .build()) {
            assertThatThrownBy(() -> inline.enqueue("q", "Nope"))
                    .isInstanceOf(UnknownJobException.class)
                    .hasMessageContaining("No job is registered for \"Nope\"");
            assertThatThrownBy(() -> inline.workerBuilder("q").register("NoPerform", NoPerform.class))
                    .as("it is refused before it runs")
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("NoPerform is abstract");
        }
        for (String jobClass : List.of("Nope", "NoPerform")) {
            List<?> theirs = (List<?>) bench.recorded.get("returned", jobClass);
            assertThat(theirs.get(0).toString()).matches("Resque.*Exception");
            assertThat(theirs.get(1).toString()).contains(jobClass);
            bench.differs("other text for " + jobClass);
        }
    }

    static void failureBackend(Bench bench) {
        List<String> said = new CopyOnWriteArrayList<>();
        CoreRedis.CLIENT.call("RPUSH", bench.redis.key("queue:q"), "{\"class\":\"X\",\"args\":[null],\"id\":\"i\"}");
        try (Resque resque = bench.redis
                .builder()
                .failureSink(failure -> {
                    Map<?, ?> tree = (Map<?, ?>) CoreRedis.JACKSON.decode(Payload.of(failure.raw()));
                    // PHP's root of exceptions has no package.
                    said.add("FB " + CoreRedis.GSON.encode(tree.get("payload")).text() + " "
                            + failure.exception().replace("java.lang.", "") + " " + failure.queue());
                })
                .build()) {
            resque.workerBuilder("q")
                    .register("X", () -> context -> {
                        throw new Exception("boo");
                    })
                    .drain();
            assertThat(resque.failures().count()).isEqualTo(1);
        }
        bench.same("output", bench.recorded.get("stdout"), said);
        assertThat(bench.recorded.get("returned", "b")).isEqualTo("FB");
        bench.differs("no b"); // the name of the one in use, which ours is not asked for
    }

    private static String masked(Object id) {
        return RecordedKeys.maskedWorker(id.toString());
    }
}
