package io.resque.core.internal.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.api.spi.WorkerSnapshot;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class WorkerProcessesTest {
    /** More than Linux gives. */
    private static final long PID = 3_000_000_000L;

    @TempDir
    Path folder;

    private WorkerSnapshot worker(LocalProcesses processes, boolean ours) {
        Map<String, String> attributes = new HashMap<>(processes.attributes());
        attributes.put("pid", Long.toString(PID));
        attributes.put("start", "9");
        return new WorkerSnapshot(
                "vm:" + PID + ":q", true, null, null, null, null, ours ? attributes : Map.of(), Instant.now());
    }

    /** The first thread of a killed process can end before the others, and then the process has no command line. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aProcessOfWhichOnlyOtherThreadsAreLeftIsWaitedForAndHasEnded(boolean ours) throws Exception {
        FakeProc proc = new FakeProc(folder);
        proc.process(PID, "Z", 2, 9);
        LocalProcesses processes = proc.processes();
        WorkerSnapshot worker = worker(processes, ours);
        FutureTask<Optional<ProcessHandle>> found =
                new FutureTask<>(() -> new WorkerProcesses(processes, "killed").of(worker));
        Thread looking = new Thread(found);
        looking.start();
        await("a look that waits for the other threads")
                .pollInterval(1, TimeUnit.MILLISECONDS)
                .until(() -> looking.getState() == Thread.State.TIMED_WAITING);
        proc.process(PID, "Z", 1, 9);
        assertThat(found.get()).isEmpty();
    }
}
