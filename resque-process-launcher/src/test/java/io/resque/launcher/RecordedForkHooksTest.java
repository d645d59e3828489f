package io.resque.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.core.Resque;
import io.resque.tck.RecordedCase;
import io.resque.tck.RecordedCases;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import io.resque.tck.WireRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Compares the hooks of a worker with child JVMs with the hooks that were recorded from a Ruby worker that forks. */
@Timeout(60)
class RecordedForkHooksTest {
    private static final RedisServer SERVER = RedisServer.forTests();

    private final String namespace = SERVER.newNamespace();
    private final RespClient redis = SERVER.client();

    /** The worker's P, a child's C, and what happened there. */
    private List<String> events = List.of();

    private final Set<String> children = new HashSet<>();

    @TempDir
    private Path folder;

    @AfterEach
    void clear() {
        redis.deleteKeys(namespace + ":");
        redis.close();
    }

    @Test
    @WireRule("W-353")
    void twoJobs() throws IOException {
        RecordedCase recorded = run("fork_two_jobs", "nothing", 2);
        assertThat(events).isEqualTo(events(recorded));
        assertThat(children).as("a process for each job").hasSize(2);
        assertRedis(recorded);
    }

    @Test
    @WireRule("W-353")
    void theJobThrows() throws IOException {
        RecordedCase recorded = run("fork_perform_raises", "perform", 1);
        assertThat(events).isEqualTo(events(recorded));
        assertRedis(recorded);
    }

    @Test
    @WireRule("W-353")
    void afterForkThrows() throws IOException {
        RecordedCase recorded = run("after_fork_raises", "after_fork", 1);
        // Ruby was given no block for before_fork here.
        assertThat(events).contains("P W:before_fork(Resque::Job)", "P W:before_fork#2");
        assertThat(events.stream().filter(event -> !event.startsWith("P W:before_fork")))
                .containsExactlyElementsOf(events(recorded));
        assertRedis(recorded);
    }

    /**
     * Here our worker differs. Ruby's worker calls the hooks of the job in its own process, counts nothing, and ends. Our worker
     * goes on. It records and counts the failure; the job's listeners, which live in the child, hear nothing.
     */
    @Test
    @WireRule("W-353")
    void beforeForkThrows() throws IOException {
        RecordedCase recorded = run("before_fork_raises", "before_fork", 2);
        assertThat(events(recorded))
                .containsExactly(
                        "P W:before_first_fork()",
                        "P W:before_fork raising",
                        "P on_failure(MyError: bf, 1, \"x\")",
                        "P on_failure_a(MyError: bf, 1, \"x\")",
                        "P on_failure_b(MyError: bf, 1, \"x\")",
                        "P W:worker_exit()");
        assertThat(events)
                .containsExactly(
                        "P W:before_first_fork()",
                        "P W:before_fork raising",
                        "P W:before_fork raising",
                        "P W:queue_empty()",
                        "P W:worker_exit()");
        assertThat(failed()).hasSize(2).allSatisfy(record -> assertThat(record).contains("MyError\",\"error\":\"bf\""));
        assertThat(stat("failed")).isEqualTo("2");
        assertThat(stat("processed")).isEqualTo("2");
    }

    private RecordedCase run(String name, String throwing, int jobs) throws IOException {
        ForkHooks hooks = new ForkHooks(folder.resolve("events"), throwing);
        try (Resque resque =
                Resque.builder().url(SERVER.url()).namespace(namespace).build()) {
            for (int i = 0; i < jobs; i++) {
                resque.enqueue("hooks", "HookJob", 1, "x");
            }
            resque.workerBuilder("hooks")
                    .module(hooks)
                    .executor(ProcessJobExecutor.builder()
                            .javaOptions(hooks.options())
                            .build())
                    .drain();
        }
        String worker = Long.toString(ProcessHandle.current().pid());
        events = Files.readAllLines(folder.resolve("events")).stream()
                .map(line -> line.split(" ", 2))
                .peek(line -> children.add(line[0]))
                .map(line -> (line[0].equals(worker) ? "P " : "C ") + line[1])
                .toList();
        children.remove(worker);
        return RecordedCases.of("ruby/hooks.json").stream()
                .filter(recorded -> recorded.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Our record has no results of runs. */
    private static List<String> events(RecordedCase recorded) {
        return ((List<?>) recorded.get("expected", "events"))
                .stream()
                        .map(event -> event.toString().replaceFirst(" result=.*", ""))
                        .toList();
    }

    private void assertRedis(RecordedCase recorded) {
        Stream<?> records = ((List<?>) recorded.get("expected", "failed_records")).stream();
        List<String> theirs = records.map(record -> ((Map<?, ?>) record))
                .map(record -> record.get("exception") + "\",\"error\":\"" + record.get("error") + "\"")
                .toList();
        assertThat(failed()).hasSameSizeAs(theirs);
        for (int i = 0; i < theirs.size(); i++) {
            assertThat(failed().get(i)).contains(theirs.get(i));
        }
        for (String counter : List.of("failed", "processed")) {
            Object count = recorded.get("expected", "stat_" + counter);
            // Our registration writes both as 0.
            assertThat(stat(counter)).isEqualTo(count == null ? "0" : count);
        }
        assertThat(redis.texts("LRANGE", namespace + ":queue:hooks", 0, -1)).isEmpty();
    }

    private List<String> failed() {
        return redis.texts("LRANGE", namespace + ":failed", 0, -1);
    }

    private String stat(String name) {
        return redis.text("GET", namespace + ":stat:" + name);
    }
}
