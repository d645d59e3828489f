package io.resque.core;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.resque.api.DontCreateException;
import io.resque.api.DontDequeueException;
import io.resque.api.DontPerformException;
import io.resque.api.FailureFilter;
import io.resque.api.JobContext;
import io.resque.api.JobInfo;
import io.resque.api.JobMatch;
import io.resque.api.ResqueListener;
import io.resque.tck.RecordedCase;
import io.resque.tck.RecordedCases;
import io.resque.tck.WireRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Ruby's hooks as they were recorded, by three listeners in place of the methods {@code x}, {@code x_a} and {@code x_b}.
 */
@Timeout(60)
class RecordedHooksTest {
    /** Held by RecordedForkHooksTest, where children are. */
    private static final List<String> ELSEWHERE =
            List.of("fork_two_jobs", "fork_perform_raises", "before_fork_raises", "after_fork_raises");

    /** Where this library differs, and what happens here instead. */
    private static final Map<String, List<String>> DIFFERENT = Map.ofEntries(
            // A veto is an exception, as in PHP, so the listeners after it do not hear.
            entry("before_enqueue_false", List.of("P before_enqueue(1)", "P before_enqueue_a(1)")),
            entry("before_dequeue_false", List.of("P before_dequeue(1, \"x\")", "P before_dequeue_a(1, \"x\")")),
            // Every dequeue of ours is told.
            entry(
                    "job_destroy_runs_no_dequeue_hooks",
                    List.of(
                            "P before_dequeue(1, \"x\")",
                            "P before_dequeue_a(1, \"x\")",
                            "P before_dequeue_b(1, \"x\")",
                            "P after_dequeue(1, \"x\")",
                            "P after_dequeue_a(1, \"x\")",
                            "P after_dequeue_b(1, \"x\")")),
            // As in PHP the job ends well, wherever the veto came from.
            entry(
                    "perform_raises_DontPerform",
                    List.of(
                            "P before_perform(1, \"x\")",
                            "P before_perform_a(1, \"x\")",
                            "P before_perform_b(1, \"x\")",
                            "P around_perform enter",
                            "P around_perform_a enter",
                            "P around_perform_b enter",
                            "P perform(1, \"x\")")),
            // The others are told all the same.
            entry(
                    "on_failure_raises",
                    List.of(
                            "P before_perform(1, \"x\")",
                            "P before_perform_a(1, \"x\")",
                            "P before_perform_b(1, \"x\")",
                            "P around_perform enter",
                            "P around_perform_a enter",
                            "P around_perform_b enter",
                            "P perform(1, \"x\")",
                            "P on_failure(MyError: MyError, 1, \"x\")",
                            "P on_failure_a(MyError: MyError, 1, \"x\")",
                            "P on_failure_b(MyError: MyError, 1, \"x\")")));

    private final CoreRedis redis = new CoreRedis();
    private final List<String> events = new ArrayList<>();

    @AfterEach
    void clear() {
        redis.clear();
    }

    static Stream<RecordedCase> recorded() {
        return RecordedCases.of("ruby/hooks.json").stream().filter(recorded -> !ELSEWHERE.contains(recorded.name()));
    }

    private static final class MyError extends RuntimeException {
        private static final long serialVersionUID = 1L;

        MyError() {
            super("MyError");
        }
    }

    /** One of the three methods that Ruby would find for each hook. */
    private final class Hooks implements ResqueListener {
        private final String suffix;
        private final RecordedCase plan;

        Hooks(String suffix, RecordedCase plan) {
            this.suffix = suffix;
            this.plan = plan;
        }

        private void note(String hook, String rest) {
            events.add("P " + hook + suffix + rest);
            act(plan, hook + suffix);
        }

        @Override
        public void beforeEnqueue(JobInfo job) {
            note("before_enqueue", shown(job.args()));
            if ("false".equals(plan.get("inputs", "returns", "before_enqueue" + suffix))) {
                throw new DontCreateException("no");
            }
        }

        @Override
        public void afterEnqueue(JobInfo job) {
            note("after_enqueue", shown(job.args()));
        }

        @Override
        public void beforeDequeue(String queue, List<JobMatch> matches) {
            note("before_dequeue", shown(Objects.requireNonNull(matches.get(0).args())));
            if ("false".equals(plan.get("inputs", "returns", "before_dequeue" + suffix))) {
                throw new DontDequeueException("no");
            }
        }

        @Override
        public void afterDequeue(String queue, List<JobMatch> matches, long removed) {
            note("after_dequeue", shown(Objects.requireNonNull(matches.get(0).args())));
        }

        @Override
        public void beforePerform(JobContext job) {
            note("before_perform", shown(job));
        }

        @Override
        public void aroundPerform(JobContext job, Run run) throws Exception {
            note("around_perform", " enter");
            if (!("around_perform" + suffix).equals(plan.get("inputs", "around_not_yielding"))) {
                run.proceed();
            }
            events.add("P around_perform" + suffix + " leave");
        }

        @Override
        public void afterPerform(JobContext job) {
            note("after_perform", shown(job));
        }

        @Override
        public void onFailure(JobContext job, Throwable failure) {
            note("on_failure", shown(job).replace("(", "(MyError: " + failure.getMessage() + ", "));
        }

        @Override
        public void beforeFirstFork(List<String> queues) {
            once("P W:before_first_fork()");
        }

        @Override
        public void queueEmpty(List<String> workers) {
            once("P W:queue_empty()");
        }

        @Override
        public void workerExit(List<String> workers) {
            once("P W:worker_exit()");
        }

        /** Of these Ruby had one block each. */
        private void once(String event) {
            if (suffix.isEmpty()) {
                events.add(event);
            }
        }
    }

    private static void act(RecordedCase plan, String hook) {
        Object thrown = plan.get("inputs", "plan", hook);
        if ("Resque::Job::DontPerform".equals(thrown)) {
            throw new DontPerformException("no");
        } else if ("ArgumentError".equals(thrown)) {
            throw new IllegalArgumentException("ArgumentError");
        } else if (thrown != null) {
            throw new MyError();
        }
    }

    private static String shown(JobContext job) {
        List<@Nullable Object> args = new ArrayList<>();
        for (int i = 0; i < job.args().size(); i++) {
            args.add(job.args().get(i));
        }
        return shown(args);
    }

    private static String shown(List<@Nullable Object> args) {
        return "("
                + String.join(
                        ", ",
                        args.stream()
                                .map(arg -> arg instanceof String ? "\"" + arg + "\"" : String.valueOf(arg))
                                .toList())
                + ")";
    }

    @ParameterizedTest
    @MethodSource("recorded")
    @WireRule("W-353")
    void asInRuby(RecordedCase recorded) {
        List<?> expected = (List<?>) recorded.get("expected", "events");
        List<String> wanted = expected.stream()
                .map(event -> ((String) event).replaceAll(" result=.*", ""))
                .toList();
        boolean worker = wanted.contains("P W:before_first_fork()");
        Object[] args = recorded.name().matches("before_enqueue.*|job_create.*|inline_enqueue_raises|failure_requeue.*")
                ? new Object[] {1}
                : new Object[] {1, "x"};
        ResqueBuilder builder = redis.builder();
        boolean inline = recorded.name().startsWith("inline");
        if (inline) {
            builder.inline(jobs -> jobs.register("HookJob", () -> context -> perform(recorded, context)));
        }
        try (Resque resque = builder.build()) {
            Throwable thrown = null;
            boolean enqueues = recorded.name().matches("before_enqueue.*|inline.*");
            if (recorded.name().contains("dequeue")) {
                if (!recorded.name().equals("dequeue_nothing_matched")) {
                    resque.enqueue("hooks", "HookJob", args);
                }
                listen(resque, recorded);
                thrown = catchThrowable(
                        () -> resque.dequeue("hooks", JobMatch.of("HookJob").withArgs(args)));
            } else if (recorded.name().equals("failure_requeue_runs_no_enqueue_hooks")) {
                fail(resque);
                listen(resque, recorded);
                resque.failures().retryAll(FailureFilter.all());
            } else if (enqueues) {
                listen(resque, recorded);
                thrown = catchThrowable(() -> resque.enqueue("hooks", "HookJob", args));
            } else {
                // Without its own hooks: Ruby's Job.create, and what the others are about.
                if (!recorded.name().equals("no_jobs")) {
                    resque.enqueue("hooks", "HookJob", args);
                }
                listen(resque, recorded);
            }
            if (!enqueues && !recorded.name().matches("job_create.*|.*dequeue.*|failure_requeue.*")) {
                resque.workerBuilder("hooks")
                        .register("HookJob", () -> context -> perform(recorded, context))
                        .drain();
            }
            assertThat(thrown == null ? null : thrown.getMessage())
                    .isEqualTo(recorded.get("expected", "error") == null ? null : "MyError");
        }
        assertThat(worker ? events : withoutTheWorker()).isEqualTo(DIFFERENT.getOrDefault(recorded.name(), wanted));
        assertRedis(recorded);
    }

    /** Leaves one failure and no counter, as where Ruby's job was not run by a worker. */
    private void fail(Resque resque) {
        resque.enqueue("hooks", "HookJob", 1);
        resque.workerBuilder("hooks")
                .register("HookJob", () -> context -> {
                    throw new MyError();
                })
                .drain();
        CoreRedis.CLIENT.call("DEL", redis.key("stat:failed"), redis.key("stat:processed"));
    }

    private List<String> withoutTheWorker() {
        return events.stream().filter(event -> !event.startsWith("P W:")).toList();
    }

    private void perform(RecordedCase recorded, JobContext context) {
        events.add("P perform" + shown(context));
        act(recorded, "perform");
    }

    private void listen(Resque resque, RecordedCase recorded) {
        for (String suffix : List.of("", "_a", "_b")) {
            resque.listen(new Hooks(suffix, recorded));
        }
    }

    private String count(String counter) {
        return orNone(CoreRedis.CLIENT.text("GET", redis.key("stat:" + counter)));
    }

    /** A counter of 0 is as one that is absent. */
    private static String orNone(Object count) {
        return count == null ? "0" : count.toString();
    }

    private void assertRedis(RecordedCase recorded) {
        boolean vetoed = recorded.name().equals("perform_raises_DontPerform");
        List<?> records = vetoed ? List.of() : (List<?>) recorded.get("expected", "failed_records");
        List<String> failed = CoreRedis.CLIENT.texts("LRANGE", redis.key("failed"), 0, -1);
        assertThat(failed).hasSameSizeAs(records);
        for (String record : failed) {
            assertThat(record).contains("MyError\",\"error\":\"MyError\"");
        }
        if (recorded.name().equals("on_failure_raises")) {
            assertThat(failed.get(0)).contains("Suppressed: java.lang.IllegalArgumentException: ArgumentError");
        }
        assertThat(count("failed")).isEqualTo(vetoed ? "0" : orNone(recorded.get("expected", "stat_failed")));
        if (!recorded.name().startsWith("job_perform_return")) { // which Ruby called without a worker
            assertThat(count("processed")).isEqualTo(orNone(recorded.get("expected", "stat_processed")));
        }
        List<?> queue = (List<?>) recorded.get("expected", "queue");
        assertThat(redis.queue("hooks")).isEqualTo(queue == null ? List.of() : queue);
    }
}
