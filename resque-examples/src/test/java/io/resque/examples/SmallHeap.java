package io.resque.examples;

import io.resque.api.FailureFilter;
import io.resque.core.Resque;
import io.resque.core.Worker;
import java.time.Duration;

/**
 * A worker with little memory, which {@link SmallHeapTest} starts. It runs jobs until its input ends, then reads all
 * data.
 */
final class SmallHeap {
    private SmallHeap() {}

    public static void main(String[] args) throws Exception {
        try (Resque resque = Resque.builder()
                .url(args[0])
                .backend(args[1])
                .serializer("gson")
                .build()) {
            Worker worker = resque.workerBuilder("q")
                    .register("Nop", () -> context -> {})
                    .register("Huge", () -> context -> {
                        throw new IllegalStateException("m".repeat(2_000_000));
                    })
                    .start();
            System.in.read();
            System.out.println("recovered " + resque.recoverDeadWorkers());
            System.out.println("workers " + resque.inspector().workers().size());
            System.out.println(
                    "waiting " + resque.inspector().peek("later", 0, 10).size());
            long failures = 0;
            int size;
            do {
                size = resque.failures()
                        .newest(FailureFilter.all(), failures, 100)
                        .size();
                failures += size;
            } while (size > 0);
            System.out.println("failures " + failures);
            System.out.println("stopped " + worker.stop(Duration.ofSeconds(10)));
            System.out.println(
                    "retried " + resque.failures().retryAll(FailureFilter.all().jobClass("OversizePayload")));
        }
    }
}
