package io.resque.core.internal.enqueue;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.spi.Payload;
import io.resque.tck.explorer.Explorer;
import io.resque.tck.explorer.Model;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** All ways in which callers that hand over, the thread that writes, a close and the end of the JVM can come between each other. */
class BatchLineTest {
    /** Handed over by a thread of each queue, in this order. */
    private static final Map<String, Integer> BATCHES = Map.of("a", 2, "b", 2);

    /** Threads of an application that hand over, and the threads of {@link BatchWriter}. */
    private static final class Application implements Model {
        private final BatchLine line;
        private final Map<String, List<EnqueueBatch>> toHandOver = new LinkedHashMap<>();
        private final Map<EnqueueBatch, String> names = new LinkedHashMap<>();
        private final List<String> written = new ArrayList<>();
        private final List<String> refused = new ArrayList<>();

        /** Those that are told to write, and have not begun; one pool thread begins them one by one. */
        private int tasks;

        private boolean writes;
        private List<EnqueueBatch> together = List.of();
        private boolean isWritten;

        /** A stage of the last batch called {@code System.exit}: the thread that writes never comes back. */
        private boolean isStuck;

        private boolean isTakenOver;
        private boolean isClosed;
        private boolean isOver;

        Application(BatchLine line) {
            this.line = line;
            new java.util.TreeMap<>(BATCHES).forEach((queue, count) -> {
                List<EnqueueBatch> batches = new ArrayList<>();
                for (int i = 1; i <= count; i++) {
                    EnqueueBatch batch = new EnqueueBatch(queue, List.of(), 1);
                    batch.add(Payload.ofText("{}"));
                    names.put(batch, queue + i);
                    batches.add(batch);
                }
                toHandOver.put(queue, batches);
            });
        }

        @Override
        public Map<String, Runnable> steps() {
            Map<String, Runnable> steps = new LinkedHashMap<>();
            toHandOver.forEach((queue, batches) -> {
                if (!batches.isEmpty()) {
                    EnqueueBatch batch = batches.get(0);
                    steps.put("hands over " + names.get(batch), () -> {
                        batches.remove(0);
                        if (isClosed) {
                            refused.add(names.get(batch));
                        } else if (line.add(batch)) {
                            tasks++;
                        }
                    });
                }
            });
            if (isStuck) {
                steps.put("another thread goes on", () -> {
                    line.forgetRequest();
                    isStuck = false;
                    together = List.of();
                });
            } else if (writes && !isWritten) {
                steps.put("writes " + together.stream().map(names::get).toList(), () -> {
                    together.forEach(batch -> written.add(names.get(batch)));
                    isWritten = true;
                });
            } else if (writes || tasks > 0) {
                steps.put("takes the next", this::next);
                steps.put("has no memory for the next", this::hasNoMemory);
            }
            if (writes && isWritten && !isStuck && !isTakenOver) {
                steps.put("a stage exits", () -> {
                    isStuck = true;
                    isTakenOver = true;
                });
            }
            if (!isClosed) {
                steps.put("closes", () -> isClosed = true);
            } else if (!isOver) {
                steps.put("the time of the close is over", () -> isOver = true);
            }
            return steps;
        }

        /** As in {@link BatchWriter}, under its lock. */
        private void next() {
            if (!writes) {
                tasks--;
                writes = true;
            } else if (isOver && !together.isEmpty()) {
                line.written(together);
                leave();
                return;
            }
            line.written(together);
            together = line.next();
            isWritten = false;
            writes = !together.isEmpty();
        }

        /** As in {@link BatchWriter}: the batches that it had taken are counted as written before the list is made. */
        private void hasNoMemory() {
            if (!writes) {
                tasks--;
            }
            line.written(together);
            leave();
        }

        private void leave() {
            line.clear().forEach(ofQueue -> ofQueue.forEach(batch -> refused.add(names.get(batch))));
            together = List.of();
            writes = false;
        }

        @Override
        public Object state() {
            List<String> waiting = new ArrayList<>();
            toHandOver.values().forEach(batches -> waiting.add(Integer.toString(batches.size())));
            return List.of(
                    waiting,
                    List.copyOf(written),
                    List.copyOf(refused),
                    tasks,
                    together.stream().map(names::get).toList(),
                    List.of(writes, isWritten, isStuck, isTakenOver, isClosed, isOver),
                    named(line.toString()));
        }

        private String named(String text) {
            String named = text;
            for (Map.Entry<EnqueueBatch, String> name : names.entrySet()) {
                named = named.replace(name.getKey().toString(), name.getValue());
            }
            return named;
        }

        @Override
        public Map<String, Boolean> invariants() {
            return Map.of(
                    "a batch that waits has a thread that writes, and the figures are right",
                    line.holds(),
                    "a thread writes if the line says so",
                    !line.isWriting() || writes || tasks > 0,
                    "no batch is written twice, nor refused as well",
                    Stream.concat(written.stream(), refused.stream()).distinct().count()
                            == written.size() + refused.size(),
                    "those of one queue are written in their order",
                    isInOrder("a") && isInOrder("b"));
        }

        private boolean isInOrder(String queue) {
            List<String> ofQueue =
                    written.stream().filter(name -> name.startsWith(queue)).toList();
            return ofQueue.equals(ofQueue.stream().sorted().toList());
        }

        @Override
        public Map<String, Boolean> atTheEnd() {
            return Map.of(
                    "each batch was written or refused",
                    written.size() + refused.size() == names.size(),
                    "nothing is left to write",
                    line.jobs() == 0 && !line.isWriting());
        }
    }

    private static EnqueueBatch batch(String queue, int jobs, int bytesOfEach) {
        EnqueueBatch batch = new EnqueueBatch(queue, List.of(), jobs);
        Payload payload = Payload.of(new byte[bytesOfEach]);
        for (int i = 0; i < jobs; i++) {
            batch.add(payload);
        }
        return batch;
    }

    @Test
    void theLineIsFullWithFourMegabytesAndAHundredBytesForEachJob() {
        BatchLine line = new BatchLine();
        int half = (2 << 20) - 100;
        line.add(batch("a", 1, half));
        line.add(batch("b", 1, half - 1));
        assertThat(line.isFull()).as("a byte is missing").isFalse();
        assertThat(line.next()).hasSize(1);
        line.add(batch("c", 1, 0));
        assertThat(line.isFull()).as("a request counts too").isTrue();
        assertThat(line.jobs()).isEqualTo(3);
        BatchLine exact = new BatchLine();
        exact.add(batch("a", 1, (4 << 20) - 100));
        assertThat(exact.isFull()).isTrue();
        assertThat(exact.isWriting()).isTrue();
        List<EnqueueBatch> request = exact.next();
        assertThat(exact.jobs()).isEqualTo(1);
        exact.written(request);
        assertThat(exact.isFull()).isFalse();
        assertThat(exact.jobs()).isZero();
        BatchLine two = new BatchLine();
        two.add(batch("a", 2, (2 << 20) - 100));
        assertThat(two.isFull()).as("a hundred bytes for each of two jobs").isTrue();
    }

    private static List<Integer> requests(EnqueueBatch... batches) {
        BatchLine line = new BatchLine();
        List.of(batches).forEach(line::add);
        List<Integer> requests = new ArrayList<>();
        for (List<EnqueueBatch> request = line.next(); !request.isEmpty(); request = line.next()) {
            requests.add(request.size());
        }
        return requests;
    }

    @Test
    void aRequestHasAThousandJobsOrAMegabyte() {
        assertThat(requests(batch("a", 500, 1), batch("a", 500, 1))).containsExactly(2);
        assertThat(requests(batch("a", 500, 1), batch("a", 501, 1))).containsExactly(1, 1);
        assertThat(requests(batch("a", 1, 1 << 19), batch("a", 1, 1 << 19))).containsExactly(2);
        assertThat(requests(batch("a", 1, 1 << 19), batch("a", 1, (1 << 19) + 1)))
                .containsExactly(1, 1);
        assertThat(requests(batch("a", 1_001, 1), batch("a", 1, 1))).containsExactly(1, 1);
    }

    @Test
    void queuesTakeTurns() {
        BatchLine line = new BatchLine();
        for (String queue : List.of("a", "a", "b")) {
            assertThat(line.add(batch(queue, 600, 1))).isEqualTo(queue.equals("a") && line.jobs() == 600);
        }
        assertThat(line.next().get(0).queue).isEqualTo("a");
        assertThat(line.next().get(0).queue).isEqualTo("b");
        assertThat(line.next().get(0).queue).isEqualTo("a");
        line.add(batch("a", 1, 1));
        assertThat(line.clear()).hasSize(1);
        assertThat(line.next()).isEmpty();
        assertThat(line.isWriting()).isFalse();
    }

    @Test
    void noBatchIsForgotten() {
        Explorer.explore("BatchLine, two queues of two batches", () -> new Application(new BatchLine()))
                .mustHold();
    }

    @Test
    void aLineThatForgetsThatNobodyWritesIsCaught() {
        assertThat(Explorer.explore(
                                "BatchLine, wrong: it starts a thread for the first batch only",
                                () -> new Application(new BatchLine() {
                                    private boolean started;

                                    @Override
                                    boolean add(EnqueueBatch batch) {
                                        boolean first = super.add(batch) && !started;
                                        started = true;
                                        return first;
                                    }
                                }))
                        .violation())
                .isPresent();
    }

    @Test
    void aLineThatKeepsTheFiguresOfAThreadThatNeverComesBackIsCaught() {
        assertThat(Explorer.explore(
                                "BatchLine, wrong: a request whose thread exits counts for ever",
                                () -> new Application(new BatchLine() {
                                    @Override
                                    void forgetRequest() {}
                                }))
                        .violation())
                .isPresent();
    }
}
